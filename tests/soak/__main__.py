"""``script/soak``: a day of ten hours of two boards and a kiosk, sixty times as fast, and a judge of what they hold.

Real programs, each a process of its own, on the shipped town hall; a driven crowd of visitors, clerks and managers.
Exit code 0 when everything was flat and nothing failed; with ``--control`` only when the planted leak, too, was found.
"""

import argparse
import json
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

from tests.bench.load import OtherLoad
from tests.soak.soak import Report, run_soak

SPEED, MINUTES = 60.0, 10.0


def main() -> int:
    parser = argparse.ArgumentParser(prog="script/soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=MINUTES, help="real minutes; 10 of them are a day of 10 hours")
    parser.add_argument("--speed", type=float, default=SPEED, help="how much faster than people")
    parser.add_argument("--seed", type=int, default=1, help="what the crowd does")
    parser.add_argument("--control", action="store_true", help="one more board that leaks, which must be found")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every sample there")
    parser.add_argument("--folder", type=Path, help="keep the programs' files and logs here (an empty folder)")
    options = parser.parse_args()
    load, began_s = OtherLoad(), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="jiaohao-soak-") as scratch:
        folder = options.folder or Path(scratch)
        seconds = options.minutes * 60
        report = run_soak(folder, seconds, options.speed, options.seed, control=options.control, say=_progress)
    took = f"{time.monotonic() - began_s:.0f} s"
    print(f"{took}, {report.hall_hours:.1f} hours of the hall, others used {load.share():.0%} of the machine")
    print(*report.lines(), sep="\n")
    if options.json:
        options.json.write_text(json.dumps(_whole(report), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 0 if report.as_it_should_be else 1


def _progress(text: str) -> None:
    print(text, flush=True)


def _whole(report: Report) -> dict[str, object]:
    samples = {name: [asdict(sample) for sample in found] for name, found in report.samples.items()}
    told = {name: pictures.told for name, pictures in report.pictures.items()}
    return {"lines": report.lines(), "faults": report.faults, "samples": samples, "told": told}


if __name__ == "__main__":
    sys.exit(main())
