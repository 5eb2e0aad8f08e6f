"""Frames of the serial voice module SYN6288 and its kin, 9600 8N1. Pure.

``FD lenHi lenLo CMD DATA XOR``: the length counts everything behind it, the last byte is the XOR of all before it. CMD
``01`` speaks: one byte (music << 3 | 1 for GBK) and at most 200 bytes of GBK, in which ``[v8]`` is the volume (0 to 16)
and ``[t5]`` the tempo (0 to 5); ``02`` stops, ``21`` asks how it is. It answers with single bytes. The frames were
found in the source of halls' programs; the answers are those of the maker's data sheet. None was tried on one.
"""

from collections.abc import Iterator
from enum import IntEnum

HEAD = 0xFD
TEXT_BYTES = 200
GBK = 0x01
USUAL_VOLUME, MOST_VOLUME = 10, 16
USUAL_TEMPO = 4
_SPEAK, _STOP, _QUERY = 0x01, 0x02, 0x21
_BREAKS = "。！？!?；;，,、 "


class Answer(IntEnum):
    """What the module says of itself; every other byte is noise."""

    TAKEN = 0x41
    REFUSED = 0x45
    STARTED = 0x4A
    BUSY = 0x4E
    IDLE = 0x4F


def frame(command: int, data: bytes = b"") -> bytes:
    """One frame with its length and check byte."""
    body = bytes((HEAD,)) + (len(data) + 2).to_bytes(2, "big") + bytes((command,)) + data
    return body + bytes((check(body),))


def check(body: bytes) -> int:
    """XOR of all bytes."""
    value = 0
    for byte in body:
        value ^= byte
    return value


def speak(gbk: bytes, music: int = 0) -> bytes:
    """Say one piece of GBK text, 200 bytes at most; ValueError above."""
    if len(gbk) > TEXT_BYTES:
        raise ValueError(f"{len(gbk)} bytes of text, the module takes {TEXT_BYTES}")
    return frame(_SPEAK, bytes((music << 3 | GBK,)) + gbk)


STOP = frame(_STOP)
QUERY = frame(_QUERY)


def pieces(text: str, volume: int = USUAL_VOLUME, tempo: int = USUAL_TEMPO) -> Iterator[bytes]:
    """A text as GBK of at most 200 bytes each, volume and tempo before it; cut behind a pause where there is one.

    Brackets would be read as orders to the module, and what is not in GBK cannot be told to it: both are left out.
    """
    orders = f"[v{min(max(volume, 0), MOST_VOLUME)}][t{min(max(tempo, 0), 5)}]".encode("ascii")
    room = TEXT_BYTES - len(orders)
    left = (
        "".join(sign for sign in text if sign not in "[]" and sign.isprintable()).encode("gbk", "ignore").decode("gbk")
    )
    while left.strip():
        fits = _fitting(left, room)
        yield orders + left[:fits].encode("gbk")
        left = left[fits:]


def _fitting(text: str, room: int) -> int:
    """How many characters of a text fit, up to the last pause among them if there is one."""
    size = 0
    for count, sign in enumerate(text):
        size += len(sign.encode("gbk"))
        if size > room:
            paused = max(text[:count].rfind(mark) for mark in _BREAKS) + 1
            return paused or count
    return len(text)


class Reader:
    """Answers out of a stream; noise is passed over."""

    def feed(self, data: bytes) -> list[Answer]:
        """The answers in what arrived, in order."""
        known = set(Answer)
        return [Answer(byte) for byte in data if byte in known]
