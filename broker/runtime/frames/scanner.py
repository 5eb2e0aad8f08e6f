"""What every framing shares: find whole frames in a stream, pass over noise, hold one beginning at most. Pure.

A make says three things of a place in the bytes: how long a frame beginning there is, what it says when it is whole
and right, and which address it would have. Everything else - resynchronising, bounds, counting - is here.
"""

from __future__ import annotations

from typing import Generic, TypeVar

Frame = TypeVar("Frame")
ADDRESSES_COUNTED = 512


class Scanner(Generic[Frame]):
    """Base of the makes' decoders. ``longest`` is the most bytes a frame can have; more are never held."""

    longest = 64

    def __init__(self) -> None:
        self._pending = bytearray()
        self.noise_bytes = 0
        """Bytes that belonged to no frame, since the start."""
        self.damaged: dict[int, int] = {}
        """Frames that were complete but wrong (sum, end), by the address they seemed to have."""

    def size_at(self, held: bytearray, at: int) -> int | None:
        """Bytes of the frame that begins at ``at``; None: more are needed to tell or to have it whole; 0: none does."""
        raise NotImplementedError

    def frame_at(self, held: bytearray, at: int, size: int) -> Frame | None:
        """The frame in these bytes; None when its sum or an end is wrong."""
        raise NotImplementedError

    def address_at(self, held: bytearray, at: int) -> int:
        """The address that a frame beginning at ``at`` has; 0 of a make that has none."""
        return 0

    @property
    def waiting(self) -> bool:
        """The beginning of a frame is held."""
        return bool(self._pending)

    def feed(self, received: bytes) -> list[Frame]:
        """The frames that these bytes complete."""
        self._pending += received
        return self._scan(ended=False)

    def flush(self) -> list[Frame]:
        """The line went quiet: what waits is no beginning of a frame, but a whole one may hide behind it."""
        return self._scan(ended=True)

    def _scan(self, ended: bool) -> list[Frame]:
        frames: list[Frame] = []
        held, at = self._pending, 0
        while at < len(held):
            size = self.size_at(held, at)
            if size is None:
                if not ended and len(held) - at <= self.longest:
                    break
                size = 0
            frame = self.frame_at(held, at, size) if size else None
            if frame is not None:
                frames.append(frame)
                at += size
                continue
            if size:
                self._count_damaged(self.address_at(held, at))
            at += 1
            self.noise_bytes += 1
        self.drop(held, at)
        return frames

    def drop(self, held: bytearray, count: int) -> None:
        """These bytes are done with."""
        del held[:count]

    def _count_damaged(self, address: int) -> None:
        if address in self.damaged or len(self.damaged) < ADDRESSES_COUNTED:
            self.damaged[address] = self.damaged.get(address, 0) + 1
