"""Work cards of clerks at the counter: a salted hash in the hall file, and whose a laid card is. Pure.

A card's number is no secret kept well: many readers show it, and whoever holds the card can read it. The hash keeps the
hall file from being a list of numbers to write on blank cards; who is careful gives clerks a PIN instead. All cards of
a hall have one salt, so that one computation tells whose a card is, and the same card given twice is found.
"""

import hashlib
import hmac
import re
from collections.abc import Iterable

SALT_BYTES = 16
_CARD = re.compile(r"[0-9A-Z]{4,32}")
_COST = 4096
"""Of scrypt: some 15 ms on a small machine, during which one caller's loop stands still."""


def card_number(text: str) -> str:
    """What a reader sent as it is hashed: capital letters, no blanks, colons or hyphens; empty when it is no number."""
    number = re.sub(r"[\s:-]", "", text).upper()
    return number if _CARD.fullmatch(number) else ""


def hash_card(number: str, salt: bytes) -> str:
    """What the hall file keeps: ``scrypt:SALT:HASH`` in hex; ``salt`` is 16 random bytes, one for all of a hall."""
    return f"scrypt:{salt.hex()}:{_digest(number, salt).hex()}"


def salt_of(kept: str) -> bytes:
    """The salt of a hash."""
    return bytes.fromhex(kept.split(":")[1])


def owner_of(text: str, kept: Iterable[tuple[str, str]]) -> str:
    """Whose card sent this text: ``kept`` are (clerk, hash); empty for nobody's.

    Every hash is compared, in constant time each, whether or not an earlier one was it.
    """
    number = card_number(text)
    hashes = [(clerk, card) for clerk, card in kept if card]
    laid = {salt: _digest(number, salt) for salt in {salt_of(card) for _, card in hashes}} if number else {}
    found = ""
    for clerk, card in hashes:
        if number and hmac.compare_digest(laid[salt_of(card)].hex(), card.split(":")[2]):
            found = clerk
    return found


def _digest(number: str, salt: bytes) -> bytes:
    return hashlib.scrypt(number.encode(), salt=salt, n=_COST, r=8, p=1, dklen=32)
