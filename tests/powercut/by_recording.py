"""Cuts the power of a recorded run: every system call that changes a file, in order, played to the disk up to the cut.

For machines that cannot mount a file system. strace writes down the real calls of the real program with their data; the
promises are among them (writes to standard output), so what had been promised before the cut is exact. What is written
through shared memory (SQLite's index of its log, made anew at each start) is not seen and taken as lost.
"""

from __future__ import annotations

import io
import os
import pickle
import re
import shutil
import struct
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from tests.powercut.disk import Disk, File, Folder, Image, unpack
from tests.powercut.mount import AfterCut
from tests.powercut.programs import Program, Setting
from tests.powercut.work import Life

NAME = "recording: strace writes down the program's system calls; each cut is made in the record"
ROOT = Path(__file__).resolve().parents[2]
_CALLS = (
    "openat,creat,lseek,write,pwrite64,writev,pwritev,pwritev2,ftruncate,truncate,fsync,fdatasync,unlink,unlinkat,rename,"
    "renameat,renameat2,mkdir,mkdirat,rmdir,fallocate,copy_file_range,sendfile,link,linkat,symlink,symlinkat"
)
_LINE = re.compile(r"(\w+)\((.*)\)\s+= (-?\d+)")
_STRING = re.compile(r'"((?:\\x[0-9a-f]{2})*)"(\.{3})?')
_HANDLE = re.compile(r"^(\d+)<((?:\\x[0-9a-f]{2})*)>")
_HANDLES = re.compile(r"\d+<((?:\\x[0-9a-f]{2})*)>")
_TIMEOUT_S = 120
_LONGEST = 1 << 24


@dataclass(frozen=True)
class Call:
    """One successful system call: ``path`` within the disk, or empty for a promise of ``size`` bytes."""

    name: str
    path: str
    data: bytes = b""
    place: int = 0
    size: int = 0
    other: str = ""


def missing() -> str | None:
    """Why this cannot be done on this machine; None when it can."""
    strace = shutil.which("strace")
    if strace is None:
        return "strace is not installed (Debian: apt install strace)"
    done = subprocess.run([strace, "-o", os.devnull, "true"], capture_output=True, text=True, check=False)
    return None if done.returncode == 0 else f"strace may not trace here ({done.stderr.strip()[:100]})"


def one_life(program: Program, setting: Setting, life: Life, image: Image) -> tuple[AfterCut, list[object]]:
    """One recorded start of the program on ``image``, cut somewhere: what is left, and what it had promised."""
    chance = Random(life.seed)
    calls, promises = record(program, life, image, promises=int(10 ** chance.uniform(0, 2.3)))
    disk = Disk(image, syncs_files=setting.syncs_files, syncs_folders=setting.syncs_folders)
    kinds = [call.name for call in calls]
    kind = chance.choice((None, None, None, None, None, "sync", "name", "resize"))
    places = [index for index, name in enumerate(kinds) if kind in (None, name)] or list(range(len(calls)))
    cut_at = chance.choice(places) if life.cut_at is None else min(life.cut_at, len(calls)) - 1
    for call in calls[:cut_at]:
        play(disk, call)
    if chance.random() < 0.5:
        play(disk, calls[cut_at])
    told = list(_promised(promises[: sum(call.size for call in calls[:cut_at] if call.name == "promise")]))
    left, losses = disk.cut(chance)
    counted = dict(Counter(kinds[: cut_at + 1]))
    return AfterCut(left, losses, f"{kinds[cut_at]} {calls[cut_at].path}", counted), told


def record(program: Program, life: Life, image: Image, *, promises: int) -> tuple[list[Call], bytes]:
    """Run the program on plain files until it gave so many promises: its calls in order, and the promises' bytes."""
    with TemporaryDirectory(prefix="powercut-") as name:
        disk, log = Path(name).resolve() / "disk", Path(name) / "calls"
        disk.mkdir()
        unpack(image, disk)
        strace = ["strace", "-y", "-xx", "-s", str(_LONGEST), "-e", f"trace={_CALLS}", "-o", str(log)]
        about = [program.name, str(disk), str(life.number), str(life.seed), life.synchronous or "", str(promises)]
        done = subprocess.run(
            [*strace, sys.executable, "-m", "tests.powercut.work", *about],
            cwd=ROOT,
            capture_output=True,
            timeout=_TIMEOUT_S,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"{program.name} ended by itself: {done.stderr.decode(errors='replace')[-300:]}")
        with log.open(encoding="ascii") as lines:
            return list(read_calls(lines, str(disk), image)), done.stdout


def read_calls(lines: Iterator[str] | io.TextIOBase, root: str, image: Image) -> Iterator[Call]:
    """strace's lines as calls on the disk below ``root``; a call that is not understood is an error, not a gap."""
    known, reached = set(image), Reached()
    for line in lines:
        match = _LINE.match(line)
        if match is None or int(match[3]) < 0:
            continue
        name, arguments, result = match[1], match[2], int(match[3])
        handle = _HANDLE.match(arguments)
        strings = [_text(found) for found in _STRING.finditer(arguments)]
        if name == "write" and handle is not None and _bytes(handle[2]).startswith(b"pipe:"):
            yield Call("promise", "", size=result)
            continue
        paths = [handle[2]] if handle is not None else []
        within = [_within(_bytes(path).decode(), root) for path in paths] or [
            _within(text.decode(errors="replace"), root) for text in strings
        ]
        within = [path for path in within if path is not None]
        place = reached.after(name, handle, result)
        if not within or name == "lseek":
            continue
        if name in ("write", "sendfile"):
            data = strings[0][:result] if name == "write" else b""
            source = _within(_bytes(_HANDLES.findall(arguments)[-1]).decode(), root) if name == "sendfile" else None
            yield Call("copy" if source else "write", within[0], data, place, result, source or "")
            continue
        if name == "unlinkat" and handle is not None:
            within = [f"{within[0]}/{strings[-1].decode()}"]
        yield from _understood(name, arguments, result, within, strings, known)


class Reached:
    """Where each open file is written next: a plain ``write`` does not say it. No file is written and read at once."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}

    def after(self, name: str, handle: re.Match[str] | None, result: int) -> int:
        """Hear of every call; the place that this one writes at."""
        if name in ("openat", "creat"):
            self._places[str(result)] = 0
        if handle is None or name not in ("lseek", "write", "sendfile"):
            return 0
        place = self._places.get(handle[1], 0)
        self._places[handle[1]] = result if name == "lseek" else place + result
        return place


def _understood(
    name: str, arguments: str, result: int, paths: list[str], strings: list[bytes], known: set[str]
) -> Iterator[Call]:
    path = paths[0]
    numbers = [int(text) for text in re.findall(r", (\d+)", re.sub(r'"[^"]*"', "", arguments))]
    if name == "openat":
        if "O_TRUNC" in arguments:
            yield Call("resize", path)
        if "O_CREAT" in arguments and path not in known:
            known.add(path)
            yield Call("name", path, data=b"file")
    elif name == "pwrite64":
        yield Call("write", path, data=strings[0][:result], place=numbers[-1])
    elif name in ("fsync", "fdatasync"):
        yield Call("sync", path)
    elif name in ("ftruncate", "truncate"):
        yield Call("resize", path, place=numbers[-1])
    elif name in ("unlink", "unlinkat", "rmdir"):
        known.discard(path)
        yield Call("name", path, data=b"gone")
    elif name in ("mkdir", "mkdirat"):
        known.add(path)
        yield Call("name", path, data=b"folder")
    elif name.startswith("rename"):
        known.discard(path)
        known.add(paths[1])
        yield Call("name", path, data=b"moved", other=paths[1])
    else:
        raise RuntimeError(f"the record has a call that this bench does not play: {name} of {path}")


def play(disk: Disk, call: Call) -> None:
    """Do what the recorded call did."""
    if call.name == "promise":
        return
    if call.name == "name":
        if call.data == b"moved":
            disk.move(call.path, call.other)
        elif call.data == b"gone":
            disk.remove(call.path)
        else:
            disk.make(call.path, File() if call.data == b"file" else Folder())
        return
    node = disk.find(call.path) if call.path else disk.root
    if node is None:
        return  # already unlinked: nobody will find it after a cut
    if call.name == "sync":
        disk.sync(node)
    elif isinstance(node, File) and call.name == "copy":
        source = disk.find(call.other)  # one after the other from the beginning, as shutil does
        assert isinstance(source, File), call.other
        node.write(call.place, bytes(source.live[call.place : call.place + call.size]))
    elif isinstance(node, File) and call.name == "write":
        node.write(call.place, call.data)
    elif isinstance(node, File):
        node.resize(call.place)


def _within(path: str, root: str) -> str | None:
    """The path inside the disk ('' for its root); None for one elsewhere."""
    return path[len(root) :] if path == root or path.startswith(root + "/") else None


def _bytes(hexed: str) -> bytes:
    return bytes.fromhex(hexed.replace("\\x", ""))


def _text(found: re.Match[str]) -> bytes:
    if found[2]:
        raise RuntimeError("strace cut a string short")
    return _bytes(found[1])


def _promised(stream: bytes) -> Iterator[object]:
    """The whole messages at the start of a Connection's bytes: a length of four bytes, then a pickle."""
    place = 0
    while place + 4 <= len(stream):
        (size,) = struct.unpack_from("!i", stream, place)
        if place + 4 + size > len(stream):
            return
        yield pickle.loads(stream[place + 4 : place + 4 + size])
        place += 4 + size
