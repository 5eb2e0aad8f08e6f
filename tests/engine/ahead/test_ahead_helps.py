"""What rolling the hall forward is good for: in a hall with skills, pauses and bookings forecasts come nearer by it.

Seeds are fixed; the bounds are about half of the gain that was found.
"""

from functools import cache
from math import exp
from statistics import fmean

from broker.engine.pace.predictor import HEAD_START
from broker.server.lookahead import Lookahead
from tests.engine.ahead.made_up_floor import MadeUpFloor, hall_of_ten
from tests.engine.made_up_day import Waited

SEEDS = (1, 2)
DAYS, LOAD = 4, 0.8
EVERY_S = 60.0
"""Less often than a server, for the days are many."""


@cache
def lived(seed: int, looks: bool) -> MadeUpFloor:
    made = MadeUpFloor(hall_of_ten(), seed, LOAD)
    if looks:
        look = Lookahead(made.hall, threaded=False, every_s=EVERY_S)

        def ahead() -> dict[tuple[str, str], float] | None:
            look.offer(made.state, made.now_ms, made.now_ms / 1000)
            found = look.newcomers(made.now_ms)
            return None if found is None else dict(found)

        made.ahead = ahead
    made.days(DAYS)
    return made


def later(made: MadeUpFloor) -> list[Waited]:
    return made.waited[len(made.waited) // 2 :]


def off_s(made: MadeUpFloor) -> float:
    """By how much the middle of the forecast was wrong, on an average."""
    assert made.state.pace is not None
    begin_s = HEAD_START * made.state.pace.usual_s
    return fmean(abs(max(0.0, exp(one.foretold.log_s) - begin_s) - one.waited_s) for one in later(made))


def test_forecasts_come_nearer_by_looking_ahead_and_are_as_honest() -> None:
    without, looking = ([lived(seed, looks) for seed in SEEDS] for looks in (False, True))
    assert [len(made.waited) for made in without] == [len(made.waited) for made in looking], "the days are the same"
    assert fmean(map(off_s, looking)) < 0.97 * fmean(map(off_s, without))
    for made in looking:
        held = fmean(one.foretold.outer_s[0] <= one.waited_s <= one.foretold.outer_s[1] for one in later(made))
        assert abs(held - 0.8) < 0.05


def test_forecasts_that_look_ahead_are_far_nearer_than_queue_length() -> None:
    for seed in SEEDS:
        made = lived(seed, looks=True)
        by_length = fmean(abs((one.plain.low_min + one.plain.high_min) * 30 - one.waited_s) for one in later(made))
        assert off_s(made) < 0.75 * by_length
