"""The visitor at the window: called, recalled, served, missed, held, transferred, returned.

A counter has at most one ticket; until it is finished, missed, held or transferred, nobody else is called there.
"""

from broker.engine.assigned import counters_of_service, services_of
from broker.engine.booked import moved_on_from
from broker.engine.context import Desk, Outcome, Refused
from broker.engine.emergency import check_calm
from broker.engine.extending import check_hours, is_begun
from broker.engine.persons import check_no_other
from broker.engine.phones import arrived
from broker.engine.policy import Choice, next_for
from broker.engine.returning import return_clock
from broker.engine.state import Ticket
from broker.model import commands as c
from broker.model import events as e
from broker.model import refusals as r
from broker.model.visible_text import says_something
from broker.model.words import TicketStatus


def call_next(desk: Desk, command: c.CallNext) -> Outcome:
    """Whoever the policy says is next."""
    check_calm(desk)
    counter = desk.open_counter(command.counter)
    check_free(desk, command.counter)
    check_hours(desk, command.counter)
    found = next_for(desk.hall, desk.state, command.counter, desk.now_ms)
    if found is None:
        raise Refused(r.NobodyWaiting(counter=command.counter))
    return _summon(desk, found.ticket, command.counter, counter.clerk, choice=found)


def call_number(desk: Desk, command: c.CallNumber) -> Outcome:
    """A chosen number: held, missed, or waiting, which is out of turn and needs a reason; why is kept."""
    check_calm(desk)
    counter = desk.open_counter(command.counter)
    check_free(desk, command.counter)
    ticket = _by_number(desk, command.number)
    if not is_begun(ticket):
        check_hours(desk, command.counter)
    if ticket.status is TicketStatus.NO_SHOW:
        check_no_other(desk, ticket.service, ticket)  # whoever was past returning may have taken another by now
        back = e.TicketReturned(at_ms=desk.now_ms, ticket=ticket.ticket, clock_ms=ticket.clock_ms)
        summons = _summon(desk, ticket, command.counter, counter.clerk, chosen=True, reason=command.reason)
        return Outcome((back, *summons.events), summons.result)
    if ticket.status not in (TicketStatus.WAITING, TicketStatus.HELD):
        raise Refused(r.TicketIsSettled(number=ticket.number, status=ticket.status))
    if ticket.status is TicketStatus.WAITING and not says_something(command.reason):
        raise Refused(r.ReasonNeeded())
    return _summon(desk, ticket, command.counter, counter.clerk, chosen=True, reason=command.reason)


def recall(desk: Desk, command: c.Recall) -> Outcome:
    """The same visitor again, not too often and not too fast."""
    check_calm(desk)
    desk.open_counter(command.counter)
    ticket = _called_at(desk, command.counter)
    rules = desk.hall.rules
    last_ms = ticket.recalled_at_ms or ticket.called_at_ms or 0
    if ticket.recalls >= rules.recall_most:
        raise Refused(r.RecalledEnough(times=ticket.recalls))
    if desk.now_ms - last_ms < rules.recall_gap_s * 1000:
        raise Refused(r.RecallTooSoon(gap_s=rules.recall_gap_s))
    event = e.TicketRecalled(
        at_ms=desk.now_ms, ticket=ticket.ticket, counter=command.counter, call_id=desk.next_call_id()
    )
    return Outcome((event,), {"number": ticket.number, "call_id": event.call_id, "recalls": ticket.recalls + 1})


def start(desk: Desk, command: c.StartService) -> Outcome:
    """The called visitor is here."""
    ticket = _called_at(desk, command.counter)
    event = e.ServiceStarted(at_ms=desk.now_ms, ticket=ticket.ticket, counter=command.counter)
    return Outcome((event,), {"number": ticket.number})


def finish(desk: Desk, command: c.FinishService) -> Outcome:
    """The visit is over; whoever was called and not explicitly started counts as served from the call on."""
    ticket = desk.ticket_at(command.counter)
    event = e.ServiceFinished(
        at_ms=desk.now_ms,
        ticket=ticket.ticket,
        counter=command.counter,
        visit=desk.visit_id_of(ticket),
        outcome=command.outcome,
        items=command.items,
    )
    return Outcome((event,), {"number": ticket.number, "visit": event.visit})


def no_show(desk: Desk, command: c.MarkNoShow) -> Outcome:
    """Called and not come."""
    ticket = _called_at(desk, command.counter)
    event = e.TicketMissed(at_ms=desk.now_ms, ticket=ticket.ticket, counter=command.counter)
    return Outcome((event,), {"number": ticket.number})


def hold(desk: Desk, command: c.HoldTicket) -> Outcome:
    """Set aside, to be called again by number."""
    ticket = desk.ticket_at(command.counter)
    event = e.TicketHeld(at_ms=desk.now_ms, ticket=ticket.ticket, counter=command.counter, note=command.note)
    return Outcome((event,), {"number": ticket.number})


def transfer(desk: Desk, command: c.TransferTicket) -> Outcome:
    """Same number, another service or counter; what its waiting began from is kept unless the hall says otherwise."""
    ticket = desk.ticket_at(command.counter)
    service = command.to_service or ticket.service
    if command.to_service is None and command.to_counter is None:
        raise Refused(r.TransferNowhere())
    check_target(desk, service, command.to_counter)
    check_no_other(desk, service, ticket)
    event = e.TicketTransferred(
        at_ms=desk.now_ms,
        ticket=ticket.ticket,
        counter=command.counter,
        service=service,
        to_counter=command.to_counter,
        clock_ms=moved_on_from(desk, ticket),
        note=command.note,
        clerk=desk.state.counter(command.counter).clerk,
    )
    return Outcome((event,), {"number": ticket.number})


def give_back(desk: Desk, command: c.ReturnTicket) -> Outcome:
    """A missed number a few places behind the head, within the hall's tolerance; a held one where it was.

    Who took a number from afar is here."""
    ticket = _by_number(desk, command.number)
    if ticket.status is TicketStatus.WAITING and not ticket.present:
        return arrived(desk, ticket)
    if ticket.status is TicketStatus.HELD:
        clock_ms = ticket.clock_ms
    elif ticket.status is TicketStatus.NO_SHOW:
        clock_ms = return_clock(desk, ticket)
    else:
        raise Refused(r.TicketIsSettled(number=ticket.number, status=ticket.status))
    event = e.TicketReturned(at_ms=desk.now_ms, ticket=ticket.ticket, clock_ms=clock_ms)
    return Outcome((event,), {"number": ticket.number})


def _summon(
    desk: Desk,
    ticket: Ticket,
    counter: str,
    clerk: str | None,
    *,
    chosen: bool = False,
    reason: str = "",
    choice: Choice | None = None,
) -> Outcome:
    event = e.TicketCalled(
        at_ms=desk.now_ms,
        ticket=ticket.ticket,
        counter=counter,
        call_id=desk.next_call_id(),
        clerk=clerk,
        chosen=chosen,
        reason=reason,
        why="" if choice is None else choice.why,
        compared=() if choice is None else choice.compared,
        rule="" if choice is None else choice.rule,
    )
    return Outcome((event,), {"number": ticket.number, "call_id": event.call_id})


def check_free(desk: Desk, counter: str) -> None:
    """Refused(CounterBusy) while somebody is there."""
    here = desk.state.counter(counter).ticket
    if here is not None:
        raise Refused(r.CounterBusy(number=desk.state.tickets[here].number))


def check_target(desk: Desk, service: str, to_counter: str | None) -> None:
    """Refused unless the hall has the service, and the counter (None: some counter) serves it."""
    hall = desk.hall
    if service not in hall.services:
        raise Refused(r.UnknownService(service=service))
    if to_counter is not None and to_counter not in hall.counters:
        raise Refused(r.UnknownCounter(counter=to_counter))
    if to_counter is None:
        served = bool(counters_of_service(hall, desk.state, service))
    else:
        served = service in services_of(hall, desk.state, to_counter)
    if not served:
        raise Refused(r.NotServedHere(service=service))


def _called_at(desk: Desk, counter: str) -> Ticket:
    ticket = desk.ticket_at(counter)
    if ticket.status is not TicketStatus.CALLED:
        raise Refused(r.TicketIsSettled(number=ticket.number, status=ticket.status))
    return ticket


def _by_number(desk: Desk, number: str) -> Ticket:
    ticket = desk.state.find(number)
    if ticket is None:
        raise Refused(r.UnknownTicket(ticket=number))
    return ticket
