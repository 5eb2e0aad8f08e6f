"""导办台: a guide takes a number for somebody, and a kiosk gives and prints it.

The engine asks the kiosk by its view; the kiosk gives the number in its usual way and tells its ledger before there is
paper. So the laws of papers hold without a rule of their own, also where the kiosk owns the series whole.
"""

from broker.engine.context import Desk, Outcome, Refused
from broker.engine.issuing import answer, check_may_issue, check_names
from broker.engine.persons import check_person
from broker.model import commands as c
from broker.model import events as e
from broker.model import refusals as r
from broker.model.words import TicketStatus

ORDER_LASTS_MS = 60_000
"""Whoever stands at the desk for longer is told a number by other means."""
ORDERS_MOST = 12
"""Tickets that one kiosk has still to give."""
CLAIMS_MOST = 60


def order(desk: Desk, command: c.OrderTicket) -> Outcome:
    """Said twice it is one order; once the ticket is there, the answer is its number."""
    known = desk.state.tickets.get(command.ticket)
    if known is not None:
        now = {"status": known.status, "holding": known.holding}
        return Outcome(result=answer(desk, known) | now)
    if command.ticket in desk.state.orders:
        return Outcome(result={"kiosk": desk.state.orders[command.ticket].kiosk})
    check_names(desk, command.service, command.priority, command.kiosk)
    check_may_issue(desk, command.service, command.kiosk)
    check_person(desk, command.service, None, None)
    waiting = [o for o in desk.state.orders.values() if o.kiosk == command.kiosk and o.until_ms > desk.now_ms]
    if len(waiting) >= ORDERS_MOST:
        raise Refused(r.OrdersFull(kiosk=command.kiosk, most=ORDERS_MOST))
    event = e.TicketOrdered(
        at_ms=desk.now_ms,
        ticket=command.ticket,
        kiosk=command.kiosk,
        service=command.service,
        until_ms=desk.now_ms + ORDER_LASTS_MS,
        language=command.language,
        needs=command.needs,
        large=command.large,
        priority=command.priority,
    )
    return Outcome((event,), {"kiosk": command.kiosk})


def claims(desk: Desk, command: c.ListClaims) -> Outcome:
    """Whoever came first stands first."""
    rows = [
        {"number": t.number, "service": t.service, "priority": t.priority, "arrived_at_ms": t.arrived_at_ms}
        for t in sorted(desk.state.tickets.values(), key=lambda t: t.arrived_at_ms)
        if t.status is TicketStatus.WAITING and t.priority is not None and not t.priority_confirmed
    ]
    return Outcome(result={"claims": rows[:CLAIMS_MOST], "more": len(rows) > CLAIMS_MOST})
