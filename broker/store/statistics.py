"""Figures of a day, each with its denominator, worked out from a ``DayFold``. Pure.

No figure is stored: everything here can be computed again from the journal. The formula of satisfaction is the
numerator (very satisfied + satisfied + fairly satisfied) over the visits really rated; an unrated visit is never
counted as satisfied.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime
from math import ceil
from statistics import fmean, median
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from broker.model.hall import Hall
from broker.model.words import SATISFIED_LEVELS, Level, Names
from broker.store.day_fold import CallMade, DayFold, Ended, Issued, PauseSpan

By = Literal["counter", "clerk", "service", "hour"]
LONG_PAUSE_MS = 10 * 60_000
FORMULA_VERSION = 1


class Spread(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds of ``n`` cases; ``p90_s`` by nearest rank."""

    n: int
    mean_s: int
    median_s: int
    p90_s: int
    max_s: int


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """What was done; None where there was no case to divide by, or where the grouping has no such thing."""

    issued: int | None
    calls: int
    recalls: int
    served: int
    no_shows: int
    held: int
    transferred: int
    items: int
    wait: Spread | None
    over_target: int
    over_target_rate: float | None
    service: Spread | None
    rateable: int
    rated: int
    rating_rate: float | None
    levels: dict[str, int]
    satisfied: int
    satisfaction: float | None
    pauses: int | None
    long_pauses: int | None
    paused_s: int | None


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One counter, clerk, service or hour."""

    key: str
    label: Names
    figures: Figures


class Definition(msgspec.Struct, frozen=True, kw_only=True):
    """What a figure counts and what it is divided by."""

    figure: str
    zh: str
    en: str


class Statistics(msgspec.Struct, frozen=True, kw_only=True):
    """A day's figures in groups, with the total over all, up to journal position ``as_of``."""

    day: str
    by: By
    as_of: int
    formula_version: int
    rows: tuple[Row, ...]
    total: Figures
    definitions: tuple[Definition, ...]


DEFINITIONS: tuple[Definition, ...] = tuple(
    Definition(figure=figure, zh=zh, en=en)
    for figure, zh, en in (
        ("issued", "当日发出的号票（含取号机上报），作废的也计入", "Numbers given out that day, void ones included"),
        ("calls", "首次呼叫次数（不含重呼）；转移后再次呼叫另计", "Summonses without recalls; a transfer is called anew"),
        ("served", "办结的服务次数", "Visits finished at a counter"),
        ("no_shows", "呼叫后未到的次数", "Summonses that nobody came to"),
        (
            "wait",
            "每张号票从取号到当日首次被呼叫的时间；分母为当日被呼叫过的号票",
            "From taking the number to its first call of the day; over tickets that were called",
        ),
        (
            "over_target_rate",
            "等候超过该业务目标时间的号票 ÷ 被呼叫过的号票",
            "Tickets that waited longer than their service's target ÷ tickets that were called",
        ),
        (
            "service",
            "从开始办理（未按开始的从呼叫算起）到办结；分母为办结的服务次数，日终自动了结的不计",
            "From start (from the call, if start was not pressed) to finish; over finished visits, "
            "those ended by the end of day left out",
        ),
        ("rateable", "可以评价的服务：办结且非日终自动了结", "Visits that may be rated: finished, not ended by end of day"),
        ("rating_rate", "实际评价数 ÷ 可评价的服务次数", "Visits rated ÷ visits that may be rated"),
        (
            "satisfaction",
            "（非常满意＋满意＋基本满意）÷ 实际评价数；未评价的不计为满意",
            "(very satisfied + satisfied + fairly satisfied) ÷ visits rated; an unrated visit is never satisfied",
        ),
        ("long_pauses", "超过 10 分钟的暂停次数", "Pauses longer than ten minutes"),
    )
)


def statistics(hall: Hall, fold: DayFold, by: By, now_ms: int) -> Statistics:
    """The day in groups, in hall order; groups in which nothing happened are left out, counters never."""
    sheet = _Sheet(hall, fold, now_ms)
    keys = _keys(hall, fold, by, sheet)
    rows = tuple(Row(key=key, label=_label(hall, by, key), figures=sheet.figures(by, key)) for key in keys)
    return Statistics(
        day=fold.day,
        by=by,
        as_of=fold.position,
        formula_version=FORMULA_VERSION,
        rows=rows,
        total=sheet.figures(None, None),
        definitions=DEFINITIONS,
    )


class _Sheet:
    """The day's cases sorted into groups once, so that each row only counts its own."""

    def __init__(self, hall: Hall, fold: DayFold, now_ms: int) -> None:
        self._hall, self._fold, self._now_ms = hall, fold, now_ms
        self._zone = ZoneInfo(hall.hall.time_zone)
        self._hours: dict[int, str] = {}

    def hour(self, at_ms: int) -> str:
        """``09`` for nine o'clock in the hall's time zone."""
        slot = at_ms // 900_000  # every zone is a multiple of a quarter of an hour away
        if slot not in self._hours:
            self._hours[slot] = f"{datetime.fromtimestamp(slot * 900, self._zone):%H}"
        return self._hours[slot]

    def key(self, by: By, case: Issued | CallMade | Ended | PauseSpan) -> str | None:
        """The group a case belongs to."""
        if by == "hour":
            return self.hour(case.from_ms if isinstance(case, PauseSpan) else case.at_ms)
        return getattr(case, by, None)

    def figures(self, by: By | None, key: str | None) -> Figures:
        """All figures of one group; of the whole day when ``by`` is None."""

        def mine[Case: (Issued, CallMade, Ended, PauseSpan)](cases: Iterable[Case]) -> list[Case]:
            return [case for case in cases if by is None or self.key(by, case) == key]

        return _figures(self._hall, self._fold, self._now_ms, by, mine)
