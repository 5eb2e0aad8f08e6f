"""Small hands of the kiosk: local time, the paper's words, pictures for watchers, virtual parts."""

import pytest

from broker.contract.envelope import VirtualInput
from broker.model.words import Names
from broker.runtime.canvas.ops import text
from broker.runtime.canvas.qr import qr_rows
from broker.runtime.canvas.window import open_screen
from broker.runtime.clock import ManualClock
from broker.runtime.engine_time import EngineTime
from kiosk.buttons import Buttons
from kiosk.engine_side import EngineSide
from kiosk.local_time import LocalTime
from kiosk.paper import missed_rule, paper_of, qr_text
from kiosk.ticket import Order, Slip
from kiosk.virtual import Mirror, VirtualParts
from kiosk.visit import Step, Visit, tells_of_the_visitor
from tests.kiosk.small_hall import parsed

AT_MS = 1_772_677_860_000  # 2026-03-05 10:31 in Shanghai


def test_local_time_is_the_halls_and_not_the_machines():
    local = LocalTime("Asia/Shanghai", ManualClock(AT_MS))
    assert (local.day(), local.minute(), local.clock()) == ("2026-03-05", 631, "10:31")
    assert local.date() == Names("3月5日 星期四", "Thu 5 March")
    assert local.text(AT_MS) == "2026-03-05 10:31"
    assert LocalTime("Asia/Urumqi", ManualClock(AT_MS)).clock() == "08:31"


def test_an_unsure_clock_says_nothing():
    clock = ManualClock(AT_MS)
    clock.is_sure = False
    local = LocalTime("Asia/Shanghai", clock)
    assert (local.day(), local.minute(), local.clock(), local.date()) == (None, None, "", None)


# -- paper ------------------------------------------------

SLIP = Slip("A042", "pension", Names("养老保险", "Pension"), 3, (5, 15), ("3", "5"), "https://x/t/1")


def test_the_paper_says_all_that_the_requirement_names():
    paper = paper_of(parsed(), Order("ticket-0001", "pension", "elderly"), SLIP, "2026-03-05 10:31")
    assert (paper.hall_zh, paper.number, paper.service_zh) == ("滨江区政务服务中心", "A042", "养老保险")
    assert (paper.people_ahead, paper.wait_minutes, paper.windows) == (3, (5, 15), ("3", "5"))
    assert paper.papers_zh == ("身份证原件", "社会保障卡")
    assert paper.missed_rule.zh == "过号30分钟内可到取号机重新排队，最多2次"
    assert paper.qr_text == "https://x/t/1"


def test_why_somebody_goes_first_is_not_on_the_paper():
    hall = parsed()
    with_claim = paper_of(hall, Order("ticket-0001", "pension", "elderly"), SLIP, "")
    assert with_claim == paper_of(hall, Order("ticket-0001", "pension", None), SLIP, "")
    assert "老年人" not in str(with_claim)


def test_an_unsure_clock_is_said_on_the_paper_rather_than_a_wrong_time():
    assert paper_of(parsed(), Order("ticket-0001", "pension"), SLIP, "").issued_text == "时钟未校准"
    assert paper_of(parsed(), Order("ticket-0001", "pension", language="en"), SLIP, "").issued_text == "clock not set"


def test_no_wait_is_not_a_range():
    slip = Slip("A042", "pension", SLIP.names, 0, (0, 0))
    assert paper_of(parsed(), Order("ticket-0001", "pension"), slip, "").wait_minutes is None


def test_a_hall_without_returns_says_so():
    import msgspec

    hall = parsed()
    strict = msgspec.structs.replace(hall, rules=msgspec.structs.replace(hall.rules, return_times=0))
    assert missed_rule(strict) == Names("过号作废，请重新取号", "A missed number is void: take a new one")


@pytest.mark.parametrize(
    ("base", "text_"),
    [("https://x", "https://x/t/ab"), ("https://x/", "https://x/t/ab"), ("", "")],
)
def test_the_code_leads_to_the_ticket_or_is_left_out(base: str, text_: str):
    assert qr_text(base, "ab") == text_


def test_the_code_is_square_with_a_quiet_edge():
    rows = qr_rows("A042")
    assert {len(row) for row in rows} == {len(rows)}
    assert rows[0].strip() == rows[1].strip() == ""
    assert qr_rows("") == ()


# -- the engine's side ------------------------------------------------


def heartbeat(at_ms: int, online: bool = True) -> bytes:
    from broker.contract.codec import encode
    from broker.contract.envelope import EngineState

    return encode(EngineState(online=online, epoch=1, at_ms=at_ms))


def test_the_engine_is_heard_for_fifteen_seconds_after_its_last_word():
    clock = ManualClock(AT_MS)
    engine = EngineSide("kiosk-1", EngineTime(clock))
    assert not engine.heard()
    engine.take_state(heartbeat(AT_MS), retained=False)
    clock.advance(14.9)
    assert engine.heard()
    clock.advance(0.2)
    assert not engine.heard()
    engine.answered()
    assert engine.heard()
    engine.take_state(heartbeat(AT_MS, online=False), retained=True)
    assert not engine.heard()


# -- the virtual hall ------------------------------------------------


class NoPrinter:
    simulator = None

    def __init__(self) -> None:
        self.played: list[str] = []

    def play(self, fault: str) -> bool:
        self.played.append(fault)
        return True


@pytest.fixture
def parts():  # type: ignore[no-untyped-def]
    screen = open_screen("virtual://screen?size=400x300")
    screen.start()
    return screen, NoPrinter(), Buttons({}, {})


def test_a_watcher_sees_the_screen_once_and_then_every_change(parts):  # type: ignore[no-untyped-def]
    screen, printer, _ = parts
    mirror = Mirror(screen, printer)
    assert mirror.take(1.0) == []
    mirror.ask(10, 1.0)
    assert [name for name, _ in mirror.take(1.0)] == ["screen"]
    assert mirror.take(2.0) == []
    mirror.screen_changed()
    assert [name for name, _ in mirror.take(3.0)] == ["screen"]
    mirror.screen_changed()
    assert mirror.take(3.1) == [], "not faster than the loop can bear"
    assert len(mirror.take(3.4)) == 1
    mirror.screen_changed()
    assert mirror.take(11.1) == [], "nobody watches any more"


def test_what_a_real_screen_shows_about_its_visitor_is_watched_by_nobody(parts):  # type: ignore[no-untyped-def]
    screen, printer, _ = parts
    somebody = True
    mirror = Mirror(screen, printer, lambda: somebody)
    mirror.ask(10, 1.0)
    assert mirror.take(1.0) == []
    somebody = False
    assert [name for name, _ in mirror.take(2.0)] == ["screen"], "the menu again"
    assert [step for step in Step if tells_of_the_visitor(Visit(step=step, phone_tail="1234"))] == [*Step]
    assert not tells_of_the_visitor(Visit(step=Step.DETAIL, service="pension"))
    assert tells_of_the_visitor(Visit(step=Step.CARD))


def test_hands_reach_virtual_parts_only(parts):  # type: ignore[no-untyped-def]
    screen, printer, buttons = parts
    virtual = VirtualParts("kiosk-1", screen, printer, buttons)
    screen.show((text(screen_rect(), "x", 30, (0, 0, 0), target="go"),))
    assert virtual.take(VirtualInput(part="screen", kind="touch", x=20, y=20))
    assert [touch.target for touch in screen.inputs()] == ["go"]
    assert virtual.take(VirtualInput(part="printer", kind="fault", key="cover"))
    assert printer.played == ["cover"]
    assert not virtual.take(VirtualInput(part="buttons", kind="key", key="one"))
    assert not virtual.take(VirtualInput(part="door", kind="touch", x=1, y=1))


def screen_rect():  # type: ignore[no-untyped-def]
    from broker.runtime.canvas.geometry import Rect

    return Rect(0, 0, 100, 60)


def test_the_panel_is_told_when_it_changed_and_after_a_reconnect(parts):  # type: ignore[no-untyped-def]
    virtual = VirtualParts("kiosk-1", *parts)
    assert virtual.changed() is not None
    assert virtual.changed() is None
    virtual.forget()
    assert virtual.changed() is not None
