"""However many look, all of them together ask only so often."""

import pytest

from broker.collector.public.pace import LONGEST_S, LOOKS_PER_S, USUAL_S, WINDOW_S, Pace


class Crowd:
    """Pages that look again as soon as they were told to."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.pace = Pace(lambda: self.now_s)

    def looks_per_s(self, pages: int, windows: int) -> float:
        looks = 0
        for _ in range(windows):
            looks = round(pages / self.pace.told_s * WINDOW_S)
            for place in range(looks):
                self.now_s += WINDOW_S / looks if place else 0.0
                self.pace.look()
            self.now_s += WINDOW_S / looks
        return looks / WINDOW_S


@pytest.mark.parametrize("pages", [1, 100, LOOKS_PER_S * USUAL_S // 2])
def test_a_usual_number_of_pages_looks_as_often_as_usual(pages: int) -> None:
    crowd = Crowd()
    crowd.looks_per_s(pages, 4)
    assert crowd.pace.told_s == USUAL_S


@pytest.mark.parametrize("pages", [2_000, 3_000, 6_000])
def test_a_crowd_is_told_to_wait_longer_until_it_asks_no_more_than_is_wanted(pages: int) -> None:
    crowd = Crowd()
    assert crowd.looks_per_s(pages, 5) <= LOOKS_PER_S * 1.02
    assert USUAL_S < crowd.pace.told_s <= LONGEST_S


def test_nobody_is_told_to_wait_longer_than_the_longest() -> None:
    crowd = Crowd()
    crowd.looks_per_s(50_000, 3)
    assert crowd.pace.told_s == LONGEST_S


def test_who_stays_when_the_crowd_has_gone_looks_as_usual_again() -> None:
    crowd = Crowd()
    crowd.looks_per_s(5_000, 3)
    assert crowd.pace.told_s > USUAL_S
    crowd.looks_per_s(60, 2)
    assert crowd.pace.told_s == USUAL_S
