"""A report as a table of cells: one list of columns for terminal, CSV, workbook and page. Pure.

Every rate stands behind its numerator and its denominator. Nobody's name is in it, and no single visit.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from broker.model.words import LEVEL_NAMES, Names
from broker.oversight.report_shape import Line, Report, StaffingLine

Cell = str | int | float | None
Shape = Literal["text", "count", "rate", "seconds", "number"]


@dataclass(frozen=True, slots=True)
class Column:
    """``key`` names it for programs, ``names`` for people; ``of`` takes its cell from a line."""

    key: str
    names: Names
    shape: Shape
    of: Callable[[Line], Cell]


def _plain(key: str, zh: str, en: str, shape: Shape = "count") -> Column:
    return Column(key, Names(zh, en), shape, lambda line: getattr(line, key))


def _times(kind: str, zh: str, en: str) -> Iterator[Column]:
    parts = (("n", "n", "n"), ("mean_s", "平均", "mean"), ("median_s", "中位", "median"), ("p90_s", "P90", "P90"))
    for part, part_zh, part_en in (*parts, ("max_s", "最长", "longest")):
        shape: Shape = "count" if part == "n" else "seconds"

        def cell(line: Line, kind: str = kind, part: str = part) -> Cell:
            found: int | None = getattr(getattr(line, kind), part, None)
            return found

        yield Column(f"{kind}_{part}", Names(f"{zh}{part_zh}", f"{en} {part_en}"), shape, cell)


def _levels() -> Iterator[Column]:
    for level, names in LEVEL_NAMES.items():

        def cell(line: Line, level: str = level.value) -> Cell:
            return line.levels.get(level)

        yield Column(level.value, names, "count", cell)


COLUMNS: tuple[Column, ...] = (
    _plain("issued", "取号", "Issued"),
    _plain("called", "呼叫", "Called"),
    _plain("recalls", "重呼", "Recalls"),
    _plain("served", "办结", "Served"),
    _plain("direct", "其中未取号", "Without ticket"),
    _plain("items", "件数", "Items"),
    _plain("no_shows", "过号", "No-shows"),
    _plain("cancelled", "放弃", "Given up"),
    _plain("expired", "离开", "Went away"),
    _plain("held", "挂起", "Held"),
    _plain("transferred", "转移", "Transferred"),
    *_times("wait", "等候", "Wait"),
    _plain("over_wait", "等候超时", "Over wait goal"),
    _plain("over_wait_rate", "等候超时率", "Over wait goal, rate", "rate"),
    *_times("service", "办理", "Service"),
    _plain("over_service_of", "有办理目标的", "With a service goal"),
    _plain("over_service", "办理超时", "Over service goal"),
    _plain("over_service_rate", "办理超时率", "Over service goal, rate", "rate"),
    _plain("rateable", "可评价", "May be rated"),
    _plain("rated", "已评价", "Rated"),
    _plain("rated_of", "已评价的分母", "Rated of"),
    _plain("rating_rate", "评价率", "Rating rate", "rate"),
    *_levels(),
    _plain("satisfied", "满意数", "Satisfied in all"),
    _plain("satisfaction", "满意率", "Satisfaction", "rate"),
)
SHORT = (
    "issued", "called", "served", "no_shows", "cancelled", "expired", "wait_n", "wait_mean_s", "wait_median_s",
    "wait_p90_s", "wait_max_s", "over_wait_rate", "service_n", "service_mean_s", "service_p90_s", "rated", "rated_of",
    "satisfaction",
)  # fmt: skip
"""What a terminal has room for."""

STAFFING_COLUMNS: tuple[tuple[str, Names, Shape], ...] = (
    ("label", Names("业务组", "Services"), "text"),
    ("from_time", Names("半小时起", "Half hour from"), "text"),
    ("days", Names("天数", "Days"), "count"),
    ("arrivals", Names("来人（各日合计）", "Arrivals, all days"), "count"),
    ("load", Names("平均忙窗口", "Counters kept busy"), "number"),
    ("needed", Names("需要窗口", "Counters needed"), "count"),
    ("worked", Names("实际在办窗口", "Counters at work"), "number"),
)


def column(key: str) -> Column:
    """By its key."""
    return next(one for one in COLUMNS if one.key == key)


def staffing_cell(line: StaffingLine, key: str) -> Cell:
    """As it stands in a table: both languages in one cell, over 99 in words."""
    if key == "label":
        return both(line.label)
    if key == "needed" and line.needed is None:
        return "> 99"
    found: Cell = getattr(line, key)
    return found


def both(names: Names) -> str:
    """In one cell."""
    return names.zh if names.zh == names.en else f"{names.zh} {names.en}"


def head_of(report: Report) -> tuple[tuple[str, Cell], ...]:
    """What the report is of."""
    filters = [f"service={report.service}"] if report.service else []
    filters += [f"counter={report.counter}"] if report.counter else []
    return (
        ("大厅 Hall", both(report.hall)),
        ("起 From", report.first),
        ("止 To", report.last),
        ("营业日 Business days on record", report.days),
        ("分组 By", report.by),
        ("筛选 Filter", " ".join(filters)),
        ("口径版本 Formula version", report.formula_version),
        ("评价合计 Ratings told in all", report.withheld.rated),
        ("其中各行列出 of these in lines", report.withheld.told),
    )


def safe_text(text: str) -> str:
    """As a cell can hold it: never a formula, never a line of its own."""
    line = " ".join(text.split())
    return f"'{line}" if line.startswith(tuple("=+-@＝＋－＠|%")) else line
