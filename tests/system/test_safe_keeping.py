"""The server as a process with its real MQTT broker: backed up while it works, restored when it does not, disk full."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from broker.contract.envelope import Reply
from broker.model import commands as c
from broker.runtime.process import ExitCode
from tests.runtime.small_disk import fill, small_disk
from tests.system.device import Device
from tests.system.halls import HallFile, wide_hall
from tests.system.town import Town

pytestmark = pytest.mark.system


@contextmanager
def node(file: HallFile) -> Iterator[Town]:
    """The broker node alone; the devices are played."""
    with Town(file, wanted=lambda program: program.name == "server") as town:
        yield town


@contextmanager
def kiosk(town: Town, folder: Path) -> Iterator[Device]:
    """A kiosk that asks and remembers what it was answered."""
    folder.mkdir(exist_ok=True)
    device = Device(town.url, town.hall, "kiosk-1", folder, town.clock, lambda *_: None)
    device.start()
    try:
        yield device
    finally:
        device.end()


def take(town: Town, device: Device, first: int, count: int) -> list[Reply]:
    """So many visitors; every answer."""
    before = len(device.answers)
    for number in range(first, first + count):
        device.ask(c.IssueTicket(ticket=f"ticket-{number:06d}", service="pension", kiosk="kiosk-1"))
    town.watcher.await_that(lambda: len(device.answers) == before + count, "every visitor was answered")
    return list(device.answers.values())[before:]


def last_line(text: str) -> str:
    return text.strip().splitlines()[-1]


def test_a_working_hall_is_backed_up_and_brought_back(tmp_path: Path) -> None:
    file, shelf = wide_hall(tmp_path / "hall"), tmp_path / "shelf"
    shelf.mkdir()
    with node(file) as town, kiosk(town, tmp_path / "kiosk") as device:
        take(town, device, 0, 20)
        made = town.command("backup", str(shelf))
        assert made.returncode == 0, made.stderr
        assert "every law held" in made.stdout
        take(town, device, 20, 10)
        [backup] = shelf.iterdir()
        refused = town.command("restore", str(backup))
        assert refused.returncode != 0
        assert "a server runs on" in refused.stderr
        identity = town.watcher.await_that(lambda: town.watcher.engine, "a heartbeat").journal
        assert len(identity) == 32
        second = town.command("run")
        assert second.returncode == ExitCode.UNAVAILABLE, second.stderr
        assert "server runs already on" in second.stderr
        assert [reply.kind for reply in take(town, device, 30, 1)] == ["done"]
    brought = town.command("restore", str(backup))
    assert brought.returncode == 0, brought.stderr
    again = Town(file, wanted=lambda program: program.name == "server")
    with again, kiosk(again, tmp_path / "kiosk") as device:
        beat = again.watcher.await_that(lambda: again.watcher.engine, "a heartbeat")
        assert beat.journal not in ("", identity)
        assert beat.epoch > 1000
        answers = take(again, device, 40, 5)
        assert {reply.refusal.code if reply.refusal else reply.kind for reply in answers} == {"numbers_withheld"}
        assert device.contradictions == []
    for action, verdict in (("check", "every law held"), ("replay", "byte-identical")):
        done = again.command(action)
        assert (done.returncode, last_line(done.stdout)) == (0, verdict), done.stderr


def test_a_full_disk_stops_answers_and_room_brings_them_back(tmp_path: Path) -> None:
    file = wide_hall(tmp_path / "hall")
    place = file.path.parent / "var" / "server"
    place.parent.mkdir(parents=True)
    with (
        small_disk(place, 24 * 1024) as disk,
        node(file) as town,
        kiosk(town, tmp_path / "kiosk") as device,
    ):
        take(town, device, 0, 5)
        pid = town.pid("server")
        fill(disk)
        number = 5
        full = lambda: town.watcher.engine is not None and town.watcher.engine.trouble == "disk_full"  # noqa: E731
        while not full() and number < 500:
            number += 1
            device.ask(c.IssueTicket(ticket=f"ticket-{number:06d}", service="pension", kiosk="kiosk-1"))
            heard = lambda: len(device.answers) == number or full()  # noqa: B023, E731
            town.watcher.await_that(heard, "an answer, or word that there is none")
        assert full()
        assert not town.watcher.engine.online
        assert device.unanswered > 0
        (disk / "filler").unlink()
        town.watcher.await_that(lambda: device.unanswered == 0, "everybody is answered once there is room")
        town.watcher.await_that(lambda: town.watcher.engine.online and not town.watcher.engine.trouble, "all is well")
        assert town.pid("server") == pid
        assert device.contradictions == []
        given = [reply.result["number"] for reply in device.answers.values() if reply.kind == "done"]
        assert len(given) == len(set(given)) > 5
        for action, verdict in (("check", "every law held"), ("replay", "byte-identical")):
            done = town.command(action)
            assert (done.returncode, last_line(done.stdout)) == (0, verdict), done.stderr
