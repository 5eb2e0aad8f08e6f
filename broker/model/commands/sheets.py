"""Commands about the day's sheet of a counter: complete it by hand, sign it, open it again."""

from typing import Annotated

import msgspec

from broker.model.commands.base import Command
from broker.model.sheet_items import COUNT_MOST, ContentDigest, ItemKey, SheetPart
from broker.model.words import BusinessDay, Sentence, Slug

ItemCount = Annotated[int, msgspec.Meta(ge=0, le=COUNT_MOST)]
JournalPosition = Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1)]


class FillSheet(Command, tag=True, kw_only=True, frozen=True):
    """日报表: everything that was completed by hand so far, of one counter and day; it replaces what stood there.

    ``clerk``: who does so, one of those who stood at the counter that day (None: nobody of the hall file did); ``who``
    is ``leader`` where the duty leader does. ``as_of``: the journal position that was seen; None: whatever there is.
    """

    day: BusinessDay
    counter: Slug
    who: SheetPart = "clerk"
    clerk: Slug | None = None
    items_version: Annotated[int, msgspec.Meta(ge=1, le=999)]
    counts: Annotated[dict[ItemKey, ItemCount], msgspec.Meta(max_length=40)] = msgspec.field(default_factory=dict)
    checks: Annotated[dict[ItemKey, bool], msgspec.Meta(max_length=40)] = msgspec.field(default_factory=dict)
    remark: Sentence = ""
    as_of: JournalPosition | None = None


class SignSheet(Command, tag=True, kw_only=True, frozen=True):
    """签字: the sheet is right as it stood at journal position ``as_of``; ``digest`` is of that content.

    The duty leader signs after the clerk, or with a ``note`` why the clerk did not.
    """

    day: BusinessDay
    counter: Slug
    who: SheetPart
    clerk: Slug | None = None
    digest: ContentDigest
    as_of: JournalPosition
    note: Sentence = ""


class ReopenSheet(Command, tag=True, kw_only=True, frozen=True):
    """The duty leader opens a finished sheet again, and why: both signatures are void from then on."""

    day: BusinessDay
    counter: Slug
    reason: Sentence
