"""Commands about booked times and the visitors who come for them."""

from typing import Annotated, Literal

import msgspec

from broker.model.commands.base import Command
from broker.model.slots import ITEMS_MOST, Item
from broker.model.words import Identifier, Language, Milliseconds, PersonKey, Sentence, Slug

AppointmentCode = Annotated[str, msgspec.Meta(pattern=r"^[0-9A-Z]{6,16}$(?!\n)")]
"""What a visitor types or scans: capital letters and digits."""


Source = Literal["desk", "home"]
"""Staff wrote it down, or somebody booked by himself on the hall's page."""


class BookAppointment(Command, tag=True, kw_only=True, frozen=True):
    """A visitor will come at ``at_ms``; ``code`` is what is typed or scanned on that day.

    ``items`` where one booking is for several pieces of work, the first of them of ``service``: whoever comes gets one
    ticket, which goes on from service to service. From home ``person`` is the key of the day on which he comes, of a
    person or of an employer (``unit``), ``who`` and ``who_before`` those by which missed appointments are counted.
    """

    appointment: Identifier
    code: AppointmentCode
    service: Slug
    at_ms: Milliseconds
    person: PersonKey | None = None
    source: Source = "desk"
    unit: bool = False
    items: Annotated[tuple[Item, ...], msgspec.Meta(max_length=ITEMS_MOST)] = ()
    who: PersonKey | None = None
    who_before: PersonKey | None = None


class MoveAppointment(Command, tag=True, kw_only=True, frozen=True):
    """The visitor comes at another time, with the same code. ``was`` proves whose it is (the key of the day that it
    was on), ``person`` is the key of the new day. Staff need neither; then no card of the new day leads to it."""

    appointment: Identifier
    at_ms: Milliseconds
    source: Source = "desk"
    was: PersonKey | None = None
    person: PersonKey | None = None


class CancelAppointment(Command, tag=True, kw_only=True, frozen=True):
    """The visitor will not come; why is kept in the journal. From home only so many hours before, and only what was
    booked from home."""

    appointment: Identifier
    reason: Sentence = ""
    source: Source = "desk"


class ListAppointments(Command, tag=True, kw_only=True, frozen=True):
    """What is booked: an answer and nothing else, a page of it after ``after`` (time and id of the row before).

    From ``from_ms`` until before ``until_ms``; or the one with this ``code``; or the ``appointment`` itself. Of these,
    only what this ``person`` booked.
    """

    from_ms: Milliseconds = 0
    until_ms: Milliseconds = 0
    after: tuple[Milliseconds, Identifier] | None = None
    code: AppointmentCode | None = None
    appointment: Identifier | None = None
    person: PersonKey | None = None


class FindRestriction(Command, tag=True, kw_only=True, frozen=True):
    """Whether nothing can be booked from home under these keys (see ``BookAppointment``), until when and for how many
    missed appointments: an answer and nothing else."""

    who: PersonKey
    who_before: PersonKey


class LiftRestriction(Command, tag=True, kw_only=True, frozen=True):
    """Who has these keys may book from home again, and what was missed counts no more; why is kept in the journal."""

    who: PersonKey
    who_before: PersonKey
    reason: Sentence


class CheckIn(Command, tag=True, kw_only=True, frozen=True):
    """Who has an appointment is here: a ticket is reserved, first in time and normal when late.

    Only the engine knows what for. Where the kiosk owns the series whole, it is told to give the number itself, which
    it reports with the appointment (``ReportTicket``). Asked again, at whichever kiosk, it is the same ticket. None: at
    the guide desk, which has no numbers of its own.
    """

    ticket: Identifier
    code: AppointmentCode
    kiosk: Slug | None = None
    language: Language = "zh"
    large: bool = False
