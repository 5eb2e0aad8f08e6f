"""The map of the floor: counters, queues and devices as tiles, from what was heard. Pure.

Every state is a colour, an icon and a word, so that nobody has to tell colours apart.
"""

from collections.abc import Iterator
from typing import Literal

import msgspec

from broker.collector import answers as a
from broker.collector.floor.attention_words import fault_words
from broker.collector.heard.glance import device_list
from broker.collector.heard.live import Live
from broker.model.hall import Counter, Hall
from broker.model.reasons import reason_said
from broker.model.views import CounterView, HallView, RaisedNow, ServiceLine, ServiceView
from broker.model.words import CounterStatus, Names, TicketStatus

Place = tuple[int, int] | None
TileState = Literal["serving", "called", "free", "idle", "paused", "long", "empty", "closed", "ready", "unknown"]
WORDS: dict[TileState, Names] = {
    "serving": Names("办理中", "serving"),
    "called": Names("已呼叫", "called"),
    "free": Names("待叫号", "next to call"),
    "idle": Names("空闲", "nobody waits"),
    "paused": Names("暂停", "paused"),
    "long": Names("暂停超时", "paused too long"),
    "empty": Names("空窗", "nobody there"),
    "closed": Names("关闭", "closed"),
    "ready": Names("应急备用", "emergency, ready"),
    "unknown": Names("未知", "unknown"),
}
OUTBOX_AGE_MS = 60_000
"""What a device could not tell for so long is a matter for somebody."""
LONG_STAGES = ("wanted", "appointed", "incident")


class CounterTile(msgspec.Struct, frozen=True, kw_only=True):
    """A counter on the map. ``minutes`` in its state, of which ``goal_min`` is the usual or allowed time (None: none);
    ``waiting`` people it could call, ``alone`` of them those whom no other open counter could call; ``reason`` of its
    pause. ``open``: it can be paused (an empty counter may be open or closed).
    """

    counter: str
    name: str
    zone: str
    place: Place
    state: TileState
    word: Names
    emergency: bool
    open: bool = False
    reason: Names | None = None
    number: str | None = None
    service: Names | None = None
    priority: bool = False
    minutes: int | None = None
    goal_min: int | None = None
    over: bool = False
    staff_number: str | None = None
    waiting: int = 0
    alone: int = 0
    served: tuple[str, ...] = ()
    changed: bool = False
    changed_until_ms: int | None = None

    @property
    def wants_a_hand(self) -> bool:
        """Whether a manager should look here first: it is open on a phone where others are folded."""
        return self.over or self.state in ("long", "empty")


class QueueBar(msgspec.Struct, frozen=True, kw_only=True):
    """A line. ``longest_min``: how long the one has waited who has waited longest; ``change`` of the last ten minutes;
    ``fill`` of the bar, 0 to 100, where 100 is the threshold of the alert (or more); ``reason`` why no tickets are
    given, ``quota_left`` of the day's numbers (None: as many as come); ``resumes``: it is paused by itself, not with
    the whole hall, so it can be resumed by itself.
    """

    service: str
    names: Names
    state: str
    waiting: int
    longest_min: int | None
    expected: tuple[int, int] | None
    change: int
    fill: int
    over: bool
    counters: tuple[str, ...]
    raised: RaisedNow | None = None
    reason: Names | None = None
    quota_left: int | None = None
    resumes: bool = False

    @property
    def busy(self) -> bool:
        """Whether there is anything about it to see now."""
        return bool(self.waiting or self.change or self.raised) or self.over or self.state == "paused"


class DeviceTile(msgspec.Struct, frozen=True, kw_only=True):
    """A device. ``word`` says whether it is there, ``bad`` are its faulty parts and what is wrong with them;
    ``seen_ms``: when it was heard last, in hall time and to the minute, which is as far as a page that follows the hall
    should move by itself. ``unsent_s``: how old the oldest thing is that it could not tell yet.
    """

    device: str
    names: Names
    role: str
    place: Place
    word: Names
    online: bool
    silent_s: float | None
    seen_ms: int | None
    clock_offset_ms: int | None
    bad: tuple[tuple[str, str], ...]
    clock_off: bool
    unsent: int
    unsent_s: int
    unsent_long: bool

    @property
    def troubled(self) -> bool:
        """Whether somebody should see to it."""
        return not self.online or bool(self.bad) or self.clock_off or self.unsent_long


def counter_tiles(hall: Hall, live: Live, now_ms: int) -> tuple[CounterTile, ...]:
    """Every counter, zone by zone in the order of the hall file."""
    zones = list(dict.fromkeys(counter.zone for counter in hall.counters.values()))
    alone = _alone(live)
    tiles = [_tile(hall, live, key, one, now_ms, alone) for key, one in hall.counters.items()]
    return tuple(sorted(tiles, key=lambda tile: zones.index(tile.zone)))


def queue_bars(hall: Hall, live: Live, now_ms: int) -> tuple[QueueBar, ...]:
    """Every line of the hall, in hall order."""
    body = live.hall_body()
    if body is None:
        return ()
    return tuple(_bar(hall, live, line, body, now_ms) for line in body.services)


def device_tiles(hall: Hall, live: Live, now_ms: int) -> tuple[DeviceTile, ...]:
    """Every device, what is wrong first."""
    tiles = [_device(hall, device, now_ms) for device in device_list(hall, live)]
    return tuple(sorted(tiles, key=lambda tile: not tile.troubled))


def as_read(tile: DeviceTile) -> DeviceTile:
    """Only as far as the page says it, so that what nobody reads there (tenths of seconds) makes no other tile."""
    return msgspec.structs.replace(
        tile,
        silent_s=None if tile.online or tile.silent_s is None else tile.silent_s // 60 * 60,
        seen_ms=None if tile.online else tile.seen_ms,
        clock_offset_ms=tile.clock_offset_ms if tile.clock_off else None,
        unsent_s=tile.unsent_s if tile.unsent else 0,
    )


def longest_since(live: Live, service: str) -> int | None:
    """Since when the one waits who has waited longest."""
    body = live.body("service", service)
    return body.longest_since_ms if isinstance(body, ServiceView) else None


def _alone(live: Live) -> dict[str, int]:
    """Counter name -> how many people wait whom no other open counter could call."""
    body, found = live.hall_body(), dict[str, int]()
    for line in () if body is None else body.services:
        if len(line.counters) == 1:
            found[line.counters[0]] = found.get(line.counters[0], 0) + line.waiting
    return found


def _tile(hall: Hall, live: Live, key: str, declared: Counter, now_ms: int, alone: dict[str, int]) -> CounterTile:
    view = live.counter(key)
    base = CounterTile(
        counter=key,
        name=declared.name,
        zone=declared.zone,
        place=declared.map,
        state="unknown",
        word=WORDS["unknown"],
        emergency=declared.emergency,
    )
    if view is None:
        return base
    state, since_ms, goal_min = _state(hall, declared, view)
    minutes = None if since_ms is None else max(0, (now_ms - since_ms) // 60_000)
    ticket = view.ticket
    return msgspec.structs.replace(
        base,
        state=state,
        word=WORDS[state],
        open=view.status is CounterStatus.OPEN,
        reason=None if view.pause is None else reason_said(view.pause.reason, view.pause.reason_en),
        number=None if ticket is None else ticket.number,
        service=None if ticket is None else ticket.service_names,
        priority=ticket is not None and ticket.priority is not None,
        minutes=minutes,
        goal_min=goal_min,
        over=minutes is not None and goal_min is not None and minutes > goal_min,
        staff_number=None if view.assumed else view.staff_number,
        waiting=view.waiting,
        alone=alone.get(view.name, 0) if view.status is CounterStatus.OPEN else len(view.stranded),
        served=view.served,
        changed=view.reassigned is not None,
        changed_until_ms=None if view.reassigned is None else view.reassigned.until_ms,
    )


def _state(hall: Hall, declared: Counter, view: CounterView) -> tuple[TileState, int | None, int | None]:
    """The state, since when, and how long it usually or at most takes, in minutes."""
    ticket, limit = view.ticket, hall.rules.pause_limit_min
    if ticket is not None:
        service = hall.services.get(ticket.service)
        goal = None if service is None else round(service.mean_minutes * 2)
        if ticket.status is TicketStatus.SERVING:
            return "serving", ticket.started_at_ms or ticket.called_at_ms, goal
        return "called", ticket.called_at_ms, 2
    if view.status is CounterStatus.PAUSED and view.pause is not None:
        late = view.cover is not None and view.cover.stage in LONG_STAGES
        return ("long" if late else "paused"), view.pause.since_ms, limit
    if view.cover is not None and view.cover.kind == "nobody":
        return "empty", view.cover.since_ms, hall.rules.nobody_limit_min
    if view.status is CounterStatus.OPEN:
        return ("free" if view.waiting else "idle"), None, None
    return ("ready" if declared.emergency else "closed"), None, None


def _bar(hall: Hall, live: Live, line: ServiceLine, body: HallView, now_ms: int) -> QueueBar:
    most, longest_most, _ = hall.alerts.of(line.service)
    since_ms = longest_since(live, line.service)
    longest = None if since_ms is None else max(0, (now_ms - since_ms) // 60_000)
    fill = min(100, round(100 * line.waiting / (most or 20)))
    return QueueBar(
        service=line.service,
        names=line.names,
        state=line.state,
        waiting=line.waiting,
        longest_min=longest,
        expected=None if line.wait is None else (line.wait.low_min, line.wait.high_min),
        change=live.trend.change(line.service, now_ms),
        fill=fill,
        over=bool((most and line.waiting > most) or (longest_most and longest and longest > longest_most)),
        counters=line.counters,
        raised=next((one for one in body.raised if one.service == line.service), None),
        reason=line.reason,
        quota_left=line.quota_left,
        resumes=line.state == "paused" and body.issuing,
    )


def _device(hall: Hall, device: a.DeviceAnswer, now_ms: int) -> DeviceTile:
    declared = hall.kiosks.get(device.device) or hall.displays.get(device.device)
    return DeviceTile(
        device=device.device,
        names=device.names,
        role=device.role,
        place=None if declared is None else declared.map,
        word=device.presence,
        online=device.online,
        silent_s=device.silent_s,
        seen_ms=None if device.silent_s is None else (now_ms - round(device.silent_s * 1000)) // 60_000 * 60_000,
        clock_offset_ms=device.clock_offset_ms,
        bad=tuple(_faulty(device)) if device.online else (),
        clock_off=abs(device.clock_offset_ms or 0) > hall.alerts.clock_off_s * 1000,
        unsent=device.outbox_length,
        unsent_s=device.outbox_age_ms // 1000,
        unsent_long=device.outbox_length >= hall.alerts.unsent or device.outbox_age_ms >= OUTBOX_AGE_MS,
    )


def _faulty(device: a.DeviceAnswer) -> Iterator[tuple[str, str]]:
    return ((part, state) for part, state in device.parts.items() if fault_words(state) is not None)
