import msgspec
import pygame
import pytest
import zxingcpp
from PIL import Image

from broker.model.views import CounterView, EvaluationRequest
from broker.model.words import CounterStatus, TicketStatus
from broker.runtime.canvas.ops import Text
from broker.runtime.canvas.screen import VirtualScreen
from broker.runtime.newest import Position
from display import phrases
from display.gallery import sign_sample
from display.gallery_hall import (
    BEFORE,
    BREAK,
    CLOSED,
    COUNTER,
    HALL,
    NOW_MS,
    OPEN,
    ZONE,
    make_pause,
    make_ticket,
)
from display.layout import fit_shape
from display.sign import SignMind, SignState
from display.sign_view import sign_ops

CALLED = make_ticket("A005", TicketStatus.CALLED)
SERVING = make_ticket("A005", TicketStatus.SERVING)
RATING = EvaluationRequest(visit="visit-0001", number="A005", opened_at_ms=NOW_MS, until_ms=NOW_MS + 60_000)


def counter(**changes: object) -> CounterView:
    return msgspec.structs.replace(COUNTER, **changes)


@pytest.mark.parametrize(
    ("view", "mode"),
    [
        (counter(), "idle"),
        (counter(ticket=CALLED), "calling"),
        (counter(ticket=SERVING), "serving"),
        (counter(status=CounterStatus.PAUSED, pause=make_pause("3")), "paused"),
        (counter(status=CounterStatus.PAUSED, pause=make_pause("3"), ticket=SERVING), "paused"),
        (counter(status=CounterStatus.CLOSED), "closed"),
        (counter(evaluation=RATING), "rating"),
        (counter(evaluation=RATING, ticket=CALLED), "calling"),
        (counter(status=CounterStatus.PAUSED, pause=make_pause("3"), evaluation=RATING), "paused"),
    ],
)
def test_the_sign_says_what_goes_on(view: CounterView, mode: str) -> None:
    mind = SignMind("3")
    mind.take(view, Position(1, 1), 10.0)
    assert mind.look(10.0, NOW_MS).mode == mode


def said_of(view: CounterView) -> str:
    mind = SignMind("3")
    mind.take(view, Position(1, 1), 10.0)
    ops = sign_ops(mind.look(10.0, NOW_MS), fit_shape("sign", (1280, 400)), ZONE)
    return " ".join(op.plain for op in ops if isinstance(op, Text))


def test_a_closed_counter_is_over_for_today_only_after_hours() -> None:
    shut = counter(status=CounterStatus.CLOSED, clerk=None, staff_number=None)
    for state in (OPEN, BREAK, BEFORE):
        said = said_of(msgspec.structs.replace(shut, open=state))
        assert "未开放" in said and "Not open yet" in said and "下班" not in said
    assert "下班 Closed" in said_of(msgspec.structs.replace(shut, open=CLOSED))


def test_a_closed_counter_tells_hall_and_hours_in_both_languages() -> None:
    said = said_of(counter(status=CounterStatus.CLOSED, open=CLOSED))
    assert HALL.zh in said and HALL.en in said
    assert "服务时间Service hours09:00–12:00 / 13:30–17:00" in said


def test_a_return_that_is_over_time_is_not_promised_any_more() -> None:
    pause = make_pause("3", instead=("2", "4"))
    assert pause.returns_at_ms is not None
    mind = SignMind("3")
    mind.heard(10.0, NOW_MS)
    mind.take(counter(status=CounterStatus.PAUSED, pause=pause), Position(1, 1), 10.0)
    assert words(mind.look(10.0, NOW_MS)) >= {"14:45", "预计返回", "请到 2、4 号窗口办理Please use counters 2, 4"}
    assert mind.look(10.0, pause.returns_at_ms) == mind.look(10.0, NOW_MS), "in its own minute nothing is painted"
    late = mind.look(10.0, pause.returns_at_ms + 60_000)
    assert words(late) >= {"稍后返回", "Back soon", "请到 2、4 号窗口办理Please use counters 2, 4"}
    assert not words(late) & {"14:45", "预计返回"}
    assert mind.look(10.0, pause.returns_at_ms + 3_600_000) == late


def words(state: SignState) -> set[str]:
    return {op.plain for op in sign_ops(state, fit_shape("sign", (1280, 400)), ZONE) if isinstance(op, Text)}


def test_the_invitation_to_rate_ends_in_time() -> None:
    mind = SignMind("3")
    mind.take(counter(evaluation=RATING), Position(1, 1), 10.0)
    assert mind.look(10.0, RATING.until_ms - 1).mode == "rating"
    assert mind.look(10.0, RATING.until_ms).mode == "idle"


def test_a_call_pulses_and_one_found_on_connecting_does_not() -> None:
    mind = SignMind("3")
    mind.take(counter(ticket=CALLED), Position(1, 1), 10.0)
    assert not mind.look(10.1, NOW_MS).ring
    again = msgspec.structs.replace(CALLED, call_id="call-0002")
    mind.take(counter(ticket=again), Position(1, 2), 20.0)
    assert [mind.look(20.0 + t, NOW_MS).ring for t in (0.1, 0.6, 1.1, 3.5, 14.0, 15.5)] == [
        True, False, True, True, True, False,
    ]  # fmt: skip


def test_no_ring_while_somebody_is_served() -> None:
    mind = SignMind("3")
    mind.take(counter(), Position(1, 1), 10.0)
    mind.take(counter(ticket=CALLED), Position(1, 2), 20.0)
    mind.take(counter(ticket=SERVING), Position(1, 3), 20.1)
    assert not mind.look(20.2, NOW_MS).ring


def test_older_views_are_dropped_and_silence_is_marked() -> None:
    mind = SignMind("3")
    mind.heard(10.0, NOW_MS)
    mind.take(counter(ticket=SERVING), Position(1, 5), 10.0)
    mind.take(counter(), Position(1, 4), 11.0)
    assert mind.look(11.0, NOW_MS).mode == "serving"
    assert not mind.look(24.9, NOW_MS).stale
    assert mind.look(25.1, NOW_MS).stale
    mind.engine_at(Position(0, 1))
    mind.take(counter(), Position(0, 1), 26.0)
    assert mind.look(26.0, NOW_MS).mode == "idle"


def test_before_the_first_view_the_sign_shows_its_counter() -> None:
    state = SignMind("12A").look(0.0, NOW_MS)
    assert (state.counter, state.mode, state.stale) == ("12A", "starting", True)


def test_the_code_of_the_visit_stands_on_the_sign_while_it_may_be_rated_and_a_foreign_reader_reads_it() -> None:
    asked: list[str] = []

    def code_of(visit: str) -> str:
        asked.append(visit)
        return f"https://hall.example/r/sign-3/{visit}?k=abcdefghijklm"

    mind = SignMind("3", code_of)
    mind.take(counter(evaluation=RATING), Position(1, 1), 0.0)
    for _ in range(3):
        state = mind.look(1.0, NOW_MS)
    assert asked == ["visit-0001"], "made once"
    assert codes_on(state) == ["https://hall.example/r/sign-3/visit-0001?k=abcdefghijklm"]
    assert mind.look(1.0, RATING.until_ms).code == "", "and not a moment longer"
    mind.take(counter(evaluation=RATING, ticket=CALLED), Position(1, 2), 2.0)
    assert mind.look(2.0, NOW_MS).code == ""
    assert codes_on(SignMind("3").look(0.0, NOW_MS)) == []


def codes_on(state: SignState) -> list[str]:
    screen = VirtualScreen((1280, 400))
    screen.start()
    screen.show(sign_ops(state, fit_shape("sign", (1280, 400)), ZONE))
    picture = Image.frombytes("RGB", (1280, 400), pygame.image.tobytes(screen.surface, "RGB"))
    screen.close()
    return [code.text for code in zxingcpp.read_barcodes(picture)]


def test_a_sign_in_the_break_says_so_though_its_clerk_is_there() -> None:
    said = " ".join(op.plain for op in sign_sample((1280, 400), "idle-break") if isinstance(op, Text))
    assert phrases.BREAK.zh in said and phrases.BREAK_HINT.en in said
    assert phrases.OPEN.zh not in said and phrases.SIGN_WARM.zh not in said
