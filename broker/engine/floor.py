"""What whoever runs the hall changes for a while: a counter's services, a class that goes sooner, a counter more. Pure.

All of it is in the journal with who asked, ends by itself with its time or the day, and changes nobody's arrival.
"""

from collections.abc import Iterator
from dataclasses import replace

from broker.engine import counters
from broker.engine.apply_floor import reassigned_by
from broker.engine.assigned import counters_of_service, services_of
from broker.engine.context import Desk, Outcome, Refused
from broker.engine.local_time import MINUTE_MS
from broker.model import commands as c
from broker.model import events as e
from broker.model import refusals as r
from broker.model.outlets import outlet_of, place_of

NEW_SKILL = 2
"""Of a service that the counter has not in the hall file: neither what it does best nor what it does worst."""


def change_services(desk: Desk, command: c.ChangeServices) -> Outcome:
    """From the next call on; whoever is at the counter is finished as usual. Said twice it is still true."""
    desk.counter(command.counter)
    if desk.state.day is None:
        raise Refused(r.DayNotOpen())
    if command.until_ms is not None and command.until_ms <= desk.now_ms:
        raise Refused(r.TimeIsOver())
    wanted = _skills(desk, command.counter, command.services)
    own = wanted == dict(desk.hall.counters[command.counter].services)
    _check_nothing_left_alone(desk, command.counter, wanted)
    until_ms = None if own else command.until_ms
    known = desk.state.reassigned.get(command.counter)
    result = {"services": list(wanted), "until_ms": until_ms}
    if known is None if own else known is not None and (known.services, known.until_ms) == (wanted, until_ms):
        return Outcome(result=result)
    event = e.ServicesChanged(
        at_ms=desk.now_ms,
        counter=command.counter,
        services={} if own else wanted,
        until_ms=until_ms,
        by=desk.asked.by,
    )
    return Outcome((event,), result)


def raise_class(desk: Desk, command: c.RaiseClass) -> Outcome:
    """The scores of those people grow faster for a while; a later word replaces the earlier one."""
    if (command.service is None) == (command.priority is None):
        raise Refused(r.RaiseOne())
    if desk.state.day is None:
        raise Refused(r.DayNotOpen())
    if command.service is not None and command.service not in desk.hall.services:
        raise Refused(r.UnknownService(service=command.service))
    if command.priority is not None and command.priority not in desk.hall.priority:
        raise Refused(r.UnknownPriority(priority=command.priority))
    ends = command.minutes == 0 or command.factor == 1
    if ends and (command.service, command.priority) not in desk.state.raised:
        raise Refused(r.NothingRaised())
    event = e.ClassRaised(
        at_ms=desk.now_ms,
        service=command.service,
        priority=command.priority,
        factor=1.0 if ends else command.factor,
        until_ms=desk.now_ms + (0 if ends else command.minutes * MINUTE_MS),
        by=desk.asked.by,
    )
    return Outcome((event,), {"until_ms": event.until_ms})


def open_emergency(desk: Desk, command: c.OpenEmergencyCounter) -> Outcome:
    """What an opening and a change of services do, as one: both happen, or neither.

    The clerk who is named need not have logged in, also where clerks do (``posts.who_opens``): with many waiting
    whoever runs the hall answers for it, by name, in the event and on the counter's own console.
    """
    opening = c.OpenCounter(counter=command.counter, clerk=command.clerk)
    if not command.services:
        return counters.open_counter(desk, opening, for_clerk=True)
    changed = change_services(desk, c.ChangeServices(counter=command.counter, services=command.services))
    for event in changed.events:  # whom it owes a call as it opens depends on what it serves then
        assert isinstance(event, e.ServicesChanged)
        desk = replace(desk, state=replace(desk.state, reassigned=reassigned_by(desk.state, event)))
    return Outcome((*changed.events, *counters.open_counter(desk, opening, for_clerk=True).events), changed.result)


def over(desk: Desk) -> Iterator[e.Event]:
    """What ends because its time has come."""
    for key, change in desk.state.reassigned.items():
        if change.until_ms is None or change.until_ms > desk.now_ms:
            continue
        if key not in desk.hall.counters or _may_go_back(desk, key):
            yield e.ServicesChanged(at_ms=desk.now_ms, counter=key)
    for (service, priority), raised in desk.state.raised.items():
        if raised.until_ms <= desk.now_ms:
            yield e.ClassRaised(at_ms=desk.now_ms, service=service, priority=priority, until_ms=desk.now_ms)


def _skills(desk: Desk, counter: str, services: tuple[str, ...]) -> dict[str, int]:
    own = desk.hall.counters[counter].services
    place = outlet_of(desk.hall, counter)
    for service in services:
        if service not in desk.hall.services:
            raise Refused(r.UnknownService(service=service))
        if place_of(desk.hall, service) != place and service not in own:
            raise Refused(r.ServiceElsewhere(service=service, counter=counter))
    return {service: own.get(service, NEW_SKILL) for service in services} if services else dict(own)


def _check_nothing_left_alone(desk: Desk, counter: str, wanted: dict[str, int]) -> None:
    """Refused(ServiceLeftAlone) if no counter of the hall, open or closed, would serve what this one serves now."""
    for service in services_of(desk.hall, desk.state, counter):
        if service not in wanted and counters_of_service(desk.hall, desk.state, service) == (counter,):
            raise Refused(r.ServiceLeftAlone(service=service))


def _may_go_back(desk: Desk, counter: str) -> bool:
    """Not while it alone serves something that the hall file has at other counters, which serve other things today."""
    try:
        _check_nothing_left_alone(desk, counter, dict(desk.hall.counters[counter].services))
    except Refused:
        return False
    return True
