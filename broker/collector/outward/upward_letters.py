"""A rating as the office above wants it: its names for our fields, its codes, in one flat object a rating.

Who was served is not in it. Who served is, where the hall file maps ``staff_number`` or ``staff_name``: such reports
are made for that, and only the receiver sees them.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from broker.collector.outward.courier import Letter, NotYet
from broker.collector.outward.hook_letters import letter_id
from broker.model import events as e
from broker.model.hall import Hall
from broker.model.hall_outward import CHANNELS, CONSTANT
from broker.model.ratings import REASONS
from broker.model.words import LEVEL_NAMES
from broker.store.tail import JournalTail, Told, number_and_service

KIND = "rating"
UNKNOWN = ""
Value = str | int | list[str]
ENDS = (e.ServiceFinished, e.VisitPartFinished)


class UpwardLetters:
    """``now_ms`` is the hall's clock: a rating is told some minutes after it was given, with its reasons."""

    def __init__(self, hall: Hall, tail: JournalTail, now_ms: Callable[[], int]) -> None:
        self._hall, self._tail, self._now_ms = hall, tail, now_ms
        self._zone = ZoneInfo(hall.hall.time_zone)

    def __call__(self, told: Told, journal: str) -> Letter | NotYet | None:
        """None of whatever is no rating. A visit that nobody rated is not reported, and counts as nothing."""
        event = told.event
        if not isinstance(event, e.EvaluationRecorded):
            return None
        from_ms = event.at_ms + self._hall.upward.after_s * 1000
        if self._now_ms() < from_ms:
            return NotYet(from_ms)
        ours = self._fields(told, event) | {"id": letter_id(self._hall, journal, told)}
        theirs = {name: self._value(value, ours) for name, value in self._hall.upward.fields.items()}
        return Letter(str(ours["id"]), KIND, json.dumps(theirs, ensure_ascii=False).encode())

    @staticmethod
    def _value(value: str, ours: Mapping[str, Value]) -> Value:
        return value.removeprefix(CONSTANT) if value.startswith(CONSTANT) else ours[value]

    def _fields(self, told: Told, event: e.EvaluationRecorded) -> dict[str, Value]:
        """All of ours, see ``UpwardField``."""
        hall, upward = self._hall, self._hall.upward
        clerk = hall.clerks.get(event.clerk or "")
        counter, service = hall.counters.get(event.counter), hall.services.get(event.service)
        reasons, version = self._reasons(told, event)
        words = [REASONS[version][key].zh for key in reasons if key in REASONS.get(version, {})]
        channel = event.device if event.device in CHANNELS else "counter"
        return {
            "hall": hall.hall.id,
            "hall_name": hall.hall.names.zh,
            "visit": event.visit,
            "service": event.service,
            "service_name": event.service if service is None else service.names.zh,
            "service_code": upward.services.get(event.service, event.service),
            "counter": event.counter,
            "counter_name": event.counter if counter is None else counter.name,
            "staff_number": UNKNOWN if clerk is None else clerk.staff_number,
            "staff_name": UNKNOWN if clerk is None else clerk.name,
            "level": upward.levels.get(event.level, event.level.value),
            "level_zh": LEVEL_NAMES[event.level].zh,
            "reasons": list(reasons),
            "reasons_zh": "；".join(words),
            "channel": upward.channels.get(channel, channel),  # type: ignore[call-overload]
            "rated_at": self._time(event.pressed_at_ms),
            **self._story(event),
        }

    def _reasons(self, told: Told, event: e.EvaluationRecorded) -> tuple[tuple[str, ...], int]:
        """Those given with the rating, or a little later on the same page."""
        later = None if event.reasons else self._tail.explained(told)
        if later is None:
            return event.reasons, event.reasons_version
        return later.reasons, later.reasons_version

    def _story(self, event: e.EvaluationRecorded) -> dict[str, Value]:
        """Number and times of the visit; empty where that is not on record any more."""
        ticket = self._tail.ticket_of_visit(event.visit)
        story = [] if ticket is None else self._tail.of_ticket(ticket)
        ended = next((told for told in story if _ends(told.event, event.visit)), None)
        before = [] if ended is None else [told for told in story if told.position <= ended.position]
        number = UNKNOWN if ended is None else number_and_service(before, ended.position)[0]
        finished = None if ended is None else ended.event
        return {
            "number": number,
            "taken_at": self._of(before, e.TicketReserved, e.TicketReported),
            "called_at": self._of(before, e.TicketCalled),
            "started_at": self._of(before, e.ServiceStarted),
            "ended_at": UNKNOWN if finished is None else self._time(finished.at_ms),
            "outcome": finished.outcome if isinstance(finished, ENDS) else UNKNOWN,
        }

    def _of(self, story: list[Told], *kinds: type[e.Event]) -> Value:
        """When the newest of these events happened; a number was taken when its holder came."""
        found = [told.event for told in story if isinstance(told.event, kinds)]
        if not found:
            return UNKNOWN
        newest = found[-1]
        return self._time(getattr(newest, "arrived_at_ms", newest.at_ms))

    def _time(self, at_ms: int) -> Value:
        shape = self._hall.upward.time_format
        if shape == "ms":
            return at_ms
        moment = datetime.fromtimestamp(at_ms / 1000, self._zone)
        return f"{moment:%Y-%m-%d %H:%M:%S}" if shape == "plain" else moment.isoformat(timespec="seconds")


def _ends(event: e.Event, visit: str) -> bool:
    return isinstance(event, ENDS) and event.visit == visit
