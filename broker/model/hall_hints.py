"""What is right in a hall file and may still surprise who installs it. Pure."""

from collections.abc import Iterator

from broker.model.address import BadAddress, parse_address
from broker.model.hall import Hall
from broker.model.hall_devices import Console
from broker.model.hall_key_checks import kind_of
from broker.model.words import Names

WITHOUT_DIGITS = ("pins", "modbus")
"""Consoles of which each key has a meaning of its own: no staff number can be typed there."""


def can_log_in(console: Console) -> bool:
    """Whether a clerk can say at this console who is there: by digits, or by a work card."""
    if console.cards != "none":
        return True
    try:
        return kind_of(parse_address(console.address)) not in WITHOUT_DIGITS
    except BadAddress:
        return True  # said elsewhere


def calling_hints(hall: Hall) -> Iterator[Names]:
    """Rules under which somebody may wait for ever."""
    for session in (None, *hall.calling.sessions):
        here = hall.calling.during(session)
        if here.rule == "strict" and not here.cap_min and hall.priority:
            path = "calling" if session is None else f"calling.sessions.{session}"
            yield Names(
                f"提示：{path} 的规则是 strict：只要一直有优先的人来，其他人就可能一直等下去；"
                "写上 cap_min = 45（等满 45 分钟按优先对待）可以避免，或者改用 ratio",
                f"note: the rule of {path} is strict: while people with priority keep coming, all others may wait for "
                "ever; cap_min = 45 (who has waited 45 minutes counts as priority) prevents that, as does ratio",
            )


def log_in_hints(hall: Hall) -> Iterator[Names]:
    """Pads at which nobody can log in, where a counter opens only for who has, and nothing else of the counter can."""
    if not hall.rules.clerks_log_in:
        return
    ways = {console.counter for console in hall.consoles.values() if can_log_in(console)}
    for name, console in hall.consoles.items():
        if console.counter not in ways:
            counter = hall.counters[console.counter].name
            yield Names(
                f"提示：{name}（{counter} 号窗口）没有数字键，也没有读卡器；本大厅要求登录，该窗口只能在网页呼叫器登录",
                f"note: {name} (counter {counter}) has neither digits nor a card reader, and clerks must log in here: "
                "at this counter they can do so on the web page alone",
            )
