"""A key evaluator on a line: what it is told after a rating, and what its simulator lets people press."""

import pytest

from broker.model.words import Level, Names
from broker.runtime.frames import p1
from broker.runtime.frames.registry import drivers
from caller.lines.key_line import LineEvaluator
from caller.pad_keys import THANKS_S

LIT, DARK, ASK = p1.encode(p1.stars(1, 2)), p1.encode(p1.stars(1, 0)), p1.encode(p1.start_rating(1))


class LineDouble:
    """Keeps the frames that it should send, and the keys that were pressed on its simulator."""

    line_fault = ""

    def __init__(self) -> None:
        self.driver = drivers()["p1"]
        self.sent: list[bytes] = []
        self.pressed: list[str] = []
        self.simulated = self

    def send(self, data: bytes) -> None:
        self.sent.append(data)

    def press(self, unit: int, key: str, part: str) -> None:
        self.pressed.append(key)


class Desk:
    """One evaluator with a key to decline, and its clock."""

    def __init__(self) -> None:
        self.line, self.now_s = LineDouble(), 100.0
        levels = {"0": Level.VERY_SATISFIED, "3": Level.DISSATISFIED}
        decline = {"5": Names("不评价", "No, thanks")}
        self.keypad = LineEvaluator("e1", "w1", self.line, 1, levels, lambda: self.now_s, decline)  # type: ignore[arg-type]

    def after(self, seconds: float) -> list[bytes]:
        """What was sent until then."""
        self.now_s += seconds
        assert self.keypad.poll() == []
        sent, self.line.sent = self.line.sent, []
        return [frame for frame in sent if frame in (LIT, DARK, ASK)]


def test_the_stars_of_a_rating_go_out_so_that_nobody_else_reads_it_there() -> None:
    desk = Desk()
    desk.keypad.thank(Level.DISSATISFIED)
    assert desk.after(THANKS_S - 0.1) == [LIT]
    assert desk.after(0.2) == [DARK]
    assert desk.after(60.0) == [], "once"


def test_the_next_visitor_is_asked_before_a_dark_evaluator() -> None:
    desk = Desk()
    desk.keypad.thank(Level.DISSATISFIED)
    desk.keypad.prompt()
    assert desk.after(0.0) == [LIT, DARK, ASK]
    assert desk.after(60.0) == []


def test_the_key_that_declines_can_be_pressed_in_the_virtual_hall_too() -> None:
    desk = Desk()
    desk.keypad.tap("5")
    assert desk.line.pressed == ["5"]
    with pytest.raises(KeyError):
        desk.keypad.tap("4")
