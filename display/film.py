"""A video of the hall, decoded beside the program: frames of exactly one size, and its sound where that is wanted.

Who shows the frames sets the pace: the sound follows what is seen (``film_sound``), and one that cannot be had costs
nothing but itself.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from broker.runtime.canvas.film import BYTES_A_PIXEL, Frame
from broker.runtime.canvas.pictures import CUT_MOST
from broker.runtime.canvas.theme import Colour
from display.decoder import Decoder, decoding

if TYPE_CHECKING:
    from display.film_sound import FilmSound

log = logging.getLogger(__name__)

SUFFIXES = (".mp4", ".m4v", ".mov", ".webm", ".mkv", ".avi", ".mpg", ".mpeg", ".ts")
FRAMES_A_SECOND = 25
FRAMES_KEPT = 6
LATE_S = 0.2
"""A film that falls behind by more goes on from where it is; it never hurries after its time."""
SILENT_S = 5.0
"""A decoder that gives nothing for so long hangs."""


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
            f"fps={FRAMES_A_SECOND}:start_time=0",  # a picture that begins after its sound does not come early
        )
    )
    wishes = ("-map", "0:v:0", "-an", "-vf", filters, "-f", "rawvideo", "-pix_fmt", "rgb24")
    return decoding(program, path, from_s, *wishes)


class Film:
    """One showing of a video file, from `from_s` seconds on.

    ``start`` belongs to a thread that lives as long as the program; ``frame`` never waits; ``stop`` may come from any
    thread at any moment, also before ``start``. `sound` is told of its sound when its first frame is seen.
    """

    def __init__(
        self,
        program: str,
        path: Path,
        slot: Slot,
        from_s: float = 0.0,
        sound: Callable[[FilmSound], None] | None = None,
    ) -> None:
        self.path = path
        self.at_s = from_s
        """How far the film has been shown, in seconds of the film."""
        self.decoder = Decoder(
            decoder_command(program, path, slot, from_s),
            slot.size[0] * slot.size[1] * BYTES_A_PIXEL,
            FRAMES_KEPT,
            "film",
        )
        self.sound = None if sound is None else _sound_of(program, path, from_s)
        self._tell_sound = sound
        self._slot = slot
        self._due_s: float | None = None
        self._heard_s: float | None = None
        self._hangs = False

    def start(self) -> None:
        """Begin to decode. OSError when the program cannot be run."""
        self.decoder.start()
        if self.sound is not None:
            try:
                self.sound.start()
            except OSError as error:
                log.warning("%s is shown without its sound: %s", self.path, error)
                self.sound = None

    def stop(self) -> None:
        """End the decoders now, whatever they do; their reader threads collect them."""
        self.decoder.stop()
        if (sound := self.sound) is not None:
            sound.stop()

    def join(self, timeout_s: float) -> bool:
        """Wait until the decoders were collected; whether they were."""
        return self.decoder.join(timeout_s) and (self.sound is None or self.sound.decoder.join(timeout_s))

    def wait_ready(self, timeout_s: float) -> bool:
        """Wait for the first frame; False when there will be none, or not in time."""
        return self.decoder.wait_first(timeout_s)

    @property
    def stopped(self) -> bool:
        return self.decoder.stopped

    @property
    def over(self) -> bool:
        """Whether its last frame was shown, or nothing comes any more."""
        return self._hangs or self.decoder.over

    @property
    def trouble(self) -> str:
        """What went wrong; empty for a film that came to its end."""
        started = self.decoder.process is not None
        if self._hangs or (started and not self.decoder.ended and not self.decoder.waiting):
            return f"the decoder gave nothing for {SILENT_S:.0f} s"
        return self.decoder.trouble

    def frame(self, now_s: float) -> Frame | None:
        """Return the frame of this moment if it was not given yet; `now_s` is any monotonic clock."""
        due_s = now_s if self._due_s is None else self._due_s
        newest: bytearray | None = None
        while due_s <= now_s and (piece := self.decoder.take()) is not None:
            newest = piece
            self.at_s += 1 / FRAMES_A_SECOND
            due_s = max(due_s + 1 / FRAMES_A_SECOND, now_s - LATE_S)
        if newest is None and self._heard_s is not None and now_s - self._heard_s >= SILENT_S:
            self._hangs = not self.decoder.ended and not self.decoder.waiting
        if newest is not None or self._heard_s is None:
            self._heard_s = now_s
        if newest is None:
            return None
        self._due_s = due_s
        self._lead_sound(now_s, due_s)
        return Frame(self._slot.size, newest)

    def _lead_sound(self, now_s: float, due_s: float) -> None:
        """What is heard follows what is seen: at `due_s` the film will be where this frame ends."""
        if self.sound is None:
            return
        self.sound.seen(self.at_s + now_s - due_s, now_s)
        if self._tell_sound is not None:
            self._tell_sound(self.sound)
            self._tell_sound = None


def _sound_of(program: str, path: Path, from_s: float) -> FilmSound:
    """Its numpy is loaded only where something is heard."""
    from display.film_sound import FilmSound

    return FilmSound(program, path, from_s)
