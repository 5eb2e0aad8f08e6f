"""Commands of the quality desk: begin a case, take its next step, give it to somebody."""

from typing import Annotated, Literal

import msgspec

from broker.model.commands.base import Command
from broker.model.words import Identifier, Milliseconds, Sentence, Slug

AccountName = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9._-]{0,31}$(?!\n)")]
StepName = Annotated[str, msgspec.Meta(pattern=r"^[a-z_]{1,20}$(?!\n)")]
Channel = Literal["phone", "box", "letter", "visit", "net", "hotline"]
"""投诉 comes by telephone, suggestion box, letter, in person, on the net, or from the city's hotline."""


class OpenCase(Command, tag=True, kw_only=True, frozen=True):
    """Register a complaint, accepted work with a promised day, a finding, a question, or accountability.

    ``received_ms``: when a complaint came, if it was not now. ``item``: of what list the finding is. ``owner``: the
    account that looks after it. Of accountability: ``cause`` (``blame_causes``), ``reason``, and ``of``, the case it
    comes from, if there is one: a complaint or low rating that proved founded, a finding, a promise; counter,
    service and clerk are that case's unless they are said. What people wrote or said
    is no part of it: that does not belong into the journal.
    """

    kind: Literal["complaint", "promise", "finding", "blame", "question"]
    received_ms: Milliseconds | None = None
    channel: Channel | None = None
    counter: Slug | None = None
    service: Slug | None = None
    clerk: Slug | None = None
    item: Slug | None = None
    of: Identifier | None = None
    cause: StepName | None = None
    reason: Sentence = ""
    owner: AccountName | None = None


class TakeStep(Command, tag=True, kw_only=True, frozen=True):
    """The next step of a case (``case_life``), with its verdict. ``stage``: what whoever asks saw it stand at.

    ``target``: to which office or person; ``reason``: why; ``days``: of an extension. None of them names a visitor.
    """

    case: Identifier
    step: StepName
    stage: StepName
    verdict: Annotated[str, msgspec.Meta(pattern=r"^[a-z_]{0,20}$(?!\n)")] = ""
    target: Sentence = ""
    reason: Sentence = ""
    days: Annotated[int, msgspec.Meta(ge=1, le=120)] | None = None


class GiveCase(Command, tag=True, kw_only=True, frozen=True):
    """Another account looks after it from now on."""

    case: Identifier
    owner: AccountName
