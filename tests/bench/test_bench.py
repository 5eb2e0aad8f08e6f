"""The benchmark's own arithmetic and its halls; speed itself is never a test."""

import time
from collections import Counter, deque
from pathlib import Path

import pytest

from broker.contract.envelope import RefusalMessage, Reply
from broker.model.commands import CallNext, CancelTicket, ConfirmTicket, IssueTicket
from broker.model.words import Names
from broker.runtime.hall_source import load_hall
from kiosk.numbering import own_parts
from tests.bench.figures import Figure, Report, percentile, spread
from tests.bench.halls import ASKED_SERVICE, BOTH_HEAR, KIOSK, OWN_SERVICE, write_halls
from tests.bench.load import ProcessorsBeside
from tests.bench.spans import Stood, spread_without_stalls
from tests.bench.stalls import word_of
from tests.bench.throughput import WAITING, Visitors
from tests.halls import small_hall


def test_percentiles_are_values_that_were_measured() -> None:
    values = [float(value) for value in range(1, 101)]
    assert (percentile(values, 0.5), percentile(values, 0.99)) == (50.0, 99.0)
    assert percentile(values[:99], 0.99) == 99.0, "the worst of fewer than a hundred"
    assert percentile([3.0], 0.99) == 3.0


def test_what_the_machine_stood_is_taken_off_a_span_and_no_more() -> None:
    stood = Stood([(10.0, 10.2), (10.1, 10.3), (20.0, 20.5), (10.25, 10.28)])
    assert stood.within((9.0, 11.0)) == pytest.approx(0.3), "what overlaps counts once"
    assert stood.within((10.1, 10.15)) == pytest.approx(0.05), "only what lies within"
    assert stood.within((11.0, 19.0)) == 0
    p50, p99, ours = spread_without_stalls("a call", [(9.9, 10.4), (30.0, 30.1)], 150.0, stood)
    assert (p50.value, p99.value, ours.value) == pytest.approx((100.0, 500.0, 200.0))
    assert (p99.verdict, ours.verdict) == ("MISSED", "MISSED")
    assert ours.note == "the machine stood in 1, 300 ms at most"


def test_a_sleeper_says_when_it_was_very_late() -> None:
    assert word_of(-0.001) == "0" and word_of(0.0015) == "1500"
    late_us, _, at_us = word_of(0.25).partition("@")
    assert late_us == "250000" and abs(int(at_us) / 1e6 - time.monotonic()) < 60
    processors = ProcessorsBeside()
    processors._told = [["first", "7", "250000@9000000"], ["first", "100000@8900000"]]
    assert processors.stood().within((8.0, 9.5)) == pytest.approx(0.25)
    processors._told[1][0] = "usual"
    assert processors.stood().within((8.0, 9.5)) == 0, "without priority it may be late through ourselves"


def test_a_missed_target_is_said_in_row_summary_and_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = Report({"processors": 2})
    report.section("speed", [*spread("a key", [0.010, 0.070], 50.0), Figure("rate", 900.0, "/s", 1000.0, most=False)])
    report.accident("sound", "no loudspeaker")
    rows = capsys.readouterr().out
    assert rows.count("MISSED") == 2
    assert "COULD NOT RUN: no loudspeaker" in rows
    assert "0 of 2 targets met; MISSED: a key, p99; rate" in report.summary()
    report.write(tmp_path / "figures.json")
    assert (tmp_path / "figures.json").read_text(encoding="utf-8").count('"verdict": "MISSED"') == 2


def test_the_measured_halls_can_be_run_and_have_both_kinds_of_numbers(tmp_path: Path) -> None:
    halls = write_halls(tmp_path)
    parts = own_parts(halls.hall, KIOSK)
    series = {key: service.series for key, service in halls.hall.services.items()}
    assert parts[series[OWN_SERVICE]].sole
    assert not parts[series[ASKED_SERVICE]].sole
    assert set(BOTH_HEAR) <= set(halls.hall.counters)
    assert load_hall(halls.spoken).speech.chime
    assert not load_hall(halls.unchimed).speech.chime
    assert all(series.last == 9999 for series in load_hall(halls.throughput).series.values())


def test_visitors_come_are_called_and_give_up_so_that_as_many_wait_as_before() -> None:
    visitors, waiting, issued = Visitors(small_hall()), list[str](), dict[str, str]()
    counts = Counter[type]()
    flight = deque(visitors.next() for _ in range(16))
    for place in range(WAITING * 12):
        command = flight.popleft()
        counts[type(command)] += 1
        result: dict[str, str] = {}
        match command:
            case IssueTicket(ticket=ticket):
                issued[ticket] = result["number"] = f"A{place:04d}"
            case ConfirmTicket(ticket=ticket):
                waiting.append(issued[ticket])
            case CallNext():
                result["number"] = waiting.pop(0)
            case CancelTicket(number=number):
                waiting.remove(number)
        visitors.answered(command, Reply(id="x", kind="done", result=result))
        flight.append(visitors.next())
    assert counts[CallNext] > 0
    assert counts[CancelTicket] > 0
    assert WAITING * 0.7 < len(waiting) <= WAITING + 16


def test_a_refused_command_ends_the_measurement() -> None:
    visitors = Visitors(small_hall())
    refusal = RefusalMessage(code="server_busy", sentence=Names("忙", "Busy"))
    with pytest.raises(RuntimeError, match="server_busy"):
        visitors.answered(visitors.next(), Reply(id="x", kind="refused", refusal=refusal))
