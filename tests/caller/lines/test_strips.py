"""Strips over counters: what they say, that they say what the sign says, and how they are told on a shared line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.model.views import Emergency, OpenState
from broker.model.words import CounterStatus, TicketStatus
from broker.runtime.bus.line import Spacing
from broker.runtime.frames.registry import drivers
from broker.runtime.frames.text import cells
from broker.runtime.newest import Position
from caller.devices import CallerSetupError
from caller.lines.strip_text import IDLE, board_pages, strip_pages
from caller.wiring import equipment_of
from display.sign import SignMind
from tests.caller.bench import CALLER, Bench
from tests.caller.views import HALL, NOW_MS, hall_with, pause, request, ticket, view

NAMES = {"zh": "呼叫节点", "en": "Caller"}
CALLED = ticket("A005", status=TicketStatus.CALLED)
SERVED = ticket("A005", status=TicketStatus.SERVING)
AWAY = {"status": CounterStatus.PAUSED, "pause": pause()}
CLOSED = {"status": CounterStatus.CLOSED}
SHOWN = {
    "calling": (view(ticket=CALLED), ("请A005号",)),
    "serving": (view(ticket=SERVED), ("正在办理A005",)),
    "paused": (view(**AWAY), ("暂停服务", "咨询台")),
    "paused with somebody there": (view(**AWAY, ticket=SERVED), ("暂停服务", "咨询台")),
    "rating": (view(evaluation=request()), ("请您评价",)),
    "closed": (view(**CLOSED), ("未开放",)),
    "closed after hours": (view(**CLOSED, open=OpenState(state="closed", hours="09:00-17:00")), ("下班",)),
    "idle": (view(), (IDLE,)),
}


@pytest.mark.parametrize("mode", SHOWN)
def test_a_strip_says_what_its_counter_does(mode):
    shown, pages = SHOWN[mode]
    assert strip_pages(shown, NOW_MS, IDLE, 8) == pages
    assert all(cells(page) <= 16 for page in pages)


@given(
    st.sampled_from([None, CALLED, SERVED]),
    st.sampled_from([{}, AWAY, CLOSED]),
    st.sampled_from([None, request(), request(opened_at_ms=NOW_MS - 3_600_000)]),
)
def test_a_strip_and_the_sign_of_a_counter_never_disagree(ticket_there, state, evaluation):
    shown = view(ticket=ticket_there, evaluation=evaluation, **state)
    sign = SignMind("1")
    sign.take(shown, Position(1, 1, NOW_MS), 0.0)
    mode = sign.look(0.0, NOW_MS).mode
    assert strip_pages(shown, NOW_MS, IDLE, 8) == SHOWN[mode][1]


def test_before_the_first_view_a_strip_welcomes():
    assert strip_pages(None, NOW_MS, "您好", 8) == ("您好",)


def test_a_pause_says_where_to_go_and_whom_to_ask():
    away = pause()
    shown = view(status=CounterStatus.PAUSED, pause=type(away)(**{
        **{name: getattr(away, name) for name in away.__struct_fields__}, "instead": ("2", "3"), "phone": "0432-12345"
    }))  # fmt: skip
    assert strip_pages(shown, NOW_MS, IDLE, 8) == ("暂停服务", "请到2、3号窗口", "咨询台", "0432-12345")


def test_an_emergency_is_shown_instead_of_anything_else_page_by_page():
    alarm = Emergency(zh="请听从工作人员引导有序离开大厅", en="Please leave.", since_ms=NOW_MS)
    pages = strip_pages(view(ticket=CALLED, emergency=alarm), NOW_MS, IDLE, 8)
    assert pages == ("请听从工作人员引", "导有序离开大厅")
    assert board_pages([view(emergency=alarm)], IDLE, 16) == ("请听从工作人员引导有序离开大厅",)


def test_a_board_shows_the_newest_call_in_full_and_nothing_of_who_is_served():
    older = view("w1", ticket=ticket("A005", status=TicketStatus.CALLED, called_at_ms=NOW_MS - 9_000))
    newer = view("w2", name="12", ticket=ticket("B017", status=TicketStatus.CALLED, called_at_ms=NOW_MS - 1_000))
    assert board_pages([older, newer, None], IDLE, 12) == ("请B017号到12号窗口",)
    assert board_pages([older, view("w2", ticket=SERVED)], IDLE, 12) == ("请A005号到1号窗口",)
    assert board_pages([view("w2", ticket=SERVED), view("w1", **AWAY)], IDLE, 12) == (IDLE,)


# -- on the line


def strips(line: str = "virtual://rs485", **addresses: str):
    """A terminal and strips of several makes on one line, all of counter w1."""
    common = {"counter": "w1", "caller": CALLER}
    return hall_with(
        callers={CALLER: {"names": NAMES, "lines": {"a": line}}},
        consoles={"t1": {**common, "address": "p1://a/3"}},
        strips={name: {**common, "address": address.replace("__", "?")} for name, address in addresses.items()},
    )


@pytest.fixture
def make(tmp_path):
    benches = []

    def make_bench(hall) -> Bench:
        bench = Bench(hall, tmp_path)
        benches.append(bench)
        bench.start()
        return bench

    yield make_bench
    for bench in benches:
        bench.stop()


def texts(bench: Bench) -> list[str]:
    return [strip.text for strip in bench.line().strip.at.values()]


def test_strips_of_all_makes_and_a_terminal_share_one_line(make):
    bench = make(strips(s1="p2://a/3", s2="p3://a/3?form=gbk", s3="p4://a/200", s4="p2://a/4?form=board"))
    bench.show(view())
    bench.until(lambda: texts(bench) == [IDLE] * 4)
    bench.terminal("t1").press("call")
    bench.until(lambda: bench.commands)
    bench.show(view(ticket=CALLED, waiting=3))
    bench.until(lambda: texts(bench) == ["请A005号"] * 4)
    bench.until(lambda: bench.terminal("t1").digits == "003005")
    assert bench.terminal("t1").waiting == 0
    assert bench.app.health().parts["s3"] == "ok"


def test_each_make_keeps_its_own_quiet_between_two_frames_on_the_line(make, monkeypatch):
    bench = make(strips(s1="p2://a/3", s2="p3://a/3"))
    told: dict[object, object] = {}
    line = bench.equipment.lines["a"].line
    monkeypatch.setattr(line, "show", lambda slot, data, *, spacing=None, again=False: told.update({slot: spacing}))
    bench.show(view(ticket=CALLED))
    bench.until(lambda: len(told) >= 3)
    assert told["strip", "p2", 3] == Spacing("p2", 0.1)
    assert told["strip", "p3", 3] == Spacing("p3", 0.05)


def test_a_strip_alone_at_a_counter_listens_to_that_counter(make):
    hall = hall_with(
        callers={CALLER: {"names": NAMES, "lines": {"a": "virtual://rs485"}}},
        strips={"s1": {"counter": "w2", "caller": CALLER, "address": "p2://a/9", "also": ["w1"], "characters": 12}},
    )
    bench = make(hall)
    assert set(bench.app.stations) == {"w1", "w2"}
    bench.show(view("w1", ticket=CALLED))
    bench.until(lambda: texts(bench) == ["请A005号到1号窗口"])


def test_pages_follow_each_other_and_only_changes_are_sent(make, monkeypatch):
    monkeypatch.setattr("caller.lines.strips.PAGE_S", 0.4)
    bench = make(strips(s1="p2://a/3"))
    bench.show(view(**AWAY))
    bench.until(lambda: texts(bench) == ["暂停服务"])
    bench.until(lambda: texts(bench) == ["咨询台"])
    bench.until(lambda: texts(bench) == ["暂停服务"])
    bench.show(view())
    bench.until(lambda: texts(bench) == [IDLE])
    (strip,) = bench.line().strip.at.values()
    sent = strip.frames
    bench.rest(0.5)
    assert strip.frames == sent


def test_the_virtual_page_is_told_what_strips_boards_and_signs_show(make):
    """What the simulated device was told over its line, not what somebody meant to tell it."""
    common = {"counter": "w1", "caller": CALLER}
    hall = hall_with(
        callers={CALLER: {"names": NAMES, "lines": {"a": "virtual://rs485", "b": "virtual://rs485"}}},
        strips={
            "s1": {**common, "address": "p2://a/3"},
            "board": {**common, "also": ["w2"], "address": "p2://a/100?form=board", "characters": 12},
            "sign": {**common, "address": "modbus://b/7"},
        },
    )
    bench = make(hall)
    bench.show(view(ticket=CALLED))
    bench.show(view("w2"))
    shown = {
        "s1": ("strip", "w1", "请A005号"),
        "board": ("strip", None, "请A005号到1号窗口"),
        "sign": ("strip", "w1", "请A005号"),
    }

    def told() -> dict[str, tuple[str, str | None, str]]:
        return {part.part: (part.kind, part.counter, part.digits) for part in bench.panel.parts}

    bench.until(lambda: bench.panel is not None and told() == shown, within_s=25)
    bench.touch("a", "unplug", kind="fault")
    bench.until(lambda: {part.part: part.state for part in bench.panel.parts}["s1"] == "line_down", within_s=25)
    bench.touch("s1", "call")  # it has no keys: logged, and nothing happens
    bench.touch("a", "plug_in", kind="fault")
    bench.until(lambda: {part.part: part.state for part in bench.panel.parts}["s1"] == "ok", within_s=25)


def test_a_strip_on_a_real_line_is_on_no_virtual_page(make, tmp_path):
    bench = make(strips(f"serial://{tmp_path}/none", s1="p2://a/3"))
    bench.rest(0.3)
    assert not bench.app.desk.any
    assert bench.panel is None


def test_a_strip_that_lost_its_power_is_told_again_after_a_while_and_at_once_when_the_line_comes_back(make):
    bench = make(strips(s1="p4://a/3"))
    bench.show(view())
    bench.until(lambda: texts(bench) == [IDLE])
    (strip,) = bench.line().strip.at.values()
    strip.text = ""
    bench.equipment.strips["s1"].refresh()
    bench.until(lambda: strip.text == IDLE)
    bench.line().unplug()
    bench.until(lambda: bench.app.health().parts["s1"] == "line_down")
    strip.text = ""
    bench.line().plug_in()
    bench.until(lambda: strip.text == IDLE)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("p9://a/3", "there is no make of strips 'p9'; strips: "),
        ("p1://a/3", "there is no make of strips 'p1'"),
        ("p2://b/3", "the caller has no line 'b'"),
        ("p2://a/3?colour=red", "there is no option 'colour'"),
        ("p2://a/300", "a unit from 1 to 250"),
    ],
)
def test_a_strip_that_cannot_be_made_is_refused_with_what_there_is(tmp_path, address, said):
    with pytest.raises(CallerSetupError, match=said) as caught:
        equipment_of(strips(s1=address), CALLER, tmp_path, lambda: 0.0)
    assert caught.value.setting == "s1"


def test_each_make_of_strips_can_stand_in_a_hall_file():
    makes = [make for make, driver in drivers().items() if driver.strip is not None]
    hall = strips(**{f"s-{make}": f"{make}://a/7" for make in makes})
    assert HALL["hall"]["id"] == hall.hall.id
    assert len(hall.strips) == len(makes) >= 3
