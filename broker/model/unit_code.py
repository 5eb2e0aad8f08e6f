"""统一社会信用代码: the code of an employer, eighteen places with a check character (GB 32100-2015). Pure.

Places: who registered it and what it is (two), where (six digits), the organisation (nine), the check character. Thirty
one characters are used: digits and capital letters without I, O, S, V and Z. The weight of a place is a power of 3
modulo 31, and the weighted sum with the check character is a multiple of 31.
"""

import unicodedata
from typing import NewType

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH = 18
_WEIGHTS = tuple(pow(3, place, 31) for place in range(LENGTH - 1))
UnitCode = NewType("UnitCode", str)
"""One that was checked: made by ``unit_code`` alone."""


class NotAUnitCode(ValueError):
    """Not eighteen of its characters, or the check character does not fit. What was typed is left out."""

    def __init__(self) -> None:
        super().__init__("this is no unified social credit code")


def unit_code(typed: str) -> UnitCode:
    """The code in what somebody typed: small letters, full width and blanks are forgiven. Raises NotAUnitCode."""
    code = "".join(unicodedata.normalize("NFKC", typed[:80]).split()).replace("-", "").upper()
    known = len(code) == LENGTH and all(place in ALPHABET for place in code) and code[2:8].isdigit()
    if not known or check_character(code[:-1]) != code[-1]:
        raise NotAUnitCode
    return UnitCode(code)


def check_character(body: str) -> str:
    """The last place of a code whose first seventeen are these."""
    total = sum(ALPHABET.index(place) * weight for place, weight in zip(body, _WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def masked_unit(code: UnitCode) -> str:
    """Enough to know one's own by."""
    return f"{code[:2]}{'*' * 12}{code[-4:]}"
