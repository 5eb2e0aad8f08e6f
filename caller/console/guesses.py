"""Wrong PINs and cards: how long nobody may try, by counter and by clerk, each delay twice the one before. Pure.

Wrong ones are counted for each counter and clerk (no clerk: a card that nobody has). From the fifth on at a counter,
and from the fifth at a clerk's PIN at whatever counters of the hall (``elsewhere``: of the other callers), a delay
begins that each further one doubles, up to an hour. Who proves who he is clears the own wrong ones, and the unknown
cards of that counter, and nobody else's: an own PIN buys no guesses at another's. A day without wrong ones clears the
rest. Seconds are monotonic and passed in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from broker.model.hall import Hall
from caller.console.elsewhere import Elsewhere, Told, Wrong

WRONG_MOST = 5
LOCKED_S, LONGEST_S = 60.0, 3_600.0
FORGOTTEN_S = 86_400.0


class Guesses:
    """The wrong ones of one program's counters. ``changed`` hears after each change, to keep what ``all`` gives."""

    def __init__(self, changed: Callable[[], None] = lambda: None) -> None:
        self.changed = changed
        self._wrong: dict[tuple[str, str], Wrong] = {}
        self._proofs: dict[str, float] = {}
        self._elsewhere = Elsewhere()

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
        if self._of(clerk, now_s):
            self._proofs[clerk] = now_s
        self._clear(key for key in self._wrong if key[1] == clerk or key == (counter, ""))

    def telling(self, now_s: float) -> Told:
        """What the other callers should know. A clerk of whom nobody counts anything is not in it."""
        self._forget_old(now_s)
        wrong: dict[str, Wrong] = {}
        for one in self._wrong.values():
            if one.clerk:
                sum_of = wrong.get(one.clerk, Wrong("", one.clerk, 0, one.at_s))
                wrong[one.clerk] = Wrong("", one.clerk, sum_of.count + one.count, max(sum_of.at_s, one.at_s))
        return Told(wrong, dict(self._proofs))

    def hear(self, caller: str, told: Told) -> None:
        """Another caller told what it counted, and whose own wrong ones are void because he was there."""
        self._elsewhere.take(caller, told)
        proofs = told.proofs
        self._clear(key for key, one in self._wrong.items() if one.at_s <= proofs.get(one.clerk, float("-inf")))

    def locked_s(self, counter: str, now_s: float, clerk: str = "") -> float:
        """So long nobody may try at the counter, or for the clerk where one is named; 0: at once."""
        waits = [_wait_s(self._at(counter), now_s)]
        waits += [_wait_s(self._of(clerk, now_s), now_s)] if clerk else []
        return max(waits)

    def guessed(self, now_s: float) -> Iterator[tuple[str, str, int]]:
        """(``counter`` or ``clerk``, key, how many) for whom so many were wrong that a manager should know."""
        self._forget_old(now_s)
        at_counters, of_clerks = Counter[str](), Counter[str]()
        for one in self._wrong.values():
            at_counters[one.counter] += one.count
            of_clerks[one.clerk] += one.count
        for clerk in of_clerks:
            of_clerks[clerk] = sum(one.count for one in self._of(clerk, now_s)) if clerk else 0
        for kind, counts in (("counter", at_counters), ("clerk", of_clerks)):
            yield from ((kind, key, count) for key, count in counts.items() if key and count >= WRONG_MOST)

    def _at(self, counter: str) -> list[Wrong]:
        return [one for one in self._wrong.values() if one.counter == counter]

    def _of(self, clerk: str, now_s: float) -> list[Wrong]:
        since_s = max(now_s - FORGOTTEN_S, self._proofs.get(clerk, float("-inf")))
        return [one for one in self._wrong.values() if one.clerk == clerk] + self._elsewhere.of(clerk, since_s)

    def _clear(self, keys: Iterable[tuple[str, str]]) -> None:
        gone = list(keys)
        for key in gone:
            del self._wrong[key]
        if gone:
            self.changed()

    def _forget_old(self, now_s: float) -> None:
        old = [key for key, one in self._wrong.items() if now_s - one.at_s >= FORGOTTEN_S]
        for key in old:
            del self._wrong[key]
        for clerk in [clerk for clerk, at_s in self._proofs.items() if now_s - at_s >= FORGOTTEN_S]:
            del self._proofs[clerk]


def _wait_s(wrong: list[Wrong], now_s: float) -> float:
    count = sum(one.count for one in wrong)
    if count < WRONG_MOST:
        return 0.0
    delay_s: float = min(LONGEST_S, LOCKED_S * 2 ** min(count - WRONG_MOST, 10))
    return max(0.0, max(one.at_s for one in wrong) + delay_s - now_s)


def guessed_parts(hall: Hall, guessed: Iterable[tuple[str, str, int]]) -> dict[str, str]:
    """What the health of a caller says of wrong PINs and cards: counters by name, clerks by staff number."""
    names = {"counter": {key: one.name for key, one in hall.counters.items()}}
    names["clerk"] = {key: one.staff_number for key, one in hall.clerks.items()}
    words = {"counter": "log-in-", "clerk": "pin-of-"}
    return {f"{words[kind]}{names[kind].get(key, key)}": f"guessed:{count}" for kind, key, count in guessed}
