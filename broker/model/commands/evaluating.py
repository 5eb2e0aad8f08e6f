"""Commands about the rating of a visit."""

from typing import Annotated

import msgspec

from broker.model.commands.base import Command
from broker.model.rating_keys import Proof
from broker.model.ratings import REASONS_MOST, RatingCode, Reason, Unrated
from broker.model.words import BusinessDay, Identifier, Level, Milliseconds, PrintedNumber, Slug

Reasons = Annotated[tuple[Reason, ...], msgspec.Meta(max_length=REASONS_MOST)]


class RecordEvaluation(Command, tag=True, kw_only=True, frozen=True):
    """One visitor's rating of one served visit. ``raw_key`` is what the device really sent.

    Of the last two levels: ``reasons`` of the list of ``reasons_version``, and ``contact``, the wish to be called.
    """

    evaluation: Identifier
    visit: Identifier
    level: Level
    device: Slug
    raw_key: Annotated[str, msgspec.Meta(max_length=16)] = ""
    pressed_at_ms: Milliseconds
    reasons: Reasons = ()
    reasons_version: Annotated[int, msgspec.Meta(ge=0, le=999)] = 0
    contact: bool = False


class RateVisit(Command, tag=True, kw_only=True, frozen=True):
    """A visitor rates a visit by the number on the paper. ``pressed_at_ms`` by the device's hall clock.

    A kiosk must send the ``code`` that stands on the same paper, which may be of one of the last days. Staff enter a
    paper form with the device ``paper`` and the ``day`` of its ticket (None: the latest), as long as papers may rate.
    """

    evaluation: Identifier
    number: PrintedNumber
    level: Level
    device: Slug
    pressed_at_ms: Milliseconds
    code: RatingCode | None = None
    day: BusinessDay | None = None
    reasons: Reasons = ()
    reasons_version: Annotated[int, msgspec.Meta(ge=0, le=999)] = 0
    contact: bool = False


class RateByTicket(Command, tag=True, kw_only=True, frozen=True):
    """A visitor rates on the own phone, by the QR code on the paper: the ticket's id and the proof beside it."""

    evaluation: Identifier
    ticket: Identifier
    proof: Proof
    level: Level
    pressed_at_ms: Milliseconds
    reasons: Reasons = ()
    reasons_version: Annotated[int, msgspec.Meta(ge=0, le=999)] = 0
    contact: bool = False


class RateBySign(Command, tag=True, kw_only=True, frozen=True):
    """A visitor rates on the own phone, by the QR code of a sign or evaluator (``device``), shown after the visit."""

    evaluation: Identifier
    visit: Identifier
    device: Slug
    proof: Proof
    level: Level
    pressed_at_ms: Milliseconds
    reasons: Reasons = ()
    reasons_version: Annotated[int, msgspec.Meta(ge=0, le=999)] = 0
    contact: bool = False


class ExplainEvaluation(Command, tag=True, kw_only=True, frozen=True):
    """Whoever rated low adds reasons or the wish to be called, once, at the device that took the rating."""

    visit: Identifier
    device: Slug
    reasons: Reasons = ()
    reasons_version: Annotated[int, msgspec.Meta(ge=0, le=999)] = 0
    contact: bool = False


class LeaveUnrated(Command, tag=True, kw_only=True, frozen=True):
    """A visit was not rated at its counter, and why. It may still be rated by its paper."""

    visit: Identifier
    device: Slug
    why: Unrated
