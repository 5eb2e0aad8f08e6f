"""The benchmark's own arithmetic and its halls; speed itself is never a test."""

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
from tests.bench.throughput import WAITING, Visitors
from tests.halls import small_hall


def test_percentiles_are_values_that_were_measured() -> None:
    values = [float(value) for value in range(1, 101)]
    assert (percentile(values, 0.5), percentile(values, 0.99)) == (51.0, 100.0)
    assert percentile([3.0], 0.99) == 3.0


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
