"""``[webhooks]`` and ``[upward]`` of the hall file: other systems that are told what happens here. Nothing is told
unless the file names somebody, and no address, name or number of a visitor ever leaves by these ways."""

from typing import Annotated, Literal, get_args

import msgspec

from broker.model.hall_base import Declared, Url
from broker.model.words import Level, Slug

HookKind = Literal[
    "ticket.issued", "ticket.renumbered", "ticket.called", "ticket.recalled", "ticket.started", "ticket.finished",
    "ticket.missed", "ticket.held", "ticket.returned", "ticket.transferred", "ticket.cancelled", "ticket.voided",
    "ticket.expired", "ticket.postponed", "ticket.sent_on", "ticket.undone", "counter.opened", "counter.paused",
    "counter.resumed", "counter.closed", "day.opened", "day.closed",
]  # fmt: skip
HOOK_KINDS: tuple[str, ...] = get_args(HookKind)
UpwardField = Literal[
    "id", "hall", "hall_name", "visit", "number", "service", "service_name", "service_code", "counter",
    "counter_name", "staff_number", "staff_name", "level", "level_zh", "reasons", "reasons_zh", "channel", "rated_at",
    "taken_at", "called_at", "started_at", "ended_at", "outcome",
]  # fmt: skip
UPWARD_FIELDS: tuple[str, ...] = get_args(UpwardField)
Channel = Literal["counter", "phone", "sign-code", "paper"]
"""Where a rating was given: at its counter, on the visitor's phone by the paper or by the code at the counter, on a
paper form that staff entered."""
CHANNELS: tuple[str, ...] = get_args(Channel)
TheirName = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z_][0-9A-Za-z_.-]{0,63}$(?!\n)")]
TheirValue = Annotated[str, msgspec.Meta(max_length=100)]
Seconds = Annotated[int, msgspec.Meta(ge=0, le=86_400)]
CONSTANT = "="
"""What a field's value begins with that is the same in every report."""


class Webhook(Declared, frozen=True, kw_only=True):
    """One receiver. ``kinds`` empty: everything. ``private``: its server is in the hall's own network.

    Its secret, which signs what it gets, is not in this file: ``JIAOHAO_WEBHOOK_<KEY>_SECRET`` in the environment.
    """

    url: Url
    kinds: tuple[HookKind, ...] = ()
    private: bool = False


class Upward(Declared, frozen=True, kw_only=True):
    """Ratings, reported to the office above. ``fields``: the receiver's name of each field, and what stands in it, a
    field of ours or ``=`` and a text that never changes. ``levels``, ``channels``, ``services``: the receiver's codes;
    what is not named is told by our own word. ``after_s`` after a rating it is reported, with its reasons then.
    Signed where ``JIAOHAO_UPWARD_SECRET`` is in the environment.
    """

    url: Url = ""
    private: bool = False
    after_s: Seconds = 300
    time_format: Literal["iso", "plain", "ms"] = "plain"
    fields: dict[TheirName, TheirValue] = {}
    levels: dict[Level, TheirValue] = {}
    channels: dict[Channel, TheirValue] = {}
    services: dict[Slug, TheirValue] = {}
