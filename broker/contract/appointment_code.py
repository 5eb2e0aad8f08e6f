"""The code of an appointment: bare as a visitor types it, ``JH:HALL:CODE`` as a QR code holds it. Pure.

The hall stands in it because people hold the paper of one hall before the scanner of another. Capital letters, so that
it is a small QR code.
"""

import re
import unicodedata

MARK = "JH"
LONGEST = 64
_CODE = re.compile(r"[0-9A-Z]{6,16}")


class NotACode(ValueError):
    """Whatever it is, it is no code of an appointment. The text itself may be anybody's, and is left out."""

    said = "this is no code of an appointment"

    def __init__(self) -> None:
        super().__init__(self.said)


class CodeOfAnotherHall(NotACode):
    """A code, but of another hall."""

    said = "this code is of another hall's appointment"


def text_of(hall: str, code: str) -> str:
    """What the QR code of an appointment at ``hall`` holds."""
    return f"{MARK}:{hall.upper()}:{code}"


def parse_code(text: str, hall: str) -> str:
    """The code in a text that was scanned or typed at ``hall``. Raises NotACode, CodeOfAnotherHall."""
    if len(text) > LONGEST:
        raise NotACode
    plain = unicodedata.normalize("NFKC", text).upper()
    mark, _, rest = plain.strip().partition(":")
    if not rest:
        return _checked(mark)
    named, _, code = rest.partition(":")
    if mark != MARK or not code:
        raise NotACode
    if named != hall.upper():
        raise CodeOfAnotherHall
    return _checked(code)


def _checked(code: str) -> str:
    bare = code.replace(" ", "").replace("-", "")
    if not _CODE.fullmatch(bare):
        raise NotACode
    return bare
