"""Commands about the visitor at a window: called, served, missed, held, sent on, back in line."""

from broker.model.commands.base import AtCounter, Command
from broker.model.commands.console import Items, Outcome
from broker.model.words import PrintedNumber, Sentence, Slug


class CallNext(AtCounter, tag=True, kw_only=True, frozen=True):
    """Call whoever the policy says is next for this counter."""


class CallNumber(AtCounter, tag=True, kw_only=True, frozen=True):
    """特呼: call a chosen number out of turn; why is kept in the journal."""

    number: PrintedNumber
    reason: Sentence = ""


class Recall(AtCounter, tag=True, kw_only=True, frozen=True):
    """重呼: summon the called visitor again, with a new call id."""


class StartService(AtCounter, tag=True, kw_only=True, frozen=True):
    """The called visitor is at the window."""


class FinishService(AtCounter, tag=True, kw_only=True, frozen=True):
    """The visit is over; this opens the evaluation of the visit."""

    outcome: Outcome = "done"
    items: Items = 1


class MarkNoShow(AtCounter, tag=True, kw_only=True, frozen=True):
    """过号: the called visitor did not come."""


class HoldTicket(AtCounter, tag=True, kw_only=True, frozen=True):
    """挂起: set the visitor at the counter aside, to be called again by number."""

    note: Sentence = ""


class TransferTicket(AtCounter, tag=True, kw_only=True, frozen=True):
    """转移: to another service or another counter, same number; what it waits since is kept."""

    to_service: Slug | None = None
    to_counter: Slug | None = None
    note: Sentence = ""


class ReturnTicket(Command, tag=True, kw_only=True, frozen=True):
    """A missed or held number is back in line, a few places behind the head; who took one from afar is here."""

    number: PrintedNumber


class CancelTicket(Command, tag=True, kw_only=True, frozen=True):
    """The visitor gives the waiting number up."""

    number: PrintedNumber
    reason: Sentence = ""
