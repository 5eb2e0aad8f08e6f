"""What a report is, as it travels, with what each figure counts and is divided by. Pure."""

from typing import Literal, get_args

import msgspec

from broker.model.words import Names
from broker.oversight.spread import Spread

By = Literal["hall", "outlet", "counter", "clerk", "service", "class", "hour", "day", "month"]
GROUPINGS: tuple[str, ...] = get_args(By)
FORMULA_VERSION = 1
DAYS_MOST = 1100
"""Three years at once are enough for anybody."""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of one group; None where there was no case to divide by, or where the grouping has no such thing.

    ``rated_of``: the visits that may be rated of those days whose ratings are counted in ``rated``.
    """

    key: str
    label: Names
    issued: int | None
    called: int
    recalls: int
    served: int
    direct: int
    no_shows: int
    held: int
    transferred: int
    cancelled: int | None
    expired: int | None
    items: int
    wait: Spread | None
    over_wait: int
    over_wait_rate: float | None
    service: Spread | None
    over_service_of: int
    over_service: int
    over_service_rate: float | None
    rateable: int
    rated: int | None
    rated_of: int
    rating_rate: float | None
    levels: dict[str, int]
    satisfied: int | None
    satisfaction: float | None


class Withheld(msgspec.Struct, frozen=True, kw_only=True):
    """What the lines do not tell of ratings: of ``rated`` in all ``told`` stand in lines; None: nothing is told."""

    rated: int | None
    told: int | None


class StaffingLine(msgspec.Struct, frozen=True, kw_only=True):
    """How many counters a group of services needs in a half hour of the day, as it was on the average of ``days``.

    ``arrivals`` of all days; ``load``: counters kept busy; ``needed`` None: over 99; ``worked``: counters that
    called or served then, on the average.
    """

    group: str
    label: Names
    from_time: str
    days: int
    arrivals: int
    load: float
    needed: int | None
    worked: float


class Definition(msgspec.Struct, frozen=True, kw_only=True):
    """What a figure counts and what it is divided by."""

    figure: str
    zh: str
    en: str


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """Figures of the business days on record from ``first`` to ``last``, of one service and one counter where asked."""

    hall: Names
    first: str
    last: str
    by: By
    days: int
    service: str | None
    counter: str | None
    formula_version: int
    lines: tuple[Line, ...]
    total: Line
    withheld: Withheld
    staffing: tuple[StaffingLine, ...]
    definitions: tuple[Definition, ...]


DEFINITIONS: tuple[Definition, ...] = tuple(
    Definition(figure=figure, zh=zh, en=en)
    for figure, zh, en in (
        ("issued", "发出的号票，作废的也计入；按号票发出的业务、身份和时间", "Numbers given out, void ones included"),
        ("called", "首次呼叫次数（不含重呼）；转移后再次呼叫另计", "Calls without recalls; one more after a transfer"),
        ("served", "办结的服务次数，一票办多项按项计；含未取号直接办理的（direct）",
         "Visits finished; each service of a ticket is one; those without a ticket (direct) are among them"),
        ("no_shows", "呼叫后未到的次数", "Calls that nobody came to"),
        ("cancelled", "未办理而放弃的号票", "Numbers that were given up"),
        ("expired", "到日终未办理也未放弃的号票（离开）；已记过号的不再计",
         "Numbers neither served nor given up by the end of the day: their holders went away; no-shows left out"),
        ("wait", "从取号（预约早到的从预约时间）到当日首次呼叫；分母 n 为被呼叫过的号票",
         "From taking the number (early for an appointment: from its time) to the first call of the day; n: tickets "
         "called"),
        ("over_wait", "等候超过该业务目标（wait_goal_minutes，按现在的大厅文件）的号票；÷ wait.n",
         "Tickets that waited longer than their service's wait_goal_minutes (of the hall file as it is now); ÷ wait.n"),
        ("service", "从开始办理（未按开始的从呼叫算起）到办结；日终自动了结的和未取号的不计时",
         "From start (else the call) to finish; those ended by the end of day and those without a ticket have no time"),
        ("over_service", "办理超过该业务目标（service_goal_minutes）的次数；÷ over_service_of：有目标的业务的计时办结",
         "Visits longer than their service's service_goal_minutes; ÷ over_service_of: timed visits that have one"),
        ("rateable", "可以评价的服务：办结且非日终自动了结", "Finished visits, those ended by the end of day left out"),
        ("rated", "各日可以公布的评价数之和：次日起；每日不足 5 次、或相减会剩下不足 5 次的行不列；按身份和筛选后不列",
         "Sum of what may be told of each day: from the next day on, no rows of which fewer than 5 could be had by "
         "subtraction; none by class and none when filtered"),
        ("rating_rate", "rated ÷ rated_of（列出评价的那些日子的可评价次数）",
         "rated ÷ rated_of: the visits that may be rated of the days whose ratings are told"),
        ("satisfaction", "（非常满意＋满意＋基本满意）÷ rated；未评价的不计为满意",
         "(very satisfied + satisfied + fairly satisfied) ÷ rated; an unrated visit is never satisfied"),
        ("staffing", "按这段日子各半小时的平均来人和办理时长，使八成的人等候不超过目标所需的窗口数（不计提前离开的人）",
         "Counters for eight of ten to wait no longer than the target, from the average arrivals of each half hour and "
         "the times that services took; nobody is taken to leave"),
    )
)  # fmt: skip
