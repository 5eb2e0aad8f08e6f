"""What spares a panel and its readers: shifts, night light, no strobe, an emergency that stands still. By numbers."""

from datetime import timedelta
from itertools import pairwise

import msgspec
import pytest

from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.lint import lint
from broker.runtime.canvas.ops import Ring
from broker.runtime.canvas.screen import VirtualScreen
from broker.runtime.newest import Position
from display import gallery, gallery_hall
from display.board import PULSE_S, BoardMind
from display.care import SHIFT_EVERY_S, SHIFT_PX, dimmed, shift_at, shifted
from display.faces import BoardFace, NoVoice, SignFace
from display.facts import Facts
from display.gallery_boards import layout_sample
from display.layout import DESIGN_PX, fit_shape
from display.layouts import draw_board, room_of
from tests.display.pictures import shared_fonts
from tests.halls import small_hall

SIZE = (1920, 1080)


def face_with(view: object) -> BoardFace:
    hall = small_hall()
    face = BoardFace(hall, next(iter(hall.displays)), SIZE, gallery_hall.ZONE, NoVoice())
    face.heard(0.0, gallery_hall.NOW_MS)
    face.take(view, Position(1, 1), 0.0)  # type: ignore[arg-type]
    return face


def test_the_picture_moves_two_pixels_every_ten_minutes_and_comes_back() -> None:
    seen = [shift_at(i * SHIFT_EVERY_S + 1) for i in range(5)]
    assert seen[0] == seen[4]
    assert len(set(seen)) == 4
    for before, after in pairwise(seen):
        assert abs(before[0] - after[0]) + abs(before[1] - after[1]) == SHIFT_PX


@pytest.mark.parametrize("shift", [(2, 0), (2, 2), (0, 2)])
def test_a_moved_picture_says_the_same_and_leaves_no_gap_at_the_edges(shift: tuple[int, int]) -> None:
    ops = gallery.board_sample("landscape", SIZE, "calling")
    moved = shifted(ops, shift, SIZE)
    assert [type(op) for op in moved] == [type(op) for op in ops]
    assert lint(moved, SIZE, shared_fonts()) == []
    screen = Rect(0, 0, *SIZE)
    for before, after in zip(ops, moved, strict=True):
        assert screen.encloses(after.rect)
        assert (before.rect.x == 0) == (after.rect.x == 0)
        assert before.rect.y + shift[1] in (after.rect.y, after.rect.y + shift[1])


def test_a_still_board_is_painted_once_every_ten_minutes_and_not_in_between() -> None:
    face = face_with(msgspec.structs.replace(gallery_hall.BOARD, calls=(), services=gallery_hall.BOARD.services[:3]))
    screen = VirtualScreen(SIZE, shared_fonts())
    screen.start()
    painted = [screen.show(face.draw(step * 60.0, gallery_hall.NOW_MS, False)).pixels for step in range(31)]
    whole = [step for step, pixels in enumerate(painted) if pixels > SIZE[0] * SIZE[1] // 2]
    assert whole == [0, 10, 20, 30]


def test_the_night_picture_has_little_more_than_half_the_light_and_every_word_can_be_read() -> None:
    ops = layout_sample("landscape", SIZE, "emergency-short")
    assert dimmed(ops, 1.0) == ops
    for name in ("overview", "services", "entrance", "staff"):
        night = layout_sample(name, SIZE, "night")  # type: ignore[arg-type]
        assert [f for f in lint(night, SIZE, shared_fonts()) if f.kind == "contrast"] == []
        assert night != layout_sample(name, SIZE, "closed")  # type: ignore[arg-type]


def test_a_closed_hall_is_dimmed_and_a_call_in_it_is_not() -> None:
    closed = msgspec.structs.replace(gallery_hall.BOARD, calls=(), open=gallery_hall.CLOSED)
    face = face_with(closed)
    dark = face.draw(1.0, gallery_hall.NOW_MS, True)
    face.take(msgspec.structs.replace(closed, calls=gallery_hall.CALLS[:1]), Position(1, 2), 2.0)
    bright = face.draw(2.0, gallery_hall.NOW_MS, True)
    assert max(op.fill[0] for op in dark if getattr(op, "fill", None)) < max(
        op.fill[0] for op in bright if getattr(op, "fill", None)
    )


@pytest.mark.parametrize("layout", ["landscape", "portrait", "overview", "services"])
def test_a_call_flashes_once_a_second_three_times_on_a_thin_frame(layout) -> None:
    """WCAG 2.3.1 allows three flashes a second, and more on less than 0.006 sr; here both bounds are far away."""
    size = DESIGN_PX["portrait" if layout == "portrait" else "landscape"]
    fitted = fit_shape("portrait" if layout == "portrait" else "landscape", size)
    view = msgspec.structs.replace(gallery_hall.BOARD, counters=())
    if layout == "overview":
        from display.gallery_boards import COUNTERS

        view = msgspec.structs.replace(view, counters=COUNTERS)
    mind = BoardMind(gallery_hall.HALL, room_of(fitted, layout))
    mind.take(msgspec.structs.replace(view, calls=gallery_hall.CALLS[1:]), Position(1, 1), 0.0)
    mind.take(view, Position(1, 2), 10.0)
    lists = []
    for tick in range(50):
        state = mind.look(10.0 + tick * 0.1 + 0.01, gallery_hall.NOON)
        lists.append(draw_board(state, layout, fitted, gallery_hall.ZONE, Facts()))
    on = [any(isinstance(op, Ring) for op in ops) for ops in lists]
    risings = [tick for tick in range(1, len(on)) if on[tick] and not on[tick - 1]]
    assert on[0]
    assert len(risings) == 3, "twice after the first, then it stays"
    assert all(later - earlier >= 2 * PULSE_S / 0.1 - 1 for earlier, later in pairwise([0, *risings]))
    ring = next(op for op in lists[0] if isinstance(op, Ring))
    flashing = 2 * ring.width * (ring.rect.w + ring.rect.h)
    assert flashing < 0.02 * size[0] * size[1]


def test_an_emergency_is_painted_once_and_stands_still_whatever_happens_around_it() -> None:
    view = msgspec.structs.replace(gallery_hall.BOARD, emergency=gallery_hall.EMERGENCY)
    face = face_with(view)
    first = face.draw(1.0, gallery_hall.NOW_MS, True)
    for minute in range(1, 40):
        face.take(
            view if minute % 2 else msgspec.structs.replace(view, calls=()), Position(1, 1 + minute), minute * 60.0
        )
        later_ms = gallery_hall.NOW_MS + int(timedelta(minutes=minute).total_seconds() * 1000)
        assert face.draw(minute * 60.0, later_ms, minute % 3 != 0) == first
    face.take(gallery_hall.BOARD, Position(1, 99), 3000.0)
    assert face.draw(3000.0, gallery_hall.NOW_MS, True) != first, "only an explicit end takes it away"


def test_an_emergency_outlives_the_server_and_stands_on_the_signs_too() -> None:
    face = face_with(msgspec.structs.replace(gallery_hall.BOARD, emergency=gallery_hall.EMERGENCY))
    first = face.draw(1.0, gallery_hall.NOW_MS, True)
    assert face.draw(50_000.0, gallery_hall.NOW_MS, True) == first
    hall = small_hall()
    from broker.model.hall_devices import Sign

    hall = msgspec.structs.replace(hall, signs={"sign-1": Sign(counter="c1", screen="virtual://screen")})
    sign = SignFace(hall, "sign-1", (1280, 400), gallery_hall.ZONE)
    sign.take(msgspec.structs.replace(gallery_hall.COUNTER, emergency=gallery_hall.EMERGENCY), Position(1, 1), 0.0)
    words = " ".join(getattr(op, "plain", "") for op in sign.draw(0.0, gallery_hall.NOW_MS, True))
    assert gallery_hall.EMERGENCY.zh in words
    assert gallery_hall.EMERGENCY.en in words
