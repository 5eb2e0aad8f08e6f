"""What a counter's devices can do, whatever they are made of: what the rooms of hands and their owner share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Protocol

from broker.contract.envelope import PanelPart
from broker.model.words import Level
from broker.runtime.errors import SettingError
from caller.console.keys import Press
from caller.console.picture import Picture


class CallerSetupError(SettingError):
    """The hall file asks for a device that cannot be made; ``setting`` names it."""


class ConsoleDevice(Protocol):
    """A pad or terminal of a clerk."""

    name: str

    def show(self, picture: Picture) -> None:
        """Digits and lamps as they should be now; called often, sends only what changed."""

    def refuse(self) -> None:
        """A press was refused: be heard."""

    def refresh(self) -> None:
        """Show everything again: the device may have lost its power."""

    def fault(self) -> str:
        """Empty, or a short word for health."""


class KeypadDevice(Protocol):
    """An evaluator in front of a visitor."""

    name: str

    def prompt(self) -> None:
        """Ask for a rating."""

    def thank(self, level: Level) -> None:
        """The rating is safe."""

    def reject(self) -> None:
        """The key was heard and does not count."""

    def apologise(self) -> None:
        """The rating could not be kept; the key was not heard."""

    def rest(self) -> None:
        """Nobody is asked any more."""

    def fault(self) -> str:
        """Empty, or a short word for health."""


class KeySource(Protocol):
    """Hardware whose keys are asked for in the caller's loop: pins, or a USB keypad."""

    wake: Callable[[], None]
    """Called, from any thread, when a key did something."""

    @property
    def settling(self) -> bool:
        """A key moved and will count within milliseconds."""

    def start(self) -> None:
        """Take it. What may come later (a USB keypad) is waited for, what never will raises."""

    def close(self) -> None:
        """Let it go."""

    def alive(self) -> bool:
        """False: whatever delivers its keys has died."""


class PolledConsole(ABC):
    """Base of consoles that are asked for their presses each turn of the loop; ``pad`` is None where a line has it."""

    name: str
    pad: KeySource | None

    @abstractmethod
    def poll(self) -> list[Press]:
        """The presses since the last poll, in order."""


class PolledKeypad(ABC):
    """Base of evaluators that are asked for their keys each turn of the loop."""

    name: str
    pad: KeySource | None

    @abstractmethod
    def poll(self) -> list[str]:
        """The raw keys since the last poll, in order."""


class VirtualPart(Protocol):
    """A device that people can see and press on the virtual hall page."""

    def panel(self, state: str) -> PanelPart:
        """How it looks now; ``state`` is one word or sentence to print under it."""

    def tap(self, key: str) -> None:
        """A person presses a key. Raises KeyError when it has none of that name."""
