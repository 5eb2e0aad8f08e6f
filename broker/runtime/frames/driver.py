"""What a file of this folder declares about one make, so that nothing else need be changed for it. Pure.

Each make is one module with a ``DRIVER``; ``registry.drivers`` finds them all. docs/drivers.md shows how to add one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from broker.model.words import Names


class FrameError(ValueError):
    """A frame that a make cannot carry; the message says what and how much it can."""


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
    the frames sent to that strip. ``shown(frame)`` is the text that the strip then shows. ``options`` maps each option
    of the address to its allowed values, the usual one first. Two frames of this make are ``spacing_s`` apart at least.
    """

    text: Callable[[int, str, Mapping[str, str], int], bytes]
    shown: Callable[[Any], str]
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    spacing_s: float = 0.0

    def chosen(self, options: Mapping[str, str]) -> dict[str, str]:
        """The options with the usual values filled in. FrameError names one that is not allowed."""
        for name, value in options.items():
            if name not in self.options:
                known = ", ".join(self.options) or "none"
                raise FrameError(f"there is no option '{name}'; options: {known}")
            if value not in self.options[name]:
                raise FrameError(f"option {name}={value} must be one of {', '.join(self.options[name])}")
        return {name: options.get(name, allowed[0]) for name, allowed in self.options.items()}


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
