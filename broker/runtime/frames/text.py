"""Texts for strips: cleaned, coded, measured and cut into pages. Pure.

A strip has cells: an ASCII letter takes one, everything else two, so a strip of 8 characters has 16 cells.
"""

from __future__ import annotations

from collections.abc import Iterable

MISSING = "□"
"""Stands for a character that the strip's coding does not have: a reader sees that something is missing."""


def clean(text: str) -> str:
    """Control characters and line breaks become spaces; nothing of a text can be an order to the strip."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def to_gbk(text: str) -> bytes:
    """GBK, with ``□`` for what it does not have."""
    return b"".join(_sign_in_gbk(sign) for sign in clean(text))


def gbk_signs(text: str) -> list[bytes]:
    """Each character of the text in GBK."""
    return [_sign_in_gbk(sign) for sign in clean(text)]


def from_gbk(payload: bytes) -> str:
    """The text of a GBK payload, ``□`` for bytes that are none."""
    return clean(payload.decode("gbk", "replace").replace("\ufffd", MISSING))


def to_ucs2(text: str) -> bytes:
    """UCS-2, high byte first, with ``□`` for what needs more than two bytes."""
    return "".join(sign if ord(sign) <= 0xFFFF else MISSING for sign in clean(text)).encode("utf-16-be")


def from_ucs2(payload: bytes) -> str:
    """The text of a UCS-2 payload, ``□`` for what is no character."""
    return clean(payload.decode("utf-16-be", "replace").replace("\ufffd", MISSING))


def fitting(signs: Iterable[bytes], most: int) -> bytes:
    """The coded characters, one after the other, as far as whole ones fit into so many bytes."""
    payload = b""
    for sign in signs:
        if len(payload) + len(sign) > most:
            break
        payload += sign
    return payload


def cells(text: str) -> int:
    """How many cells a text takes."""
    return sum(1 if sign.isascii() else 2 for sign in text)


def pages(text: str, characters: int) -> tuple[str, ...]:
    """The text in pieces that fit a strip of so many characters, one after the other; at least one piece."""
    found, page = [], ""
    for sign in clean(text).strip():
        if cells(page + sign) > 2 * characters:
            found.append(page.strip())
            page = ""
        page += sign
    return (*found, page.strip())


def _sign_in_gbk(sign: str) -> bytes:
    try:
        return sign.encode("gbk")
    except UnicodeEncodeError:
        return MISSING.encode("gbk")
