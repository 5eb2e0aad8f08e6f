"""What a screen says: read from its own draw list, so that nothing is unsaid and no text is written twice. Pure.

The picture is drawn once more for the ear: in one language, the same targets. A text inside a target belongs to it, all
others are the body; both are read in the order of drawing, which is the order of meaning on every sheet. Unsaid stay
only the header behind the first screen, keys that cannot be pressed now, and what identifies a person.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from broker.model.personal_numbers import found_in
from broker.model.words import Names
from broker.runtime.canvas.ops import Icon, Op, Text, Zone, middles
from kiosk import targets as t
from kiosk.guidance import words as g
from kiosk.menu import Menu
from kiosk.screens import words as w
from kiosk.screens.frame import Frame, Surroundings, chrome
from kiosk.screens.view import view
from kiosk.typed import TYPED
from kiosk.visit import MENU_STEPS, Visit

SPOKEN = ("zh", "en", "yue")
WORDLESS = {t.ERASE: w.ERASE, t.STAY: w.STAY, t.HOME: w.HOME}
"""Targets that show a sign only."""
_DASH = "—"


@dataclass(frozen=True)
class Spot:
    """Something that can be chosen, and its words."""

    target: str
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Reading:
    """A screen in ``language``: what it tells, then what can be chosen. ``codes`` are numbers that are to be spelt."""

    language: str
    body: tuple[str, ...]
    spots: tuple[Spot, ...]
    codes: tuple[str, ...] = ()

    def spot(self, target: str | None) -> Spot | None:
        """The spot of a target that is there."""
        return next((spot for spot in self.spots if spot.target == target), None)


def language_of(visit: Visit, usual: str) -> str:
    """The visitor's language where a voice speaks it, else the hall's ``usual`` one."""
    wanted = "zh" if visit.language.startswith("zh-") else visit.language
    return wanted if wanted in SPOKEN else usual


def reading(visit: Visit, menu: Menu, around: Surroundings, usual: str = "zh") -> Reading:
    """What the screen of a visit says."""
    language = language_of(visit, usual)
    drawn_in = "zh" if language == "yue" else language
    heard = Frame(replace(visit, language=drawn_in), menu, replace(around, ear=True))
    ops = view(heard.visit, menu, heard.around)
    spots = _spots(heard, ops)
    inside = {id(op) for _, own in spots for op in own}
    body = () if around.warned_s is not None else tuple(_body(heard, ops, inside))
    found = tuple(Spot(target, tuple(_spot_texts(heard, target, own))) for target, own in spots)
    return Reading(language, body, found, _codes(visit, menu))


def _spots(frame: Frame, ops: Sequence[Op]) -> list[tuple[str, list[Op]]]:
    """Each target that a finger would reach, with what lies on it."""
    reachable = middles(ops)
    found: dict[str, list[Op]] = {target: [] for target in _in_order(ops) if target in reachable}
    targets: list[Op] = []
    for op in ops:
        if op.target is not None:
            targets.append(op)
            continue
        x, y = op.rect.x + op.rect.w / 2, op.rect.y + op.rect.h / 2
        above = next((one for one in reversed(targets) if one.rect.holds(x, y)), None)
        if above is not None and above.target in found and isinstance(op, Text | Icon):
            found[above.target].append(op)
    return list(found.items())


def _in_order(ops: Sequence[Op]) -> Iterator[str]:
    return (op.target for op in ops if op.target is not None)


def _body(frame: Frame, ops: Sequence[Op], inside: set[int]) -> Iterator[str]:
    """Texts outside of any target, title and hint once; the header only where a visit begins."""
    header = [] if frame.menu.emergency is not None else [_plain(op) for op in chrome(frame, _BLANK)]
    at_the_door = frame.visit.step in MENU_STEPS
    typing = TYPED.get(frame.visit.step)
    title: list[str] = []
    told: list[str] = []
    before = ""
    for words in _texts(frame, [op for op in ops if id(op) not in inside and not isinstance(op, Zone)]):
        if words in header:
            header.remove(words)
            if at_the_door:
                told.append(words)
                yield words
        elif typing is not None and len(words) == 1:
            continue  # a pale key
        elif typing is not None and words == frame.visit.typed:
            yield words if typing.kind == "number" else frame.first(g.typed(len(words)))
        elif words not in title and words not in told and words != before:
            title += [words] if len(title) < 2 else []
            before = words
            yield from _with_label(frame, words, title)


def _with_label(frame: Frame, words: str, title: Sequence[str]) -> Iterator[str]:
    """A number across a picture of paper needs no label for the eye."""
    slip, label = frame.visit.slip, frame.first(w.YOUR_NUMBER)
    if slip is not None and words == slip.number and label not in title:
        yield label
    yield words


def _texts(frame: Frame, ops: Sequence[Op]) -> Iterator[str]:
    """The words of ops in their order. A bare figure beside the sign of people is said with its word."""
    masked = {card.masked for card in (frame.visit.card, frame.visit.principal) if card is not None}
    sign = ""
    for op in ops:
        if isinstance(op, Icon):
            sign = op.name
            continue
        words = _plain(op)
        if not words or words in masked or "*" in words or found_in(words):
            continue
        if sign == "people" and words.isdecimal():
            words = frame.first(w.people(int(words)))
        yield frame.first(g.UNKNOWN) if words == _DASH else words
        sign = ""


def _plain(op: Op) -> str:
    return op.plain.strip() if isinstance(op, Text) else ""


def _spot_texts(frame: Frame, target: str, own: Sequence[Op]) -> Iterator[str]:
    """The words on a target, or those of a sign alone; a tick is said."""
    words = list(_texts(frame, own))
    wordless = WORDLESS.get(t.parse(target)[0])
    if not words and wordless is not None:
        words = [frame.first(wordless)]
    yield from words
    if any(isinstance(op, Icon) and op.name == "check-circle" for op in own):
        yield frame.first(g.CHOSEN)


def _codes(visit: Visit, menu: Menu) -> tuple[str, ...]:
    """Ticket numbers that may stand on a screen, whatever a hall's numbers look like."""
    slip = () if visit.slip is None else (visit.slip.number,)
    typed = TYPED.get(visit.step)
    own = (visit.typed,) if visit.typed and (typed is None or typed.kind == "number") else ()
    rated = (visit.rated,) if visit.rated else ()
    return (*slip, *own, *rated, *(one.number for one in visit.found), *(one.number for one in menu.given))


_BLANK = Names(" ", " ")
