"""From a touch to the kiosk's next picture, in a real kiosk process on a portrait screen (see ``walking_kiosk``)."""

import queue
from collections import defaultdict
from statistics import median

from tests.bench.figures import Figure, spread
from tests.bench.halls import KIOSK
from tests.bench.town import Town

NEXT_PICTURE_WITHIN_MS = 50.0
ANSWER_WITHIN_S = 30.0
MANNERS = {"language": "another language", "larger": "larger letters", "lower": "lower buttons", "key": "a key typed"}
"""Touches that change how a step looks; all others lead to another step, page or choice."""


def step_figures(town: Town, touches: int) -> list[Figure]:
    """So many touches of everything there is to touch, each kind in turn."""
    told: queue.Queue[str] = queue.Queue()
    program = town.run(KIOSK, ["-m", "tests.bench.walking_kiosk", str(town.halls.town), KIOSK], told.put)
    program.tell(str(touches))
    took: dict[str, list[float]] = defaultdict(list)
    kinds: dict[str, list[float]] = defaultdict(list)
    made: list[int] = []
    while (line := told.get(timeout=ANSWER_WITHIN_S)) != "walked":
        _, before, after, verb, when, seconds, _, drawn = line.split()
        took[when].append(float(seconds))
        kinds[MANNERS.get(verb, f"{before} -> {after}")].append(float(seconds))
        made += [int(drawn)] if when == "first" else []
    note = "1080x1920, painted in memory"
    prepared = 100 * sum(not drawn for drawn in made) / max(1, len(made))
    figures = [
        *spread("touch -> next picture, shown before", took["again"], NEXT_PICTURE_WITHIN_MS, note),
        *spread("touch -> next picture, for the first time", took["first"], NEXT_PICTURE_WITHIN_MS, note),
        Figure("of these, drawn in idle moments before the touch", prepared, "%", n=len(made)),
    ]
    for kind, seconds_of in sorted(kinds.items(), key=lambda item: -max(item[1])):
        highest = f"worst {1000 * max(seconds_of):.0f}"
        figures.append(Figure(f"  {kind}, median", 1000 * median(seconds_of), "ms", note=highest, n=len(seconds_of)))
    return figures
