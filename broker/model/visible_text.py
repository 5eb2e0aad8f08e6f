"""Whether a text shows anything: one of blanks and characters without a picture is empty to whoever reads it. Pure."""

import unicodedata

_NOTHING_TO_SEE = ("C", "Z", "M")
"""Control and format characters, blanks, and marks, which stand on something or show nothing."""
_BLANK_LETTERS = "\u115f\u1160\u2800\u3164\uffa0"
"""Letters and a symbol by their category, drawn as nothing: fillers of Hangul, an empty cell of Braille."""


def says_something(text: str) -> bool:
    """Whether at least one character of the text can be seen."""
    return any(unicodedata.category(one)[0] not in _NOTHING_TO_SEE and one not in _BLANK_LETTERS for one in text)


def what_it_says(text: str) -> str:
    """The text without the blanks around it; empty where nothing of it can be seen."""
    return text.strip() if says_something(text) else ""
