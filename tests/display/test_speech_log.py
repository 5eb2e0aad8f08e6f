"""What was announced is written down before it is heard, bounded, and never in the way of the voice."""

import json
from pathlib import Path

from broker.model.views import Call
from broker.model.words import Names
from broker.runtime.clock import ManualClock
from display.announcer import Announcement, Chime
from display.speech_log import SpeechLog


def announcement(number: str = "A001", reading: int = 1) -> Announcement:
    call = Call(
        call_id=f"call-{number}", number=number, counter="c1", counter_name="1", service=Names("养老", "Pension"),
        called_at_ms=1_000, valid_until_ms=61_000,
    )  # fmt: skip
    return Announcement(call, Chime.FULL, ("zh", "en"), reading)


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_each_announcement_is_one_line_with_both_clocks(tmp_path: Path) -> None:
    clock, path = ManualClock(), tmp_path / "spoken.jsonl"
    clock.advance(7.5)
    log = SpeechLog(path, clock)
    log.begins(announcement(), 3_000)
    log.begins(announcement(reading=2), 12_000)
    first, second = lines(path)
    assert first == {
        "call_id": "call-A001", "number": "A001", "counter": "c1", "reading": 1, "languages": ["zh", "en"],
        "at_ms": 3_000, "called_at_ms": 1_000, "monotonic_s": 7.5,
    }  # fmt: skip
    assert (second["reading"], second["at_ms"]) == (2, 12_000)


def test_a_full_log_is_set_aside_and_the_one_before_it_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "spoken.jsonl"
    log = SpeechLog(path, ManualClock(), limit_bytes=600)
    for count in range(40):
        log.begins(announcement(f"A{count:03d}"), count)
    assert {file.name for file in tmp_path.iterdir()} <= {"spoken.jsonl", "spoken.jsonl.1"}
    assert all(file.stat().st_size < 900 for file in tmp_path.iterdir())
    assert lines(tmp_path / "spoken.jsonl.1")


def test_a_line_torn_by_a_power_cut_does_not_spoil_the_next(tmp_path: Path) -> None:
    path = tmp_path / "spoken.jsonl"
    path.write_bytes(b'{"call_id": "cal')
    SpeechLog(path, ManualClock()).begins(announcement(), 1)
    torn, whole = path.read_text(encoding="utf-8").splitlines()
    assert torn == '{"call_id": "cal'
    assert json.loads(whole)["number"] == "A001"


def test_a_disk_that_refuses_is_told_once_and_nothing_is_raised(tmp_path: Path, caplog) -> None:
    log = SpeechLog(tmp_path / "gone" / "spoken.jsonl", ManualClock())
    log.begins(announcement(), 1)
    log.begins(announcement("A002"), 2)
    assert len([record for record in caplog.records if "cannot be written down" in record.message]) == 1


def test_without_a_file_nothing_is_kept(tmp_path: Path) -> None:
    SpeechLog(None, ManualClock()).begins(announcement(), 1)
    assert list(tmp_path.iterdir()) == []
