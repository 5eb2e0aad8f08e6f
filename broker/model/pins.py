"""PINs of clerks at the counter: a salted hash in the hall file, and whether a typed PIN is the one. Pure.

Four digits, as every keypad can type them, are soon tried by whoever has the hall file, however slow the hash: it
keeps a PIN from being read, not a thief of the file from finding it. It logs in at a counter; a staff page needs its
password.
"""

import hashlib
import hmac
import re

SALT_BYTES = 16
PIN_DIGITS = 4
_PIN = re.compile(r"[0-9]{4}")
_COST = 4096
"""Of scrypt: some 15 ms on a small machine, during which one caller's loop stands still."""


def may_be_pin(pin: str) -> bool:
    """Four digits, not all the same."""
    return _PIN.fullmatch(pin) is not None and len(set(pin)) > 1


def hash_pin(pin: str, salt: bytes) -> str:
    """What the hall file keeps: ``scrypt:SALT:HASH`` in hex; ``salt`` is 16 random bytes, new for each PIN."""
    return f"scrypt:{salt.hex()}:{_digest(pin, salt).hex()}"


def pin_fits(pin: str, kept: str) -> bool:
    """Whether this is the PIN of the hash; a clerk without one has no PIN that fits."""
    _, _, rest = kept.partition(":")
    salt, _, digest = rest.partition(":")
    return bool(digest) and may_be_pin(pin) and hmac.compare_digest(_digest(pin, bytes.fromhex(salt)).hex(), digest)


def _digest(pin: str, salt: bytes) -> bytes:
    return hashlib.scrypt(pin.encode(), salt=salt, n=_COST, r=8, p=1, dklen=32)
