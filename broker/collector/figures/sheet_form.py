"""From the fields of a form to the entries of a sheet, and the marks of what was shown beside it. Pure.

No mark moves with a rating, and none is of what is not shown: whoever sends one has seen all that it is of.
"""

import hashlib
from collections.abc import Callable

import msgspec

from broker.collector.errors import WrongFigure
from broker.collector.figures.sheet_errors import SheetFormOutOfDate
from broker.model.hall import Hall
from broker.model.sheet_items import COUNT_MOST, ITEMS_VERSION, items_of
from broker.store.sheet_shape import Entries, Sheet, SheetFigures
from broker.store.sheets import without_ratings

CHECKED = {"yes": True, "no": False}
DIGITS_MOST = 6


def entries_of(hall: Hall, field: Callable[[str], str | None], remark: str) -> Entries:
    """Of every item that was filled in; one left empty is not there. WrongFigure names the count
    that is none, SheetFormOutOfDate what no form of ours sends."""
    counts: dict[str, int] = {}
    checks: dict[str, bool] = {}
    for key, item in items_of(hall.sheet_items).items():
        text = (field(f"item-{key}") or "").strip()
        if not text:
            continue
        if item.kind == "check" and text in CHECKED:
            checks[key] = CHECKED[text]
        elif (
            item.kind == "count"
            and len(text) <= DIGITS_MOST
            and text.isascii()
            and text.isdecimal()
            and int(text) <= COUNT_MOST
        ):
            counts[key] = int(text)
        elif item.kind == "count":
            raise WrongFigure(item_zh=item.names.zh, item_en=item.names.en, most=COUNT_MOST)
        else:
            raise SheetFormOutOfDate
    return Entries(items_version=ITEMS_VERSION, counts=counts, checks=checks, remark=remark)


def tag_of(figures: SheetFigures) -> str:
    """Names the figures that are signed; others have another tag. Ratings are not among them."""
    return _hash(without_ratings(figures))


def seen_of(one: Sheet) -> str:
    """Names the entries that were shown: not a journal position, which would count what happened, ratings too."""
    return _hash([one.entries, one.filled_ms])


def _hash(shown: object) -> str:
    return hashlib.sha256(msgspec.json.encode(shown, order="deterministic")).hexdigest()[:24]
