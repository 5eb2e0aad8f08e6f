"""What people read while the engine is silent: since when, what still works, what to do or to expect. Pure."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from broker.collector.heard.live import Live
from broker.model.hall import Hall
from broker.model.words import Names


@dataclass(frozen=True, slots=True)
class Silence:
    """The sentences for each reader, and when the engine was last heard (hall time; None: never by this program)."""

    since_ms: int | None
    manager: Names
    clerk: Names
    visitor: Names


def silence(hall: Hall, live: Live, now_ms: int) -> Silence | None:
    """What to say as soon as a heartbeat is missing; None while the engine speaks."""
    if live.engine_speaks():
        return None
    since_ms = live.engine_heard_ms()
    if since_ms is None:
        return _SINCE_NOBODY_KNOWS_WHEN
    at = f"{datetime.fromtimestamp(since_ms / 1000, ZoneInfo(hall.hall.time_zone)):%H:%M}"
    minutes = max(0, now_ms - since_ms) // 60_000
    return Silence(
        since_ms,
        manager=_manager(f"从 {at} 起（{minutes} 分钟）", f"since {at} ({minutes} min)", f" {at} 的", f"at {at}"),
        clerk=_clerk(f"从 {at} 起", f" since {at}"),
        visitor=_visitor(f"，以下是 {at} 的情况", f"; this is how it was at {at}"),
    )


def _manager(zh: str, en: str, then_zh: str, then_en: str) -> Names:
    return Names(
        f"叫号引擎{zh}没有应答，本页是{then_zh}情况。取号机可继续取号，窗口暂不能叫号。"
        "请检查服务器是否通电、联网、程序在运行；恢复后自动继续，已取的号不会丢",
        f"The engine has been silent {en}; this page shows how things stood {then_en}. Kiosks go on giving tickets,"
        " counters cannot call. See that the server has power and network and that its program runs: calling then goes"
        " on by itself, and no ticket is lost.",
    )


def _clerk(zh: str, en: str) -> Names:
    return Names(
        f"叫号引擎{zh}没有应答，暂时不能叫号；取号机照常取号。请告知负责人；现在按键不会补办，恢复后本页自动更新，请再按一次",
        f"The engine has been silent{en}: nobody can be called now; kiosks go on giving tickets. Tell the person in"
        " charge. What you press now is not done later: press again when this page goes on by itself.",
    )


def _visitor(zh: str, en: str) -> Names:
    return Names(
        f"系统暂时没有更新{zh}。取号机照常取号，已取的号仍然有效；请以大厅屏幕和工作人员的安排为准，本页会自动恢复",
        f"Not updated at the moment{en}. Kiosks go on giving tickets and yours stays valid; in the hall, follow the"
        " screens and the staff. This page goes on by itself.",
    )


_SINCE_NOBODY_KNOWS_WHEN = Silence(
    None,
    manager=_manager("在网页程序启动后还", "since the web pages were started", "此前的", "before"),
    clerk=_clerk("", ""),
    visitor=_visitor("，以下是此前的情况", "; this is an earlier picture"),
)
