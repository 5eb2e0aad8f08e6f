"""Who comes for an appointment, or again with a return slip: the code is typed, or held before the scanner from
wherever the last one left. Every hall gives slips; where no appointments are taken, nothing here speaks of them. Pure.
"""

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
NOT_A_SLIP = Names(
    "这不是告知单的编码；号票上的二维码请用手机扫", "No return slip's code. Scan a ticket's code with your phone"
)
SLIP_OF_OTHER_HALL = Names("这是别的大厅的告知单，请核对地址", "This slip is of another hall. Please check the address")
SLIP_AWAY = Names(
    "系统暂时没有连上，不能核对告知单。可以先取普通号，或到咨询台",
    "Not connected, so return slips cannot be checked. Take an ordinary number, or ask at the desk",
)
HAVE_NUMBER = Names("您已经取过号，不用再取", "You have a number already. This is it")
BUSY_STEPS = frozenset({Step.CHECKING, Step.COPYING, Step.NO_PAPER})
"""What is going on here is not finished, or is nowhere but on the screen."""


def scanned(visit: Visit, text: str, scene: Scene) -> Outcome:
    """A code was held before the scanner: whoever did it is here for that, whatever stands on the screen."""
    here = replace(visit, touched_s=scene.now_s)
    if issuing(visit) or visit.step in BUSY_STEPS:
        return here, ()
    person = replace(fresh(scene), language=visit.language, larger=visit.larger, lower=visit.lower)
    try:
        code = parse_code(text, scene.menu.hall_id)
    except CodeOfAnotherHall:
        return told(person, _said(scene, OTHER_HALL, SLIP_OF_OTHER_HALL), scene), ()
    except NotACode:
        return told(person, _said(scene, NOT_A_CODE, NOT_A_SLIP), scene), ()
    return check_in(person, code, scene)


def open_check_in(visit: Visit, argument: str, scene: Scene) -> Outcome:
    return to(visit, Step.CHECK_IN, scene, typed="", letters=False), ()


def toggle_letters(visit: Visit, argument: str, scene: Scene) -> Outcome:
    return replace(visit, letters=not visit.letters), ()


def send_code(visit: Visit, argument: str, scene: Scene) -> Outcome:
    if not TYPED[visit.step].enough(visit.typed):
        return visit, ()
    return check_in(visit, visit.typed, scene)


def check_in(visit: Visit, code: str, scene: Scene) -> Outcome:
    """Only the engine knows whose code it is. Where issuing is paused it is honoured all the same: it decides."""
    if scene.menu.alone or scene.menu.state == "connecting":
        return told(visit, _said(scene, AWAY, SLIP_AWAY), scene), ()
    order = Order(ticket=scene.fresh_ticket, service="", language=visit.language, large=visit.larger, code=code)
    begun = to(visit, Step.TAKING, scene, ticket=order.ticket, slip=None, printed=False, checking_in=True, typed="")
    return begun, (CheckIn(order),)


def told(visit: Visit, why: Names, scene: Scene) -> Visit:
    """Why there is no ticket for the code, with an ordinary number one touch away."""
    return to(visit, Step.BOOKED, scene, note=why, note_good=False, ticket=None, slip=None, typed="", checking_in=False)


def already(visit: Visit, event: AlreadyHere, scene: Scene) -> Visit:
    """The one ticket of the code, which can be had on paper again; that of a slip is booked for no time."""
    note = ALREADY if event.slip.booked else HAVE_NUMBER
    here = replace(visit, note=note, note_good=True, checking_in=False)
    return to(here, Step.BOOKED, scene, ticket=None, slip=event.slip)


def print_again(visit: Visit, argument: str, scene: Scene) -> Outcome:
    if visit.slip is None or not scene.menu.printer_ok:
        return visit, ()
    return to(visit, Step.COPYING, scene), (PrintSlip(visit.slip, visit.language, visit.larger),)


def _said(scene: Scene, appointment: Names, slip: Names) -> Names:
    """What somebody is told whose code may be either: where no appointments are taken, it is a slip's."""
    return appointment if scene.menu.appointments else slip
