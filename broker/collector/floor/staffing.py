"""Looks at how many counters are needed, raises and ends advice, keeps it, and judges it when its time has come.

One look is some twenty milliseconds, so it is made every few seconds at most, by a thread of its own; pages and alerts
read what the last one found.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from math import inf

from msgspec import structs

from broker.collector.answers import Attention
from broker.collector.floor import staffing_answers as s
from broker.collector.floor.advice_log import AdviceLog, Advised
from broker.collector.floor.staffing_facts import Records, floor_now
from broker.collector.floor.staffing_groups import Knows, group_answer, lack_of
from broker.collector.floor.staffing_words import Lack, advised_words, group_names, precision_words
from broker.collector.heard.live import Live
from broker.model.commands import SessionTimes
from broker.model.hall import Hall
from broker.model.views import ServiceLine
from broker.model.words import Names
from broker.runtime.clock import Clock
from broker.runtime.errors import DatabaseError
from broker.staffing.advice import Advice, Seen, looked
from broker.staffing.groups import Group
from broker.staffing.judging import UNTIL_MS, judge
from broker.store.errors import StoreError
from broker.store.reports import Reports

LOOK_EVERY_S = 10.0
KIND = "staffing"
"""The kind of the alert."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Standing:
    """Advice of one group: its state, and what was said when it was raised."""

    advice: Advice = field(default_factory=Advice)
    said: Attention | None = None


class Staffing:
    """The advice of one hall. Safe for threads; nothing here raises because of a disk."""

    def __init__(
        self,
        hall: Hall,
        live: Live,
        reports: Reports,
        clock: Clock,
        sessions_of: Callable[[str], tuple[SessionTimes, ...]],
        log: AdviceLog,
    ) -> None:
        self._hall, self._live, self._clock, self._sessions_of = hall, live, clock, sessions_of
        self._log, self._records = log, Records(hall, reports)
        self._lock = threading.Lock()
        self._looked_s = float("-inf")
        self._day: str | None = None
        self._standing: dict[str, _Standing] = {}
        self._answer: s.StaffingAnswer | None = None
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Look now and then until ``stop``."""
        self._thread = threading.Thread(target=self._run, name="staffing", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(timeout=LOOK_EVERY_S)

    def now(self) -> s.StaffingAnswer:
        """What the last look found; a new look where that is too long ago."""
        with self._lock:
            now_s = self._clock.machine_s()
            if self._answer is None or now_s - self._looked_s >= LOOK_EVERY_S:
                self._looked_s = now_s
                self._answer = self._look(self._clock.now_ms())
            return self._answer

    def shown(self) -> s.StaffingAnswer:
        """The same with the lines as they are at this moment, as every page tells them; what is needed is as it was."""
        found, body = self.now(), self._live.hall_body()
        if body is None:
            return found
        lines = {line.service: line for line in body.services}
        return structs.replace(found, groups=tuple(_with_lines(group, lines) for group in found.groups))

    def attention(self) -> tuple[Attention, ...]:
        """What stands advised by the last look; looks at nothing itself."""
        return tuple(one.said for one in tuple(self._standing.values()) if one.said is not None)

    def _run(self) -> None:
        while not self._stopping.wait(LOOK_EVERY_S):
            try:
                self.now()
            except Exception:
                _log.exception("a look at staffing failed; the next one is made all the same")

    def _look(self, now_ms: int) -> s.StaffingAnswer:
        body = self._live.hall_body()
        day = None if body is None else body.day
        try:
            if day is None:
                self._day, self._standing = None, {}
                return self._told(now_ms, None, 0, ())
            if day != self._day:
                self._begin(day)
            knows = self._knows(day, now_ms)
            self._judge_what_is_due()
            groups = tuple(self._group(knows, group) for group in knows.floor.groups)
            return self._told(now_ms, day, knows.history.days, groups)
        except (DatabaseError, StoreError) as error:
            _log.warning("staffing cannot be reckoned: %s", error)
            return s.StaffingAnswer(
                at_ms=now_ms,
                day=day,
                share=self._hall.staffing.share,
                history_days=0,
                groups=(),
                precision=None,
                advice=(),
                trouble=True,
            )

    def _knows(self, day: str, now_ms: int) -> Knows:
        past, history = self._records.past(day)
        floor = floor_now(self._hall, self._live)
        today, sessions = self._records.today(day), self._sessions_of(day)
        return Knows(self._hall, floor, today, past, history, now_ms, sessions, self._records.slot_of)

    def _begin(self, day: str) -> None:
        """A day begins, or this program: what stood advised this day goes on, what is of another has ended."""
        self._standing = {}
        for one in self._log.standing():
            if one.day != day:
                self._log.cleared(one.group)
                continue
            words = advised_words(group_names(self._hall, one.services), Lack(one.open, one.needed, None))
            said = self._said(one.group, one.at_ms, words, one.services[0])
            self._standing[one.group] = _Standing(Advice(raised_ms=one.at_ms), said)
        self._day = day

    def _group(self, knows: Knows, group: Group) -> s.GroupStaffing:
        answer = group_answer(knows, group)
        if self._live.engine_alive():
            self._advise(knows, group, answer)
        else:  # nothing was seen, so nothing was seen without a break
            self._keep(group.key, lambda one: replace(one, advice=Advice(one.advice.raised_ms)))
        standing = self._standing.get(group.key, _Standing())
        if standing.said is None:
            return answer
        said = standing.said
        return structs.replace(answer, advised_ms=standing.advice.raised_ms, zh=said.zh, en=said.en)

    def _advise(self, knows: Knows, group: Group, answer: s.GroupStaffing) -> None:
        """One look more at the group's advice; whatever changed is kept."""
        open_now = len(answer.open)
        for one in self._log.unjudged():
            if one.group == group.key and open_now > one.most_open and knows.now_ms < one.at_ms + UNTIL_MS:
                self._log.opened(one, open_now)
        before = self._standing.get(group.key, _Standing())
        lack = lack_of(knows, group, answer)
        seen, worst = _seen(knows, group, answer, lack)
        after = looked(before.advice, seen)
        said = before.said
        if after.raised_ms is None:
            if before.advice.raised_ms is not None:
                self._log.cleared(group.key)
            said = None
        else:
            if before.advice.raised_ms is None:
                day, at_ms = knows.today.day, after.raised_ms
                self._log.raised(Advised(group.key, at_ms, day, group.services, open_now, answer.needed, open_now))
            words = advised_words(answer.names, lack)
            said = self._said(group.key, after.raised_ms, words, worst)
        self._keep(group.key, lambda _: _Standing(after, said))

    def _keep(self, group: str, change: Callable[[_Standing], _Standing]) -> None:
        """A whole new table each time: other threads read it."""
        self._standing = {**self._standing, group: change(self._standing.get(group, _Standing()))}

    def _said(self, key: str, at_ms: int, words: Names, worst: str) -> Attention:
        good = precision_words(self._log.precision())
        return Attention(
            kind=KIND,
            subject=key,
            level="warning",
            since_ms=at_ms,
            acts=(f"emergency:{worst}",),
            zh=f"{words.zh}。{good.zh}",
            en=f"{words.en} {good.en}",
        )

    def _judge_what_is_due(self) -> None:
        targets = {key: service.wait_goal_minutes for key, service in self._hall.services.items()}
        for one in self._log.due():
            record = self._records.today(one.day)
            self._log.judged(one, judge(record, one.services, targets, one.at_ms, followed=one.followed))

    def _told(
        self, now_ms: int, day: str | None, history_days: int, groups: tuple[s.GroupStaffing, ...]
    ) -> s.StaffingAnswer:
        found = self._log.precision()
        words = precision_words(found)
        return s.StaffingAnswer(
            at_ms=now_ms,
            day=day,
            share=self._hall.staffing.share,
            history_days=history_days,
            groups=groups,
            precision=s.PrecisionAnswer(
                judged=found.judged,
                right=found.right,
                followed=found.followed,
                known=found.known,
                zh=words.zh,
                en=words.en,
            ),
            advice=tuple(
                s.AdviceAnswer(
                    names=group_names(self._hall, one.services),
                    at_ms=one.at_ms,
                    open=one.open,
                    needed=one.needed,
                    verdict=one.verdict,
                    n=one.n,
                    mean_min=one.mean_min,
                    target_min=one.target_min,
                )
                for one in self._log.latest()
            ),
        )


def _with_lines(group: s.GroupStaffing, lines: Mapping[str, ServiceLine]) -> s.GroupStaffing:
    services = tuple(
        structs.replace(one, waiting=lines[one.service].waiting, wait=lines[one.service].wait)
        if one.service in lines
        else one
        for one in group.services
    )
    return structs.replace(group, services=services, waiting=sum(one.waiting for one in services))


def _seen(knows: Knows, group: Group, answer: s.GroupStaffing, lack: Lack) -> tuple[Seen, str]:
    """How the group looks now, and its service that has it worst."""
    late: dict[str, tuple[float, float]] = {}
    for one in answer.services:
        line = knows.floor.lines.get(one.service)
        if line is not None and line.state == "no_counter" and line.waiting:
            late[one.service] = (inf, inf)
        elif one.wait is not None:
            middle = (one.wait.low_min + one.wait.high_min) / 2
            late[one.service] = (one.wait.high_min / one.target_min, middle / one.target_min)
    worst = max(late, key=lambda key: late[key], default=group.key)
    part = answer.load / len(answer.open) if answer.open else (inf if answer.load or answer.waiting else 0.0)
    most = late.get(worst, (0.0, 0.0))
    return Seen(knows.now_ms, most[0], most[1], part, lack.lacking or bool(lack.own)), worst
