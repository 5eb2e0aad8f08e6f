"""What a file of this folder declares about one make, so that nothing else need be changed for it. Pure.

Each make is one module with a ``DRIVER``; ``registry.drivers`` finds them all. docs/drivers.md shows how to add one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal, Protocol

from broker.model.words import Names


class FrameError(ValueError):
    """A frame that a make cannot carry; the message says what and how much it can."""


class BadOption(FrameError):
    """An option of a device's address that its make does not have; ``zh`` says the same in Chinese."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh


class FrameDecoder(Protocol):
    """Bytes to frames of one make; see ``scanner.Scanner``, which most makes inherit."""

    noise_bytes: int
    damaged: dict[int, int]

    @property
    def waiting(self) -> bool: ...

    def feed(self, received: bytes) -> list[Any]: ...

    def flush(self) -> list[Any]: ...


@dataclass(frozen=True)
class TextFrame:
    """A text for one strip or board. ``form`` is one of the make's layouts, ``payload`` the text as it is coded.

    ``turn`` is the running number of makes that count their frames, else 0.
    """

    unit: int
    form: str
    payload: bytes
    turn: int = 0

    @property
    def address(self) -> int:
        """The line's word for ``unit``."""
        return self.unit


@dataclass(frozen=True)
class StripMake:
    """How a make of strips is told its text.

    ``text(unit, text, options, turn)`` builds the frame's bytes; ``options`` are complete and allowed, ``turn`` counts
    the frames sent to that strip. ``shown(frame)`` is the text that the strip then shows, None where the frame is none
    for a strip. ``options`` maps each option of the address to its allowed values, the usual one first. Two frames of
    this make are ``spacing_s`` apart at least.
    """

    text: Callable[[int, str, Mapping[str, str], int], bytes]
    shown: Callable[[Any], str | None]
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    spacing_s: float = 0.0

    def chosen(self, options: Mapping[str, str]) -> dict[str, str]:
        """The options with the usual values filled in. BadOption names one that is not allowed."""
        for name, value in options.items():
            if name not in self.options:
                known = ", ".join(self.options) or "none"
                zh = f"没有选项“{name}”；可用的选项：{', '.join(self.options) or '无'}"
                raise BadOption(zh, f"there is no option '{name}'; options: {known}")
            if value not in self.options[name]:
                allowed = ", ".join(self.options[name])
                raise BadOption(
                    f"选项 {name}={value} 不对，可用：{allowed}", f"option {name}={value} must be one of {allowed}"
                )
        return {name: options.get(name, allowed[0]) for name, allowed in self.options.items()}


class Key(StrEnum):
    """What the function keys of terminals ask for, whatever a make sends for them.

    ``CONFIRM`` alone says that the visitor came, with digits what a terminal has no key for; ``CANCEL`` clears digits.
    """

    RATE = "rate"  # 评价
    CALL = "call"  # 呼叫
    RECALL = "recall"  # 重呼
    CANCEL = "cancel"  # 取消
    CONFIRM = "confirm"  # 确认
    ONE_METRE_LINE = "one_metre_line"  # 一米线
    PAUSE = "pause"  # 等候/暂停
    TRANSFER = "transfer"  # 转移
    START = "start"  # 到达
    NO_SHOW = "no_show"  # 弃号
    HOLD = "hold"  # 挂起
    CALL_BACK = "call_back"  # 回呼
    OPEN = "open"  # 开放
    CLOSE = "close"  # 关闭
    UNDO = "undo"  # 撤销


@dataclass(frozen=True)
class KeyPress:
    """A key of a terminal, with the digits typed before it. ``key`` is None for one that is not known."""

    unit: int
    digits: str
    key: Key | None


@dataclass(frozen=True)
class RatingPress:
    """A key of an evaluator; ``raw_key`` is its number as the device sent it, e.g. ``"3"``."""

    unit: int
    raw_key: str


@dataclass(frozen=True)
class Told:
    """What the host tells a device: ``digits`` (``text`` as a person reads them), ``stars`` (``text`` says how many),
    ``ask`` for a rating, or ``beep``."""

    what: Literal["digits", "stars", "ask", "beep"]
    text: str = ""


@dataclass(frozen=True)
class TerminalMake:
    """How a make of clerks' terminals is told. ``press(unit, digits, key)`` is what the device itself sends.

    ``show(unit, waiting, number)``: how many wait and the printed number, None for a dark side. ``beep`` None: it has
    no beeper. A key with more than ``most_digits`` digits before it is discarded.
    """

    press: Callable[[int, str, Key], bytes]
    show: Callable[[int, int | None, str | None], bytes]
    beep: Callable[[int], bytes] | None
    keys: tuple[Key, ...]
    most_digits: int = 0


@dataclass(frozen=True)
class EvaluatorMake:
    """How a make of visitors' evaluators is told. ``rate(unit, key number)`` is what the device itself sends."""

    rate: Callable[[int, int], bytes]
    ask: Callable[[int], bytes]
    stars: Callable[[int, int], bytes]
    beep: Callable[[int], bytes] | None


@dataclass(frozen=True)
class KeyMake:
    """A make whose devices speak unasked when a key is pressed, and again until they are answered.

    ``read(frame, most_digits)`` is what a device said with a frame, None when no device sends such a one; the answer it
    waits for is the driver's ``acknowledge``. ``told(frame)`` is what a frame tells a device: for the simulated ones.
    """

    read: Callable[[Any, int], KeyPress | RatingPress | None]
    told: Callable[[Any], Told | None]
    terminal: TerminalMake | None = None
    evaluator: EvaluatorMake | None = None


class VoiceState(StrEnum):
    """What a voice module says of itself."""

    TAKEN = "taken"
    REFUSED = "refused"
    STARTED = "started"
    BUSY = "busy"
    IDLE = "idle"


@dataclass(frozen=True)
class VoiceOrder:
    """What the host wants of a voice module."""

    what: Literal["say", "stop", "query"]
    text: str = ""


@dataclass(frozen=True)
class VoiceMake:
    """How a make of serial voice modules is told what to say in Mandarin.

    ``say(text, gain_db)`` are the frames of a text, one after the other; ``state(frame)`` is what the module says of
    itself. ``ordered(frame)`` and ``answer(state)`` are the module's own side, for the simulated one.
    """

    say: Callable[[str, float], Iterator[bytes]]
    stop: bytes
    query: bytes
    state: Callable[[Any], VoiceState | None]
    ordered: Callable[[Any], VoiceOrder | None]
    answer: Callable[[VoiceState], bytes]


@dataclass(frozen=True)
class Driver:
    """One make. ``make`` is the name of its module and the scheme of its addresses: ``p2://LINE/UNIT``.

    ``describe`` puts a frame into words for the bus monitor. ``probe(unit)`` is a harmless frame after which a person
    sees or hears something at the device (``seen``); ``answers``: the device then says something on the line, too.
    ``acknowledge`` is the host's answer to a frame of a device, None where none is due.
    """

    make: str
    names: Names
    decoder: Callable[[], FrameDecoder]
    encode: Callable[[Any], bytes]
    describe: Callable[[Any], str]
    probe: Callable[[int], bytes]
    seen: Names
    answers: bool = False
    acknowledge: Callable[[Any], bytes | None] = lambda frame: None
    strip: StripMake | None = None
    keys: KeyMake | None = None
    voice: VoiceMake | None = None
    hears: Callable[[], FrameDecoder] | None = None
    """Finds the host's frames, where these differ from what a device says."""
    alone: bool = False
    """The device has no address and a line of its own; its line is listened to in this make's way only when told so."""

    def ear(self) -> FrameDecoder:
        """Finds what the host says."""
        return (self.hears or self.decoder)()
