"""Cuts the power of a running program: its disk is a FUSE file system, and it is killed (-9) in mid-operation."""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import subprocess
import tempfile
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random

from tests.powercut.disk import Image
from tests.powercut.mount import READY, AfterCut, Power, serve
from tests.powercut.programs import Program, Setting
from tests.powercut.work import Life

NAME = "FUSE: the program is killed in mid-operation on a file system that loses what was not synced"
_PATIENCE_S = 60.0
_processes = multiprocessing.get_context("forkserver")


def missing() -> str | None:
    """Why this cannot be done on this machine; None when a file system was mounted for a trial."""
    try:
        import mfusepy  # noqa: F401 - its import looks for libfuse
    except (ImportError, OSError) as error:
        return f"mfusepy or libfuse cannot be loaded ({error}); Debian: apt install libfuse3-3 fuse3"
    if not Path("/dev/fuse").exists():
        return "there is no /dev/fuse"
    with tempfile.TemporaryDirectory(prefix="powercut-") as mountpoint:
        try:
            with mounted(mountpoint, {"/trial": b"1"}, Power(0, 1, 0), wait_s=10.0) as disk:
                if (Path(mountpoint) / "trial").read_bytes() != b"1":
                    return "a mounted file system does not answer"
            disk.close()
        except (RuntimeError, OSError) as error:
            return f"a FUSE file system cannot be mounted here ({error})"
    return None


def one_life(program: Program, setting: Setting, life: Life, image: Image) -> tuple[AfterCut, list[object]]:
    """One start of the program on ``image`` until the cut: what is left, and what it promised."""
    chance = Random(life.seed)
    cut_at = int(10 ** chance.uniform(0.5, 3.6)) if chance.random() < 0.8 else chance.randrange(1, 60)
    kind = chance.choice((None, None, None, "sync", "folder sync", "resize", "name"))
    if life.cut_at is not None:
        cut_at, kind = life.cut_at, None
    hear, tell = _processes.Pipe(duplex=False)
    go, gone = _processes.Pipe()
    with tempfile.TemporaryDirectory(prefix="powercut-") as mountpoint:
        worker = _processes.Process(target=_live, args=(program, mountpoint, life, tell, gone), daemon=True)
        worker.start()
        tell.close()
        victim = int(worker.pid or 0)
        power = Power(life.seed, cut_at, victim, kind, setting.syncs_files, setting.syncs_folders)
        with mounted(mountpoint, image, power) as disk:
            go.send(READY)
            told = list(heard(hear))
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
    logging.disable(logging.CRITICAL)  # every one of hundreds of starts would say what it found
    life.begin()
    try:
        program.work(Path(folder), life, tell.send)
    except Exception as error:
        tell.send(RuntimeError(f"{type(error).__name__}: {error}"))


def heard(hear: Connection) -> Iterator[object]:
    """Every promise that came out whole before the program died."""
    with contextlib.suppress(EOFError):
        while True:
            yield hear.recv()


@contextlib.contextmanager
def mounted(mountpoint: str, image: Image, power: Power, *, wait_s: float = _PATIENCE_S) -> Iterator[Connection]:
    """The disk as a file system in a process of its own; afterwards its last word waits in the connection."""
    _processes.set_forkserver_preload([__name__])
    disk, bench = _processes.Pipe(duplex=False)
    server = _processes.Process(target=serve, args=(mountpoint, image, power, bench), daemon=True)
    server.start()
    bench.close()
    try:
        if not disk.poll(wait_s) or disk.recv() != READY:
            raise RuntimeError("the file system does not come up")
        yield disk
    except EOFError:
        raise RuntimeError("the file system ended at once") from None
    finally:
        subprocess.run(["fusermount3", "-u", "-z", mountpoint], capture_output=True, check=False)
        if not disk.poll(_PATIENCE_S):
            server.kill()
        # Joined only after its last word was read: a pipe holds less than a disk.
