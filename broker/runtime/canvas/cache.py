"""A cache that forgets what was not used for longest once it holds too many bytes. Pure."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")
FULL = 0.95
"""Of the bytes: what is left is for the next value, whose weight nobody knows before."""


class ByteCache(Generic[Value]):
    """Keeps values up to `limit_bytes`; `weigh` tells the bytes of one value.

    `made` counts the values that were not kept when they were wanted; `wanted_bytes` weighs those wanted since `mark`.
    """

    def __init__(self, limit_bytes: int, weigh: Callable[[Value], int]) -> None:
        self._limit = limit_bytes
        self._weigh = weigh
        self._values: OrderedDict[Hashable, Value] = OrderedDict()
        self._wanted: set[Hashable] = set()
        self.used_bytes = self.wanted_bytes = self.made = 0

    def __len__(self) -> int:
        return len(self._values)

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """Return the value of `key`, made now when it is not kept."""
        if key in self._values:
            self._values.move_to_end(key)
            value = self._values[key]
            self._want(key, value)
            return value
        value = make()
        self.made += 1
        self._values[key] = value
        self.used_bytes += self._weigh(value)
        self._want(key, value)
        while self.used_bytes > self._limit and len(self._values) > 1:
            forgotten, old = self._values.popitem(last=False)
            self._wanted.discard(forgotten)
            self.used_bytes -= self._weigh(old)
        return value

    def mark(self) -> None:
        """Weigh anew what is wanted from now on."""
        self._wanted.clear()
        self.wanted_bytes = 0

    def forget(self, is_gone: Callable[[Hashable], bool]) -> None:
        """Keep no value whose key is so."""
        for key in [key for key in self._values if is_gone(key)]:
            weight = self._weigh(self._values.pop(key))
            self.used_bytes -= weight
            if key in self._wanted:
                self._wanted.discard(key)
                self.wanted_bytes -= weight

    @property
    def room(self) -> bool:
        """Whether what was wanted since the mark leaves room, so that keeping more pushes none of it out."""
        return self.wanted_bytes < self._limit * FULL

    def _want(self, key: Hashable, value: Value) -> None:
        if key not in self._wanted:
            self._wanted.add(key)
            self.wanted_bytes += self._weigh(value)
