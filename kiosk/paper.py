"""From what the visitor was told to what stands on the paper. Pure; local time is handed in as text."""

from broker.model.hall import Hall
from broker.model.words import Names
from kiosk.ticket import Order, Slip
from kiosk.ticket_layout import TicketPaper

NOTICES_MOST = 2
PAPERS_MOST = 8
CLOCK_UNSET = Names("时钟未校准", "clock not set")


def qr_text(base: str, ticket: str) -> str:
    """Where a phone finds the ticket below the address ``base``; nothing without one, so that no code is shown."""
    return f"{base.rstrip('/')}/t/{ticket}" if base else ""


def missed_rule(hall: Hall) -> Names:
    """What happens to a visitor who does not hear the call."""
    rules = hall.rules
    if rules.return_times == 0:
        return Names("过号作废，请重新取号", "A missed number is void: take a new one")
    times_en = "once" if rules.return_times == 1 else f"{rules.return_times} times"
    return Names(
        f"过号{rules.return_within_min}分钟内可到取号机重新排队，最多{rules.return_times}次",
        f"Missed your call? Rejoin at a kiosk or counter within {rules.return_within_min} min, at most {times_en}",
    )


def paper_of(hall: Hall, order: Order, slip: Slip, issued_text: str) -> TicketPaper:
    """The ticket. Why somebody goes first never stands on it."""
    service = hall.services[order.service]
    unset = CLOCK_UNSET.en if order.language == "en" else CLOCK_UNSET.zh
    rule = missed_rule(hall)
    notices = list(hall.notices.values())[:NOTICES_MOST]
    return TicketPaper(
        hall_zh=hall.hall.names.zh,
        hall_en=hall.hall.names.en,
        number=slip.number,
        service_zh=service.names.zh,
        service_en=service.names.en,
        issued_text=issued_text or unset,
        qr_text=slip.qr_text,
        people_ahead=slip.ahead,
        wait_minutes=slip.wait_min if slip.wait_min and slip.wait_min[1] > 0 else None,
        windows=slip.counters,
        papers_zh=tuple(paper.zh for paper in service.papers[:PAPERS_MOST]),
        papers_en=tuple(paper.en for paper in service.papers[:PAPERS_MOST]),
        missed_rule_zh=rule.zh,
        missed_rule_en=rule.en,
        notices_zh=tuple(notice.zh for notice in notices),
        notices_en=tuple(notice.en for notice in notices),
        language=order.language,
    )
