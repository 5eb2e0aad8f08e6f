"""``python -m tests.simulation.bugs [NAME ...]``: plants each bug and looks for the first seed that finds it."""

import argparse
import sys
import time

from tests.simulation.bugs import BUGS
from tests.simulation.bugs.search import HOURS, SEEDS, caught


def main() -> int:
    """0 when every bug was caught."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.bugs", description=__doc__)
    parser.add_argument("names", nargs="*", help="only these bugs (default: all)")
    parser.add_argument("--seeds", type=int, default=SEEDS, help=f"how many seeds to try (default {SEEDS})")
    parser.add_argument("--hours", type=float, default=HOURS, help=f"hall hours a seed (default {HOURS})")
    wanted = parser.parse_args()
    unknown = set(wanted.names) - {bug.name for bug in BUGS}
    if unknown:
        parser.error(f"no such bug: {', '.join(sorted(unknown))}")
    bugs = [bug for bug in BUGS if not wanted.names or bug.name in wanted.names]
    missed = 0
    for bug in bugs:
        began_s = time.monotonic()
        found = caught(bug, wanted.seeds, wanted.hours)
        took = f"{time.monotonic() - began_s:5.1f} s"
        if found is None:
            missed += 1
            print(f"NOT CAUGHT  {bug.name:44} {'/'.join(bug.laws):12} {took}", flush=True)
        else:
            said = found.violation
            print(f"seed {found.seed:3} {said.law:>5} {bug.name:44} {took}  {said.sentence}", flush=True)
    print(f"{len(bugs) - missed} of {len(bugs)} planted bugs caught within {wanted.seeds} seeds of {wanted.hours} h")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
