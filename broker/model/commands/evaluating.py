"""Commands about the rating of a visit."""

from typing import Annotated

import msgspec

from broker.model.commands.base import Command
from broker.model.words import Identifier, Level, Milliseconds, PrintedNumber, Slug


class RecordEvaluation(Command, tag=True, kw_only=True, frozen=True):
    """One visitor's rating of one served visit. ``raw_key`` is what the device really sent."""

    evaluation: Identifier
    visit: Identifier
    level: Level
    device: Slug
    raw_key: Annotated[str, msgspec.Meta(max_length=16)] = ""
    pressed_at_ms: Milliseconds


class RateVisit(Command, tag=True, kw_only=True, frozen=True):
    """A visitor rates today's visit by the number on the paper. ``pressed_at_ms`` by the device's hall clock."""

    evaluation: Identifier
    number: PrintedNumber
    level: Level
    device: Slug
    pressed_at_ms: Milliseconds
