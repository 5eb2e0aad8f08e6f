"""What somebody wants who has a ticket already: back in line, a copy, the lost number, a rating. Pure."""

from dataclasses import replace

from broker.model.ratings import LOW_LEVELS, REASONS, REASONS_VERSION
from broker.model.words import Level
from kiosk.events import Find, PrintCopy, Rate, Rejoin, Wish
from kiosk.typed import TYPED
from kiosk.visit import Scene, Step, Visit, to

Outcome = tuple[Visit, tuple[Wish, ...]]


def open_more(visit: Visit, argument: str, scene: Scene) -> Outcome:
    """Back to the choice, or to it."""
    return to(visit, Step.MORE, scene, typed=""), ()


def open_missed(visit: Visit, argument: str, scene: Scene) -> Outcome:
    return to(visit, Step.MISSED, scene, typed=""), ()


def open_find(visit: Visit, argument: str, scene: Scene) -> Outcome:
    return (to(visit, Step.FIND, scene, typed="") if scene.menu.lookup else visit), ()


def open_rate(visit: Visit, argument: str, scene: Scene) -> Outcome:
    return to(visit, Step.RATE, scene, typed="", rated=""), ()


def open_copies(visit: Visit, argument: str, scene: Scene) -> Outcome:
    wanted = scene.menu.given and scene.menu.printer_ok
    return (to(visit, Step.COPIES, scene) if wanted else visit), ()


def open_phone(visit: Visit, argument: str, scene: Scene) -> Outcome:
    """Leave the last digits of a telephone, or take them away again."""
    if not scene.menu.lookup:
        return visit, ()
    if visit.phone_tail:
        return replace(visit, phone_tail=""), ()
    return to(visit, Step.PHONE, scene, typed=""), ()


def leave_phone(visit: Visit, argument: str, scene: Scene) -> Outcome:
    return to(visit, Step.DETAIL, scene, typed=""), ()


def copy(visit: Visit, argument: str, scene: Scene) -> Outcome:
    if not scene.menu.printer_ok or all(given.ticket != argument for given in scene.menu.given):
        return visit, ()
    return to(visit, Step.COPYING, scene), (PrintCopy(argument),)


def press_key(visit: Visit, argument: str, scene: Scene) -> Outcome:
    fits = TYPED[visit.step].takes(visit.typed, argument)
    return (replace(visit, typed=visit.typed + argument.upper()) if fits else visit), ()


def erase(visit: Visit, argument: str, scene: Scene) -> Outcome:
    return replace(visit, typed=visit.typed[:-1]), ()


def send(visit: Visit, argument: str, scene: Scene) -> Outcome:
    """What was typed is complete: ask the engine, or go on with it."""
    if not TYPED[visit.step].enough(visit.typed):
        return visit, ()
    if visit.step is Step.RATE:
        return to(visit, Step.RATE_CODE, scene, rated=visit.typed, typed=""), ()
    if visit.step is Step.RATE_CODE:
        return to(visit, Step.FACES, scene), ()
    if visit.step is Step.PHONE:
        return to(visit, Step.DETAIL, scene, phone_tail=visit.typed, typed=""), ()
    question = Find(visit.typed) if visit.step is Step.FIND else Rejoin(visit.typed)
    return to(visit, Step.CHECKING, scene), (question,)


def choose_face(visit: Visit, argument: str, scene: Scene) -> Outcome:
    """A good one is sent; of a low one it may be said why."""
    if argument not in list(Level):
        return visit, ()
    level = Level(argument)
    if level in LOW_LEVELS:
        return to(visit, Step.REASONS, scene, face=level, reasons=(), contact=False), ()
    return to(visit, Step.CHECKING, scene), (Rate(visit.rated, level, visit.typed),)


def leave_reasons(visit: Visit, argument: str, scene: Scene) -> Outcome:
    """Another face after all."""
    return to(visit, Step.FACES, scene, face=None, reasons=(), contact=False), ()


def toggle_reason(visit: Visit, argument: str, scene: Scene) -> Outcome:
    """Chosen or taken back; in the order of the list."""
    chosen = {*visit.reasons} ^ {argument}
    return replace(visit, reasons=tuple(key for key in REASONS[REASONS_VERSION] if key in chosen)), ()


def toggle_contact(visit: Visit, argument: str, scene: Scene) -> Outcome:
    return replace(visit, contact=not visit.contact), ()


def send_reasons(visit: Visit, argument: str, scene: Scene) -> Outcome:
    """The face with what was chosen beside it, which may be nothing."""
    return to(visit, Step.CHECKING, scene, face=None, reasons=(), contact=False), given(visit)


def given(visit: Visit) -> tuple[Rate, ...]:
    """The rating of whoever touched a low face, also who then went away: they were told that one tap is enough."""
    if visit.face is None:
        return ()
    return (Rate(visit.rated, visit.face, visit.typed, visit.reasons, visit.contact),)
