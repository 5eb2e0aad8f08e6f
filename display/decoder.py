"""An ffmpeg beside the program: what it writes comes in pieces of one size, a few of them kept, and it ends at once.

It writes into a pipe; a thread keeps a few pieces, and a full pipe makes it wait. It runs below everybody else's
priority, reads local files only, and ends at once - also when it hangs - when it is stopped, and with its parent.
"""

from __future__ import annotations

import logging
import os
import selectors
import shutil
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Sequence
from pathlib import Path

from broker.runtime.parent_death import die_with_parent

log = logging.getLogger(__name__)

BELOW_OTHERS = 10
_PIPE_BYTES = 1 << 20
_SAID_MOST = 400


def find_decoder() -> str | None:
    """Return where ffmpeg is installed; None where it is not."""
    return shutil.which("ffmpeg")


def decoding(program: str, path: Path, from_s: float, *wishes: str) -> list[str]:
    """Return how ffmpeg is asked for one stream of a local file from a second of it, raw into its output."""
    return [
        program, "-nostdin", "-hide_banner", "-loglevel", "error", "-protocol_whitelist", "file,pipe",
        "-threads", "2", "-ss", f"{from_s:.3f}", "-i", f"file:{path.absolute()}", "-sn", "-dn", *wishes, "pipe:1",
    ]  # fmt: skip


class Decoder:
    """One run of a command. ``start`` belongs to a thread that lives as long as the program; ``take`` never waits;
    ``stop`` may come from any thread at any moment, also before ``start``."""

    def __init__(self, command: Sequence[str], piece_bytes: int, kept: int, name: str) -> None:
        """Of its output `kept` pieces of `piece_bytes` are held at most; what is left at the end is no piece."""
        self._command = list(command)
        self._piece_bytes = piece_bytes
        self._kept = kept
        self._name = name
        self._pieces: deque[bytearray] = deque()
        self._changed = threading.Condition()
        self._reader: threading.Thread | None = None
        self._said = b""
        self.process: subprocess.Popen[bytes] | None = None
        self.stopped = False
        self.ended = False
        """Nothing more will come; pieces may be left."""

    def start(self) -> None:
        """Begin to decode. OSError when the program cannot be run."""
        with self._changed:
            if self.stopped:
                return
            self.process = subprocess.Popen(
                self._command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                bufsize=0, pipesize=_PIPE_BYTES, preexec_fn=die_with_parent(signal.SIGKILL),
            )  # fmt: skip
        try:
            os.setpriority(os.PRIO_PROCESS, self.process.pid, BELOW_OTHERS)
        except OSError as error:  # it may have ended already
            log.debug("the decoder keeps its priority: %s", error)
        self._reader = threading.Thread(target=self._read, args=(self.process,), name=self._name, daemon=True)
        self._reader.start()

    def stop(self) -> None:
        """End the decoder now, whatever it does; its reader thread collects it."""
        with self._changed:
            self.stopped = True
            self._pieces.clear()
            if self.process is not None:
                self.process.kill()
            self._changed.notify_all()

    def join(self, timeout_s: float) -> bool:
        """Wait until the decoder was collected; whether it was."""
        if self._reader is not None:
            self._reader.join(timeout_s)
        return self._reader is None or not self._reader.is_alive()

    def wait_first(self, timeout_s: float) -> bool:
        """Wait for the first piece; False when there will be none, or not in time."""
        with self._changed:
            self._changed.wait_for(lambda: self._pieces or self.ended or self.stopped, timeout_s)
            return bool(self._pieces)

    def take(self) -> bytearray | None:
        """The oldest piece, if there is one."""
        with self._changed:
            if not self._pieces:
                return None
            self._changed.notify_all()
            return self._pieces.popleft()

    @property
    def waiting(self) -> int:
        """Pieces that can be taken now."""
        return len(self._pieces)

    @property
    def over(self) -> bool:
        """Whether every piece was taken, or it was stopped."""
        with self._changed:
            return self.stopped or (self.ended and not self._pieces)

    @property
    def said(self) -> str:
        """How its complaints end."""
        return self._said.decode("utf-8", "replace")

    @property
    def trouble(self) -> str:
        """What went wrong; empty for an end in order, and while it runs."""
        code = self.process.poll() if self.process else None
        if code in (0, None) or self.stopped:
            return ""
        lines = self.said.strip().splitlines()
        return lines[-1] if lines else f"the decoder ended with {code}"

    # --- The reader's thread ------------------------------------------------------------------------------------------

    def _read(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        assert process.stderr is not None
        out, said = process.stdout.fileno(), process.stderr.fileno()
        piece, filled = bytearray(self._piece_bytes), 0
        with selectors.DefaultSelector() as waiting:
            waiting.register(out, selectors.EVENT_READ)
            waiting.register(said, selectors.EVENT_READ)
            while waiting.get_map() and not self.stopped:
                for key, _ in waiting.select():
                    if key.fd == said:
                        line = os.read(said, 4096)
                        self._said = (self._said + line)[-_SAID_MOST:]
                        if not line:
                            waiting.unregister(said)
                        continue
                    count = os.readv(out, [memoryview(piece)[filled:]])
                    filled += count
                    if not count:
                        waiting.unregister(out)
                    elif filled == self._piece_bytes:
                        self._keep(piece)
                        piece, filled = bytearray(self._piece_bytes), 0
        self._collect(process)

    def _keep(self, piece: bytearray) -> None:
        """Take a piece; wait while enough are kept."""
        with self._changed:
            self._pieces.append(piece)
            self._changed.notify_all()
            self._changed.wait_for(lambda: len(self._pieces) < self._kept or self.stopped)

    def _collect(self, process: subprocess.Popen[bytes]) -> None:
        """Leave no child behind: one that closed its pipes and goes on is ended."""
        for pipe in (process.stdout, process.stderr):
            assert pipe is not None
            pipe.close()
        try:
            process.wait(1.0)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        with self._changed:
            self.ended = True
            self._changed.notify_all()
