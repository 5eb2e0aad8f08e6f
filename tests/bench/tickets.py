"""From a visitor's touch to the first byte at the printer, in a real kiosk process (see ``observed_kiosk``)."""

import queue

from tests.bench.figures import Figure, spread
from tests.bench.halls import ASKED_SERVICE, KIOSK, OWN_SERVICE
from tests.bench.town import Town

FIRST_BYTE_WITHIN_MS = 60.0
ANSWER_WITHIN_S = 40.0


def observe_kiosk(town: Town) -> "queue.Queue[str]":
    """The town's second kiosk, started anew under observation; its answers."""
    answers: queue.Queue[str] = queue.Queue()
    town.run(KIOSK, ["-m", "tests.bench.observed_kiosk", str(town.halls.town), KIOSK], answers.put)
    return answers


def ticket_figures(town: Town, answers: "queue.Queue[str]", rounds: int) -> list[Figure]:
    """Each round is a ticket with a number of the kiosk's own, and one for which it asks the engine."""
    taken: dict[str, list[float]] = {OWN_SERVICE: [], ASKED_SERVICE: []}
    for _ in range(rounds):
        for service, seconds in taken.items():
            town.programs[KIOSK].tell(service)
            seconds.append(_seconds_of(answers.get(timeout=ANSWER_WITHIN_S)))
    note = "simulated printer, after its status answer"
    return [
        *spread("touch -> first byte, number of its own", taken[OWN_SERVICE], FIRST_BYTE_WITHIN_MS, note),
        *spread("touch -> first byte, asking the engine", taken[ASKED_SERVICE], FIRST_BYTE_WITHIN_MS, note),
    ]


def _seconds_of(answer: str) -> float:
    match answer.split():
        case ["ticket", _, touched_s, first_byte_s, _, "printed"]:
            return float(first_byte_s) - float(touched_s)
    raise RuntimeError(f"the kiosk gave no ticket: {answer}")
