"""What a device that wants an identity shows, and what whoever lets it in types or scans. Pure.

The code stands for three things at once: the device's own key, the authority that the device met, and the number
that this desk drew for it. So a stranger between the two, who would put in a key or an authority of his own, makes
another code, and the desk knows none such. The desk draws its number once it has the key, so he must find what gives
the same 60 bits within minutes, for one of the few codes that are good then; what is scanned has all 256.
"""

import hashlib
import re

CODE_LETTERS = 12
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: no I, L, O, U, so that nothing is read as something else."""
_MEANT = str.maketrans({"I": "1", "L": "1", "O": "0"})
_SCANNED = re.compile(r"JIAOHAO-ENROL:([0-9A-F]{64}):([0-9A-F]{64})")
NUMBER_BYTES = 16


def digest_of(key_print: bytes, ca_print: bytes, number: bytes) -> bytes:
    """SHA-256 over both fingerprints (32 bytes each) and the desk's number, set apart by their fixed lengths."""
    if (len(key_print), len(ca_print), len(number)) != (32, 32, NUMBER_BYTES):
        raise ValueError("fingerprints of 32 bytes and a number of 16")
    return hashlib.sha256(b"jiaohao enrol 1\0" + key_print + ca_print + number).digest()


def code_of(digest: bytes) -> str:
    """``XXXX-XXXX-XXXX``: the first 60 bits, to be read and typed."""
    bits = int.from_bytes(digest[:8], "big") >> 4
    letters = [_ALPHABET[(bits >> shift) & 31] for shift in range(55, -1, -5)]
    return "-".join("".join(letters[place : place + 4]) for place in range(0, CODE_LETTERS, 4))


def scanned_of(digest: bytes, ca_print: bytes) -> str:
    """What the QR code holds: the whole digest, and the fingerprint of the authority that the device met."""
    return f"JIAOHAO-ENROL:{digest.hex().upper()}:{ca_print.hex().upper()}"


def matches(given: str, digest: bytes, ca_print: bytes) -> bool:
    """Whether a typed code or a scanned text is that of this digest, and of this authority."""
    text = "".join(given.upper().split())
    scanned = _SCANNED.fullmatch(text)
    if scanned is not None:
        return scanned[1] == digest.hex().upper() and scanned[2] == ca_print.hex().upper()
    return typed(text) == code_of(digest).replace("-", "")


def typed(given: str) -> str:
    """A code as it is compared: capital letters, no hyphens, I and L for 1, O for 0."""
    return given.upper().replace("-", "").translate(_MEANT)


def is_code(given: str) -> bool:
    """Whether it has the form of a code or of a scanned text, so that a slip of the keyboard is no guess."""
    text = "".join(given.upper().split())
    known = set(_ALPHABET)
    return bool(_SCANNED.fullmatch(text)) or (len(typed(text)) == CODE_LETTERS and set(typed(text)) <= known)
