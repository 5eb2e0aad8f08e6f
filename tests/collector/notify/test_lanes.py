"""Each way for itself: a way whose receivers never answer delays its own messages and nobody else's."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec
import pytest
from flask import Flask

from broker.collector.notify.queue import REFUSED_MS, Queue
from broker.collector.notify.sender import Sender, open_ways
from broker.collector.notify.ways import Letter
from broker.collector.notify.web_ways import WebhookWay
from broker.collector.web import WebOptions
from broker.model.hall_notify import Notify
from broker.runtime.errors import DatabaseError
from tests.collector.conftest import Browser
from tests.collector.notify.receivers import web_receiver
from tests.collector.notify.test_sender import Rig, message
from tests.halls import small_hall
from tests.waiting import until

SILENT = 3


@contextmanager
def silent_endpoints() -> Iterator[tuple[list[str], list[socket.socket]]]:
    """Servers that take a connection and never say a word; and who has connected to them."""
    listening = [socket.create_server(("127.0.0.1", 0)) for _ in range(SILENT)]
    taken: list[socket.socket] = []

    def accept(one: socket.socket) -> None:
        try:
            while True:
                taken.append(one.accept()[0])
        except OSError:
            return

    for one in listening:
        threading.Thread(target=accept, args=(one,), daemon=True).start()
    try:
        yield [f"http://127.0.0.1:{one.getsockname()[1]}/" for one in listening], taken
    finally:
        for one in (*listening, *taken):
            with_both_ends(one)


def with_both_ends(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()


class ToWhomItSays:
    """A way to browsers: the message's ``to`` is the endpoint itself."""

    def deliver(self, letter: Letter) -> None:
        WebhookWay(letter.to, "").deliver(letter)


def test_silent_push_endpoints_hold_up_no_text_message(tmp_path: Path) -> None:
    with web_receiver() as receiver, silent_endpoints() as (urls, taken):
        rig = Rig(tmp_path, Notify(phone=receiver.url))
        rig.sender.add("push", ToWhomItSays())
        for number, url in enumerate(urls):
            rig.sender.send(message(f"push-{number}", way="push", to=url))
        rig.sender.start()
        try:
            until(lambda: bool(taken))
            for number in range(5):
                assert rig.sender.send(message(f"reminder-000{number}"))
            until(lambda: rig.queue.counts().get("sent") == 5)
            assert len(taken) == 1, "the first push still hangs, and every text message has arrived"
            assert rig.queue.counts()["waiting"] == SILENT
        finally:
            rig.sender.stop()


def test_messages_of_a_way_that_is_no_more_are_given_up_however_many_others_are_due(tmp_path: Path) -> None:
    rig = Rig(tmp_path, Notify())
    held, reached = threading.Event(), threading.Event()

    class Hanging:
        def deliver(self, letter: Letter) -> None:
            reached.set()
            held.wait(25)

    for number in range(30):
        rig.queue.add(message(f"call-{number:04d}"))
    rig.queue.add(message("mail-0001", way="mail"))
    sender = Sender(rig.hall, rig.queue, {"phone": Hanging()}, rig.clock)
    sender.start()
    try:
        assert reached.wait(25)
        until(lambda: bool(rig.queue.dead()))
        assert [entry.message.id for entry in rig.queue.dead()] == ["mail-0001"]
    finally:
        held.set()
        sender.stop()


def test_stopping_ends_every_thread_and_what_waits_is_sent_after_the_next_start(tmp_path: Path) -> None:
    rig = Rig(tmp_path, Notify())
    brought: list[str] = []
    held, reached = threading.Event(), threading.Event()

    class Slow:
        def deliver(self, letter: Letter) -> None:
            reached.set()
            held.wait(25)
            brought.append(letter.id)

    before = set(threading.enumerate())
    for number in range(5):
        rig.queue.add(message(f"call-{number:04d}"))
    sender = Sender(rig.hall, rig.queue, {"phone": Slow()}, rig.clock)
    sender.start()
    assert reached.wait(25)
    stopping = threading.Thread(target=sender.stop)
    stopping.start()
    until(lambda: sender._stopping)
    held.set()
    stopping.join(25)
    assert set(threading.enumerate()) <= before
    assert brought == ["call-0000"], "the one on its way ends, no other begins"
    again = Sender(rig.hall, rig.queue, {"phone": Slow()}, rig.clock)
    assert again.send_due("phone") == 4


def test_what_a_full_queue_refused_is_counted_once_each_for_a_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("broker.collector.notify.queue.WAITING_MOST", 1)
    rig = Rig(tmp_path, Notify(phone=f"file://{tmp_path / 'out.jsonl'}"))
    assert rig.sender.not_taken() == {}
    for _ in range(3):
        for number in range(3):
            rig.sender.send(message(f"reminder-{number:04d}"))
    assert rig.sender.not_taken() == {"phone": 2}
    restarted = Sender(rig.hall, Queue(rig.path, rig.clock), open_ways(rig.hall, {}), rig.clock)
    assert restarted.not_taken() == {"phone": 2}
    assert b"13800001234" not in refused_rows(rig)
    rig.sender.send_due()
    assert rig.sender.send(message("reminder-0001")), "asked again later, there is room"
    assert rig.sender.not_taken() == {"phone": 1}
    rig.clock.ms += REFUSED_MS
    assert rig.sender.not_taken() == {}
    rig.queue.erase_old()
    assert refused_rows(rig) == b""


def refused_rows(rig: Rig) -> bytes:
    return b"".join(repr(row).encode() for row in rig.queue._db().execute("SELECT * FROM refused"))


def test_how_many_refusals_are_counted_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("broker.collector.notify.queue.WAITING_MOST", 0)
    monkeypatch.setattr("broker.collector.notify.queue.REFUSED_MOST", 3)
    rig = Rig(tmp_path, Notify(phone=f"file://{tmp_path / 'out.jsonl'}"))
    for number in range(6):
        rig.sender.send(message(f"reminder-{number:04d}"))
    assert rig.sender.not_taken() == {"phone": 3}


def test_what_a_disk_refused_is_counted_too(tmp_path: Path) -> None:
    rig = Rig(tmp_path, Notify(phone=f"file://{tmp_path / 'out.jsonl'}"))
    rig.queue._db().execute("PRAGMA query_only=ON")
    assert not rig.sender.send(message("reminder-0001"))
    assert not rig.sender.send(message("reminder-0001"))
    assert rig.sender.not_taken() == {"phone": 1}


class TestStaffSeeIt:
    @pytest.fixture
    def options(self, tmp_path: Path) -> WebOptions:
        hall = msgspec.structs.replace(small_hall(), notify=Notify(phone=f"file://{tmp_path / 'out.jsonl'}"))
        return WebOptions(virtual=True, ways=open_ways(hall, {}))

    def test_on_the_floor_as_an_alarm_and_on_the_page_of_messages(
        self, app: Flask, logged_in: Callable[[str], Browser], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("broker.collector.notify.queue.WAITING_MOST", 0)
        manager = logged_in("manager")
        assert "没有收下" not in manager.client.get("/messages").get_data(as_text=True)
        for number in range(2):
            app.extensions["jiaohao"].notifier.send(message(f"reminder-{number:04d}"))
        assert "2 条消息没有收下" in manager.client.get("/messages").get_data(as_text=True)
        assert "Every message arrived" not in manager.client.get("/messages?lang=en").get_data(as_text=True)
        told = [one for one in manager.client.get("/api/floor").get_json()["alerts"] if one["kind"] == "messages"]
        assert [(one["level"], one["subject"]) for one in told] == [("alarm", "phone")]
        assert "2 条短信没有收下" in told[0]["zh"] and "2 messages to telephones" in told[0]["en"]
        assert told[0]["en"] in manager.client.get("/floor").get_data(as_text=True)


def test_a_file_that_cannot_be_read_is_no_reason_for_the_floor_to_fail(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig = Rig(tmp_path, Notify(phone=f"file://{tmp_path / 'out.jsonl'}"))

    def broken() -> dict[str, int]:
        raise DatabaseError(rig.path)

    monkeypatch.setattr(rig.queue, "refused", broken)
    assert rig.sender.not_taken() == {}
