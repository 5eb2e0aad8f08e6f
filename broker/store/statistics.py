"""Figures of a day, each with its denominator, worked out from a ``DayFold``. Pure.

No figure is stored: everything here can be computed again from the journal. Of ratings only as much is counted as
may be read without learning who gave them (``disclosure``). The formula of satisfaction is the
numerator (very satisfied + satisfied + fairly satisfied) over the visits really rated; an unrated visit is never
counted as satisfied.
"""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal
from zoneinfo import ZoneInfo

import msgspec

from broker.model.events import CounterStoodEmpty, CoverWanted
from broker.model.hall import Hall
from broker.model.words import SATISFIED_LEVELS, Level, Names
from broker.oversight.report_shape import Definition
from broker.oversight.spread import Spread, spread
from broker.store.day_fold import CallMade, DayFold, Ended, Issued, rateable_endings
from broker.store.disclosure import ENOUGH, Disclosure, hour_of
from broker.store.sheet_fold import SheetPause

By = Literal["counter", "clerk", "service", "hour"]
LONG_PAUSE_MS = 10 * 60_000
FORMULA_VERSION = 4
"""2: pauses are timed within sessions, as the pause rule and the day's sheets time them. 3: ratings by fives.
4: ratings from the next day on, in rows that cannot be taken apart by other rows."""


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """What was done; None where there was no case to divide by, or where the grouping has no such thing.

    Of ratings None (and no ``levels``) before the day is over, and where they are too few to be read.
    """

    issued: int | None
    calls: int
    recalls: int
    served: int
    direct: int
    no_shows: int
    held: int
    transferred: int
    items: int
    wait: Spread | None
    over_target: int
    over_target_rate: float | None
    service: Spread | None
    rateable: int
    rated: int | None
    rating_rate: float | None
    levels: dict[str, int]
    satisfied: int | None
    satisfaction: float | None
    pauses: int | None
    long_pauses: int | None
    paused_s: int | None
    cover_tasks: int | None
    left_empty: int | None


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One counter, clerk, service or hour."""

    key: str
    label: Names
    figures: Figures


class Statistics(msgspec.Struct, frozen=True, kw_only=True):
    """A day's figures in groups, with the total over all.

    ``as_of``: the last journal position of a day that is over; before, it would tell when somebody rates.
    """

    day: str
    by: By
    as_of: int | None
    formula_version: int
    rows: tuple[Row, ...]
    total: Figures
    definitions: tuple[Definition, ...]


DEFINITIONS: tuple[Definition, ...] = tuple(
    Definition(figure=figure, zh=zh, en=en)
    for figure, zh, en in (
        ("issued", "当日发出的号票（含取号机上报），作废的也计入", "Numbers given out that day, void ones included"),
        (
            "calls",
            "首次呼叫次数（不含重呼）；转移后再次呼叫另计",
            "Summonses without recalls; one more after a transfer",
        ),
        ("served", "办结的服务次数，一票办多项按项计", "Visits finished at a counter; each service of a ticket is one"),
        (
            "direct",
            "其中未取号直接办理的次数（均记原因）",
            "Of these, people without a ticket, each with a reason",
        ),
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
        (
            "rateable",
            "可以评价的服务：办结且非日终自动了结",
            "Finished visits, those ended by the end of day left out",
        ),
        (
            "rated",
            f"实际评价数：次日起列出；各行只计当日评价，与别的行或合计相减会剩下不足 {ENOUGH} 次评价的行不列",
            "Visits rated, from the next day on; rows count those rated on the day, and rows by which fewer than "
            f"{ENOUGH} ratings could be had by subtraction are left out",
        ),
        (
            "rating_rate",
            "实际评价数 ÷ 可评价的服务次数，次日起列出",
            "Visits rated ÷ visits that may be rated, from the next day on",
        ),
        (
            "satisfaction",
            "（非常满意＋满意＋基本满意）÷ 实际评价数；未评价的不计为满意",
            "(very satisfied + satisfied + fairly satisfied) ÷ visits rated; an unrated visit is never satisfied",
        ),
        ("long_pauses", "一个服务时段内超过 10 分钟的暂停次数", "Pauses longer than ten minutes within one session"),
        (
            "cover_tasks",
            "提请值班领导安排顶岗的次数（暂停超时，或有人等候而无人叫号）",
            "Times the duty leader was asked for a substitute: a pause too long, or nobody calls while people wait",
        ),
        ("left_empty", "空窗：限时内无人顶岗的次数", "Counters left empty: nobody came in the time that was given"),
    )
)


@dataclass(slots=True)
class Cases:
    """What happened in one group."""

    issued: list[Issued] = field(default_factory=list)
    calls: list[CallMade] = field(default_factory=list)
    endings: list[Ended] = field(default_factory=list)
    pauses: list[SheetPause] = field(default_factory=list)
    cover_tasks: list[CoverWanted] = field(default_factory=list)
    left_empty: list[CounterStoodEmpty] = field(default_factory=list)


def statistics(hall: Hall, fold: DayFold, by: By, now_ms: int) -> Statistics:
    """The day in groups, in hall order. Every counter has a row; other groups only when something happened in them."""
    tasks = [task.wanted for task in fold.sheets.tasks]
    everything = Cases(fold.issued, fold.calls, fold.endings, fold.sheets.pauses, tasks, fold.left_empty)
    groups = _grouped(everything, _key_of(hall, by))
    if by == "counter":
        groups = {key: groups.get(key, Cases()) for key in (*hall.counters, *groups)}
    count = _Count(hall, fold, now_ms)
    rows = tuple(
        Row(key=key, label=_label(hall, by, key), figures=count.figures(groups[key], by, key))
        for key in _order(hall, by, groups)
    )
    return Statistics(
        day=fold.day,
        by=by,
        as_of=fold.position if count.over else None,
        formula_version=FORMULA_VERSION,
        rows=rows,
        total=count.figures(everything),
        definitions=DEFINITIONS,
    )


def _key_of(hall: Hall, by: By) -> Callable[[Any], str | None]:
    zone = ZoneInfo(hall.hall.time_zone)

    def hour(case: Any) -> str:
        return hour_of(zone, case.from_ms if isinstance(case, SheetPause) else case.at_ms)

    return hour if by == "hour" else lambda case: getattr(case, by, None)


def _grouped(cases: Cases, key_of: Callable[[Any], str | None]) -> dict[str, Cases]:
    groups: dict[str, Cases] = defaultdict(Cases)
    for name in ("issued", "calls", "endings", "pauses", "cover_tasks", "left_empty"):
        for case in getattr(cases, name):
            key = key_of(case)
            if key is not None:
                getattr(groups[key], name).append(case)
    return groups


def _order(hall: Hall, by: By, groups: dict[str, Cases]) -> list[str]:
    declared = {"counter": [*hall.counters], "clerk": [*hall.clerks], "service": [*hall.services], "hour": []}[by]
    place = {key: index for index, key in enumerate(declared)}
    return sorted(groups, key=lambda key: (place.get(key, len(place)), key))


def _label(hall: Hall, by: By, key: str) -> Names:
    if by == "counter" and key in hall.counters:
        name = hall.counters[key].name
        return Names(f"{name} 号窗口", f"Counter {name}")
    if by == "service" and key in hall.services:
        return hall.services[key].names
    if by == "clerk" and key in hall.clerks:
        number = hall.clerks[key].staff_number
        return Names(f"工号 {number}", f"Staff {number}")
    if by == "hour":
        return Names(f"{key} 时", f"{key}:00")
    return Names(key, key)


class _Count:
    """Turns the cases of a group into figures."""

    def __init__(self, hall: Hall, fold: DayFold, now_ms: int) -> None:
        self._hall, self._fold, self._now_ms = hall, fold, now_ms
        self._disclosure = Disclosure(hall, fold, now_ms)
        self.over = self._disclosure.over

    def figures(self, cases: Cases, by: By | None = None, key: str = "") -> Figures:
        """All figures; ``by`` None is the whole day. Numbers are given out by no counter and no clerk."""
        waits = [(call.service, call.waited_ms) for call in cases.calls if call.waited_ms is not None]
        too_long = sum(waited_ms > self._target_ms(service) for service, waited_ms in waits)
        ended = Counter(ending.what for ending in cases.endings)
        served = [ending for ending in cases.endings if ending.what == "served"]
        rateable = sum(1 for _ in rateable_endings(served))
        told = self._disclosure.total() if by is None else self._disclosure.row(by, key)
        levels = [self._fold.ratings[visit] for visit in told]
        count = len(levels) or None
        satisfied = sum(level in SATISFIED_LEVELS for level in levels)
        pauses = [self._fold.sheets.served_ms(one.from_ms, one.until_ms or self._now_ms) for one in cases.pauses]
        away = [self._fold.sheets.served_ms(one.absent_ms, one.until_ms or self._now_ms) for one in cases.pauses]
        has_pauses = by != "service"
        return Figures(
            issued=None if by in ("counter", "clerk") else len(cases.issued),
            calls=len(cases.calls),
            recalls=ended["recalled"],
            served=len(served),
            direct=sum(ending.direct for ending in served),
            no_shows=ended["no_show"],
            held=ended["held"],
            transferred=ended["transferred"],
            items=sum(ending.items for ending in served),
            wait=spread([waited_ms for _, waited_ms in waits]),
            over_target=too_long,
            over_target_rate=_rate(too_long, len(waits)),
            service=spread([ending.took_ms for ending in served if ending.took_ms is not None]),
            rateable=sum(ending.rateable for ending in served),
            rated=count,
            rating_rate=_rate(len(levels), rateable) if count else None,
            levels={level.value: levels.count(level) for level in Level} if count else {},
            satisfied=satisfied if count else None,
            satisfaction=_rate(satisfied, len(levels)),
            pauses=len(pauses) if has_pauses else None,
            long_pauses=sum(max(pieces, default=0) > LONG_PAUSE_MS for pieces in away) if has_pauses else None,
            paused_s=sum(map(sum, pauses)) // 1000 if has_pauses else None,
            cover_tasks=len(cases.cover_tasks) if has_pauses else None,
            left_empty=len(cases.left_empty) if has_pauses else None,
        )

    def _target_ms(self, service: str) -> float:
        declared = self._hall.services.get(service)
        return float("inf") if declared is None else declared.wait_goal_minutes * 60_000


def _rate(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
