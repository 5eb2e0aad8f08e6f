"""Commands about booked times and the visitors who come for them."""

from typing import Annotated

import msgspec

from broker.model.commands.base import Command
from broker.model.words import Identifier, Language, Milliseconds, PersonKey, Sentence, Slug

AppointmentCode = Annotated[str, msgspec.Meta(pattern=r"^[0-9A-Z]{6,16}$(?!\n)")]
"""What a visitor types or scans: capital letters and digits."""


class BookAppointment(Command, tag=True, kw_only=True, frozen=True):
    """A visitor will come at ``at_ms``; ``code`` is what is typed or scanned on that day."""

    appointment: Identifier
    code: AppointmentCode
    service: Slug
    at_ms: Milliseconds
    person: PersonKey | None = None


class CancelAppointment(Command, tag=True, kw_only=True, frozen=True):
    """The visitor will not come; why is kept in the journal."""

    appointment: Identifier
    reason: Sentence = ""


class ListAppointments(Command, tag=True, kw_only=True, frozen=True):
    """What is booked: an answer and nothing else, a page of it after ``after`` (time and id of the row before).

    From ``from_ms`` until before ``until_ms``; or the one with this ``code``; or the ``appointment`` itself.
    """

    from_ms: Milliseconds = 0
    until_ms: Milliseconds = 0
    after: tuple[Milliseconds, Identifier] | None = None
    code: AppointmentCode | None = None
    appointment: Identifier | None = None


class CheckIn(Command, tag=True, kw_only=True, frozen=True):
    """Who has an appointment is here: a ticket is reserved, first in time and normal when late.

    Only the engine knows what for. Where the kiosk owns the series whole, it is told to give the number itself, which
    it reports with the appointment (``ReportTicket``). Asked again, at whichever kiosk, it is the same ticket.
    """

    ticket: Identifier
    code: AppointmentCode
    kiosk: Slug
    language: Language = "zh"
    large: bool = False
