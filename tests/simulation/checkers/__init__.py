"""Judges of a simulated hall. ``check(trace)`` gives every violation of a law that a trace can show.

They know the nouns of ``broker.model`` and what an outsider saw, and nothing of the engine, the store or the devices:
every rule is stated here a second time, from the documents.

| law | judge |
|---|---|
| L1, L17 | ``numbers`` with ``ranges`` |
| L2, L3, L18 (arrivals), ``wait`` (no number later than 0.8 s because of the network) | ``papers`` |
| L4, L6, L18 (order of time) | ``statuses`` |
| L5, L16 | ``counters`` |
| L7 | ``order`` |
| L8, L14, L15, L19 (what travels and what waits), alarms of the engine's own laws | ``answers`` |
| L9 | ``ratings``, ``windows`` |
| L10, L11, L13 | ``screens`` |
| L12 | ``voices`` |
| L22 | ``emergencies`` |
| L25 | ``persons`` |
| L26, L35 | ``appointments`` |
| L27 | ``notices`` |
| L28, L29 | ``helping`` |
| L30, L31 | ``covers`` |
| L32 | ``hours`` |
| L33 | ``going_on`` |
| L34 | ``slips`` |
| L35 | ``posts`` |
| L36, L37 | ``summons`` |
| L40 | ``sheets`` |
| L38 (from home), L44 | ``from_home`` |
| L42, L43 | ``phones`` |
| L7 (what is changed for a while), L1 (ordered papers) | ``floor`` |

What a trace cannot show, and who holds it: L19 for inboxes, retries and logs (``tests/runtime/test_link*.py``,
``test_outbox*.py``, ``test_log.py``), L20 (``tests/model/test_hall_*``, ``tests/firmware_config``,
``tests/server/test_attacks.py``), L21 (``tests/runtime/test_heart.py``), L39 (``tests/store/test_disclosure.py``),
L41 (``tests/engine/test_seen.py``). "Within 5 s" of L10 is judged at rest only:
the hall has had a minute of peace by then.
"""

from tests.simulation.checkers import (
    answers,
    appointments,
    counters,
    covers,
    emergencies,
    floor,
    from_home,
    going_on,
    helping,
    hours,
    notices,
    numbers,
    order,
    papers,
    persons,
    phones,
    posts,
    ratings,
    screens,
    sheets,
    slips,
    statuses,
    summons,
    voices,
    windows,
)
from tests.simulation.checkers.violation import Violation
from tests.simulation.trace import Trace

JUDGES = (
    *(numbers, papers, statuses, counters, order, answers, ratings, screens, voices),
    *(emergencies, persons, appointments, notices, helping),
    *(covers, posts, hours, going_on, slips, summons, sheets, windows),
    *(from_home, phones, floor),
)

__all__ = ["JUDGES", "Violation", "check"]


def check(trace: Trace) -> list[Violation]:
    """Every violation, by the time at which it can be seen."""
    found = [violation for judge in JUDGES for violation in judge.check(trace)]
    return sorted(found, key=lambda violation: violation.at_ms)
