"""Lines of text out of what a code scanner sends, noise or not. Pure: bytes in, texts out; the time is handed in.

Scanners end a code with CR, LF, both, or (badly set up) with nothing but silence. UTF-8 is usual; makers here also send
GBK. A line longer than any code of ours is dropped whole, for its end could look like a shorter code. A code that is
held before the window is seen many times a second and counts once until it has been away for a while.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

LONGEST_BYTES = 256
SILENCE_S = 0.3
"""So long after the last byte a line without an end is taken as ended."""
AWAY_S = 3.0
AT_ONCE_MOST = 4
"""Lines of one turn; a line that talks without end is a fault, not a queue of people."""


@dataclass(frozen=True)
class Scanned:
    """A code that was read. The text may be anything, also somebody's: it is kept out of every text made of this."""

    text: str = field(repr=False)


ScanEvent = Scanned
CODES_MOST, CODES_WITHIN_S = 6, 10.0
"""Nobody holds more different codes before a scanner in that time."""
QUIET_S = 5.0
"""So long nothing new, and a scanner that talked without end is listened to again."""


class Lines:
    """``feed`` gives the texts that are complete. Times are monotonic seconds."""

    def __init__(self) -> None:
        self._pending = bytearray()
        self._skipping = False
        self._last_byte_s = float("-inf")
        self.dropped = 0
        """Lines that were too long, empty of text or too many, since the start."""

    def feed(self, received: bytes, now_s: float) -> list[str]:
        """At most `AT_ONCE_MOST` texts."""
        if self._pending and now_s - self._last_byte_s >= SILENCE_S:
            received = b"\n" + received
        elif self._skipping and now_s - self._last_byte_s >= SILENCE_S:
            self._skipping = False
        if received.strip(b"\n"):
            self._last_byte_s = now_s
        texts = [text for text in self._ended(received) if text]
        self.dropped += max(0, len(texts) - AT_ONCE_MOST)
        return texts[:AT_ONCE_MOST]

    def _ended(self, received: bytes) -> list[str]:
        texts = []
        for byte in received:
            if byte in b"\r\n":
                if self._pending:
                    texts.append(self._text())
                self._pending.clear()
                self._skipping = False
            elif not self._skipping:
                self._pending.append(byte)
                if len(self._pending) > LONGEST_BYTES:
                    self._pending.clear()
                    self._skipping = True
                    self.dropped += 1
        return texts

    def _text(self) -> str:
        """What can be seen of the line; empty when it is no text at all."""
        line = bytes(self._pending).removeprefix(b"\xef\xbb\xbf")
        for encoding in ("utf-8", "gb18030"):
            try:
                text = line.decode(encoding)
            except UnicodeDecodeError:
                continue
            seen = "".join(character for character in text if character.isprintable()).strip()
            self.dropped += not seen
            return seen
        self.dropped += 1
        return ""


class Once:
    """Lets each code through once while it is held before the window."""

    def __init__(self) -> None:
        self._seen_s: dict[str, float] = {}

    def new(self, text: str, now_s: float) -> bool:
        """Whether this code was not seen during the last `AWAY_S` seconds."""
        self._seen_s = {seen: at for seen, at in self._seen_s.items() if now_s - at < AWAY_S}
        new = text not in self._seen_s
        self._seen_s[text] = now_s
        return new


class Patience:
    """Stops listening to a scanner that talks without end, as a broken one does, or one before which codes are tried
    out: each code begins a visit anew, and nobody else could use the kiosk."""

    def __init__(self) -> None:
        self._heard_s: deque[float] = deque(maxlen=CODES_MOST)
        self._newest_s = float("-inf")
        self._over = False

    def over(self, now_s: float) -> bool:
        """Whether nothing is let through now."""
        self._over = self._over and now_s - self._newest_s < QUIET_S
        return self._over

    def lets(self, now_s: float) -> bool:
        """Whether a new code is let through."""
        over = self.over(now_s)
        self._newest_s = now_s
        if over:
            return False
        self._over = len(self._heard_s) == CODES_MOST and now_s - self._heard_s[0] < CODES_WITHIN_S
        self._heard_s.append(now_s)
        return not self._over
