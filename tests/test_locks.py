"""What a setup installs: every dependency that is declared is locked, with hashes, in a version that is allowed."""

import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
LOCKS = {role: (role,) for role in ("kiosk", "guidance", "display", "caller", "broker")}
LOCKS["all"] = ("kiosk", "display", "caller", "broker", "dev")
PINNED = re.compile(
    r"^([A-Za-z0-9._-]+)==([^ ;\\]+)([^\n]*\\\n(?:\s+--hash=sha256:[0-9a-f]{64}[ \\]*\n?)+)", re.MULTILINE
)


@pytest.mark.parametrize("lock", LOCKS)
def test_what_a_role_declares_is_locked_with_hashes(lock: str) -> None:
    text = (ROOT / "requirements" / f"{lock}.lock").read_text(encoding="utf-8")
    pinned: dict[str, set[str]] = {}
    for name, version, _ in PINNED.findall(text):
        pinned.setdefault(canonicalize_name(name), set()).add(version)
    assert len(PINNED.findall(text)) == sum("==" in line for line in text.splitlines()), "one has no hash"
    declared = [*PROJECT["dependencies"], *(one for extra in LOCKS[lock] for one in EXTRAS[extra])]
    for one in map(Requirement, declared):
        versions = pinned.get(canonicalize_name(one.name), set())
        assert versions, f"{one.name} is not in {lock}.lock: run script/lock"
        assert all(version in one.specifier for version in versions), f"{one} is locked as {versions}: run script/lock"


@pytest.mark.parametrize(
    ("extra", "program"),
    [
        ("caller", "caller.node"),
        ("display", "display.node"),
        ("kiosk", "kiosk.node"),
        ("broker", "broker.server.node"),
        ("broker", "broker.collector.run"),
    ],
)
def test_a_machine_with_only_the_packages_of_its_role_loads_its_program(extra: str, program: str) -> None:
    """A role that needs what it does not declare ends by asking for the very packages that were just installed."""
    every = {canonicalize_name(Requirement(one).name) for words in EXTRAS.values() for one in words}
    own = {canonicalize_name(Requirement(one).name) for one in (*PROJECT["dependencies"], *EXTRAS[extra])}
    foreign = sorted(
        module
        for module, names in packages_distributions().items()
        if {canonicalize_name(name) for name in names} & (every - own)
    )
    assert "pytest" in foreign
    code = f"import sys; sys.modules.update(dict.fromkeys({foreign})); import {program}"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-600:]
