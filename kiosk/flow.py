"""What a visitor's touches lead to, as a table of steps. Pure: time, ids and what happened are handed in.

    visit, event, scene -> visit, wishes

A wish is something the hands shall do (issue a ticket, call staff). ``ARROWS`` lists every step that may follow
another; ``step`` never leaves it. Whoever walks away leaves nothing behind: after the time-out the visit is a new one.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from broker.model.words import Names
from kiosk import targets as t
from kiosk.events import (
    CallStaff,
    Denied,
    Event,
    Issue,
    NotPrinted,
    Numbered,
    Passed,
    Pressed,
    Printed,
    Rejoin,
    Rejoined,
    Touched,
    Wish,
)
from kiosk.menu import Menu, Offer
from kiosk.readers.cards import CardPresent, CardRead, CardUnread
from kiosk.readers.lines import Scanned
from kiosk.ticket import Order, Slip

IDLE_S, IDLE_LARGER_S, WARNING_S = 45.0, 90.0, 20.0
NUMBER_ON_SCREEN_S = 90.0
"""The number is nowhere but on the screen: time to take a photograph."""
SETTLE_S, SAME_PLACE_PX = 0.4, 80
"""A touch this soon after a step came up, where the last one was, was meant for the step before."""
REPEAT_S = 2.0
"""A physical button pressed again this soon is the same wish."""
TYPED_MOST = 5
PAGE_MOST = 99


class Step(StrEnum):
    """Where a visit stands."""

    HOME = "home"
    CATEGORY = "category"
    DETAIL = "detail"
    PRIORITY = "priority"
    MISSED = "missed"
    CHECKING = "checking"
    TAKING = "taking"
    TICKET = "ticket"
    NO_PAPER = "no_paper"
    NOTE = "note"
    HELP = "help"


_HOME_ALWAYS = frozenset({Step.HOME, Step.HELP, Step.TAKING, Step.NOTE})
ARROWS: dict[Step, frozenset[Step]] = {
    Step.HOME: _HOME_ALWAYS | {Step.CATEGORY, Step.DETAIL, Step.MISSED},
    Step.CATEGORY: _HOME_ALWAYS | {Step.DETAIL},
    Step.DETAIL: _HOME_ALWAYS | {Step.CATEGORY, Step.PRIORITY},
    Step.PRIORITY: _HOME_ALWAYS | {Step.DETAIL},
    Step.MISSED: _HOME_ALWAYS | {Step.CHECKING},
    Step.CHECKING: frozenset({Step.HOME, Step.NOTE}),
    Step.TAKING: frozenset({Step.TICKET, Step.NO_PAPER, Step.NOTE}),
    Step.TICKET: _HOME_ALWAYS | {Step.NO_PAPER},
    Step.NO_PAPER: _HOME_ALWAYS | {Step.TICKET},
    Step.NOTE: _HOME_ALWAYS,
    Step.HELP: _HOME_ALWAYS | {Step.CATEGORY, Step.DETAIL, Step.PRIORITY, Step.MISSED, Step.TICKET, Step.NO_PAPER},
}


@dataclass(frozen=True)
class Visit:
    """One person at the kiosk. Times are seconds of the same clock as the scene's ``now_s``."""

    step: Step = Step.HOME
    language: str = "zh"
    larger: bool = False
    lower: bool = False
    category: str | None = None
    page: int = 0
    service: str | None = None
    priority: str | None = None
    typed: str = ""
    ticket: str | None = None
    slip: Slip | None = None
    printed: bool = False
    note: Names | None = None
    note_good: bool = False
    behind: Step = Step.HOME
    touched_at: tuple[int, int] | None = None
    touched_s: float = 0.0
    entered_s: float = float("-inf")


@dataclass(frozen=True)
class Scene:
    """The surroundings of an event: what is on offer, when, and an id for a ticket should one be begun."""

    menu: Menu
    now_s: float
    fresh_ticket: str


Outcome = tuple[Visit, tuple[Wish, ...]]
Handler = Callable[[Visit, str, Scene], Outcome]


def step(visit: Visit, event: Event, scene: Scene) -> Outcome:
    """What the visit becomes, and what is to be done."""
    match event:
        case Touched():
            return _touched(visit, event, scene)
        case Pressed(service):
            return _pressed(visit, service, scene)
        case CardRead() | CardUnread() | CardPresent() | Scanned():
            return replace(visit, touched_s=scene.now_s), ()  # somebody is here
        case Passed():
            return (fresh(scene), ()) if idle_left_s(visit, scene.now_s) <= 0 else (visit, ())
        case Rejoined(message, good):
            if visit.step is not Step.CHECKING:
                return visit, ()
            return _to(visit, Step.NOTE, scene, note=message, note_good=good, typed=""), ()
    if event.ticket != visit.ticket:
        return visit, ()
    return _about_ticket(visit, event, scene), ()


def fresh(scene: Scene) -> Visit:
    """The next person: nothing of the one before is left."""
    return Visit(touched_s=scene.now_s, entered_s=scene.now_s)


def idle_limit_s(visit: Visit) -> float | None:
    """How long nobody may touch anything before the kiosk goes home; None where it does not."""
    if visit.step in (Step.TAKING, Step.CHECKING) or (visit.step is Step.TICKET and not visit.printed):
        return None
    if visit == Visit(touched_at=visit.touched_at, touched_s=visit.touched_s, entered_s=visit.entered_s):
        return None
    if visit.step is Step.NO_PAPER:
        return NUMBER_ON_SCREEN_S
    return IDLE_LARGER_S if visit.larger else IDLE_S


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


def needs_detail(offer: Offer, menu: Menu) -> bool:
    """Whether there is something to read or choose before the ticket."""
    return bool(not offer.open or offer.reason or offer.papers or offer.online or menu.priorities)


# -- touches ------------------------------------------------


def _touched(visit: Visit, touch: Touched, scene: Scene) -> Outcome:
    if warned_s(visit, scene.now_s) is not None or touch.target == t.STAY:
        return replace(visit, touched_s=scene.now_s), ()
    if scene.now_s - visit.entered_s < SETTLE_S and _same_place(visit.touched_at, touch.at):
        return visit, ()
    verb, argument = t.parse(touch.target)
    handler = HANDLERS[visit.step].get(verb)
    if handler is None:
        return visit, ()
    after, wishes = handler(visit, argument, scene)
    return replace(after, touched_s=scene.now_s, touched_at=touch.at), wishes


def _same_place(before: tuple[int, int] | None, now: tuple[int, int] | None) -> bool:
    """Two taps of one finger; also where one of the places is not known."""
    if before is None or now is None:
        return True
    return max(abs(before[0] - now[0]), abs(before[1] - now[1])) <= SAME_PLACE_PX


def _to(visit: Visit, step: Step, scene: Scene, **changes: object) -> Visit:
    """The only way to another step."""
    assert step in ARROWS[visit.step], f"{visit.step} -> {step}"
    return replace(visit, step=step, touched_s=scene.now_s, entered_s=scene.now_s, **changes)  # type: ignore[arg-type]


def _home(visit: Visit, argument: str, scene: Scene) -> Outcome:
    """Home, keeping how the same person wants to see it."""
    kept = replace(fresh(scene), language=visit.language, larger=visit.larger, lower=visit.lower)
    return kept, ()


def _end(visit: Visit, argument: str, scene: Scene) -> Outcome:
    return fresh(scene), ()


def _toggle_language(visit: Visit, argument: str, scene: Scene) -> Outcome:
    return replace(visit, language="zh" if visit.language == "en" else "en"), ()


def _toggle_larger(visit: Visit, argument: str, scene: Scene) -> Outcome:
    return replace(visit, larger=not visit.larger, page=0), ()


def _toggle_lower(visit: Visit, argument: str, scene: Scene) -> Outcome:
    return replace(visit, lower=not visit.lower, page=0), ()


def _call_staff(visit: Visit, argument: str, scene: Scene) -> Outcome:
    # While printing, the printer's answer must find the ticket on the screen; at HELP, staff are called once more.
    if issuing(visit) or visit.step is Step.HELP:
        return visit, (CallStaff(),)
    return _to(visit, Step.HELP, scene, behind=visit.step), (CallStaff(),)


def _leave_help(visit: Visit, argument: str, scene: Scene) -> Outcome:
    return _to(visit, visit.behind, scene), ()


def _turn_page(visit: Visit, argument: str, scene: Scene) -> Outcome:
    page = int(argument) if argument.isdecimal() else 0
    return replace(visit, page=min(page, PAGE_MOST)), ()


def _open_category(visit: Visit, argument: str, scene: Scene) -> Outcome:
    if all(choice.key != argument for choice in scene.menu.categories):
        return visit, ()
    return _to(visit, Step.CATEGORY, scene, category=argument, page=0), ()


def _choose_service(visit: Visit, argument: str, scene: Scene) -> Outcome:
    offer = scene.menu.offer(argument)
    if offer is None:
        return visit, ()
    chosen = replace(visit, service=offer.service, priority=None)
    if needs_detail(offer, scene.menu):
        return _to(chosen, Step.DETAIL, scene), ()
    return _begin(chosen, offer, scene)


def _leave_detail(visit: Visit, argument: str, scene: Scene) -> Outcome:
    step = Step.CATEGORY if visit.category else Step.HOME
    return _to(visit, step, scene, service=None, priority=None), ()


def _leave_category(visit: Visit, argument: str, scene: Scene) -> Outcome:
    return _to(visit, Step.HOME, scene, category=None, page=0), ()


def _open_priority(visit: Visit, argument: str, scene: Scene) -> Outcome:
    return (_to(visit, Step.PRIORITY, scene) if scene.menu.priorities else visit), ()


def _choose_priority(visit: Visit, argument: str, scene: Scene) -> Outcome:
    known = any(choice.key == argument for choice in scene.menu.priorities)
    return _to(visit, Step.DETAIL, scene, priority=argument if known else None), ()


def _leave_priority(visit: Visit, argument: str, scene: Scene) -> Outcome:
    return _to(visit, Step.DETAIL, scene), ()


def _unclaim(visit: Visit, argument: str, scene: Scene) -> Outcome:
    return replace(visit, priority=None), ()


def _take(visit: Visit, argument: str, scene: Scene) -> Outcome:
    offer = scene.menu.offer(visit.service)
    return (visit, ()) if offer is None else _begin(visit, offer, scene)


def _begin(visit: Visit, offer: Offer, scene: Scene) -> Outcome:
    """The one place where a ticket is begun: its id is made at this touch."""
    if scene.menu.state != "ready" or not offer.open:
        why = offer.reason if scene.menu.state == "ready" and offer.reason else PAUSED
        return _to(visit, Step.NOTE, scene, note=why, note_good=False), ()
    begun = _to(visit, Step.TAKING, scene, ticket=scene.fresh_ticket, slip=None, printed=False)
    return begun, (Issue(Order(scene.fresh_ticket, offer.service, visit.priority, visit.language)),)


def _open_missed(visit: Visit, argument: str, scene: Scene) -> Outcome:
    return _to(visit, Step.MISSED, scene, typed=""), ()


def _type(visit: Visit, argument: str, scene: Scene) -> Outcome:
    letter = len(visit.typed) == 0
    fits = len(argument) == 1 and len(visit.typed) < TYPED_MOST
    if not fits or not argument.isascii() or (not argument.isalpha() if letter else not argument.isdecimal()):
        return visit, ()
    return replace(visit, typed=visit.typed + argument.upper()), ()


def _erase(visit: Visit, argument: str, scene: Scene) -> Outcome:
    return replace(visit, typed=visit.typed[:-1]), ()


def _send(visit: Visit, argument: str, scene: Scene) -> Outcome:
    if not 3 <= len(visit.typed) <= TYPED_MOST:
        return visit, ()
    return _to(visit, Step.CHECKING, scene), (Rejoin(visit.typed),)


_ALWAYS: dict[str, Handler] = {
    t.LANGUAGE: _toggle_language,
    t.LARGER: _toggle_larger,
    t.LOWER: _toggle_lower,
    t.HELP: _call_staff,
    t.HOME: _home,
}
HANDLERS: dict[Step, dict[str, Handler]] = {
    Step.HOME: _ALWAYS
    | {t.SERVICE: _choose_service, t.CATEGORY: _open_category, t.PAGE: _turn_page, t.MISSED: _open_missed},
    Step.CATEGORY: _ALWAYS | {t.SERVICE: _choose_service, t.PAGE: _turn_page, t.BACK: _leave_category},
    Step.DETAIL: _ALWAYS | {t.TAKE: _take, t.CLAIM: _open_priority, t.UNCLAIM: _unclaim, t.BACK: _leave_detail},
    Step.PRIORITY: _ALWAYS | {t.CLASS: _choose_priority, t.PAGE: _turn_page, t.BACK: _leave_priority},
    Step.MISSED: _ALWAYS | {t.KEY: _type, t.ERASE: _erase, t.SEND: _send, t.BACK: _home},
    Step.CHECKING: {},
    Step.TAKING: {},
    Step.TICKET: {t.LANGUAGE: _toggle_language, t.HELP: _call_staff, t.DONE: _end},
    Step.NO_PAPER: {t.LANGUAGE: _toggle_language, t.HELP: _call_staff, t.DONE: _end},
    Step.NOTE: _ALWAYS | {t.DONE: _end, t.BACK: _home},
    Step.HELP: {t.LANGUAGE: _toggle_language, t.HELP: _call_staff, t.BACK: _leave_help, t.DONE: _end},
}
PAUSED = Names("现在不能取号", "No tickets can be taken now")

# -- buttons and tickets ------------------------------------------------


def _pressed(visit: Visit, service: str, scene: Scene) -> Outcome:
    """A physical button takes a ticket at once; whoever stood before the screen pressed it."""
    offer = scene.menu.offer(service)
    again = visit.service == service and visit.ticket is not None and scene.now_s - visit.entered_s < REPEAT_S
    if offer is None or again or issuing(visit) or visit.step is Step.CHECKING:
        return visit, ()
    person = replace(fresh(scene), language=visit.language, larger=visit.larger, lower=visit.lower, service=service)
    return _begin(person, offer, scene)


def _about_ticket(visit: Visit, event: Numbered | Printed | NotPrinted | Denied, scene: Scene) -> Visit:
    match event:
        case Denied(_, why) if visit.step is Step.TAKING:
            return _to(visit, Step.NOTE, scene, note=why, note_good=False, ticket=None)
        case Numbered(_, slip) if visit.step is Step.TAKING:
            return _to(visit, Step.TICKET, scene, slip=slip, printed=False)
        case Printed() if visit.step is Step.TICKET:
            return replace(visit, printed=True, touched_s=scene.now_s)
        case Printed() if visit.step is Step.NO_PAPER:
            return _to(visit, Step.TICKET, scene, printed=True)
        case NotPrinted() if visit.step is Step.TICKET:
            return _to(visit, Step.NO_PAPER, scene)
    return visit
