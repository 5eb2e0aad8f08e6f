"""Memory that is given back, and memory that need not be looked through: what is told at a program's start.

Programs of a hall run for months, and make and drop pictures and sounds of 0.1 to 8 MB all day, from several threads.
By itself glibc begins to keep such blocks after the first was freed, and gives every thread a heap of its own: a board
then holds 40 to 60 MB that nobody uses. mallopt(3) has both settings; other C libraries are left as they are.
"""

import ctypes
import gc

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
LARGE_BYTES = 128 * 1024
"""Blocks of this size and more come from the kernel and go back to it; it is where glibc itself begins."""


def give_memory_back() -> bool:
    """Before the first thread is started; False where there is no glibc to tell."""
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return False
    wanted = {_M_ARENA_MAX: 1, _M_MMAP_THRESHOLD: LARGE_BYTES, _M_TRIM_THRESHOLD: LARGE_BYTES}
    done = [mallopt(ctypes.c_int(name), ctypes.c_int(value)) == 1 for name, value in wanted.items()]
    return all(done)


def settle() -> None:
    """To be called once, when a program has begun and before it is ready: what lives now (modules, hall file, devices)
    lives to the end, so Python need not look through it for garbage while somebody waits. A kiosk stood still for 20 to
    40 ms at each such look, whatever it was doing."""
    gc.collect()
    gc.freeze()
