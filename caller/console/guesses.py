"""Wrong PINs and cards: how long nobody may try, by counter and by clerk, each delay twice the one before. Pure.

Wrong ones are counted for each counter and clerk (no clerk: a card that nobody has). From the fifth on at a counter,
and from the fifth at a clerk's PIN at whatever counters of this program, a delay begins that each further one doubles,
up to an hour. Who proves who he is clears the own wrong ones, and the unknown cards of that counter, and nobody else's:
an own PIN buys no guesses at another's. A day without wrong ones clears the rest. Seconds are monotonic and passed in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from broker.model.hall import Hall

WRONG_MOST = 5
LOCKED_S, LONGEST_S = 60.0, 3_600.0
FORGOTTEN_S = 86_400.0


@dataclass(frozen=True)
class Wrong:
    """So many wrong ones at a counter for a clerk, the last at ``at_s``."""

    counter: str
    clerk: str
    count: int
    at_s: float


class Guesses:
    """The wrong ones of one program's counters. ``changed`` hears after each change, to keep what ``all`` gives."""

    def __init__(self, changed: Callable[[], None] = lambda: None) -> None:
        self.changed = changed
        self._wrong: dict[tuple[str, str], Wrong] = {}

    def all(self) -> tuple[Wrong, ...]:
        """What is counted now."""
        return tuple(self._wrong.values())

    def know(self, before: Iterable[Wrong]) -> None:
        """What an earlier run of the program counted."""
        self._wrong |= {(one.counter, one.clerk): one for one in before}

    def wrong(self, counter: str, clerk: str, now_s: float) -> None:
        """One more."""
        self._forget_old(now_s)
        known = self._wrong.get((counter, clerk))
        count = 1 if known is None else known.count + 1
        self._wrong[counter, clerk] = Wrong(counter, clerk, count, now_s)
        self.changed()

    def proved(self, counter: str, clerk: str, now_s: float) -> None:
        """The clerk showed a right PIN or card."""
        self._forget_old(now_s)
        own = [key for key in self._wrong if key[1] == clerk or key == (counter, "")]
        for key in own:
            del self._wrong[key]
        if own:
            self.changed()

    def locked_s(self, counter: str, now_s: float, clerk: str = "") -> float:
        """So long nobody may try at the counter, or for the clerk where one is named; 0: at once."""
        waits = [_wait_s(self._at(counter), now_s)]
        waits += [_wait_s(self._of(clerk), now_s)] if clerk else []
        return max(waits)

    def told(self, now_s: float) -> Iterator[tuple[str, str, int]]:
        """(``counter`` or ``clerk``, key, how many) for whom so many were wrong that a manager should know."""
        self._forget_old(now_s)
        at_counters, of_clerks = Counter[str](), Counter[str]()
        for one in self._wrong.values():
            at_counters[one.counter] += one.count
            of_clerks[one.clerk] += one.count
        for kind, counts in (("counter", at_counters), ("clerk", of_clerks)):
            yield from ((kind, key, count) for key, count in counts.items() if key and count >= WRONG_MOST)

    def _at(self, counter: str) -> list[Wrong]:
        return [one for one in self._wrong.values() if one.counter == counter]

    def _of(self, clerk: str) -> list[Wrong]:
        return [one for one in self._wrong.values() if one.clerk == clerk]

    def _forget_old(self, now_s: float) -> None:
        old = [key for key, one in self._wrong.items() if now_s - one.at_s >= FORGOTTEN_S]
        for key in old:
            del self._wrong[key]


def _wait_s(wrong: list[Wrong], now_s: float) -> float:
    count = sum(one.count for one in wrong)
    if count < WRONG_MOST:
        return 0.0
    delay_s: float = min(LONGEST_S, LOCKED_S * 2 ** min(count - WRONG_MOST, 10))
    return max(0.0, max(one.at_s for one in wrong) + delay_s - now_s)


def guessed_parts(hall: Hall, told: Iterable[tuple[str, str, int]]) -> dict[str, str]:
    """What the health of a caller says of wrong PINs and cards: counters by name, clerks by staff number."""
    names = {"counter": {key: one.name for key, one in hall.counters.items()}}
    names["clerk"] = {key: one.staff_number for key, one in hall.clerks.items()}
    words = {"counter": "log-in-", "clerk": "pin-of-"}
    return {f"{words[kind]}{names[kind].get(key, key)}": f"guessed:{count}" for kind, key, count in told}
