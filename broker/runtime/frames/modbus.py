"""Modbus RTU: frames, their check sum, and how to find them in a stream. Pure: bytes in, frames out.

A frame is ``UNIT FUNCTION DATA... CRC_LOW CRC_HIGH``. The rules are those of "Modbus Application Protocol V1.1b3" and
"Modbus over Serial Line V1.02", both open: CRC-16 with the reflected polynomial A001 begun at FFFF, sent low byte
first; a frame of 256 bytes at most; registers big-endian; an answer with the function's high bit set is an exception.
On the wire frames are told apart by silence. A program behind a USB adapter cannot see 3.5 characters of it, so a
frame's length is read from its function and the CRC is the judge; silence only gives up on what is unfinished.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from broker.model.words import Names
from broker.runtime.frames.driver import Driver, FrameError, StripMake
from broker.runtime.frames.modbus_map import FACT_COUNT, FACTS, TEXT_STYLE, TextStyle, facts_of, text_of, text_registers
from broker.runtime.frames.scanner import Scanner

LONGEST_FRAME = 256
MOST_BITS_READ, MOST_BITS_WRITTEN = 2_000, 1_968
MOST_REGISTERS_READ, MOST_REGISTERS_WRITTEN = 125, 123
FAILED = 0x80
"""Added to the function of an answer that is an exception."""


class Function(IntEnum):
    """The function codes spoken here, as the standard names them."""

    READ_COILS = 1
    READ_DISCRETE_INPUTS = 2
    READ_HOLDING_REGISTERS = 3
    READ_INPUT_REGISTERS = 4
    WRITE_COIL = 5
    WRITE_REGISTER = 6
    WRITE_COILS = 15
    WRITE_REGISTERS = 16


class Trouble(IntEnum):
    """Why a device refuses a request: the exception codes of the standard that a device of ours gives."""

    FUNCTION = 1
    ADDRESS = 2
    VALUE = 3
    DEVICE = 4
    BUSY = 6


class ModbusError(FrameError):
    """Base of everything that Modbus cannot carry or an answer does not hold."""


class BadRequest(ModbusError):
    """A request outside the limits of the standard; ``trouble`` is the exception a device answers with."""

    def __init__(self, trouble: Trouble, sentence: str) -> None:
        super().__init__(sentence)
        self.trouble = trouble


class BadAnswer(ModbusError):
    """An answer that does not fit its request."""


class Refused(ModbusError):
    """The device answered with an exception; ``code`` is its number, known to :class:`Trouble` or not."""

    def __init__(self, unit: int, code: int) -> None:
        name = Trouble(code).name.lower() if code in Trouble._value2member_map_ else "unknown"
        super().__init__(f"unit {unit} refuses: exception {code} ({name})")
        self.unit = unit
        self.code = code


@dataclass(frozen=True)
class Frame:
    """One frame without its CRC. ``unit`` is 0 (everybody, unanswered) to 247, ``data`` what follows the function."""

    unit: int
    function: int
    data: bytes = b""

    @property
    def address(self) -> int:
        """The line's word for ``unit``."""
        return self.unit

    def __str__(self) -> str:
        return encode(self).hex(" ").upper()


def crc16(data: bytes) -> int:
    """CRC-16/MODBUS of the bytes: ``crc16(b"123456789") == 0x4B37``."""
    crc = 0xFFFF
    for byte in data:
        crc = (crc >> 8) ^ _CRC_OF_BYTE[(crc ^ byte) & 0xFF]
    return crc


def _crc_of(byte: int) -> int:
    for _ in range(8):
        byte = (byte >> 1) ^ 0xA001 if byte & 1 else byte >> 1
    return byte


_CRC_OF_BYTE = tuple(_crc_of(byte) for byte in range(256))


def encode(frame: Frame) -> bytes:
    """The frame as bytes. Raises ModbusError when a part is out of range."""
    if not (0 <= frame.unit <= 0xFF and 0 < frame.function <= 0xFF):
        raise ModbusError(f"unit {frame.unit} and function {frame.function} must fit one byte each")
    body = bytes((frame.unit, frame.function)) + frame.data
    if len(body) + 2 > LONGEST_FRAME:
        raise ModbusError(f"a frame holds {LONGEST_FRAME} bytes, not {len(body) + 2}")
    return body + crc16(body).to_bytes(2, "little")


# -- requests


def read_request(unit: int, function: Function, address: int, count: int) -> Frame:
    """Ask for ``count`` coils, discrete inputs or registers from ``address`` on. Raises BadRequest."""
    most = MOST_BITS_READ if function in _BITS else MOST_REGISTERS_READ
    _check_range(address, count, most)
    return Frame(unit, function, _words(address, count))


def write_coils(unit: int, address: int, lit: Sequence[bool]) -> Frame:
    """Set coils from ``address`` on (function 15). Raises BadRequest."""
    _check_range(address, len(lit), MOST_BITS_WRITTEN)
    packed = pack_bits(lit)
    return Frame(unit, Function.WRITE_COILS, _words(address, len(lit)) + bytes((len(packed),)) + packed)


def write_registers(unit: int, address: int, values: Sequence[int]) -> Frame:
    """Set holding registers from ``address`` on (function 16). Raises BadRequest."""
    _check_range(address, len(values), MOST_REGISTERS_WRITTEN)
    data = _words(address, len(values)) + bytes((len(values) * 2,)) + _words(*values)
    return Frame(unit, Function.WRITE_REGISTERS, data)


def write_coil(unit: int, address: int, lit: bool) -> Frame:
    """Set one coil (function 5). Its answer is the request itself, which looks like an echo of the line."""
    _check_range(address, 1, 1)
    return Frame(unit, Function.WRITE_COIL, _words(address, 0xFF00 if lit else 0))


def write_register(unit: int, address: int, value: int) -> Frame:
    """Set one holding register (function 6). Its answer is the request itself, which looks like an echo."""
    _check_range(address, 1, 1)
    return Frame(unit, Function.WRITE_REGISTER, _words(address, value))


_BITS = (Function.READ_COILS, Function.READ_DISCRETE_INPUTS)


def _check_range(address: int, count: int, most: int) -> None:
    if not 1 <= count <= most:
        raise BadRequest(Trouble.VALUE, f"{count} at once is outside 1 to {most}")
    if not 0 <= address <= 0x10000 - count:
        raise BadRequest(Trouble.ADDRESS, f"{count} from {address} on do not lie within 0 to 65535")


def _words(*numbers: int) -> bytes:
    if any(not 0 <= number <= 0xFFFF for number in numbers):
        raise BadRequest(Trouble.VALUE, "a register holds 0 to 65535")
    return b"".join(number.to_bytes(2, "big") for number in numbers)


def pack_bits(bits: Sequence[bool]) -> bytes:
    """Eight bits a byte, the first in the lowest place, as the standard packs coils."""
    return bytes(sum(1 << place for place, bit in enumerate(bits[at : at + 8]) if bit) for at in range(0, len(bits), 8))


def unpack_bits(packed: bytes, count: int) -> tuple[bool, ...]:
    """The first ``count`` of packed bits."""
    return tuple(bool(packed[place // 8] >> (place % 8) & 1) for place in range(count))


# -- answers


def answers(answer: Frame, request: Frame) -> bool:
    """Whether this can be the answer to the request: from the same unit, to the same function, of the right size."""
    if answer.unit != request.unit or answer.function & ~FAILED != request.function:
        return False
    if answer.function & FAILED:
        return len(answer.data) == 1
    if request.function in (Function.WRITE_COIL, Function.WRITE_REGISTER):
        return answer.data == request.data
    if request.function in (Function.WRITE_COILS, Function.WRITE_REGISTERS):
        return answer.data == request.data[:4]
    count = int.from_bytes(request.data[2:4], "big")
    size = (count + 7) // 8 if request.function in _BITS else count * 2
    return len(answer.data) == size + 1 and answer.data[0] == size


def answer_bytes(request: Frame) -> int:
    """How many bytes the answer to a request of ours has."""
    if request.function >= Function.WRITE_COIL:
        return 8
    count = int.from_bytes(request.data[2:4], "big")
    return 5 + ((count + 7) // 8 if request.function in _BITS else count * 2)


def registers_in(answer: Frame, request: Frame) -> tuple[int, ...]:
    """The registers of an answer to function 3 or 4. Raises Refused or BadAnswer."""
    _check_answer(answer, request)
    return tuple(int.from_bytes(answer.data[at : at + 2], "big") for at in range(1, len(answer.data), 2))


def bits_in(answer: Frame, request: Frame) -> tuple[bool, ...]:
    """The bits of an answer to function 1 or 2. Raises Refused or BadAnswer."""
    _check_answer(answer, request)
    return unpack_bits(answer.data[1:], int.from_bytes(request.data[2:4], "big"))


def _check_answer(answer: Frame, request: Frame) -> None:
    if not answers(answer, request):
        raise BadAnswer(f"{answer} does not answer {request}")
    if answer.function & FAILED:
        raise Refused(answer.unit, answer.data[0])


# -- finding frames


def answer_size(head: bytes) -> int | None:
    """Whole size of the answer that begins with these bytes; None: more are needed to tell; 0: none begins so."""
    if len(head) < 2:
        return None
    function = head[1]
    if function & FAILED:
        return 5 if function & ~FAILED in Function._value2member_map_ else 0
    if function in (Function.WRITE_COIL, Function.WRITE_REGISTER, Function.WRITE_COILS, Function.WRITE_REGISTERS):
        return 8
    if function not in Function._value2member_map_:
        return 0
    if len(head) < 3:
        return None
    return 0 if not 1 <= head[2] <= LONGEST_FRAME - 6 else 5 + head[2]


def request_size(head: bytes) -> int | None:
    """Whole size of the request that begins with these bytes, as :func:`answer_size`."""
    if len(head) < 2:
        return None
    if head[1] in (Function.WRITE_COILS, Function.WRITE_REGISTERS):
        if len(head) < 7:
            return None
        return 0 if not 1 <= head[6] <= LONGEST_FRAME - 9 else 9 + head[6]
    # A request with a function nobody knows is answered too; most of those have the shape of a read.
    return 8 if 1 <= head[1] < FAILED else 0


class AnswerDecoder(Scanner[Frame]):
    """Finds the answers of devices: what a host hears."""

    longest = LONGEST_FRAME

    def size_at(self, held: bytearray, at: int) -> int | None:
        return _whole(answer_size(bytes(held[at : at + 7])), held, at)

    def frame_at(self, held: bytearray, at: int, size: int) -> Frame | None:
        return _frame(bytes(held[at : at + size]))

    def address_at(self, held: bytearray, at: int) -> int:
        return held[at]


class RequestDecoder(AnswerDecoder):
    """Finds the requests of a host: what a device hears."""

    def size_at(self, held: bytearray, at: int) -> int | None:
        return _whole(request_size(bytes(held[at : at + 7])), held, at)


class Decoder(AnswerDecoder):
    """Finds frames of both directions: what a monitor hears. Which one it is, the CRC says."""

    def size_at(self, held: bytearray, at: int) -> int | None:
        head = bytes(held[at : at + 7])
        sizes = [_whole(size_of(head), held, at) for size_of in (answer_size, request_size)]
        right = [size for size in sizes if size and _frame(bytes(held[at : at + size])) is not None]
        if right:
            return right[0]
        return None if None in sizes else max(size or 0 for size in sizes)


def _whole(size: int | None, held: bytearray, at: int) -> int | None:
    return None if size is None or len(held) - at < size else size


def _frame(whole: bytes) -> Frame | None:
    if crc16(whole[:-2]) != int.from_bytes(whole[-2:], "little"):
        return None
    return Frame(whole[0], whole[1], whole[2:-2])


def text_frame(unit: int, text: str, options: Mapping[str, str], turn: int) -> bytes:
    """Show a text on our open sign; what does not fit is cut after a whole character."""
    style = TextStyle[options.get("form", "still").upper()]
    return encode(write_registers(unit, TEXT_STYLE, text_registers(text, style)))


def shown(frame: Frame) -> str:
    """The text that a sign shows after this frame; empty for a frame that writes none."""
    if frame.function != Function.WRITE_REGISTERS or frame.data[:2] != TEXT_STYLE.to_bytes(2, "big"):
        return ""
    packed = frame.data[5:]
    return text_of([int.from_bytes(packed[at : at + 2], "big") for at in range(0, len(packed), 2)])


def describe(frame: Frame) -> str:
    """A frame in words. A write and its answer may be the same bytes."""
    known = frame.function & ~FAILED in Function._value2member_map_
    name = Function(frame.function & ~FAILED).name.lower().replace("_", " ") if known else f"{frame.function:02X}"
    if frame.function & FAILED:
        return f"Modbus unit {frame.unit} refuses to {name}: exception {frame.data[:1].hex() or '?'}"
    start = int.from_bytes(frame.data[:2], "big")
    if len(frame.data) == 4:
        return f"Modbus unit {frame.unit}: {name} {start:04X}, {int.from_bytes(frame.data[2:4], 'big'):04X}"
    if text := shown(frame):
        return f"Modbus sign {frame.unit} shows “{text}”"
    if frame.function in (Function.WRITE_COILS, Function.WRITE_REGISTERS):
        return f"Modbus unit {frame.unit}: {name} from {start:04X}: {frame.data[5:].hex(' ').upper()}"
    return f"Modbus unit {frame.unit}: {_who(frame) or f'{name}, answered ' + frame.data[1:].hex(' ').upper()}"


def _who(frame: Frame) -> str:
    """Who a device says it is, to an installer; empty for any other answer."""
    told = frame.data[1:]
    if frame.function != Function.READ_INPUT_REGISTERS or len(told) != 2 * FACT_COUNT:
        return ""
    try:
        facts = facts_of([int.from_bytes(told[at : at + 2], "big") for at in range(0, len(told), 2)])
    except FrameError:
        return ""
    has = (f"{facts.keys} keys", f"{facts.lamps} lamps", f"{facts.digits} digits", f"{facts.text_bytes} bytes of text")
    parts = ", ".join(part for part in has if not part.startswith("0 "))
    return f"has {parts or 'nothing'}; firmware {facts.firmware[0]}.{facts.firmware[1]}, bad frames {facts.bad_frames}"


DRIVER = Driver(
    make="modbus",
    names=Names("开放按键盒和窗口屏 Modbus RTU", "open pad and sign, Modbus RTU"),
    decoder=Decoder,
    encode=encode,
    describe=describe,
    probe=lambda unit: encode(read_request(unit, Function.READ_INPUT_REGISTERS, FACTS, FACT_COUNT)),
    seen=Names("设备在线路上回答自己的型号和版本", "the device answers with its kind and version"),
    answers=True,
    strip=StripMake(
        text=text_frame,
        shown=shown,
        options={"form": tuple(style.name.lower() for style in TextStyle)},
        spacing_s=0.05,
    ),
)
