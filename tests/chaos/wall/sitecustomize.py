"""A wall clock that can be set by somebody else: read by Python at its start because this folder is on its path.

``JIAOHAO_TEST_WALL`` names a file of eight bytes: nanoseconds to add to the machine's time, as a signed integer. It is
mapped into memory, so a step is seen at the next look. Monotonic time is left alone, as a clock's setting leaves it.
"""

import mmap
import os
import pathlib
import struct
import time

_path = os.environ.get("JIAOHAO_TEST_WALL")
if _path:
    with pathlib.Path(_path).open("rb") as _file:
        _offset = mmap.mmap(_file.fileno(), 8, access=mmap.ACCESS_READ)
    _true_ns = time.time_ns

    def _time_ns() -> int:
        return _true_ns() + struct.unpack("<q", _offset[:8])[0]

    def _time() -> float:
        return _time_ns() / 1e9

    time.time_ns = _time_ns
    time.time = _time
