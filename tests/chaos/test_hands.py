"""The hands of chaos: clocks that are set, disks that are full, gear that writes everything down."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from broker.runtime.frames import p1
from broker.runtime.serial_port import SerialAddress, SerialPort
from tests.chaos.auditor.evidence import lines_of
from tests.chaos.auditor.paper import printed
from tests.chaos.disks import SmallDisk
from tests.chaos.hall import evaluator_unit
from tests.chaos.stormy_town import GearProcess, assert_seam_is_ours
from tests.chaos.walls import Walls
from tests.kiosk.ticket_samples import FULL, job
from tests.waiting import until

CLOCK = """
import sys, time
from broker.runtime.clock import SystemClock
clock = SystemClock()
for line in sys.stdin:
    print(clock.now_ms(), time.time(), clock.monotonic_s(), flush=True)
"""

WRITER = """
import pathlib, sys
for line in sys.stdin:
    try:
        pathlib.Path("f").write_bytes(b"x")
        print("written", flush=True)
    except OSError as error:
        print(error.errno, flush=True)
"""


def test_a_wall_clock_steps_in_one_process_and_its_monotonic_time_does_not(tmp_path: Path) -> None:
    assert_seam_is_ours()
    walls = Walls(tmp_path)
    told = {**os.environ, **walls.environment("kiosk-1")}
    walls.environment("kiosk-2")
    with subprocess.Popen(
        [sys.executable, "-c", CLOCK], env=told, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        looks = []
        for ahead_s in (0.0, 3600.0, -600.0, 0.0):
            walls.set("kiosk-1", ahead_s)
            walls.set("kiosk-2", 9999.0)
            process.stdin.write("\n")
            process.stdin.flush()
            looks.append([float(word) for word in process.stdout.readline().split()])
        process.stdin.close()
    for (now_ms, time_s, monotonic_s), ahead_s in zip(looks, (0.0, 3600.0, -600.0, 0.0), strict=True):
        true_ms = looks[0][0] + (monotonic_s - looks[0][2]) * 1000
        assert abs(now_ms - true_ms - ahead_s * 1000) < 500
        assert abs(time_s * 1000 - now_ms) < 500
    assert looks[0][2] <= looks[1][2] <= looks[2][2] <= looks[3][2]


def test_a_small_disk_is_full_until_it_is_mended_and_its_files_stay(tmp_path: Path) -> None:
    disk = SmallDisk(tmp_path / "kiosk-1", os.getpid)
    try:
        if disk.kind != "tmpfs":
            pytest.skip("only root may mount; a limit on this very process would hit the tests")
        (disk.folder / "kept").write_bytes(b"before")
        disk.fill()
        with pytest.raises(OSError, match="No space left"):
            (disk.folder / "new").write_bytes(b"x" * 10_000)
        disk.mend()
        (disk.folder / "new").write_bytes(b"x" * 10_000)
    finally:
        disk.take_down()
    assert not os.path.ismount(disk.folder)
    assert (disk.folder / "kept").read_bytes() == b"before"
    assert (disk.folder / "new").stat().st_size == 10_000


def test_the_limit_where_no_disk_can_be_mounted_makes_writes_fail_in_that_process_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SmallDisk, "_mount", lambda self: False)
    with subprocess.Popen(
        [sys.executable, "-c", WRITER], cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        disk = SmallDisk(tmp_path / "kiosk-1", lambda: process.pid)
        said = []
        for step in (lambda: None, disk.fill, disk.mend):
            step()
            process.stdin.write("\n")
            process.stdin.flush()
            said.append(process.stdout.readline().strip())
        process.stdin.close()
    assert disk.kind == "RLIMIT_FSIZE"
    assert said == ["written", "27", "written"]


def numbers(folder: Path) -> list[str]:
    """What is on the paper of kiosk-1."""
    record = folder / "records" / "paper" / "kiosk-1.jsonl"
    return [one.number for one in printed("kiosk-1", lines_of(record))] if record.exists() else []


def test_gear_outlives_its_users_and_writes_down_paper_keys_and_thanks(tmp_path: Path) -> None:
    gear = GearProcess(tmp_path / "gear", tmp_path / "records", seed=1)
    unit = evaluator_unit("c1")
    try:
        printer = SerialPort(SerialAddress(str(tmp_path / "gear" / "kiosk-1"), 115200))
        printer.open()
        printer.write(job())
        until(lambda: bool(numbers(tmp_path)))
        printer.close()
        line = SerialPort(SerialAddress(str(tmp_path / "gear" / "desk-1")))
        line.open()
        line.write(p1.encode(p1.start_rating(unit)))
        gear.order(press=["desk-1", 1, "call"])
        decoder, frames = p1.Decoder(), []

        def both_came() -> bool:
            frames.extend(decoder.feed(line.read_available(0.05)))
            return {(frame.unit, frame.function) for frame in frames} >= {
                (1, p1.KEY_FUNCTION),
                (unit, p1.RESULT_FUNCTION),
            }

        until(both_came)
        gear.order(unplug="desk-1")
        until(lambda: not (tmp_path / "gear" / "desk-1").exists())
        gear.order(plug_in="desk-1")
        until(lambda: (tmp_path / "gear" / "desk-1").exists())
        line.close()
    finally:
        gear.stop()
    assert numbers(tmp_path) == [FULL.number]
    wire = list(lines_of(tmp_path / "records" / "wire" / "desk-1.jsonl"))
    assert {line["finger"] for line in wire if "finger" in line} == {1, unit}
    assert any(line.get("event") == "unplugged" for line in wire)
