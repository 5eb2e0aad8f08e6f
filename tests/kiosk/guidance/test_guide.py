"""A kiosk used without sight: keys under the fingers, words in the ear, paper in the hand."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from broker.contract.envelope import VirtualInput
from broker.model.commands import ConfirmTicket, ReportTicket
from broker.model.hall_devices import Guidance
from broker.model.words import Holding
from broker.runtime.canvas.theme import AMBER
from broker.runtime.gpio import ContactChange, KeyEvent
from kiosk.guidance.guide import SPEAKS_MOST_S, Guide, ring
from kiosk.guidance.keys import GuidanceKeys
from kiosk.ticket import PaperEnd
from kiosk.virtual import VirtualParts
from kiosk.visit import IDLE_LARGER_S, IDLE_S, WARNING_S, Step
from tests.kiosk.app_bench import Bench
from tests.kiosk.guidance.rig import EARPHONE, PAD, Notebook, guide_with, part
from tests.kiosk.small_hall import parsed


class Blind:
    """A bench with somebody who has only keys and an earphone."""

    def __init__(self, folder: Path, declared: Guidance = EARPHONE) -> None:
        self.notebook = Notebook()
        self.bench = Bench(folder, parsed(), make_guide=guide_with(self.notebook, declared)).goes_online()

    @property
    def guide(self) -> Guide:
        assert isinstance(self.bench.app.guide, Guide)
        return self.bench.app.guide

    def plug(self) -> "Blind":
        assert self.guide.tap(part("plug"))
        return self.rest()

    def press(self, *names: str) -> "Blind":
        for name in names:
            assert self.guide.tap(part(name))
            self.rest(0.6)
        return self

    def rest(self, seconds: float = 0.6) -> "Blind":
        for _ in range(round(seconds / 0.05)):
            self.bench.turn(0.05)
        return self

    def find(self, words: str) -> "Blind":
        """Walk until it is heard: nobody looks at the screen."""
        for _ in range(40):
            self.press("next")
            if words in self.notebook.last:
                return self
        raise AssertionError(f"{words} was not heard: {self.notebook.said[-40:]}")


@pytest.fixture
def blind(tmp_path: Path) -> Iterator[Blind]:
    made = Blind(tmp_path)
    yield made
    made.bench.close()


def test_a_whole_ticket_is_taken_by_keys_alone(blind: Blind) -> None:
    blind.plug()
    assert "请选择要办理的业务" in blind.notebook.last
    blind.find("养老保险").press("choose")
    assert "身份证原件" in blind.notebook.last
    blind.find("取号").press("choose")
    assert "您的号码" in blind.notebook.last
    assert "A零零一" in blind.notebook.last
    blind.bench.press.end(PaperEnd.PRINTED)
    blind.rest()
    assert "请取走号票" in blind.notebook.last
    blind.press("repeat")
    assert "您的号码 | A零零一" in blind.notebook.last
    assert [order.service for order, _ in blind.bench.press.printed] == ["pension"]
    assert blind.bench.said(ConfirmTicket)[-1].holding is Holding.PAPER  # type: ignore[attr-defined]
    blind.find("完成").press("choose")
    assert "请选择要办理的业务" in blind.notebook.last


def test_the_whole_way_in_english(blind: Blind) -> None:
    blind.plug().find("English").press("choose")
    assert "Tap a service to take a number" in blind.notebook.last
    blind.find("Pension").press("choose").find("Take a number").press("choose")
    assert "Your number" in blind.notebook.last
    assert "A, 0, 0, 1" in blind.notebook.last


def test_a_missed_number_is_typed_without_sight(blind: Blind) -> None:
    blind.plug().find("过号了").press("choose")
    for sign in "A001":
        blind.find(sign).press("choose")
        assert blind.notebook.last.startswith(sign)
    assert blind.bench.app.visit.typed == "A001"
    blind.find("重新排队")
    blind.bench.hears()  # the engine lives
    blind.press("choose")
    assert blind.bench.app.visit.step is Step.CHECKING
    assert "正在查询" in blind.notebook.last


def test_without_an_earphone_keys_do_nothing_and_nothing_is_said(blind: Blind) -> None:
    blind.press("next", "next", "choose", "louder")
    assert blind.notebook.orders == []
    assert blind.bench.said(ReportTicket) == []
    assert blind.bench.app.visit.step is Step.HOME


def test_taking_the_earphone_out_is_silent_and_gives_the_screen_back(blind: Blind) -> None:
    blind.plug().press("next")
    assert blind.guide.focus is not None
    blind.plug()
    assert blind.notebook.orders[-1].pieces == ()
    heard = len(blind.notebook.orders)
    blind.bench.tap("service/pension")
    assert len(blind.notebook.orders) == heard
    assert blind.guide.focus is None
    assert not blind.bench.app.visit.guided


def test_a_finger_and_the_keys_work_on_one_screen(blind: Blind) -> None:
    blind.plug().press("next")
    blind.bench.tap("service/pension")
    assert "养老保险" in blind.notebook.last
    blind.find("取号").press("choose")
    assert len(blind.bench.press.printed) == 1


def test_words_never_hold_up_a_touch(blind: Blind) -> None:
    blind.plug()
    blind.notebook.speaking = True
    blind.bench.tap("service/pension", "take")
    assert len(blind.bench.press.printed) == 1


def test_who_listens_has_more_time_and_the_words_do_not_count(blind: Blind) -> None:
    blind.plug().find("养老保险").press("choose")
    blind.notebook.speaking = True
    blind.rest(2 * IDLE_LARGER_S)
    assert blind.bench.app.visit.step is Step.DETAIL
    blind.notebook.speaking = False
    blind.rest(IDLE_S + 5)
    assert "还在操作" not in blind.notebook.last
    blind.rest(IDLE_LARGER_S - WARNING_S - IDLE_S)
    assert "您还在操作吗" in blind.notebook.last
    blind.press("louder")
    assert blind.notebook.last == "继续"


def test_an_output_that_speaks_for_ever_does_not_keep_what_somebody_typed_on_the_screen(blind: Blind) -> None:
    blind.plug().find("养老保险").press("choose")
    blind.notebook.speaking = True
    blind.rest(SPEAKS_MOST_S + IDLE_LARGER_S + 5)
    assert blind.bench.app.visit.step is Step.HOME


def test_the_words_of_the_warning_do_not_hold_it_up(blind: Blind) -> None:
    blind.plug().find("养老保险").press("choose")
    blind.rest(IDLE_LARGER_S - WARNING_S)
    assert "您还在操作吗" in blind.notebook.last
    blind.notebook.speaking = True
    blind.rest(WARNING_S + 1)
    assert blind.bench.app.visit.step is Step.HOME
    assert "请选择要办理的业务" in blind.notebook.last


def test_a_plug_that_stays_in_is_no_stuck_key_and_warns_nobody(blind: Blind, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("WARNING"):
        blind.plug().rest(70.0)
    assert "stuck" not in caplog.text
    assert blind.guide.keys.plugged
    assert blind.bench.app.parts_health(blind.bench.hand.machine_s())["guidance"] == "ok"
    blind.rest(IDLE_LARGER_S)
    assert not [said for said in blind.notebook.said if "还在操作" in said]


def test_without_a_contact_the_first_key_begins(tmp_path: Path) -> None:
    keys_only = Guidance(output="virtual://speaker", next=PAD, choose=PAD)
    blind = Blind(tmp_path, keys_only)
    blind.rest(1.0)
    assert blind.notebook.orders == []
    blind.press("choose")
    assert blind.notebook.last.startswith("语音引导")
    blind.find("养老保险").press("choose")
    assert blind.bench.app.visit.step is Step.DETAIL
    blind.bench.close()


def test_the_focus_is_ringed_in_amber_and_nothing_else_changes(blind: Blind) -> None:
    blind.plug()
    before = blind.bench.app.screen.targets()
    blind.find("养老保险")
    screen = blind.bench.app.screen
    assert blind.guide.focus == "service/pension"
    assert screen.targets() == before
    around = ring(screen._ops, "service/pension")
    assert {op.colour for op in around} >= {AMBER}
    edge = around[-1].rect
    assert screen.surface.get_at((edge.x + edge.w // 2, edge.y + 4))[:3] == AMBER
    assert ring(screen._ops, None) == ring(screen._ops, "service/none") == ()


def test_a_fault_of_the_words_costs_no_screen(blind: Blind, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> object:
        raise RuntimeError("the guidance is broken")

    monkeypatch.setattr("kiosk.guidance.mind.reading", broken)
    blind.plug()
    blind.bench.tap("service/pension", "take")
    assert len(blind.bench.press.printed) == 1


def test_a_dead_earphone_is_told_and_the_kiosk_works_on(blind: Blind) -> None:
    blind.notebook.state = {"earphone": "unavailable", "voice": "failed"}
    health = blind.bench.app.parts_health(blind.bench.hand.machine_s())
    assert (health["earphone"], health["voice"]) == ("unavailable", "failed")
    blind.bench.tap("service/pension", "take")
    assert len(blind.bench.press.printed) == 1


def test_the_virtual_hall_has_the_plug_and_the_keys(blind: Blind) -> None:
    app = blind.bench.app
    virtual = VirtualParts("kiosk-1", app.screen, app.printing, app.buttons, guide=blind.guide)
    panel = virtual.changed()
    assert panel is not None
    keys = {one.part: one for one in panel.parts if one.kind == "button"}
    assert set(keys) == {part(name) for name in ("plug", "next", "previous", "choose", "repeat", "louder")}
    assert keys[part("plug")].lamps == ()
    assert virtual.take(VirtualInput(part=part("plug"), kind="key", key=part("plug")))
    blind.rest()
    assert blind.guide.keys.plugged
    lit = virtual.changed()
    assert lit is not None
    assert next(one for one in lit.parts if one.part == part("plug")).lamps == (part("plug"),)
    assert not virtual.take(VirtualInput(part=part("louder-still"), kind="key", key="x"))


def test_the_virtual_hall_reads_what_the_simulated_earphone_says_unless_the_screen_is_a_real_one(blind: Blind) -> None:
    app = blind.bench.app
    virtual = VirtualParts("kiosk-1", app.screen, app.printing, app.buttons, guide=blind.guide)
    blind.guide.keys.tap(part("plug"))
    blind.rest()
    panel = virtual.changed()
    assert panel is not None
    [ear] = [one for one in panel.parts if one.part == "earphone"]
    assert (ear.kind, ear.said) == ("speaker", tuple(blind.notebook.last.split(" | "))) and ear.said
    real = SimpleNamespace(virtual=False)
    shown = VirtualParts("kiosk-1", real, app.printing, app.buttons, guide=blind.guide).changed()  # type: ignore[arg-type]
    assert shown is not None and "earphone" not in {one.part for one in shown.parts}


def test_pins_that_are_taken_leave_a_kiosk_without_guidance(monkeypatch: pytest.MonkeyPatch) -> None:
    from broker.runtime.gpio import GpioUnavailable, Pad

    def refused(self: Pad) -> None:
        raise GpioUnavailable("no pins here")

    monkeypatch.setattr(Pad, "start", refused)
    keys = GuidanceKeys(EARPHONE)
    keys.start()
    assert keys.health() == "unavailable"
    assert keys.poll() == []


def test_what_is_surely_said_is_made_ready_in_both_languages(blind: Blind) -> None:
    warmed = {(piece.language, piece.text) for piece in blind.notebook.warmed}
    assert {("zh", "养老保险"), ("en", "Pension"), ("zh", "7"), ("en", "A"), ("zh", "正在打印，请稍候")} <= warmed
    assert len(warmed) == len(blind.notebook.warmed)


def test_an_earphone_that_was_in_when_the_kiosk_started_is_heard() -> None:
    keys = GuidanceKeys(EARPHONE)
    pressed = [ContactChange.STUCK]  # how a contact that was closed before is reported
    keys.start()
    keys._pads[0].poll = lambda now_s=None: [KeyEvent("plug", change, 0.0) for change in pressed]  # type: ignore[method-assign]
    assert keys.poll() == []
    assert keys.plugged
    pressed[:] = [ContactChange.FREED]
    assert keys.poll() == []
    assert not keys.plugged
    keys.stop()
