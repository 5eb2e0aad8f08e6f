"""A day that really was run by the engine, played again: under its own rule, another one, with more counters."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from broker.__main__ import main
from broker.model import commands as c
from broker.model import events as e
from broker.model.hall import Hall
from broker.store.journal import Batch, Journal
from broker.trial.past_day import PastDay, Watcher
from broker.trial.what_if import Change, NotPossible, changed_hall, what_if
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
        for table in (found := what_if(work.hall, past, change)).was, found.reproduced, found.changed:
            assert table["all"].called + table["all"].uncalled == len(past.stints)


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
        for table in (answer.was, answer.reproduced, answer.changed):
            assert table["all"].called + table["all"].uncalled == len(found.stints)


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
    told = json.loads(capsys.readouterr().out)
    assert told["was"]["all"]["called"] > 60
    assert told["changed"]["all"]["mean_min"] < told["was"]["all"]["mean_min"]
    assert main(["whatif", str(journal), "--hall", str(HALL_FILE)]) == 0
    text = capsys.readouterr().out
    assert all(words in text for words in ("实际", "as reproduced", "模型误差", "error of the model"))
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
