"""A cache that forgets what was not used for longest once it holds too many bytes. Pure."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class ByteCache(Generic[Value]):
    """Keeps values up to `limit_bytes`; `weigh` tells the bytes of one value."""

    def __init__(self, limit_bytes: int, weigh: Callable[[Value], int]) -> None:
        self._limit = limit_bytes
        self._weigh = weigh
        self._values: OrderedDict[Hashable, Value] = OrderedDict()
        self.used_bytes = 0

    def __len__(self) -> int:
        return len(self._values)

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """Return the value of `key`, made now when it is not kept."""
        if key in self._values:
            self._values.move_to_end(key)
            return self._values[key]
        value = make()
        self._values[key] = value
        self.used_bytes += self._weigh(value)
        while self.used_bytes > self._limit and len(self._values) > 1:
            _, old = self._values.popitem(last=False)
            self.used_bytes -= self._weigh(old)
        return value
