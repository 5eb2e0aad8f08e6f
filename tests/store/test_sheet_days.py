"""Two scripted days through the real writer: tasks, incidents and each sheet, field by field, as written by hand."""

from pathlib import Path
from typing import Any

import pytest

from broker.model import commands as c
from broker.model import events as e
from broker.model.words import Level
from tests.halls import DAY, SMALL
from tests.store.scripted_day import ScriptedDay, at, entries, hall_of, sessions_of

NO_LEVELS = dict.fromkeys((level.value for level in Level), 0)


def paused(from_at: str, until: str, took_s: int, band: str, reason: str, clerk: str, **more: Any) -> dict[str, Any]:
    """A line of a sheet."""
    line = {"substitute": None, "warned": False, "asked": False, "left_empty": False, "excused": ""} | more
    return line | {
        "from_ms": at(from_at), "until_ms": at(until), "took_s": took_s, "band": band, "reason": reason, "clerk": clerk,
    }  # fmt: skip


def task(asked_at: str, kind: str, since: str, due: str, clerk: str, **more: Any) -> dict[str, Any]:
    """Another."""
    line: dict[str, Any] = {"waiting": 0, "substitute": None, "settled_ms": None, "reason": ""} | more
    if isinstance(line["settled_ms"], str):
        line["settled_ms"] = at(line["settled_ms"])
    times = {"at_ms": at(asked_at), "since_ms": at(since), "due_ms": at(due)}
    return line | times | {"kind": kind, "clerk": clerk}


def post(clerk: str, from_at: str, until: str) -> dict[str, Any]:
    return {"clerk": clerk, "from_ms": at(from_at), "until_ms": at(until)}


def on_post(session: str, opens: str, since: str | None, minutes: int | None) -> dict[str, Any]:
    since_ms = None if since is None else at(since)
    return {"session": session, "opens_ms": at(opens), "since_ms": since_ms, "minutes_before": minutes}


def spread(n: int, mean_s: int, median_s: int, p90_s: int, max_s: int) -> dict[str, int]:
    return {"n": n, "mean_s": mean_s, "median_s": median_s, "p90_s": p90_s, "max_s": max_s}


@pytest.fixture
def full_day(tmp_path: Path) -> ScriptedDay:
    """Two counters and everything in it: log-ins, calls, every ending, six pauses, a substitute, incidents."""
    sessions = sessions_of(("morning", "09:00", "12:00"), ("afternoon", "13:30", "17:00"))
    day = ScriptedDay(tmp_path, hall_of("clerks_log_in = true"), "08:50", sessions)
    do = day.do
    do("08:52", c.LogIn(counter="c1", clerk="a1"))
    do("08:57", c.LogIn(counter="c2", clerk="a2"))
    do("09:00", c.OpenCounter(counter="c1"))
    do("09:00", c.OpenCounter(counter="c2"))
    _morning(day)
    _pauses_of_the_morning(day)
    _around_noon(day)
    _afternoon(day)
    return day


def _morning(day: ScriptedDay) -> None:
    do = day.do
    day.takes("09:01", "pension", "pension", "pension", "card")
    day.calls("09:03", "c1", "A001")
    do("09:03:30", c.StartService(counter="c1"))
    first = do("09:08:30", c.FinishService(counter="c1", items=2))["visit"]
    day.rates("09:08:40", first, Level.VERY_SATISFIED)
    day.calls("09:09", "c1", "A002")
    do("09:09:10", c.Recall(counter="c1"))
    do("09:09:30", c.Recall(counter="c1"))
    do("09:09:50", c.MarkNoShow(counter="c1"))
    day.calls("09:10", "c1", "A003")
    do("09:10:05", c.UndoLast(counter="c1"))  # a slip of the finger: neither a call nor a wait
    day.calls("09:10:20", "c1", "A003")
    do("09:10:30", c.StartService(counter="c1"))
    slip = c.GiveReturnSlip(counter="c1", slip="desk-slip-01", code="12345678", missing="户口簿")
    second = do("09:12:30", slip)["visit"]
    do("09:12:40", c.LeaveUnrated(visit=second, device="keypad-1", why="declined"))
    do("09:13", c.ServeDirect(counter="c1", service="card", reason="补交材料"))
    day.calls("09:14", "c1", "B001")
    do("09:14:30", c.StartService(counter="c1"))
    do("09:16:30", c.NextService(counter="c1", service="pension", to_counter="c2", outcome="referred"))
    day.calls("09:17", "c2", "B001")
    do("09:17:30", c.StartService(counter="c2"))
    do("09:20:30", c.FinishService(counter="c2"))
    paper = c.RateVisit(
        evaluation="paper-0001", number="B001", level=Level.SATISFIED, device="paper", pressed_at_ms=at("09:20:50")
    )
    do("09:21", paper, by="the-manager")


def _pauses_of_the_morning(day: ScriptedDay) -> None:
    do = day.do
    do("09:21", c.PauseCounter(counter="c1", reason="短暂离开"))
    do("09:25", c.ResumeCounter(counter="c1"))
    do("09:30", c.PauseCounter(counter="c1", reason="会议"))
    do("09:37", c.ResumeCounter(counter="c1"))
    do("09:40", c.PauseCounter(counter="c1", reason="设备故障"))
    do("09:49", c.ResumeCounter(counter="c1"))
    do("10:00", c.PauseCounter(counter="c1", reason="会议"))
    do("10:12", c.AppointSubstitute(counter="c1", clerk="a2"))
    do("10:12:30", c.CloseCounter(counter="c2"))
    do("10:13", c.LogIn(counter="c1", clerk="a2"))
    day.takes("10:20", "pension")
    day.calls("10:21", "c1", "A004")
    do("10:21:30", c.StartService(counter="c1"))
    do("10:25:30", c.TransferTicket(counter="c1", to_service="card"))
    day.calls("10:30", "c1", "A004")
    do("10:30:20", c.HoldTicket(counter="c1"))
    do("11:00", c.LogIn(counter="c2", clerk="a1"))
    do("11:00:30", c.OpenCounter(counter="c2"))
    do("11:05", c.PauseCounter(counter="c2", reason="吃饭"))
    do("11:50", c.ResumeCounter(counter="c2"))


def _around_noon(day: ScriptedDay) -> None:
    do = day.do
    do("11:52", c.PauseCounter(counter="c1", reason="换班"))  # the lunch break is nobody's pause
    do("12:10", c.ResumeCounter(counter="c1"))
    do("12:10:30", c.CloseCounter(counter="c1"))
    do("12:11", c.CloseCounter(counter="c2"))
    do("13:20", c.LogIn(counter="c1", clerk="a1"))
    do("13:30", c.OpenCounter(counter="c1"))


def _afternoon(day: ScriptedDay) -> None:
    do = day.do
    day.takes("13:31", "pension")
    day.calls("13:38:10", "c1", "A005")
    do("13:38:30", c.StartService(counter="c1"))
    fifth = do("13:43:30", c.FinishService(counter="c1"))["visit"]
    day.rates("13:44", fifth, Level.DISSATISFIED, "phone")
    day.takes("14:00", "pension")
    do("14:01", c.PauseCounter(counter="c1", reason="设备故障"))
    do("14:12", c.ExcuseCounter(counter="c1", reason="等待维修"))
    do("14:31", c.ResumeCounter(counter="c1"))
    day.calls("14:31:10", "c1", "A006")
    do("14:31:30", c.StartService(counter="c1"))
    sixth = do("14:36:30", c.FinishService(counter="c1"))["visit"]
    do("14:36:40", c.LeaveUnrated(visit=sixth, device="keypad-1", why="device_fault"))
    day.takes("16:29", "pension")
    day.calls("16:31", "c1", "A007")
    do("16:50", c.StartService(counter="c1"))
    do("17:05", c.FinishService(counter="c1"))  # what was begun is finished
    do("17:06", c.CloseCounter(counter="c1"))
    day.until("17:07")


def test_the_day_gave_exactly_these_tasks_and_incidents(full_day: ScriptedDay) -> None:
    assert full_day.duties() == [
        ("08:55:00", "AttendanceTaken", "morning"),
        ("09:48:00", "PauseRanLong", "c1"),
        ("10:08:00", "PauseRanLong", "c1"),
        ("10:10:30", "CoverWanted", "c1"),
        ("10:12:00", "SubstituteAppointed", "c1"),
        ("11:13:00", "PauseRanLong", "c2"),
        ("11:15:30", "CoverWanted", "c2"),
        ("11:20:30", "CounterStoodEmpty", "c2"),
        ("13:25:00", "AttendanceTaken", "afternoon"),
        ("13:36:30", "CoverWanted", "c2"),
        ("13:38:30", "CoverLapsed", "c2"),
        ("14:05:30", "CoverWanted", "c2"),
        ("14:09:00", "PauseRanLong", "c1"),
        ("14:10:30", "CounterStoodEmpty", "c2"),
        ("14:11:30", "CoverWanted", "c1"),
        ("14:12:00", "CounterExcused", "c1"),
        ("14:31:30", "CoverLapsed", "c2"),
    ]
    absent = [one.absent for one in full_day.events() if isinstance(one, e.AttendanceTaken)]
    assert absent == [("a2",), ("a2",)]


def test_the_sheet_of_the_first_counter_is_exactly_this(full_day: ScriptedDay) -> None:
    assert full_day.figures("c1") == {
        "opened_ms": at("09:00"),
        "closed_ms": at("17:06"),
        "served": 7,  # A001, A003, somebody without a number, B001's first service, A005, A006, A007
        "direct": 1,
        "next_services": 1,
        "items": 7,  # 2 + 0 + 1 + 1 + 1 + 1 + 1
        "outcomes": {"done": 5, "papers_missing": 1, "referred": 1, "day_end": 0},
        # 2:00, 8:00, 9:20, 13:00, 1:00, 7:10, 31:10, 2:00
        "wait": spread(8, 552, 455, 1870, 1870),
        # 5:00, 2:00, 2:00, 5:00, 5:00, 15:00; nobody timed whoever came without a number
        "service": spread(6, 340, 300, 900, 900),
        "calls": 9,
        "recalls": 2,
        "no_shows": 1,
        "held": 1,
        "transferred": 1,
        "slips": 1,
        "posts": [post("a1", "08:52", "10:13"), post("a2", "10:13", "12:10:30"), post("a1", "13:20", "17:06")],
        "on_post": [on_post("morning", "09:00", "08:52", 8), on_post("afternoon", "13:30", "13:20", 10)],
        "pauses": [
            paused("09:21", "09:25", 240, "to_5", "短暂离开", "a1", substitute="a2"),
            paused("09:30", "09:37", 420, "to_8", "会议", "a1", substitute="a2"),
            paused("09:40", "09:49", 540, "to_10", "设备故障", "a1", substitute="a2", warned=True),
            paused("10:00", "10:13", 780, "over_10", "会议", "a1", substitute="a2", warned=True, asked=True),
            paused("11:52", "12:10", 480, "to_10", "换班", "a2"),
            paused(
                "14:01", "14:31", 1800, "over_10", "设备故障", "a1",
                substitute="a2", warned=True, asked=True, excused="等待维修",
            ),
        ],
        "bands": {"to_5": 1, "to_8": 1, "to_10": 2, "over_10": 2},
        "paused_s": 4260,
        "tasks": [
            task(
                "10:10:30", "pause", "10:00", "10:15:30", "a1",
                substitute="a2", outcome="covered", settled_ms="10:13",
            ),
            task(
                "14:11:30", "pause", "14:01", "14:16:30", "a1",
                waiting=1, outcome="excused", settled_ms="14:12", reason="等待维修",
            ),
        ],
        "left_empty": 0,
        "sent": [{"at_ms": at("10:12"), "clerk": "a2"}],
        "ratings": {
            "rateable": 7,
            "rated": 2,
            "levels": NO_LEVELS | {"very_satisfied": 1, "dissatisfied": 1},
            "declined": 1,
            "device_fault": 1,
            "unrated": 3,
            "on_paper": 0,
        },
    }  # fmt: skip


def test_the_sheet_of_the_second_counter_is_exactly_this(full_day: ScriptedDay) -> None:
    assert full_day.figures("c2") == {
        "opened_ms": at("09:00"),
        "closed_ms": at("12:11"),
        "served": 1,
        "direct": 0,
        "next_services": 0,
        "items": 1,
        "outcomes": {"done": 1, "papers_missing": 0, "referred": 0, "day_end": 0},
        "wait": None,  # its one visitor had been called before, at the other counter
        "service": spread(1, 180, 180, 180, 180),
        "calls": 1,
        "recalls": 0,
        "no_shows": 0,
        "held": 0,
        "transferred": 0,
        "slips": 0,
        "posts": [post("a2", "08:57", "10:12:30"), post("a1", "11:00", "12:11")],
        "on_post": [on_post("morning", "09:00", "08:57", 3), on_post("afternoon", "13:30", None, None)],
        "pauses": [
            paused(
                "11:05", "11:50", 2700, "over_10", "吃饭", "a1",
                substitute="a2", warned=True, asked=True, left_empty=True,
            ),
        ],
        "bands": {"to_5": 0, "to_8": 0, "to_10": 0, "over_10": 1},
        "paused_s": 2700,
        "tasks": [
            task("11:15:30", "pause", "11:05", "11:20:30", "a1", outcome="left_empty", settled_ms="11:50"),
            task("13:36:30", "nobody", "13:31", "13:41:30", "a2", outcome="lapsed", settled_ms="13:38:30"),
            task(
                "14:05:30", "nobody", "14:00", "14:10:30", "a2",
                waiting=1, outcome="left_empty", settled_ms="14:31:30",
            ),
        ],
        "left_empty": 2,
        "sent": [],
        "ratings": {
            "rateable": 1,
            "rated": 1,
            "levels": NO_LEVELS | {"satisfied": 1},
            "declined": 0,
            "device_fault": 0,
            "unrated": 0,
            "on_paper": 1,
        },
    }  # fmt: skip


def test_the_managers_figures_time_a_pause_as_the_sheets_do(full_day: ScriptedDay) -> None:
    found = full_day.reports.statistics(None, "counter")
    assert found is not None
    told = {row.key: (row.figures.pauses, row.figures.long_pauses, row.figures.paused_s) for row in found.rows}
    assert (told["c1"], told["c2"]) == ((6, 2, 4260), (1, 1, 2700))  # at noon 8 minutes, and not the lunch break too


def test_a_counter_at_which_nothing_happened_has_no_sheet(full_day: ScriptedDay) -> None:
    assert [sheet.counter for sheet in full_day.sheets().sheets] == ["c1", "c2"]


def test_the_day_is_signed_and_stays_so_over_restarts_and_late_ratings(full_day: ScriptedDay) -> None:
    day = full_day
    filled = c.FillSheet(day=DAY, counter="c1", clerk="a1", **entries())
    day.do("17:10", filled, by="clerk-16")
    day.do("17:11", day.signing("c1", "clerk", "a1"), by="clerk-16")
    assert day.stage("c1") == "clerk"
    day.do("17:12", day.signing("c1", "leader"), by="the-manager")
    assert day.stage("c1") == "finished"
    assert (day.sheet("c1").missing, day.sheet("c1").late_ratings) == ((), 0)
    day.do("17:30", c.CloseDay(), by="the-manager")
    before = day.sheet("c1")
    last = next(one.visit for one in reversed(day.events()) if isinstance(one, e.ServiceFinished))
    day.rates("18:00", last, Level.VERY_SATISFIED, "phone")
    assert (day.stage("c1"), day.sheet("c1").late_ratings) == ("finished", 1), "in the hall's figures, not on the sheet"
    assert day.sheet("c1").digest == before.digest
    day.restart()
    assert day.stage("c1") == "finished"
    tomorrow = sessions_of(("morning", "+1 09:00", "+1 12:00"))
    day.do("+1 08:00", c.OpenDay(day="2026-03-05", sessions=tomorrow))
    assert day.duties()[-1] == ("08:00:00", "SheetUnfinished", "c2"), "and none for the one that is finished"
    left = day.events()[-1]
    assert (left.task, left.day) == ("2026-03-04-sheet-c2", DAY)
    assert left.missing == (
        *("papers_received", "scans", "appearance", "conduct", "desk", "complaints"),
        *("clerk_signature", "leader_signature"),
    )


def test_a_second_day_in_another_order_is_exactly_this(tmp_path: Path) -> None:
    """Late, never opened, taken over unasked, an end taken back, closed out of a pause, forgotten over night."""
    day = ScriptedDay(tmp_path, hall_of(text=SMALL), "08:40", sessions_of(("day", "09:00", "17:00")))
    do = day.do
    do("08:50", c.LogIn(counter="c2", clerk="a2"))
    do("08:59", c.LogOut(counter="c2"))
    day.takes("09:00", "pension")
    do("09:04", c.LogIn(counter="c1", clerk="a1"))
    do("09:04", c.OpenCounter(counter="c1"))
    day.until("09:05:40")
    day.calls("09:06", "c1", "A001")
    do("09:10", c.FinishService(counter="c1"))  # not started: it counts from the call on
    do("09:10:05", c.UndoLast(counter="c1"))
    visit = do("09:12", c.FinishService(counter="c1", outcome="papers_missing", items=0))["visit"]
    day.rates("09:12:20", visit, Level.VERY_DISSATISFIED)
    do("10:00", c.PauseCounter(counter="c1", reason="会议"))
    do("10:06", c.LogIn(counter="c1", clerk="a2"))  # nobody sent for the substitute
    do("10:10", c.PauseCounter(counter="c1", reason="短暂离开"))
    do("10:22", c.CloseCounter(counter="c1"))
    do("14:02", c.OpenCounter(counter="c1"))
    day.takes("14:02", "pension")
    day.calls("14:04:30", "c1", "A002")
    do("14:05", c.StartService(counter="c1"))
    do("14:20", c.PauseCounter(counter="c1", reason="设备故障"))  # with somebody at the window, and never ended
    day.until("14:41")
    do("+1 08:00", c.OpenDay(day="2026-03-05", sessions=sessions_of(("day", "+1 09:00", "+1 17:00"))))
    assert day.duties() == [
        ("09:05:30", "CoverWanted", "c2"),
        ("09:06:30", "CoverLapsed", "c2"),
        ("10:18:00", "PauseRanLong", "c1"),
        ("10:20:30", "CoverWanted", "c1"),
        ("10:25:30", "CounterStoodEmpty", "c1"),
        ("14:28:00", "PauseRanLong", "c1"),
        ("14:30:30", "CoverWanted", "c1"),
        ("14:35:30", "CounterStoodEmpty", "c1"),
        ("08:00:00", "SheetUnfinished", "c2"),
        ("08:00:00", "SheetUnfinished", "c1"),
    ]
    assert day.figures("c1") == {
        "opened_ms": at("09:04"),
        "closed_ms": at("+1 08:00"),
        "served": 2,
        "direct": 0,
        "next_services": 0,
        "items": 1,
        "outcomes": {"done": 0, "papers_missing": 1, "referred": 0, "day_end": 1},
        "wait": spread(2, 255, 255, 360, 360),  # 6:00 and 2:30
        "service": spread(1, 360, 360, 360, 360),
        "calls": 2,
        "recalls": 0,
        "no_shows": 0,
        "held": 0,
        "transferred": 0,
        "slips": 0,
        "posts": [post("a1", "09:04", "10:06"), post("a2", "10:06", "10:22"), post("a1", "14:02", "+1 08:00")],
        "on_post": [on_post("day", "09:00", "09:04", -4)],
        "pauses": [
            paused("10:00", "10:06", 360, "to_8", "会议", "a1", substitute="a2"),
            paused("10:10", "10:22", 720, "over_10", "短暂离开", "a2", warned=True, asked=True),
            paused(
                "14:20", "+1 08:00", 9600, "over_10", "设备故障", "a1",
                substitute="a2", warned=True, asked=True, left_empty=True,
            ),
        ],
        "bands": {"to_5": 0, "to_8": 1, "to_10": 0, "over_10": 2},
        "paused_s": 10_680,
        "tasks": [
            task("10:20:30", "pause", "10:10", "10:25:30", "a2", outcome="left_empty", settled_ms="14:02"),
            task("14:30:30", "pause", "14:20", "14:35:30", "a1", outcome="left_empty"),  # nobody came till the end
        ],
        "left_empty": 2,
        "sent": [],
        "ratings": {
            "rateable": 1,
            "rated": 1,
            "levels": NO_LEVELS | {"very_dissatisfied": 1},
            "declined": 0,
            "device_fault": 0,
            "unrated": 0,
            "on_paper": 0,
        },
    }  # fmt: skip
    second = day.figures("c2")
    assert (second["opened_ms"], second["closed_ms"], second["served"], second["calls"]) == (None, None, 0, 0)
    assert second["posts"] == [post("a2", "08:50", "08:59")]
    assert second["on_post"] == [on_post("day", "09:00", None, None)], "gone again a minute before"
    assert second["tasks"] == [
        task("09:05:30", "nobody", "09:00", "09:10:30", "a2", outcome="lapsed", settled_ms="09:06:30")
    ]


def test_a_pause_broken_off_without_a_call_is_timed_and_settled_as_one_absence(tmp_path: Path) -> None:
    """Two pauses under ten minutes each, two seconds between them, somebody waiting all the while."""
    day = ScriptedDay(tmp_path, hall_of(text=SMALL), "08:55", sessions_of(("day", "09:00", "17:00")))
    do = day.do
    do("09:00", c.OpenCounter(counter="c1"))
    day.takes("09:01", "card")
    do("10:00", c.PauseCounter(counter="c1", reason="会议"))
    do("10:09:30", c.ResumeCounter(counter="c1"))
    do("10:09:32", c.PauseCounter(counter="c1", reason="会议"))
    do("10:13", c.ResumeCounter(counter="c1"))
    do("10:13:10", c.PauseCounter(counter="c1", reason="会议"))
    do("10:17", c.ResumeCounter(counter="c1"))
    day.calls("10:17:30", "c1", "B001")
    do("10:20", c.FinishService(counter="c1"))
    do("10:21", c.PauseCounter(counter="c1", reason="会议"))
    do("10:25", c.ResumeCounter(counter="c1"))
    do("17:00", c.CloseDay())
    figures = day.figures("c1")
    lines = [(one["took_s"], one["band"], one["asked"], one["left_empty"]) for one in figures["pauses"]]
    assert lines == [
        (570, "to_10", False, False),
        (208, "over_10", True, False),
        (230, "over_10", True, True),
        (240, "to_5", False, False),
    ]
    assert figures["tasks"] == [
        task("10:10:30", "pause", "10:00", "10:15:30", "a1", waiting=1, outcome="left_empty", settled_ms="10:17")
    ]
    statistics = day.reports.statistics(DAY, "counter")
    assert statistics is not None
    assert (statistics.total.pauses, statistics.total.long_pauses, statistics.total.left_empty) == (4, 2, 1)
