"""Commands about what every screen shows: notices, and an emergency."""

from typing import Annotated

import msgspec

from broker.model.commands.base import Command
from broker.model.words import Milliseconds, Sentence, Slug

BroadcastText = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
"""A text for every screen: never empty."""


class PostNotice(Command, tag=True, kw_only=True, frozen=True):
    """A line in the ticker of every display, until cleared or until ``until_ms``; an ``urgent`` one stands out."""

    notice: Slug
    zh: Sentence
    en: Sentence = ""
    until_ms: Milliseconds | None = None
    urgent: bool = False


class ClearNotice(Command, tag=True, kw_only=True, frozen=True):
    """Take a posted notice down."""

    notice: Slug


class BeginEmergency(Command, tag=True, kw_only=True, frozen=True):
    """Every screen shows this and nothing else until it is ended; meanwhile nobody is called and no number is given."""

    zh: BroadcastText
    en: BroadcastText


class EndEmergency(Command, tag=True, kw_only=True, frozen=True):
    """The emergency is over: only a person says so."""
