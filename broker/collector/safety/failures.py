"""Wrong passwords: how many of which name and from where, and who has to wait. In the file of the accounts.

Counted by address, so no stranger keeps a name's owner from work; all addresses together, from a machine's number of
failures on, are slow for that name. A device on which its owner logged in before (``known_devices``) is counted for
itself alone and passes both: what strangers try, from however many addresses, does not hold it up.
"""

import hashlib
import hmac
import sqlite3
from collections.abc import Callable
from typing import cast

from broker.collector.safety.limits import counted_as
from broker.collector.safety.staff_errors import Locked
from broker.runtime.database import query, transaction

FAILURES_MOST = 5
LOCKED_MS, LOCKED_LONGEST_MS = 15 * 60_000, 8 * 60 * 60_000
FORGOTTEN_MS = 24 * 60 * 60_000
"""From the fifth failure in a row an address waits for a name, after each further one twice as long, until the right
password or a day without a failure."""
GUESSED_MOST = 8 * FAILURES_MOST
"""So many failures of one name, from whatever addresses, are a machine's: from then on its tries are slow."""
SLOW_MS = 10_000
ADDRESS_MOST = 64
_DEVICE = "device "
"""Begins no address."""
FAILED_SCHEMA = """
DROP TABLE IF EXISTS failures; -- of an earlier version
CREATE TABLE IF NOT EXISTS failed (
  name TEXT NOT NULL, address TEXT NOT NULL, count INTEGER NOT NULL, locked_until_ms INTEGER NOT NULL,
  at_ms INTEGER NOT NULL, PRIMARY KEY (name, address)
) STRICT;
"""


class Failures:
    """Of one file; ``secret`` hides what was typed as a name and is nobody's: it may be a password or an ID number."""

    def __init__(self, db: Callable[[], sqlite3.Connection], secret: bytes) -> None:
        self._db, self._secret = db, secret
        of_nobody = "DELETE FROM failed WHERE name NOT LIKE '?%' AND name NOT IN (SELECT name FROM accounts)"
        with transaction(self._db()) as connection:
            connection.execute(of_nobody)  # of an earlier version, which kept what was typed

    def stranger(self, name: str) -> str:
        """Under what the failures of a name that nobody has are kept."""
        return "?" + hmac.new(self._secret, name.encode(), hashlib.sha256).hexdigest()[:40]

    def check(self, name: str, address: str, device: str | None, now_ms: int) -> None:
        """Locked where this device, or this address and all others together, failed too often for the name."""
        until_ms = self._locked_until_ms(name, _where(address, device))
        if device is None:
            until_ms = max(until_ms, self._slow_until_ms(name, now_ms))
        if until_ms > now_ms:
            raise Locked(max(1, -(-(until_ms - now_ms) // 60_000)))

    def add(self, name: str, address: str, device: str | None, now_ms: int) -> None:
        """Count one, also of a name that does not exist: a lock must not tell which names do."""
        where = _where(address, device)
        with transaction(self._db()) as db:
            db.execute("DELETE FROM failed WHERE at_ms < ?", (now_ms - FORGOTTEN_MS,))
            known = db.execute("SELECT count FROM failed WHERE name = ? AND address = ?", (name, where)).fetchone()
            count = 1 if known is None else known[0] + 1
            until_ms = now_ms + _locked_ms(count) if count >= FAILURES_MOST else 0
            db.execute("INSERT OR REPLACE INTO failed VALUES (?, ?, ?, ?, ?)", (name, where, count, until_ms, now_ms))

    def forget(self, name: str, address: str, device: str | None) -> None:
        """The right password was given there; what was tried elsewhere stays counted."""
        with transaction(self._db()) as db:
            db.execute("DELETE FROM failed WHERE name = ? AND address = ?", (name, _where(address, device)))

    def guessed(self, now_ms: int) -> tuple[tuple[str, int], ...]:
        """(account, failures) of whom so many passwords of the last day were wrong that a manager should know."""
        sql = (
            "SELECT failed.name, sum(count) FROM failed JOIN accounts ON accounts.name = failed.name WHERE at_ms >= ?"
            " GROUP BY failed.name HAVING sum(count) >= ? ORDER BY failed.name"
        )
        found = query(self._db(), sql, (now_ms - FORGOTTEN_MS, FAILURES_MOST))
        return tuple((str(name), int(count)) for name, count in found)

    def _locked_until_ms(self, name: str, where: str) -> int:
        sql = "SELECT locked_until_ms FROM failed WHERE name = ? AND address = ?"
        found = query(self._db(), sql, (name, where))
        return int(found[0][0]) if found else 0

    def _slow_until_ms(self, name: str, now_ms: int) -> int:
        sql = "SELECT coalesce(sum(count), 0), coalesce(max(at_ms), 0) FROM failed WHERE name = ? AND at_ms >= ?"
        guessed, last_ms = cast("tuple[int, int]", query(self._db(), sql, (name, now_ms - LOCKED_MS))[0])
        return last_ms + SLOW_MS if guessed >= GUESSED_MOST else 0


def _where(address: str, device: str | None) -> str:
    return counted_as(address)[:ADDRESS_MOST] if device is None else _DEVICE + device


def _locked_ms(count: int) -> int:
    return min(LOCKED_LONGEST_MS, LOCKED_MS * 2 ** min(count - FAILURES_MOST, 10))
