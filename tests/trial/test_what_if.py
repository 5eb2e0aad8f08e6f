"""A day that really was run by the engine, played again: under its own rule, another one, with more counters."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from random import Random

import msgspec
import pytest

from broker.__main__ import main
from broker.model import commands as c
from broker.model import events as e
from broker.model.hall import Hall
from broker.model.hall_calling import Calling, SessionCalling
from broker.store.journal import Batch, Journal
from broker.trial.past_day import PastDay, Watcher
from broker.trial.replayed import Wait
from broker.trial.what_if import Change, NotPossible, Waits, changed_hall, gaps_of, table, what_if
from tests.engine.bench_hall import HallAtWork
from tests.engine.test_floor import busy_day
from tests.halls import CLOSES_MS, DAY, OPENS_MS, small_hall

DAY_MS = 86_400_000


def worked_day(hall: Hall, seed: int = 1, counters: int = 2) -> HallAtWork:
    """Four hours in which each counter calls as soon as it is free; a tick is five seconds."""
    work, chance = HallAtWork(hall).open_day(), Random(seed)
    keys = list(hall.counters)[:counters]
    work.open_counters(*keys)
    busy = dict.fromkeys(keys, 0)
    for _ in range(4 * 720):
        work.wait(5)
        if chance.random() < 5 / 130:
            work.take_ticket(chance.choice(("card", "pension")), chance.choice((None, None, None, "elderly")))
        for key in keys:
            if busy[key] > work.now_ms:
                continue
            if busy[key]:
                work.done(c.FinishService(counter=key))
                busy[key] = 0
            if work.ask(c.CallNext(counter=key)).refusal is None:
                work.done(c.StartService(counter=key))
                busy[key] = work.now_ms + int(chance.gammavariate(3, 80) * 1000)
    return work


def finish_and_close(work: HallAtWork) -> None:
    """Whoever stands at a counter is served first."""
    for key in ("c1", "c2"):
        work.ask(c.StartService(counter=key))
        work.ask(c.FinishService(counter=key))
    work.done(c.CloseDay(), device="server", role="server")


def past_of(work: HallAtWork) -> PastDay:
    past = Watcher(work.hall, DAY).fold_all(enumerate(work.events, 1))
    assert past is not None
    return past


@pytest.fixture(scope="module")
def work() -> HallAtWork:
    return worked_day(small_hall())


@pytest.fixture
def past(work: HallAtWork) -> PastDay:
    return past_of(work)


def test_what_is_told_of_the_day_as_it_was_is_what_the_journal_says(work: HallAtWork, past: PastDay) -> None:
    arrived = {one.ticket: one.arrived_at_ms for one in work.events if isinstance(one, e.TicketReserved)}
    waits = [one.at_ms - arrived[one.ticket] for one in work.events if isinstance(one, e.TicketCalled)]
    answer = what_if(work.hall, past, Change())
    assert len(waits) > 60
    assert answer.was["all"].called == len(waits)
    assert answer.was["all"].mean_min == pytest.approx(sum(waits) / len(waits) / 60_000, abs=0.1)
    assert answer.was["all"].longest_min == pytest.approx(max(waits) / 60_000, abs=0.1)


def test_a_day_that_was_called_by_the_rule_alone_is_reproduced_but_for_a_quarter_of_a_wait(
    work: HallAtWork, past: PastDay
) -> None:
    answer = what_if(work.hall, past, Change())
    assert answer.error_min < 0.25 * answer.was["all"].mean_min
    assert answer.reproduced["all"].mean_min == pytest.approx(answer.was["all"].mean_min, rel=0.1)
    assert answer.changed == answer.reproduced, "no change, no difference"


def test_another_counter_shortens_waits_and_one_fewer_lengthens_them(work: HallAtWork, past: PastDay) -> None:
    more, fewer = (what_if(work.hall, past, Change(counters=number)) for number in (1, -1))
    assert more.changed["all"].mean_min < more.reproduced["all"].mean_min < fewer.changed["all"].mean_min
    assert more.was == fewer.was


def test_in_order_of_arrival_nobody_of_a_service_is_overtaken_and_strictly_the_old_wait_less(
    work: HallAtWork, past: PastDay
) -> None:
    arrival = what_if(work.hall, past, Change(rule="fcfs")).changed
    strict = what_if(work.hall, past, Change(rule="strict")).changed
    assert arrival["all"].overtaken == 0
    assert strict["all"].overtaken > 0
    assert strict["class elderly"].mean_min < arrival["class elderly"].mean_min
    assert strict["class -"].mean_min > arrival["class -"].mean_min


def test_nobody_is_lost_or_made_up_whatever_is_changed(work: HallAtWork, past: PastDay) -> None:
    for change in (Change(), Change(rule="rotation"), Change(counters=1), Change(cap_min=5.0, exponent=1.0)):
        for told in (found := what_if(work.hall, past, change)).was, found.reproduced, found.changed:
            assert told["all"].called + told["all"].uncalled == len(past.stints)


def test_a_cap_or_a_rule_changes_itself_alone_in_the_sessions_that_have_their_own(
    work: HallAtWork, past: PastDay
) -> None:
    own = SessionCalling(rule="fcfs", priority_in_a_row=3, cap_min=30.0)
    calling = Calling(cap_min=20.0, sessions={"morning": own, "noon": SessionCalling(rule="rotation")})
    hall = msgspec.structs.replace(work.hall, calling=calling)
    capped = changed_hall(hall, past, Change(cap_min=5.0))[0].calling
    for session, rule, in_a_row in (("morning", "fcfs", 3), ("noon", "rotation", 2), (None, "ratio", 2)):
        now = capped.during(session)
        assert (now.rule, now.priority_in_a_row, now.cap_min) == (rule, in_a_row, 5.0)
    strict = changed_hall(hall, past, Change(rule="strict"))[0].calling
    for session, cap_min in (("morning", 30.0), ("noon", 20.0), (None, 20.0)):
        assert (strict.during(session).rule, strict.during(session).cap_min) == ("strict", cap_min)


def waited(*minutes: float, called: bool = True, service: str = "card") -> list[Wait]:
    ends = [round(one * 60_000) for one in minutes]
    return [Wait(f"{service}-{n}", service, None, 0, end if called else None, end) for n, end in enumerate(ends)]


def test_shares_are_by_nearest_rank_as_in_the_figures_of_a_day(work: HallAtWork) -> None:
    found = table(work.hall, waited(*range(1, 21)))["all"]
    assert (found.p50_min, found.p95_min, found.longest_min) == (10, 19, 20)
    assert table(work.hall, waited(7.0))["all"].p95_min == 7


def test_who_was_never_called_stands_beside_the_mean_and_where_nobody_was_there_is_none(work: HallAtWork) -> None:
    found = table(work.hall, waited(4.0, 6.0) + waited(50.0, 70.0, called=False, service="pension"))
    assert (found["all"].called, found["all"].mean_min) == (2, 5)
    assert (found["all"].uncalled, found["all"].uncalled_min) == (2, 60)
    assert found["service pension"] == Waits(0, 2, 60.0)
    assert found["service card"].uncalled_min is None


def test_nothing_is_told_of_a_service_where_the_model_is_further_off_than_the_gain(work: HallAtWork) -> None:
    def of(card: float, pension: float) -> dict[str, Waits]:
        return table(work.hall, waited(card) + waited(pension, service="pension"))

    gaps = gaps_of(of(10, 10), of(11, 13), of(8, 11))
    assert (gaps["service card"].longer_min, gaps["service card"].off_min, gaps["service card"].told) == (-3, 1, True)
    assert (gaps["service pension"].longer_min, gaps["service pension"].off_min) == (-2, 3)
    assert not gaps["service pension"].told
    assert "service pension" not in gaps_of(of(1, 1), of(1, 1), table(work.hall, waited(1.0)))


def test_waits_so_far_of_the_uncalled_are_those_of_the_journal(work: HallAtWork, past: PastDay) -> None:
    called = {one.ticket for one in work.events if isinstance(one, e.TicketCalled)}
    left = [ones[0] for key, ones in past.stints.items() if key not in called]
    so_far = [(past.ends_ms if one.gave_up_ms is None else one.entered_ms + one.gave_up_ms) - one.entered_ms
              for one in left]  # fmt: skip
    answer = what_if(work.hall, past, Change(counters=-1))
    assert left
    assert answer.was["all"].uncalled_min == pytest.approx(sum(so_far) / len(so_far) / 60_000, abs=0.1)
    fewer = answer.changed["all"]
    assert fewer.uncalled > answer.reproduced["all"].uncalled
    assert fewer.uncalled_min is not None and fewer.uncalled_min > 1


def test_a_day_that_still_runs_is_known_as_unfinished_and_one_that_was_closed_is_not(past: PastDay) -> None:
    assert past.unfinished
    closed = worked_day(small_hall(), seed=2)
    finish_and_close(closed)
    assert not past_of(closed).unfinished


@pytest.mark.parametrize("seed", range(8))
def test_a_day_of_transfers_returns_calls_by_number_and_raised_classes_can_be_asked_too(seed: int) -> None:
    work = None
    for work, command in busy_day(seed):
        work.ask(command, "server", "server")
    assert work is not None
    found = past_of(work)
    for change in (Change(), Change(rule="strict"), Change(counters=1)):
        answer = what_if(work.hall, found, change)
        assert answer.reproduced["all"].called > 0
        for told in (answer.was, answer.reproduced, answer.changed):
            assert told["all"].called + told["all"].uncalled == len(found.stints)


def test_a_day_closed_too_early_is_read_on_after_it_was_opened_again_and_the_next_day_is_not(
    work: HallAtWork, past: PastDay
) -> None:
    reopened = worked_day(small_hall(), seed=2)
    finish_and_close(reopened)
    reopened.wait(60)
    reopened.open_day().open_counters("c1")
    reopened.take_ticket("pension")
    reopened.wait(30)
    reopened.done(c.CallNext(counter="c1"))
    finish_and_close(reopened)
    calls = sum(isinstance(one, e.TicketCalled) for one in reopened.events)
    reopened.now_ms = OPENS_MS + DAY_MS
    session = c.SessionTimes("day", OPENS_MS + DAY_MS, CLOSES_MS + DAY_MS, CLOSES_MS + DAY_MS - 1_800_000)
    reopened.done(c.OpenDay(day="2026-03-05", sessions=(session,)), device="server", role="server")
    reopened.open_counters("c1")
    reopened.take_ticket("pension")
    reopened.done(c.CallNext(counter="c1"))
    found = past_of(reopened)
    assert found.calls == calls
    assert all(not desk.turns or not desk.turns[-1][1] for desk in found.desks.values())


@pytest.mark.parametrize(
    "change", [Change(factors={"nobody": 0.5}), Change(services=("nothing",), counters=1), Change(counters=-2)]
)
def test_what_cannot_be_asked_is_refused_in_both_languages(work: HallAtWork, past: PastDay, change: Change) -> None:
    with pytest.raises(NotPossible) as refused:
        changed_hall(work.hall, past, change)
    assert str(refused.value)
    assert refused.value.zh


HALL_FILE = Path(__file__).parents[2] / "firmware_config" / "halls" / "one_kiosk.toml"


@pytest.fixture
def journal(tmp_path: Path, work: HallAtWork, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The day on disk; the hall file that is named stands for the made-up hall."""
    monkeypatch.setattr("broker.commands.whatif.load_hall", lambda path: work.hall)
    kept = Journal(tmp_path / "hall.db", work.hall.hall.id)
    kept.open()
    kept.append(Batch([(event, "") for event in work.events]))
    kept.close()
    return kept.path


def test_the_command_tells_three_tables_and_leaves_the_file_as_it_is(
    journal: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = journal.read_bytes()
    assert main(["whatif", str(journal), "--hall", str(HALL_FILE), "--rule", "fcfs", "--counters", "+1", "--json"]) == 0
    printed = capsys.readouterr()
    assert "is not over" in printed.err, "said before the answer, and apart from it"
    told = json.loads(printed.out)
    assert told["unfinished"] is True
    assert told["gaps"]["all"]["longer_min"] < 0
    assert told["was"]["all"]["called"] > 60
    assert told["changed"]["all"]["mean_min"] < told["was"]["all"]["mean_min"]
    assert main(["whatif", str(journal), "--hall", str(HALL_FILE)]) == 0
    text = capsys.readouterr().out
    assert all(words in text for words in ("实际", "as reproduced", "模型误差", "error of the model"))
    assert "还没有结束" in text and "is not over: it is played up to" in text
    assert "no more than the error" in text, "the same hall again has no gain"
    assert journal.read_bytes() == before


def test_no_file_no_such_day_a_damaged_and_a_newer_file_each_end_with_both_sentences(
    journal: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    damaged = tmp_path / "damaged.db"
    damaged.write_bytes(b"these bytes are no database at all" * 50)
    newer = tmp_path / "newer.db"
    newer.write_bytes(journal.read_bytes())
    with closing(sqlite3.connect(newer)) as connection:
        connection.execute("PRAGMA user_version = 9999")
    rows = (
        ([str(tmp_path / "none.db")], "没有这个文件", "there is no such file"),
        ([str(journal), "--day", "2001-01-01"], "2001-01-01", "its newest days"),
        ([str(damaged)], "文件已损坏", "the file is damaged"),
        ([str(newer)], "较新的程序", "a newer program wrote it"),
    )
    for words, zh, en in rows:
        assert main(["whatif", *words, "--hall", str(HALL_FILE)]) != 0
        said = capsys.readouterr().err
        assert zh in said, said
        assert en in said, said
        assert "Traceback" not in said
