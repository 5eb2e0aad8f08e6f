"""One person at the kiosk: where the visit stands, what it holds, and how long it may stand still. Pure."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal

from broker.model.words import Level, Names, Need
from kiosk.found import FoundTicket
from kiosk.menu import Menu
from kiosk.readers.cards import CardRead
from kiosk.ticket import Slip

IDLE_S, IDLE_LARGER_S, WARNING_S = 45.0, 90.0, 20.0
HELP_S = 120.0
"""Whoever waits for a member of staff does not touch anything meanwhile."""
NUMBER_ON_SCREEN_S = 90.0
"""The number is nowhere but on the screen: time to take a photograph."""


NoticeState = Literal["", "asked", "done", "failed"]
"""What became of the written notice that the visitor wanted."""


class Step(StrEnum):
    """Where a visit stands."""

    HOME = "home"
    CATEGORY = "category"
    DETAIL = "detail"
    PAPERS = "papers"
    PRIORITY = "priority"
    CARD = "card"
    MORE = "more"
    MISSED = "missed"
    CHECK_IN = "check_in"
    BOOKED = "booked"
    FIND = "find"
    FOUND = "found"
    RATE = "rate"
    RATE_CODE = "rate_code"
    FACES = "faces"
    REASONS = "reasons"
    COPIES = "copies"
    COPYING = "copying"
    PHONE = "phone"
    CHECKING = "checking"
    TAKING = "taking"
    TICKET = "ticket"
    NO_PAPER = "no_paper"
    NOTE = "note"
    HELP = "help"


MENU_STEPS = frozenset({Step.HOME, Step.CATEGORY})
"""Where services are chosen, and where it is said instead that none can be."""
_HOME_ALWAYS = frozenset({Step.HOME, Step.HELP, Step.TAKING, Step.NOTE, Step.BOOKED})
"""From everywhere: a key or a code held before the scanner begins a ticket, or is told why not."""
ARROWS: dict[Step, frozenset[Step]] = {
    Step.HOME: _HOME_ALWAYS | {Step.CATEGORY, Step.DETAIL, Step.CARD, Step.MISSED, Step.MORE, Step.CHECK_IN},
    Step.CATEGORY: _HOME_ALWAYS | {Step.DETAIL, Step.CARD},
    Step.DETAIL: _HOME_ALWAYS | {Step.CATEGORY, Step.PAPERS, Step.PRIORITY, Step.CARD, Step.PHONE},
    Step.PAPERS: _HOME_ALWAYS | {Step.DETAIL},
    Step.PRIORITY: _HOME_ALWAYS | {Step.DETAIL},
    Step.CARD: _HOME_ALWAYS | {Step.CATEGORY, Step.DETAIL},
    Step.MISSED: _HOME_ALWAYS | {Step.CHECKING},
    Step.CHECK_IN: _HOME_ALWAYS,
    Step.BOOKED: _HOME_ALWAYS | {Step.COPYING},
    Step.MORE: _HOME_ALWAYS | {Step.CHECK_IN, Step.MISSED, Step.FIND, Step.RATE, Step.COPIES},
    Step.FIND: _HOME_ALWAYS | {Step.CHECKING},
    Step.FOUND: _HOME_ALWAYS,
    Step.RATE: _HOME_ALWAYS | {Step.RATE_CODE},
    Step.RATE_CODE: _HOME_ALWAYS | {Step.FACES, Step.RATE},
    Step.FACES: _HOME_ALWAYS | {Step.CHECKING, Step.RATE, Step.REASONS},
    Step.REASONS: _HOME_ALWAYS | {Step.CHECKING, Step.FACES},
    Step.COPIES: _HOME_ALWAYS | {Step.COPYING, Step.MORE},
    Step.COPYING: frozenset({Step.HOME, Step.NOTE}),
    Step.PHONE: _HOME_ALWAYS | {Step.DETAIL},
    Step.CHECKING: frozenset({Step.HOME, Step.NOTE, Step.FOUND}),
    Step.TAKING: frozenset({Step.TICKET, Step.NO_PAPER, Step.NOTE, Step.BOOKED}),
    Step.TICKET: _HOME_ALWAYS | {Step.NO_PAPER},
    Step.NO_PAPER: _HOME_ALWAYS | {Step.TICKET},
    Step.NOTE: _HOME_ALWAYS,
    Step.HELP: frozenset(Step) - {Step.CHECKING, Step.COPYING},
}


@dataclass(frozen=True)
class Visit:
    """One person at the kiosk. Times are seconds of the same clock as the scene's ``now_s``.

    ``card`` is the card of whoever stands here, ``principal`` that of the person in whose name (``for_another``).
    ``guided``: the screens are said into an earphone.
    ``choosing``: the languages are shown instead of the step's picture.
    ``checking_in``: the ticket on its way is that of an appointment or a slip. ``letters``: the keys show letters.
    ``rated`` is the number of the ticket to be rated, while its code is typed; ``face`` a low one, whose ``reasons``
    and wish to be called (``contact``) are asked for.
    """

    step: Step = Step.HOME
    language: str = "zh"
    choosing: bool = False
    larger: bool = False
    lower: bool = False
    guided: bool = False
    category: str | None = None
    page: int = 0
    service: str | None = None
    papers_page: int = 0
    priority: str | None = None
    card: CardRead | None = None
    for_another: bool = False
    principal: CardRead | None = None
    card_trouble: Names | None = None
    notice: NoticeState = ""
    typed: str = ""
    letters: bool = False
    checking_in: bool = False
    needs: tuple[Need, ...] = ()
    phone_tail: str = ""
    rated: str = ""
    face: Level | None = None
    reasons: tuple[str, ...] = ()
    contact: bool = False
    found: tuple[FoundTicket, ...] = ()
    ticket: str | None = None
    slip: Slip | None = None
    printed: bool = False
    paper_unsure: bool = False
    note: Names | None = None
    note_good: bool = False
    behind: Step = Step.HOME
    touched_at: tuple[int, int] | None = None
    touched_s: float = 0.0
    entered_s: float = float("-inf")


_ABOUT_ONESELF = frozenset({Step.PRIORITY, Step.CARD, Step.PHONE, Step.FIND, Step.FOUND, Step.CHECK_IN, Step.BOOKED})


def tells_of_the_visitor(visit: Visit) -> bool:
    """Whether the screen may show something about whoever stands here that is nobody else's business."""
    held = visit.card, visit.principal, visit.priority, visit.needs, visit.phone_tail
    return visit.step in _ABOUT_ONESELF or any(held)


@dataclass(frozen=True)
class Scene:
    """The surroundings of an event: what is on offer, when, an id for a ticket if one is begun; languages by key."""

    menu: Menu
    now_s: float
    fresh_ticket: str
    languages: tuple[str, ...] = ("zh", "en")


def fresh(scene: Scene) -> Visit:
    """The next person: nothing of the one before is left."""
    return Visit(touched_s=scene.now_s, entered_s=scene.now_s)


def at_rest(visit: Visit) -> bool:
    """Whether nobody has begun anything: the first picture in its usual manner."""
    same = {"touched_at": visit.touched_at, "touched_s": visit.touched_s, "entered_s": visit.entered_s}
    return visit == Visit(guided=visit.guided, **same)  # type: ignore[arg-type]


def idle_limit_s(visit: Visit) -> float | None:
    """How long nobody may touch anything before the kiosk goes home; None where it does not."""
    if visit.step in (Step.TAKING, Step.CHECKING, Step.COPYING) or (visit.step is Step.TICKET and not visit.printed):
        return None
    if at_rest(visit):
        return None
    if visit.step is Step.HELP:
        return HELP_S
    if visit.step is Step.NO_PAPER:
        return NUMBER_ON_SCREEN_S
    return IDLE_LARGER_S if visit.larger or visit.guided else IDLE_S


def idle_left_s(visit: Visit, now_s: float) -> float:
    """Seconds until the kiosk goes home by itself; infinite where it does not."""
    limit_s = idle_limit_s(visit)
    return float("inf") if limit_s is None else limit_s - (now_s - visit.touched_s)


def warned_s(visit: Visit, now_s: float) -> int | None:
    """Whole seconds to show in the warning, or None while there is none. One touch makes it go away."""
    left_s = idle_left_s(visit, now_s)
    return None if left_s > WARNING_S else max(0, int(left_s) + (left_s > int(left_s)))


def issuing(visit: Visit) -> bool:
    """Whether a ticket is on its way, so that no other may be begun."""
    return visit.step is Step.TAKING or (visit.step is Step.TICKET and not visit.printed)


def to(visit: Visit, step: Step, scene: Scene, **changes: object) -> Visit:
    """The only way to another step."""
    assert step in ARROWS[visit.step], f"{visit.step} -> {step}"
    return replace(visit, step=step, touched_s=scene.now_s, entered_s=scene.now_s, **changes)  # type: ignore[arg-type]
