"""A one-bit picture as printers take it: rows of whole bytes, the leftmost dot in the highest bit, 1 is black."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Raster:
    """`rows` holds `height` rows of ``(width + 7) // 8`` bytes; bits beyond `width` are 0."""

    width: int
    height: int
    rows: bytes

    def __post_init__(self) -> None:
        if self.width < 1 or self.height < 1 or len(self.rows) != self.stride * self.height:
            raise ValueError(f"{len(self.rows)} bytes are not a picture of {self.width} x {self.height} dots")

    @property
    def stride(self) -> int:
        return (self.width + 7) // 8

    @classmethod
    def from_dots(cls, dots: Sequence[Sequence[bool]]) -> Raster:
        """From rows of truth values, all of the same length."""
        width = len(dots[0])
        stride = (width + 7) // 8
        rows = b"".join(
            (sum(1 << (stride * 8 - 1 - x) for x, dot in enumerate(row) if dot)).to_bytes(stride, "big") for row in dots
        )
        return cls(width, len(dots), rows)

    def dot(self, x: int, y: int) -> bool:
        return bool(self.rows[y * self.stride + x // 8] & (0x80 >> x % 8))

    def cropped(self, width: int) -> Raster:
        """No wider than `width`; what stands beyond is lost rather than breaking the line."""
        if self.width <= width:
            return self
        return Raster.from_dots([[self.dot(x, y) for x in range(width)] for y in range(self.height)])

    def magnified(self, factor: int) -> Raster:
        """Every dot becomes a square of `factor` x `factor` dots."""
        if factor == 1:
            return self
        wide = [[self.dot(x // factor, y) for x in range(self.width * factor)] for y in range(self.height)]
        return Raster.from_dots([row for row in wide for _ in range(factor)])
