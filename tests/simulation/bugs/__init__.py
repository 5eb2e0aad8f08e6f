"""Bugs planted in the real product, each of which the judges must find: who finds nothing wrong here finds nothing.

``BUGS`` is the table. ``script/simulate --bugs`` (or ``python -m tests.simulation.bugs``) runs each for up to fifty
seeds and says which seed and which law caught it; the suite runs some of them at the first seed known to catch them.
"""

from tests.simulation.bugs import afar, counter_day, devices, people, rules, server
from tests.simulation.bugs.bug import Bug, table

__all__ = ["BUGS", "HOLES", "Bug", "afar", "counter_day", "devices", "people", "rules", "server"]

BUGS = tuple(bug for bug in table() if not bug.hole)
HOLES = tuple(bug for bug in table() if bug.hole)
"""Planted and never caught so far; ``script/simulate --bugs NAME`` looks again."""
