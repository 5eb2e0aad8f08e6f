"""``python -m firmware_config validate hall.toml``: build into a folder that goes away, and let others judge it."""

import argparse
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

from broker.runtime.hall_source import load_hall
from broker.runtime.process import ExitCode
from firmware_config.board_checks import refuse_mistakes
from firmware_config.build.image import image_of
from firmware_config.machines import computers
from firmware_config.validate.judges import judge_all
from firmware_config.validate.tools import Place, Verdict
from firmware_config.writing import write

WORDS = {"pass": "通过 pass", "fail": "不通过 FAIL", "not run": "未检查 not run"}
STAND_IN = "a-password-of-no-network"
"""For machines without a cable: it is judged whether the file has the form, and the file goes away."""


def add_validate_command(actions: Any) -> None:
    """One subcommand."""
    validate = actions.add_parser("validate", help="other people's tools judge what build makes: pass, fail or not run")
    validate.add_argument("hall", type=Path)
    validate.add_argument(
        "--root", type=Path, help="another Debian's root (debootstrap) whose tools are asked, by chroot"
    )


def validate(options: argparse.Namespace, stopping: threading.Event) -> int:
    """0 when nothing failed; what was not run is said, each with its reason."""
    hall = load_hall(options.hall)
    refuse_mistakes(hall, options.hall.name)
    found: list[Verdict] = []
    for computer in computers(hall):
        print(f"== {computer.name}")
        with tempfile.TemporaryDirectory() as folder:
            files = Path(folder) / computer.name
            write(files, image_of(hall, computer, options.hall.read_bytes(), STAND_IN))
            with Place(files, options.root) as place:
                verdicts = judge_all(place)
        for one in verdicts:
            print(f"  {WORDS[one.outcome]:16} {one.tool}: {one.subject}{_why(one)}")
        found += verdicts
    counts = {outcome: sum(one.outcome == outcome for one in found) for outcome in WORDS}
    print("; ".join(f"{WORDS[outcome]} {count}" for outcome, count in counts.items()))
    if not found:
        print("大厅文件里没有 [machines] the hall file has no [machines]", file=sys.stderr)
        return ExitCode.CONFIGURATION
    return 1 if counts["fail"] else ExitCode.DONE


def _why(verdict: Verdict) -> str:
    return "" if not verdict.why else "\n      " + verdict.why.replace("\n", "\n      ")
