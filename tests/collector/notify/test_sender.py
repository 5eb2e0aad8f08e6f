"""What is handed to the notifier arrives at real receivers, once, or is on the list of what did not."""

import email
import email.policy
import hmac
import json
import logging
import threading
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pytest

from broker.collector.notify.message import Message, masked
from broker.collector.notify.queue import KEPT_MOST, TRIES_MOST, Queue
from broker.collector.notify.sender import Sender, open_ways
from broker.collector.notify.ways import Letter, NotDelivered
from broker.model.hall import Hall
from broker.model.hall_notify import Notify
from broker.model.words import Names
from tests.collector.notify.receivers import mail_receiver, web_receiver
from tests.halls import small_hall

DAY_END_MS = 10_000_000
FACTS = {"service": "养老", "service_en": "Pension", "time": "09:30", "code": "K7Q2MX", "link": "https://h.cn/a"}


def message(id: str = "reminder-0001", way: Any = "phone", to: str = "13800001234", **more: Any) -> Message:
    return Message(id=id, way=way, to=to, kind="appointment_reminder", facts=FACTS, erase_ms=DAY_END_MS, **more)


class Clock:
    def __init__(self) -> None:
        self.ms = 1_000

    def __call__(self) -> int:
        return self.ms


class Rig:
    def __init__(self, tmp_path: Path, notify: Notify, environment: dict[str, str] | None = None) -> None:
        self.clock = Clock()
        self.hall: Hall = msgspec.structs.replace(small_hall(), notify=notify)
        self.path = tmp_path / "notify.db"
        self.queue = Queue(self.path, self.clock)
        self.sender = Sender(self.hall, self.queue, open_ways(self.hall, environment or {}), self.clock)


def test_a_webhook_gets_a_signed_message_once(tmp_path: Path) -> None:
    with web_receiver() as receiver:
        rig = Rig(tmp_path, Notify(phone=f"{receiver.url}/hook?from=hall"), {"JIAOHAO_NOTIFY_PHONE_SECRET": "s3cret"})
        assert rig.sender.send(message()) and rig.sender.send(message()), "said twice it is one message"
        assert rig.sender.send_due() == 1
        assert rig.sender.send_due() == 0
    (taken,) = receiver.taken
    body = json.loads(taken.body)
    assert (taken.path, body["to"], body["facts"]["code"]) == ("/hook?from=hall", "13800001234", "K7Q2MX")
    at, _, made = taken.headers["x-jiaohao-signature"].partition(",v1=")
    assert hmac.new(b"s3cret", at.removeprefix("t=").encode() + b"." + taken.body, sha256).hexdigest() == made


def test_an_sms_gateway_gets_the_json_it_wants(tmp_path: Path) -> None:
    form = '{"mobile": "$to", "content": "$text", "meta": {"sign": "$sender", "n": 1}, "parts": ["$template"]}'
    with web_receiver() as receiver:
        address = receiver.url.replace("http://", "sms+http://") + "/v1/send?sender=HALL"
        rig = Rig(tmp_path, Notify(phone=address, sms_body=form), {"JIAOHAO_NOTIFY_PHONE_SECRET": "key"})
        rig.sender.send(message(language="en"))
        assert rig.sender.send_due() == 1
    (taken,) = receiver.taken
    body = json.loads(taken.body)
    assert (taken.path, taken.headers["authorization"]) == ("/v1/send", "Bearer key")
    assert (body["mobile"], body["meta"], body["parts"]) == (
        "13800001234",
        {"sign": "HALL", "n": 1},
        ["appointment_reminder"],
    )
    assert "Pension" in body["content"] and "养老" not in body["content"]


def test_a_fact_cannot_break_out_of_the_gateways_json(tmp_path: Path) -> None:
    with web_receiver() as receiver:
        address = receiver.url.replace("http://", "sms+http://")
        rig = Rig(tmp_path, Notify(phone=address, sms_body='{"to": "$to", "text": "$text"}'))
        rig.sender.send(
            Message(
                id="reminder-evil",
                way="phone",
                to="138",
                kind="called",
                facts={"number": '"} $to {hall}', "counter": "3"},
                erase_ms=DAY_END_MS,
            )
        )
        assert rig.sender.send_due() == 1
    text = json.loads(receiver.taken[0].body)["text"]
    assert '"} $to {hall}' in text


def test_mail_arrives_over_smtp_in_both_languages(tmp_path: Path) -> None:
    with mail_receiver() as receiver:
        rig = Rig(tmp_path, Notify(mail=f"smtp://127.0.0.1:{receiver.port}?from=hall@example.cn&tls=none"))
        rig.sender.send(message(way="mail", to="somebody@example.cn"))
        assert rig.sender.send_due() == 1
    ((_, recipient, data),) = receiver.mails
    mail = email.message_from_bytes(data, policy=email.policy.default)
    assert "somebody@example.cn" in recipient
    assert mail["Subject"] == rig.hall.hall.names.zh
    text = mail.get_body().get_content()  # type: ignore[attr-defined]
    assert "您预约了 09:30 办理养老" in text and "Reminder: Pension, 09:30" in text


def test_an_address_that_the_mail_server_refuses_is_not_tried_again(tmp_path: Path) -> None:
    with mail_receiver() as receiver:
        receiver.refuse = 550
        rig = Rig(tmp_path, Notify(mail=f"smtp://127.0.0.1:{receiver.port}?from=hall@example.cn&tls=none"))
        rig.sender.send(message(way="mail", to="nobody@example.cn"))
        rig.sender.send_due()
    (entry,) = rig.queue.dead()
    assert (entry.fault, entry.tries) == ("SMTP 550", 1)


def test_a_mail_address_cannot_carry_a_header(tmp_path: Path) -> None:
    with mail_receiver() as receiver:
        rig = Rig(tmp_path, Notify(mail=f"smtp://127.0.0.1:{receiver.port}?from=hall@example.cn&tls=none"))
        rig.sender.send(message(way="mail", to="a@example.cn\nBcc: b@example.cn"))
        rig.sender.send_due()
    assert not receiver.mails and len(rig.queue.dead()) == 1


def test_a_file_gets_a_line_for_each_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    rig = Rig(tmp_path, Notify(phone=f"file://{path}"))
    for number in range(3):
        rig.sender.send(message(f"reminder-{number:04d}"))
    assert rig.sender.send_due() == 3
    assert [json.loads(line)["id"] for line in path.read_text().splitlines()] == [f"reminder-{n:04d}" for n in range(3)]
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_broken_gateway_is_asked_again_later_and_later_then_staff_see_who_was_not_told(tmp_path: Path) -> None:
    with web_receiver() as receiver:
        receiver.statuses = [503]
        rig = Rig(tmp_path, Notify(phone=receiver.url))
        rig.sender.send(message())
        waits = []
        while not rig.queue.dead():
            due_ms = rig.queue.next_due_ms()
            assert due_ms is not None
            waits.append(due_ms - rig.clock.ms)
            rig.clock.ms = due_ms
            rig.sender.send_due()
    assert len(receiver.taken) == TRIES_MOST
    assert waits == sorted(waits) and waits[1] >= 15_000
    (entry,) = rig.queue.dead()
    assert (entry.fault, entry.message.to, masked(entry.message.to)) == ("HTTP 503", "13800001234", "138****34")
    assert rig.queue.retry_dead(entry.message.id)
    assert rig.queue.next_due_ms() == rig.clock.ms


def test_a_gateway_that_names_a_time_is_left_alone_until_then(tmp_path: Path) -> None:
    with web_receiver() as receiver:
        receiver.statuses, receiver.headers = [429], {"Retry-After": "600"}
        rig = Rig(tmp_path, Notify(phone=receiver.url))
        rig.sender.send(message())
        rig.sender.send_due()
    assert rig.queue.next_due_ms() == rig.clock.ms + 600_000


def test_what_arrived_leaves_no_address_behind(tmp_path: Path) -> None:
    rig = Rig(tmp_path, Notify(phone=f"file://{tmp_path / 'out.jsonl'}"))
    rig.sender.send(message())
    rig.sender.send_due()
    assert rig.queue.counts() == {"sent": 1}
    assert rig.sender.send(message()), "it is known, and goes out no second time"
    assert rig.sender.send_due() == 0
    rig.clock.ms = DAY_END_MS
    assert rig.queue.erase_old() == 1
    kept = b"".join(file.read_bytes() for file in tmp_path.glob("notify.db*"))
    assert b"13800001234" not in kept and b"reminder-0001" not in kept


def test_a_reminder_waits_for_its_time_and_a_cancelled_one_never_leaves(tmp_path: Path) -> None:
    rig = Rig(tmp_path, Notify(phone=f"file://{tmp_path / 'out.jsonl'}"))
    rig.sender.send(message("reminder-0001", from_ms=5_000))
    rig.sender.send(message("reminder-0002", from_ms=5_000))
    assert rig.sender.send_due() == 0
    rig.sender.cancel("reminder-0002")
    rig.clock.ms = 5_000
    assert rig.sender.send_due() == 1
    assert rig.queue.counts() == {"sent": 1, "cancelled": 1}


def test_a_call_that_is_over_is_not_told_any_more(tmp_path: Path) -> None:
    rig = Rig(tmp_path, Notify(phone=f"file://{tmp_path / 'out.jsonl'}"))
    rig.sender.send(message(until_ms=2_000))
    rig.clock.ms = 2_000
    assert rig.sender.send_due() == 0
    assert rig.queue.counts() == {"late": 1}


def test_a_hall_without_a_way_says_so(tmp_path: Path) -> None:
    rig = Rig(tmp_path, Notify())
    assert rig.sender.ways() == frozenset()
    assert not rig.sender.send(message())


def test_a_full_queue_takes_nothing_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("broker.collector.notify.queue.WAITING_MOST", 2)
    rig = Rig(tmp_path, Notify(phone=f"file://{tmp_path / 'out.jsonl'}"))
    assert [rig.sender.send(message(f"reminder-{n:04d}")) for n in range(3)] == [True, True, False]
    assert KEPT_MOST > 2


def test_a_way_that_hangs_holds_up_no_request(tmp_path: Path) -> None:
    rig = Rig(tmp_path, Notify())
    reached, go_on = threading.Event(), threading.Event()

    class Hanging:
        def deliver(self, letter: Letter) -> None:
            reached.set()
            go_on.wait(25)
            raise NotDelivered("no answer")

    sender = Sender(rig.hall, rig.queue, {"phone": Hanging()}, rig.clock)
    sender.start()
    try:
        assert sender.send(message("reminder-0001"))
        assert reached.wait(25)
        assert sender.send(message("reminder-0002")), "the first one still hangs"
    finally:
        go_on.set()
        sender.stop()


def test_a_fault_of_ours_with_one_message_holds_up_no_other(tmp_path: Path) -> None:
    rig = Rig(tmp_path, Notify())
    brought: list[str] = []

    class Odd:
        def deliver(self, letter: Letter) -> None:
            if letter.id == "reminder-0001":
                raise ValueError(letter.to)
            brought.append(letter.id)

    sender = Sender(rig.hall, rig.queue, {"phone": Odd()}, rig.clock)
    sender.send(message("reminder-0001"))
    sender.send(message("reminder-0002"))
    assert sender.send_due() == 1
    assert brought == ["reminder-0002"]
    assert rig.queue.dead()[0].fault == "ValueError"


def test_no_log_names_anybody(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), web_receiver() as receiver:
        receiver.statuses = [503, 400]
        rig = Rig(tmp_path, Notify(phone=receiver.url))
        rig.sender.send(message("reminder-0001"))
        rig.sender.send(message("reminder-0002"))
        rig.sender.send_due()
    assert "did not arrive: HTTP 503" in caplog.text
    assert "1380000" not in caplog.text and "K7Q2MX" not in caplog.text
    assert "13800001234" not in repr(message())


def test_the_halls_own_words_are_said(tmp_path: Path) -> None:
    texts = {"called": Names("{number}！{counter} 号窗口", "{number}! Counter {counter}")}
    with web_receiver() as receiver:
        rig = Rig(tmp_path, Notify(phone=receiver.url, texts=texts))
        facts = {"number": "A001", "counter": "3"}
        rig.sender.send(
            Message(id="called-0001", way="phone", to="138", kind="called", facts=facts, erase_ms=DAY_END_MS)
        )
        rig.sender.send_due()
    assert json.loads(receiver.taken[0].body)["text"] == "A001！3 号窗口\nA001! Counter 3"


@pytest.mark.parametrize(
    ("to", "shown"), [("13912345678", "139****78"), ("a.b@example.cn", "a***@example.cn"), ("110", "****")]
)
def test_staff_see_an_address_only_in_part(to: str, shown: str) -> None:
    assert masked(to) == shown


def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    rig = Rig(tmp_path, Notify(phone=f"file://{tmp_path / 'out.jsonl'}"))
    rig.sender.send(message())
    assert rig.path.stat().st_mode & 0o777 == 0o600


def test_reminders_of_the_next_days_leave_room_for_who_is_called_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("broker.collector.notify.queue.WAITING_MOST", 2)
    queue = Queue(tmp_path / "notify.db", Clock())
    assert [queue.add(message(f"reminder-{n:04d}")) for n in range(3)] == [True, True, False]
    assert queue.add(message("push-0001", way="push"))
