"""``python -m tests.simulation --hours 3000``: run halls through their misfortunes, judge them, give figures."""

import argparse
import multiprocessing
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor

from tests.simulation.bugs.__main__ import main as search_bugs
from tests.simulation.judged import HOURS_EACH, Result, run
from tests.simulation.tally import Tally

SHOWN_EACH, SHOWN_MOST = 5, 60
QUIET_RUNS = 20
"""Into a file, progress is written after so many runs."""


def main(arguments: list[str] | None = None) -> int:
    """Exit code 1 when a law was broken."""
    given = sys.argv[1:] if arguments is None else arguments
    if given[:1] == ["--bugs"]:
        return search_bugs(given[1:])
    options = _options(given)
    seeds = [options.seed] if options.seed is not None else range(options.first, options.first + _runs(options.hours))
    print(
        f"== {len(seeds):,} runs of {HOURS_EACH:g} hall hours, seeds from {seeds[0]}, {options.jobs} at once",
        flush=True,
    )
    total, broken, began_s = Tally(), [], time.monotonic()
    for seed, tally, violations in _results(seeds, options.jobs):
        total.add(tally)
        for sentence in violations[:SHOWN_EACH]:
            if len(broken) < SHOWN_MOST:
                print(f"VIOLATION seed {seed}: {sentence}\n  repeat: script/simulate --seed {seed}", flush=True)
        broken += [(seed, sentence) for sentence in violations]
        if broken and options.stop_at_first:
            break
        _progress(total, len(broken))
    _report(total, broken, time.monotonic() - began_s)
    return 1 if broken else 0


def _results(seeds: range | list[int], jobs: int) -> Iterator[Result]:
    if jobs == 1 or len(seeds) == 1:
        yield from map(run, seeds)
        return
    with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield from pool.map(run, seeds, chunksize=2)


def _runs(hours: float) -> int:
    return max(1, round(hours / HOURS_EACH))


def _progress(total: Tally, broken: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{total.hours:8.1f} hours, {broken} violations", end="", file=sys.stderr, flush=True)
    elif total.runs % QUIET_RUNS == 0:
        print(f"{total.hours:8.1f} hours, {broken} violations", flush=True)


def _report(total: Tally, broken: list[tuple[int, str]], took_s: float) -> None:
    print()
    for line in total.lines():
        print(line)
    print(f"violations       {len(broken):12,} in {len({seed for seed, _ in broken}):,} runs")
    print(f"took             {took_s:12,.0f} s, {total.hours / max(took_s, 1e-9) * 60:,.0f} hall hours a minute")


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="script/simulate", description=__doc__, epilog="--bugs: see whether the judges find planted bugs"
    )
    parser.add_argument("--hours", type=float, default=100.0, help=f"hall hours in all, {HOURS_EACH:g} a seed")
    parser.add_argument("--seed", type=int, help="only this one, to repeat what was found")
    parser.add_argument("--first", type=int, default=0, help="the first of the seeds")
    parser.add_argument("--jobs", type=int, default=2, help="processes at once")
    parser.add_argument("--stop-at-first", action="store_true", help="end at the first run that broke a law")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
