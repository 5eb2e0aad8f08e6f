"""Staff see who could not be told, in part, and say when that was mended."""

from collections.abc import Callable

from flask import Flask

from broker.collector.notify.message import Message
from broker.collector.notify.sender import Sender
from tests.collector.conftest import Browser


def undelivered(app: Flask) -> Sender:
    """A message that a gateway refused for good."""
    sender: Sender = app.extensions["jiaohao"].notifier
    facts = {"time": "3 月 5 日 09:30", "service": "养老"}
    now_ms = app.extensions["jiaohao"].clock.now_ms()
    sender.queue.add(
        Message(
            id="reminder-0001",
            way="phone",
            to="13800001234",
            kind="appointment_reminder",
            facts=facts,
            erase_ms=now_ms + 60_000,
        )
    )
    (entry,) = sender.queue.due()
    sender.queue.failed(entry, "HTTP 400", for_good=True)
    return sender


def test_the_desk_sees_who_was_not_told_and_only_a_part_of_the_address(
    app: Flask, logged_in: Callable[[str], Browser]
) -> None:
    undelivered(app)
    guide = logged_in("guide")
    assert 'href="/messages"' in guide.client.get("/screens").get_data(as_text=True)
    assert 'href="/messages"' not in logged_in("clerk").client.get("/screens").get_data(as_text=True)
    text = guide.client.get("/messages").get_data(as_text=True)
    assert "预约提醒" in text and "138****34" in text and "HTTP 400" in text
    assert "13800001234" not in text


def test_who_was_told_in_another_way_is_erased(app: Flask, logged_in: Callable[[str], Browser]) -> None:
    sender, guide = undelivered(app), logged_in("guide")
    form = {"csrf": guide.read_token("/messages"), "id": "reminder-0001", "do": "told"}
    assert guide.client.post("/messages", data=form).status_code == 303
    assert sender.queue.dead() == []
    assert "没有未送达的消息" in guide.client.get("/messages").get_data(as_text=True)


def test_a_message_is_tried_once_more_on_a_press(app: Flask, logged_in: Callable[[str], Browser]) -> None:
    sender, guide = undelivered(app), logged_in("guide")
    form = {"csrf": guide.read_token("/messages"), "id": "reminder-0001", "do": "retry"}
    assert guide.client.post("/messages", data=form).status_code == 303
    assert [entry.message.id for entry in sender.queue.due()] == ["reminder-0001"]
    assert guide.client.post("/messages", data=form).status_code == 404, "it is not on the list any more"
