"""Forecasts for foreign events: ``python -m broker predict`` reads lines and answers each ticket that queues.

A line is ``time_s,event,ticket,service,grade,queued,counter``: A a ticket is taken, S its service starts, E ends, X it
leaves unserved, P a counter pauses, O opens again; ``#day NAME`` begins a day. The answer to A with ``queued`` 1 is
``ticket,median_s,low_s,high_s``, whose range holds four of five.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from math import inf

from broker.engine.pace.flow import Mean
from broker.engine.pace.predictor import Forecast, Line, Pace
from broker.trial.lines import LATEST_S, fits_one_line
from broker.trial.orders import Waiting, Watched

SEEN_WITHIN_S = 900.0
"""A counter that did nothing for so long is not counted as open; a foreign day does not say who went home."""
SETTLE = 4
USUAL_S = 180.0
SERVICES_MOST, GRADES_MOST = 100, 20
"""The first so many are told apart; all others are one. A hall has fewer, and each makes every forecast dearer."""


class BadLine(Exception):
    """A line of the stream that cannot be read; says which and why."""


GRADE_MOST = 1_000_000
SHOWN = 80
KINDS = "ASEXPO"


def _short(text: str) -> str:
    return repr(text if len(text) <= SHOWN else text[:SHOWN] + "...")


def _read(text: str) -> tuple[float, str, Waiting, bool, str]:
    """Time, event, who it is about, whether he queues, and the counter. Raises BadLine without the line's number."""
    fields = text.split(",")
    if len(fields) != 7:
        raise BadLine(f"{len(fields)} fields; give seven: time_s,event,ticket,service,grade,queued,counter")
    time_s, kind, ticket, service, grade, queued, counter = fields
    try:
        at_s = float(time_s)
    except ValueError:
        at_s = inf
    if not abs(at_s) <= LATEST_S:
        raise BadLine(f"time_s is no number of seconds; give one between {-LATEST_S:g} and {LATEST_S:g}")
    try:
        grade_number = int(grade or 0)
    except ValueError:
        grade_number = -1
    if not 0 <= grade_number <= GRADE_MOST:
        raise BadLine(f"the grade is no whole number; give one between 0 and {GRADE_MOST}, or nothing")
    if len(kind) != 1 or kind not in KINDS:
        raise BadLine(f"the event is none; give one of {' '.join(KINDS)}")
    if not fits_one_line(text):
        raise BadLine("it holds what cannot be printed in one line; give names without")
    return at_s, kind, Waiting(ticket, service, grade_number, at_s), queued == "1", counter


@dataclass(slots=True)
class Desk:
    """A counter as it was seen: what it serves, since when it serves somebody, when it last did anything."""

    services: set[str] = field(default_factory=set)
    ticket: str | None = None
    since_s: float = 0.0
    seen_s: float = 0.0
    paused: bool = False

    def is_open(self, now_s: float) -> bool:
        """Whether it seems to be staffed."""
        return self.ticket is not None or (not self.paused and now_s - self.seen_s <= SEEN_WITHIN_S)


class Names:
    """The first names that were seen, and one for all that came later."""

    def __init__(self, most: int) -> None:
        self._most, self._seen = most, dict[str, None]()

    def told_apart(self, name: str) -> str:
        """The name, or nothing where there are too many to tell it apart."""
        if name not in self._seen and len(self._seen) < self._most:
            self._seen[name] = None
        return name if name in self._seen else ""


class Stream:
    """A hall watched through its events."""

    def __init__(self, usual_s: float = USUAL_S) -> None:
        self._pace = Pace.begun(usual_s)
        self._watched = Watched()
        self._means: dict[str, Mean] = {}
        self._services_seen, self._grades_seen = Names(SERVICES_MOST), Names(GRADES_MOST)
        self._begin_day()

    def answers(self, lines: Iterable[str]) -> Iterator[str]:
        """One for each ticket that queues, before the next line is read. Raises BadLine."""
        for number, line in enumerate(lines, 1):
            text = line.strip()
            if not text or text.startswith("time_s,"):
                continue
            if text.startswith("#day"):
                self._begin_day()
                continue
            try:
                at_s, kind, who, queued, counter = _read(text)
                if self._now_s is not None and at_s < self._now_s:
                    raise BadLine(f"time goes back from {self._now_s:g} to {at_s:g}; sort it, begin days by #day NAME")
            except BadLine as error:
                raise BadLine(f"line {number}, {_short(text)}: {error}") from error
            self._pass(at_s)
            who = replace(who, service=self._services_seen.told_apart(who.service))
            match kind:
                case "A":
                    forecast = self._arrives(who, queued)
                    if forecast is not None:
                        low_s, high_s = forecast.outer_s
                        yield f"{who.ticket},{forecast.median_s:.1f},{low_s:.1f},{high_s:.1f}"
                case "S":
                    self._starts(who.ticket, counter)
                case "E":
                    self._ends(who.ticket, counter)
                case "X":
                    self._line.pop(who.ticket, None)
                case _:
                    desk = self._desks.setdefault(counter, Desk())
                    desk.paused, desk.seen_s = kind == "P", at_s

    def _begin_day(self) -> None:
        self._now_s: float | None = None
        self._line: dict[str, Waiting] = {}
        self._forecasts: dict[str, Forecast] = {}
        self._services: dict[str, str] = {}
        self._desks: dict[str, Desk] = {}

    def _pass(self, now_s: float) -> None:
        if self._now_s is not None and now_s > self._now_s:
            self._pace.passed(now_s - self._now_s, {one.service for one in self._line.values()})
        self._now_s = now_s

    def _arrives(self, who: Waiting, queued: bool) -> Forecast | None:
        self._services[who.ticket] = who.service
        if not queued:
            return None
        found = self._pace.forecast(self._line_of(who))
        self._line[who.ticket] = who
        self._forecasts[who.ticket] = found
        return found

    def _starts(self, ticket: str, counter: str) -> None:
        now_s, service = self._now_s or 0.0, self._services.get(ticket, "")
        if counter:
            desk = self._desks.setdefault(counter, Desk())
            desk.ticket, desk.since_s, desk.seen_s, desk.paused = ticket, now_s, now_s, False
            desk.services.add(service)
        who = self._line.get(ticket)
        if who is not None:
            self._watched.called(who, self._line.values(), now_s)
            del self._line[ticket]
            self._pace.started(self._forecasts.pop(ticket), now_s - who.at_s)

    def _ends(self, ticket: str, counter: str) -> None:
        desk = self._desks.get(counter)
        if desk is None or desk.ticket != ticket:
            return
        now_s = self._now_s or 0.0
        self._pace.served(now_s - desk.since_s)
        self._mean_of(self._services.get(ticket, "")).learn(now_s - desk.since_s)
        desk.ticket, desk.seen_s = None, now_s

    def _line_of(self, who: Waiting) -> Line:
        """The hall as this ticket finds it."""
        now_s = who.at_s
        opened = [desk for desk in self._desks.values() if desk.is_open(now_s)]
        mine = [desk for desk in opened if who.service in desk.services] or opened
        ahead, work_s = self._ahead(who, opened, mine)
        alike = [one for one in ahead if one.service == who.service]
        longest_s = max((now_s - one.at_s for one in self._line.values() if one.service == who.service), default=0.0)
        group = self._grades_seen.told_apart(str(who.grade))
        return Line(who.service, group, len(ahead), len(alike), max(1, len(opened)), longest_s, work_s)

    def _ahead(self, who: Waiting, opened: list[Desk], mine: list[Desk]) -> tuple[list[Waiting], float]:
        """Who goes first if the hall calls as it seems to, when this one's turn comes; and the seconds until then.

        Whose turn it is depends on when that will be, so this is repeated until both agree.
        """
        order, wait_s = self._watched.believed, 0.0
        ahead: list[Waiting] = []
        for _ in range(SETTLE):
            then_s = who.at_s + wait_s
            mark = order(who, then_s)
            ahead = [one for one in self._line.values() if order(one, then_s) >= mark]
            found_s = self._work_s(ahead, opened, mine)
            wait_s = found_s if wait_s == 0 else (wait_s + found_s) / 2
        return ahead, wait_s

    def _work_s(self, ahead: list[Waiting], opened: list[Desk], mine: list[Desk]) -> float:
        """The work of those ahead at counters that are also ours, and what is being done there, shared by these."""
        before = 0.0
        for one in ahead:
            theirs = [desk for desk in opened if one.service in desk.services] or opened
            shared = sum(desk in theirs for desk in mine) if mine else 1
            before += self._mean_of(one.service).seconds * shared / max(1, len(theirs))
        now = [self._mean_of(self._services.get(desk.ticket or "", "")).seconds for desk in mine if desk.ticket]
        doing = sum(now) / len(now) if now else self._pace.mean.seconds
        return (before + doing) / max(1, len(mine))

    def _mean_of(self, service: str) -> Mean:
        return self._means.setdefault(service, Mean.believed(self._pace.mean.seconds))
