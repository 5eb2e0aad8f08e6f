"""P6: serial voice modules, SYN6288 and its kin, 9600 8N1. Pure.

``FD lenHi lenLo CMD DATA XOR``: the length counts everything behind it, the last byte is the XOR of all before it. CMD
``01`` speaks: one byte (music << 3 | 1 for GBK) and at most 200 bytes of GBK, in which ``[v8]`` is the volume (0 to 16)
and ``[t5]`` the tempo (0 to 5); ``02`` stops, ``21`` asks how it is. It answers with single bytes. It has no address,
so it is alone on its line. The frames were found in the source of halls' programs; the answers are those of the
maker's data sheet. None was tried on one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import reduce
from operator import xor

from broker.model.words import Names
from broker.runtime.frames.driver import Driver, FrameError, VoiceMake, VoiceOrder, VoiceState
from broker.runtime.frames.scanner import Scanner
from broker.runtime.frames.text import from_gbk

HEAD = 0xFD
TEXT_BYTES = 200
GBK = 0x01
USUAL_VOLUME, MOST_VOLUME = 10, 16
USUAL_TEMPO = 4
DECIBELS_A_STEP = 3.0
SHORTEST_FRAME, LONGEST_FRAME = 5, TEXT_BYTES + 6
_SPEAK, _STOP, _QUERY = 0x01, 0x02, 0x21
_COMMANDS = frozenset((_SPEAK, _STOP, _QUERY))
_BREAKS = "。！？!?；;，,、 "


class Answer(IntEnum):
    """What the module says of itself; every other byte is noise."""

    TAKEN = 0x41
    REFUSED = 0x45
    STARTED = 0x4A
    BUSY = 0x4E
    IDLE = 0x4F


@dataclass(frozen=True)
class Order:
    """A frame of the host."""

    command: int
    data: bytes = b""

    @property
    def address(self) -> int:
        """There is one module."""
        return 0

    def __str__(self) -> str:
        return encode(self).hex(" ").upper()


@dataclass(frozen=True)
class Said:
    """A byte of the module."""

    answer: Answer

    @property
    def address(self) -> int:
        """There is one module."""
        return 0


def encode(frame: Order | Said) -> bytes:
    """The frame as bytes. Raises FrameError when a part is out of range."""
    if isinstance(frame, Said):
        return bytes((frame.answer,))
    if frame.command not in _COMMANDS or len(frame.data) > TEXT_BYTES + 1:
        raise FrameError(f"P6 has no command {frame.command:02X} with {len(frame.data)} bytes")
    body = bytes((HEAD,)) + (len(frame.data) + 2).to_bytes(2, "big") + bytes((frame.command,)) + frame.data
    return body + bytes((reduce(xor, body),))


def speak(gbk: bytes, music: int = 0) -> bytes:
    """Say one piece of GBK text, 200 bytes at most. Raises FrameError above."""
    if len(gbk) > TEXT_BYTES:
        raise FrameError(f"{len(gbk)} bytes of text, the module takes {TEXT_BYTES}")
    return encode(Order(_SPEAK, bytes((music << 3 | GBK,)) + gbk))


STOP = encode(Order(_STOP))
QUERY = encode(Order(_QUERY))


class AnswerDecoder(Scanner[Said]):
    """Finds what the module says: what a host hears."""

    longest = 1

    def size_at(self, held: bytearray, at: int) -> int | None:
        return 1 if held[at] in Answer._value2member_map_ else 0

    def frame_at(self, held: bytearray, at: int, size: int) -> Said | None:
        return Said(Answer(held[at]))


class OrderDecoder(Scanner[Order]):
    """Finds what the host says: what a module hears."""

    longest = LONGEST_FRAME

    def size_at(self, held: bytearray, at: int) -> int | None:
        head = held[at : at + 4]
        if head[0] != HEAD or (len(head) > 3 and head[3] not in _COMMANDS):
            return 0
        if len(head) < 3:
            return None
        size = 3 + int.from_bytes(head[1:3], "big")
        if not SHORTEST_FRAME <= size <= LONGEST_FRAME:
            return 0
        return None if len(held) - at < size else size

    def frame_at(self, held: bytearray, at: int, size: int) -> Order | None:
        whole = bytes(held[at : at + size])
        return None if reduce(xor, whole) else Order(whole[3], whole[4:-1])


# -- what a frame means


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


def say(text: str, gain_db: float = 0.0) -> Iterator[bytes]:
    """The frames that say a text, louder or softer than usual; it is never silent."""
    volume = max(1, USUAL_VOLUME + round(gain_db / DECIBELS_A_STEP))
    return (speak(piece) for piece in pieces(text, volume))


def ordered(frame: Order | Said) -> VoiceOrder | None:
    """What the host wants with this frame; None when no module would know."""
    if not isinstance(frame, Order):
        return None
    if frame.command == _SPEAK:
        return VoiceOrder("say", from_gbk(frame.data[1:])) if frame.data[:1] == bytes((GBK,)) else None
    return VoiceOrder("stop" if frame.command == _STOP else "query")


def state(frame: Order | Said) -> VoiceState | None:
    """What the module says of itself with this frame."""
    return VoiceState(frame.answer.name.lower()) if isinstance(frame, Said) else None


def describe(frame: Order | Said) -> str:
    """A frame in words."""
    if isinstance(frame, Said):
        return f"P6 voice module: {frame.answer.name.lower()}"
    order = ordered(frame)
    if order is None:
        return "P6 voice module is to say something in a coding that is not GBK"
    return f"P6 voice module is to say “{order.text}”" if order.what == "say" else f"P6 voice module: {order.what}"


DRIVER = Driver(
    make="p6",
    names=Names("串口语音模块 P6（SYN6288）", "Serial voice module P6 (SYN6288)"),
    decoder=AnswerDecoder,
    hears=OrderDecoder,
    alone=True,
    encode=encode,
    describe=describe,
    probe=lambda unit: QUERY,
    seen=Names("模块回答空闲或正忙", "the module says that it is idle or busy"),
    answers=True,
    voice=VoiceMake(
        say=say,
        stop=STOP,
        query=QUERY,
        state=state,
        ordered=ordered,
        answer=lambda word: encode(Said(Answer[word.name])),
    ),
)
