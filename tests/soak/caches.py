"""Every cache of a process, by a list that it enters when it is made. Import this before anything that makes one.

Not by the garbage collector's list of all objects: from another thread that holds tuples which are just being built,
and Python then refuses to finish them.
"""

import functools
import weakref
from collections.abc import Callable
from typing import Any

OURS = ("kiosk", "display", "broker")
_plain = functools.lru_cache
_made: "weakref.WeakSet[Any]" = weakref.WeakSet()


def _kept(cache: Any) -> Any:
    if str(cache.__module__).split(".")[0] in OURS:
        _made.add(cache)
    return cache


def _lru_cache(maxsize: Any = 128, typed: bool = False) -> Any:
    """As functools has it, in both manners of use."""
    made = _plain(maxsize, typed)
    return _kept(made) if callable(maxsize) else lambda function: _kept(made(function))


functools.lru_cache = _lru_cache  # type: ignore[assignment]
functools.cache = lambda function: _lru_cache(None)(function)  # type: ignore[assignment]


def watch_byte_caches() -> None:
    """Note every ``ByteCache`` that is made from now on."""
    from broker.runtime.canvas.cache import ByteCache

    plain: Callable[..., None] = ByteCache.__init__

    def noted(self: Any, *arguments: Any, **named: Any) -> None:
        plain(self, *arguments, **named)
        _made.add(self)

    ByteCache.__init__ = noted  # type: ignore[method-assign, assignment]


def held() -> dict[str, tuple[int, int | None]]:
    """Name -> (held, most), the fullest of a name; entries, or bytes for a cache bounded by them."""
    found: dict[str, tuple[int, int | None]] = {}
    for cache in list(_made):
        if hasattr(cache, "cache_info"):
            info = cache.cache_info()
            name, now, most = f"{cache.__module__}.{cache.__qualname__}", info.currsize, info.maxsize
        else:
            name, now, most = f"bytes:{cache._limit}", cache.used_bytes, cache._limit
        if now >= found.get(name, (0, None))[0]:
            found[name] = (now, most)
    return found
