"""Runs the foreign JavaScript programs of ``package-lock.json``; installs them first, once, into ``node_modules``."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

HERE = Path(__file__).parent
_INSTALL_TIMEOUT_S = 300


def required_node() -> str:
    """Path of ``node`` with the packages in place; skips the test with the reason when that cannot be had.

    With ``JIAOHAO_FOREIGN=required`` in the environment a missing tool is a failure, not a skip.
    """
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        _give_up("node or npm is not installed (Debian: apt install nodejs npm)")
    with (HERE / ".install.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _is_installed():
            _install(npm)
    return node


def _is_installed() -> bool:
    mark = HERE / "node_modules" / ".package-lock.json"
    return mark.exists() and mark.stat().st_mtime >= (HERE / "package-lock.json").stat().st_mtime


def _install(npm: str) -> None:
    # Install scripts stay off: nothing here needs a native build, and foreign code has no business at install time.
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    try:
        done = subprocess.run(
            command, cwd=HERE, capture_output=True, text=True, timeout=_INSTALL_TIMEOUT_S, check=False
        )
    except subprocess.TimeoutExpired:
        _give_up(f"npm ci did not end within {_INSTALL_TIMEOUT_S} s")
    if done.returncode != 0:
        _give_up(f"npm ci failed: {done.stderr.strip().splitlines()[-1:] or 'no message'}")
    os.utime(HERE / "node_modules" / ".package-lock.json")


def _give_up(reason: str) -> None:
    if os.environ.get("JIAOHAO_FOREIGN") == "required":
        pytest.fail(f"foreign tools are required: {reason}")
    pytest.skip(reason)


def npos_reading(data: bytes) -> dict:
    """What npos finds in printer bytes: ``commands``, ``types``, ``text``, ``rasters``. Fails on unknown commands."""
    return npos_readings([data])[0]


def npos_readings(jobs: Sequence[bytes]) -> list[dict]:
    """The same of many jobs by one start of node."""
    node = required_node()
    told = json.dumps([base64.b64encode(job).decode() for job in jobs]).encode()
    done = subprocess.run(
        [node, str(HERE / "npos_parse.js")], input=told, capture_output=True, timeout=120, check=False, cwd=HERE
    )
    assert done.returncode == 0, f"npos cannot read a job: {done.stderr.decode(errors='replace')}"
    return json.loads(done.stdout)


def receiptio_verdict(host: str) -> str:
    """What receiptio says about the printer at `host`, port 9100 (fixed): online, coveropen, paperempty, error ..."""
    node = required_node()
    client = HERE / "node_modules" / "receiptio" / "bin" / "cli.js"
    done = subprocess.run(
        [node, str(client), "-d", host, "-p", "escpos", "-q"], capture_output=True, text=True, timeout=60, check=False
    )
    return (done.stdout + done.stderr).strip()


def axe_source() -> str:
    """axe-core, to be put into a page that it judges."""
    required_node()
    return (HERE / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
