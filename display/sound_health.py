"""How a display's sound feels, put together from its parts. Pure: it only looks at what it is given."""

from collections import deque
from collections.abc import Mapping
from typing import Protocol

from display.announcer import COULD_NOT_FOLLOW, Fate, Note
from display.sound_settings import SoundHealth

BEHIND_CALLS, BEHIND_WITHIN_S = 3, 300.0


class Behind:
    """Whether calls come faster than they can be spoken: three were left to the screen within five minutes."""

    def __init__(self) -> None:
        self._at_s: deque[float] = deque(maxlen=BEHIND_CALLS)

    def take(self, note: Note, now_s: float) -> None:
        """A call came to its end."""
        if note.fate is Fate.SCREEN_ONLY and note.why in COULD_NOT_FOLLOW:
            self._at_s.append(now_s)

    def is_so(self, now_s: float) -> bool:
        """Whether it is so now."""
        return len(self._at_s) == BEHIND_CALLS and now_s - self._at_s[0] <= BEHIND_WITHIN_S


class Faulty(Protocol):
    """A part that says in a sentence what is wrong with it."""

    fault: str | None


class VoicesLike(Protocol):
    """``broker.runtime.speech.voices.Voices``."""

    @property
    def state(self) -> str: ...

    @property
    def fine_state(self) -> str | None: ...

    @property
    def faults(self) -> list[str]: ...

    @property
    def clip_fault(self) -> str | None: ...

    @property
    def reader_fault(self) -> str | None: ...


def health_of(
    player: Faulty | None, voices: VoicesLike | None, module: Faulty | None, counts: tuple[int, int, int]
) -> SoundHealth:
    """``player`` and ``voices`` are None where there is no loudspeaker; ``counts``: backlog, spoken, screen only."""
    speaker = "off" if player is None else "unavailable" if player.fault else "ok"
    voice = "off" if player is None else "ok" if voices is None else voices.state
    faults = [part.fault for part in (player, module) if part is not None and part.fault is not None]
    faults += [] if voices is None else voices.faults
    return SoundHealth(speaker, voice, *counts, tuple(faults), _others(voices, module))


def _others(voices: VoicesLike | None, module: Faulty | None) -> Mapping[str, str]:
    others: dict[str, str] = {}
    if module is not None:
        others["module"] = "unavailable" if module.fault else "ok"
    if voices is not None and voices.fine_state is not None:
        others["fine"] = voices.fine_state
    if voices is not None and voices.clip_fault is not None:
        others["clips"] = "not_kept"
    if voices is not None and voices.reader_fault is not None:
        others["pinyin"] = "missing"
    return others
