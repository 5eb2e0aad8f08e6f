"""Commands about who may go first."""

from broker.model.commands.base import Command
from broker.model.words import PrintedNumber, Sentence, Slug


class ConfirmPriority(Command, tag=True, kw_only=True, frozen=True):
    """Staff have seen that a claim of priority is right, or give it; None confirms what was claimed at the kiosk."""

    number: PrintedNumber
    priority: Slug | None = None


class RevokePriority(Command, tag=True, kw_only=True, frozen=True):
    """Staff take a priority away; the ticket keeps its arrival and waits like any other."""

    number: PrintedNumber
    reason: Sentence = ""
