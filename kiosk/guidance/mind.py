"""What is said when, and what a key does: the focus that walks over the targets of a screen. Pure.

Keys become the touches that a finger would make, so the flow knows nothing of them. A new screen is said from its
beginning and cuts what was being said; a change within a screen says what is new on it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from broker.model.words import Names
from kiosk import targets as t
from kiosk.events import Touched
from kiosk.guidance import words as g
from kiosk.guidance.reading import Reading, Spot, reading
from kiosk.guidance.spoken import One, Piece, spoken
from kiosk.menu import Menu
from kiosk.screens.frame import Surroundings
from kiosk.typed import TYPED
from kiosk.visit import IDLE_LARGER_S, MENU_STEPS, Step, Visit, at_rest

Key = Literal["next", "previous", "choose", "repeat", "louder"]
STEP_DB = 6.0
LEVELS = 5
FIRST_LEVEL = 2
"""Five levels 6 dB apart; a visitor begins with the second, and above the highest is the lowest again."""


@dataclass(frozen=True)
class Say:
    """Say this now instead of whatever is being said. No pieces: be silent."""

    pieces: tuple[Piece, ...]
    gain_db: float


class GuidanceMind:
    """``plugged`` and ``press`` tell what the visitor does, ``see`` what is shown, ``take`` what is to be said.

    ``by_plug``: a contact tells whether somebody listens; otherwise the first key begins. ``usual`` is spoken where the
    visitor's language has no voice.
    """

    def __init__(self, usual: str = "zh", gain_db: float = -12.0, *, by_plug: bool = True, one: One = "yi") -> None:
        self._usual, self._gain_db, self._by_plug, self._one = usual, gain_db, by_plug, one
        self._level = FIRST_LEVEL
        self._begins = self._goes_home = False
        self._key_s = float("-inf")
        self._seen: tuple[Visit, Menu, Surroundings] | None = None
        self._told: tuple[object, ...] | None = None
        self._visit = Visit()
        self._reading = Reading(usual, (), ())
        self._behind: Reading | None = None
        self._orders: list[Say] = []
        self.in_use = False
        self.focus: str | None = None

    @property
    def gain_db(self) -> float:
        """How loud this visitor wants it."""
        return self._gain_db + (self._level - FIRST_LEVEL) * STEP_DB

    def take(self) -> list[Say]:
        """What is to be said; only the last one will be heard to its end."""
        orders, self._orders = self._orders, []
        return orders

    # -- what the visitor does ------------------------------------------------

    def plugged(self, is_in: bool) -> None:
        """The earphone was put in or taken out, the handset lifted or hung up."""
        if is_in and not self.in_use:
            self._begin()
        elif not is_in and self.in_use:
            self._end()

    def press(self, key: Key, now_s: float, speaking: bool) -> list[Touched]:
        """A key; ``speaking`` is whether something is being said. The touches that it means, the visitor being here."""
        self._key_s = now_s
        if not self.in_use:
            if not self._by_plug:
                self._begin()
            return []
        if self._reading.spot(t.STAY) is not None:
            return [Touched(t.STAY)]
        if key == "choose":
            return self._choose()
        if key == "repeat":
            self._say([] if speaking else self._again())
        elif key == "louder":
            self._level = self._level % LEVELS + 1
            self._say_words(g.volume(self._level, LEVELS))
        else:
            self._walk(1 if key == "next" else -1)
        return [Touched(t.STAY)]

    def _begin(self) -> None:
        self.in_use, self._begins, self._told, self._behind, self._seen = True, True, None, None, None
        self._reading, self._visit = Reading(self._usual, (), ()), Visit()
        self._level = FIRST_LEVEL

    def _end(self) -> None:
        self.in_use, self.focus = False, None
        self._level = FIRST_LEVEL
        self._say([])

    def _walk(self, by: int) -> None:
        """To the next target, from the last to the first."""
        targets = [spot.target for spot in self._reading.spots]
        if not targets:
            self._say_words(g.NOTHING_TO_CHOOSE)
            return
        before = targets.index(self.focus) if self.focus in targets else min(-by, 0)
        self.focus = targets[(before + by) % len(targets)]
        self._say(self._spot_words(self._reading.spot(self.focus)))

    def _choose(self) -> list[Touched]:
        spot = self._reading.spot(self.focus)
        if spot is None:
            self._say_words(g.NOTHING_CHOSEN if self._reading.spots else g.NOTHING_TO_CHOOSE)
            return [Touched(t.STAY)]
        self._goes_home = t.parse(spot.target)[0] in (t.BACK, t.HOME)
        return [Touched(spot.target)]

    # -- what is shown ------------------------------------------------

    def see(self, visit: Visit, menu: Menu, around: Surroundings, now_s: float) -> None:
        """The screen as it is now; may be told again and again."""
        if self.in_use and not self._by_plug and at_rest(visit) and now_s - self._key_s > IDLE_LARGER_S:
            self._end()
        scene = (visit, menu, around)
        if not self.in_use or scene == self._seen:
            return
        self._seen = scene
        key = _key(visit, menu, around)
        before, was = self._reading, self._visit
        if at_rest(visit) and not at_rest(was) and not self._goes_home:
            self._level = FIRST_LEVEL
        self._goes_home = False
        self._reading, self._visit = reading(visit, menu, around, self._usual), visit
        if self._reading.spot(self.focus) is None:
            self.focus = None
        if key == self._told:
            return
        warned, new = around.warned_s is not None, self._told is None
        self._told = key
        if warned:
            self._behind = self._behind or before
            self._say(self._all_words())
        elif new or not _same_screen(was, visit) or menu.emergency is not None:
            self._behind, self.focus = None, None
            self._say(self._all_words())
        elif self._behind is not None:
            before, self._behind = self._behind, None
            self._say([self._reading_first(g.GOING_ON), *self._news(before)])
        elif visit.typed != was.typed:
            self._say(self._echo(was, before))
        else:
            self._say(self._news(before))

    def _again(self) -> list[str]:
        """Where the focus is on something, that; otherwise the whole screen."""
        spot = self._reading.spot(self.focus)
        return self._all_words() if spot is None else self._spot_words(spot)

    def _all_words(self) -> list[str]:
        first = self._reading_first
        told = [first(g.KEYS), first(g.LOUDER_KEY)] if self._begins else []
        self._begins = False
        stay = self._reading.spot(t.STAY)
        if stay is not None:
            return [*told, *_joined(stay.texts)]
        count = len(self._reading.spots)
        return [*told, *self._reading.body, *([first(g.choices(count))] if count else [])]

    def _spot_words(self, spot: Spot | None) -> list[str]:
        return [] if spot is None else list(spot.texts)

    def _news(self, before: Reading) -> list[str]:
        """What was not there before, and the words of the focus where they changed."""
        said = [words for words in self._reading.body if words not in before.body]
        spot = self._reading.spot(self.focus)
        changed = spot is not None and spot != before.spot(self.focus)
        return [*said, *(self._spot_words(spot) if changed else [])]

    def _echo(self, was: Visit, before: Reading) -> list[str]:
        """One digit or letter, as it was typed; and that it is enough, once it is."""
        typed = self._visit.typed
        kept = TYPED.get(self._visit.step)
        left = typed if kept is not None and kept.kind == "number" else ""
        longer = len(typed) > len(was.typed)
        said = [typed[-1]] if longer else [self._reading_first(g.DELETED), left]
        ready = before.spot(t.SEND) is None
        return [*said, *(self._spot_words(self._reading.spot(t.SEND)) if ready else [])]

    def _reading_first(self, names: Names) -> str:
        return names.en if self._reading.language == "en" else names.zh

    def _say_words(self, names: Names) -> None:
        self._say([self._reading_first(names)])

    def _say(self, texts: Sequence[str]) -> None:
        read = self._reading
        pieces = [piece for words in texts for piece in spoken(words, read.language, read.codes, self._one)]
        self._orders.append(Say(tuple(pieces), self.gain_db))


def _same_screen(before: Visit, now: Visit) -> bool:
    """The same picture in the same language, though something on it changed."""
    return (before.step, before.language, before.choosing, before.service) == (
        now.step, now.language, now.choosing, now.service
    )  # fmt: skip


def _key(visit: Visit, menu: Menu, around: Surroundings) -> tuple[object, ...]:
    """What makes something worth saying. Not how many wait, nor the seconds of a warning: they change by themselves."""
    still = replace(visit, touched_at=None, touched_s=0.0, entered_s=0.0, guided=True)
    state = menu.state if visit.step in MENU_STEPS else None
    helped = around.help if visit.step is Step.HELP else None
    return still, state, menu.emergency, helped, around.warned_s is not None


def _joined(texts: Sequence[str]) -> list[str]:
    """A bare figure is said in one breath with its unit: 17 seconds."""
    said: list[str] = []
    for words in texts:
        if said and said[-1].isdecimal():
            said[-1] = f"{said[-1]} {words}" if words.isascii() else f"{said[-1]}{words}"
        else:
            said.append(words)
    return said
