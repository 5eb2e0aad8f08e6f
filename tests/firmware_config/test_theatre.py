"""The virtual people before a kiosk, without a broker."""

import pytest

from broker.contract.envelope import PanelPart
from broker.model.words import Level
from broker.runtime.clock import ManualClock
from firmware_config.virtual.day import Day, Visitor
from firmware_config.virtual.theatre import GUEST_LOOKS_MS, Theatre, _Person
from tests.halls import one_kiosk_hall

VISITOR = Visitor("v1", 0, "pension", 60_000, level=Level.SATISFIED)


class Stage:
    """A theatre whose clock stands and whose touches are kept."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now_ms, self.touched = 0, []
        self.theatre = Theatre(one_kiosk_hall(), Day((VISITOR,), (), 3_600_000), "mqtt://127.0.0.1:1", ManualClock(), 0)
        monkeypatch.setattr(self.theatre, "_now_ms", lambda: self.now_ms)
        monkeypatch.setattr(self.theatre, "_touch", lambda kiosk, screen, target: self.touched.append(target))

    def looks(self, number: str) -> None:
        """The kiosk shows ``number``, and somebody stands behind whoever took it."""
        part = PanelPart(part="screen", kind="screen", digits=number, targets={"done": (1, 1)})
        self.theatre._walk_away("kiosk-1", part, 0.0, somebody_waits=True)


def test_a_guest_may_read_the_number_that_the_guest_took(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage(monkeypatch)
    stage.looks("A007")
    stage.now_ms = GUEST_LOOKS_MS - 1
    stage.looks("A007")
    assert stage.touched == []
    stage.now_ms = GUEST_LOOKS_MS
    stage.looks("A007")
    assert stage.touched == ["done"]


def test_a_virtual_visitor_makes_room_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage(monkeypatch)
    stage.theatre._people["A008"] = _Person(VISITOR, "A008", 0)
    stage.looks("A008")
    assert stage.touched == ["done"]
