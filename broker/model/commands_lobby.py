"""Commands about people in the lobby: who goes first, who needs help, emergencies, appointments, lost tickets."""

from typing import Annotated

import msgspec

from broker.model.command_base import Command, Language, PrintedNumber
from broker.model.words import Identifier, Level, Milliseconds, PersonKey, PhoneTail, Sentence, Slug

BroadcastText = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
"""A text for every screen: never empty."""
AppointmentCode = Annotated[str, msgspec.Meta(pattern=r"^[0-9A-Z]{6,16}$(?!\n)")]
"""What a visitor types or scans: capital letters and digits."""


class ConfirmPriority(Command, tag=True, kw_only=True, frozen=True):
    """Staff have seen that a claim of priority is right, or give it; None confirms what was claimed at the kiosk."""

    number: PrintedNumber
    priority: Slug | None = None


class RevokePriority(Command, tag=True, kw_only=True, frozen=True):
    """Staff take a priority away; the ticket keeps its arrival and waits like any other."""

    number: PrintedNumber
    reason: Sentence = ""


class BeginEmergency(Command, tag=True, kw_only=True, frozen=True):
    """Every screen shows this and nothing else until it is ended; meanwhile nobody is called and no number is given."""

    zh: BroadcastText
    en: BroadcastText


class EndEmergency(Command, tag=True, kw_only=True, frozen=True):
    """The emergency is over: only a person says so."""


class CallForHelp(Command, tag=True, kw_only=True, frozen=True):
    """Somebody at a kiosk needs a member of staff; asked again before anybody came it is the same call."""

    kiosk: Slug
    reason: Sentence = ""


class AnswerHelp(Command, tag=True, kw_only=True, frozen=True):
    """A member of staff is on the way to the kiosk."""

    help: Identifier


class FindTicket(Command, tag=True, kw_only=True, frozen=True):
    """Which tickets of today belong to a telephone: an answer and nothing else, where the hall allows it."""

    phone_tail: PhoneTail
    kiosk: Slug


class RateVisit(Command, tag=True, kw_only=True, frozen=True):
    """A visitor rates today's visit by the number on the paper. ``pressed_at_ms`` by the device's hall clock."""

    evaluation: Identifier
    number: PrintedNumber
    level: Level
    device: Slug
    pressed_at_ms: Milliseconds


class BookAppointment(Command, tag=True, kw_only=True, frozen=True):
    """A visitor will come at ``at_ms``; ``code`` is what is typed or scanned on that day."""

    appointment: Identifier
    code: AppointmentCode
    service: Slug
    at_ms: Milliseconds
    person: PersonKey | None = None


class CancelAppointment(Command, tag=True, kw_only=True, frozen=True):
    """The visitor will not come."""

    appointment: Identifier


class CheckIn(Command, tag=True, kw_only=True, frozen=True):
    """Who has an appointment is here: a ticket is reserved, first in time and normal when late.

    ``number`` is the kiosk's own next number where it owns the series whole; without one the engine gives its own.
    """

    ticket: Identifier
    code: AppointmentCode
    kiosk: Slug
    language: Language = "zh"
    number: PrintedNumber | None = None
