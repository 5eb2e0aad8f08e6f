"""``script/fuzz --minutes N [--target NAME ...]``: grow the corpus of each target, coverage-guided; ``http``: the web.

Each target is fuzzed in a process of its own for its share of the time, from its seeds and the kept corpus. Inputs that
reached new code are kept (the smallest first); what a reader fell over is kept too and shown: replayed by the suite, it
fails there until the reader is mended.

``--bytes N`` pours so many seeded bytes through each target instead, without coverage: it needs no atheris.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path

from tests.fuzz.corpus import corpus_of, keep
from tests.fuzz.targets import Target, targets
from tests.fuzz.volume import pour

HTTP = "http"
LEAST_S = 5


def main() -> int:
    """0 when nothing was found."""
    table = {target.name: target for target in targets()}
    parser = argparse.ArgumentParser(prog="script/fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0, help="for all targets together")
    parser.add_argument("--target", nargs="+", metavar="NAME", help=f"{HTTP}, or: {', '.join(table)}")
    parser.add_argument("--bytes", type=int, metavar="N", help="instead: pour N bytes through each target")
    options = parser.parse_args()
    chosen = options.target or [*table, HTTP]
    unknown = [name for name in chosen if name not in table and name != HTTP]
    if unknown:
        parser.error(f"there is no target {', '.join(unknown)}")
    if options.bytes:
        return pour_all([table[name] for name in chosen if name != HTTP], options.bytes)
    share_s = max(LEAST_S, int(options.minutes * 60 / len(chosen)))
    readers = [table[name] for name in chosen if name != HTTP]
    faults = 0
    if readers and not _has_atheris():
        print(
            f"atheris has no wheel for this Python ({sys.version.split()[0]}): use 3.11 to 3.13 on x86_64 or build it."
        )
        print("The kept corpus is replayed by the suite all the same: pytest tests/fuzz")
        return 2
    print(f"== {len(chosen)} targets, {share_s} s each and some for the start: the least is {LEAST_S} s", flush=True)
    for target in readers:
        faults += fuzz(target, share_s)
    if HTTP in chosen:
        faults += _http(share_s)
    print(f"{len(chosen)} targets, {faults} faults")
    return 1 if faults else 0


def pour_all(chosen: list[Target], count: int) -> int:
    """0 when no target fell over what was poured through it."""
    faults = 0
    for target in chosen:
        began_s = time.monotonic()
        try:
            said = f"{pour(target, count):,} bytes"
        except Exception:
            traceback.print_exc()
            faults, said = faults + 1, "A FAULT"
        print(f"{target.name:<28} {time.monotonic() - began_s:4.0f} s  {said}", flush=True)
    return 1 if faults else 0


def _has_atheris() -> bool:
    try:
        import atheris  # noqa: F401
    except ImportError:
        return False
    return True


def fuzz(target: Target, seconds: int) -> int:
    """One target in a process of its own; 1 when it fell over something."""
    with tempfile.TemporaryDirectory(prefix="jiaohao-fuzz-") as folder:
        grown, crashes = Path(folder) / "grown", Path(folder) / "crashes"
        grown.mkdir()
        crashes.mkdir()
        for place, data in enumerate({*target.seeds, *corpus_of(target.name)}):
            (grown / f"seed-{place}").write_bytes(data)
        began_s = time.monotonic()
        with (Path(folder) / "log").open("w") as log:
            command = [sys.executable, "-m", "tests.fuzz.one", target.name, folder, str(seconds)]
            ended = subprocess.run(command, stdout=log, stderr=log, timeout=seconds + 120, check=False).returncode
        found = [path.read_bytes() for path in grown.iterdir() if not path.name.startswith("seed-")]
        fell = [path.read_bytes() for path in crashes.iterdir()]
        kept = keep(target.name, found, fell)
        said = (Path(folder) / "log").read_text(errors="replace")
        took_s = time.monotonic() - began_s
    print(f"{target.name:<28} {took_s:4.0f} s  {len(found):5} new  {kept:4} kept  {len(fell)} faults", flush=True)
    for data in fell:
        print(f"  FAULT on {data[:200]!r}{' ...' if len(data) > 200 else ''}", flush=True)
    if ended and not fell:
        print(f"  it ended with {ended}: {said[-300:]}", flush=True)
    return int(bool(fell) or ended != 0)


def _http(seconds: int) -> int:
    """The web side against its own document, longer than in the suite."""
    environment = {**os.environ, "JIAOHAO_FUZZ_HTTP_S": str(seconds)}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "tests/fuzz/test_http.py"], env=environment, check=False
    )
    return int(done.returncode != 0)


if __name__ == "__main__":
    sys.exit(main())
