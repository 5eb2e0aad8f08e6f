"""Commands about booked times and the visitors who come for them."""

from typing import Annotated

import msgspec

from broker.model.commands.base import Command
from broker.model.words import Identifier, Language, Milliseconds, PersonKey, Slug

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
    """The visitor will not come."""

    appointment: Identifier


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
