"""The short version of ``python -m tests.chaos.ratings``, and that its judge sees what it must."""

from pathlib import Path
from random import Random

import pytest

from tests.bench.rating_hall import CALLER, RatingHall
from tests.chaos.ratings import Outcome, Storm, rate_through_a_storm

THANKED = {"v1": "satisfied", "v2": "dissatisfied"}
STORED = {"v1": ["satisfied"], "v2": ["dissatisfied"]}


def judged(**changed: object) -> list[str]:
    told = {"thanked": THANKED, "recorded": STORED, "kept": {"v1", "v2"}, **changed}
    return Outcome(**told).faults()  # type: ignore[arg-type]


def test_the_judge_sees_what_is_lost_doubled_changed_or_made_up() -> None:
    assert judged() == []
    assert judged(recorded={"v1": ["satisfied"]})
    assert judged(recorded={**STORED, "v2": ["satisfied"]})
    assert judged(recorded={**STORED, "v1": ["satisfied", "satisfied"]})
    assert judged(recorded={**STORED, "v3": ["satisfied"]})
    assert judged(kept={"v1", "v2", "v3"})
    assert judged(thanked={"v1": "satisfied"}) == [], "stored without a seen thanks: the cut came between"


@pytest.mark.system
def test_ratings_through_killed_programs_and_cut_links_are_stored_exactly_once(tmp_path: Path) -> None:
    hall = RatingHall(tmp_path, 2)
    try:
        hall.start()
        outcome = rate_through_a_storm(hall, 24, 7, (1.0, 3.0), within_s=400)
        assert outcome.faults() == []
        assert len(outcome.thanked) >= 24 and sum(outcome.accidents.values()) >= 1
    finally:
        hall.stop()


@pytest.mark.system
def test_what_was_thanked_for_before_every_program_was_killed_is_there_afterwards(tmp_path: Path) -> None:
    hall = RatingHall(tmp_path, 1)
    try:
        hall.start()
        visit = hall.serve("c1")["c1"]
        assert hall.await_prompt("c1", visit)
        hall.stand_still("server", "collector")
        hall.press("c1", "satisfied")
        thanks = hall.await_thanks("c1")
        assert thanks is not None and thanks.visit == visit
        storm = Storm(hall, Random(1), (1.0, 1.0))
        for name in ("server", "collector", CALLER):
            hall.kill(name)
        for name in ("server", "collector", CALLER):
            storm.begin(name)
        outcome = rate_through_a_storm(hall, 1, 1, (300.0, 300.0), within_s=200)
        assert outcome.faults() == []
        assert outcome.recorded[visit] == ["satisfied"]
    finally:
        hall.stop()
