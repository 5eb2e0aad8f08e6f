"""What the commands of identities say at a terminal: Chinese, then English; and a QR code in characters."""

import sys

import segno

from broker.model.words import Names


def say(what: Names) -> None:
    """Both languages, a line each."""
    say_line(f"{what.zh}\n{what.en}")


def say_line(text: str) -> None:
    """As it is."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def say_code(text: str) -> None:
    """A QR code of error correction M that a scanner reads from the screen, also of a bare console."""
    segno.make(text, error="m").terminal(out=sys.stdout, border=2, compact=True)
    sys.stdout.flush()
