"""What a setup installs: every dependency that is declared is locked, with hashes, in a version that is allowed."""

import re
import tomllib
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
