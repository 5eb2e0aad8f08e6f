"""A day of a hall by a script: wishes at times of the clock through the real writer; time passes as at the server."""

from pathlib import Path
from typing import Any

import msgspec

from broker.contract.envelope import Reply
from broker.model import commands as c
from broker.model import events as e
from broker.model.commands import Command, PassTime, SessionTimes
from broker.model.hall import Hall
from broker.model.hall_file import parse_hall
from broker.model.words import Level
from broker.store.journal import read_events
from broker.store.reports import JournalReports
from broker.store.sheet_shape import DaySheets, Sheet
from tests.halls import DAY, OPENS_MS, SMALL
from tests.server.rig import WriterRig

TICK_MS = 30_000
DUTIES = (
    e.AttendanceTaken,
    e.PauseRanLong,
    e.CoverWanted,
    e.SubstituteAppointed,
    e.CounterExcused,
    e.CoverLapsed,
    e.CounterStoodEmpty,
    e.SheetUnfinished,
    e.SheetLapsed,
)
TWO_SESSIONS = SMALL.replace(
    SMALL[SMALL.index("[sessions.day]") : SMALL.index("[categories.person]")],
    '[sessions.morning]\nnames = { zh = "上午", en = "Morning" }\ndays = ["workday"]\n'
    'opens = "09:00"\ncloses = "12:00"\n'
    '[sessions.afternoon]\nnames = { zh = "下午", en = "Afternoon" }\ndays = ["workday"]\nopens = "13:30"\n'
    'closes = "17:00"\nlast_ticket = "16:30"\n',
)


def hall_of(rules: str = "", items: str = "", text: str = TWO_SESSIONS) -> Hall:
    """The small hall with a morning and an afternoon."""
    return parse_hall(f"{text}\n{items}\n[rules]\n{rules}\n")


def at(clock: str) -> int:
    """Milliseconds of ``HH:MM`` or ``HH:MM:SS`` of the day; ``+1 08:00`` is the next one."""
    days, _, clock = f"0 {clock}".rpartition(" ")
    hours, minutes, *seconds = (int(part) for part in clock.split(":"))
    past_nine_s = (hours - 9) * 3600 + minutes * 60 + (seconds[0] if seconds else 0)
    return OPENS_MS + int(days.split()[-1].lstrip("+") or 0) * 86_400_000 + past_nine_s * 1000


def sessions_of(*spans: tuple[str, str, str]) -> tuple[SessionTimes, ...]:
    """Of (name, opens, closes)."""
    return tuple(SessionTimes(name, at(opens), at(closes), at(closes) - 1_800_000) for name, opens, closes in spans)


class ScriptedDay(WriterRig):
    """``do`` plays one wish at its time and wants it done; visits and tickets are found by their printed number."""

    def __init__(self, folder: Path, hall: Hall, begins: str, sessions: tuple[SessionTimes, ...]) -> None:
        super().__init__(folder, hall, at_ms=at(begins), sessions=sessions)
        self.rated = 0
        self.reports = JournalReports(self.path, hall, lambda: self.now_ms)

    def until(self, clock: str) -> "ScriptedDay":
        """Time passes, twice a minute."""
        while self.now_ms + TICK_MS - self.now_ms % TICK_MS <= at(clock):
            self.now_ms += TICK_MS - self.now_ms % TICK_MS
            self.tick()
        self.now_ms = at(clock)
        return self

    def tick(self) -> None:
        self.made += 1
        self.writer.ask(PassTime(), f"server/time-{self.made:08d}")
        self.writer.commit()

    def do(self, clock: str, wish: Command, by: str = "", device: str = "collector") -> dict[str, Any]:
        """Its result."""
        self.until(clock)
        reply = self.ask(wish, device, by=by)
        assert reply.kind == "done", (clock, wish, reply.refusal)
        return reply.result or {}

    def refused(self, clock: str, wish: Command, by: str = "") -> str:
        """The code of its refusal."""
        self.until(clock)
        reply: Reply = self.ask(wish, by=by)
        assert reply.refusal is not None, (clock, wish, reply.result)
        return reply.refusal.code

    def takes(self, clock: str, *services: str) -> None:
        """Somebody takes a number of each."""
        for service in services:
            self.made += 1
            ticket = f"ticket-{self.made:06d}"
            self.do(clock, c.IssueTicket(ticket=ticket, service=service))
            self.do(clock, c.ConfirmTicket(ticket=ticket))

    def calls(self, clock: str, counter: str, number: str) -> None:
        """The next one, who must be this."""
        assert self.do(clock, c.CallNext(counter=counter))["number"] == number

    def rates(self, clock: str, visit: str, level: Level, device: str = "keypad-1") -> None:
        """A rating at the counter, or from a phone."""
        self.until(clock)
        self.rated += 1
        wish = c.RecordEvaluation(
            evaluation=f"rating-{self.rated:04d}", visit=visit, level=level, device=device, pressed_at_ms=self.now_ms
        )
        self.do(clock, wish)

    def sheets(self, day: str = DAY) -> DaySheets:
        """As the journal has them now."""
        found = self.reports.sheets(day)
        assert found is not None
        return found

    def sheet(self, counter: str, day: str = DAY) -> Sheet:
        found = self.sheets(day).of(counter)
        assert found is not None, counter
        return found

    def figures(self, counter: str, day: str = DAY) -> dict[str, Any]:
        """Every figure of a sheet, as it travels."""
        return msgspec.json.decode(msgspec.json.encode(self.sheet(counter, day).figures))  # type: ignore[no-any-return]

    def signing(self, counter: str, who: str, clerk: str | None = None, note: str = "", day: str = DAY) -> c.SignSheet:
        """A signature of what stands there now."""
        found = self.sheets(day)
        one = found.of(counter)
        assert one is not None
        return c.SignSheet(
            day=day, counter=counter, who=who, clerk=clerk, digest=one.digest, as_of=found.as_of, note=note,
        )  # type: ignore[arg-type]  # fmt: skip

    def stage(self, counter: str, day: str = DAY) -> str:
        """How far the sheet is; the engine and the reports must agree."""
        from broker.engine.sheets import missing, stage_of

        known, told = self.writer.state.sheets[day][counter], self.sheet(counter, day)
        assert stage_of(known) == told.stage
        assert missing(self.hall, known) == told.missing
        return told.stage

    def duties(self) -> list[tuple[str, str, str]]:
        """(time, event, counter or session) of every task, incident and notice of the day, in order."""
        return [
            (clock_of(one.at_ms), type(one).__name__, getattr(one, "counter", "") or getattr(one, "session", ""))
            for one in self.events()
            if isinstance(one, DUTIES)
        ]

    def events(self) -> list[Any]:
        """All that the journal has."""
        return [event for _, event in read_events(self.journal.connection, 0)]


def clock_of(at_ms: int) -> str:
    """``HH:MM:SS`` of the hall, on whatever day."""
    seconds = (at_ms - OPENS_MS) // 1000 % 86_400 + 9 * 3600
    return f"{seconds // 3600 % 24:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def entries(**changes: Any) -> dict[str, Any]:
    """Everything completed by hand, in order."""
    made: dict[str, Any] = {
        "items_version": 1,
        "counts": {"papers_received": 12, "scans": 9, "complaints": 0},
        "checks": {"appearance": True, "conduct": True, "desk": True},
    }
    return made | changes
