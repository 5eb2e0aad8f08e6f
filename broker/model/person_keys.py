"""From the number of a person or an employer to keys that lead nowhere without the hall's secret. Pure.

A key of a day is the same at all kiosks of one hall, and at its page for appointments, on that day and nowhere else:
two rounds of keyed hashing, first the day with the hall's secret, then the number with the day's part, slowly. Without
the secret nobody can try numbers out (there are few enough to try all); with it each try costs thousands of hashes; no
key of today matches one of yesterday.

Who books from home and does not come is known a while longer, by a key made under another name, which a day's key does
not lead to. It changes with each period of ``PERIOD_DAYS``, so that nobody can be followed for years in the journal;
the key of the period before is for looking up what was counted there.
"""

import hashlib
import hmac
import re
import unicodedata
from datetime import date
from typing import NewType

ROUNDS = 10_000
KEY_BYTES = 16
SECRET_BYTES_LEAST = 16
PERIOD_DAYS = 90
_IDENTITY = re.compile(r"[1-9]\d{5}(?:19|20)\d{9}[\dX]", re.ASCII)
"""Digits of other scripts count as digits and stay what they are: each spelling would be another person."""
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
IdentityNumber = NewType("IdentityNumber", str)
"""One that was checked: made by ``identity_number`` alone."""


class NotAnIdentityNumber(ValueError):
    """Not eighteen places, no date of birth, or the check digit does not fit. What was typed is left out."""

    def __init__(self) -> None:
        super().__init__("this is no resident identity number")


def identity_number(typed: str) -> IdentityNumber:
    """The number in what somebody typed (GB 11643, ISO 7064 MOD 11-2); blanks, full width and a small x are forgiven.
    Raises NotAnIdentityNumber."""
    number = "".join(unicodedata.normalize("NFKC", typed[:80]).split()).upper()
    if _IDENTITY.fullmatch(number) is None or check_digit(number[:17]) != number[17]:
        raise NotAnIdentityNumber
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise NotAnIdentityNumber from None
    return IdentityNumber(number)


def check_digit(body: str) -> str:
    """The last place of a number whose first seventeen are these."""
    return _CHECKS[sum(int(place) * weight for place, weight in zip(body, _WEIGHTS, strict=True)) % 11]


class PersonKeys:
    """``secret`` is the hall's, ``hall`` its id."""

    def __init__(self, secret: bytes, hall: str) -> None:
        """ValueError for a secret that could be guessed."""
        if len(secret) < SECRET_BYTES_LEAST:
            raise ValueError(f"a secret of {len(secret)} bytes, {SECRET_BYTES_LEAST} at least are needed")
        self._secret = secret
        self._hall = hall

    def key(self, number: str, day: str) -> str:
        """The key of that day, 32 hexadecimal digits; ``day`` as ``2026-03-05``. The number is not kept."""
        part = hmac.digest(self._secret, f"jiaohao person {self._hall} {day}".encode(), "sha256")
        return hashlib.pbkdf2_hmac("sha256", number.encode(), part, ROUNDS, KEY_BYTES).hex()

    def of_bookings(self, number: str, today: date) -> tuple[str, str]:
        """The keys by which missed appointments are counted: of the period of ``today``, and of the one before."""
        part = hmac.digest(self._secret, f"jiaohao booking {self._hall}".encode(), "sha256")
        slow = hashlib.pbkdf2_hmac("sha256", number.encode(), part, ROUNDS)
        period = today.toordinal() // PERIOD_DAYS
        now, before = (hmac.digest(slow, str(one).encode(), "sha256")[:KEY_BYTES].hex() for one in (period, period - 1))
        return now, before


def masked(number: str) -> str:
    """``110***********00*X``: enough to know one's own card by. The last place but one tells the sex: not shown."""
    return f"{number[:3]}{'*' * (len(number) - 7)}{number[-4:-2]}*{number[-1:]}"
