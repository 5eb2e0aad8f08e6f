"""Ports of tests are nobody else's."""

import os
import socket
import subprocess
import sys
from pathlib import Path

from tests import ports

ROOT = Path(__file__).resolve().parents[1]


def another_asks(port: int, **environment: str) -> str:
    """What another process of the tests hears that may have this port alone."""
    code = f"from tests import ports; ports.PORTS = range({port}, {port} + 1); print(ports.free_port())"
    environment = {**os.environ, **environment}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60
    )
    return done.stdout.strip() or done.stderr.strip().splitlines()[-1]


def test_no_port_is_given_twice_to_whoever_asks_from_whatever_suite(tmp_path: Path) -> None:
    own = [ports.free_port() for _ in range(3)]
    assert len(set(own)) == 3
    assert "no port of" in another_asks(own[0])
    assert "no port of" in another_asks(own[0], TMPDIR=str(tmp_path)), "each suite has a folder of its own"


def test_a_port_that_somebody_listens_on_is_not_given() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken = server.getsockname()[1]
        assert "no port of" in another_asks(taken)
