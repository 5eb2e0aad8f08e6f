"""The sheets of a day for a spreadsheet: one row a counter, below it one row a pause and a task. Pure.

Nobody's name or ID is in it, and no single visit. A text that a spreadsheet would take for a formula is one no more.
"""

import csv
import io
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from broker.collector.figures.sheet_words import (
    BAND_NAMES,
    STAGES,
    TASK_KINDS,
    TASK_OUTCOMES,
    VISIT_OUTCOMES,
    missing_names,
    staff,
)
from broker.model.hall import Hall
from broker.model.sheet_items import items_of
from broker.model.words import LEVEL_NAMES, Names
from broker.store.sheet_shape import DaySheets, Sheet, Signed

FORMULA_BEGINS = "=+-@\t\r\n＝＋－＠|%"
_PLAIN: tuple[tuple[str, str], ...] = (
    ("served", "办结服务次数 Served"),
    ("direct", "其中未取号 Without ticket"),
    ("next_services", "其中一票到底接办 Next services"),
    ("items", "件数 Items"),
    ("calls", "呼叫 Calls"),
    ("recalls", "重呼 Recalls"),
    ("no_shows", "过号 No-shows"),
    ("held", "挂起 Held"),
    ("transferred", "转出 Transferred"),
    ("slips", "一次性告知单 Slips"),
    ("paused_s", "暂停秒数 Paused s"),
    ("left_empty", "空窗 Left empty"),
)


def as_csv(hall: Hall, zone: ZoneInfo, day: DaySheets, now_ms: int) -> bytes:
    """UTF-8 with a byte order mark, so that Excel reads Chinese."""
    out = io.StringIO()
    writer = csv.writer(out)

    def write(*cells: Any) -> None:
        writer.writerow([safe_cell(cell) for cell in cells])

    def clock(at_ms: int | None) -> str:
        return "" if at_ms is None else f"{datetime.fromtimestamp(at_ms / 1000, zone):%H:%M}"

    def stamp(at_ms: int) -> str:
        return f"{datetime.fromtimestamp(at_ms / 1000, zone):%Y-%m-%d %H:%M}"

    write(
        "工作日报表 Day sheets",
        day.day,
        hall.hall.names.zh,
        "日志位置 Journal position",
        "" if day.position is None else day.position,
    )
    columns = tuple(_columns(hall, clock, stamp, day, now_ms))
    write(*(head for head, _ in columns))
    for sheet in day.sheets:
        write(*(cell(sheet) for _, cell in columns))
    write()
    write(*_PAUSE_HEAD)
    for sheet in day.sheets:
        for cells in _pause_rows(hall, sheet, clock):
            write(*cells)
    write()
    write(*_TASK_HEAD)
    for sheet in day.sheets:
        for cells in _task_rows(hall, sheet, clock):
            write(*cells)
    return out.getvalue().encode("utf-8-sig")


def safe_cell(value: Any) -> Any:
    """A text as a cell can hold it: never a formula, never a line of its own."""
    if not isinstance(value, str):
        return value
    line = " ".join(value.split())
    return f"'{line}" if line.startswith(tuple(FORMULA_BEGINS)) else line


Column = tuple[str, Callable[[Sheet], Any]]


def _columns(
    hall: Hall, clock: Callable[[int | None], str], stamp: Callable[[int], str], day: DaySheets, now_ms: int
) -> Iterator[Column]:
    yield "窗口 Counter", lambda one: _name(hall, one)
    yield "工号 Staff", lambda one: " ".join(staff(hall, clerk) for clerk in one.clerks)
    yield "开始服务 Opened", lambda one: clock(one.figures.opened_ms)
    yield "结束服务 Closed", lambda one: clock(one.figures.closed_ms)
    for session in _sessions(day):
        yield (
            f"{_session(hall, session)} 到岗提前分钟 On post min before",
            lambda one, name=session: _before(one, name, now_ms),
        )
    for name, head in _PLAIN:
        yield head, lambda one, name=name: getattr(one.figures, name)
    for name, names in VISIT_OUTCOMES.items():
        yield f"结果 {_both(names)}", lambda one, name=name: one.figures.outcomes[name]
    for kind, head in (("wait", "等候 Wait"), ("service", "办理 Service")):
        for part in ("n", "mean_s", "p90_s", "max_s"):
            yield f"{head} {part}", lambda one, kind=kind, part=part: getattr(getattr(one.figures, kind), part, "")
    for band, names in BAND_NAMES.items():
        yield f"暂停 {_both(names)}", lambda one, band=band: one.figures.bands[band]
    yield from _rating_columns()
    for key, item in items_of(hall.sheet_items).items():
        yield _both(item.names), lambda one, key=key: _entry(one, key)
    yield "情况说明 Remark", lambda one: one.entries.remark
    yield "状态 Stage", lambda one: _both(STAGES[one.stage])
    yield "缺 Missing", lambda one: "、".join(names.zh for names in missing_names(hall, one))
    yield "窗口人员签字 Clerk signed", lambda one: _signed(hall, one.clerk, stamp)
    yield "值班领导签字 Leader signed", lambda one: _signed(hall, one.leader, stamp)
    yield "内容摘要 Digest", lambda one: one.digest


def _rating_columns() -> Iterator[Column]:
    """Empty cells where a figure would say who has rated (``broker.store.disclosure``)."""
    yield "可评价 Rateable", lambda one: one.figures.ratings.rateable
    yield "已评 Rated", lambda one: _told(one, "rated")
    for level, names in LEVEL_NAMES.items():
        yield _both(names), lambda one, level=level: one.figures.ratings.levels[level.value] if one.levels_told else ""
    for name, head in (
        ("unrated", "未评 Unrated"),
        ("declined", "拒评 Declined"),
        ("device_fault", "设备故障 Device fault"),
    ):
        yield head, lambda one, name=name: _told(one, name)


def _told(sheet: Sheet, name: str) -> int | str:
    return getattr(sheet.figures.ratings, name) if sheet.sums_told else ""


def _sessions(day: DaySheets) -> tuple[str, ...]:
    return tuple(dict.fromkeys(post.session for sheet in day.sheets for post in sheet.figures.on_post))


def _session(hall: Hall, session: str) -> str:
    """As the hall calls it; a session that the hall file has no more keeps its key."""
    declared = hall.sessions.get(session)
    return session if declared is None else declared.names.zh


def _before(sheet: Sheet, session: str, now_ms: int) -> int | str:
    """Minutes, or in words why there are none: nobody is absent from what has not begun."""
    found = next((post for post in sheet.figures.on_post if post.session == session), None)
    if found is None:
        return ""
    if found.minutes_before is not None:
        return found.minutes_before
    return "尚未到时间 not yet" if found.opens_ms > now_ms else "无人到岗 nobody came"


def _entry(sheet: Sheet, key: str) -> int | str:
    if key in sheet.entries.counts:
        return sheet.entries.counts[key]
    return {True: "合格 in order", False: "不合格 not in order", None: ""}[sheet.entries.checks.get(key)]


def _signed(hall: Hall, signature: Signed | None, stamp: Callable[[int], str]) -> str:
    if signature is None:
        return ""
    number = staff(hall, signature.clerk)
    who = f"{signature.by} ({number})" if number else signature.by
    note = f" {signature.note}" if signature.note else ""
    return f"{who} {stamp(signature.at_ms)}{'' if signature.holds else ' 已失效 void'}{note}"


_PAUSE_HEAD = (
    "窗口 Counter", "暂停起 Paused from", "止 until", "服务时间内秒数 Seconds in hours", "时长 Band", "原因 Reason",
    "工号 Staff", "替岗 Substitute", "已提醒 Warned", "已提请 Asked", "空窗 Left empty", "不需要的原因 Excused",
)  # fmt: skip
_TASK_HEAD = (
    "窗口 Counter", "提请顶岗 Asked at", "事由 Why", "起 Since", "期限 Due", "工号 Staff", "等候 Waiting",
    "已安排 Sent", "结果 Outcome", "了结 Settled", "说明 Reason",
)  # fmt: skip


def _pause_rows(hall: Hall, sheet: Sheet, clock: Callable[[int | None], str]) -> Iterator[tuple[Any, ...]]:
    for one in sheet.figures.pauses:
        band = "" if one.band is None else _both(BAND_NAMES[one.band])
        who, instead = staff(hall, one.clerk), staff(hall, one.substitute)
        marks = tuple("是 yes" if mark else "" for mark in (one.warned, one.asked, one.left_empty))
        took_s = "" if one.took_s is None else one.took_s
        span = (clock(one.from_ms), clock(one.until_ms))
        yield (_name(hall, sheet), *span, took_s, band, one.reason, who, instead, *marks, one.excused)


def _task_rows(hall: Hall, sheet: Sheet, clock: Callable[[int | None], str]) -> Iterator[tuple[Any, ...]]:
    for one in sheet.figures.tasks:
        what, then = _both(TASK_KINDS.get(one.kind, Names(one.kind, one.kind))), _both(TASK_OUTCOMES[one.outcome])
        times = (clock(one.since_ms), clock(one.due_ms))
        who, sent = staff(hall, one.clerk), staff(hall, one.substitute)
        rest = (who, one.waiting, sent, then, clock(one.settled_ms), one.reason)
        yield (_name(hall, sheet), clock(one.at_ms), what, *times, *rest)


def _name(hall: Hall, sheet: Sheet) -> str:
    known = hall.counters.get(sheet.counter)
    return sheet.counter if known is None else known.name


def _both(names: Names) -> str:
    return f"{names.zh} {names.en}"
