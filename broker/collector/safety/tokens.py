"""Tokens of programs: a program of the city or of headquarters reads what its token's scopes say, and nothing else.

A token is made by an administrator, shown once, kept as a hash, ends by itself and can be closed at once. It opens no
page and no session, changes nothing, and is never more than what one role of accounts may read.
"""

import hashlib
import secrets
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from broker.collector.own_file import OwnFile
from broker.collector.safety.accounts import Account
from broker.collector.safety.rights import Right, Role
from broker.collector.safety.staff_errors import AccountError
from broker.runtime.database import query, transaction

FILE_NAME = "tokens.db"
PREFIX = "jh_"
DAY_MS = 86_400_000
DAYS_MOST, TOKENS_MOST, NAME_MOST = 366, 64, 40
SEEN_EACH_MS = 60_000
"""The last use is written down no more often."""
SCOPES: dict[str, Right] = {"read:figures": Right.FIGURES, "read:floor": Right.FLOOR}
"""Scope -> the right whose GET requests it opens; what needs no right, everybody may read."""
_SCHEMA = """
CREATE TABLE IF NOT EXISTS tokens (
  mark TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, digest TEXT NOT NULL UNIQUE, scopes TEXT NOT NULL,
  made_ms INTEGER NOT NULL, until_ms INTEGER NOT NULL, account TEXT NOT NULL, closed_ms INTEGER, seen_ms INTEGER
) STRICT
"""
_COLUMNS = "mark, name, scopes, made_ms, until_ms, account, closed_ms, seen_ms"


class TokenNameTaken(AccountError):
    zh = "已有同名的令牌，请换一个名称"
    en = "There is a token of this name already."


class BadToken(AccountError):
    zh = "请填写名称（最多 40 字），选择至少一项权限，期限 1 到 366 天"
    en = "Give a name (40 characters at most), one scope at least, and 1 to 366 days."


class TooManyTokens(AccountError):
    zh = "令牌数量已达上限，请先停用不用的"
    en = "No more tokens: close one that is not used."


@dataclass(frozen=True)
class ProgramAccount(Account):
    """Whoever comes with a token: no role's account, but what its scopes may read."""

    scopes: tuple[str, ...] = ()

    def may(self, *rights: Right) -> bool:
        """Whether one of its scopes opens one of these rights."""
        return any(SCOPES.get(scope) in rights for scope in self.scopes)


@dataclass(frozen=True)
class Token:
    """A token as it is listed; ``mark`` tells tokens apart and opens nothing."""

    mark: str
    name: str
    scopes: tuple[str, ...]
    made_ms: int
    until_ms: int
    account: str
    closed_ms: int | None
    seen_ms: int | None

    def is_good(self, now_ms: int) -> bool:
        """Neither closed nor over."""
        return self.closed_ms is None and now_ms < self.until_ms


class Tokens:
    """The tokens of one hall. ``now_ms`` is the machine's clock."""

    def __init__(self, path: Path, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self._db = OwnFile(path, _SCHEMA).connection

    def make(self, name: str, scopes: tuple[str, ...], days: int, account: str) -> str:
        """A new token, which is kept nowhere; BadToken, TokenNameTaken or TooManyTokens."""
        known = tuple(scope for scope in SCOPES if scope in scopes)
        if not name.strip() or len(name) > NAME_MOST or not known or not 1 <= days <= DAYS_MOST:
            raise BadToken
        text, now_ms = PREFIX + secrets.token_urlsafe(32), self._now_ms()
        row = (
            secrets.token_hex(8),
            name.strip(),
            _digest(text),
            " ".join(known),
            now_ms,
            now_ms + days * DAY_MS,
            account,
        )
        with transaction(self._db()) as db:
            if db.execute("SELECT count(*) FROM tokens WHERE closed_ms IS NULL").fetchone()[0] >= TOKENS_MOST:
                raise TooManyTokens
            try:
                db.execute(
                    "INSERT INTO tokens (mark, name, digest, scopes, made_ms, until_ms, account)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?)",
                    row,
                )
            except sqlite3.IntegrityError:
                raise TokenNameTaken from None
        return text

    def close(self, mark: str) -> Token | None:
        """It opens nothing from now on; None when there is no such token."""
        with transaction(self._db()) as db:
            db.execute("UPDATE tokens SET closed_ms = ? WHERE mark = ? AND closed_ms IS NULL", (self._now_ms(), mark))
        return next((token for token in self.all() if token.mark == mark), None)

    def all(self) -> tuple[Token, ...]:
        """The good ones first, then by name."""
        now_ms = self._now_ms()
        found = [_token(row) for row in query(self._db(), f"SELECT {_COLUMNS} FROM tokens")]
        return tuple(sorted(found, key=lambda token: (not token.is_good(now_ms), token.name)))

    def who(self, text: str) -> ProgramAccount | None:
        """What a token may, if it is good; its use is noted, once a minute at most."""
        if not text.startswith(PREFIX) or len(text) > 100:
            return None
        now_ms = self._now_ms()
        rows = query(self._db(), f"SELECT {_COLUMNS} FROM tokens WHERE digest = ?", (_digest(text),))
        token = _token(rows[0]) if rows else None
        if token is None or not token.is_good(now_ms):
            return None
        if token.seen_ms is None or now_ms - token.seen_ms >= SEEN_EACH_MS:
            with transaction(self._db()) as db:
                db.execute("UPDATE tokens SET seen_ms = ? WHERE mark = ?", (now_ms, token.mark))
        return ProgramAccount(f"token:{token.name}", Role.AUDITOR, None, False, True, token.scopes)


def _token(row: tuple[str, str, str, int, int, str, int | None, int | None]) -> Token:
    mark, name, scopes, made_ms, until_ms, account, closed_ms, seen_ms = row
    return Token(mark, name, tuple(scopes.split()), made_ms, until_ms, account, closed_ms, seen_ms)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
