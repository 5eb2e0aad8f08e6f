"""What a console shows, worked out from the counter's view: digits, lamps, one word of state. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from broker.model.views import CounterView
from broker.model.words import CounterStatus, TicketStatus
from caller.console.mind import Console

OFF, ON, BLINK, FLASH = "off", "on", "blink", "flash"


@dataclass(frozen=True)
class Picture:
    """``waiting`` and ``number`` are None where the digits stay dark; ``lamps`` maps every lamp to its state."""

    waiting: int | None
    number: str | None
    lamps: tuple[tuple[str, str], ...]
    state: str

    def lit(self) -> tuple[str, ...]:
        """The lamps that are not off."""
        return tuple(name for name, state in self.lamps if state != OFF)


def picture_of(console: Console, now_ms: int) -> Picture:
    """What the consoles of this counter show now. ``state`` is ``away``, ``open``, ``paused`` or ``closed``."""
    view = console.view
    if view is None or console.away:
        # Old counts would be believed; the visitor at the counter is still the visitor at the counter.
        number = view.ticket.number if view is not None and view.ticket is not None else None
        return Picture(None, number, (("link", BLINK), *_dark("link")), "away")
    lamps = _lamps(view, now_ms, console.directory.recall_most)
    lamps["pause"] = BLINK if console.pin_next else _pause_lamp(view)
    if console.refusal is not None:
        lamps["refused"] = FLASH
    if console.slow:
        lamps["link"] = BLINK
    number = view.ticket.number if view.ticket is not None else None
    # A press without an answer yet: the count goes dark, which a terminal without lamps shows too.
    waiting = None if view.status is CounterStatus.CLOSED or console.slow else view.waiting
    return Picture(waiting, number, tuple(lamps.items()), view.status.value)


LAMP_NAMES = (
    "link", "call", "recall", "start", "finish", "no_show", "hold", "call_back", "pause", "rating", "refused",
)  # fmt: skip


def _dark(*but: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, OFF) for name in LAMP_NAMES if name not in but)


def _lamps(view: CounterView, now_ms: int, recall_most: int) -> dict[str, str]:
    """Each lamp says that its key is worth pressing now."""
    ticket, is_open = view.ticket, view.status is CounterStatus.OPEN
    called = ticket is not None and ticket.status is TicketStatus.CALLED
    tired = called and ticket is not None and ticket.recalls >= recall_most
    lamps = dict(_dark())
    lamps["link"] = ON
    lamps["call"] = _on(is_open and ticket is None and view.waiting > 0)
    lamps["recall"] = _on(called and not tired)
    lamps["start"] = _on(called)
    lamps["finish"] = _on(ticket is not None)
    lamps["no_show"] = BLINK if tired else _on(called)
    lamps["hold"] = _on(ticket is not None)
    lamps["call_back"] = _on(is_open and ticket is None and bool(view.held or view.missed))
    lamps["rating"] = _on(view.evaluation is not None and now_ms < view.evaluation.until_ms)
    return lamps


def _pause_lamp(view: CounterView) -> str:
    """It blinks once the engine says that the pause is long: soon the duty leader is asked for a substitute."""
    if view.status is not CounterStatus.PAUSED:
        return OFF
    return ON if view.cover is None else BLINK


def _on(lit: bool) -> str:
    return ON if lit else OFF
