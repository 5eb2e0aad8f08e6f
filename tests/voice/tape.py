"""Whole announcements through the real Sound, onto the tape of SDL's disk driver, looked for sample by sample."""

import random
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from broker.runtime.clock import SystemClock
from display.announcer import Policy
from display.sound import Sound
from display.sound_settings import SoundSettings, SpokenWav
from tests.display.speech_rig import make_call, played, position

FRAMES = 4096  # large ones: on a busy machine the driver's tempo stays near that of a loudspeaker
DELAY_MS = 80  # a little less than 4096 frames last
WAIT_S = 120.0
PARTS_OF_A_CALL = 4  # chime, zh, en, yue


@dataclass(frozen=True)
class Tape:
    """Of the ``parts`` of so many calls so many are on the tape, whole and in order; ``gaps`` within a call."""

    calls: int
    parts: int
    found: int
    gaps: int


def record(count: int, folder: Path, seed: int = 3) -> Tape:
    """Speak so many calls in all three languages and find every part of them; SDL's delay must be set outside."""
    said: list[SpokenWav] = []
    clock, chance = SystemClock(), random.Random(seed)
    policy = Policy(languages=("zh", "en", "yue"), readings=1, pause_ms=0)
    tape = folder / "tape.raw"
    settings = SoundSettings(f"virtual://speaker?record={tape}&frames={FRAMES}", folder / "clips", policy=policy)
    sound = Sound(settings, clock, on_wav=said.append)
    sound.start()
    try:
        for spoken in range(1, count + 1):
            number = f"{chance.choice('ABCDFGHKLMPS')}{chance.randrange(1000):03}"
            sound.announce(
                make_call(number, str(chance.randrange(1, 100)), call_id=f"call-{spoken}", at_ms=clock.now_ms())
            )
            _until_over(sound, spoken)
    finally:
        sound.stop()
    return compared(said, played(tape), count)


def compared(said: list[SpokenWav], tape: np.ndarray, calls: int) -> Tape:
    """Every sample of every part, in order; parts of one call follow one another without a sample between."""
    at, found, gaps, before = 0, 0, 0, None
    for part in said:
        samples = np.frombuffer(part.wav[44:], np.int16)
        begins = position(samples, tape, at)
        if begins < 0:
            continue
        found += 1
        gaps += before == part.call_id and begins != at
        before, at = part.call_id, begins + len(samples)
    return Tape(calls, calls * PARTS_OF_A_CALL, found, gaps)


def _until_over(sound: Sound, count: int) -> None:
    """A machine that is too busy for the tempo of a loudspeaker leaves a call to the screen: its parts are missing."""
    deadline_s = time.monotonic() + WAIT_S
    while (health := sound.health()).spoken + health.screen_only < count:
        if time.monotonic() > deadline_s:
            raise TimeoutError(f"call {count} was not spoken within {WAIT_S:.0f} s: {health}")
        time.sleep(0.02)
