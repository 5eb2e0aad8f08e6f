"""Accounts of staff: names, roles, argon2 hashes, lock-out and log-ins, in one SQLite file of the data folder.

A name is a pseudonym (a post or staff number), never a person's full name: it is what the journal keeps as ``by``.
Passwords are never logged or stored; a session is known only by the hash of its token.
"""

import hashlib
import logging
import re
import secrets
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from broker.collector.own_file import OwnFile
from broker.collector.safety.audit_log import FILE_NAME as AUDIT_NAME
from broker.collector.safety.audit_log import AuditLog
from broker.collector.safety.failures import FAILED_SCHEMA, Failures
from broker.collector.safety.known_devices import device_of, with_mark
from broker.collector.safety.passwords import check_password, new_password
from broker.collector.safety.rights import RIGHTS, Right, Role
from broker.collector.safety.staff_errors import (
    PASSWORD_MOST,
    BadName,
    LastAdministrator,
    NameTaken,
    TooManyAccounts,
    UnknownAccount,
    WrongPassword,
)
from broker.runtime.clock import Clock
from broker.runtime.database import query, transaction
from broker.runtime.errors import DatabaseError

_log = logging.getLogger(__name__)

FILE_NAME = "accounts.db"
IDLE_MS, WARNED_MS = 30 * 60_000, 5 * 60_000
"""So long nobody touches a page until the session ends; so long before, the page says so."""
LONGEST_MS = 12 * 60 * 60_000
SEEN_EVERY_MS = 60_000
ACCOUNTS_MOST = 500
_NAME = re.compile(r"^[a-z0-9][a-z0-9._-]{1,31}$")
_COLUMNS = "name, role, clerk, must_change, active"
_SCHEMA = f"""
CREATE TABLE IF NOT EXISTS accounts (
  name TEXT PRIMARY KEY, role TEXT NOT NULL, clerk TEXT, must_change INTEGER NOT NULL,
  active INTEGER NOT NULL DEFAULT 1, hash TEXT NOT NULL
) STRICT;
{FAILED_SCHEMA}CREATE TABLE IF NOT EXISTS sessions (
  token_hash TEXT PRIMARY KEY, name TEXT NOT NULL REFERENCES accounts(name) ON DELETE CASCADE,
  began_ms INTEGER NOT NULL, seen_ms INTEGER NOT NULL, address TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE IF NOT EXISTS settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
"""


@dataclass(frozen=True)
class Account:
    """Somebody who may log in. ``clerk`` is a key of the hall file, or None for a post that is nobody's own;
    at which counters each may work is said at ``broker.collector.safety.may_ask.check_counter``."""

    name: str
    role: Role
    clerk: str | None
    must_change: bool
    active: bool

    def may(self, *rights: Right) -> bool:
        """Whether its role has one of these rights."""
        return not RIGHTS[self.role].isdisjoint(rights)


@dataclass(frozen=True)
class Session:
    """Where an account is logged in; ``mark`` tells its sessions apart and opens none."""

    mark: str
    began_ms: int
    seen_ms: int
    address: str


class Accounts:
    """The accounts of one hall. ``clock`` is the machine's, so that a fast virtual hall does not end log-ins early."""

    def __init__(self, path: Path, clock: Clock, hasher: PasswordHasher | None = None) -> None:
        self._path = path
        self._clock = clock
        self._hasher = hasher or PasswordHasher()
        self._file = OwnFile(path, _SCHEMA)
        self._db = self._file.connection
        self._nobody = self._hasher.hash(secrets.token_urlsafe(16))
        columns = [str(row[1]) for row in query(self._db(), "PRAGMA table_info(sessions)")]
        if "address" not in columns:  # a file of an earlier version
            self._db().execute("ALTER TABLE sessions ADD COLUMN address TEXT NOT NULL DEFAULT ''")
        self._failures = Failures(self._db, self.secret("strangers").encode())
        self._devices = self.secret("devices").encode()
        self.audit = AuditLog(
            path.with_name(AUDIT_NAME),
            clock.now_ms,
            self.secret("audit").encode(),
            lambda: self._setting("audit.head"),
            lambda head: self._set("audit.head", head),
        )

    # -- accounts ------------------------------------------------

    def add(self, name: str, role: Role, password: str, *, clerk: str | None = None, must_change: bool = True) -> None:
        """Make an account; BadName, NameTaken, WeakPassword or TooManyAccounts."""
        if not _NAME.match(name):
            raise BadName
        check_password(name, password)
        hashed = self._hasher.hash(password)
        with transaction(self._db()) as db:
            if db.execute("SELECT count(*) FROM accounts").fetchone()[0] >= ACCOUNTS_MOST:
                raise TooManyAccounts
            try:
                row = (name, role.value, clerk, must_change, hashed)
                db.execute("INSERT INTO accounts (name, role, clerk, must_change, hash) VALUES (?, ?, ?, ?, ?)", row)
            except sqlite3.IntegrityError:
                raise NameTaken from None

    def now_ms(self) -> int:
        """The machine's clock."""
        return self._clock.now_ms()

    @property
    def folder(self) -> Path:
        """Where the collector keeps what is its own."""
        return self._path.parent

    def get(self, name: str) -> Account | None:
        """The account, active or not."""
        row = self._row(f"SELECT {_COLUMNS} FROM accounts WHERE name = ?", name)
        return None if row is None else _account(row)

    def all(self) -> tuple[Account, ...]:
        """Every account, by name."""
        return tuple(_account(row) for row in query(self._db(), f"SELECT {_COLUMNS} FROM accounts ORDER BY name"))

    def set_password(self, name: str, password: str, *, must_change: bool = False) -> None:
        """A new password; ends every log-in of the account and its lock-out."""
        check_password(name, password)
        self._change(name, "hash = ?, must_change = ?", self._hasher.hash(password), must_change)

    def set_active(self, name: str, active: bool) -> None:
        """Let an account log in or not; ends its log-ins. LastAdministrator: somebody must be left to open others."""
        self._change(name, "active = ?", active, keeps_admin=active)

    def set_role(self, name: str, role: Role) -> None:
        """Another role from now on; ends its log-ins. Only a clerk's account is somebody's of the hall file."""
        own = "" if role is Role.CLERK else ", clerk = NULL"
        self._change(name, f"role = ?{own}", role.value, keeps_admin=role is Role.ADMIN)

    def bind(self, name: str, clerk: str | None) -> None:
        """Whose account it is, from now on; ends its log-ins, which were another's."""
        self._change(name, "clerk = ?", clerk)

    def _change(self, name: str, what: str, *values: object, keeps_admin: bool = True) -> None:
        with transaction(self._db()) as db:
            if not keeps_admin:
                sql = "SELECT name FROM accounts WHERE role = ? AND active"
                if [row[0] for row in db.execute(sql, (Role.ADMIN.value,))] == [name]:
                    raise LastAdministrator
            if db.execute(f"UPDATE accounts SET {what} WHERE name = ?", (*values, name)).rowcount == 0:
                raise UnknownAccount
            db.execute("DELETE FROM sessions WHERE name = ?", (name,))
            db.execute("DELETE FROM failed WHERE name = ?", (name,))

    # -- log-in ------------------------------------------------

    def log_in(self, name: str, password: str, address: str = "", device: str = "") -> str:
        """A token for a new session; WrongPassword, or Locked after too many failures in a row."""
        self.prove(name, password, address, device)
        now_ms = self._clock.now_ms()
        token = secrets.token_urlsafe(32)
        with transaction(self._db()) as db:
            old = (now_ms - IDLE_MS, now_ms - LONGEST_MS)
            db.execute("DELETE FROM sessions WHERE seen_ms < ? OR began_ms < ?", old)
            row = (_hashed(token), name, now_ms, now_ms, address[:64])
            db.execute(
                "INSERT INTO sessions (token_hash, name, began_ms, seen_ms, address) VALUES (?, ?, ?, ?, ?)", row
            )
        return token

    def prove(self, name: str, password: str, address: str = "", device: str = "") -> None:
        """WrongPassword or Locked unless this is the password of an active account; counts as a try.

        The ``address`` that failed is locked out, not the name: no stranger keeps its owner from work. ``device`` is
        what ``known_device`` gave to this browser before; one that is known for the name is counted for itself.
        """
        now_ms = self._clock.now_ms()
        row = self._row("SELECT hash, active FROM accounts WHERE name = ?", name)
        # What is nobody's name may be a password or an ID number.
        counted = self._failures.stranger(name[:64]) if row is None else name
        known = None if row is None else self._known(name, str(row[0]), device)
        self._failures.check(counted, address, known, now_ms)
        # An unknown name costs as much time as a known one, so nobody learns which names exist.
        right = self._verify(row[0] if row else self._nobody, password)
        if row is None or not right or not row[1]:
            self._failures.add(counted, address, known, now_ms)
            raise WrongPassword
        self._failures.forget(name, address, known)

    def known_as(self, name: str, device: str) -> str | None:
        """Under what a browser that this name logged in on before is counted; None for any other."""
        row = self._row("SELECT hash FROM accounts WHERE name = ?", name)
        return None if row is None else self._known(name, str(row[0]), device)

    def _known(self, name: str, password_hash: str, device: str) -> str | None:
        return device_of(device, self._devices, name, password_hash, self._clock.now_ms())

    def known_device(self, name: str, device: str) -> str:
        """What a browser keeps after a good log-in of ``name``, given what it kept before (``known_devices``)."""
        row = self._row("SELECT hash FROM accounts WHERE name = ?", name)
        if row is None:
            raise UnknownAccount
        return with_mark(device, self._devices, name, str(row[0]), self._clock.now_ms(), secrets.token_urlsafe(16))

    def who(self, token: str, *, touched: bool = True) -> Account | None:
        """Whose session this is; None when it ended, was idle too long, or the account was closed.

        ``touched``: a person did something; what an open page asks by itself keeps no session alive.
        """
        now_ms = self._clock.now_ms()
        session = self._row("SELECT name, began_ms, seen_ms FROM sessions WHERE token_hash = ?", _hashed(token))
        if session is None or now_ms - session[1] > LONGEST_MS or now_ms - session[2] > IDLE_MS:
            return None
        if touched and now_ms - session[2] > SEEN_EVERY_MS:
            self._seen(token, now_ms)
        account = self.get(session[0])
        return account if account is not None and account.active else None

    def _seen(self, token: str, now_ms: int) -> None:
        """A disk that refuses keeps nobody from work: the session is then idle since it was last written down."""
        try:
            with transaction(self._db()) as db:
                db.execute("UPDATE sessions SET seen_ms = ? WHERE token_hash = ?", (now_ms, _hashed(token)))
        except DatabaseError as error:
            _log.warning("when a session was seen is not kept: %s", error)

    def log_out(self, token: str) -> None:
        """End the session."""
        with transaction(self._db()) as db:
            db.execute("DELETE FROM sessions WHERE token_hash = ?", (_hashed(token),))

    def left_ms(self, token: str) -> int:
        """How long this session lasts if nobody touches it; 0 when it has ended."""
        row = self._row("SELECT began_ms, seen_ms FROM sessions WHERE token_hash = ?", _hashed(token))
        return 0 if row is None else max(0, min(row[0] + LONGEST_MS, row[1] + IDLE_MS) - self._clock.now_ms())

    def stay(self, token: str) -> None:
        """Somebody touched the page on purpose: begin the idle time anew, this moment."""
        self._seen(token, self._clock.now_ms())

    def sessions(self, name: str) -> tuple[Session, ...]:
        """Where the account is logged in, the newest first."""
        now_ms = self._clock.now_ms()
        sql = "SELECT token_hash, began_ms, seen_ms, address FROM sessions WHERE name = ? ORDER BY began_ms DESC"
        found = (Session(str(row[0])[:16], *row[1:]) for row in query(self._db(), sql, (name,)))
        return tuple(s for s in found if s.seen_ms + IDLE_MS > now_ms and s.began_ms + LONGEST_MS > now_ms)

    def mark_of(self, token: str) -> str:
        """Which of ``sessions`` this token opens."""
        return _hashed(token)[:16]

    def end_sessions(self, name: str, *, mark: str = "", but: str = "") -> int:
        """End all log-ins of an account, or the one of the ``mark``; never the one whose token is ``but``."""
        sql, kept = "DELETE FROM sessions WHERE name = ? AND token_hash != ?", _hashed(but) if but else ""
        with transaction(self._db()) as db:
            if mark:
                return db.execute(f"{sql} AND substr(token_hash, 1, 16) = ?", (name, kept, mark)).rowcount
            return db.execute(sql, (name, kept)).rowcount

    def guessed(self) -> tuple[tuple[str, int], ...]:
        """(account, failures) of whom so many passwords of the last day were wrong that a manager should know."""
        return self._failures.guessed(self._clock.now_ms())

    def _verify(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, password[:PASSWORD_MOST])
        except (VerificationError, InvalidHashError):
            return False

    # -- disk ------------------------------------------------

    def secret(self, name: str) -> str:
        """A random secret of this hall, made at first use (signing of cookies)."""
        with transaction(self._db()) as db:
            db.execute("INSERT OR IGNORE INTO settings VALUES (?, ?)", (f"secret.{name}", secrets.token_hex(32)))
            return str(db.execute("SELECT value FROM settings WHERE key = ?", (f"secret.{name}",)).fetchone()[0])

    def _setting(self, key: str) -> str:
        row = self._row("SELECT value FROM settings WHERE key = ?", key)
        return "" if row is None else str(row[0])

    def _set(self, key: str, value: str) -> None:
        with transaction(self._db()) as db:
            db.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (key, value))

    def _row(self, sql: str, *values: object) -> tuple[Any, ...] | None:
        rows = query(self._db(), sql, values)
        return rows[0] if rows else None


def ensure_demo_accounts(accounts: Accounts, clerk: str | None) -> tuple[tuple[str, Role, str], ...]:
    """(name, role, password) of the demo accounts made now; nothing for those that exist already.

    One of each role and named like it, with random passwords to be printed; the ``clerk`` is that of the hall file.
    """
    made = []
    for role in Role:
        if accounts.get(role.value) is None:
            password = new_password()
            own = clerk if role is Role.CLERK else None
            accounts.add(role.value, role, password, clerk=own, must_change=False)
            made.append((role.value, role, password))
            accounts.audit.note("account_added", "machine", object=f"{role.value} {role.value}")
    return tuple(made)


def _account(row: tuple[object, ...]) -> Account:
    name, role, clerk, must_change, active = row
    return Account(str(name), Role(str(role)), None if clerk is None else str(clerk), bool(must_change), bool(active))


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
