"""Which meaning a finger had: tapped, held long, or two keys together, as the hall file's ``keys`` say. Pure.

A key that has only its own meaning counts the moment it goes down. One that can also be held counts when it is let go
sooner, one that belongs to a chord when the chord's time is over: nobody waits who need not. Each press means one
thing at most. Times are monotonic seconds; ``tick`` is called every few hundredths.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from broker.model.key_gestures import Chord, Gesture, Hold, Tap


@dataclass
class _Down:
    """A key that is down; ``spent``: its meaning was told already."""

    since_s: float
    spent: bool = False


class Gestures:
    """The keys of one pad. Names are those of ``keys``: a key is called by its own meaning."""

    def __init__(self, gestures: Mapping[str, Gesture]) -> None:
        self.keys = tuple(name for name, gesture in gestures.items() if isinstance(gesture, Tap))
        """The keys that are there, as the pad names them."""
        self._plain = {name for name, gesture in gestures.items() if isinstance(gesture, Tap) and not gesture.hold_ms}
        self._holds: dict[str, tuple[str, float]] = {}
        for name, gesture in gestures.items():
            if isinstance(gesture, Tap) and gesture.hold_ms is not None:
                self._holds[name] = (name, gesture.hold_ms / 1_000)
            elif isinstance(gesture, Hold):
                self._holds[gesture.of] = (name, gesture.ms / 1_000)
        self._chords = {name: gesture for name, gesture in gestures.items() if isinstance(gesture, Chord)}
        self._chord_s: dict[str, float] = {}
        for chord in self._chords.values():
            for key in chord.of:
                self._chord_s[key] = max(self._chord_s.get(key, 0.0), chord.ms / 1_000)
        self._down: dict[str, _Down] = {}

    def moved(self, key: str, down: bool, at_s: float) -> list[str]:
        """A key went down or up: the meanings that this decides. A key that is down already is only repeating."""
        if not down:
            return self._up(key, at_s)
        if key in self._down:
            return []
        meant = self.tick(at_s)
        self._down[key] = _Down(at_s)
        chord = self._chord(key, at_s)
        if chord is not None:
            return [*meant, chord]
        if key in self._plain and key not in self._holds and key not in self._chord_s:
            self._down[key].spent = True
            meant.append(key)
        return meant

    def tick(self, now_s: float) -> list[str]:
        """What has become certain by now."""
        meant = []
        for key, state in self._down.items():
            if state.spent:
                continue
            age_s = now_s - state.since_s
            if key in self._holds:
                meaning, needed_s = self._holds[key]
            elif key in self._plain:
                meaning, needed_s = key, self._chord_s.get(key, 0.0)
            else:
                continue
            if age_s >= needed_s:
                state.spent = True
                meant.append(meaning)
        return meant

    def forget(self, key: str | None = None) -> None:
        """A key is stuck, or the whole pad is gone: what is down means nothing any more."""
        if key is None:
            self._down.clear()
        else:
            self._down.pop(key, None)

    @property
    def deciding(self) -> bool:
        """A key is down whose meaning is not certain yet: worth another look within hundredths."""
        return any(not state.spent for state in self._down.values())

    def _up(self, key: str, at_s: float) -> list[str]:
        meant = self.tick(at_s)
        state = self._down.pop(key, None)
        if state is not None and not state.spent and key in self._plain:
            meant.append(key)
        return meant

    def _chord(self, key: str, at_s: float) -> str | None:
        for name, chord in self._chords.items():
            if key not in chord.of or not chord.of <= set(self._down):
                continue
            together = [self._down[other] for other in chord.of]
            first_s = min(state.since_s for state in together)
            if not any(state.spent for state in together) and at_s - first_s <= chord.ms / 1_000:
                for state in together:
                    state.spent = True
                return name
        return None
