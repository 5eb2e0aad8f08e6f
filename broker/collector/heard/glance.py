"""From what was heard to what is answered: hall, counters, devices, tickets. Pure but for reading ``Live``."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt

from broker.collector import answers as a
from broker.collector.errors import NothingKnown
from broker.collector.heard.live import Live
from broker.contract.envelope import DeviceHealth
from broker.model.hall import Hall
from broker.model.outlets import own_counters, services_away
from broker.model.views import CounterView, PausedCounter, ServiceLine, ServiceView, WaitRange
from broker.model.waits import rounded_outwards
from broker.model.words import Names, TicketStatus
from broker.store.disclosure import half_day

RATINGS, UNSENT_TOGETHER = "ratings", 20
"""The part of a caller's health that is about ratings; of so many unsent things staff learn at once."""


def engine_word(live: Live) -> str:
    """``online`` while the engine's heartbeat is fresh."""
    return "online" if live.engine_alive() else "offline"


def hall_status(hall: Hall, live: Live) -> a.HallStatus:
    """The hall now; NothingKnown before the first view arrived."""
    seen, body = live.hall_view(), live.hall_body()
    if seen is None or body is None:
        raise NothingKnown
    return a.HallStatus(
        hall=hall.hall.id,
        names=body.hall,
        phone=hall.hall.phone,
        day=body.day,
        at_ms=seen.frame.at_ms,
        engine=engine_word(live),  # type: ignore[arg-type]
        open=body.open,
        issuing=body.issuing,
        issuing_reason=body.issuing_reason,
        issuing_reason_en=body.issuing_reason_en,
        services=body.services,
        counters_open=body.counters_open,
        paused=body.paused,
        counts=body.counts,
        notices=body.notices,
        emergency=body.emergency,
    )


def services(hall: Hall, live: Live) -> a.ServiceList:
    """Every service with its line, in hall order."""
    status = hall_status(hall, live)
    found = []
    for line in status.services:
        declared = hall.services.get(line.service)
        body = live.body("service", line.service)
        if declared is not None:
            found.append(
                a.ServiceAnswer(
                    line=line,
                    numbers=body.numbers if isinstance(body, ServiceView) else (),
                    promised=declared.promised,
                    papers=declared.papers,
                    online=declared.online,
                )
            )
    return a.ServiceList(services=tuple(found))


def counters(hall: Hall, live: Live) -> a.CounterList:
    """Every counter in the hall that was heard of, in hall order; nothing that only its clerk may see."""
    return a.CounterList(counters=tuple(public_counter(view) for view in live.counters(own_counters(hall))))


def public_counter(view: CounterView) -> a.CounterAnswer:
    """A counter as people in the hall see it."""
    ticket = view.ticket
    since_ms = None
    if ticket is not None:
        since_ms = ticket.started_at_ms or ticket.called_at_ms
    elif view.pause is not None:
        since_ms = view.pause.since_ms
    return a.CounterAnswer(
        counter=view.counter,
        name=view.name,
        status=view.status,
        services=view.services,
        staff_number=view.staff_number,
        number=None if ticket is None else ticket.number,
        since_ms=since_ms,
        waiting=view.waiting,
        pause=view.pause,
    )


def counters_of(hall: Hall, live: Live, service: str) -> tuple[str, ...]:
    """Names of the counters that serve it today, open or not; by the hall file what nothing was heard of."""
    views = {key: live.counter(key) for key in hall.counters}
    served = {key: view.served for key, view in views.items() if view is not None and view.served}
    return tuple(one.name for key, one in hall.counters.items() if service in served.get(key, one.services))


def standing(hall: Hall, live: Live, number: str) -> a.TicketAnswer | None:
    """Where a printed number stands, by what is shown; None when nobody shows it any more."""
    return _at_counter(hall, live, number) or _in_line(hall, live, number) or _set_aside(hall, live, number)


def _in_line(hall: Hall, live: Live, number: str) -> a.TicketAnswer | None:
    for key in hall.services:
        body = live.body("service", key)
        if isinstance(body, ServiceView) and number in body.numbers:
            ahead = body.numbers.index(number)
            return _ticket(
                number,
                TicketStatus.WAITING,
                line=body.line,
                ahead=ahead,
                wait=wait_in(body, ahead),
                paused=_paused_for(hall, live, key),
            )
    return None


def _at_counter(hall: Hall, live: Live, number: str) -> a.TicketAnswer | None:
    for key in hall.counters:
        view = live.counter(key)
        if view is not None and view.ticket is not None and view.ticket.number == number:
            return a.TicketAnswer(
                number=number,
                status=view.ticket.status,
                service=view.ticket.service,
                service_names=view.ticket.service_names,
                ahead=None,
                wait=None,
                counter=key,
                counter_name=view.name,
                called_at_ms=view.ticket.called_at_ms,
                rateable=False,
                paused=(),
                recalls=view.ticket.recalls,
            )
    return None


def _set_aside(hall: Hall, live: Live, number: str) -> a.TicketAnswer | None:
    views = live.counters(hall.counters)
    if any(number in view.held for view in views):
        return _ticket(number, TicketStatus.HELD)
    if any(number in view.missed for view in views):
        return _ticket(number, TicketStatus.NO_SHOW)
    return None


def _ticket(
    number: str,
    status: TicketStatus,
    line: ServiceLine | None = None,
    ahead: int | None = None,
    wait: WaitRange | None = None,
    paused: tuple[PausedCounter, ...] = (),
) -> a.TicketAnswer:
    return a.TicketAnswer(
        number=number,
        status=status,
        service=None if line is None else line.service,
        service_names=None if line is None else line.names,
        ahead=ahead,
        wait=wait,
        counter=None,
        counter_name=None,
        called_at_ms=None,
        rateable=False,
        paused=paused,
        no_counter=wait is None and line is not None and not line.counters,
    )


def wait_in(line: ServiceView, ahead: int) -> WaitRange | None:
    """What is left for whoever has so many of a line in front: as the engine says it of the first ones."""
    if ahead < len(line.waits):
        return line.waits[ahead]
    return wait_at(line.line.wait, ahead, len(line.numbers))


def wait_at(newest: WaitRange | None, ahead: int, waiting: int) -> WaitRange | None:
    """Expected wait with ``ahead`` of the ``waiting`` people in front, from the range of somebody coming now.

    The wait behind n people is about Gamma with shape n + 1, so its mean shrinks with n + 1 and its spread with the
    root of that: the middle is scaled by the one, half the width by the other. Rounded outwards like the range.
    """
    if newest is None:
        return None
    share = (ahead + 1) / (waiting + 1)
    middle = (newest.low_min + newest.high_min) / 2 * share
    half = (newest.high_min - newest.low_min) / 2 * sqrt(share)
    return rounded_outwards(max(0.0, middle - half), min(middle + half, newest.high_min))


def _paused_for(hall: Hall, live: Live, service: str) -> tuple[PausedCounter, ...]:
    """Paused counters that would serve this line, so that its people know."""
    body = live.hall_body()
    paused = () if body is None else body.paused
    if service in services_away(hall):
        paused = tuple(view.pause for view in live.counters(hall.counters) if view.pause is not None)
    here = (p for p in paused if p.counter in hall.counters)
    return tuple(p for p in here if service in (p.services or hall.counters[p.counter].services))


def health(hall: Hall, live: Live) -> a.HealthAnswer:
    """For monitors."""
    engine, silent_s = live.engine(), live.engine_silent_s()
    known = device_list(hall, live)
    online = sum(device.online for device in known)
    word = engine_word(live)
    return a.HealthAnswer(
        status="ok" if word == "online" and online == len(known) else "degraded",
        engine=word,  # type: ignore[arg-type]
        silent_s=None if silent_s is None else round(silent_s, 1),
        day=None if engine is None else engine.day,
        devices_online=online,
        devices_expected=len(known),
    )


def device_names(hall: Hall) -> tuple[str, ...]:
    """Every device that has a life of its own: kiosks, displays, signs, callers."""
    return (*hall.kiosks, *hall.displays, *hall.signs, *hall.callers)


def device_label(hall: Hall, name: str) -> Names:
    """What people call a device."""
    sign = hall.signs.get(name)
    if sign is not None:
        counter = hall.counters[sign.counter].name
        return Names(f"{counter} 号窗口屏", f"Sign of counter {counter}")
    tables = (hall.kiosks, hall.displays, hall.callers)
    return next((table[name].names for table in tables if name in table), Names(name, name))


def device_list(hall: Hall, live: Live) -> tuple[a.DeviceAnswer, ...]:
    """Every device of the hall file, heard of or not."""
    return tuple(_device(hall, live, name) for name in device_names(hall))


def _device(hall: Hall, live: Live, name: str) -> a.DeviceAnswer:
    seen = live.device(name)
    silent_s = live.silent_s(seen)
    said_online = seen.status is not None and seen.status.online
    health = seen.health
    unsent, unsent_ms = (0, 0) if health is None else _unsent(hall, name, health)
    return a.DeviceAnswer(
        device=name,
        names=device_label(hall, name),
        role=hall.device_role(name) or "",
        revoked=seen.status is not None and seen.status.revoked,
        online=said_online and silent_s is not None and silent_s <= hall.alerts.device_silent_s,
        silent_s=None if silent_s is None else round(silent_s, 1),
        outbox_length=unsent,
        outbox_age_ms=unsent_ms,
        clock_offset_ms=None if health is None else health.clock_offset_ms,
        parts={} if health is None else {part: state for part, state in map(_told, health.parts.items()) if state},
    )


def _unsent(hall: Hall, name: str, health: DeviceHealth) -> tuple[int, int]:
    """What a device could not tell yet and since when, as staff may read it.

    A caller has ratings to tell, one counter's perhaps: who watched them come would know whose visits were rated. Of it
    only whole scores are told, and whether some are left of an earlier half day, since that was over.
    """
    if name not in hall.callers:
        return health.outbox_length, health.outbox_age_ms
    since_ms = half_day(hall, health.at_ms)[0]
    stuck = health.outbox_length > 0 and health.at_ms - health.outbox_age_ms < since_ms
    scores = health.outbox_length - health.outbox_length % UNSENT_TOGETHER
    return max(scores, int(stuck)), health.at_ms - since_ms if stuck else 0


def _told(part: tuple[str, str]) -> tuple[str, str]:
    """Not how many ratings wait or were refused; nothing of those that wait."""
    name, state = part
    if name != RATINGS:
        return part
    word = state.partition(":")[0]
    return name, "" if word == "waiting" else word


@dataclass(frozen=True)
class Screen:
    """A screen that can be looked at; ``size`` only says which way it stands."""

    device: str
    role: str
    names: Names
    portrait: bool


def screens(hall: Hall) -> Iterator[Screen]:
    """Every screen of the hall, in hall order: kiosks, boards, signs."""
    for key in hall.kiosks:
        yield Screen(key, "kiosk", device_label(hall, key), portrait=True)
    for key, display in hall.displays.items():
        yield Screen(key, "display", device_label(hall, key), portrait=display.layout == "portrait")
    for key in hall.signs:
        yield Screen(key, "sign", device_label(hall, key), portrait=False)
