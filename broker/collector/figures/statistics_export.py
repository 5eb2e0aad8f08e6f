"""A day's figures as they are asked for, and as a table for a spreadsheet."""

import csv
import io
from datetime import date
from typing import get_args

from broker.collector.errors import Malformed, NotFound
from broker.collector.web import Web
from broker.model.words import Level
from broker.store.statistics import By, Statistics


def read_statistics(web: Web, day: str | None, by: str) -> Statistics:
    """A day's figures; Malformed or NotFound."""
    if by not in get_args(By):
        raise Malformed(detail=f"'by' must be one of {', '.join(get_args(By))}")
    if day is not None:
        try:
            date.fromisoformat(day)
        except ValueError:
            raise Malformed(detail="'day' must be a date such as 2026-03-02") from None
    found = web.reports.statistics(day, by)  # type: ignore[arg-type]
    if found is None:
        raise NotFound
    return found


def as_csv(found: Statistics) -> str:
    """The same figures for a spreadsheet; a cell that would begin a formula is quoted."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(("day", found.day, "by", found.by, "journal position", "" if found.as_of is None else found.as_of))
    writer.writerow(_CSV_HEAD)
    for row in (*found.rows, None):
        figures = found.total if row is None else row.figures
        label = "合计 Total" if row is None else row.label.zh
        wait, service = figures.wait, figures.service
        writer.writerow(
            (
                f"'{label}" if label[:1] in "=+-@" else label,
                *(getattr(figures, name) for name in _CSV_PLAIN),
                *((wait.n, wait.mean_s, wait.median_s, wait.p90_s, wait.max_s) if wait else ("",) * 5),
                *((service.n, service.mean_s, service.max_s) if service else ("",) * 3),
                *(figures.levels.get(level.value, "") for level in Level),
            )
        )
    for definition in found.definitions:
        writer.writerow((definition.figure, definition.zh, definition.en))
    return out.getvalue()


_CSV_PLAIN = (
    "issued",
    "calls",
    "recalls",
    "served",
    "direct",
    "no_shows",
    "held",
    "transferred",
    "items",
    "over_target",
    "over_target_rate",
    "rateable",
    "rated",
    "rating_rate",
    "satisfied",
    "satisfaction",
    "pauses",
    "long_pauses",
    "paused_s",
    "cover_tasks",
    "left_empty",
)
_CSV_HEAD = (
    "group",
    *_CSV_PLAIN,
    *(f"wait_{name}" for name in ("n", "mean_s", "median_s", "p90_s", "max_s")),
    *(f"service_{name}" for name in ("n", "mean_s", "max_s")),
    "very_satisfied",
    "satisfied",
    "basically_satisfied",
    "dissatisfied",
    "very_dissatisfied",
)
