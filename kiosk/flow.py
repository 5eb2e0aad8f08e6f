"""What a visitor's touches lead to, as a table of steps. Pure: time, ids and what happened are handed in.

    visit, event, scene -> visit, wishes

A wish is something the hands shall do (issue a ticket, call staff). ``ARROWS`` lists every step that may follow
another; ``step`` never leaves it. Whoever walks away leaves nothing behind: after the time-out the visit is a new one.
"""

from collections.abc import Callable
from dataclasses import replace

from broker.model.words import NEED_NAMES, Names
from broker.runtime.code_lines import Scanned
from kiosk import flow_languages
from kiosk import targets as t
from kiosk.events import (
    AlreadyHere,
    Answered,
    CallStaff,
    CopyEnded,
    Denied,
    Event,
    Found,
    Issue,
    NoticeEnded,
    NotPrinted,
    Numbered,
    Passed,
    Pressed,
    Printed,
    PrintNotice,
    Shown,
    Touched,
    Wish,
)
from kiosk.flow_cards import act_for_another, ask_for_card, complete, laid, leave_card
from kiosk.flow_check_in import already, open_check_in, print_again, scanned, send_code, toggle_letters
from kiosk.flow_check_in import told as told_why
from kiosk.flow_more import (
    choose_face,
    copy,
    erase,
    given,
    leave_phone,
    leave_reasons,
    open_copies,
    open_find,
    open_missed,
    open_more,
    open_phone,
    open_rate,
    press_key,
    send,
    send_reasons,
    toggle_contact,
    toggle_reason,
)
from kiosk.menu import Menu, Offer
from kiosk.readers.cards import CardPresent, CardRead, CardUnread
from kiosk.ticket import Order
from kiosk.visit import Scene, Step, Visit, fresh, idle_left_s, idle_limit_s, issuing, to, warned_s

SETTLE_S, SAME_PLACE_PX = 0.4, 80
"""A touch this soon after a step came up, where the last one was, was meant for the step before."""
REPEAT_S = 2.0
"""A physical button pressed again this soon is the same wish."""
PAGE_MOST = 99

Outcome = tuple[Visit, tuple[Wish, ...]]
Handler = Callable[[Visit, str, Scene], Outcome]


def step(visit: Visit, event: Event, scene: Scene) -> Outcome:
    """What the visit becomes, and what is to be done; a rating that somebody walked away from is sent."""
    after, wishes = _step(visit, event, scene)
    walked_away = visit.step is Step.REASONS and after.step not in (Step.REASONS, Step.FACES, Step.CHECKING, Step.HELP)
    return after, (*wishes, *given(visit)) if walked_away else wishes


def _step(visit: Visit, event: Event, scene: Scene) -> Outcome:
    if scene.menu.emergency is not None and isinstance(event, Touched | Pressed | Passed | Shown):
        return _in_emergency(visit, scene), ()
    match event:
        case Touched():
            return _touched(visit, event, scene)
        case Pressed(service):
            return _pressed(visit, service, scene)
        case CardRead() | CardUnread() | CardPresent():
            return laid(visit, event, scene), ()
        case Scanned(text):
            return scanned(visit, text, scene)
        case Passed():
            return (fresh(scene), ()) if idle_left_s(visit, scene.now_s) <= 0 else (visit, ())
        case NoticeEnded(printed):
            asked = visit.step in (Step.DETAIL, Step.PAPERS) and visit.notice == "asked"
            return (replace(visit, notice="done" if printed else "failed") if asked else visit), ()
        case Answered(message, good):
            if visit.step is not Step.CHECKING:
                return visit, ()
            return to(visit, Step.NOTE, scene, note=message, note_good=good, typed=""), ()
        case Found(tickets):
            if visit.step is not Step.CHECKING:
                return visit, ()
            return to(visit, Step.FOUND, scene, found=tickets, typed=""), ()
        case CopyEnded(printed):
            if visit.step is not Step.COPYING:
                return visit, ()
            return to(visit, Step.NOTE, scene, note=COPIED if printed else NOT_COPIED, note_good=printed), ()
    if event.ticket != visit.ticket:
        return visit, ()
    return _about_ticket(visit, event, scene), ()


def _in_emergency(visit: Visit, scene: Scene) -> Visit:
    """Nothing can be touched and nothing typed is kept; a number on its way, or nowhere but on the screen, is."""
    if visit.step in (Step.TICKET, Step.NO_PAPER) or idle_limit_s(visit) is None:
        return visit
    return fresh(scene)


def needs_detail(offer: Offer, menu: Menu) -> bool:
    """Whether there is something to read or choose before the ticket."""
    to_read = offer.reason or offer.paused or offer.papers or offer.online or offer.checklist_url or offer.real_name
    return bool(not offer.open or to_read or menu.priorities)


# -- touches ------------------------------------------------


def _touched(visit: Visit, touch: Touched, scene: Scene) -> Outcome:
    if warned_s(visit, scene.now_s) is not None or touch.target == t.STAY:
        return replace(visit, touched_s=scene.now_s), ()
    if scene.now_s - visit.entered_s < SETTLE_S and _same_place(visit.touched_at, touch.at):
        return visit, ()
    verb, argument = t.parse(touch.target)
    if visit.choosing:
        after = flow_languages.chosen(visit, verb, argument, scene)
        if after is not None:
            return replace(after, touched_s=scene.now_s, touched_at=touch.at), ()
        visit = replace(visit, choosing=False)
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


def _home(visit: Visit, argument: str, scene: Scene) -> Outcome:
    """Home, keeping how the same person wants to see it."""
    kept = replace(fresh(scene), language=visit.language, larger=visit.larger, lower=visit.lower)
    return kept, ()


def _end(visit: Visit, argument: str, scene: Scene) -> Outcome:
    return fresh(scene), ()


def _change_language(visit: Visit, argument: str, scene: Scene) -> Outcome:
    return flow_languages.change_language(visit, argument, scene), ()


def _toggle_larger(visit: Visit, argument: str, scene: Scene) -> Outcome:
    return replace(visit, larger=not visit.larger, page=0), ()


def _toggle_lower(visit: Visit, argument: str, scene: Scene) -> Outcome:
    return replace(visit, lower=not visit.lower, page=0), ()


def _call_staff(visit: Visit, argument: str, scene: Scene) -> Outcome:
    # While printing, the printer's answer must find the ticket on the screen; at HELP, staff are called once more.
    if issuing(visit) or visit.step is Step.HELP:
        return visit, (CallStaff(),)
    return to(visit, Step.HELP, scene, behind=visit.step), (CallStaff(),)


def _leave_help(visit: Visit, argument: str, scene: Scene) -> Outcome:
    return to(visit, visit.behind, scene), ()


def _turn_page(visit: Visit, argument: str, scene: Scene) -> Outcome:
    page = int(argument) if argument.isdecimal() else 0
    return replace(visit, page=min(page, PAGE_MOST)), ()


def _open_papers(visit: Visit, argument: str, scene: Scene) -> Outcome:
    return to(visit, Step.PAPERS, scene, papers_page=0), ()


def _turn_papers(visit: Visit, argument: str, scene: Scene) -> Outcome:
    """Apart from the page of the menu, to which the way back leads."""
    page = int(argument) if argument.isdecimal() else 0
    return replace(visit, papers_page=min(page, PAGE_MOST)), ()


def _open_category(visit: Visit, argument: str, scene: Scene) -> Outcome:
    if all(choice.key != argument for choice in scene.menu.categories):
        return visit, ()
    return to(visit, Step.CATEGORY, scene, category=argument, page=0), ()


def _choose_service(visit: Visit, argument: str, scene: Scene) -> Outcome:
    offer = scene.menu.offer(argument)
    if offer is None:
        return visit, ()
    chosen = replace(visit, service=offer.service, priority=None, notice="")
    if needs_detail(offer, scene.menu):
        return to(chosen, Step.DETAIL, scene), ()
    return _begin(chosen, offer, scene)


def _leave_detail(visit: Visit, argument: str, scene: Scene) -> Outcome:
    step = Step.CATEGORY if visit.category else Step.HOME
    return to(visit, step, scene, service=None, priority=None), ()


def _leave_category(visit: Visit, argument: str, scene: Scene) -> Outcome:
    return to(visit, Step.HOME, scene, category=None, page=0), ()


def _open_priority(visit: Visit, argument: str, scene: Scene) -> Outcome:
    return (to(visit, Step.PRIORITY, scene) if scene.menu.priorities else visit), ()


def _choose_priority(visit: Visit, argument: str, scene: Scene) -> Outcome:
    known = any(choice.key == argument for choice in scene.menu.priorities)
    return to(visit, Step.DETAIL, scene, priority=argument if known else None), ()


def _back_to_detail(visit: Visit, argument: str, scene: Scene) -> Outcome:
    return to(visit, Step.DETAIL, scene), ()


def _unclaim(visit: Visit, argument: str, scene: Scene) -> Outcome:
    return replace(visit, priority=None), ()


def _toggle_need(visit: Visit, argument: str, scene: Scene) -> Outcome:
    """Said or taken back; in the order of the table, so that the same needs are the same order."""
    if argument not in NEED_NAMES:
        return visit, ()
    said = set(visit.needs) ^ {argument}
    return replace(visit, needs=tuple(need for need in NEED_NAMES if need in said)), ()


def _print_notice(visit: Visit, argument: str, scene: Scene) -> Outcome:
    """Once a visit and service: what is printing is not asked for again."""
    if visit.notice or visit.service is None or not scene.menu.printer_ok:
        return visit, ()
    return replace(visit, notice="asked"), (PrintNotice(visit.service, visit.language, visit.larger),)


def _take(visit: Visit, argument: str, scene: Scene) -> Outcome:
    offer = scene.menu.offer(visit.service)
    return (visit, ()) if offer is None else _begin(visit, offer, scene)


def _begin(visit: Visit, offer: Offer, scene: Scene) -> Outcome:
    """The one place where a ticket is begun: its id is made at this touch."""
    if scene.menu.state != "ready" or not offer.open:
        why = offer.reason if scene.menu.state == "ready" and offer.reason else PAUSED
        return to(visit, Step.NOTE, scene, note=why, note_good=False), ()
    if offer.real_name and not (visit.step is Step.CARD and complete(visit)):
        return (visit, ()) if visit.step is Step.CARD else ask_for_card(visit, offer, scene)
    order = _order(visit, offer, scene)
    begun = to(visit, Step.TAKING, scene, ticket=scene.fresh_ticket, slip=None, printed=False)
    return replace(begun, card=None, principal=None), (Issue(order),)


def _order(visit: Visit, offer: Offer, scene: Scene) -> Order:
    """Who somebody is goes along only where the service asks for it."""
    card, principal = (visit.card, visit.principal) if offer.real_name else (None, None)
    return Order(
        ticket=scene.fresh_ticket,
        service=offer.service,
        priority=visit.priority,
        language=visit.language,
        large=visit.larger,
        phone_tail=visit.phone_tail or None,
        needs=visit.needs,
        person=card.person if card else None,
        principal=principal.person if principal else None,
    )


_ALWAYS: dict[str, Handler] = {
    t.LANGUAGE: _change_language,
    t.LARGER: _toggle_larger,
    t.LOWER: _toggle_lower,
    t.HELP: _call_staff,
    t.HOME: _home,
}
_KEYS: dict[str, Handler] = _ALWAYS | {t.KEY: press_key, t.ERASE: erase, t.SEND: send, t.BACK: _home}
HANDLERS: dict[Step, dict[str, Handler]] = {
    Step.HOME: _ALWAYS
    | {
        t.SERVICE: _choose_service,
        t.CATEGORY: _open_category,
        t.PAGE: _turn_page,
        t.MISSED: open_missed,
        t.MORE: open_more,
        t.CHECK_IN: open_check_in,
    },
    Step.CATEGORY: _ALWAYS | {t.SERVICE: _choose_service, t.PAGE: _turn_page, t.BACK: _leave_category},
    Step.DETAIL: _ALWAYS
    | {
        t.TAKE: _take,
        t.CLAIM: _open_priority,
        t.UNCLAIM: _unclaim,
        t.NEED: _toggle_need,
        t.NOTICE: _print_notice,
        t.PHONE: open_phone,
        t.PAPERS: _open_papers,
        t.BACK: _leave_detail,
    },
    Step.PAPERS: _ALWAYS | {t.PAGE: _turn_papers, t.NOTICE: _print_notice, t.BACK: _back_to_detail},
    Step.CARD: _ALWAYS | {t.TAKE: _take, t.AGENT: act_for_another, t.BACK: leave_card},
    Step.PRIORITY: _ALWAYS | {t.CLASS: _choose_priority, t.PAGE: _turn_page, t.BACK: _back_to_detail},
    Step.MORE: _ALWAYS
    | {
        t.CHECK_IN: open_check_in,
        t.MISSED: open_missed,
        t.FIND: open_find,
        t.RATE: open_rate,
        t.COPIES: open_copies,
        t.BACK: _home,
    },
    Step.CHECK_IN: _KEYS | {t.SEND: send_code, t.LETTERS: toggle_letters},
    Step.BOOKED: _ALWAYS | {t.ORDINARY: _home, t.AGAIN: print_again, t.DONE: _end, t.BACK: _home},
    Step.MISSED: _KEYS,
    Step.FIND: _KEYS,
    Step.RATE: _KEYS,
    Step.RATE_CODE: _KEYS | {t.BACK: open_rate},
    Step.PHONE: _KEYS | {t.BACK: leave_phone},
    Step.FOUND: _ALWAYS | {t.DONE: _end, t.BACK: _home},
    Step.FACES: _ALWAYS | {t.FACE: choose_face, t.BACK: open_rate},
    Step.REASONS: _ALWAYS
    | {t.REASON: toggle_reason, t.CONTACT: toggle_contact, t.SEND: send_reasons, t.BACK: leave_reasons},
    Step.COPIES: _ALWAYS | {t.COPY: copy, t.BACK: open_more},
    Step.COPYING: {},
    Step.CHECKING: {},
    Step.TAKING: {},
    Step.TICKET: {t.LANGUAGE: _change_language, t.HELP: _call_staff, t.DONE: _end},
    Step.NO_PAPER: {t.LANGUAGE: _change_language, t.HELP: _call_staff, t.DONE: _end},
    Step.NOTE: _ALWAYS | {t.DONE: _end, t.BACK: _home},
    Step.HELP: {t.LANGUAGE: _change_language, t.HELP: _call_staff, t.BACK: _leave_help, t.DONE: _end},
}
COPIED = Names("副本已打印，请取走", "Here is your copy. Please take it")
NOT_COPIED = Names("副本没有打印出来，请到咨询台", "The copy was not printed. Please ask at the help desk")
PAUSED = Names("现在不能取号", "No tickets can be taken now")

# -- buttons and tickets ------------------------------------------------


def _pressed(visit: Visit, service: str, scene: Scene) -> Outcome:
    """A physical button takes a ticket at once; whoever stood before the screen pressed it."""
    offer = scene.menu.offer(service)
    again = visit.service == service and visit.ticket is not None and scene.now_s - visit.entered_s < REPEAT_S
    if offer is None or again or issuing(visit) or visit.step in (Step.CHECKING, Step.COPYING):
        return visit, ()
    person = replace(fresh(scene), language=visit.language, larger=visit.larger, lower=visit.lower, service=service)
    return _begin(person, offer, scene)


def _about_ticket(visit: Visit, event: Numbered | Printed | NotPrinted | Denied | AlreadyHere, scene: Scene) -> Visit:
    match event:
        case AlreadyHere() if visit.step is Step.TAKING:
            return already(visit, event, scene)
        case Denied(_, why) if visit.step is Step.TAKING and visit.checking_in:
            return told_why(visit, why, scene)
        case Denied(_, why) if visit.step is Step.TAKING:
            return to(visit, Step.NOTE, scene, note=why, note_good=False, ticket=None)
        case Numbered(_, slip) if visit.step is Step.TAKING:
            return to(visit, Step.TICKET, scene, slip=slip, printed=False)
        case Printed() if visit.step is Step.TICKET:
            return replace(visit, printed=True, touched_s=scene.now_s)
        case Printed() if visit.step is Step.NO_PAPER:
            return to(visit, Step.TICKET, scene, printed=True)
        case NotPrinted(_, unsure) if visit.step is Step.TICKET:
            return to(visit, Step.NO_PAPER, scene, paper_unsure=unsure)
    return visit
