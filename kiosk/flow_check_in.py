"""Who comes for an appointment: the code is typed, or held before the scanner from wherever the last one left. Pure."""

from dataclasses import replace

from broker.contract.appointment_code import CodeOfAnotherHall, NotACode, parse_code
from broker.model.words import Names
from kiosk.events import AlreadyHere, CheckIn, PrintSlip, Wish
from kiosk.ticket import Order
from kiosk.typed import TYPED
from kiosk.visit import Scene, Step, Visit, fresh, issuing, to

Outcome = tuple[Visit, tuple[Wish, ...]]

NOT_A_CODE = Names(
    "这不是预约码；号票上的二维码请用手机扫", "No appointment code. Scan a ticket's code with your phone"
)
OTHER_HALL = Names("这是别的大厅的预约，请核对地址", "This appointment is at another hall. Please check the address")
AWAY = Names(
    "系统暂时没有连上，不能核对预约。可以先取普通号，或到咨询台",
    "Not connected, so appointments cannot be checked. Take an ordinary number, or ask at the desk",
)
ALREADY = Names("您已经签到，不用再取号", "You have checked in already. This is your number")
BUSY_STEPS = frozenset({Step.CHECKING, Step.COPYING, Step.NO_PAPER})
"""What is going on here is not finished, or is nowhere but on the screen."""


def scanned(visit: Visit, text: str, scene: Scene) -> Outcome:
    """A code was held before the scanner: whoever did it is here for an appointment, whatever stands on the screen."""
    here = replace(visit, touched_s=scene.now_s)
    if not scene.menu.appointments or issuing(visit) or visit.step in BUSY_STEPS:
        return here, ()
    person = replace(fresh(scene), language=visit.language, larger=visit.larger, lower=visit.lower)
    try:
        code = parse_code(text, scene.menu.hall_id)
    except CodeOfAnotherHall:
        return told(person, OTHER_HALL, scene), ()
    except NotACode:
        return told(person, NOT_A_CODE, scene), ()
    return check_in(person, code, scene)


def open_check_in(visit: Visit, argument: str, scene: Scene) -> Outcome:
    return (to(visit, Step.CHECK_IN, scene, typed="", letters=False) if scene.menu.appointments else visit), ()


def toggle_letters(visit: Visit, argument: str, scene: Scene) -> Outcome:
    return replace(visit, letters=not visit.letters), ()


def send_code(visit: Visit, argument: str, scene: Scene) -> Outcome:
    if not TYPED[visit.step].enough(visit.typed):
        return visit, ()
    return check_in(visit, visit.typed, scene)


def check_in(visit: Visit, code: str, scene: Scene) -> Outcome:
    """Only the engine knows appointments. Where issuing is paused they are honoured all the same: it decides."""
    if scene.menu.alone or scene.menu.state == "connecting":
        return told(visit, AWAY, scene), ()
    order = Order(ticket=scene.fresh_ticket, service="", language=visit.language, large=visit.larger, code=code)
    begun = to(visit, Step.TAKING, scene, ticket=order.ticket, slip=None, printed=False, checking_in=True, typed="")
    return begun, (CheckIn(order),)


def told(visit: Visit, why: Names, scene: Scene) -> Visit:
    """Why there is no ticket for the appointment, with an ordinary number one touch away."""
    return to(visit, Step.BOOKED, scene, note=why, note_good=False, ticket=None, slip=None, typed="", checking_in=False)


def already(visit: Visit, event: AlreadyHere, scene: Scene) -> Visit:
    """The one ticket of the appointment, which can be had on paper again."""
    here = replace(visit, note=ALREADY, note_good=True, checking_in=False)
    return to(here, Step.BOOKED, scene, ticket=None, slip=event.slip)


def print_again(visit: Visit, argument: str, scene: Scene) -> Outcome:
    if visit.slip is None or not scene.menu.printer_ok:
        return visit, ()
    return to(visit, Step.COPYING, scene), (PrintSlip(visit.slip, visit.language, visit.larger),)
