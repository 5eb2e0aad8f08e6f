"""A video of the hall, decoded by an installed ffmpeg beside the program: frames of exactly one size, without sound.

The child writes raw frames into a pipe; a thread keeps a few of them, and a full pipe makes the child wait. It runs
below everybody else's priority, reads local files only, and ends at once - also when it hangs - when a call wants the
place, when the program stops, and with its parent.
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
from dataclasses import dataclass
from pathlib import Path

from broker.runtime.canvas.film import BYTES_A_PIXEL, Frame
from broker.runtime.canvas.pictures import CUT_MOST
from broker.runtime.canvas.theme import Colour
from broker.runtime.parent_death import die_with_parent

log = logging.getLogger(__name__)

SUFFIXES = (".mp4", ".m4v", ".mov", ".webm", ".mkv", ".avi", ".mpg", ".mpeg", ".ts")
FRAMES_A_SECOND = 25
FRAMES_KEPT = 6
LATE_S = 0.2
"""A film that falls behind by more goes on from where it is; it never hurries after its time."""
SILENT_S = 5.0
"""A decoder that gives nothing for so long hangs."""
BELOW_OTHERS = 10
_PIPE_BYTES = 1 << 20
_SAID_MOST = 400


def find_decoder() -> str | None:
    """Return where ffmpeg is installed; None where it is not."""
    return shutil.which("ffmpeg")


@dataclass(frozen=True)
class Slot:
    """The place of films: `size` px, and the colour around those of another shape."""

    size: tuple[int, int]
    ground: Colour


def decoder_command(program: str, path: Path, slot: Slot, from_s: float) -> list[str]:
    """Return how ffmpeg is asked: scaled and cut or padded to the slot, at an even pace, nothing but pixels out."""
    width, height = slot.size
    across, down = f"{width}/iw", f"{height}/ih"
    least, most = f"min({across},{down})", f"max({across},{down})"
    factor = f"if(lte({most}/({least}),{CUT_MOST}),{most},{least})"
    colour = "0x{:02X}{:02X}{:02X}".format(*slot.ground)
    filters = ",".join(
        (
            "scale=w='max(1,trunc(iw*sar))':h=ih,setsar=1",
            f"scale=w='max(1,round(iw*{factor}))':h='max(1,round(ih*{factor}))':flags=bilinear",
            f"crop=w='min(iw,{width})':h='min(ih,{height})'",
            f"pad={width}:{height}:(ow-iw)/2:(oh-ih)/2:color={colour}",
            f"fps={FRAMES_A_SECOND}",
        )
    )
    return [
        program, "-nostdin", "-hide_banner", "-loglevel", "error", "-protocol_whitelist", "file,pipe",
        "-threads", "2", "-ss", f"{from_s:.2f}", "-i", f"file:{path.absolute()}",
        "-map", "0:v:0", "-an", "-sn", "-dn", "-vf", filters, "-f", "rawvideo", "-pix_fmt", "rgb24", "pipe:1",
    ]  # fmt: skip


class Film:
    """One showing of a video file, from `from_s` seconds on.

    ``start`` belongs to a thread that lives as long as the program; ``frame`` never waits; ``stop`` may come from any
    thread at any moment, also before ``start``.
    """

    def __init__(self, program: str, path: Path, slot: Slot, from_s: float = 0.0) -> None:
        self.path = path
        self.at_s = from_s
        """How far the film has been shown, in seconds of the film."""
        self._command = decoder_command(program, path, slot, from_s)
        self._slot = slot
        self._bytes = slot.size[0] * slot.size[1] * BYTES_A_PIXEL
        self._frames: deque[bytearray] = deque()
        self._changed = threading.Condition()
        self._process: subprocess.Popen[bytes] | None = None
        self._reader: threading.Thread | None = None
        self._stopped = False
        self._decoded = False
        self._said = b""
        self._due_s: float | None = None
        self._heard_s: float | None = None
        self._hangs = False

    def start(self) -> None:
        """Begin to decode. OSError when the program cannot be run."""
        with self._changed:
            if self._stopped:
                return
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                bufsize=0, pipesize=_PIPE_BYTES, preexec_fn=die_with_parent(signal.SIGKILL),
            )  # fmt: skip
        try:
            os.setpriority(os.PRIO_PROCESS, self._process.pid, BELOW_OTHERS)
        except OSError as error:  # it may have ended already
            log.debug("the decoder keeps its priority: %s", error)
        self._reader = threading.Thread(target=self._read, args=(self._process,), name="film", daemon=True)
        self._reader.start()

    def stop(self) -> None:
        """End the decoder now, whatever it does; its reader thread collects it."""
        with self._changed:
            self._stopped = True
            self._frames.clear()
            if self._process is not None:
                self._process.kill()
            self._changed.notify_all()

    def join(self, timeout_s: float) -> bool:
        """Wait until the decoder was collected; whether it was."""
        if self._reader is not None:
            self._reader.join(timeout_s)
        return self._reader is None or not self._reader.is_alive()

    def wait_ready(self, timeout_s: float) -> bool:
        """Wait for the first frame; False when there will be none, or not in time."""
        with self._changed:
            self._changed.wait_for(lambda: self._frames or self._decoded or self._stopped, timeout_s)
            return bool(self._frames)

    @property
    def stopped(self) -> bool:
        return self._stopped

    @property
    def over(self) -> bool:
        """Whether its last frame was shown, or nothing comes any more."""
        with self._changed:
            return self._stopped or self._hangs or (self._decoded and not self._frames)

    @property
    def trouble(self) -> str:
        """What went wrong; empty for a film that came to its end."""
        if self._hangs or (self._process is not None and not self._decoded and not self._frames):
            return f"the decoder gave nothing for {SILENT_S:.0f} s"
        code = self._process.poll() if self._process else None
        if code in (0, None) or self._stopped:
            return ""
        lines = self._said.decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else f"the decoder ended with {code}"

    def frame(self, now_s: float) -> Frame | None:
        """Return the frame of this moment if it was not given yet; `now_s` is any monotonic clock."""
        due_s = now_s if self._due_s is None else self._due_s
        newest: bytearray | None = None
        with self._changed:
            while self._frames and due_s <= now_s:
                newest = self._frames.popleft()
                self.at_s += 1 / FRAMES_A_SECOND
                due_s = max(due_s + 1 / FRAMES_A_SECOND, now_s - LATE_S)
            if newest is not None:
                self._changed.notify_all()
            elif not self._frames and self._heard_s is not None and now_s - self._heard_s >= SILENT_S:
                self._hangs = not self._decoded
        if newest is not None or self._heard_s is None:
            self._heard_s = now_s
        if newest is None:
            return None
        self._due_s = due_s
        return Frame(self._slot.size, newest)

    # --- The reader's thread ------------------------------------------------------------------------------------------

    def _read(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        assert process.stderr is not None
        out, said = process.stdout.fileno(), process.stderr.fileno()
        frame, filled = bytearray(self._bytes), 0
        with selectors.DefaultSelector() as waiting:
            waiting.register(out, selectors.EVENT_READ)
            waiting.register(said, selectors.EVENT_READ)
            while waiting.get_map() and not self._stopped:
                for key, _ in waiting.select():
                    if key.fd == said:
                        line = os.read(said, 4096)
                        self._said = (self._said + line)[-_SAID_MOST:]
                        if not line:
                            waiting.unregister(said)
                        continue
                    count = os.readv(out, [memoryview(frame)[filled:]])
                    filled += count
                    if not count:
                        waiting.unregister(out)
                    elif filled == self._bytes:
                        self._keep(frame)
                        frame, filled = bytearray(self._bytes), 0
        self._collect(process)

    def _keep(self, frame: bytearray) -> None:
        """Take a frame; wait while enough are kept."""
        with self._changed:
            self._frames.append(frame)
            self._changed.notify_all()
            self._changed.wait_for(lambda: len(self._frames) < FRAMES_KEPT or self._stopped)

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
            self._decoded = True
            self._changed.notify_all()
