"""Ports for servers that a test starts, and that nobody else is given meanwhile.

A port that the kernel names and that is closed again may be anybody's by the time its server starts, also the next one
asked for. These lie below the kernel's own range, and a lock keeps each for the process that asked, until it ends.
"""

import fcntl
import os
import random
from pathlib import Path
from typing import IO

from broker.runtime.mqtt_child import port_is_free

PORTS = range(20_000, 32_000)
LOCKS = Path("/tmp") / f"jiaohao-test-ports-{os.getuid()}"
"""One for the whole machine: ``TMPDIR`` is another folder for each suite that runs on it."""
_held: list[IO[str]] = []


def free_port(host: str = "127.0.0.1") -> int:
    """A port on which nobody listens, for this process alone."""
    LOCKS.mkdir(exist_ok=True)
    for port in random.sample(PORTS, len(PORTS)):
        lock = (LOCKS / str(port)).open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            continue
        if port_is_free(host, port):
            _held.append(lock)
            return port
        lock.close()
    raise AssertionError(f"no port of {PORTS} is free")
