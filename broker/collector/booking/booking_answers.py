"""What ``/api/appointments`` takes and answers."""

from typing import Annotated, Literal

import msgspec

from broker.collector.answers import Answer
from broker.model.commands.appointments import AppointmentCode
from broker.model.slots import ITEMS_MOST, Item
from broker.model.words import Milliseconds, Slug

Number = Annotated[str, msgspec.Meta(min_length=15, max_length=40)]
"""A resident identity number or a unified social credit code; it is turned into keys and forgotten."""
Sign = Annotated[str, msgspec.Meta(max_length=64)]
WISH_PATTERN = r"home-[0-9A-Za-z]{16,32}"
WishId = Annotated[str, msgspec.Meta(pattern=rf"^{WISH_PATTERN}$(?!\n)")]
Kind = Literal["person", "unit"]


class FreeSlot(Answer, frozen=True, kw_only=True):
    """A half-hour (or what the hall has): ``at_ms`` is what is booked."""

    at_ms: int
    until_ms: int
    left: int
    pressure: Literal["free", "few", "full"]


class FreeDay(Answer, frozen=True, kw_only=True):
    day: str
    pressure: Literal["free", "few", "full", "closed"]
    slots: tuple[FreeSlot, ...]


class SlotsAnswer(Answer, frozen=True, kw_only=True):
    """The days that may be booked from home. What is free may be taken a moment later: booking decides."""

    service: Slug
    days: tuple[FreeDay, ...]


class BookingBody(Answer, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``id`` is made by the asker: sent again it is one booking. ``items`` of an employer: the first is ``service``.
    ``phone``, ``mail``: to be reminded, where the hall has that way."""

    id: WishId
    service: Slug
    at_ms: Milliseconds
    kind: Kind = "person"
    number: Number
    items: Annotated[tuple[Item, ...], msgspec.Meta(max_length=ITEMS_MOST)] = ()
    phone: Annotated[str, msgspec.Meta(max_length=20)] = ""
    mail: Annotated[str, msgspec.Meta(max_length=130)] = ""


class BookingAnswer(Answer, frozen=True, kw_only=True):
    """A booking as its holder sees it. ``link`` is signed and leads back to it, ``k`` is its signature; ``qr`` is what
    a kiosk reads."""

    id: str
    code: str
    service: str
    at_ms: int
    items: tuple[Item, ...]
    state: Literal["booked", "due", "missed", "checked_in", "late"]
    link: str
    k: str
    qr: str


class FindBody(Answer, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """By what was given along, and whose it is."""

    code: AppointmentCode
    kind: Kind = "person"
    number: Number


class CancelBody(Answer, frozen=True, kw_only=True, forbid_unknown_fields=True):
    k: Sign


class MoveBody(Answer, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The number is asked for once more: a key of the new day is made of it."""

    k: Sign
    at_ms: Milliseconds
    kind: Kind = "person"
    number: Number


class CancelledAnswer(Answer, frozen=True, kw_only=True):
    id: str
    cancelled: bool = True
