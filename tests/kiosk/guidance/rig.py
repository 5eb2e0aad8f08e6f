"""A visitor who sees nothing: keys under the finger, an earphone that writes down what it is told."""

from collections.abc import Callable, Iterable

from broker.model.hall_devices import Guidance
from kiosk.guidance.guide import Guide
from kiosk.guidance.keys import PART, GuidanceKeys
from kiosk.guidance.mind import GuidanceMind, Say
from kiosk.guidance.spoken import Piece

PAD = "virtual://pad"
EARPHONE = Guidance(
    output="virtual://speaker", plug=PAD, next=PAD, previous=PAD, choose=PAD, repeat=PAD, louder=PAD, gain_db=-12
)


class Notebook:
    """Stands in for the earphone: ``said`` holds each order as one line."""

    def __init__(self) -> None:
        self.orders: list[Say] = []
        self.warmed: list[Piece] = []
        self.speaking = False
        self.state = {"earphone": "ok", "voice": "ok"}

    def start(self) -> None: ...

    def stop(self) -> None: ...

    def say(self, order: Say) -> None:
        self.orders.append(order)

    def captions(self) -> tuple[str, ...] | None:
        return tuple(piece.text for order in self.orders[-1:] for piece in order.pieces)

    def warm(self, pieces: Iterable[Piece]) -> None:
        self.warmed += pieces

    def health(self) -> dict[str, str]:
        return self.state

    @property
    def said(self) -> list[str]:
        return [" | ".join(piece.text for piece in order.pieces) for order in self.orders]

    @property
    def last(self) -> str:
        return self.said[-1] if self.orders else ""


def guide_with(notebook: Notebook, declared: Guidance = EARPHONE) -> Callable[[Callable[[], float]], Guide]:
    """Makes a guide on the clock it is given."""

    def make(monotonic: Callable[[], float]) -> Guide:
        keys = GuidanceKeys(declared, monotonic)
        return Guide(GuidanceMind("zh", declared.gain_db, by_plug=keys.has_plug), keys, notebook)

    return make


def part(name: str) -> str:
    """The virtual part of a key or of the plug."""
    return PART + name
