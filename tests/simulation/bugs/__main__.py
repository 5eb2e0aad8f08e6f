"""``script/simulate --bugs [NAME ...]``: plants each bug and looks for the first seed that finds it."""

import argparse
import sys
import time
from pathlib import Path

from tests.simulation.bugs import BUGS, HOLES
from tests.simulation.bugs.bug import Bug
from tests.simulation.bugs.first_seeds import FIRST_SEEDS
from tests.simulation.bugs.search import SEEDS, Caught, caught, caught_at, noticed, shortest

FILE = Path(__file__).with_name("first_seeds.py")


def write(known: dict[str, tuple[int, float]]) -> None:
    """Replace the table, in the order of the bugs."""
    head = FILE.read_text(encoding="utf-8").partition("FIRST_SEEDS")[0]
    rows = "".join(f'    "{bug.name}": {known[bug.name]},\n' for bug in (*BUGS, *HOLES) if bug.name in known)
    FILE.write_text(f"{head}FIRST_SEEDS: dict[str, tuple[int, float]] = {{\n{rows}}}\n", encoding="utf-8")


def shorten(bugs: list[Bug]) -> int:
    """End each kept run soon after its violation; 1 if one of them finds its bug no more."""
    known, missed = dict(FIRST_SEEDS), 0
    for bug in bugs:
        seed, hours = known.get(bug.name, (0, 0.0))
        violation = caught_at(bug, seed, hours) if hours else None
        if violation is None:
            missed += 1
            print(f"NOT CAUGHT  {bug.name}", flush=True)
            continue
        known[bug.name] = (seed, shortest(bug, Caught(seed, violation), hours))
        print(f"{bug.name:44} seed {seed:3} {hours:5} -> {known[bug.name][1]:5} h", flush=True)
        write(known)
    return 1 if missed else 0


def look_where_known(bugs: list[Bug]) -> int:
    """Each at the seed last known to show it, which is quick; 1 if a bug is found nowhere any more."""
    missed = [bug for bug in bugs if not noticed(bug)]
    for bug in missed:
        print(f"NOT CAUGHT  {bug.name:44} {bug.sentence}", flush=True)
    print(f"{len(bugs) - len(missed)} of {len(bugs)} planted bugs noticed")
    return 1 if missed else 0


def main(arguments: list[str] | None = None) -> int:
    """0 when every bug was caught."""
    parser = argparse.ArgumentParser(prog="script/simulate --bugs", description=__doc__)
    parser.add_argument("names", nargs="*", help="only these bugs (default: all)")
    parser.add_argument("--seeds", type=int, default=SEEDS, help=f"how many seeds to try (default {SEEDS})")
    parser.add_argument("--hours", type=float, help="hall hours a seed (default: the bug's own)")
    parser.add_argument("--write", action="store_true", help="keep the seeds for the suite (first_seeds.py)")
    parser.add_argument("--shorten", action="store_true", help="end the runs kept for the suite as soon as they may")
    parser.add_argument("--known", action="store_true", help="at the seed last known to show a bug: all in 4 min")
    parser.add_argument("--list", action="store_true", help="only say which bugs there are")
    wanted = parser.parse_args(arguments)
    unknown = set(wanted.names) - {bug.name for bug in (*BUGS, *HOLES)}
    if unknown:
        parser.error(f"no such bug: {', '.join(sorted(unknown))}")
    bugs = [bug for bug in (*BUGS, *HOLES) if bug.name in wanted.names] if wanted.names else [*BUGS]
    if wanted.list:
        for bug in bugs:
            print(f"{bug.name:44} {bug.where:22} {'/'.join(bug.laws):18} {bug.sentence}")
        return 0
    if wanted.shorten:
        return shorten(bugs)
    if wanted.known:
        return look_where_known(bugs)
    missed, known = 0, dict(FIRST_SEEDS)
    for bug in bugs:
        began_s = time.monotonic()
        found = caught(bug, wanted.seeds, wanted.hours)
        took = f"{time.monotonic() - began_s:5.1f} s"
        if found is None:
            missed += 1
            print(f"NOT CAUGHT  {bug.name:44} {'/'.join(bug.laws):12} {took}", flush=True)
        else:
            said = found.violation
            if wanted.write:
                known[bug.name] = (found.seed, shortest(bug, found, wanted.hours or bug.hours))
                write(known)
            print(f"seed {found.seed:3} {said.law:>5} {bug.name:44} {took}  {said.sentence}", flush=True)
    print(f"{len(bugs) - missed} of {len(bugs)} planted bugs caught within {wanted.seeds} seeds")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
