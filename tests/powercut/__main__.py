"""``script/powercut``: cut the power, print what was lost; ends with 1 if anything was, or if a control saw nothing."""

from __future__ import annotations

import argparse
import logging
import sys
import time
from collections.abc import Sequence

from tests.powercut.bench import WAYS, Figures, NoWay, Way, choose_way, cut_first_starts, cut_many
from tests.powercut.programs import CONTROLS, HONEST, PROGRAMS

_ENOUGH = 10


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
    print(f"== {'nothing was lost, every control failed as it must' if good else 'FAILED'}", end=", ")
    print(f"{time.monotonic() - started:.0f} s")
    return 0 if good else 1


def _controls(way: Way, names: list[str], options: argparse.Namespace) -> bool:
    good = True
    for setting in CONTROLS if options.controls else ():
        for name in names:
            figures = cut_many(way, PROGRAMS[name], setting, options.cuts, options.seed, enough=_ENOUGH)
            good = _report(figures, wanted=bool(figures.bad_cuts)) and good
    return good


def _report(figures: Figures, *, wanted: bool) -> bool:
    control = not figures.setting.startswith(HONEST.name)
    print(
        f"{'control, must lose: ' if control else ''}{figures.program}, {figures.setting}: {figures.cuts} cuts, "
        f"{figures.acknowledged} acknowledged, "
        f"{figures.lost} lost, {figures.corrupt} corrupt, {figures.bad_cuts} bad cuts; unsynced writes: "
        f"{figures.torn_writes} torn, {figures.dropped_writes} dropped, {figures.kept_writes} kept; "
        f"{figures.dropped_names} names dropped; {figures.before_promises} starts cut before they promised"
    )
    if not control:
        print("  cut at: " + ", ".join(f"{place} {count}" for place, count in figures.where.most_common()))
    if control and not wanted:
        print("  this control lost nothing: either too few --cuts, or the bench would not see such a fault")
    for example in figures.examples if not control else ():
        print(f"  {example}")
    sys.stdout.flush()
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
