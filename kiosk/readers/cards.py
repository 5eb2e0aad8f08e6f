"""What a kiosk may know of a person whose card was read, and how that is made of the number. Pure.

The key is of the hall and the day (``broker.model.person_keys``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from broker.model.person_keys import PersonKeys, masked
from broker.model.words import Names

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


class Persons(PersonKeys):
    """Makes of numbers what may be known. ``secret`` is the hall's, ``hall`` its id."""

    def known(self, number: str, day: str) -> CardRead:
        """``number`` with its 18 places, ``day`` as ``2026-03-05``; the number is not kept."""
        number = number.upper()
        return CardRead(masked(number), age_on(number, day), self.key(number, day))


def age_on(number: str, day: str) -> int:
    """Whole years from the date of birth in the number to that day; never negative."""
    born, today = number[6:14], day.replace("-", "")
    return max(0, int(today[:4]) - int(born[:4]) - (today[4:] < born[4:]))
