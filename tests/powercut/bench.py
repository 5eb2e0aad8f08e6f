"""Cuts the power again and again and counts what was lost.

One *disk* begins empty and is used through several cuts: each time the product starts on what the last cut left, so
that first starts, recoveries and recoveries of recoveries are cut as well as the work itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from tests.powercut import by_fuse, by_recording
from tests.powercut.disk import Image, unpack
from tests.powercut.mount import AfterCut
from tests.powercut.programs import HONEST, Program, Setting
from tests.powercut.promises import Findings, Judge
from tests.powercut.work import Life

CUTS_A_DISK = 8
_EXAMPLES = 5


@dataclass(frozen=True)
class Way:
    """How the power is cut. ``missing``: why it cannot be done here, or None."""

    name: str
    missing: Callable[[], str | None]
    one_life: Callable[[Program, Setting, Life, Image], tuple[AfterCut, list[object]]]


WAYS = {
    "fuse": Way(by_fuse.NAME, by_fuse.missing, by_fuse.one_life),
    "recording": Way(by_recording.NAME, by_recording.missing, by_recording.one_life),
}


class NoWay(Exception):
    """Power cannot be cut on this machine."""

    def __init__(self, reasons: dict[str, str]) -> None:
        super().__init__("power cuts cannot be made here: " + "; ".join(f"{k}: {why}" for k, why in reasons.items()))


def choose_way(names: tuple[str, ...] = tuple(WAYS)) -> Way:
    """The first that this machine can do, the better one first. Raises NoWay with all the reasons."""
    reasons: dict[str, str] = {}
    for name in names:
        why = WAYS[name].missing()
        if why is None:
            return WAYS[name]
        reasons[name] = why
    raise NoWay(reasons)


@dataclass
class Figures:
    """What a series of cuts amounted to.

    ``acknowledged``: what devices, people or the command line were told is done; ``not_found``: how much of that was
    not there after a cut. ``corrupt``: cuts that left something that cannot be read or believed, ``bad_cuts``: that
    left anything wrong.
    """

    program: str
    setting: str
    cuts: int = 0
    acknowledged: int = 0
    not_found: int = 0
    corrupt: int = 0
    bad_cuts: int = 0
    kept_writes: int = 0
    dropped_writes: int = 0
    torn_writes: int = 0
    dropped_names: int = 0
    before_promises: int = 0
    where: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)

    @property
    def found(self) -> int:
        """How much of what was acknowledged was found again."""
        return max(0, self.acknowledged - self.not_found)

    def add(self, seed: int, after: AfterCut, findings: Findings, promised: int) -> None:
        """One cut; ``promised``: what has been acknowledged on this disk so far."""
        self.cuts += 1
        if findings.unreadable:
            self.not_found += promised
        elif findings.lost:  # a promise may be missed in several places
            self.not_found += min(len(findings.lost), max(1, promised))
        self.corrupt += bool(findings.corrupt)
        self.bad_cuts += bool(findings)
        self.kept_writes += after.losses.kept
        self.dropped_writes += after.losses.dropped
        self.torn_writes += after.losses.torn
        self.dropped_names += after.losses.names_dropped
        self.where[_place(after.operation)] += 1
        for sentence in (findings.lost + findings.corrupt)[: _EXAMPLES - len(self.examples)]:
            self.examples.append(f"life {seed}, cut at {after.operation}: {sentence}")


def _place(operation: str) -> str:
    """``write /server/hall.db-wal`` -> ``write log``: what was being done to which kind of file."""
    kind, _, path = operation.rpartition(" ")
    endings = {"-wal": "log", "-journal": "journal", "-shm": "index", ".db": "database"}
    other = "copy" if "." in path else "folder"
    return f"{kind} {next((word for end, word in endings.items() if path.endswith(end)), other)}"


def cut_many(
    way: Way, program: Program, setting: Setting, cuts: int, seed: int, *, enough: int | None = None
) -> Figures:
    """``cuts`` power cuts on as many disks as that takes; a disk with findings is not used again.

    ``enough`` bad cuts end a control early.
    """
    figures = Figures(program.name, setting.name)
    chance = Random(f"{seed} {program.name} {setting.name}")
    while figures.cuts < cuts and (enough is None or figures.bad_cuts < enough):
        _one_disk(way, program, setting, min(CUTS_A_DISK, cuts - figures.cuts), chance, figures)
    return figures


def cut_first_starts(way: Way, program: Program, operations: int, seed: int) -> Figures:
    """A cut at each of the first ``operations`` operations on a first disk: files, folders, tables are made there."""
    figures = Figures(program.name, "as shipped, each step of a first start")
    chance = Random(f"{seed} {program.name} first starts")
    for cut_at in range(1, operations + 1):
        life = Life(1, chance.randrange(1 << 32), cut_at=cut_at)
        _one_cut(way, program, HONEST, life, program.begin(), program.judge(), figures)
    return figures


def _one_disk(way: Way, program: Program, setting: Setting, cuts: int, chance: Random, figures: Figures) -> None:
    judge, image = program.judge(), program.begin()
    for number in range(1, cuts + 1):
        life = Life(number, chance.randrange(1 << 32), setting.synchronous)
        after, findings = _one_cut(way, program, setting, life, image, judge, figures)
        if findings:
            return
        image = after.image


def _one_cut(
    way: Way, program: Program, setting: Setting, life: Life, image: Image, judge: Judge, figures: Figures
) -> tuple[AfterCut, Findings]:
    after, told = way.one_life(program, setting, life, image)
    before, findings = judge.acknowledged, Findings()
    for promise in told:
        if isinstance(promise, Exception):
            findings.corrupt.append(f"the program fell: {promise}")
        else:
            judge.hear(promise)
    with TemporaryDirectory(prefix="powercut-") as folder:
        unpack(after.image, Path(folder))
        verdict = judge.verdict(Path(folder))
    findings.lost += verdict.lost
    findings.corrupt += verdict.corrupt
    figures.acknowledged += judge.acknowledged - before
    figures.before_promises += not told
    figures.add(life.seed, after, findings, judge.acknowledged)
    return after, findings
