"""The sound of a video: decoded beside the program like its picture, and played in step with what is seen.

Whoever shows frames tells where the film is; whoever plays asks which sample is due when, and takes pieces from there.
A film that stands still keeps its sound waiting, and a sound that was late goes on from where the picture is.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from broker.runtime.speech.levels import RATE_HZ
from display.decoder import Decoder, decoding

PIECE_SAMPLES = RATE_HZ // 25
PIECES_KEPT = 25
STALLED_S = 0.3
"""A film that shows no new frame for longer is taken to stand still."""
NO_SOUND = "it has none"


def sound_command(program: str, path: Path, from_s: float) -> list[str]:
    """Return how ffmpeg is asked: two channels of 16 bits at the loudspeaker's rate, gaps filled, from the start on."""
    filters = "aresample=async=1:first_pts=0"  # a sound that begins after its picture does not come early
    wishes = ("-map", "0:a:0", "-vn", "-af", filters, "-ac", "2", "-ar", str(RATE_HZ), "-f", "s16le")
    return decoding(program, path, from_s, *wishes)


class FilmSound:
    """The sound of one showing of `path` from a second of it on. ``seen`` is told by the thread that shows the film,
    ``sample_at`` and ``piece`` belong to the one that plays; samples are counted from the showing's begin."""

    def __init__(self, program: str, path: Path, from_s: float = 0.0) -> None:
        self.path = path
        self.decoder = Decoder(sound_command(program, path, from_s), PIECE_SAMPLES * 4, PIECES_KEPT, "film-sound")
        self._from_s = from_s
        self._seen: tuple[float, float] | None = None
        self._held = np.zeros((0, 2), np.int16)
        self._held_from = 0

    def start(self) -> None:
        """Begin to decode. OSError when the program cannot be run."""
        self.decoder.start()

    def stop(self) -> None:
        """Be silent from now on."""
        self.decoder.stop()

    def seen(self, at_s: float, now_s: float) -> None:
        """At the monotonic moment `now_s` the picture is at the second `at_s` of the film."""
        self._seen = (at_s, now_s)

    def sample_at(self, now_s: float) -> int | None:
        """The sample that belongs to a monotonic moment, now or soon; None before the first frame."""
        if self._seen is None:
            return None
        at_s, seen_s = self._seen
        return round((at_s - self._from_s + min(now_s - seen_s, STALLED_S)) * RATE_HZ)

    def piece(self, first: int, count: int) -> np.ndarray | None:
        """`count` samples (n, 2) from `first` on; what is before them is given up. None: not decoded yet."""
        while self._held_from + len(self._held) < first + count and (taken := self.decoder.take()) is not None:
            held = np.concatenate((self._held, np.frombuffer(taken, np.int16).reshape(-1, 2)))
            gone = min(max(0, first - self._held_from), len(held))
            self._held, self._held_from = held[gone:], self._held_from + gone
        end = self._held_from + len(self._held)
        if end < first + count and not self.decoder.over:
            return None
        samples = np.zeros((count, 2), np.int16)
        begin = max(first, self._held_from)
        if begin < min(end, first + count):
            samples[begin - first : end - first] = self._held[begin - self._held_from : first + count - self._held_from]
        gone = min(max(0, first + count - self._held_from), len(self._held))
        self._held, self._held_from = self._held[gone:], self._held_from + gone
        return samples

    @property
    def over(self) -> bool:
        """Whether all of it was taken, or it was stopped."""
        return self.decoder.stopped or (self.decoder.over and not len(self._held))

    @property
    def why_none(self) -> str:
        """Why a film has no sound, once its decoder ended; empty when it had one."""
        return NO_SOUND if "matches no streams" in self.decoder.said else self.decoder.trouble
