"""What a line of a foreign day may hold, so that its answer is one line and its arithmetic stays within bounds."""

from unicodedata import category

LATEST_S = 1e12
"""No moment is farther from zero: whatever counts seconds, or even milliseconds by mistake, stays below."""
_BREAKS_A_LINE = {"Cc", "Cs", "Zl", "Zp"}


def fits_one_line(text: str) -> bool:
    """Whether it can be printed as it is, in one line: no control character, half a pair, or line separator."""
    return not any(category(letter) in _BREAKS_A_LINE for letter in text)
