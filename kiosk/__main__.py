"""``python -m kiosk HALL.toml KIOSK``: run one kiosk of a hall; ``--check`` reads the marks for their tickets."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from broker.model.hall import Hall
from broker.model.hall_file import HallFileError
from broker.runtime.hall_source import load_hall
from broker.runtime.hall_wait import NotInHall, hall_for_screen
from broker.runtime.packages import packages_of
from broker.runtime.process import ExitCode, run_process


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse, load the hall, run; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m kiosk", description=__doc__)
    parser.add_argument("hall", type=Path, help="the hall file, e.g. hall.toml")
    parser.add_argument("kiosk", nargs="?", help="a name under [kiosks] of the hall file")
    parser.add_argument("--check", action="store_true", help="only say whether the marks for tickets can be printed")
    options = parser.parse_args(arguments)
    if not options.kiosk and not options.check:
        parser.error("name a kiosk")
    return _check(options.hall) if options.check else _run(options.hall, options.kiosk)


def _run(path: Path, name: str) -> int:
    """Run one kiosk, once the hall file can be used."""

    def screen_in(hall: Hall) -> str:
        if name not in hall.kiosks:
            raise NotInHall(f"{path} has no kiosk '{name}'; kiosks: {', '.join(hall.kiosks) or 'none'}")
        return hall.kiosks[name].screen

    hall = hall_for_screen(path, name, name, screen_in)
    if hall is None:
        return ExitCode.CONFIGURATION
    with packages_of("kiosk"):
        from kiosk.node import run_kiosk

        return run_process(name, lambda process: run_kiosk(hall, name, process, path.parent))


def _check(path: Path) -> int:
    """0 when each mark can be printed."""
    try:
        hall = load_hall(path)
    except HallFileError as error:
        print(f"{path} cannot be used:\n{error}", file=sys.stderr)
        return ExitCode.CONFIGURATION
    with packages_of("kiosk"):
        from kiosk.file_check import check_logos

        lines, good = check_logos(hall, path.parent)
    print(*lines, sep="\n", end="\n" if lines else "")
    return int(ExitCode.DONE if good else 1)


if __name__ == "__main__":
    sys.exit(main())
