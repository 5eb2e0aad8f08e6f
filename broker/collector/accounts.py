"""Accounts of staff: names, roles, argon2 hashes, lock-out and log-ins, in one SQLite file of the data folder.

A name is a pseudonym (a post or staff number), never a person's full name: it is what the journal keeps as ``by``.
Passwords are never logged or stored; a session is known only by the hash of its token.
"""

import hashlib
import logging
import re
import secrets
import sqlite3
import threading
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, cast

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from broker.collector.passwords import check_password, new_password
from broker.collector.staff_errors import (
    PASSWORD_MOST,
    BadName,
    Locked,
    NameTaken,
    TooManyAccounts,
    UnknownAccount,
    WrongPassword,
)
from broker.runtime.clock import Clock
from broker.runtime.database import open_database, query, transaction
from broker.runtime.errors import DatabaseError

_log = logging.getLogger(__name__)

FILE_NAME = "accounts.db"
FAILURES_MOST = 5
LOCKED_MS, LOCKED_LONGEST_MS = 15 * 60_000, 8 * 60 * 60_000
FORGOTTEN_MS = 24 * 60 * 60_000
"""From the fifth failure in a row an address waits for a name, after each further one twice as long, until the right
password or a day without a failure."""
GUESSED_MOST = 8 * FAILURES_MOST
"""So many failures of one name, from whatever addresses, are a machine's: from then on its tries are slow."""
SLOW_MS = 10_000
IDLE_MS = 60 * 60_000
LONGEST_MS = 12 * 60 * 60_000
SEEN_EVERY_MS = 60_000
ACCOUNTS_MOST = 500
_NAME = re.compile(r"^[a-z0-9][a-z0-9._-]{1,31}$")
_COLUMNS = "name, role, clerk, must_change, active"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS accounts (
  name TEXT PRIMARY KEY, role TEXT NOT NULL, clerk TEXT, must_change INTEGER NOT NULL,
  active INTEGER NOT NULL DEFAULT 1, hash TEXT NOT NULL
) STRICT;
DROP TABLE IF EXISTS failures; -- of an earlier version
CREATE TABLE IF NOT EXISTS failed (
  name TEXT NOT NULL, address TEXT NOT NULL, count INTEGER NOT NULL, locked_until_ms INTEGER NOT NULL,
  at_ms INTEGER NOT NULL, PRIMARY KEY (name, address)
) STRICT;
CREATE TABLE IF NOT EXISTS sessions (
  token_hash TEXT PRIMARY KEY, name TEXT NOT NULL REFERENCES accounts(name) ON DELETE CASCADE,
  began_ms INTEGER NOT NULL, seen_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
"""


class Role(StrEnum):
    """What an account may do; a manager may do everything a clerk may, at every counter.

    Who may have an account is decided at the machine itself (``python -m broker account``), by no role of the web.
    """

    CLERK = "clerk"
    MANAGER = "manager"

    def covers(self, other: "Role") -> bool:
        """Whether this role includes the other."""
        return list(Role).index(self) >= list(Role).index(other)


@dataclass(frozen=True)
class Account:
    """Somebody who may log in. ``clerk`` is a key of the hall file, or None for a post that is nobody's own;
    at which counters each may work is said at ``broker.collector.api_staff.check_counter``."""

    name: str
    role: Role
    clerk: str | None
    must_change: bool
    active: bool


class Accounts:
    """The accounts of one hall. ``clock`` is the machine's, so that a fast virtual hall does not end log-ins early."""

    def __init__(self, path: Path, clock: Clock, hasher: PasswordHasher | None = None) -> None:
        self._path = path
        self._clock = clock
        self._hasher = hasher or PasswordHasher()
        self._local = threading.local()
        self._nobody = self._hasher.hash(secrets.token_urlsafe(16))
        self._db().executescript(_SCHEMA)

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
        """Let an account log in or not; ends its log-ins."""
        self._change(name, "active = ?", active)

    def bind(self, name: str, clerk: str | None) -> None:
        """Whose account it is, from now on; ends its log-ins, which were another's."""
        self._change(name, "clerk = ?", clerk)

    def _change(self, name: str, what: str, *values: object) -> None:
        with transaction(self._db()) as db:
            if db.execute(f"UPDATE accounts SET {what} WHERE name = ?", (*values, name)).rowcount == 0:
                raise UnknownAccount
            db.execute("DELETE FROM sessions WHERE name = ?", (name,))
            db.execute("DELETE FROM failed WHERE name = ?", (name,))

    # -- log-in ------------------------------------------------

    def log_in(self, name: str, password: str, address: str = "") -> str:
        """A token for a new session; WrongPassword, or Locked after too many failures in a row."""
        self.prove(name, password, address)
        now_ms = self._clock.now_ms()
        token = secrets.token_urlsafe(32)
        with transaction(self._db()) as db:
            old = (now_ms - IDLE_MS, now_ms - LONGEST_MS)
            db.execute("DELETE FROM sessions WHERE seen_ms < ? OR began_ms < ?", old)
            db.execute("INSERT INTO sessions VALUES (?, ?, ?, ?)", (_hashed(token), name, now_ms, now_ms))
        return token

    def prove(self, name: str, password: str, address: str = "") -> None:
        """WrongPassword or Locked unless this is the password of an active account; counts as a try.

        The ``address`` that failed is locked out, not the name: no stranger keeps its owner from work.
        """
        now_ms = self._clock.now_ms()
        self._check_lock(name[:64], address[:64], now_ms)
        row = self._row("SELECT hash, active FROM accounts WHERE name = ?", name)
        # An unknown name costs as much time as a known one, so nobody learns which names exist.
        right = self._verify(row[0] if row else self._nobody, password)
        if row is None or not right or not row[1]:
            self._failed(name[:64], address[:64], now_ms)
            raise WrongPassword
        with transaction(self._db()) as db:
            db.execute("DELETE FROM failed WHERE name = ? AND address = ?", (name[:64], address[:64]))

    def who(self, token: str) -> Account | None:
        """Whose session this is; None when it ended, was idle too long, or the account was closed."""
        now_ms = self._clock.now_ms()
        session = self._row("SELECT name, began_ms, seen_ms FROM sessions WHERE token_hash = ?", _hashed(token))
        if session is None or now_ms - session[1] > LONGEST_MS or now_ms - session[2] > IDLE_MS:
            return None
        if now_ms - session[2] > SEEN_EVERY_MS:
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

    def _check_lock(self, name: str, address: str, now_ms: int) -> None:
        lock = self._row("SELECT locked_until_ms FROM failed WHERE name = ? AND address = ?", name, address)
        until_ms = lock[0] if lock is not None else 0
        sql = "SELECT coalesce(sum(count), 0), coalesce(max(at_ms), 0) FROM failed WHERE name = ? AND at_ms >= ?"
        guessed, last_ms = cast("tuple[int, int]", self._row(sql, name, now_ms - LOCKED_MS))
        if guessed >= GUESSED_MOST:
            until_ms = max(until_ms, last_ms + SLOW_MS)
        if until_ms > now_ms:
            raise Locked(max(1, -(-(until_ms - now_ms) // 60_000)))

    def _failed(self, name: str, address: str, now_ms: int) -> None:
        """Count it, also for names that do not exist: a lock must not tell which names do."""
        with transaction(self._db()) as db:
            db.execute("DELETE FROM failed WHERE at_ms < ?", (now_ms - FORGOTTEN_MS,))
            known = db.execute("SELECT count FROM failed WHERE name = ? AND address = ?", (name, address)).fetchone()
            count = 1 if known is None else known[0] + 1
            until_ms = now_ms + _locked_ms(count) if count >= FAILURES_MOST else 0
            db.execute("INSERT OR REPLACE INTO failed VALUES (?, ?, ?, ?, ?)", (name, address, count, until_ms, now_ms))

    def guessed(self) -> tuple[tuple[str, int], ...]:
        """(account, failures) of whom so many passwords of the last day were wrong that a manager should know."""
        sql = (
            "SELECT failed.name, sum(count) FROM failed JOIN accounts ON accounts.name = failed.name WHERE at_ms >= ?"
            " GROUP BY failed.name HAVING sum(count) >= ? ORDER BY failed.name"
        )
        since_ms = self._clock.now_ms() - FORGOTTEN_MS
        return tuple((str(name), int(count)) for name, count in query(self._db(), sql, (since_ms, FAILURES_MOST)))

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

    def _row(self, sql: str, *values: object) -> tuple[Any, ...] | None:
        rows = query(self._db(), sql, values)
        return rows[0] if rows else None

    def _db(self) -> sqlite3.Connection:
        """One connection a thread."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = open_database(self._path)
            self._path.chmod(0o600)
        return connection


def _locked_ms(count: int) -> int:
    return min(LOCKED_LONGEST_MS, LOCKED_MS * 2 ** min(count - FAILURES_MOST, 10))


def ensure_demo_accounts(accounts: Accounts, clerk: str | None) -> tuple[tuple[str, Role, str], ...]:
    """(name, role, password) of the demo accounts made now; nothing for those that exist already.

    One ``clerk``, who is ``clerk`` of the hall file, and one ``manager``, with random passwords to be printed.
    """
    made = []
    for role in Role:
        if accounts.get(role.value) is None:
            password = new_password()
            own = clerk if role is Role.CLERK else None
            accounts.add(role.value, role, password, clerk=own, must_change=False)
            made.append((role.value, role, password))
    return tuple(made)


def _account(row: tuple[object, ...]) -> Account:
    name, role, clerk, must_change, active = row
    return Account(str(name), Role(str(role)), None if clerk is None else str(clerk), bool(must_change), bool(active))


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
