"""The real kiosk program with a card reader and a scanner: it hears them, and keeps nothing of whom it heard."""

from pathlib import Path

import pytest

from broker.model.commands import CheckIn, ConfirmTicket
from broker.model.hall_file import parse_hall
from broker.model.words import Holding
from kiosk.readers.sdt_simulator import CARDS, HOLDER
from tests.kiosk.kiosk_rig import TinyEngine, running_kiosk
from tests.kiosk.small_hall import small_hall
from tests.runtime.mqtt_rig import running_node

pytestmark = pytest.mark.system

HALL = small_hall(more='reader = "virtual://reader"\nscanner = "virtual://scanner"')


def state_of(engine: TinyEngine, part: str) -> str:
    panel = engine.panel("kiosk-1")
    return next((one.state for one in panel.parts if one.part == part), "") if panel is not None else ""


def test_a_card_and_a_code_are_heard_and_nothing_of_the_person_is_kept_or_sent(tmp_path: Path) -> None:
    number = CARDS["elder"].whole_number
    (tmp_path / "mqtt").mkdir()
    with running_node("mosquitto", tmp_path / "mqtt") as node:
        engine = TinyEngine(node.url, parse_hall(HALL))
        environment = {"JIAOHAO_LOG": "DEBUG"}
        try:
            with running_kiosk(tmp_path, HALL, "kiosk-1", node.url, **environment) as kiosk:
                engine.watch("kiosk-1")
                engine.turn_until(lambda: state_of(engine, "reader") == "ok", "the reader on the panel")
                engine.hand("kiosk-1", "reader", "key", key="elder")
                engine.turn_until(lambda: state_of(engine, "reader") == "read", "the card to be read")
                engine.hand("kiosk-1", "scanner", "key", key="https://hall.example/t/8F3K")
                engine.hand("kiosk-1", "reader", "key", key="lift")
                engine.turn_until(lambda: state_of(engine, "reader") == "ok", "the card to be lifted")
                health = engine.health("kiosk-1")
                assert health is not None
                assert (health.parts["reader"], health.parts["scanner"]) == ("ok", "ok")
                assert kiosk.end() == 0
                said = kiosk.log().encode()
        finally:
            engine.client.link.stop()
    sent = b"".join(message.payload for message in engine.others)
    kept = [path.read_bytes() for path in (tmp_path / "data").rglob("*") if path.is_file()]
    assert kept
    assert said
    for secret in (number, number[:17], number[3:14], HOLDER, "8F3K"):
        for data in (said, sent, *kept):
            assert secret.encode() not in data
            assert secret.encode("utf-16-le") not in data


def test_a_code_held_before_the_scanner_is_a_ticket_without_a_touch_and_is_not_logged(tmp_path: Path) -> None:
    hall = HALL + '\n[priority.appointment]\nnames = { zh = "预约", en = "Booked" }\n'
    (tmp_path / "mqtt").mkdir()
    with running_node("mosquitto", tmp_path / "mqtt") as node:
        engine = TinyEngine(node.url, parse_hall(hall))
        try:
            with running_kiosk(tmp_path, hall, "kiosk-1", node.url, JIAOHAO_LOG="DEBUG") as kiosk:
                engine.watch("kiosk-1")
                engine.turn_until(lambda: "check_in" in engine.targets("kiosk-1"), "the way in for appointments")
                engine.turn_until(lambda: state_of(engine, "scanner") == "ok", "the scanner on the panel")
                engine.hand("kiosk-1", "scanner", "key", key="JH:TOWN:40718253")
                asked = engine.await_command(CheckIn)
                held = engine.await_command(ConfirmTicket)
                assert isinstance(asked, CheckIn) and isinstance(held, ConfirmTicket)
                assert (asked.code, held.ticket, held.holding) == ("40718253", asked.ticket, Holding.PAPER)
                assert engine.await_code("kiosk-1", "paper").endswith(asked.ticket)
                assert kiosk.end() == 0
                assert "40718253" not in kiosk.log()
        finally:
            engine.client.link.stop()
