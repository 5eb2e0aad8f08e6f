"""What a serial line says of itself: frames, answers, ups and downs, counts. Shared by the line and its owners."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Protocol


class BusFrame(Protocol):
    """What a decoder yields."""

    @property
    def address(self) -> int: ...


class Decoder(Protocol):
    """Bytes to frames, resynchronising by itself; ``flush`` is called when the line went quiet.

    ``waiting``: the beginning of a frame is held. ``noise_bytes`` counts what belonged to no frame. A decoder may also
    have ``damaged``, the number of whole but wrong frames by address.
    """

    @property
    def noise_bytes(self) -> int: ...

    @property
    def waiting(self) -> bool: ...

    def feed(self, received: bytes) -> Sequence[BusFrame]: ...

    def flush(self) -> Sequence[BusFrame]: ...


@dataclass(frozen=True)
class Received:
    """A frame came in; ``at_s`` is monotonic seconds."""

    frame: BusFrame
    at_s: float


@dataclass(frozen=True)
class Answer:
    """What came after the ``Ask`` of this key: nothing at all, one frame, or more than there should be.

    ``raw`` are all bytes heard meanwhile, whole frames or not; ``waited_s`` is since the question was on the wire.
    """

    key: Hashable
    frames: tuple[BusFrame, ...]
    raw: bytes
    at_s: float
    waited_s: float = 0.0


@dataclass(frozen=True)
class LineUp:
    """The port was opened: show everything again, the devices may have lost their power."""

    at_s: float


@dataclass(frozen=True)
class LineDown:
    """The port is gone; it is tried again by itself."""

    at_s: float
    reason: str


LineEvent = Received | Answer | LineUp | LineDown


@dataclass(frozen=True)
class Ask:
    """A question to one device: while its answer is awaited, nothing else is sent.

    ``answers`` says whether a frame is the answer. Asked again up to ``tries`` times; ``timeout_s`` is counted from the
    moment when the question has left. ``whole_wait`` listens until then although an answer came: a second one means
    that two devices have the address.
    """

    key: Hashable
    data: bytes
    answers: Callable[[BusFrame], bool]
    timeout_s: float = 0.1
    tries: int = 1
    whole_wait: bool = False


@dataclass(frozen=True)
class LineHealth:
    """Counts since the start. ``unknown`` are frames of addresses that the hall file does not have."""

    online: bool = False
    frames: int = 0
    noise_bytes: int = 0
    damaged: int = 0
    unknown: int = 0
    limited: int = 0
    unanswered: int = 0
    dropped_events: int = 0
    dropped_sends: int = 0
    echo: str = "unknown"


@dataclass(frozen=True)
class AddressHealth:
    """What was heard of one address: good frames, whole frames with a wrong sum, frames over its limit."""

    frames: int = 0
    damaged: int = 0
    limited: int = 0

    @property
    def error_rate(self) -> float:
        """The share of its frames that were damaged, 0 to 1."""
        return self.damaged / max(1, self.frames + self.damaged)
