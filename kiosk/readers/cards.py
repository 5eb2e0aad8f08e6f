"""What a kiosk may know of a person whose card was read, and how that is made of the number. Pure.

The key is the same at all kiosks of one hall on one day and nowhere else: two rounds of keyed hashing, first the day
with the hall's secret, then the number with the day's part, slowly. Without the secret nobody can try numbers out
(there are few enough to try all); with it each try costs thousands of hashes; no key of today matches one of yesterday.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import Literal

from broker.model.words import Names

ROUNDS = 10_000
KEY_BYTES = 16
SECRET_BYTES_LEAST = 16

Why = Literal["moved", "other", "no_day"]
UNREAD: dict[Why, Names] = {
    "moved": Names("证件没有读完，请拿起后重新放平", "The card was not read. Lift it and lay it down flat again"),
    "other": Names(
        "不能读取这种证件，请改用其他方式", "This kind of card cannot be read here, please choose another way"
    ),
    "no_day": Names("正在连接系统，暂不能读证件，请稍候", "Still connecting to the system: no cards yet, one moment"),
}
"""Why there is nothing to know of a card, as its holder is told."""


@dataclass(frozen=True)
class CardRead:
    """A resident's card. ``masked`` may be shown to the holder, ``age`` is in whole years on the business day,
    ``person`` is the key of 32 hexadecimal digits."""

    masked: str
    age: int
    person: str


@dataclass(frozen=True)
class CardUnread:
    """A card lies there that could not be read; it should be lifted and laid again, or left."""

    why: Why

    @property
    def names(self) -> Names:
        """What to do about it, for the screen."""
        return UNREAD[self.why]


@dataclass(frozen=True)
class CardPresent:
    """A chip card was laid on a reader that can only tell that."""


CardEvent = CardRead | CardUnread | CardPresent


class Persons:
    """Makes of numbers what may be known. ``secret`` is the hall's, ``hall`` its id."""

    def __init__(self, secret: bytes, hall: str) -> None:
        """ValueError for a secret that could be guessed."""
        if len(secret) < SECRET_BYTES_LEAST:
            raise ValueError(f"a secret of {len(secret)} bytes, {SECRET_BYTES_LEAST} at least are needed")
        self._secret = secret
        self._hall = hall

    def known(self, number: str, day: str) -> CardRead:
        """``number`` with its 18 places, ``day`` as ``2026-03-05``; the number is not kept."""
        number = number.upper()
        return CardRead(masked(number), age_on(number, day), self.key(number, day))

    def key(self, number: str, day: str) -> str:
        """The person's key of that day."""
        part = hmac.digest(self._secret, f"jiaohao person {self._hall} {day}".encode(), "sha256")
        return hashlib.pbkdf2_hmac("sha256", number.encode(), part, ROUNDS, KEY_BYTES).hex()


def masked(number: str) -> str:
    """``110***********00*X``: enough to know one's own card by. The last place but one tells the sex: not shown."""
    return f"{number[:3]}{'*' * (len(number) - 7)}{number[-4:-2]}*{number[-1:]}"


def age_on(number: str, day: str) -> int:
    """Whole years from the date of birth in the number to that day; never negative."""
    born, today = number[6:14], day.replace("-", "")
    return max(0, int(today[:4]) - int(born[:4]) - (today[4:] < born[4:]))
