"""A font for tests that everybody can compute in the head: hanzi are as wide as high, the rest half as wide."""

from broker.runtime.canvas.geometry import Rect


class Ruler:
    """Metrics without pygame."""

    def advance(self, words: str, size: int, bold: bool) -> float:
        return sum(size / 2 if character.isascii() else size for character in words)

    def bounds(self, words: str, size: int, bold: bool) -> Rect:
        return Rect(0, -round(size * 0.8), round(self.advance(words, size, bold)), size)
