"""The watchdog is fed only while loop, network and disk all move; systemd's socket is a real one here."""

import io
import os
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from broker.runtime.disk_probe import DiskProbe
from broker.runtime.heart import Heart, Notifier, process_age_s
from broker.runtime.pulse import Pulse
from tests.runtime.small_disk import fill, make_read_only, small_disk


class ServiceManager:
    """systemd's end of the socket."""

    def __init__(self, path: Path | None) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        name = "\0jiaohao-test-heart" if path is None else str(path)
        self.socket.bind(name)
        self.socket.setblocking(False)
        self.environment = {"NOTIFY_SOCKET": "@" + name[1:] if path is None else name, "WATCHDOG_USEC": "9000000"}

    def heard(self) -> list[str]:
        lines: list[str] = []
        while True:
            try:
                lines += self.socket.recv(4096).decode().splitlines()
            except BlockingIOError:
                return lines


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[ServiceManager]:
    made = ServiceManager(tmp_path / "notify")
    yield made
    made.socket.close()


class Parts:
    def __init__(self) -> None:
        self.now_s = 100.0
        self.pulses = [Pulse(name, machine_s=lambda: self.now_s) for name in ("loop", "network", "disk")]

    def beat(self, *names: str) -> None:
        for pulse in self.pulses:
            if pulse.name in names:
                pulse.beat()


def test_it_is_fed_while_everything_moves(manager: ServiceManager) -> None:
    parts = Parts()
    heart = Heart("kiosk-1", parts.pulses, environment=manager.environment)
    for _ in range(5):
        parts.now_s += 8
        parts.beat("loop", "network", "disk")
        assert heart.beat()
    assert manager.heard().count("WATCHDOG=1") == 5


@pytest.mark.parametrize("standing", ["loop", "network", "disk"])
def test_it_is_not_fed_when_one_part_stands_still(manager: ServiceManager, standing: str) -> None:
    parts = Parts()
    heart = Heart("kiosk-1", parts.pulses, environment=manager.environment)
    parts.now_s += 10.1
    parts.beat(*{"loop", "network", "disk"} - {standing})
    assert not heart.beat()
    heard = manager.heard()
    assert "WATCHDOG=1" not in heard
    assert f"STATUS=kiosk-1: standing still: {standing}" in heard
    parts.beat(standing)
    assert heart.beat()
    assert "WATCHDOG=1" in manager.heard()


def test_a_start_that_took_longer_than_a_beat_is_no_standing_still_and_shortens_no_promise(
    manager: ServiceManager, caplog: pytest.LogCaptureFixture
) -> None:
    parts = Parts()
    parts.pulses[1].beat(60)
    parts.now_s += 30
    heart = Heart("collector", parts.pulses, environment=manager.environment)
    heart.start()
    heart.stop()
    assert heart.beat()
    assert "standing still" not in caplog.text
    parts.now_s += 10.1
    parts.beat("loop", "disk")
    assert heart.beat(), "the network promised to be back after a minute"
    parts.now_s += 10.1
    assert not heart.beat()


def test_a_part_may_promise_a_longer_silence_once() -> None:
    now = [0.0]
    pulse = Pulse("network", machine_s=lambda: now[0])
    pulse.beat(60)
    now[0] = 59
    assert pulse.alive()
    pulse.beat()
    now[0] = 70
    assert not pulse.alive()


def test_ready_tells_systemd_and_prints_one_line_for_launchers(manager: ServiceManager) -> None:
    output = io.StringIO()
    Heart("kiosk-1", [], environment=manager.environment, output=output).ready()
    assert "READY=1" in manager.heard()
    assert re.fullmatch(r"ready kiosk-1 \d+\.\d\ds\n", output.getvalue())


def test_stopping_is_told(manager: ServiceManager) -> None:
    Heart("kiosk-1", [], environment=manager.environment).stop()
    assert manager.heard() == ["STOPPING=1"]


def test_the_thread_feeds_by_itself(manager: ServiceManager) -> None:
    heart = Heart("kiosk-1", [], environment=manager.environment)
    heart.start()
    manager.socket.setblocking(True)
    manager.socket.settimeout(20)
    assert manager.socket.recv(100) == b"WATCHDOG=1"
    heart.stop()


def test_an_abstract_socket_is_spoken_to() -> None:
    manager = ServiceManager(None)
    assert Notifier(manager.environment).send("READY=1")
    assert manager.heard() == ["READY=1"]
    manager.socket.close()


def test_without_systemd_nothing_is_sent_and_nothing_breaks() -> None:
    assert not Notifier({}).send("READY=1")
    assert Heart("kiosk-1", [], environment={}).beat()


def test_a_socket_that_is_gone_or_full_neither_raises_nor_blocks(tmp_path: Path) -> None:
    assert not Notifier({"NOTIFY_SOCKET": str(tmp_path / "gone")}).send("READY=1")
    manager = ServiceManager(tmp_path / "full")
    notifier = Notifier(manager.environment)
    sent = [notifier.send("x" * 1000) for _ in range(2_000)]
    assert not all(sent)
    manager.socket.close()


def test_the_period_follows_what_systemd_allows() -> None:
    def period_s(**environment: str) -> float:
        return Heart("k", [], environment=environment).period_s

    assert period_s() == 3.0
    assert period_s(WATCHDOG_USEC="1500000") == 0.5
    assert period_s(WATCHDOG_USEC="60000000") == 3.0
    assert period_s(WATCHDOG_USEC="1500000", WATCHDOG_PID=str(os.getpid())) == 0.5
    assert period_s(WATCHDOG_USEC="1500000", WATCHDOG_PID="1") == 3.0
    assert period_s(WATCHDOG_USEC="nonsense") == 3.0


def test_the_age_of_the_process_is_known() -> None:
    assert 0.0 < process_age_s() < 24 * 3600


class TestDiskProbe:
    def test_a_working_disk_is_ok_and_beats(self, tmp_path: Path) -> None:
        now = [0.0]
        probe = DiskProbe(tmp_path, Pulse("disk", machine_s=lambda: now[0]))
        now[0] = 11.0
        assert not probe.pulse.alive()
        assert probe.touch() == "ok"
        assert probe.pulse.alive()

    def test_it_writes_rarely_and_reads_often(self, tmp_path: Path) -> None:
        probe = DiskProbe(tmp_path)
        written = set()
        for _ in range(41):
            probe.touch()
            written.add((tmp_path / ".disk-probe").stat().st_mtime_ns)
        assert len(written) <= 3

    def test_a_full_disk_is_reported_and_still_counts_as_moving(self, tmp_path: Path) -> None:
        with small_disk(tmp_path / "disk") as disk:
            fill(disk)
            now = [0.0]
            probe = DiskProbe(disk, Pulse("disk", machine_s=lambda: now[0]))
            now[0] = 11.0
            assert probe.touch() == "full"
            assert probe.pulse.alive()
            (disk / "filler").unlink()
            assert probe.touch() == "ok"

    def test_a_read_only_disk_is_reported(self, tmp_path: Path) -> None:
        with small_disk(tmp_path / "disk") as disk:
            make_read_only(disk)
            assert DiskProbe(disk).touch() == "read_only"

    def test_a_missing_folder_is_a_failed_disk(self, tmp_path: Path) -> None:
        assert DiskProbe(tmp_path / "missing").touch() == "failed"
