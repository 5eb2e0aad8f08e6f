"""What the hall's rule promises whoever waits, in sentences for who installs it. See ``broker.engine.bound``. Pure."""

from collections.abc import Iterator

from msgspec.structs import replace

from broker.engine.bound import window_min
from broker.model.hall import Hall
from broker.model.hall_calling import Calling
from broker.model.words import Names

WAITED_MIN = 20.0
"""An example long enough to see the difference between rules."""
AS_IN_THE_FILE = Names(
    "以上按大厅文件计算；值班时临时提前的业务或人群、临时改了业务的窗口，以及按号码呼叫，都不在内",
    "this is reckoned of the hall file: what is raised on the floor, counters that are given other services there and"
    " calls by number are not in it",
)
RULES = {
    "ratio": Names("等候时间与目标之比", "waited / target"),
    "fcfs": Names("先来后到", "in order of arrival"),
    "strict": Names("优先在前", "priority classes first"),
    "rotation": Names("轮转", "in rotation"),
    "max_wait": Names("最久等候目标", "maximum wait"),
    "head_start": Names("优先提前量", "head start"),
}


def bounds_said(hall: Hall) -> Iterator[Names]:
    """For the rule of the hall, and of each session that has another: who may still pass somebody of no class."""
    said: list[Calling] = []
    for session in (None, *hall.calling.sessions):
        calling = replace(hall.calling.during(session), sessions={})
        if calling not in said:
            yield _said(hall, calling, "calling" if session is None else f"calling.sessions.{session}")
        said.append(calling)
    yield AS_IN_THE_FILE


def _said(hall: Hall, calling: Calling, path: str) -> Names:
    rule = RULES[calling.rule]
    rows = [(hall.priority[name].names, widest_min(hall, calling, name)) for name in hall.priority]
    rows.append((Names("其他无优先身份的人", "others of no class"), widest_min(hall, calling, None)))
    passing = [(names, minutes) for names, minutes in rows if minutes]
    waited = f"{WAITED_MIN:.0f}"
    if not passing:
        return Names(
            f"{path}：{rule.zh}（{calling.rule}）。无优先身份的人不会被后来的人越过",
            f"{path}: {rule.en} ({calling.rule}). Nobody of no class is passed by who came later",
        )
    zh = "，".join(f"{names.zh} {minutes:.1f} 分钟" for names, minutes in passing)
    en = ", ".join(f"{names.en} {minutes:.1f} min" for names, minutes in passing)
    in_turn = Names("", "")
    if calling.rule == "rotation" and hall.priority:
        turns = calling.priority_in_a_row
        in_turn = Names(
            f"；每个窗口每叫 {turns} 位优先者必叫一位其他人",
            f"; at each counter one of the others follows every {turns} with priority",
        )
    return Names(
        f"{path}：{rule.zh}（{calling.rule}）。无优先身份的人等到 {waited} 分钟时，"
        f"只有在他之后这么久以内来的人可能先被叫：{zh}{in_turn.zh}",
        f"{path}: {rule.en} ({calling.rule}). Somebody of no class who has waited {waited} min can be passed only by "
        f"who came within so long after: {en}{in_turn.en}",
    )


def widest_min(hall: Hall, calling: Calling, priority: str | None) -> float:
    """Over all services of both: who of that class came later than this has not passed somebody of no class."""
    return max(
        (
            window_min(hall, calling, (mine, None), (theirs, priority), WAITED_MIN)
            for mine in hall.services
            for theirs in hall.services
        ),
        default=0.0,
    )
