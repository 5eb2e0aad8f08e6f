"""What is rewritten before the suite starts is what pytest would have rewritten, and it takes it."""

import os
import subprocess
import sys
from pathlib import Path

TOOL = Path(__file__).parent.parent / "script" / "rewrite_tests.py"


def run(*command: str, folder: Path) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYTEST"))}
    done = subprocess.run([sys.executable, *command], cwd=folder, env=environment, capture_output=True, text=True)
    return done.stdout + done.stderr


def test_pytest_takes_the_assertions_that_were_rewritten_before_and_rewrites_what_has_changed(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "conftest.py").write_text("LIMIT = 2\n")
    test = inner / "test_one.py"
    test.write_text("def test_one() -> None:\n    assert [1, 2] == [1, 3]\n")
    assert run(str(TOOL), str(tmp_path), folder=tmp_path) == ""
    (kept,) = (inner / "__pycache__").glob("test_one.*-pytest-*.pyc")
    assert list((inner / "__pycache__").glob("conftest.*-pytest-*.pyc"))
    before = kept.stat().st_mtime_ns
    assert "At index 1 diff: 2 != 3" in run("-m", "pytest", "-p", "no:cacheprovider", folder=tmp_path)
    assert kept.stat().st_mtime_ns == before, "pytest did not find what was made for it"
    test.write_text("def test_one() -> None:\n    assert [1, 2] == [1, 4]\n")
    assert "At index 1 diff: 2 != 4" in run("-m", "pytest", "-p", "no:cacheprovider", folder=tmp_path)
