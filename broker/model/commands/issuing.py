"""Commands about numbers and paper: who gets one, who holds one, and when none is given."""

from broker.model.commands.base import Command
from broker.model.words import (
    BusinessDay,
    Holding,
    Identifier,
    Language,
    Need,
    PersonKey,
    PhoneTail,
    PrintedNumber,
    Sentence,
    Slug,
)


class IssueTicket(Command, tag=True, kw_only=True, frozen=True):
    """Ask the engine for a number out of its own part of the series; the ticket is reserved, not yet waiting.

    ``person`` showed an ID; with ``principal``, whose business it is, ``person`` is the agent. ``phone_tail`` is kept
    only where ``rules.lost_ticket_lookup`` says so. ``large``: paper in the elder size is wanted.
    """

    ticket: Identifier
    service: Slug
    priority: Slug | None = None
    language: Language = "zh"
    kiosk: Slug | None = None
    person: PersonKey | None = None
    principal: PersonKey | None = None
    needs: tuple[Need, ...] = ()
    phone_tail: PhoneTail | None = None
    large: bool = False


class ConfirmTicket(Command, tag=True, kw_only=True, frozen=True):
    """The visitor holds the number: on paper, on a screen or on a phone."""

    ticket: Identifier
    holding: Holding = Holding.PAPER


class VoidTicket(Command, tag=True, kw_only=True, frozen=True):
    """Nobody has the number and nobody ever will."""

    ticket: Identifier
    reason: Sentence = ""


class ReportTicket(Command, tag=True, kw_only=True, frozen=True):
    """A kiosk issued a number of its own range on ``day``. The paper wins: only a taken number is refused.

    Who holds it, as of an ``IssueTicket``. ``appointment``: whoever holds it checked in for that.
    """

    ticket: Identifier
    service: Slug
    number: PrintedNumber
    holding: Holding
    day: BusinessDay
    priority: Slug | None = None
    language: Language = "zh"
    kiosk: Slug | None = None
    person: PersonKey | None = None
    principal: PersonKey | None = None
    needs: tuple[Need, ...] = ()
    phone_tail: PhoneTail | None = None
    large: bool = False
    appointment: Identifier | None = None


class PauseIssuing(Command, tag=True, kw_only=True, frozen=True):
    """No new tickets: of one service, of one kiosk, or of the whole hall when both are None."""

    service: Slug | None = None
    kiosk: Slug | None = None
    reason: Sentence = ""
    reason_en: Sentence = ""


class ResumeIssuing(Command, tag=True, kw_only=True, frozen=True):
    """Undo of ``PauseIssuing`` with the same aim."""

    service: Slug | None = None
    kiosk: Slug | None = None
