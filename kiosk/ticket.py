"""The nouns of one visit at the kiosk: what was ordered, what was given, and the life of a ticket here. Pure."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from broker.model.phrases import phrase
from broker.model.words import Names, Need

WORDS_EACH = 3
"""What one ticket may have to say: request, report, and how its paper ended. No number without room for all."""
PRINT_WITHIN_S = 30.0
"""A printer that has not said by then how a paper ended never will."""


@dataclass(frozen=True)
class Order:
    """What a visitor asked for. ``ticket`` is the id made at the first touch; it never changes, whatever the path.

    ``large``: the paper in large letters. ``person`` is the key of the ID card that was shown; with
    ``principal``, whose business it is, ``person`` is the agent. ``phone_tail``: the last digits of a telephone.
    ``code`` is that of an appointment: what it is for (``service``, ``priority``, ``appointment``) only the engine
    knows, and until it answered ``service`` is empty.
    """

    ticket: str
    service: str
    priority: str | None = None
    language: str = "zh"
    large: bool = False
    person: str | None = field(default=None, repr=False)
    principal: str | None = field(default=None, repr=False)
    phone_tail: str | None = field(default=None, repr=False)
    needs: tuple[Need, ...] = field(default=(), repr=False)
    code: str | None = field(default=None, repr=False)
    appointment: str | None = None

    @property
    def beneficiary(self) -> str | None:
        """For whom the ticket counts."""
        return self.principal or self.person


Booked = Literal["", "in_time", "late"]
"""Whether somebody came for an appointment, and when."""


@dataclass(frozen=True)
class Slip:
    """What the visitor is told: the number, and what is known about the wait (None: not known, never guessed).

    ``qr_rows`` are the modules of the code on the screen, rows of ``#`` and blanks. ``issued_at_ms`` is None while the
    clock cannot be trusted. ``booked_for`` is the local time of the appointment it was given for, ``HH:MM``;
    ``more`` services of the same booking follow on the same number.
    ``rating_code`` proves at a kiosk whose visit it was: it stands on the paper alone.
    """

    number: str
    service: str
    names: Names
    ahead: int | None = None
    wait_min: tuple[int, int] | None = None
    counters: tuple[str, ...] = ()
    qr_text: str = ""
    qr_rows: tuple[str, ...] = ()
    issued_at_ms: int | None = None
    booked: Booked = ""
    booked_for: str = ""
    more: int = 0
    rating_code: str = field(default="", repr=False)

    @property
    def no_counter(self) -> bool:
        """Whether no counter is open for it yet: the engine was heard, for it told who is ahead, and dates nothing."""
        return self.ahead is not None and self.wait_min is None


def more_on_it(count: int) -> Names:
    """How many services of a booking follow the one that the ticket names."""
    if count == 1:
        return phrase("另有 {count} 项业务，凭此号办理", "{count} more service on this number", count=count)
    return phrase("另有 {count} 项业务，凭此号依次办理", "{count} more services on this number", count=count)


class PaperEnd(StrEnum):
    """How a print job ended. UNSAID: everything was sent to a printer that cannot tell. UNKNOWN: a printer that can
    did not, so that the paper may be in somebody's hand, or half of it, or none."""

    PRINTED = "printed"
    FAILED = "failed"
    UNSAID = "unsaid"
    UNKNOWN = "unknown"


class TicketState(StrEnum):
    """What is known here about one ticket. MAYBE: the number may be on paper, on the screen or nowhere."""

    ASKED = "asked"
    MAYBE = "maybe"
    PAPER = "paper"
    SCREEN = "screen"
    UNCLEAR = "unclear"
    VOID = "void"
    REFUSED = "refused"


LIFE: dict[TicketState, frozenset[TicketState]] = {
    TicketState.ASKED: frozenset({TicketState.MAYBE, TicketState.VOID, TicketState.REFUSED}),
    TicketState.MAYBE: frozenset({TicketState.PAPER, TicketState.SCREEN, TicketState.UNCLEAR}),
    TicketState.PAPER: frozenset(),
    TicketState.SCREEN: frozenset(),
    TicketState.UNCLEAR: frozenset(),
    TicketState.VOID: frozenset(),
    TicketState.REFUSED: frozenset(),
}
