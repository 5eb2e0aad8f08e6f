"""Cuts the power again and again and counts what was lost.

One *disk* begins empty and is used through several cuts: each time the product starts on what the last cut left, so
that first starts, recoveries and recoveries of recoveries are cut as well as the work itself.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random

from tests.powercut.disk import Image
from tests.powercut.mount import READY, AfterCut, Power, serve
from tests.powercut.promises import CallerJudge, Findings, Judge, ServerJudge
from tests.powercut.promises_kiosk import KioskJudge
from tests.powercut.work import Life, Tell, work_caller, work_server
from tests.powercut.work_kiosk import work_kiosk

CUTS_A_DISK = 8
_PATIENCE_S = 60.0
_EXAMPLES = 5


@dataclass(frozen=True)
class Program:
    """A part of the product under test: its work, and the judge of its promises."""

    name: str
    work: Callable[[Path, Life, Tell], None]
    judge: type[Judge]


SERVER = Program("server", work_server, ServerJudge)
KIOSK = Program("kiosk", work_kiosk, KioskJudge)
CALLER = Program("caller", work_caller, CallerJudge)
PROGRAMS = (SERVER, KIOSK, CALLER)


@dataclass(frozen=True)
class Setting:
    """What is true of the disk and of the database; anything but the first is a control that must fail."""

    name: str
    syncs_files: bool = True
    syncs_folders: bool = True
    synchronous: str | None = None


HONEST = Setting("as shipped")
SILENCED = Setting("fsync silenced", syncs_files=False, syncs_folders=False)
NO_FOLDERS = Setting("fsync of folders silenced", syncs_folders=False)
NORMAL = Setting("synchronous=NORMAL", synchronous="NORMAL")


@dataclass
class Figures:
    """What a series of cuts amounted to. ``lost``: promises; ``bad_cuts``: cuts after which anything was wrong."""

    program: str
    setting: str
    cuts: int = 0
    acknowledged: int = 0
    lost: int = 0
    corrupt: int = 0
    bad_cuts: int = 0
    kept_writes: int = 0
    dropped_writes: int = 0
    torn_writes: int = 0
    dropped_names: int = 0
    before_promises: int = 0
    where: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)

    def add(self, seed: int, after: AfterCut, findings: Findings) -> None:
        """One cut."""
        self.cuts += 1
        self.lost += len(findings.lost)
        self.corrupt += len(findings.corrupt)
        self.bad_cuts += bool(findings)
        self.kept_writes += after.losses.kept
        self.dropped_writes += after.losses.dropped
        self.torn_writes += after.losses.torn
        self.dropped_names += after.losses.names_dropped
        self.where[after.operation.rpartition(" ")[0]] += 1
        for sentence in (findings.lost + findings.corrupt)[: _EXAMPLES - len(self.examples)]:
            self.examples.append(f"seed {seed}, cut at {after.operation}: {sentence}")


def cut_many(program: Program, setting: Setting, cuts: int, seed: int) -> Figures:
    """``cuts`` power cuts on as many disks as that takes; a disk with findings is not used again."""
    figures = Figures(program.name, setting.name)
    chance = Random(f"{seed} {program.name} {setting.name}")
    while figures.cuts < cuts:
        _one_disk(program, setting, min(CUTS_A_DISK, cuts - figures.cuts), chance, figures)
    return figures


def _one_disk(program: Program, setting: Setting, cuts: int, chance: Random, figures: Figures) -> None:
    judge, image = program.judge(), Image()
    for number in range(1, cuts + 1):
        seed = chance.randrange(1 << 32)
        after, told = one_life(program, setting, Life(number, seed, setting.synchronous), image)
        before = judge.acknowledged
        findings = Findings()
        for promise in told:
            if isinstance(promise, Exception):
                findings.corrupt.append(f"the program fell: {type(promise).__name__}: {promise}")
            else:
                judge.hear(promise)
        with unpacked(after.image) as folder:
            verdict = judge.verdict(folder)
        findings.lost += verdict.lost
        findings.corrupt += verdict.corrupt
        figures.acknowledged += judge.acknowledged - before
        figures.before_promises += judge.acknowledged == 0
        figures.add(seed, after, findings)
        if findings:
            return
        image = after.image


def one_life(program: Program, setting: Setting, life: Life, image: Image) -> tuple[AfterCut, list[object]]:
    """One start of the program on ``image`` until the cut: what is left, and what it promised."""
    chance = Random(life.seed)
    cut_at = int(10 ** chance.uniform(0.5, 3.6)) if chance.random() < 0.8 else chance.randrange(1, 60)
    kind = chance.choice((None, None, None, "sync", "folder sync", "resize", "name"))
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload([__name__])
    hear, tell = processes.Pipe(duplex=False)
    go, gone = processes.Pipe()
    with tempfile.TemporaryDirectory(prefix="powercut-") as mountpoint:
        worker = processes.Process(target=_live, args=(program, mountpoint, life, tell, gone), daemon=True)
        worker.start()
        tell.close()
        victim = int(worker.pid or 0)
        power = Power(life.seed, cut_at, victim, kind, setting.syncs_files, setting.syncs_folders)
        with mounted(mountpoint, image, power) as disk:
            go.send(READY)
            told = list(_heard(hear))
            worker.join()
        after = disk.recv()
    for connection in (hear, go, gone, disk):
        connection.close()
    if after is None:
        raise RuntimeError(f"{program.name} ended by itself, seed {life.seed}: {told[-1:]}")
    return after, told


def _live(program: Program, folder: str, life: Life, tell: Connection, gone: Connection) -> None:
    """The program's process: begins once the disk is there; an exception is its last word."""
    gone.recv()
    try:
        program.work(Path(folder), life, tell.send)
    except Exception as error:
        tell.send(RuntimeError(f"{type(error).__name__}: {error}"))


def _heard(hear: Connection) -> Iterator[object]:
    """Every promise that came out whole before the program died."""
    with contextlib.suppress(EOFError):
        while True:
            yield hear.recv()


@contextlib.contextmanager
def mounted(mountpoint: str, image: Image, power: Power) -> Iterator[Connection]:
    """The disk as a file system in a process of its own; its last word comes over the connection."""
    processes = multiprocessing.get_context("forkserver")
    disk, bench = processes.Pipe(duplex=False)
    server = processes.Process(target=serve, args=(mountpoint, image, power, bench), daemon=True)
    server.start()
    bench.close()
    try:
        if not disk.poll(_PATIENCE_S) or disk.recv() != READY:
            raise RuntimeError("the file system does not come up")
        yield disk
    finally:
        subprocess.run(["fusermount3", "-u", "-z", mountpoint], capture_output=True, check=False)
        if not disk.poll(_PATIENCE_S):
            server.kill()
        # Joined only after its last word was read: a pipe holds less than a disk.


@contextlib.contextmanager
def unpacked(image: Image) -> Iterator[Path]:
    """An image as plain files, for the product to open."""
    with tempfile.TemporaryDirectory(prefix="powercut-") as name:
        folder = Path(name)
        for path, content in sorted(image.items()):
            target = folder / path.lstrip("/")
            if content is None:
                target.mkdir()
            else:
                target.write_bytes(content)
        yield folder
