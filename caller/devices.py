"""What a counter's devices can do, whatever they are made of. The hands behind these speak gpiozero or P1."""

from __future__ import annotations

from typing import Protocol

from broker.contract.envelope import PanelPart
from broker.model.words import Level
from broker.runtime.errors import SettingError
from caller.picture import Picture


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


class VirtualPart(Protocol):
    """A device that people can see and press on the virtual hall page."""

    def panel(self, state: str) -> PanelPart:
        """How it looks now; ``state`` is one word or sentence to print under it."""

    def tap(self, key: str) -> None:
        """A person presses a key. Raises KeyError when it has none of that name."""
