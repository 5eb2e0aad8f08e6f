"""Cases of the quality desk: each kind's way, its deadlines over holidays and make-up workdays, what is told late.

The days that are expected stand here as dates, read off a wall calendar; nothing is the program's own reckoning.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from broker.model import commands as c
from broker.model import events as e
from broker.model.case_life import CLOSED, LIVES
from broker.model.hall_file import parse_hall
from broker.model.words import Level
from tests.engine.bench_hall import HallAtWork
from tests.halls import DAY, OPENS_MS, SMALL

ZONE = ZoneInfo("Asia/Shanghai")
ON = """
[quality.bad_ratings]
on = true
[quality.complaints]
on = true
[quality.promises]
on = true
[quality.questions]
on = true
[quality.inspections]
on = true
"""
PROMISED = SMALL.replace("mean_minutes = 5\nquota", "promised_days = 3\nsupervised_days = 5\nmean_minutes = 5\nquota")
ANN, BEN, CEO = {"by": "ann"}, {"by": "ben"}, {"by": "ceo"}


def hall_at_work(at: str = "2026-03-04 09:00") -> HallAtWork:
    """The small hall with all that the quality desk can do; 4 March 2026 is a Wednesday."""
    work = HallAtWork(parse_hall(PROMISED + ON))
    work.now_ms = ms(at)
    return work


def ms(at: str) -> int:
    return int(datetime.fromisoformat(at).replace(tzinfo=ZONE).timestamp() * 1000)


def last_day(due_ms: int) -> str:
    """The last day on which it is not late."""
    return (datetime.fromtimestamp(due_ms / 1000, ZONE) - timedelta(milliseconds=1)).date().isoformat()


def pass_time(work: HallAtWork, until: str) -> list[e.Event]:
    """What time alone brings about until then, looked at each hour."""
    told: list[e.Event] = []
    while work.now_ms < ms(until):
        work.now_ms = min(work.now_ms + 3_600_000, ms(until))
        told += work.ask(c.PassTime(), "server", "server").events
    return [event for event in told if isinstance(event, e.CaseOverdue | e.CaseOpened)]


def complaint(work: HallAtWork, **more: object) -> str:
    return work.done(c.OpenCase(kind="complaint", channel="phone", **more), **ANN)["case"]


def step(work: HallAtWork, case: str, name: str, verdict: str = "", by: str = "ann", **more: object) -> str:
    """Where it stands afterwards."""
    stage = work.state.cases[case].stage
    return work.done(c.TakeStep(case=case, step=name, stage=stage, verdict=verdict, **more), by=by)["stage"]


def rated(work: HallAtWork, level: Level = Level.DISSATISFIED, contact: bool = False) -> str:
    """A visit that was rated low; the case."""
    if work.state.day is None:
        work.open_day()
        work.open_counters("c1")
    work.take_ticket("card")
    visit = work.serve("c1")
    work.done(
        c.RecordEvaluation(
            evaluation=f"evaluation-{work.made:04d}",
            visit=visit,
            level=level,
            device="sign-code",
            pressed_at_ms=work.now_ms,
            contact=contact,
        )
    )
    return next(reversed(work.state.cases), "")


# ---- deadlines


@pytest.mark.parametrize(
    ("came", "answered_by"),
    [
        ("2026-03-04 09:00", "2026-03-13"),  # a Wednesday; one weekend between
        ("2026-03-07 10:00", "2026-03-17"),  # a Saturday: the first working day is Monday
        ("2026-09-17 16:59", "2026-09-28"),  # Sunday the 20th is worked for the holiday; the 25th to 27th are free
        ("2026-09-29 09:00", "2026-10-14"),  # 1 to 7 October are free, Saturday the 10th is worked
        ("2026-02-12 09:00", "2026-02-28"),  # Spring Festival 15 to 23, of which the 14th and the 28th are worked
    ],
)
def test_a_complaint_is_answered_within_seven_working_days(came: str, answered_by: str) -> None:
    work = hall_at_work(came)
    assert last_day(work.state.cases[complaint(work)].due_ms) == answered_by


def test_a_complaint_that_lay_in_a_box_counts_from_when_it_came() -> None:
    work = hall_at_work("2026-03-06 09:00")
    case = complaint(work, received_ms=ms("2026-03-04 18:00"))
    assert last_day(work.state.cases[case].due_ms) == "2026-03-13"


def test_what_comes_from_the_future_came_now() -> None:
    work = hall_at_work()
    assert last_day(work.state.cases[complaint(work, received_ms=ms("2026-04-01 00:00"))].due_ms) == "2026-03-13"


def test_a_hard_one_has_fifteen_days_and_says_why_and_only_once() -> None:
    work = hall_at_work()
    case = complaint(work)
    command = c.TakeStep(case=case, step="complex", stage="assign")
    assert work.refused(command, **CEO).code == "reason_needed"
    assert step(work, case, "complex", by="ceo", reason="需要外单位查证") == "answer"
    assert last_day(work.state.cases[case].due_ms) == "2026-03-25"
    assert step(work, case, "assign", by="ceo", target="待遇科") == "answer"
    assert last_day(work.state.cases[case].due_ms) == "2026-03-25", "the longer time stays"
    again = c.TakeStep(case=case, step="complex", stage="answer", reason="再延")
    assert work.refused(again, **CEO).code == "only_once"


def test_what_is_another_offices_goes_there_within_three_days_of_its_coming() -> None:
    work = hall_at_work()
    case = complaint(work)
    assert step(work, case, "not_ours") == "forward"
    assert last_day(work.state.cases[case].due_ms) == "2026-03-09"
    assert work.refused(c.TakeStep(case=case, step="forward", stage="forward"), **ANN).code == "target_needed"
    assert step(work, case, "forward", target="市医保局") == CLOSED


def test_late_is_told_once_at_midnight_and_written_into_the_step() -> None:
    work = hall_at_work()
    case = complaint(work)
    assert pass_time(work, "2026-03-13 23:59") == []
    told = pass_time(work, "2026-03-16 09:00")
    assert [(event.case, event.stage, event.light) for event in told] == [(case, "assign", "yellow")]
    step(work, case, "assign", by="ceo", target="待遇科")
    step(work, case, "answer", "founded", by="ben")
    steps = [event for event in work.events if isinstance(event, e.CaseStepped)]
    assert [event.late for event in steps] == [True, True]


def test_who_is_not_content_opens_it_again_within_fifteen_days_and_not_later() -> None:
    work = hall_at_work()
    case = complaint(work)
    step(work, case, "assign", by="ceo", target="待遇科")
    assert step(work, case, "answer", "unfounded", by="ben") == CLOSED
    work.now_ms = ms("2026-03-20 09:00")
    assert step(work, case, "reopen", reason="对答复不满意") == "answer"
    assert last_day(work.state.cases[case].due_ms) == "2026-03-31"
    step(work, case, "answer", "founded", by="ben")
    work.now_ms = ms("2026-04-30 09:00")
    late = c.TakeStep(case=case, step="reopen", stage=CLOSED, reason="还是不满意")
    assert work.refused(late, **ANN).code == "case_over"
    work.ask(c.OpenDay(day="2026-04-30", sessions=()), "server", "server")
    assert case not in work.state.cases, "nobody may ask about it any more"
    assert work.refused(late, **ANN).code == "unknown_case"


def test_numbers_run_without_gaps_by_kind_and_year() -> None:
    work = hall_at_work("2026-12-31 10:00")
    numbers = [work.done(c.OpenCase(kind="complaint", channel=way), **ANN)["number"] for way in ("phone", "box")]
    finding = work.done(c.OpenCase(kind="finding", counter="c1", item="badge"), **ANN)["number"]
    work.now_ms = ms("2027-01-01 00:00")
    numbers.append(work.done(c.OpenCase(kind="complaint", channel="net"), **ANN)["number"])
    assert numbers == ["T2026-0001", "T2026-0002", "T2027-0001"]
    assert finding == "J2026-0001"


# ---- bad ratings


@pytest.mark.parametrize("level", list(Level))
def test_a_case_begins_with_each_rating_of_the_last_two_levels_and_with_no_other(level: Level) -> None:
    work = hall_at_work()
    case = rated(work, level)
    assert bool(case) == (level in (Level.DISSATISFIED, Level.VERY_DISSATISFIED))
    if case:
        opened = next(event for event in work.events if isinstance(event, e.CaseOpened))
        assert (opened.kind, opened.counter, opened.clerk, opened.level) == ("rating", "c1", "a1", level)
        assert (last_day(opened.due_ms), last_day(opened.red_ms)) == ("2026-03-05", "2026-03-25")


def test_a_hall_that_keeps_no_such_cases_has_none() -> None:
    work = HallAtWork(parse_hall(SMALL))
    assert rated(work) == ""
    assert work.refused(c.OpenCase(kind="complaint", channel="phone"), **ANN).code == "cases_not_kept"


def test_a_bad_rating_goes_its_whole_way_and_who_left_a_number_is_called() -> None:
    work = hall_at_work()
    case = rated(work, contact=True)
    assert step(work, case, "verify", "founded") == "correct"
    assert last_day(work.state.cases[case].due_ms) == "2026-03-11"
    assert step(work, case, "correct") == "answer"
    assert step(work, case, "answer") == "call_back"
    assert step(work, case, "call_back", "not_reached") == "call_back"
    assert step(work, case, "call_back", "not_content") == "review"
    heard = c.TakeStep(case=case, step="review", stage="review", verdict="again", reason="整改不到位")
    assert work.refused(heard, **ANN).code == "another_person_needed"
    assert step(work, case, "review", "again", by="ceo", reason="整改不到位") == "correct"
    step(work, case, "correct")
    step(work, case, "answer")
    assert step(work, case, "call_back", "content") == CLOSED


def test_after_three_calls_in_vain_it_is_closed() -> None:
    work = hall_at_work()
    case = rated(work, contact=True)
    for name, verdict in (("verify", "founded"), ("correct", ""), ("answer", "")):
        step(work, case, name, verdict)
    stages = [step(work, case, "call_back", "not_reached") for _ in range(3)]
    assert stages == ["call_back", "call_back", CLOSED]


def test_nobody_is_called_who_left_no_number_and_who_leaves_it_later_is() -> None:
    work = hall_at_work()
    silent, later = rated(work), rated(work)
    visit = next(
        iter(v.visit for v in work.state.visits.values() if v.evaluation == work.state.cases[later].evaluation)
    )
    work.done(c.ExplainEvaluation(visit=visit, device="sign-code", contact=True))
    ends = []
    for case in (silent, later):
        step(work, case, "verify", "unfounded")
        ends.append(step(work, case, "answer"))
    assert ends == [CLOSED, "call_back"]


def test_the_clerk_appeals_once_and_somebody_else_hears_it() -> None:
    work = hall_at_work()
    case = rated(work)
    step(work, case, "verify", "founded", by="ann")
    assert step(work, case, "appeal", by="clerk-1", reason="当时系统故障") == "review"
    heard = c.TakeStep(case=case, step="review", stage="review", verdict="mistaken", reason="核实确为误按")
    assert work.refused(heard, **ANN).code == "another_person_needed"
    assert work.refused(heard, by="clerk-1").code == "another_person_needed"
    assert step(work, case, "review", "mistaken", by="ceo", reason="核实确为误按") == CLOSED
    again = c.TakeStep(case=case, step="appeal", stage=CLOSED, reason="再申诉")
    assert work.refused(again, by="clerk-1").code == "only_once"


def test_the_first_deadline_and_the_last_one_are_told_each_once() -> None:
    work = hall_at_work()
    case = rated(work)
    told = pass_time(work, "2026-03-30 09:00")
    assert [(event.case, event.light, last_day(event.due_ms)) for event in told] == [
        (case, "yellow", "2026-03-05"),
        (case, "red", "2026-03-25"),
    ]


# ---- promises


def promise(work: HallAtWork) -> str:
    return work.done(c.OpenCase(kind="promise", service="card", counter="c1", clerk="a1"), **ANN)["case"]


def test_a_promise_has_its_services_days_and_the_supervised_ones() -> None:
    work = hall_at_work()
    case = work.state.cases[promise(work)]
    assert (last_day(case.due_ms), last_day(case.red_ms)) == ("2026-03-09", "2026-03-11")
    assert work.refused(c.OpenCase(kind="promise", service="pension"), **ANN).code == "nothing_promised"
    assert work.refused(c.OpenCase(kind="promise"), **ANN).code == "nothing_promised"


def test_while_papers_are_missing_the_clock_stands_still() -> None:
    work = hall_at_work()
    case = promise(work)
    work.now_ms = ms("2026-03-05 15:00")
    step(work, case, "pause", reason="缺单位证明")
    assert pass_time(work, "2026-03-19 10:00") == []
    step(work, case, "resume")
    now = work.state.cases[case]
    assert (last_day(now.due_ms), last_day(now.red_ms)) == ("2026-03-23", "2026-03-25")  # two and four days were left


def test_a_leader_gives_more_days_once_and_no_more_than_the_hall_says() -> None:
    work = hall_at_work()
    case = promise(work)
    more = c.TakeStep(case=case, step="extend", stage="running", reason="需外调", days=16)
    assert work.refused(more, **CEO).code == "too_many_days_more"
    step(work, case, "extend", by="ceo", reason="需外调", days=2)
    assert last_day(work.state.cases[case].due_ms) == "2026-03-11"
    again = c.TakeStep(case=case, step="extend", stage="running", reason="需外调", days=1)
    assert work.refused(again, **CEO).code == "only_once"


def test_a_promise_that_was_not_kept_makes_one_record_of_accountability_and_red_light_comes_later() -> None:
    work = hall_at_work()
    kept, broken = promise(work), promise(work)
    step(work, kept, "finish")
    told = pass_time(work, "2026-03-14 09:00")
    assert [(type(event).__name__, event.case if isinstance(event, e.CaseOverdue) else event.of) for event in told] == [
        ("CaseOverdue", broken),
        ("CaseOpened", broken),
        ("CaseOverdue", broken),
    ]
    assert [event.light for event in told if isinstance(event, e.CaseOverdue)] == ["yellow", "red"]
    blame = next(event for event in told if isinstance(event, e.CaseOpened))
    assert (blame.kind, blame.clerk, blame.number) == ("blame", "a1", "W2026-0001")
    assert last_day(blame.due_ms) == "2026-03-17"


def test_two_promises_that_break_in_one_moment_make_two_records_of_two_numbers() -> None:
    work = hall_at_work()
    promise(work), promise(work)
    work.now_ms = ms("2026-03-10 00:00")
    events = work.ask(c.PassTime(), "server", "server").events
    assert [event.number for event in events if isinstance(event, e.CaseOpened)] == ["W2026-0001", "W2026-0002"]


def test_a_record_is_decided_appealed_heard_and_cancelled_and_each_stays_told() -> None:
    work = hall_at_work()
    promise(work)
    (blame,) = [event.case for event in pass_time(work, "2026-03-10 09:00") if isinstance(event, e.CaseOpened)]
    assert step(work, blame, "decide", "light", by="ceo", reason="未及时转办") == CLOSED
    assert step(work, blame, "appeal", by="clerk-1", reason="系统录入有误") == "review"
    heard = c.TakeStep(case=blame, step="review", stage="review", verdict="changed", reason="属实")
    assert work.refused(heard, **CEO).code == "another_person_needed"
    assert step(work, blame, "review", "changed", by="ben", reason="属实") == "decide"
    assert step(work, blame, "cancel", by="ceo", reason="录入错误") == CLOSED
    assert work.refused(
        c.TakeStep(case=blame, step="cancel", stage=CLOSED, reason="又一次"), **CEO
    ).code == "only_once"  # fmt: skip


# ---- questions


def question(work: HallAtWork, owner: str = "ben") -> str:
    return work.done(c.OpenCase(kind="question", counter="c1", owner=owner), **ANN)["case"]


def test_a_question_has_an_owner_and_a_day_and_ends_when_the_visitor_was_told() -> None:
    work = hall_at_work("2026-09-29 09:00")
    case = question(work)
    here = work.state.cases[case]
    assert (here.number, here.owner, last_day(here.due_ms)) == ("Z2026-0001", "ben", "2026-10-09")
    work.now_ms = ms("2026-10-09 16:00")
    assert step(work, case, "answer", by="ben") == "tell"
    assert last_day(work.state.cases[case].due_ms) == "2026-10-10", "a Saturday that is worked"
    assert step(work, case, "tell", "not_reached", by="ben") == "tell"
    assert last_day(work.state.cases[case].due_ms) == "2026-10-10", "trying buys no days"
    assert step(work, case, "tell", "told", by="ann") == CLOSED


def test_a_question_that_nobody_answers_is_overdue_and_so_is_an_answer_that_nobody_tells() -> None:
    work = hall_at_work()
    case = question(work)
    told = pass_time(work, "2026-03-11 09:00")
    assert [(event.case, event.stage) for event in told] == [(case, "answer")]
    step(work, case, "answer", by="ben")
    told = pass_time(work, "2026-03-16 09:00")
    assert [(event.stage, last_day(event.due_ms)) for event in told] == [("tell", "2026-03-12")]


def test_who_is_not_reached_three_times_closes_it_and_may_ask_again() -> None:
    work = hall_at_work()
    case = question(work)
    step(work, case, "answer", by="ben")
    assert [step(work, case, "tell", "not_reached") for _ in range(3)] == ["tell", "tell", CLOSED]
    assert step(work, case, "reopen", reason="来访者又来问") == "answer"
    assert last_day(work.state.cases[case].due_ms) == "2026-03-09"
    assert step(work, case, "withdraw") == CLOSED


# ---- accountability by hand


def accounts(work: HallAtWork, of: str | None, cause: str = "first_asked", **more: object) -> e.CaseOpened:
    """The record that the leader begins; the event."""
    work.done(c.OpenCase(kind="blame", of=of, cause=cause, reason="经核实", **more), **CEO)
    return next(event for event in reversed(work.events) if isinstance(event, e.CaseOpened))


def refused_account(work: HallAtWork, of: str | None, cause: str | None = "loss", reason: str = "经核实") -> str:
    return work.refused(c.OpenCase(kind="blame", of=of, cause=cause, reason=reason), **CEO).code


def test_a_founded_complaint_leads_to_a_record_by_the_leaders_word_alone() -> None:
    work = hall_at_work()
    case = complaint(work, counter="c1", clerk="a1")
    assert refused_account(work, case) == "not_founded"
    step(work, case, "assign", by="ceo", target="待遇科")
    step(work, case, "answer", "founded", by="ben")
    assert [one.kind for one in work.state.cases.values()] == ["complaint"], "nothing begins by itself"
    made = accounts(work, case)
    assert (made.kind, made.number, made.of, made.cause, made.reason) == (
        "blame",
        "W2026-0001",
        case,
        "first_asked",
        "经核实",
    )
    assert (made.counter, made.clerk, made.evaluation, made.contact) == ("c1", "a1", None, False)
    assert last_day(made.due_ms) == "2026-03-11"


def test_one_cause_of_one_case_has_one_record_and_another_cause_has_its_own() -> None:
    work = hall_at_work()
    case = complaint(work, clerk="a1")
    step(work, case, "assign", by="ceo", target="待遇科")
    step(work, case, "answer", "founded", by="ben")
    first = accounts(work, case, "first_asked")
    assert refused_account(work, case, "first_asked") == "accounted_for"
    assert accounts(work, case, "loss", clerk="a2").clerk == "a2"
    assert step(work, first.case, "cancel", by="ceo", reason="录入错误") == CLOSED
    assert refused_account(work, case, "first_asked") == "accounted_for", "a cancelled one stays on record"
    assert refused_account(work, first.case) == "not_founded", "a record comes from no record"


def test_what_was_found_is_open_again_with_the_case_and_gone_with_a_mistake() -> None:
    work = hall_at_work()
    case = complaint(work)
    step(work, case, "assign", by="ceo", target="待遇科")
    step(work, case, "answer", "founded", by="ben")
    step(work, case, "reopen", reason="对答复不满意")
    assert refused_account(work, case) == "not_founded"
    rating = rated(work)
    assert refused_account(work, rating) == "not_founded"
    step(work, rating, "verify", "founded")
    step(work, rating, "appeal", by="clerk-1", reason="系统故障")
    step(work, rating, "review", "mistaken", by="ceo", reason="误按")
    assert refused_account(work, rating) == "not_founded"


def test_a_founded_low_rating_a_finding_and_no_case_at_all_lead_to_one() -> None:
    work = hall_at_work()
    rating = rated(work)
    step(work, rating, "verify", "founded")
    made = accounts(work, rating, "manner")
    assert (made.counter, made.clerk, made.evaluation, made.level) == ("c1", "a1", None, None)
    finding = work.done(c.OpenCase(kind="finding", counter="c1", item="empty"), **ANN)["case"]
    assert accounts(work, finding, "left_post").counter == "c1"
    alone = accounts(work, None, "discipline", clerk="a1")
    assert (alone.of, alone.number) == (None, "W2026-0003")
    assert accounts(work, None, "discipline", clerk="a1").number == "W2026-0004", "each of its own matter"


def test_a_record_says_for_what_and_why_and_a_broken_promise_is_no_cause_by_hand() -> None:
    work = hall_at_work()
    assert refused_account(work, None, None) == "cause_needed"
    assert refused_account(work, None, "overdue") == "cause_needed"
    assert refused_account(work, None, "loss", " ") == "reason_needed"
    assert refused_account(work, "T2026-0099", "loss") == "unknown_case"
    assert refused_account(work, None, "loss", "请联系13912345678") == "personal_number_typed"


def test_a_record_by_hand_takes_nothing_from_the_one_of_the_broken_promise() -> None:
    work = hall_at_work()
    case = promise(work)
    assert accounts(work, case, "first_asked").number == "W2026-0001"
    told = [event for event in pass_time(work, "2026-03-10 09:00") if isinstance(event, e.CaseOpened)]
    assert [(event.of, event.cause, event.number) for event in told] == [(case, "overdue", "W2026-0002")]


def test_a_hall_that_keeps_complaints_alone_holds_to_account_and_one_that_keeps_nothing_does_not() -> None:
    work = HallAtWork(parse_hall(SMALL + "[quality.complaints]\non = true\n"))
    assert accounts(work, None, "loss").number == "W2026-0001"
    bare = HallAtWork(parse_hall(SMALL))
    assert refused_account(bare, None) == "cases_not_kept"


# ---- findings, and what holds for all


def test_a_finding_is_put_right_and_looked_at_by_somebody_else() -> None:
    work = hall_at_work()
    case = work.done(c.OpenCase(kind="finding", counter="c1", item="badge", owner="ben"), **ANN)["case"]
    assert step(work, case, "correct", by="ben") == "check"
    look = c.TakeStep(case=case, step="check", stage="check", verdict="done")
    assert work.refused(look, **BEN).code == "another_person_needed"
    assert step(work, case, "check", "not_done", by="ann") == "correct"


def test_whoever_sees_an_old_page_changes_nothing() -> None:
    work = hall_at_work()
    case = complaint(work)
    step(work, case, "assign", by="ceo", target="待遇科")
    old = c.TakeStep(case=case, step="assign", stage="assign", target="别处")
    assert work.refused(old, **CEO).code == "case_moved_on"
    unknown = c.TakeStep(case=case, step="nothing", stage="answer")
    assert work.refused(unknown, **CEO).code == "case_moved_on"
    assert work.refused(c.TakeStep(case=case, step="answer", stage="answer"), **BEN).code == "verdict_needed"


def test_no_number_of_a_person_gets_into_a_reason() -> None:
    work = hall_at_work()
    case = complaint(work)
    named = c.TakeStep(case=case, step="complex", stage="assign", reason="请联系13912345678")
    assert work.refused(named, **CEO).code == "personal_number_typed"


def test_another_account_looks_after_it() -> None:
    work = hall_at_work()
    case = complaint(work)
    assert work.state.cases[case].owner == "ann"
    work.done(c.GiveCase(case=case, owner="ben"), **CEO)
    assert work.state.cases[case].owner == "ben"
    assert work.ask(c.GiveCase(case=case, owner="ben"), **CEO).events == ()


def test_a_case_changes_no_view_and_not_the_moment_that_views_are_of() -> None:
    work = hall_at_work()
    shown_ms = work.state.shown_ms
    case = complaint(work)
    work.wait(60)
    step(work, case, "assign", by="ceo", target="待遇科")
    assert work.state.shown_ms == shown_ms


@pytest.mark.parametrize("kind", LIVES)
def test_every_stage_of_a_kind_can_be_reached_and_left_and_leads_to_an_end(kind: str) -> None:
    life = LIVES[kind]
    for step_ in life.steps.values():
        assert set(step_.at) | set(step_.to.values()) <= set(life.stages)
    reached, news = {life.first}, {life.first}
    while news:
        news = {to for s in life.steps.values() if set(s.at) & reached for to in s.to.values()} - reached
        reached |= news
    assert reached == set(life.stages)
    assert all(any(stage in s.at for s in life.steps.values()) for stage in life.stages if stage != CLOSED)


@pytest.mark.parametrize("kind", LIVES)
def test_every_deadline_of_a_kind_is_a_key_of_its_table(kind: str) -> None:
    table = parse_hall(PROMISED + ON).quality.of(kind)
    keys = [stage.days for stage in LIVES[kind].stages.values() if stage.days] + [LIVES[kind].asked_days]
    assert all(isinstance(getattr(table, key), int) for key in keys)


def test_the_days_of_the_small_hall_are_those_of_this_file() -> None:
    assert datetime.fromtimestamp(OPENS_MS / 1000, ZONE).date().isoformat() == DAY == "2026-03-04"
