"""``python -m tests.bench.observed_display HALL NAME``: a wall display whose paintings and sounds are timed.

It is the display program, made by its own ``make_station`` and run by its own ``run_stations``, with two observers:
the screen's ``show`` (when it returns, the pixels are in the screen's memory, and on a real screen handed to the
display) and SDL_mixer's post-mix hook (when a buffer is handed to the audio driver). They print, on the machine's
monotonic clock that all processes share:

    painted NUMBER SECONDS SHARE    the first picture with this ticket number was there; share of pixels painted
    sound SECONDS                   the first sample after silence
    pause SECONDS LENGTH            so long nothing had sounded, counted in samples
    quiet SECONDS                   silence for a while
"""

import ctypes
import re
import sys
import threading
import time
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pygame

from broker.model.hall import Hall
from broker.runtime.canvas.metrics import Fonts
from broker.runtime.canvas.ops import Op, Text
from broker.runtime.canvas.window import Screen
from broker.runtime.hall_source import load_hall
from broker.runtime.process import Process, run_process
from broker.runtime.speech.levels import RATE_HZ
from display.app import run_stations
from display.node import make_station

NUMBER = re.compile(r"\b[A-Z][0-9]{3}\b")
SILENCE_S = 0.45
"""Longer than any pause inside an announcement in one language."""
PAUSE_S = 0.04
LOOK_S = 0.02


def main() -> int:
    path, name = sys.argv[1:]
    hall = load_hall(Path(path))
    return run_process(name, lambda process: run(hall, name, process))


def run(hall: Hall, name: str, process: Process) -> None:
    """As ``display.node.run``, observed."""
    fonts = Fonts()
    fonts.start()
    station = make_station(hall, name, process, fonts)
    observe_screen(station.screen)
    if hall.displays[name].speaker != "none":
        # without ears for tickets that wait: or no words would be cold, each is made when its ticket is issued
        station._voice.warm_tickets = lambda numbers: None
        threading.Thread(target=lambda: Ear().listen(process.stopping), name="ear", daemon=True).start()
    run_stations([station], name, process.stopping)


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def observe_screen(screen: Screen) -> None:
    """Tell when a number is on the screen for the first time."""
    show, seen, pixels = screen.show, set[str](), screen.size[0] * screen.size[1]

    def timed(ops: tuple[Op, ...]):  # type: ignore[no-untyped-def]
        painted = show(ops)
        if painted.pixels:
            now_s = time.monotonic()
            for number in numbers_in(ops) - seen:
                seen.add(number)
                say(f"painted {number} {now_s:.6f} {painted.pixels / pixels:.4f}")
        return painted

    screen.show = timed  # type: ignore[method-assign]


def numbers_in(ops: Iterable[Op]) -> set[str]:
    """All ticket numbers among the texts of a picture."""
    return {number for op in ops if isinstance(op, Text) for number in NUMBER.findall(op.plain)}


class Ear:
    """Listens where SDL_mixer hands its mixed buffers on (Mix_SetPostMix), in SDL's own audio thread."""

    def __init__(self) -> None:
        self._sounding = False
        self._last_s = 0.0
        self._frames = self._last_frame = 0
        shape = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)
        self._callback = shape(self._hear)

    def listen(self, stopping: threading.Event) -> None:
        """Until the program ends; begins as soon as the loudspeaker is open."""
        while pygame.mixer.get_init() is None:
            if stopping.wait(LOOK_S):
                return
        mixer = ctypes.CDLL(_loaded("SDL2_mixer"))
        mixer.Mix_SetPostMix(self._callback, None)
        say(f"listening {time.monotonic():.6f}")
        while not stopping.wait(LOOK_S):
            if self._sounding and time.monotonic() - self._last_s > SILENCE_S:
                self._sounding = False
                say(f"quiet {time.monotonic():.6f}")
        mixer.Mix_SetPostMix(None, None)

    def _hear(self, _nothing: int | None, buffer: int, size: int) -> None:
        now_s = time.monotonic()
        sounding = np.flatnonzero(np.frombuffer(ctypes.string_at(buffer, size), np.int16)) // 2
        begins, self._frames = self._frames, self._frames + size // 4
        if not sounding.size:
            return
        silent_s = (begins + int(sounding[0]) - self._last_frame) / RATE_HZ
        if silent_s >= PAUSE_S:
            say(f"pause {now_s:.6f} {silent_s:.6f}")
        if not self._sounding:
            say(f"sound {now_s + int(sounding[0]) / RATE_HZ:.6f}")
        self._last_frame = begins + int(sounding[-1])
        self._sounding, self._last_s = True, now_s + size / 4 / RATE_HZ


def _loaded(name: str) -> str:
    """The file of a library that pygame has loaded into this process."""
    for line in Path("/proc/self/maps").read_text().splitlines():
        if name in line:
            return line.split(maxsplit=5)[5]
    raise FileNotFoundError(f"{name} is not loaded")


if __name__ == "__main__":
    sys.exit(main())
