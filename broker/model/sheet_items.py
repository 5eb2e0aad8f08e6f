"""The day's sheet of a counter (工作日报表): what is completed by hand, in numbered versions, and what it lacks.

The shipped items are never edited, only a new version is added: a sheet of last year must mean what it meant. A hall
adds its own in ``[sheet_items.KEY]`` of its file.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec

from broker.model.hall_base import Declared
from broker.model.words import Names

ItemKey = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,31}$(?!\n)")]
"""The key of an item; a hall's own is a slug of its file."""
ItemKind = Literal["count", "check"]
"""A number of papers or cases, or something that was in order or not."""
SheetPart = Literal["clerk", "leader"]
"""Who signs: somebody who stood at the counter that day, or the duty leader (值班领导)."""
SheetStage = Literal["open", "clerk", "void", "finished"]
"""Nobody signed, the clerk did, a signature does not hold any more (what it covers was changed), both hold."""
ContentDigest = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,3}:[0-9a-f]{64}$(?!\n)")]
"""Format and SHA-256 of the content that was signed, figures and entries."""
COUNT_MOST = 9_999
OWN_ITEMS_MOST = 20
OPEN_DAYS_MOST = 14
REMARK = "remark"
CLERK_SIGNATURE, LEADER_SIGNATURE = "clerk_signature", "leader_signature"
COMPLAINTS = "complaints"


class SheetItem(Declared, frozen=True, kw_only=True):
    """An item that staff complete on the day's sheet of each counter: a ``count``, or a ``check`` (in order or not).

    A sheet cannot be signed while one that is ``required`` is empty.
    """

    names: Names
    kind: ItemKind = "check"
    required: bool = True


ITEMS: dict[int, dict[str, SheetItem]] = {
    1: {
        "papers_received": SheetItem(names=Names("收集资料份数", "Papers received"), kind="count"),
        "scans": SheetItem(names=Names("扫描入系统份数", "Papers scanned"), kind="count"),
        "appearance": SheetItem(names=Names("仪容仪表", "Appearance")),
        "conduct": SheetItem(names=Names("言行举止", "Conduct")),
        "desk": SheetItem(names=Names("办公规范与柜面整洁", "Desk and order")),
        COMPLAINTS: SheetItem(names=Names("信访或投诉件数", "Complaints"), kind="count"),
    },
}
"""Version -> key -> item, in the order in which they are shown."""
ITEMS_VERSION = 1
"""What is asked today."""
MISSING_NAMES: dict[str, Names] = {
    REMARK: Names("情况说明", "the remark"),
    CLERK_SIGNATURE: Names("窗口人员签字", "the clerk's signature"),
    LEADER_SIGNATURE: Names("值班领导签字", "the duty leader's signature"),
}


def items_of(own: Mapping[str, SheetItem], version: int = ITEMS_VERSION) -> dict[str, SheetItem]:
    """All items of a version with the hall's ``own`` behind them; a shipped key keeps its meaning."""
    return {**ITEMS.get(version, {}), **{key: item for key, item in own.items() if key not in ITEMS.get(version, {})}}


def missing_entries(
    items: Mapping[str, SheetItem], counts: Mapping[str, int], checks: Mapping[str, bool], remark: str
) -> tuple[str, ...]:
    """Keys of what must be completed before anybody signs; a remark, where something was not in order."""
    empty = [
        key for key, item in items.items() if item.required and key not in (counts if item.kind == "count" else checks)
    ]
    wants_words = not all(checks.values()) or counts.get(COMPLAINTS, 0) > 0
    return (*empty, *((REMARK,) if wants_words and not remark.strip() else ()))
