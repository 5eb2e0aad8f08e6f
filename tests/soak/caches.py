"""Every cache of a process, by a list that it enters when it is made. Import this before anything that makes one.

Not by the garbage collector's list of all objects: from another thread that holds tuples which are just being built,
and Python then refuses to finish them.
"""

import functools
import weakref
from collections.abc import Callable
from typing import Any

BYTES = "bytes"
"""How the names of caches begin whose bound is counted in bytes."""
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
    """Note every cache of pictures and of clips that is made from now on."""
    from broker.runtime.canvas.cache import ByteCache
    from broker.runtime.speech.clips import Clips

    _watch(ByteCache)
    _watch(Clips)


def _watch(kind: Any) -> None:
    plain: Callable[..., None] = kind.__init__

    def noted(self: Any, *arguments: Any, **named: Any) -> None:
        plain(self, *arguments, **named)
        _made.add(self)

    kind.__init__ = noted


def _state_of(cache: Any) -> tuple[str, int, int | None]:
    if hasattr(cache, "cache_info"):
        info = cache.cache_info()
        return f"{cache.__module__}.{cache.__qualname__}", info.currsize, info.maxsize
    if hasattr(cache, "used_bytes"):
        return f"{BYTES if cache._limit >= 1_000_000 else 'entries'} {cache._limit}", cache.used_bytes, cache._limit
    from broker.runtime.speech.clips import MEMORY_BYTES

    with cache._memory_lock:
        clips = sum(clip.nbytes for clip in cache._memory.values())
    return f"{BYTES} of clips", clips, MEMORY_BYTES


def held() -> dict[str, tuple[int, int | None]]:
    """Name -> (held, most): entries of the fullest of a name, or bytes of all caches that are bounded by as many."""
    found: dict[str, tuple[int, int | None]] = {}
    for cache in list(_made):
        name, now, most = _state_of(cache)
        if name.startswith(BYTES) and most is not None:
            before = found.get(name, (0, 0))
            found[name] = (before[0] + now, (before[1] or 0) + most)
        elif now >= found.get(name, (0, None))[0]:
            found[name] = (now, most)
    return found
