"""Commands about counters: who serves where, and when not."""

from typing import Annotated

import msgspec

from broker.model.commands.base import Command
from broker.model.words import Phone, Sentence, Slug


class OpenCounter(Command, tag=True, kw_only=True, frozen=True):
    """A clerk begins to serve; ``clerk`` is a key of the hall file, None keeps the counter's own clerk."""

    counter: Slug
    clerk: Slug | None = None


class PauseCounter(Command, tag=True, kw_only=True, frozen=True):
    """暂停服务: with reason, contact, phone, expected return (minutes) and substitute, all shown to waiting people."""

    counter: Slug
    reason: Sentence = ""
    reason_en: Sentence = ""
    contact: Sentence = ""
    phone: Phone = ""
    return_in_min: Annotated[int, msgspec.Meta(ge=0, le=600)] | None = None
    substitute: Slug | None = None


class ResumeCounter(Command, tag=True, kw_only=True, frozen=True):
    """The clerk is back."""

    counter: Slug


class CloseCounter(Command, tag=True, kw_only=True, frozen=True):
    """The counter ends its work; the ticket being served, if any, must be finished first."""

    counter: Slug
