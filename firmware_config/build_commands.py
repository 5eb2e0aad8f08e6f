"""``build``, ``diff`` and ``explain`` of ``python -m firmware_config``: what a hall's machines get, written or told."""

import argparse
import difflib
import sys
import threading
from pathlib import Path
from typing import Any

from broker.model.hall import Hall
from broker.runtime.hall_source import load_hall
from broker.runtime.process import ExitCode
from firmware_config.board_checks import refuse_mistakes
from firmware_config.boards import BOARDS
from firmware_config.build.cloud import NoWifiPassword
from firmware_config.build.files import File, unit_of
from firmware_config.build.image import image_of
from firmware_config.build.packages import packages_of
from firmware_config.gear import parts_of
from firmware_config.machines import Computer, computers
from firmware_config.writing import Change, ForeignFolder, changes, write

KINDS = {"new": "新增 new", "changed": "改动 changed", "gone": "删除 gone"}
SHOWN_LINES = 60
SECRET = ("network-config",)
"""Names of files that hold a password: ``diff`` says that they differ, not how."""


def add_build_commands(actions: Any) -> None:
    """Three subcommands; ``check`` asks the boards by itself."""
    build = actions.add_parser(
        "build", help="one folder a machine: files for its boot partition and root, wiring sheet"
    )
    diff = actions.add_parser("diff", help="what a build would change, line by line; 1 where anything would")
    explain = actions.add_parser("explain", help="what each machine is, runs and needs, and why")
    for command in (build, diff, explain):
        command.add_argument("hall", type=Path)
        command.add_argument("--machine", help="only this one of the hall's machines")
    for command in (build, diff):
        command.add_argument("--out", type=Path, required=True, help="a folder; each machine gets one of its own in it")
        command.add_argument(
            "--wifi-password-file", type=Path, help="its first line is the wireless network's password"
        )


def build(options: argparse.Namespace, stopping: threading.Event) -> int:
    """Write what changed."""
    return _guarded(lambda: _build(options))


def diff(options: argparse.Namespace, stopping: threading.Event) -> int:
    """Tell what ``build`` would change; 0: nothing."""
    return _guarded(lambda: _diff(options))


def explain(options: argparse.Namespace, stopping: threading.Event) -> int:
    """Tell what the machines are."""
    return _guarded(lambda: _explain(options))


def _guarded(work: Any) -> int:
    try:
        return int(work())
    except (NoWifiPassword, ForeignFolder, NoMachines, UnknownMachine) as error:
        print(f"{error.zh}\n{error}", file=sys.stderr)
        return ExitCode.CONFIGURATION
    except OSError as error:
        print(f"读写不了文件 cannot read or write: {error.filename}: {error.strerror}", file=sys.stderr)
        return ExitCode.DISK


class NoMachines(ValueError):
    """The hall file does not say on which computers the hall runs."""

    zh = "大厅文件里没有 [machines]：请写明每台机器的主板和它运行什么（见 firmware_config/halls/branch_office.toml）"

    def __init__(self) -> None:
        super().__init__(
            "the hall file has no [machines]: say which boards there are and what each runs"
            " (see firmware_config/halls/branch_office.toml)"
        )


class UnknownMachine(ValueError):
    """``--machine`` names none of the hall's."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        self.zh = f"没有叫 {name} 的机器；有 {'、'.join(known)}"
        super().__init__(f"there is no machine {name}; known: {', '.join(known)}")


def _chosen(options: argparse.Namespace) -> tuple[Hall, bytes, tuple[Computer, ...]]:
    hall = load_hall(options.hall)
    made = computers(hall)
    if not made:
        raise NoMachines
    refuse_mistakes(hall, options.hall.name)
    if options.machine is not None:
        known = tuple(one.name for one in made)
        made = tuple(one for one in made if one.name == options.machine)
        if not made:
            raise UnknownMachine(options.machine, known)
    return hall, options.hall.read_bytes(), made


def _images(options: argparse.Namespace) -> list[tuple[Computer, tuple[File, ...]]]:
    """All of them before the first is written: a hall is built whole or not at all."""
    hall, text, chosen = _chosen(options)
    password = _password(options.wifi_password_file)
    return [(computer, image_of(hall, computer, text, password)) for computer in chosen]


def _password(file: Path | None) -> str | None:
    return None if file is None else file.read_text(encoding="utf-8").split("\n", 1)[0].strip("\r")


def _build(options: argparse.Namespace) -> int:
    for computer, files in _images(options):
        done = write(options.out / computer.name, files)
        same = len(files) - sum(one.kind != "gone" for one in done)
        told = ", ".join(f"{KINDS[kind]} {count}" for kind, count in _counts(done)) or "没有变化 nothing changed"
        print(f"{options.out / computer.name}: {told}（{same} 个未变 unchanged）")
    return ExitCode.DONE


def _counts(done: tuple[Change, ...]) -> list[tuple[str, int]]:
    return [(kind, count) for kind in KINDS if (count := sum(one.kind == kind for one in done))]


def _diff(options: argparse.Namespace) -> int:
    found = False
    for computer, files in _images(options):
        for change in changes(options.out / computer.name, files):
            found = True
            print(f"{KINDS[change.kind]}: {computer.name}/{change.path}")
            print("".join(_lines(change)), end="")
    if not found:
        print("没有变化 nothing would change")
    return int(found)


def _lines(change: Change) -> list[str]:
    """Of text that is no secret; of archives and the like that they differ is enough."""
    if change.kind == "gone" or change.path.endswith(SECRET):
        return []
    try:
        before, after = change.before.decode(), change.after.decode()
    except UnicodeDecodeError:
        return []
    if "\0" in before + after:
        return []
    lines = list(difflib.unified_diff(before.splitlines(True), after.splitlines(True), "是 is", "将是 will be", n=1))
    rest = [f"  … {len(lines) - SHOWN_LINES} 行 lines more\n"] if len(lines) > SHOWN_LINES else []
    return lines[:SHOWN_LINES] + rest


def _explain(options: argparse.Namespace) -> int:
    hall, _, chosen = _chosen(options)
    for computer in chosen:
        machine, parts = computer.machine, parts_of(hall, computer)
        print(f"{computer.name}: {BOARDS[machine.board].names}, {machine.address or 'DHCP'}")
        for program in computer.programs:
            print(f"  运行 runs      {unit_of(program.name)}: python {' '.join(program.arguments)}")
        for part in parts:
            place = f"  ({machine.ports[part.port]})" if part.port in machine.ports else ""
            print(f"  连接 drives    {part.path} = {part.address.scheme}://{part.address.path}{place}")
        print(f"  软件包 packages {' '.join(packages_of(hall, computer))}")
    return ExitCode.DONE
