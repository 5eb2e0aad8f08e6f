"""Tickets on phones: taken from afar, proved by their link, moved back once, given up.

A number from afar holds its place in line, but nobody waits for its holder: until a kiosk or a member of staff says
that he is here (``ReturnTicket``), it is called only by choice. Whoever comes after his turn has passed is placed like
a missed number, behind the first ``rules.return_places``: a phone never goes before those who are in the hall.

To be moved back is to let people of the same line go first: as many as stand in front now, ``rules.postpone_places``
at least, and no more than there are whose waiting counts by now: nobody is put behind a time that is booked. The clock
moves with the place, so it gains over nobody, in no line.
"""

from bisect import bisect_right

from broker.engine.booked import counted_from
from broker.engine.context import Desk, Outcome, Refused
from broker.engine.forecasting import Outlook
from broker.engine.issuing import before_newcomer, check_may_issue, engine_number, people_before, told
from broker.engine.local_time import clock_ms, clock_of, midnight_ms
from broker.engine.persons import check_no_ticket, check_person
from broker.engine.returning import place_behind
from broker.engine.state import Ticket
from broker.model import commands as c
from broker.model import events as e
from broker.model import refusals as r
from broker.model.numbers import ENGINE, ranges_of
from broker.model.ratings import DESK, PHONE
from broker.model.ticket import FINAL
from broker.model.words import Holding, TicketStatus


def take(desk: Desk, command: c.TakeOnPhone) -> Outcome:
    """Number and place at once, and the proof that makes the link; said twice by the same person it is one ticket."""
    known = desk.state.tickets.get(command.ticket)
    if known is not None:
        if known.person != command.person or known.kiosk != PHONE:
            raise Refused(r.WrongTicketProof())
        return Outcome(result=_given(desk, known.ticket, known.number, known.service, people_before(desk, known)))
    _check_offered(desk, command.service)
    check_may_issue(desk, command.service, None)
    check_no_ticket(desk, command.service, command.person, always=True)
    check_person(desk, command.service, command.person, None)
    _check_room(desk, command.service)
    number, series, value = engine_number(desk, command.service)
    reserved = e.TicketReserved(
        at_ms=desk.now_ms,
        ticket=command.ticket,
        number=number,
        series=series,
        value=value,
        owner=ENGINE,
        service=command.service,
        arrived_at_ms=desk.now_ms,
        language=command.language,
        kiosk=PHONE,
        person=command.person,
        needs=command.needs,
    )
    held = e.TicketConfirmed(at_ms=desk.now_ms, ticket=command.ticket, holding=Holding.PHONE)
    ahead = before_newcomer(desk, command.service, None, desk.now_ms)
    return Outcome((reserved, held), _given(desk, command.ticket, number, command.service, ahead))


def postpone(desk: Desk, command: c.PostponeTicket) -> Outcome:
    """Behind as many people as stand in front, once."""
    ticket = _proved(desk, command.ticket, command.proof)
    rules = desk.hall.rules
    if ticket.status is not TicketStatus.WAITING:
        raise Refused(r.TicketIsSettled(number=ticket.number, status=ticket.status))
    if ticket.postponed >= rules.postpone_times:
        raise Refused(r.PostponedEnough(times=rules.postpone_times))
    line = desk.state.lanes[ticket.lane]
    here = line.index(ticket.place)
    behind = bisect_right(line, desk.now_ms, lo=here + 1, key=lambda place: place[0]) - 1 - here
    places = min(max(here, rules.postpone_places), behind)
    if not places:
        raise Refused(r.NobodyBehind())
    event = e.TicketPostponed(at_ms=desk.now_ms, ticket=ticket.ticket, clock_ms=line[here + places][0], places=places)
    return Outcome((event,), {"number": ticket.number, "places": places})


def give_up(desk: Desk, command: c.GiveUpTicket) -> Outcome:
    """As staff would cancel it; said twice it is still true."""
    ticket = _proved(desk, command.ticket, command.proof)
    if ticket.status is TicketStatus.CANCELLED:
        return Outcome(result={"number": ticket.number})
    if ticket.status is not TicketStatus.WAITING:
        raise Refused(r.TicketIsSettled(number=ticket.number, status=ticket.status))
    event = e.TicketCancelled(at_ms=desk.now_ms, ticket=ticket.ticket, reason="手机上取消")
    return Outcome((event,), {"number": ticket.number})


def prove(desk: Desk, command: c.ProveTicket) -> Outcome:
    """What the holder's page may offer."""
    ticket = _proved(desk, command.ticket, command.proof)
    waits = ticket.status is TicketStatus.WAITING
    return Outcome(
        result={
            "number": ticket.number,
            "status": ticket.status.value,
            "here": ticket.present,
            "may_postpone": waits and ticket.postponed < desk.hall.rules.postpone_times,
            "over": ticket.status in FINAL,
        }
    )


def arrived(desk: Desk, ticket: Ticket) -> Outcome:
    """Its place is kept, unless somebody behind it was called meanwhile."""
    clock = place_behind(desk, (ticket.service, ticket.priority, ticket.to_counter), ticket.clock_ms)
    event = e.HolderArrived(
        at_ms=desk.now_ms, ticket=ticket.ticket, clock_ms=clock if _passed(desk, ticket) else ticket.clock_ms
    )
    return Outcome((event,), {"number": ticket.number, "arrived": True})


def _passed(desk: Desk, ticket: Ticket) -> bool:
    """Whether its turn is over: somebody of its line was called since whose waiting began later.

    When it began, not from when it counts now: that is moved when somebody returns.
    """
    return any(
        other.service == ticket.service
        and other.priority == ticket.priority
        and other.called_at_ms is not None
        and other.called_at_ms >= ticket.arrived_at_ms
        and (counted_from(desk.hall, desk.state, other.appointment, other.arrived_at_ms), other.rank)
        > (ticket.clock_ms, ticket.rank)
        for other in desk.state.tickets.values()
    )


def _check_offered(desk: Desk, service: str) -> None:
    remote = desk.hall.remote
    if service not in desk.hall.services:
        raise Refused(r.UnknownService(service=service))
    if service not in remote.services or ENGINE not in ranges_of(desk.hall, desk.hall.services[service].series):
        raise Refused(r.NotFromAfar(service=service))
    midnight = midnight_ms(desk.hall, desk.state)
    if remote.opens is None or midnight is None:
        return
    if desk.now_ms < midnight + clock_ms(remote.opens):
        raise Refused(r.TooEarlyFromAfar(opens=clock_of(midnight, midnight + clock_ms(remote.opens))))


def _check_room(desk: Desk, service: str) -> None:
    """So many are on their way at most. Whoever let his turn pass takes nobody's room."""
    most = desk.hall.remote.waiting_most
    on_way = [
        ticket
        for ticket in desk.state.tickets.values()
        if ticket.service == service and ticket.status is TicketStatus.WAITING and not ticket.present
    ]
    if len(on_way) >= most and sum(not _passed(desk, ticket) for ticket in on_way) >= most:
        raise Refused(r.AfarFull(most=most))


def _proved(desk: Desk, ticket: str, proof: str) -> Ticket:
    known = desk.state.tickets.get(ticket)
    if known is None or not desk.asked.keys.of(known.kiosk or DESK).made_ticket_proof(ticket, proof):
        raise Refused(r.WrongTicketProof())
    return known


def _given(desk: Desk, ticket: str, number: str, service: str, ahead: int) -> dict[str, object]:
    """Told as to anybody who came now; how long his own number takes, nobody knows before he is in the hall."""
    outlook = Outlook(desk.hall, desk.state, desk.now_ms)
    known = desk.state.tickets.get(ticket)
    wait = outlook.of_service(service) if known is None else outlook.of_ticket(known, ahead)
    return {**told(desk, number, service, ahead, wait), "proof": desk.asked.keys.of(PHONE).ticket_proof(ticket)}
