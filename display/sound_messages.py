"""What is said outside of any call: sound tests, and an emergency that comes back until it is ended. Pure."""

from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field

import numpy as np

SOUND_TEST = {"zh": "声音测试", "en": "Sound test."}


@dataclass(frozen=True)
class Message:
    """Words by language, then perhaps a sound. ``heard`` becomes None, or the reason why nobody could hear it."""

    texts: Mapping[str, str]
    sound: np.ndarray | None = None
    heard: "Future[str | None]" = field(default_factory=Future)


class Emergency:
    """One text at a time, due at once and then every ``every_s`` after its end; seconds are monotonic."""

    def __init__(self, every_s: float) -> None:
        self._every_s = every_s
        self._due_at_s = float("-inf")
        self.message: Message | None = None

    def tell(self, texts: Mapping[str, str] | None) -> bool:
        """This is to be said until something else is told; None ends it. Whether that is news."""
        before = None if self.message is None else self.message.texts
        if texts == before:
            return False
        self.message = None if texts is None else Message(texts)
        self._due_at_s = float("-inf")
        return True

    def due(self, now_s: float) -> bool:
        """Whether it is to be said now."""
        return self.message is not None and now_s >= self._due_at_s

    def said(self, message: Message, now_s: float) -> None:
        """It was said to its end, or nobody could hear it: next time after the pause, unless another was told since."""
        if message is self.message:
            self._due_at_s = now_s + self._every_s
