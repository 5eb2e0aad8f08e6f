"""What strangers cause again and again, as few rows of the audit log: the first at once, then a count. Pure.

Of each kind, account and address one row says that it began and, a minute later, one how many more there were. From
many addresses at once the rows are of the account alone, so that no crowd of them fills the disk.
"""

from dataclasses import dataclass

FOLD_MS = 60_000
KEYS_MOST = 200
"""So many (kind, account, address) of one minute are told apart."""
MANY = "many"


@dataclass(frozen=True)
class Repeated:
    """So often more within a minute; ``address`` is ``many`` where there were many."""

    type: str
    subject: str
    address: str
    count: int


class Fold:
    """Not safe for threads: whoever writes the rows holds a lock."""

    def __init__(self) -> None:
        self._open: dict[tuple[str, str, str], tuple[int, int]] = {}
        """(kind, account, address) -> (when it began, how many more since)."""

    def add(self, type: str, subject: str, address: str, now_ms: int) -> str | None:
        """The address to write a row under now; None where it was only counted."""
        key = (type, subject, address)
        if key not in self._open and len(self._open) >= KEYS_MOST:
            key = (type, subject, MANY)
        known = self._open.get(key)
        if known is None:
            self._open[key] = (now_ms, 0)
            return key[2]
        self._open[key] = (known[0], known[1] + 1)
        return None

    def due(self, now_ms: int, *, all: bool = False) -> list[Repeated]:
        """Whose minute is over (or every one) and happened again; they are forgotten here. A clock that was put back
        ends a minute too."""
        over = [key for key, (began_ms, _) in self._open.items() if all or not 0 <= now_ms - began_ms < FOLD_MS]
        found = [Repeated(*key, self._open.pop(key)[1]) for key in over]
        return [one for one in found if one.count]
