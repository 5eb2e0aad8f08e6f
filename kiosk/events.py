"""What can happen at a kiosk, and what the flow can wish for in answer. Small frozen values. Pure."""

from dataclasses import dataclass, field

from broker.model.words import Level, Names
from broker.runtime.code_lines import Scanned
from kiosk.found import FoundTicket
from kiosk.readers.cards import CardPresent, CardRead, CardUnread
from kiosk.ticket import Order, Slip


@dataclass(frozen=True)
class Touched:
    """A finger tapped a target of the picture, at a place in px."""

    target: str
    at: tuple[int, int] | None = None


@dataclass(frozen=True)
class Pressed:
    """A physical button for a service."""

    service: str


@dataclass(frozen=True)
class Numbered:
    """A ticket got its number; it is kept, so it may be shown. Printing begins."""

    ticket: str
    slip: Slip


@dataclass(frozen=True)
class Printed:
    """The printer acknowledged the end of the ticket."""

    ticket: str


@dataclass(frozen=True)
class NotPrinted:
    """The paper did not come out, or (``unsure``) nobody can say whether it did."""

    ticket: str
    unsure: bool = False


@dataclass(frozen=True)
class Denied:
    """There is no number, and why."""

    ticket: str
    why: Names


@dataclass(frozen=True)
class AlreadyHere:
    """Whoever checks in did so before: there is one ticket for an appointment, and this is it."""

    ticket: str
    slip: Slip


@dataclass(frozen=True)
class Answered:
    """The answer to a question, or that there was none."""

    message: Names
    good: bool


@dataclass(frozen=True)
class Found:
    """What was found by the last digits of a telephone, newest first."""

    tickets: tuple[FoundTicket, ...]


@dataclass(frozen=True)
class CopyEnded:
    """The copy of a ticket came out, or did not."""

    printed: bool


@dataclass(frozen=True)
class NoticeEnded:
    """The written notice came out, or did not."""

    printed: bool


@dataclass(frozen=True)
class Passed:
    """Time went by."""


Shown = CardRead | CardUnread | CardPresent | Scanned
"""What a person shows the kiosk: a card laid down, a code held before the scanner."""
Event = (
    Touched
    | Pressed
    | Numbered
    | Printed
    | NotPrinted
    | Denied
    | AlreadyHere
    | Answered
    | Found
    | NoticeEnded
    | CopyEnded
    | Passed
    | Shown
)

# -- wishes ------------------------------------------------


@dataclass(frozen=True)
class Issue:
    """Get a number for this order and print it."""

    order: Order


@dataclass(frozen=True)
class CheckIn:
    """Ask the engine for the ticket of an appointment, by the code in this order, and print it."""

    order: Order


@dataclass(frozen=True)
class CallStaff:
    """Somebody needs help at this kiosk."""


@dataclass(frozen=True)
class Rejoin:
    """Tell the engine that the holder of a missed number is back."""

    number: str


@dataclass(frozen=True)
class PrintNotice:
    """Print the written notice of what to bring for a service."""

    service: str
    language: str
    large: bool


@dataclass(frozen=True)
class Find:
    """Which tickets belong to a telephone, by its last four digits."""

    phone_tail: str = field(repr=False)


@dataclass(frozen=True)
class Rate:
    """A visitor rates a visit by the number and the rating code on its ticket; ``reasons`` of today's version."""

    number: str
    level: Level
    code: str = field(repr=False)
    reasons: tuple[str, ...] = ()
    contact: bool = False


@dataclass(frozen=True)
class PrintCopy:
    """Print one of the last tickets of this kiosk once more, marked as a copy."""

    ticket: str


@dataclass(frozen=True)
class PrintSlip:
    """Print what the engine knows of a ticket once more, marked as a copy."""

    slip: Slip
    language: str
    large: bool


Question = Rejoin | Find | Rate
"""What only the engine can answer."""
Wish = Issue | CheckIn | CallStaff | Question | PrintNotice | PrintCopy | PrintSlip
