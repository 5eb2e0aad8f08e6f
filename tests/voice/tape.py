"""Whole announcements through the real Sound, onto the tape of SDL's disk driver, looked for sample by sample."""

import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from broker.runtime.clock import SystemClock
from broker.runtime.speech.levels import RATE_HZ
from display.announcer import Policy
from display.sound import Sound
from display.sound_settings import SoundSettings, SpokenWav
from tests.display.speech_rig import make_call
from tests.runtime.speech.rig import played, position
from tests.waiting import until

FRAMES = 4096  # large ones: on a busy machine the driver's tempo stays near that of a loudspeaker
DELAY_MS = 86  # a little more than 4096 frames last: a driver faster than the clock would outrun what is put in time
WAIT_S = 120.0
PARTS_OF_A_CALL = 4  # chime, zh, en, yue


@dataclass(frozen=True)
class Tape:
    """Of the ``parts`` of so many calls so many are on the tape, whole and in order; ``gaps`` within a call, in ms."""

    calls: int
    parts: int
    found: int
    gaps: tuple[int, ...]


def record(count: int, folder: Path, seed: int = 3) -> Tape:
    """Speak so many calls in all three languages and find every part of them; SDL's delay must be set outside."""
    said: list[SpokenWav] = []
    clock, chance = SystemClock(), random.Random(seed)
    policy = Policy(languages=("zh", "en", "yue"), readings=1, pause_ms=0)
    tape, clips = folder / "tape.raw", folder / "clips"
    tickets = [f"{chance.choice('ABCDFGHKLMPS')}{place:02}{chance.randrange(10)}" for place in range(count)]
    counters = chance.sample([str(number) for number in range(1, 100)], count)
    speaker = f"virtual://speaker?record={tape}&frames={FRAMES}"
    settings = SoundSettings(speaker=speaker, folder=clips, policy=policy, counters=tuple(counters))
    sound = Sound(settings, clock, on_wav=said.append)
    sound.start()
    sound.warm_tickets(tickets)
    try:
        until(
            lambda: len(list(clips.glob("*.wav"))) == 6 * count,
            "the words of tickets and counters are not made",
            WAIT_S,
        )
        for spoken, (number, counter) in enumerate(zip(tickets, counters, strict=True), start=1):
            sound.announce(make_call(number, counter, call_id=f"call-{spoken}", at_ms=clock.now_ms()))
            # a machine too busy for the tempo of a loudspeaker leaves a call to the screen: its parts are missing
            until(
                lambda ended=spoken: sound.health().spoken + sound.health().screen_only >= ended,
                "a call is not over",
                WAIT_S,
            )
    finally:
        sound.stop()
    return compared(said, played(tape), count)


def compared(said: list[SpokenWav], tape: np.ndarray, calls: int) -> Tape:
    """Every sample of every part, in order; parts of one call follow one another without a sample between."""
    at, found, gaps, before = 0, 0, list[int](), None
    for part in said:
        samples = np.frombuffer(part.wav[44:], np.int16)
        begins = position(samples, tape, at)
        if begins < 0:
            continue
        found += 1
        if before == part.call_id and begins != at:
            gaps.append(round((begins - at) / RATE_HZ * 1000))
        before, at = part.call_id, begins + len(samples)
    return Tape(calls, calls * PARTS_OF_A_CALL, found, tuple(gaps))
