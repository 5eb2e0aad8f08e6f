"""Rewrite the assertions of every test once, on all cores, before the workers of the suite start together.

pytest keeps what it rewrote beside the tests, but in a fresh checkout each worker finds nothing there and rewrites all
of it at the same moment as the others: two thirds of the time in which they collect. ``python script/rewrite_tests.py``
leaves what they would find the second time. It uses pytest's own functions, which are not public: where a version of
pytest has them no longer it ends with an error, and each worker does it for itself as before.
"""

import multiprocessing
import os
import sys
from pathlib import Path

from _pytest.assertion import rewrite
from _pytest.assertion.rewrite import assertstate_key
from _pytest.config import _prepareconfig

ROOT = Path(__file__).parent.parent
_AT_ONCE = 8


def rewrite_all(folder: Path) -> int:
    """Every ``test_*.py`` and ``conftest.py`` below the folder that has not been rewritten as it stands; how many."""
    sys.dont_write_bytecode = False
    found = sorted({*folder.rglob("test_*.py"), *folder.rglob("conftest.py")}, key=lambda path: -path.stat().st_size)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    with multiprocessing.get_context("fork").Pool(os.cpu_count(), _begin) as workers:
        return sum(workers.imap_unordered(_rewrite, found, _AT_ONCE))


def _begin() -> None:
    global _config
    _config = _prepareconfig(["--noconftest", "-c", os.devnull])


def _rewrite(path: Path) -> bool:
    state = _config.stash[assertstate_key]
    folder = rewrite.get_cache_dir(path)
    kept = folder / (path.name.removesuffix(".py") + rewrite.PYC_TAIL)
    if rewrite._read_pyc(path, kept) is not None or not rewrite.try_makedirs(folder):
        return False
    digest, code = rewrite._rewrite_test(path, _config)
    return rewrite._write_pyc(state, code, digest, kept)


if __name__ == "__main__":
    rewrite_all(Path(sys.argv[1]).absolute() if sys.argv[1:] else ROOT / "tests")
