"""``python -m tests.chaos.ratings``: ratings through cut links and killed programs, each stored exactly once.

A hall of real processes (broker node with its MQTT broker, collector, caller with evaluator screens) serves and rates
without a break, while programs are killed as by a power cut, started again, and stood still as behind a cut cable. A
visitor counts as thanked when the picture of the thanks was painted. At the end everything runs again, and the journal
must hold each thanked rating once, with its level, and no visit twice.
"""

import argparse
import contextlib
import json
import random
import sqlite3
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from broker.model.words import Level
from broker.runtime.errors import SendRefused
from tests.bench.program import ProgramFailed
from tests.bench.rating_hall import CALLER, PATIENCE_S, RatingHall, Thanks, keypad_of

FACES = tuple(level.value for level in Level)
ROUND_S = 6.0
"""So long a round waits for prompts and thanks while something may be down; then it goes on with the next visits."""
DRAINED_WITHIN_S = 240.0


@dataclass
class Outcome:
    """What was done and what was found."""

    thanked: dict[str, str] = field(default_factory=dict)
    """Visit -> level, as the visitor was thanked for it."""
    accidents: Counter[str] = field(default_factory=Counter)
    recorded: dict[str, list[str]] = field(default_factory=dict)
    """Visit -> the levels of its ratings in the journal."""
    kept: set[str] = field(default_factory=set)
    """Visits whose rating the evaluator's own disk holds."""

    def faults(self) -> list[str]:
        """What must not be; empty when all is well."""
        found = [
            f"{visit}: thanked for {level}, stored {self.recorded.get(visit, [])}"
            for visit, level in self.thanked.items()
            if self.recorded.get(visit) != [level]
        ]
        found += [f"{visit}: stored {levels}" for visit, levels in self.recorded.items() if len(levels) > 1]
        found += [f"{visit}: kept by the evaluator, not stored" for visit in self.kept - self.recorded.keys()]
        return found + [f"{visit}: stored, never kept" for visit in self.recorded.keys() - self.kept]


class Storm:
    """Kills and cuts, one at a time, in a thread of its own; ``end`` leaves everything running."""

    def __init__(self, hall: RatingHall, chance: random.Random, every_s: tuple[float, float]) -> None:
        self.accidents: Counter[str] = Counter()
        self._hall, self._chance, self._every_s = hall, chance, every_s
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="storm", daemon=True)
        self.failure: BaseException | None = None

    def start(self) -> None:
        self._thread.start()

    def end(self) -> None:
        self._ending.set()
        self._thread.join()
        if self.failure is not None:
            raise self.failure

    def _run(self) -> None:
        try:
            while not self._ending.wait(self._chance.uniform(*self._every_s)):
                self._strike()
        except BaseException as error:
            self.failure = error

    def _strike(self) -> None:
        name = self._chance.choice((CALLER, CALLER, "collector", "collector", "server"))
        if self._chance.random() < 0.5:
            self._hall.stand_still(name)
            self._ending.wait(self._chance.uniform(0.3, 3.0))
            self._hall.stand_still(name, still=False)
            self.accidents[f"{name} cut off"] += 1
            return
        self._hall.kill(name)
        self._ending.wait(self._chance.uniform(0.0, 1.0))
        self.begin(name)
        self.accidents[f"{name} killed"] += 1

    def begin(self, name: str) -> None:
        """A supervisor tries again where the ports or the folder are not free yet."""
        for tries_left in range(4, -1, -1):
            try:
                self._hall.begin(name)
                return
            except ProgramFailed:
                if not tries_left:
                    raise
                time.sleep(1.0)


def rate_through_a_storm(
    hall: RatingHall, wanted: int, seed: int, every_s: tuple[float, float], within_s: float
) -> Outcome:
    """Until so many were thanked, or ``within_s`` are over, or somebody interrupts: then judge what there is."""
    outcome, chance = Outcome(), random.Random(seed)
    with storm_over(hall, random.Random(seed + 1), every_s) as storm:
        until_s = time.monotonic() + within_s
        with contextlib.suppress(KeyboardInterrupt):
            while len(outcome.thanked) < wanted and time.monotonic() < until_s and storm.failure is None:
                for thanks in _round(hall, chance):
                    outcome.thanked[thanks.visit] = thanks.level
    outcome.accidents = storm.accidents
    for name in (CALLER, "collector", "server"):  # a program dies with the thread that began it, and that one has ended
        hall.kill(name)
    for name in ("server", "collector", CALLER):
        storm.begin(name)
    _drain(hall, outcome)
    return outcome


@contextmanager
def storm_over(hall: RatingHall, chance: random.Random, every_s: tuple[float, float]) -> Iterator[Storm]:
    storm = Storm(hall, chance, every_s)
    storm.start()
    try:
        yield storm
    finally:
        storm.end()


def _round(hall: RatingHall, chance: random.Random) -> Iterator[Thanks]:
    """Somebody is served at every counter, and touches a face as soon as one is asked."""
    try:
        visits = hall.serve(*hall.counters)
    except (RuntimeError, SendRefused):  # the engine is away: whoever was served meanwhile is not asked here
        hall.client.link.pump(0.2)
        return
    waiting = {keypad_of(counter): (counter, visit) for counter, visit in visits.items()}
    until_s = time.monotonic() + ROUND_S
    while waiting and (left_s := until_s - time.monotonic()) > 0:
        match hall.next_word(left_s):
            case ["prompt", keypad, visit] if keypad in waiting and waiting[keypad][1] == visit:
                hall.press(waiting[keypad][0], chance.choice(FACES))
            case ["thanks", keypad, visit, level, after_s]:
                if waiting.get(keypad, ("", ""))[1] == visit:
                    del waiting[keypad]
                yield Thanks(keypad, visit, level, float(after_s))


def _drain(hall: RatingHall, outcome: Outcome) -> None:
    """Until the evaluators' disk holds nothing unsent and the journal all of it, or the patience ends."""
    until_s = time.monotonic() + DRAINED_WITHIN_S
    while True:
        while (word := hall.next_word(0.0)) is not None:
            if word[:1] == ["thanks"]:
                outcome.thanked[word[2]] = word[3]
        outcome.kept, outcome.recorded = _kept(hall), _recorded(hall)
        if not outcome.faults() or time.monotonic() > until_s:
            return
        time.sleep(0.5)


def _kept(hall: RatingHall) -> set[str]:
    with closing(sqlite3.connect(hall.data / CALLER / "ratings.sqlite", timeout=PATIENCE_S)) as desk:
        return {row[0] for row in desk.execute("SELECT visit FROM rated")}


def _recorded(hall: RatingHall) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    with closing(sqlite3.connect(f"file:{hall.data / 'server' / 'hall.db'}?mode=ro", uri=True)) as journal:
        for (body,) in journal.execute("SELECT body FROM events WHERE type = 'EvaluationRecorded'"):
            event = json.loads(body)
            found.setdefault(event["visit"], []).append(event["level"])
    return found


def main() -> int:
    """0 when all were given and every one was stored exactly once."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.ratings", description=__doc__)
    parser.add_argument("--ratings", type=int, default=10_000)
    parser.add_argument("--counters", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--every", type=float, nargs=2, default=(2.0, 8.0), metavar="S", help="between two accidents")
    parser.add_argument("--hours", type=float, default=6.0, help="no more after so long; judge what there is")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="jiaohao-ratings-") as folder:
        hall, began_s = RatingHall(Path(folder), options.counters, "400x240"), time.monotonic()
        try:
            hall.start()
            every_s = (options.every[0], options.every[1])
            outcome = rate_through_a_storm(hall, options.ratings, options.seed, every_s, options.hours * 3_600)
        finally:
            hall.stop()
    faults = outcome.faults()
    took_s = time.monotonic() - began_s
    lines = [
        f"{len(outcome.thanked)} visitors thanked, {len(outcome.recorded)} ratings stored, seed {options.seed}, "
        f"{took_s:.0f} s; accidents: {dict(outcome.accidents)}",
        *faults[:20],
        f"{len(faults)} 处不符 / faults" if faults else "每条评价恰好保存一次 / each rating stored exactly once",
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if faults or len(outcome.thanked) < options.ratings else 0


if __name__ == "__main__":
    sys.exit(main())
