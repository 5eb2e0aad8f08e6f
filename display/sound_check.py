"""Is there sound? A sample call in the hall's languages, then words and noise as loud as speech, and what came of it.

For ``python -m display --sound-check hall.toml NAME``. The display itself must not run meanwhile where its loudspeaker
can be opened only once.
"""

import time
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet
from dataclasses import replace

from broker.model.views import Call
from broker.model.words import Names
from broker.runtime.clock import Clock
from display.sound import Sound
from display.sound_settings import SoundSettings

WAIT_S = 60.0
VALID_MS = 60_000
NUMBER = "A005"


def check_sound(settings: SoundSettings, counter_name: str, clock: Clock) -> tuple[str | None, list[str]]:
    """Play; (why nobody could hear it, or None, what each part says). Returns within some minutes."""
    settings = replace(settings, policy=replace(settings.policy, readings=1))
    if settings.is_silent:
        return "the display has neither a loudspeaker nor a voice module", []
    sound = Sound(settings, clock)
    sound.start()
    try:
        sound.announce(_sample(counter_name, clock.now_ms()))
        failure = _heard(sound.test_tone())
        health = sound.health()
    finally:
        sound.stop()
    return failure, [*(f"{part}: {state}" for part, state in health.parts().items()), *health.faults]


def _heard(test: "Future[str | None]") -> str | None:
    try:
        return test.result(timeout=WAIT_S)
    except NotYet:
        return f"nothing was heard within {WAIT_S:.0f} s"


def _sample(counter_name: str, at_ms: int) -> Call:
    return Call(
        call_id=f"sound-check-{time.monotonic_ns()}",
        number=NUMBER,
        counter=counter_name,
        counter_name=counter_name,
        service=Names("声音测试", "Sound test"),
        called_at_ms=at_ms,
        valid_until_ms=at_ms + VALID_MS,
    )
