"""Commands that nobody honest would send: each is answered or ignored, and the server lives on and starts again."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from broker.contract.topics import Topics
from broker.model.hall import Hall
from broker.model.words import Identifier
from broker.runtime.clock import ManualClock
from broker.runtime.errors import PayloadTooLarge
from broker.runtime.link import Message
from broker.server.app import Server
from broker.server.day_keeper import OWN, DayKeeper
from broker.server.doubt import Doubt
from broker.server.gate import DEVICE_NAME_MOST
from broker.server.publisher import Publisher
from broker.server.steady_time import SteadyTime
from tests.halls import OPENS_MS, small_hall
from tests.server.rig import WriterRig

CALL = {"type": "CallNext", "counter": "c1"}
ISSUE = {"type": "IssueTicket", "ticket": "ticket-00001", "service": "pension", "kiosk": "kiosk-1"}


@pytest.fixture
def rig(tmp_path: Path) -> WriterRig:
    return WriterRig(tmp_path)


def raw(command: dict[str, Any], **frame: Any) -> bytes:
    """An envelope from plain JSON: our own types would not let these out."""
    return msgspec.json.encode({"v": 1, "id": "command-raw", "device": "kiosk-1", "command": command, **frame})


@pytest.mark.parametrize(
    "frame",
    [
        {"epoch": "", "seq": 5},
        {"seq": 2**70},
        {"epoch": "e1", "seq": 2**70},
        {"age_ms": 2**63},
        {"ttl_ms": 10**300},
    ],
)
def test_a_frame_beyond_its_bounds_changes_nothing_however_often_it_comes(
    rig: WriterRig, frame: dict[str, Any]
) -> None:
    for number in range(2):
        rig.writer.take("kiosk-1", raw(ISSUE, **{**frame, "id": f"command-{number}"}))
        assert rig.writer.commit() == []
    assert not rig.writer.state.tickets
    assert rig.writer.counters.unreadable == 2
    rig.restart()


def test_an_age_without_end_neither_enters_the_journal_nor_stops_the_hall(rig: WriterRig) -> None:
    rig.writer.take("kiosk-1", b'{"v":1,"id":"command-old","device":"kiosk-1","age_ms":1' + b"0" * 400 + b"}")
    rig.writer.take("kiosk-1", raw(ISSUE).replace(b'"v":1', b'"v":1,"age_ms":1' + b"0" * 400))
    assert rig.writer.commit() == []
    rig.restart()
    Publisher(rig.hall, 1, lambda topic, payload: None).show(rig.writer.state, rig.now_ms, 0.0)


def test_nobody_came_before_the_day_however_old_his_touch_is_said_to_be(rig: WriterRig) -> None:
    rig.writer.take("kiosk-1", raw(ISSUE, age_ms=50 * 365 * 86_400_000))
    assert [answer.reply.kind for answer in rig.writer.commit()] == ["done"]
    ticket = rig.writer.state.tickets["ticket-00001"]
    assert OPENS_MS - 4 * 3_600_000 <= ticket.arrived_at_ms <= OPENS_MS


def test_no_device_can_take_the_id_of_the_servers_own_next_command(rig: WriterRig) -> None:
    time = SteadyTime(lambda: OPENS_MS, lambda: rig.now_ms / 1000)
    keeper = DayKeeper(
        rig.hall, rig.writer, lambda: True, time, lambda day: (), lambda now_ms: 0, Doubt(rig.journal, "manual")
    )
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(f"{OWN}time-000000000003", Identifier)
    position = rig.writer.state.position
    rig.writer.take("kiosk-1", raw(ISSUE, id=f"time-{position + 1:012d}"))
    rig.writer.commit()
    rig.now_ms += 40_000
    keeper.tick()
    rig.writer.commit()
    assert rig.writer.state.tickets["ticket-00001"].status == "waiting"


def test_a_view_that_grew_too_large_does_not_take_the_others_with_it(
    rig: WriterRig, caplog: pytest.LogCaptureFixture
) -> None:
    shown: list[str] = []

    def publish(topic: str, payload: bytes) -> None:
        if "/view/board/" in topic:
            raise PayloadTooLarge(len(payload), 10)
        shown.append(topic)

    publisher = Publisher(rig.hall, 1, publish)
    publisher.show(rig.writer.state, rig.now_ms, 0.0)
    assert {topic.split("/")[3] for topic in shown} == {"counter", "service", "kiosk", "hall"}
    assert "is not shown" in caplog.text
    assert publisher.wait_s(rig.writer.state, 0.0) is None


def test_a_device_name_longer_than_any_is_ignored_before_an_answer_could_be_too_long(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    hall: Hall = small_hall()
    server = Server(hall, tmp_path / "hall.db", "mqtt://127.0.0.1:1", ManualClock(OPENS_MS))
    server.journal.open()
    server.writer.start()
    for length, answers in ((DEVICE_NAME_MOST, 1), (DEVICE_NAME_MOST + 1, 0), (60_000, 0)):
        topic = Topics(hall.hall.id).command("x" * length)
        server._on_message(Message(topic, raw(CALL), 1, False, False, 1, 1))
        assert len(server.writer.commit()) == answers
    assert max(len(record.getMessage()) for record in caplog.records) < 400
    server.journal.close()
