"""``python -m caller HALL.toml CALLER``: drive the consoles and keypads of one caller node.

``python -m caller --check HALL.toml`` only says what hangs on each caller, and what is wrong with that.

``python -m caller bus ...`` listens on a serial line, scans it, sends a test frame or simulates one.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from broker.model.hall import Hall
from broker.model.hall_file import HallFileError
from broker.runtime.hall_source import load_hall
from broker.runtime.packages import packages_of
from broker.runtime.process import ExitCode, run_process


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse, load the hall, run; returns the exit code."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    if words[:1] == ["bus"]:
        with packages_of("caller"):
            from caller.bus_commands.command import main as bus

            return bus(words[1:])
    parser = argparse.ArgumentParser(prog="python -m caller", description=__doc__)
    parser.add_argument("hall", type=Path, help="the hall file, e.g. hall.toml")
    parser.add_argument("caller", nargs="?", help="a name under [callers] of the hall file")
    parser.add_argument("--check", action="store_true", help="only say what hangs on it and what is wrong with that")
    options = parser.parse_args(words)
    if options.caller is None and not options.check:
        parser.error("name a caller")
    try:
        hall = load_hall(options.hall)
    except HallFileError as error:
        print(f"{options.hall} 不能使用 cannot be used:\n{error}", file=sys.stderr)
        return ExitCode.CONFIGURATION
    if options.caller is not None and options.caller not in hall.callers:
        known = ", ".join(hall.callers) or "none"
        print(
            f"{options.hall} 里没有 caller “{options.caller}”；有：{known}\n"
            f"{options.hall} has no caller '{options.caller}'; callers: {known}",
            file=sys.stderr,
        )
        return ExitCode.CONFIGURATION
    if options.check:
        return _check(hall, [options.caller] if options.caller else list(hall.callers))
    with packages_of("caller"):
        from caller.node import run_caller

        return run_process(options.caller, lambda process: run_caller(hall, options.caller, process))


def _check(hall: Hall, names: list[str]) -> int:
    """Said line by line; 0 when everything could be driven."""
    with packages_of("caller"):
        from caller.check import check_callers

        lines, good = check_callers(hall, names)
    print(*lines, sep="\n")
    return ExitCode.DONE if good else ExitCode.CONFIGURATION


if __name__ == "__main__":
    sys.exit(main())
