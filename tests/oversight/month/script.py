"""The script of a month, and what must come of it: alarms to the minute, cases with their days, figures. Pure.

A script knows the rules as the documents say them, not the program. Whatever is planned is planned twice: as a command
to be given at a moment, and as what has to stand in the journal afterwards.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

from broker.model import commands as c
from broker.model.commands.inspections import Checked
from broker.model.commands.rota import RotaPost, RotaSession
from broker.model.words import Level
from tests.oversight.month.wall import END, MINUTE_MS, at, day_of, due, is_worked, later, over, worked_days

CLERKS = {"c1": "a1", "c2": "a2"}
Expected = tuple[Any, ...]
"""Of an event: its name, when it must be told, and what must be in it."""


@dataclass(frozen=True)
class Act:
    """Something that is done. ``case``: the name in the script of the case it is about; ``named``: what it begins."""

    at_ms: int
    command: c.Command | None
    by: str = ""
    case: str = ""
    named: str = ""
    step: Mapping[str, Any] = field(default_factory=dict)
    visit_of: str = ""
    cancels: bool = False


class Script:
    """Made by chance; ``acts`` in order, ``alarms`` and ``cases`` as they must be, ``figures`` by plain counting."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)
        self.acts: list[Act] = []
        self.alarms: list[Expected] = []
        self.cases: list[dict[str, Any]] = []
        self.counts: Counter[str] = Counter()
        self.served: list[dict[str, Any]] = []
        self.watched: list[tuple[int, int]] = []
        """From when to when time is told each minute; else it is once an hour."""
        self._made = 0
        week: list[date] = []
        for day in worked_days():
            if week and day.isocalendar()[:2] != week[0].isocalendar()[:2]:
                self._inspect(week)
                week = []
            week.append(day)
            self._day(day)
        self._inspect(week)
        self.acts.sort(key=lambda act: act.at_ms)
        self._number()

    def do(self, at_ms: int, command: c.Command | None, **more: Any) -> None:
        if day_of(at_ms) < END:
            self.acts.append(Act(at_ms, command, **more))

    def alarm(self, name: str, at_ms: int, **what: Any) -> None:
        if at_ms <= over(END) - 86_400_000:
            self.alarms.append((name, at_ms, tuple(sorted(what.items()))))

    def named(self, what: str) -> str:
        self._made += 1
        return f"{what}-{self._made:04d}"

    # -- a day

    def _day(self, day: date) -> None:
        opens_ms, closes_ms = at(day, "09:00"), at(day, "17:00")
        session = c.SessionTimes("day", opens_ms, closes_ms, closes_ms - 30 * MINUTE_MS)
        self.do(at(day, "08:30"), c.OpenDay(day=day.isoformat(), sessions=(session,)), by="server")
        self.watched.append((at(day, "08:50"), at(day, "09:10")))
        manner = {key: self.chance.choice(("there", "there", "there", "late", "absent")) for key in CLERKS}
        for key, clerk in CLERKS.items():
            if manner[key] != "absent":
                came = at(day, "08:50" if manner[key] == "there" else "09:12")
                self.do(came, c.LogIn(counter=key, clerk=clerk))
                self.do(came + MINUTE_MS, c.OpenCounter(counter=key))
                self.do(closes_ms, c.CloseCounter(counter=key))
        missing = [key for key in CLERKS if manner[key] != "there"]
        self.alarm("AttendanceTaken", at(day, "08:55"), absent=tuple(CLERKS[key] for key in missing), unseen=())
        if self.chance.random() < 0.7:
            posts = tuple(RotaPost(key, clerk) for key, clerk in CLERKS.items())
            self.do(
                at(day, "08:31"),
                c.MakeRota(day=day.isoformat(), leader="a2", sessions=(RotaSession(session="day", posts=posts),)),
            )
            self.alarm("RotaLooked", at(day, "09:05"), closed=tuple(missing), planned=2, until_ms=closes_ms)
        present = [key for key in CLERKS if manner[key] != "absent"]
        self._visits(day, present)
        for key in present:
            if self.chance.random() < 0.5:
                self._pause(at(day, "14:00" if key == "c1" else "14:40"), key)
        if "c1" not in present and self.chance.random() < 0.6:
            self._nobody(at(day, "15:30"))
        self._desk(day)
        self.do(at(day, "17:30"), c.CloseDay(), by="server")

    def _visits(self, day: date, present: list[str]) -> None:
        """One after the other, so that each wait and service is what was planned."""
        for slot in range(self.chance.randint(3, 7) if present else 0):
            counter = self.chance.choice(present)
            service = self.chance.choice(("pension", "card") if counter == "c1" else ("pension",))
            began, waits, takes = (
                at(day, "09:30") + slot * 15 * MINUTE_MS,
                self.chance.randint(1, 4),
                self.chance.randint(2, 6),
            )
            called = began + waits * MINUTE_MS
            name = self.named("ticket")
            self.do(began, c.IssueTicket(ticket=name, service=service))
            self.do(began, c.ConfirmTicket(ticket=name))
            self.do(called, c.CallNext(counter=counter))
            told = {"day": day.isoformat(), "counter": counter, "service": service, "wait": waits, "took": None}
            if self.chance.random() < 0.15:
                self.do(called + MINUTE_MS, c.MarkNoShow(counter=counter))
            else:
                told["took"] = takes
                self.do(called + MINUTE_MS, c.StartService(counter=counter))
                ends = called + (1 + takes) * MINUTE_MS
                self.do(ends, c.FinishService(counter=counter), named=name)
                if self.chance.random() < 0.6:
                    self._rate(ends + MINUTE_MS, name, counter, service)
            self.served.append(told)

    def _rate(self, at_ms: int, visit: str, counter: str, service: str) -> None:
        level = self.chance.choice(
            (Level.SATISFIED, Level.VERY_SATISFIED, Level.BASICALLY_SATISFIED, Level.DISSATISFIED)
        )
        self.do(at_ms, None, visit_of=visit, named=level.value)
        self.counts["rated"] += 1
        if level is Level.DISSATISFIED:
            self._low(at_ms, counter, service)

    # -- counters without anybody

    def _pause(self, from_ms: int, counter: str) -> None:
        """Warned at 8 minutes, a task over 10, an incident 5 minutes after that or after somebody was sent."""
        minutes, rule = self.chance.choice((5, 9, 13, 15, 20)), self.chance.choice(("", "", "sent", "excused"))
        self.watched.append((from_ms, from_ms + 25 * MINUTE_MS))
        self.do(from_ms, c.PauseCounter(counter=counter, reason="短暂离开"))
        back_ms, wanted_ms, sent_ms = (from_ms + one * MINUTE_MS for one in (minutes, 11, 12))
        self.do(back_ms, c.ResumeCounter(counter=counter))
        if minutes >= 8:
            self.alarm("PauseRanLong", from_ms + 8 * MINUTE_MS, counter=counter, since_ms=from_ms)
        if minutes <= 10:
            return
        other = "a2" if counter == "c1" else "a1"
        due_ms = wanted_ms + 5 * MINUTE_MS
        self.alarm(
            "CoverWanted",
            wanted_ms,
            counter=counter,
            kind="pause",
            since_ms=from_ms,
            due_ms=due_ms,
            clerk=CLERKS[counter],
        )
        if rule == "excused":
            self.do(sent_ms, c.ExcuseCounter(counter=counter, reason="全员会议"))
            return
        if rule == "sent":
            self.do(sent_ms, c.AppointSubstitute(counter=counter, clerk=other))
            due_ms = sent_ms + 5 * MINUTE_MS
        if due_ms <= back_ms:
            sent = other if rule == "sent" else None
            self.alarm(
                "CounterStoodEmpty", due_ms, counter=counter, kind="pause", clerk=CLERKS[counter], substitute=sent
            )

    def _nobody(self, from_ms: int) -> None:
        """Somebody waits for a card, which only the counter of the absent clerk would do; he gives up after a while."""
        name, stays = self.named("ticket"), self.chance.choice((4, 8, 14))
        self.watched.append((from_ms, from_ms + 20 * MINUTE_MS))
        self.do(from_ms, c.IssueTicket(ticket=name, service="card"))
        self.do(from_ms, c.ConfirmTicket(ticket=name), named=name)
        self.do(from_ms + stays * MINUTE_MS, None, cancels=True, visit_of=name)
        self.counts["gave_up"] += 1
        self.counts[f"issued {day_of(from_ms).isoformat()}"] += 1
        if stays > 5:
            wanted_ms = from_ms + 6 * MINUTE_MS
            self.alarm(
                "CoverWanted",
                wanted_ms,
                counter="c1",
                kind="nobody",
                since_ms=from_ms,
                due_ms=wanted_ms + 5 * MINUTE_MS,
                clerk="a1",
            )
            if stays > 11:
                self.alarm(
                    "CounterStoodEmpty",
                    wanted_ms + 5 * MINUTE_MS,
                    counter="c1",
                    kind="nobody",
                    clerk="a1",
                    substitute=None,
                )
            self.alarm("CoverLapsed", from_ms + (stays + 1) * MINUTE_MS, counter="c1")

    # -- the quality desk

    def _case(
        self, kind: str, at_ms: int, steps: list[tuple[int, str, dict[str, Any]]], days: list[tuple[int, str]]
    ) -> str:
        """``steps``: (worked days after, by whom, the step); ``days``: what passes unless a step came before it."""
        name, day = self.named(kind), day_of(at_ms)
        for after, by, step in steps:
            self.do(at(later(day, after), "10:30"), None, by=by, case=name, step=step)
        for due_ms, light in days:
            self.alarm("CaseOverdue", due_ms, case=name, due_ms=due_ms, light=light)
        self.cases.append({"name": name, "kind": kind, "at_ms": at_ms, "day": day})
        self.counts[kind] += 1
        return name

    def _low(self, at_ms: int, counter: str, service: str) -> None:
        """差评: looked into within 1 day, put right and answered within 5, all over within 15."""
        day, manner = day_of(at_ms), self.chance.choice(("prompt", "late", "never", "unfounded"))
        verify = {"step": "verify", "stage": "verify", "verdict": "unfounded" if manner == "unfounded" else "founded"}
        correct, answer = {"step": "correct", "stage": "correct"}, {"step": "answer", "stage": "answer"}
        steps, days = [], [(due(day, 1), "yellow"), (due(day, 15), "red")]
        if manner == "prompt":
            steps, days = [(1, "ann", verify), (2, "ann", correct), (3, "ann", answer)], []
        elif manner == "unfounded":
            steps, days = [(1, "ann", verify), (2, "ann", answer)], []
        elif manner == "late":
            steps, days = [(3, "ann", verify), (4, "ann", correct), (5, "ann", answer)], days[:1]
        name = self._case("rating", at_ms, steps, days)
        self.cases[-1] |= {"due_ms": due(day, 1), "red_ms": due(day, 15), "counter": counter, "service": service}
        if manner != "never" and self._within(steps[0][0], day):
            self.counts["looked into"] += 1
            if manner != "unfounded":
                self.counts["founded"] += 1
                self.counts["put right"] += self._within(steps[1][0], day)
        assert name

    def _within(self, after: int, day: date) -> bool:
        return later(day, after) < END

    def _desk(self, day: date) -> None:
        if self.chance.random() < 0.35:
            self._complaint(at(day, "16:00"))
        if self.chance.random() < 0.6:
            self._promise(at(day, "16:05"))

    def _complaint(self, at_ms: int) -> None:
        """投诉: answered within 7 days, 15 of a hard one, passed on within 3."""
        day, manner = day_of(at_ms), self.chance.choice(("in time", "late", "hard", "passed on", "never"))
        assign = {"step": "assign", "stage": "assign", "target": "待遇科"}
        answer = {"step": "answer", "stage": "answer", "verdict": "founded"}
        steps, days = [(1, "ceo", assign)], [(due(day, 7), "yellow")]
        if manner in ("in time", "late"):
            steps.append((6 if manner == "in time" else 9, "ann", answer))
        if manner == "hard":
            steps += [(2, "ceo", {"step": "complex", "stage": "answer", "reason": "需外调"}), (12, "ann", answer)]
        if manner == "passed on":
            steps = [
                (1, "ann", {"step": "not_ours", "stage": "assign"}),
                (2, "ann", {"step": "forward", "stage": "forward", "target": "医保局"}),
            ]
        if manner in ("in time", "hard", "passed on"):
            days = []
        name = self._case("complaint", at_ms, steps, days)
        self.cases[-1] |= {"due_ms": due(day, 7), "red_ms": 0}
        self.do(
            at_ms,
            c.OpenCase(kind="complaint", counter="c1", channel=self.chance.choice(("phone", "box"))),
            by="ann",
            named=name,
        )
        ended = manner != "never" and self._within(steps[-1][0], day)
        if ended or (days and days[0][0] <= over(END) - 86_400_000):
            self.counts["complaints to judge"] += 1
            self.counts["complaints in time"] += ended and manner != "late"

    def _promise(self, at_ms: int) -> None:
        """限时办结: 3 days, supervised 5; what was left stays left while papers are missing."""
        day = day_of(at_ms)
        manner = self.chance.choice(("kept", "late", "very late", "papers", "papers late", "extended", "withdrawn"))
        finish = {"step": "finish", "stage": "running"}
        pause = {"step": "pause", "stage": "running", "reason": "缺单位证明"}
        extend = {"step": "extend", "stage": "running", "reason": "需外调", "days": 2}
        yellow, red = due(day, 3), due(day, 5)
        plans: dict[str, tuple[list[tuple[int, str, dict[str, Any]]], list[tuple[int, str]]]] = {
            "kept": ([(2, "ann", finish)], []),
            "late": ([(4, "ann", finish)], [(yellow, "yellow")]),
            "very late": ([(7, "ann", finish)], [(yellow, "yellow"), (red, "red")]),
            "papers": ([(1, "ann", pause), (6, "ann", {"step": "resume", "stage": "paused"}), (8, "ann", finish)], []),
            "papers late": (
                [(1, "ann", pause), (6, "ann", {"step": "resume", "stage": "paused"}), (9, "ann", finish)],
                [(due(later(day, 6), 2), "yellow")],
            ),
            "extended": ([(2, "ceo", extend), (5, "ann", finish)], []),
            "withdrawn": ([(1, "ann", {"step": "withdraw", "stage": "running"})], []),
        }  # fmt: skip
        steps, days = plans[manner]
        name = self._case("promise", at_ms, steps, days)
        self.cases[-1] |= {"due_ms": yellow, "red_ms": red}
        self.do(at_ms, c.OpenCase(kind="promise", counter="c1", service="card", clerk="a1"), by="ann", named=name)
        broke = bool(days) and days[0][0] <= over(END) - 86_400_000
        finished = manner != "withdrawn" and self._within(steps[-1][0], day)
        self.counts["finished"] += finished
        self.counts["promises to judge"] += finished or broke
        self.counts["promises in time"] += finished and not days
        if broke:
            self._blame(days[0][0], name)

    def _blame(self, at_ms: int, of: str) -> None:
        """问责: made as the promise passes its day; decided within 5 days, or told late."""
        day, manner = day_of(at_ms), self.chance.choice(("decided", "objected", "never"))
        decide = {"step": "decide", "stage": "decide", "verdict": "light", "reason": "未及时转办"}
        steps: list[tuple[int, str, dict[str, Any]]] = [(2, "ceo", decide)]
        if manner == "objected":
            steps.append((4, "a1", {"step": "appeal", "stage": "closed", "reason": "系统录入有误"}))
            steps.append((6, "ben", {"step": "review", "stage": "review", "verdict": "upheld", "reason": "属实"}))
        never = manner == "never"
        self._case("blame", at_ms, [] if never else steps, [(due(day, 5), "yellow")] if never else [])
        self.cases[-1] |= {"due_ms": due(day, 5), "red_ms": 0, "of": of}

    def _inspect(self, week: list[date]) -> None:
        """巡查: a moment drawn out of the week's openings; made half an hour later with a finding, or missed."""
        if not week:
            return
        name = "{}-W{:02d}".format(*week[0].isocalendar()[:2])
        openings = tuple(c.SessionTimes("day", at(day, "09:00"), at(day, "17:00"), at(day, "16:30")) for day in week)
        hours, share = 8 * len(week), self.chance.choice((0.0, 0.25, 0.5, 0.75))
        into = int(share * hours * 60)
        visit_ms = at(week[into // 480], "09:00") + into % 480 * MINUTE_MS
        draw_ms, until_ms = at(week[0], "08:35"), at(week[-1], "17:00")
        self.do(draw_ms, c.DrawInspection(week=name, openings=openings, chance=share), by="server")
        self.alarm("InspectionDrawn", draw_ms, week=name, visit_ms=visit_ms, until_ms=until_ms)
        if self.chance.random() < 0.3:
            self.alarm("InspectionMissed", until_ms, week=name)
            return
        made_ms, wrong = visit_ms + 5 * MINUTE_MS, self.chance.random() < 0.6
        checked = Checked(item="empty", fine=not wrong, counter="c2")
        found = self._finding(made_ms) if wrong else ""
        self.do(made_ms, c.RecordInspection(week=name, checked=(checked,)), by="ann", named=found)
        self.alarm("InspectionMade", made_ms, week=name, late=False)

    def _finding(self, at_ms: int) -> str:
        """Put right within 5 days, and looked at again by somebody else."""
        day, late = day_of(at_ms), self.chance.random() < 0.4
        correct = {"step": "correct", "stage": "correct"}
        check = {"step": "check", "stage": "check", "verdict": "done"}
        steps = [(7 if late else 2, "ann", correct), (8 if late else 3, "ben", check)]
        days = [(due(day, 5), "yellow")] if late else []
        name = self._case("finding", at_ms, steps, days)
        self.cases[-1] |= {"due_ms": due(day, 5), "red_ms": 0}
        self.counts["late findings"] += late and days[0][0] <= over(END) - 86_400_000
        return name

    def _number(self) -> None:
        """Numbers of a kind run by the moment at which cases begin."""
        letters = {"rating": "C", "complaint": "T", "promise": "X", "blame": "W", "finding": "J"}
        for kind, letter in letters.items():
            own = sorted((case for case in self.cases if case["kind"] == kind), key=lambda case: case["at_ms"])
            for place, case in enumerate(own, 1):
                case["number"] = f"{letter}2026-{place:04d}"
        assert all(is_worked(case["day"]) or case["kind"] == "blame" for case in self.cases)
