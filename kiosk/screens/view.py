"""Which picture belongs to a visit. Pure."""

from collections.abc import Callable

from broker.runtime.canvas.ops import Op
from kiosk.menu import Menu
from kiosk.screens.card import card
from kiosk.screens.check_in import booked
from kiosk.screens.detail import detail
from kiosk.screens.emergency import emergency
from kiosk.screens.frame import Frame, Surroundings
from kiosk.screens.given import no_paper, taking, ticket
from kiosk.screens.home import home
from kiosk.screens.keypad import keypad
from kiosk.screens.languages import languages
from kiosk.screens.more import copies, faces, found, more
from kiosk.screens.notes import closed, connecting, help_called, note, paused, still_there
from kiosk.screens.paper_page import paper_page
from kiosk.screens.priority import priority
from kiosk.screens.reasons import reasons
from kiosk.visit import MENU_STEPS, Step, Visit

PICTURES: dict[Step, Callable[[Frame], list[Op]]] = {
    Step.HOME: home,
    Step.CATEGORY: home,
    Step.DETAIL: detail,
    Step.PAPERS: paper_page,
    Step.PRIORITY: priority,
    Step.CARD: card,
    Step.MORE: more,
    Step.CHECK_IN: keypad,
    Step.BOOKED: booked,
    Step.MISSED: keypad,
    Step.FIND: keypad,
    Step.RATE: keypad,
    Step.RATE_CODE: keypad,
    Step.PHONE: keypad,
    Step.FOUND: found,
    Step.FACES: faces,
    Step.REASONS: reasons,
    Step.COPIES: copies,
    Step.COPYING: taking,
    Step.CHECKING: taking,
    Step.TAKING: taking,
    Step.TICKET: ticket,
    Step.NO_PAPER: no_paper,
    Step.NOTE: note,
    Step.HELP: help_called,
}
INSTEAD_OF_HOME: dict[str, Callable[[Frame], list[Op]]] = {"paused": paused, "closed": closed, "connecting": connecting}


def view(visit: Visit, menu: Menu, around: Surroundings) -> tuple[Op, ...]:
    """The whole picture with its touch targets."""
    frame = Frame(visit, menu, around)
    if menu.emergency is not None:
        return frame.fitted(emergency(frame))
    draw = PICTURES[visit.step]
    if visit.step in MENU_STEPS:
        draw = INSTEAD_OF_HOME.get(menu.state, draw)
    ops = languages(frame) if visit.choosing else draw(frame)
    if around.warned_s is not None:
        ops = still_there(frame, ops, around.warned_s)
    return frame.fitted(ops)
