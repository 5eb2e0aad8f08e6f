"""``script/powercut``: cut the power, print what was acknowledged, found again and corrupt; 1 if anything was bad."""

from __future__ import annotations

import argparse
import logging
import sys
import time
from collections.abc import Sequence

from tests.powercut.bench import WAYS, Figures, NoWay, Way, choose_way, cut_first_starts, cut_many
from tests.powercut.programs import HONEST, PROGRAMS
from tests.powercut.report import is_control, lines_of, table_of, verdict_of

_ENOUGH = 10
_all: list[Figures] = []


def main(arguments: Sequence[str] | None = None) -> int:
    """Every program as shipped, then every control."""
    options = _parser().parse_args(arguments)
    logging.disable(logging.CRITICAL)  # a damaged file in a control is reported by the figures
    try:
        way = choose_way((options.way,) if options.way else tuple(WAYS))
    except NoWay as error:
        print(error, file=sys.stderr)
        return 2
    print(f"== {way.name}\n== seed {options.seed}", flush=True)
    started, names = time.monotonic(), options.only or list(PROGRAMS)
    good = True
    for name in names:
        figures = cut_many(way, PROGRAMS[name], HONEST, options.cuts, options.seed)
        good = _report(figures, wanted=not figures.bad_cuts) and good
        operations = min(options.cuts, PROGRAMS[name].first_operations)
        figures = cut_first_starts(way, PROGRAMS[name], operations, options.seed)
        good = _report(figures, wanted=not figures.bad_cuts) and good
    good = _controls(way, names, options) and good
    for line in table_of(_all):
        print(line)
    print(f"== {verdict_of(good, options.controls)}", end=", ")
    print(f"{time.monotonic() - started:.0f} s")
    return 0 if good else 1


def _controls(way: Way, names: list[str], options: argparse.Namespace) -> bool:
    good = True
    for name in names if options.controls else ():
        for setting in PROGRAMS[name].controls:
            figures = cut_many(way, PROGRAMS[name], setting, options.cuts, options.seed, enough=_ENOUGH)
            good = _report(figures, wanted=bool(figures.bad_cuts)) and good
    return good


def _report(figures: Figures, *, wanted: bool) -> bool:
    for line in lines_of(figures):
        print(line)
    if is_control(figures) and not wanted:
        print("  FAILED to fail: either too few --cuts, or the bench would not see such a fault")
    sys.stdout.flush()
    _all.append(figures)
    return wanted


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("script/powercut", description=__doc__)
    parser.add_argument("--cuts", type=int, default=200, help="power cuts for each program (200)")
    parser.add_argument("--seed", type=int, default=1, help="where and how the power goes (1)")
    parser.add_argument("--way", choices=WAYS, help="instead of the best that this machine can do")
    parser.add_argument("--only", choices=PROGRAMS, action="append", help="one program; may be given again")
    parser.add_argument("--no-controls", dest="controls", action="store_false", help="without the controls")
    return parser


if __name__ == "__main__":
    sys.exit(main())
