"""``python -m firmware_config``: run a hall on this machine, check it, or show it with virtual hardware."""

import argparse
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from broker.model.hall_file import HallFileError
from broker.model.simulated import has_virtual
from broker.runtime.errors import NodeError, in_both_languages
from broker.runtime.hall_source import load_hall
from broker.runtime.process import DATA_ENVIRONMENT_NAME, ExitCode
from broker.runtime.stop_signals import set_on_signals
from firmware_config.board_checks import refuse_mistakes
from firmware_config.build_commands import add_build_commands, build, diff, explain
from firmware_config.demo import Wishes, run_demo
from firmware_config.identity.commands import IDENTITY_ACTIONS
from firmware_config.identity.commands import add_commands as add_identity_commands
from firmware_config.launch import Launcher, StartFailed
from firmware_config.plan import plan_checks, plan_hall
from firmware_config.validate.commands import add_validate_command, validate
from firmware_config.virtual.day_file import DayFileError
from firmware_config.virtual.day_hall import DayTooLarge


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse and run; returns the exit code."""
    options = _parser().parse_args(arguments)
    stopping = threading.Event()
    set_on_signals(stopping)
    try:
        return ACTIONS[options.action](options, stopping)
    except (HallFileError, DayFileError, DayTooLarge) as error:
        print(f"不能启动 cannot start:\n{error}", file=sys.stderr)
        return ExitCode.CONFIGURATION
    except NodeError as error:
        print(in_both_languages(error), file=sys.stderr)
        return ExitCode.CONFIGURATION
    except StartFailed as error:
        print(str(error), file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m firmware_config", description=__doc__)
    actions = parser.add_subparsers(dest="action", required=True)
    run = actions.add_parser("run", help="run every program of a hall on this machine")
    run.add_argument("hall", type=Path)
    run.add_argument("--data", type=Path, default=_data_folder(), help="where programs keep their files")
    check = actions.add_parser(
        "check", help="the hall file's mistakes, boards nobody can read, gear nobody can drive, files nobody finds"
    )
    check.add_argument("hall", type=Path)
    add_build_commands(actions)
    add_validate_command(actions)
    add_identity_commands(actions)
    demo = actions.add_parser("demo", help="the virtual hall, on one URL")
    demo.add_argument("--hall", type=Path, help="another hall file than the town hall")
    demo.add_argument("--speed", type=_speed, help="the hall's clock runs this many times faster (1; 60 for --replay)")
    demo.add_argument("--quiet", action="store_true", help="no virtual people")
    demo.add_argument("--replay", type=_file, metavar="DAY.csv", help="play a recorded day through the devices")
    demo.add_argument("--seed", type=int, default=7, help="another made-up day")
    demo.add_argument("--minutes", type=_minutes, help="end after so many real minutes")
    demo.add_argument("--data", type=Path, default=Path("var/demo"), help="emptied at every start")
    return parser


def _data_folder() -> Path:
    """As for a program started alone: ``broker account`` and ``broker backup`` must look where the hall runs."""
    return Path(os.environ.get(DATA_ENVIRONMENT_NAME) or "var")


def _speed(text: str) -> float:
    return _number(text, 0.1, 600)


def _minutes(text: str) -> float:
    return _number(text, 0.01, 100_000)


def _number(text: str, least: float, most: float) -> float:
    """A number as a person types it; `nan` lies in no range, so it is refused as well."""
    try:
        number = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number") from None
    if not least <= number <= most:
        raise argparse.ArgumentTypeError(f"must be from {least:g} to {most:g}, not {text}")
    return number


def _file(text: str) -> Path:
    path = Path(text)
    if not path.is_file():
        raise argparse.ArgumentTypeError(f"there is no file {text}")
    return path


def _demo(options: argparse.Namespace, stopping: threading.Event) -> int:
    wishes = Wishes(
        hall=options.hall,
        folder=options.data,
        speed=options.speed or (60.0 if options.replay else 1.0),
        quiet=options.quiet,
        replay=options.replay,
        seed=options.seed,
        minutes=options.minutes,
    )
    return run_demo(wishes, stopping)


def _run(options: argparse.Namespace, stopping: threading.Event) -> int:
    hall = load_hall(options.hall)
    launcher = Launcher(plan_hall(hall, str(options.hall), virtual_page=has_virtual(hall)), options.data)
    try:
        launcher.start()
        print(f"== {len(launcher.running)} programs run; Ctrl-C ends them", flush=True)
        stopping.wait()
    finally:
        launcher.stop()
    return 0


def _check(options: argparse.Namespace, stopping: threading.Event) -> int:
    """Ask the programs that know; nothing of the hall is started."""
    first = 0
    for arguments in plan_checks(str(options.hall)):
        code = subprocess.run([sys.executable, *arguments], check=False).returncode
        first = first or code
        if first == ExitCode.CONFIGURATION or stopping.is_set():
            return first
    refuse_mistakes(load_hall(options.hall), options.hall.name)
    return first


ACTIONS = {
    "run": _run,
    "demo": _demo,
    "check": _check,
    "build": build,
    "diff": diff,
    "explain": explain,
    "validate": validate,
    **IDENTITY_ACTIONS,
}


if __name__ == "__main__":
    sys.exit(main())
