"""Cases of a scripted month, made up by chance: stories, figures, deadlines and alarms equal an independent recount.

The recount reads the events as plain JSON, by rules of its own, and counts days on a wall calendar of the autumn of
2026 that is written down here; nothing of the program's own counting is used.
"""

from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from broker.model import commands as c
from broker.model import events as e
from broker.model.blame_causes import BY_HAND, OVERDUE
from broker.model.case_life import CLOSED, LIVES
from broker.model.hall_file import parse_hall
from broker.model.words import Level
from broker.oversight.case_figures import case_figures
from broker.oversight.case_stories import CaseStories
from tests.engine.bench_hall import HallAtWork
from tests.engine.test_cases import ON, PROMISED, ms

ZONE = ZoneInfo("Asia/Shanghai")
FREE = {date(2026, 9, day) for day in (25, 26, 27)} | {date(2026, 10, day) for day in range(1, 8)}
WORKED = {date(2026, 9, 20), date(2026, 10, 10)}
"""Weekend days that are worked for the holidays."""
FOUND = ("founded", "unfounded", "mistaken")
FIRST, DAYS = "2026-09-14 09:00", 48
PEOPLE = ("ann", "ben", "ceo", "dan")
DAYS_OF = {"complaint": 7, "rating": 1, "finding": 5, "promise": 3, "blame": 5, "question": 3}


def day_of(at_ms: int) -> date:
    return datetime.fromtimestamp(at_ms / 1000, ZONE).date()


def is_worked(day: date) -> bool:
    return day in WORKED or (day.weekday() < 5 and day not in FREE)


def last_day(day: date, count: int) -> date:
    while count:
        day += timedelta(days=1)
        count -= is_worked(day)
    return day


def lived(seed: int) -> HallAtWork:
    """A month at the quality desk: cases come, steps are taken by somebody, some of them late, some never."""
    work, chance = HallAtWork(parse_hall(PROMISED + ON)), Random(seed)
    work.now_ms = ms(FIRST)
    for _ in range(DAYS):
        _open(work)
        for _ in range(chance.randrange(3)):
            _begin(work, chance)
        for case in list(work.state.cases.values()):
            if chance.random() < 0.2:
                _step(work, chance, case.case)
            if chance.random() < 0.1:
                _account(work, chance, case.case)
        work.done(c.CloseCounter(counter="c1"))
        for _ in range(24):
            work.wait(3_600)
            work.ask(c.PassTime(), "server", "server")
        work.done(c.CloseDay())
    return work


def _open(work: HallAtWork) -> None:
    """Every day of the week, so that no opening is taken for a workday."""
    opens_ms, closes_ms = work.now_ms, work.now_ms + 8 * 3_600_000
    session = c.SessionTimes("day", opens_ms, closes_ms, closes_ms - 1_800_000)
    work.ask(c.OpenDay(day=day_of(opens_ms).isoformat(), sessions=(session,)), "server", "server")
    work.open_counters("c1")


def _begin(work: HallAtWork, chance: Random) -> None:
    kind = chance.choice(("complaint", "promise", "finding", "rating", "question"))
    if kind == "rating":
        work.take_ticket("card")
        rating = c.RecordEvaluation(
            evaluation=f"evaluation-{work.made:04d}",
            visit=work.serve("c1"),
            level=chance.choice((Level.VERY_DISSATISFIED, Level.DISSATISFIED, Level.SATISFIED)),
            device="sign-code",
            pressed_at_ms=work.now_ms,
            contact=chance.random() < 0.5,
        )
        work.done(rating)
        return
    more: dict[str, Any] = {"complaint": {"channel": chance.choice(("phone", "box", "hotline"))}}.get(kind, {})
    if kind == "promise":
        more = {"service": "card", "clerk": "a1"}
    work.done(c.OpenCase(kind=kind, counter="c1", **more), by=chance.choice(PEOPLE))  # type: ignore[arg-type]


def _step(work: HallAtWork, chance: Random, case: str) -> None:
    here = work.state.cases[case]
    steps = [(name, step) for name, step in LIVES[here.kind].steps.items() if here.stage in step.at]
    if not steps:
        return
    name, step = chance.choice(steps)
    wish = c.TakeStep(
        case=case,
        step=name,
        stage=here.stage,
        verdict=chance.choice(sorted(step.to)),
        target="待遇科" if step.target else "",
        reason="已核实" if step.reason else "",
        days=2 if name == "extend" else None,
    )
    work.ask(wish, by=chance.choice(PEOPLE))


def _account(work: HallAtWork, chance: Random, case: str | None) -> None:
    """The leader would hold somebody to account for a case as it stands; often that is refused."""
    wish = c.OpenCase(kind="blame", of=case, cause=chance.choice(BY_HAND), reason="已核实")
    work.ask(wish, by="ceo")


@pytest.fixture(scope="module", params=range(4))
def month(request: pytest.FixtureRequest) -> HallAtWork:
    return lived(request.param)


def stories_of(work: HallAtWork) -> CaseStories:
    made = CaseStories()
    for event in work.events:
        made.fold(event)  # type: ignore[arg-type]
    return made


def rows(work: HallAtWork) -> list[dict[str, Any]]:
    """The events as they stand in the journal."""
    return [msgspec.json.decode(msgspec.json.encode(event)) for event in work.events]


def test_the_month_has_cases_of_every_kind_steps_and_alarms(month: HallAtWork) -> None:
    kinds = [row["kind"] for row in rows(month) if row["type"] == "CaseOpened"]
    assert set(kinds) == set(LIVES) and len(kinds) > 25
    steps = {row["step"] for row in rows(month) if row["type"] == "CaseStepped"}
    assert len(steps) >= 12
    assert {row.get("light", "yellow") for row in rows(month) if row["type"] == "CaseOverdue"} == {"yellow", "red"}


def test_every_first_deadline_is_so_many_days_on_the_wall_calendar(month: HallAtWork) -> None:
    for row in rows(month):
        if row["type"] == "CaseOpened":
            told = day_of(row["due_ms"] - 1)
            assert told == last_day(day_of(row["received_ms"]), DAYS_OF[row["kind"]]), row
            if row["kind"] == "rating":
                assert day_of(row["red_ms"] - 1) == last_day(day_of(row["received_ms"]), 15)


def test_each_deadline_that_passed_is_told_once_within_the_hour_and_no_other(month: HallAtWork) -> None:
    told = [
        (row["case"], row["due_ms"], row.get("light", "yellow")) for row in rows(month) if row["type"] == "CaseOverdue"
    ]
    assert len(told) == len(set(told))
    assert sorted(told) == sorted(_passed(rows(month), month.now_ms))


def _passed(rows: list[dict[str, Any]], now_ms: int) -> list[tuple[str, int, str]]:
    """Every deadline of every stage that nobody left in time, by looking at the events two by two."""
    found: set[tuple[str, int, str]] = set()
    for case in {row["case"] for row in rows if row["type"] == "CaseOpened"}:
        own = [row for row in rows if row.get("case") == case and row["type"] in ("CaseOpened", "CaseStepped")]
        for row, after in zip(own, [*own[1:], None], strict=True):
            left_ms = now_ms + 1 if after is None else after["at_ms"]
            if row["stage"] == CLOSED:
                continue
            for key, light in (("due_ms", "yellow"), ("red_ms", "red")):
                due_ms = row.get(key, 0)
                if due_ms and due_ms < left_ms:
                    found.add((case, due_ms, light))
    return list(found)


def test_each_promise_that_broke_has_one_record_and_no_other_promise_has(month: HallAtWork) -> None:
    told = rows(month)
    promises = {row["case"] for row in told if row["type"] == "CaseOpened" and row["kind"] == "promise"}
    broken = {
        row["case"]
        for row in told
        if row["type"] == "CaseOverdue" and row["case"] in promises and row.get("light", "yellow") == "yellow"
    }
    blamed = [row["of"] for row in told if row["type"] == "CaseOpened" and row.get("cause") == OVERDUE]
    assert sorted(blamed) == sorted(broken) and broken


def test_nobody_is_held_to_account_twice_for_one_cause_of_one_case_nor_for_what_was_not_founded(
    month: HallAtWork,
) -> None:
    """At the moment of each record the last word about its complaint or low rating was that it is founded."""
    kinds: dict[str, str] = {}
    word: dict[str, str] = {}
    made: list[tuple[str, str]] = []
    for row in rows(month):
        if row["type"] == "CaseStepped" and (row["step"] == "reopen" or row.get("verdict") in FOUND):
            word[row["case"]] = row.get("verdict", "")
        if row["type"] != "CaseOpened":
            continue
        kinds[row["case"]] = row["kind"]
        if row["kind"] != "blame" or row["cause"] == OVERDUE:
            continue
        made.append((row["of"], row["cause"]))
        assert kinds[row["of"]] != "blame", row
        if kinds[row["of"]] in ("complaint", "rating"):
            assert word.get(row["of"]) == "founded", row
    assert len(made) == len(set(made)) and len(made) > 5


def test_numbers_of_a_kind_run_without_gaps(month: HallAtWork) -> None:
    for kind in LIVES:
        numbers = [row["number"] for row in rows(month) if row["type"] == "CaseOpened" and row["kind"] == kind]
        assert [int(number[6:]) for number in numbers] == list(range(1, len(numbers) + 1))


def test_the_engine_and_the_second_fold_agree_on_every_case(month: HallAtWork) -> None:
    stories = stories_of(month).stories
    for case in month.state.cases.values():
        story = stories[case.case]
        assert (story.stage, story.due_ms, story.red_ms, story.owner, story.contact) == (
            case.stage,
            case.due_ms,
            case.red_ms,
            case.owner,
            case.contact,
        )
        assert [step.step for step in story.steps] == case.taken
    gone = [story for story in stories.values() if story.case not in month.state.cases]
    assert all(not story.is_open for story in gone)


def test_all_figures_equal_a_recount_of_the_plain_events(month: HallAtWork) -> None:
    told = rows(month)
    steps: dict[str, list[dict[str, Any]]] = {}
    for row in told:
        if row["type"] == "CaseStepped":
            steps.setdefault(row["case"], []).append(row)
    opened = {row["case"]: row for row in told if row["type"] == "CaseOpened"}
    late = {row["case"] for row in told if row["type"] == "CaseOverdue"} | {
        case for case, taken in steps.items() if any(row.get("late") for row in taken)
    }
    figures = case_figures(stories_of(month).stories.values(), 0, month.now_ms + 1)

    def cases(kind: str) -> list[str]:
        return [case for case, row in opened.items() if row["kind"] == kind]

    def took(case: str, *names: str) -> list[dict[str, Any]]:
        return [row for row in steps.get(case, []) if row["step"] in names]

    promises = cases("promise")
    finished = [case for case in promises if took(case, "finish")]
    assert figures.promises.accepted == len(promises) and figures.promises.finished == len(finished)
    on_time = figures.promises.on_time
    alarmed = {row["case"] for row in told if row["type"] == "CaseOverdue"}
    assert on_time.n == len([case for case in promises if case in finished or case in alarmed])
    assert on_time.part == len([case for case in finished if case not in late])
    complaints = cases("complaint")
    answered = [case for case in complaints if took(case, "answer", "forward")]
    assert figures.complaints.registered == len(complaints)
    assert figures.complaints.in_time.n == len({*answered, *(case for case in complaints if case in alarmed)})
    assert figures.complaints.in_time.part == len([case for case in answered if case not in late])
    assert sum(figures.complaints.channels.values()) == len(complaints)
    ratings = cases("rating")
    mistaken = [c_ for c_ in ratings if (heard := took(c_, "review")) and heard[-1]["verdict"] == "mistaken"]
    looked = {case: took(case, "verify")[-1]["verdict"] for case in ratings if took(case, "verify")}
    founded = [case for case, verdict in looked.items() if verdict == "founded" and case not in mistaken]
    assert (figures.ratings.opened, figures.ratings.mistaken) == (len(ratings), len(mistaken))
    assert figures.ratings.put_right.n == figures.ratings.founded == len(founded)
    assert figures.ratings.put_right.part == len([case for case in founded if took(case, "correct")])
    wished = [case for case in ratings if opened[case].get("contact")]
    assert figures.ratings.called_back.n == len(wished)
    assert figures.ratings.called_back.part == len([case for case in wished if took(case, "call_back")])
    assert figures.blames.made == len(cases("blame")) and figures.findings.found == len(cases("finding"))
    causes = [opened[case]["cause"] for case in cases("blame")]
    assert figures.blames.causes == {cause: causes.count(cause) for cause in sorted(set(causes))}
    assert OVERDUE in figures.blames.causes and len(figures.blames.causes) > 2
    asked = cases("question")
    answers = [case for case in asked if took(case, "answer")]
    told_ones = [case for case in asked if (tries := took(case, "tell")) and tries[-1]["verdict"] == "told"]
    questions = figures.questions
    assert (questions.asked, questions.answered, questions.told) == (len(asked), len(answers), len(told_ones))
    assert questions.withdrawn == len([case for case in asked if took(case, "withdraw")])
    watched = {*answers, *(case for case in asked if case in alarmed)}
    assert (questions.in_time.part, questions.in_time.n) == (len(watched - late), len(watched))
    assert figures.findings.late == len([case for case in cases("finding") if case in late])


def test_a_span_counts_the_cases_that_began_in_it_and_no_other() -> None:
    stories = CaseStories()
    for place, at_ms in enumerate((9, 10, 19, 20)):
        stories.fold(
            e.CaseOpened(
                at_ms=at_ms, case=f"T2026-000{place}", kind="complaint", number=f"T2026-000{place}", stage="assign",
                due_ms=99, received_ms=at_ms, channel="box",
            )
        )  # fmt: skip
    assert case_figures(stories.stories.values(), 10, 20).complaints.registered == 2
