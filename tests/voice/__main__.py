"""The proofs of the voice in full: ``python -m tests.voice``, half an hour; ``--only`` some, ``--quick`` fewer.

Exit code 1 when one misses its mark, 2 when one could not be made because something is not installed.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from broker.runtime.speech.errors import NoSpeechLibrary
from display.wording import Wording
from tests.voice import english, mandarin, pronunciation, tape

Finding = tuple[str, str, bool]
"""(what, figures, whether the mark is reached)"""


def pronunciations(quick: bool) -> list[Finding]:
    """1,000 tickets x 99 counters in both builds, as they are spoken (two clips a call); then as whole sentences."""
    numbers, counters = pronunciation.tickets(1_000), [str(number) for number in range(1, 100)]
    found = []
    for origin in pronunciation.ORIGINS:
        for one in ("yi", "yao"):
            verdict = pronunciation.judge(origin, numbers, counters, Wording(one=one))
            found.append(_read(f"Mandarin, {origin} build, 1 is {one}", verdict))
    whole = Wording(template_zh=pronunciation.SEAMLESS)
    some = numbers[::50] if quick else numbers
    found.append(
        _read("Mandarin, whole sentences", pronunciation.judge(pronunciation.ORIGINS[0], some, counters, whole))
    )
    return found


def _read(what: str, verdict: pronunciation.Verdict) -> Finding:
    for misread in verdict.wrong[:5]:
        print(f"  wrong: {misread}")
    figures = f"{verdict.calls:,} calls from {verdict.clips:,} clips, {len(verdict.wrong)} wrong"
    return what, figures, not verdict.wrong


def english_calls(quick: bool) -> list[Finding]:
    """pocketsphinx on 200 calls: 95 % right in digits, in counters and in letters that do not rhyme."""
    heard = english.listen(40 if quick else 200)
    parts = {"all": heard.whole, "letter": heard.letter, "digits": heard.digits, "counter": heard.counter}
    figures = ", ".join(f"{name} {count}/{heard.calls}" for name, count in parts.items())
    return [("English, pocketsphinx", figures, min(parts.values()) >= 0.95 * heard.calls)]


def mandarin_tickets(quick: bool) -> list[Finding]:
    """Forced choice on 50 tickets, at least 48 right; 30 of each control, which must fail."""
    count, controls = (10, 6) if quick else (50, 30)
    judged, reference = mandarin.voices()
    ear = mandarin.Ear(reference)
    try:
        found = [_chosen("ours", mandarin.choose(count, mandarin.ours(judged), ear), lambda part: part >= 0.96)]
        told = {
            "control: one digit wrong": (mandarin.ours(judged), True),
            "control: hanzi to a build that cannot read them": (mandarin.broken(judged), False),
            "control: English voice": (mandarin.english(judged), False),
        }
        for what, (say, wrong) in told.items():
            choice = mandarin.choose(controls, say, ear, wrong=wrong)
            found.append(_chosen(what, choice, lambda part: part <= 0.35))
    finally:
        judged.stop()
        reference.stop()
    return found


def _chosen(what: str, choice: mandarin.Choice, right: Callable[[float], bool]) -> Finding:
    figures = f"{choice.taken}/{choice.trials} taken for the ticket, mean distance {choice.distance:.2f}"
    return f"Mandarin by MFCC-DTW, {what}", figures, right(choice.taken / choice.trials)


def recorded(quick: bool) -> list[Finding]:
    """20 calls in three languages on the tape of SDL's disk driver: every sample, no gap."""
    os.environ["SDL_DISKAUDIODELAY"] = str(tape.DELAY_MS)  # read by SDL when it opens the disk
    with tempfile.TemporaryDirectory() as folder:
        heard = tape.record(3 if quick else 20, Path(folder))
    figures = f"{heard.calls} calls, {heard.found}/{heard.parts} parts found sample by sample, gaps in ms: {heard.gaps}"
    return [("Tape of the loudspeaker", figures, heard.found == heard.parts and not heard.gaps)]


PROOFS = {
    "pronunciation": pronunciations,
    "english": english_calls,
    "mandarin": mandarin_tickets,
    "tape": recorded,
}


def main() -> int:
    """Make the proofs one after the other and print what was found."""
    parser = argparse.ArgumentParser(prog="script/voice-proof", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer calls: a minute or two")
    parser.add_argument("--only", nargs="+", choices=PROOFS, default=list(PROOFS), metavar="PROOF")
    options = parser.parse_args()
    missed = missing = False
    for name in options.only:
        begun_s = time.monotonic()
        try:
            findings = PROOFS[name](options.quick)
        except (ImportError, NoSpeechLibrary) as error:
            print(f"{name}: not made: {error}")
            missing = True
            continue
        for what, figures, reached in findings:
            print(f"{'ok    ' if reached else 'MISSED'} {what}: {figures}")
            missed = missed or not reached
        print(f"       ({name}: {time.monotonic() - begun_s:.0f} s)", flush=True)
    return 1 if missed else 2 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
