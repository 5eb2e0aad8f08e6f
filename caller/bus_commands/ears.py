"""All makes listening to one line at once: every frame that any of them knows, and whose address it is. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from broker.runtime.frames.driver import Driver


@dataclass(frozen=True)
class Heard:
    """A frame of one make."""

    driver: Driver
    frame: Any

    @property
    def address(self) -> int:
        return int(self.frame.address)

    @property
    def raw(self) -> bytes:
        return self.driver.encode(self.frame)

    def __str__(self) -> str:
        return self.driver.describe(self.frame)


class Ears:
    """A decoder for a ``Line`` that is made of all the chosen makes' decoders."""

    def __init__(self, chosen: Sequence[Driver], *, of_devices: bool = False) -> None:
        """``of_devices``: what the host says is heard, as devices do."""
        self.makes = tuple(chosen)
        self._ears = [(driver, driver.ear() if of_devices else driver.decoder()) for driver in chosen]
        self._bytes = 0
        self._known = 0

    @property
    def noise_bytes(self) -> int:
        """Bytes that are part of nobody's frame; a frame that two makes know counts once at most."""
        return max(0, self._bytes - self._known)

    @property
    def waiting(self) -> bool:
        return any(decoder.waiting for _, decoder in self._ears)

    def feed(self, received: bytes) -> list[Heard]:
        self._bytes += len(received)
        return self._told([(driver, decoder.feed(received)) for driver, decoder in self._ears])

    def flush(self) -> list[Heard]:
        return self._told([(driver, decoder.flush()) for driver, decoder in self._ears])

    def damage(self) -> dict[tuple[str, int], int]:
        """Whole but wrong frames by (make, unit)."""
        return {(d.make, unit): count for d, decoder in self._ears for unit, count in dict(decoder.damaged).items()}

    def _told(self, found: list[tuple[Driver, list[Any]]]) -> list[Heard]:
        heard = [Heard(driver, frame) for driver, frames in found for frame in frames]
        self._known += sum(len(one.raw) for one in heard)
        return heard
