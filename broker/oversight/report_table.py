"""All rows of a span of days as one table of columns. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from broker.oversight.report_days import ReportDay

Column = NDArray[np.int32]
Small = NDArray[np.uint8]
Parts = dict[str, list[NDArray[Any]]]
Number = TypeVar("Number", bound=np.generic)
NAMED = ("counter", "clerk", "service", "standing")


@dataclass(frozen=True, slots=True)
class DayRatings:
    """Ratings of one day that may be read: ``levels`` of the hall, of rows by (grouping, key)."""

    over: bool
    levels: tuple[int, ...] | None
    rows: dict[tuple[str, str], tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Table:
    """``named`` points into ``names`` (-1: nobody), ``day`` into ``days``. Rows are as ``facts.Kind`` says."""

    days: tuple[str, ...]
    names: tuple[str, ...]
    kind: Small
    named: dict[str, NDArray[np.int16]]
    slot: Small
    day: NDArray[np.int16]
    time_ms: Column
    items: NDArray[np.uint16]
    marks: Small
    ratings: tuple[DayRatings, ...]


def table_of(days: Iterable[ReportDay]) -> Table:
    """Put together; each day has its own names, here they are the same for all."""
    names: dict[str, int] = {}
    parts: Parts = {}
    labels: list[str] = []
    ratings: list[DayRatings] = []
    for place, one in enumerate(days):
        facts = one.facts
        labels.append(facts.day)
        rows = {(row.by, row.key): row.levels for row in facts.told} if one.over else {}
        ratings.append(DayRatings(one.over, one.levels, rows))
        to_all = np.full(len(facts.names) + 1, -1, np.int16)
        for own, name in enumerate(facts.names):
            to_all[own] = names.setdefault(name, len(names))
        for column in NAMED:
            codes = np.frombuffer(getattr(facts, column), "<u2")
            # nobody stands behind the last name
            parts.setdefault(column, []).append(to_all[np.minimum(codes, len(facts.names))])
        for column, shape in (("kind", "u1"), ("slot", "u1"), ("marks", "u1"), ("time_ms", "<i4"), ("items", "<u2")):
            parts.setdefault(column, []).append(np.frombuffer(getattr(facts, column), shape))
        parts.setdefault("day", []).append(np.full(len(facts.kind), place, np.int16))
    return Table(
        days=tuple(labels),
        names=tuple(names),
        kind=_joined(parts, "kind", np.uint8),
        named={column: _joined(parts, column, np.int16) for column in NAMED},
        slot=_joined(parts, "slot", np.uint8),
        day=_joined(parts, "day", np.int16),
        time_ms=_joined(parts, "time_ms", np.int32),
        items=_joined(parts, "items", np.uint16),
        marks=_joined(parts, "marks", np.uint8),
        ratings=tuple(ratings),
    )


def _joined(parts: Parts, column: str, shape: type[Number]) -> NDArray[Number]:
    found = parts.pop(column, [])
    return np.concatenate(found).astype(shape, copy=False) if found else np.zeros(0, shape)
