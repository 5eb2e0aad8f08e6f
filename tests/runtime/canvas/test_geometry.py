from hypothesis import given
from hypothesis import strategies as st

from broker.runtime.canvas.geometry import Rect, join_near

rects = st.builds(Rect, st.integers(0, 200), st.integers(0, 200), st.integers(1, 80), st.integers(1, 80))


@given(st.lists(rects, max_size=12))
def test_joining_loses_no_pixel(found: list[Rect]) -> None:
    joined = join_near(found)
    assert all(any(big.encloses(small) for big in joined) for small in found)


def test_far_rectangles_stay_apart_and_near_ones_become_one() -> None:
    left, beside, far = Rect(0, 0, 100, 20), Rect(110, 0, 100, 20), Rect(0, 900, 100, 20)
    assert sorted(join_near([left, beside, far])) == [Rect(0, 0, 210, 20), far]


def test_a_chain_of_joins_cannot_swallow_the_screen() -> None:
    rows = [Rect(0, 100 * i, 1000, 40) for i in range(10)]
    assert sum(rect.area for rect in join_near(rows)) <= 1.5 * sum(rect.area for rect in rows)


@given(st.lists(rects, max_size=12))
def test_what_overlaps_is_painted_once_where_that_is_no_more_work(found: list[Rect]) -> None:
    joined = join_near(found)
    for number, one in enumerate(joined):
        assert all(one.joined(two).area > one.area + two.area for two in joined[:number])


def test_many_that_lie_across_each_other_become_the_one_that_is_around_all() -> None:
    field = Rect(48, 520, 984, 987)
    across = [Rect(48, 520 + 249 * row, 700, 240) for row in range(4)]
    down = [Rect(757, 520, 149, 982), Rect(716, 520, 316, 982), Rect(474, 520, 132, 982)]
    assert sum(rect.area for rect in join_near([*across, *down])) <= field.area


@given(st.integers(1, 9), st.integers(0, 20), st.integers(100, 900))
def test_rows_and_columns_fill_their_place_and_never_overlap(count: int, gap: int, side: int) -> None:
    place = Rect(7, 9, side, side)
    for cells in (place.rows(count, gap), place.columns(count, gap)):
        assert len(cells) == count
        assert all(place.encloses(cell) for cell in cells)
        assert not any(a.meets(b) for a in cells for b in cells if a != b)
        assert (cells[-1].right, cells[-1].bottom) == (place.right, place.bottom)


@given(rects, st.floats(0.3, 3.0))
def test_neighbours_stay_neighbours_when_scaled(rect: Rect, factor: float) -> None:
    beside = Rect(rect.right, rect.y, 30, rect.h)
    assert rect.scaled(factor).right == beside.scaled(factor).x
