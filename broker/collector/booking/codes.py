"""The code of an appointment: digits made of a digest, so that the same wish has the same code. Pure."""

CODE_DIGITS = 8
"""Digits are typed on the largest keys; so many that nobody guesses one of the few thousand there may be."""


def code_of(digest: bytes) -> str:
    """The first eight bytes of a digest as a code."""
    return str(int.from_bytes(digest[:8]) % 10**CODE_DIGITS).zfill(CODE_DIGITS)
