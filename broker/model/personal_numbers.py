"""How ID and mobile numbers of China look in a text: the one home of these patterns. Pure.

GB 11643-1999: an ID number has 18 places: 6 of the region, 8 of the birth date, 3 of the sequence, a check digit 0-9 or
X; before 1999 it had 15. Mobile numbers have 11 digits, 13 to 19 first.
"""

import re
import unicodedata
from typing import Literal

_NOT_WITHIN_A_WORD = r"(?<![0-9A-Za-z])", r"(?![0-9A-Za-z])"
LOOKS_LIKE_IDENTITY = re.compile(r"(?:\d{17}[\dXx]|\d{15})".join(_NOT_WITHIN_A_WORD))
"""Any number as long as one: for logs, where nobody misses a number too many."""
LOOKS_LIKE_MOBILE = re.compile(r"(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}".join(_NOT_WITHIN_A_WORD))
_GAP = r"[ \-‐-―.·_]{0,2}"
_DATE = rf"(?:18|19|20)\d{{2}}{_GAP}(?:0[1-9]|1[0-2]){_GAP}(?:0[1-9]|[12]\d|3[01])"
_IDENTITY = re.compile(rf"(?<!\d)[1-9]\d{{5}}{_GAP}{_DATE}{_GAP}\d{{3}}{_GAP}[\dXx](?!\d)")
_MOBILE = re.compile(rf"(?<!\d)(?:(?:00)?86{_GAP})?1[3-9]\d{_GAP}\d{{4}}{_GAP}\d{{4}}(?!\d)")

Kind = Literal["identity", "mobile"]


def _plain(one: str) -> str:
    """A digit of any script as ours, a blank or line end as a blank, a character that nobody sees as nothing."""
    if one.isdecimal():
        return str(unicodedata.decimal(one))
    return " " if one.isspace() else "" if unicodedata.category(one) == "Cf" else one


def found_in(text: str) -> Kind | None:
    """What a text that somebody typed holds of a person, the graver first; also in groups, in full-width digits
    and those of other scripts, and with characters between that nobody sees.

    The check digit is not worked out: an ID number with a slip of the finger names a person as well.
    """
    plain = "".join(_plain(one) for one in unicodedata.normalize("NFKC", text))
    return "identity" if _IDENTITY.search(plain) else "mobile" if _MOBILE.search(plain) else None
