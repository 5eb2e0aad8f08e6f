"""``python -m display hall.toml NAME [NAME...]``: run wall displays and counter signs of a hall, or check them."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from broker.model.hall import Hall
from broker.model.hall_file import HallFileError
from broker.model.zones import counters_named
from broker.runtime.clock import SystemClock
from broker.runtime.hall_source import load_hall
from broker.runtime.hall_wait import NotInHall, hall_for_screen
from broker.runtime.packages import packages_of
from broker.runtime.process import ExitCode, run_process


def main(arguments: Sequence[str] | None = None) -> int:
    """Load the hall, find the named displays, run them; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m display", description=__doc__)
    parser.add_argument("hall", type=Path, help="the hall file, e.g. hall.toml")
    parser.add_argument("names", nargs="*", metavar="NAME", help="a display or sign of the hall file")
    parser.add_argument(
        "--check", action="store_true", help="only say whether every board, and the files it shows, can be read"
    )
    parser.add_argument("--sound-check", action="store_true", help="only play a sample call and a test noise")
    options = parser.parse_args(arguments)
    if not options.names and not options.check:
        parser.error("name a display or sign")
    if not options.check and not options.sound_check:
        return _run(options.hall, tuple(options.names))
    try:
        hall = load_hall(options.hall)
        screen_in(hall, options.names)
    except HallFileError as error:
        print(f"{options.hall} cannot be used:\n{error}", file=sys.stderr)
        return int(ExitCode.CONFIGURATION)
    except NotInHall as error:
        print(error, file=sys.stderr)
        return int(ExitCode.CONFIGURATION)
    if options.check:
        return _check_boards(hall, options.names or list(hall.displays), options.hall.parent)
    return _check_sound(hall, [name for name in options.names if name in hall.displays])


def _run(path: Path, names: tuple[str, ...]) -> int:
    """Run the named displays, once the hall file can be used."""
    process = names[0] if len(names) == 1 else "signs"
    hall = hall_for_screen(path, names[0], process, lambda found: screen_in(found, names))
    if hall is None:
        return int(ExitCode.CONFIGURATION)
    with packages_of("display"):
        from display.node import run

        return run_process(process, lambda started: run(hall, names, started, path.parent))


def screen_in(hall: Hall, names: Sequence[str]) -> str:
    """The address of the first one's screen. Raises NotInHall."""
    known = {**hall.displays, **hall.signs}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise NotInHall(f"there is no display or sign {unknown[0]!r} (known: {', '.join(known)})")
    return known[names[0]].screen if names else ""


def _check_boards(hall: Hall, names: Sequence[str], folder: Path) -> int:
    """One board after the other; 0 when each can be read from where people sit, and so can the files they show."""
    with packages_of("display"):
        from display.board_check import check_boards

        lines, good = check_boards(hall, [name for name in names if name in hall.displays], folder)
    print(*lines, sep="\n")
    return int(ExitCode.DONE if good else 1)


def _check_sound(hall: Hall, names: Sequence[str]) -> int:
    """One display after the other; 0 when all could be heard."""
    with packages_of("display"):
        from display.node import sound_settings
        from display.sound_check import check_sound

        failures = []
        for name in names:
            counter = hall.counters[counters_named(hall, name)[0]]
            failure, told = check_sound(sound_settings(hall, name), counter.name, SystemClock())
            verdict = "已播放 · played" if failure is None else f"没有播放 · not played: {failure}"
            print(f"{name}: {verdict}", *told, sep="\n  ")
            failures.append(failure)
        return int(any(failures) or not failures)


if __name__ == "__main__":
    sys.exit(main())
