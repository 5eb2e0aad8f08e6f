"""``python -m tests.chaos --minutes N [--broker mosquitto|amqtt] [--seed S] [--keep FOLDER]``; exits 1 on findings."""

import argparse
import json
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.chaos.run import PEACE_S, Wishes, fresh, run_chaos


def main() -> int:
    """One run, its findings and figures."""
    parser = argparse.ArgumentParser(prog="script/chaos", description=__doc__)
    parser.add_argument("--minutes", type=float, default=2.0, help="of storm; a minute of peace at most follows")
    parser.add_argument("--broker", choices=("mosquitto", "amqtt"), default="mosquitto")
    parser.add_argument("--seed", type=int, default=1, help="the same seed plans the same faults")
    parser.add_argument(
        "--keep", type=Path, help="folder for the evidence (a new one in the temporary folder if not said)"
    )
    options = parser.parse_args()
    folder = fresh(options.keep.absolute()) if options.keep else Path(tempfile.mkdtemp(prefix="chaos-"))
    outcome = run_chaos(Wishes(folder, options.broker, options.seed, options.minutes * 60, PEACE_S))
    kinds = Counter(fault.kind for fault in outcome.faults)
    settled = "never" if outcome.settled_s is None else f"{outcome.settled_s:.0f} s"
    print(f"faults: {json.dumps(dict(sorted(kinds.items())))}")
    print(f"figures: {json.dumps(outcome.verdict.figures)}; at rest after {settled}; {outcome.given_up} gave up")
    for finding in outcome.verdict.findings:
        print(f"FINDING {finding}")
    print(f"{len(outcome.verdict.findings)} findings; evidence: {folder}")
    return 1 if outcome.verdict.findings else 0


if __name__ == "__main__":
    sys.exit(main())
