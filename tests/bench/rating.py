"""From a finger on a face to the painted thanks, which comes after the rating is durable on the evaluator's own disk.

*Network up*: the rating is posted meanwhile. *Network down*: once somebody is asked, the broker node and the collector
stand still before the finger comes, so that nothing answers; afterwards they go on, and what was thanked for arrives.
"""

import sqlite3
import time
from contextlib import closing
from itertools import cycle
from pathlib import Path

from tests.bench.figures import Figure, spread
from tests.bench.rating_hall import PATIENCE_S, RatingHall

WITHIN_MS = 300.0
FACES = cycle(("very_satisfied", "satisfied", "basically_satisfied", "very_satisfied", "satisfied"))


class NotThanked(Exception):
    """A finger was not answered."""


def rating_figures(folder: Path, presses: int) -> list[Figure]:
    """Both spreads, and how many of the thanked ratings the journal has."""
    folder.mkdir(parents=True, exist_ok=True)
    hall = RatingHall(folder, 2)
    try:
        hall.start()
        up = [_once(hall, down=False) for _ in range(presses)]
        down = [_once(hall, down=True) for _ in range(presses)]
        stored = _stored(hall, 2 * presses)
    finally:
        hall.stop()
    return [
        *spread("key to thanks, network up", up, WITHIN_MS, "after the commit on the evaluator's own disk"),
        *spread("key to thanks, network down", down, WITHIN_MS, "broker node and collector stand still"),
        Figure("thanked, and once in the journal", float(stored), "", float(2 * presses), most=False, n=2 * presses),
    ]


def _once(hall: RatingHall, *, down: bool) -> float:
    """Seconds from the finger to the thanks."""
    counter = hall.counters[0]
    visit = hall.serve(counter)[counter]
    if not hall.await_prompt(counter, visit):
        raise NotThanked(f"nobody was asked about {visit}")
    if down:
        hall.stand_still("server", "collector")
    try:
        hall.press(counter, next(FACES))
        thanks = hall.await_thanks(counter)
    finally:
        if down:
            hall.stand_still("server", "collector", still=False)
    if thanks is None or thanks.visit != visit:
        raise NotThanked(f"no thanks for {visit}")
    return thanks.after_s


def _stored(hall: RatingHall, wanted: int) -> int:
    until_s = time.monotonic() + 4 * PATIENCE_S
    while (stored := count_stored(hall)) < wanted and time.monotonic() < until_s:
        time.sleep(0.25)
    return stored


def count_stored(hall: RatingHall) -> int:
    """Ratings in the journal."""
    with closing(sqlite3.connect(f"file:{hall.data / 'server' / 'hall.db'}?mode=ro", uri=True)) as journal:
        return int(journal.execute("SELECT count(*) FROM evaluations").fetchone()[0])
