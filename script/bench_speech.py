"""How long from a call to its first sound: `python script/bench_speech.py [rounds]`.

Measured inside this process, from `Sound.announce` to the moment SDL's mixer hands the buffer with the first sample
that is not silence to the audio driver, plus that sample's place in the buffer. Not in the figures: the way of the call
through the network, and what a real device adds (two or three periods of ALSA, the television). The driver is SDL's
dummy, which takes buffers at the pace of a real device.
"""

import ctypes
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from broker.model.views import Call
from broker.model.words import Names
from broker.runtime.clock import SystemClock
from display.announcer import Policy
from display.levels import RATE_HZ
from display.sound import Sound
from display.sound_settings import SoundSettings

ROUNDS = 10
WAIT_S = 10.0


class Ear:
    """Listens where SDL_mixer hands its mixed buffers on (Mix_SetPostMix), in SDL's own audio thread."""

    def __init__(self) -> None:
        self._heard = threading.Event()
        self._at_s = 0.0
        shape = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)
        self._callback = shape(self._listen)
        self._mixer = ctypes.CDLL(_loaded("SDL2_mixer"))
        self._mixer.Mix_SetPostMix(self._callback, None)

    def expect(self) -> None:
        """From now on, the first sound counts."""
        self._heard.clear()

    def heard_at_s(self) -> float:
        """The monotonic time of the first sample since `expect`; TimeoutError when none came."""
        if not self._heard.wait(WAIT_S):
            raise TimeoutError(f"no sound within {WAIT_S:.0f} s")
        return self._at_s

    def close(self) -> None:
        """Listen no longer."""
        self._mixer.Mix_SetPostMix(None, None)

    def _listen(self, _nothing: int | None, buffer: int, size: int) -> None:
        now_s = time.monotonic()
        if self._heard.is_set():
            return
        sounding = np.flatnonzero(np.frombuffer(ctypes.string_at(buffer, size), np.int16))
        if sounding.size:
            self._at_s = now_s + int(sounding[0]) // 2 / RATE_HZ
            self._heard.set()


def measure(*, chime: bool, cached: bool, rounds: int = ROUNDS, frames: int = 512) -> list[float]:
    """Seconds from call to first sample, one for each of `rounds` different tickets.

    `cached`: the clips were made before, in memory; otherwise nothing of the ticket or its counter exists.
    """
    clock, policy = SystemClock(), Policy(languages=("zh",), readings=1, pause_ms=0, chime=chime)
    with tempfile.TemporaryDirectory() as folder:
        settings = SoundSettings(speaker=f"virtual://speaker?frames={frames}", folder=Path(folder), policy=policy)
        sound = Sound(settings, clock)
        sound.start()
        try:
            if cached:
                _speak(sound, None, _call(clock, 0), spoken=1)
            else:
                _until(lambda: sound._voice is not None and all(voice.alive for voice in sound._voice._voices))
            ear, taken_s = Ear(), []
            for place in range(rounds):
                call = _call(clock, 0 if cached else place + 1, call_id=f"bench-{place:04}")
                taken_s.append(_speak(sound, ear, call, spoken=place + 1 + cached))
            ear.close()
        finally:
            sound.stop()
    return taken_s


def _speak(sound: Sound, ear: Ear | None, call: Call, *, spoken: int) -> float:
    time.sleep(0.05 + time.monotonic() % 0.011)  # not in step with the buffers
    if ear is not None:
        ear.expect()
    asked_s = time.monotonic()
    sound.announce(call)
    taken_s = 0.0 if ear is None else ear.heard_at_s() - asked_s
    _until(lambda: sound.health().spoken >= spoken)
    return taken_s


def _call(clock: SystemClock, place: int, call_id: str = "bench-warm") -> Call:
    now_ms = clock.now_ms()
    return Call(
        call_id=call_id,
        number=f"A{place:03}",
        counter=f"c{place}",
        counter_name=str(place + 1),
        service=Names("业务", "Service"),
        called_at_ms=now_ms,
        valid_until_ms=now_ms + 60_000,
    )


def _until(condition: object) -> None:
    deadline_s = time.monotonic() + 30
    while not condition():
        if time.monotonic() > deadline_s:
            raise TimeoutError("it never came")
        time.sleep(0.005)


def _loaded(name: str) -> str:
    """The file of a library that pygame has loaded into this process."""
    for line in Path("/proc/self/maps").read_text().splitlines():
        if name in line:
            return line.split(maxsplit=5)[5]
    raise FileNotFoundError(f"{name} is not loaded")


def main() -> None:
    """Print one line for each kind of call."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    print(f"call -> first sample at the audio driver, {rounds} calls each, 48 kHz, buffer 512, milliseconds")
    for chime in (True, False):
        for cached in (True, False):
            taken_ms = sorted(1000 * seconds for seconds in measure(chime=chime, cached=cached, rounds=rounds))
            print(
                f"{'chime first' if chime else 'no chime   '}  {'cached' if cached else 'cold  '}"
                f"  median {statistics.median(taken_ms):4.0f}  worst {taken_ms[-1]:4.0f}"
            )


if __name__ == "__main__":
    main()
