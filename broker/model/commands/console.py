"""Commands of a clerk's console beside calling: a key taken back, several services on a ticket, no ticket at all."""

from typing import Annotated, Literal

import msgspec

from broker.model.commands.base import AtCounter, Command
from broker.model.words import Milliseconds, Sentence, Slug


class UndoLast(Command, tag=True, kw_only=True, frozen=True):
    """撤销: take back what was done last at this counter, within ``rules.undo_s``; the journal keeps both.

    ``what`` and ``until_ms`` are those of the ``UndoOffer`` that was seen: pressed on two consoles, it is one wish.
    None: whatever was last.
    """

    counter: Slug
    what: Sentence | None = None
    until_ms: Milliseconds | None = None


Outcome = Literal["done", "papers_missing", "referred"]
"""What became of somebody's business: 办结, 材料不齐, 转办."""
Items = Annotated[int, msgspec.Meta(ge=0, le=999)]


class NextService(AtCounter, tag=True, kw_only=True, frozen=True):
    """一票到底: this service is done, the ticket goes on to another; at this counter at once if nobody is before it.

    ``to_counter`` None: any that serves it. The place in line is by the hall's rule for transfers.
    """

    service: Slug
    to_counter: Slug | None = None
    outcome: Outcome = "done"
    items: Items = 1
    note: Sentence = ""


class ServeDirect(AtCounter, tag=True, kw_only=True, frozen=True):
    """Somebody was served without a ticket; why is kept, and the visit counts and may be rated like any."""

    service: Slug
    reason: Sentence
    outcome: Outcome = "done"
    items: Items = 1


class ApproveExtension(Command, tag=True, kw_only=True, frozen=True):
    """延时服务: a manager lets a counter (None: all) call people for so long after the end of service; 0 ends it."""

    reason: Sentence
    minutes: Annotated[int, msgspec.Meta(ge=0, le=600)]
    counter: Slug | None = None
