"""What the duty leader should know: pauses that run long, counters without anybody, who is missing, sheets. Pure.

The engine decides what is a task and what an incident; here it becomes a sentence.
"""

from collections.abc import Iterable, Iterator
from typing import Literal

from broker.collector import answers as a
from broker.collector.heard.live import Live
from broker.model.hall import Hall
from broker.model.views import CounterCover, CounterView
from broker.model.words import CounterStatus, Names

STRANDED_NAMED = 6
"""A sentence names so many numbers; the counter's row on the page has them all."""


def duty_attention(hall: Hall, live: Live, now_ms: int) -> Iterator[a.Attention]:
    """One sentence for each thing, counters in hall order; unfinished sheets last, one for each day."""
    for key in hall.counters:
        view = live.counter(key)
        if view is None:
            continue
        if view.cover is not None:
            yield _of_cover(view, view.cover, (now_ms - view.cover.since_ms) // 60_000)
        if view.stranded:
            yield _of_stranded(view)
        if view.post is not None and view.post.absent_since_ms is not None:
            minutes = (now_ms - view.post.absent_since_ms) // 60_000
            yield a.Attention(
                kind="absent",
                since_ms=view.post.absent_since_ms,
                level="warning",
                subject=key,
                zh=f"工号 {view.post.expected}（{view.name} 号窗口）{minutes} 分钟前应到岗，尚未登录",
                en=f"Staff {view.post.expected} (counter {view.name}) should have been on post {minutes} min ago.",
            )
    yield from _of_sheets(unfinished_sheets(live.counters(hall.counters)))


def unfinished_sheets(views: Iterable[CounterView]) -> dict[str, tuple[CounterView, ...]]:
    """Business day -> the counters whose sheet of it is a task for the duty leader; the oldest day first."""
    found: dict[str, tuple[CounterView, ...]] = {}
    for view in views:
        for note in view.sheets:
            if note.task:
                found[note.day] = (*found.get(note.day, ()), view)
    return dict(sorted(found.items()))


def _of_sheets(days: dict[str, tuple[CounterView, ...]]) -> Iterator[a.Attention]:
    """One for each day, not for each sheet: a morning after a day without signatures would bury all else."""
    for day, views in days.items():
        names = [view.name for view in views]
        one = len(names) == 1
        yield a.Attention(
            kind="sheets",
            acts=(f"sheets:{day}",),
            level="warning",
            subject=day,
            zh=f"{'、'.join(names)} 号窗口 {day} 的工作日报表未完成",
            en=f"The sheet{'' if one else 's'} of counter{'' if one else 's'} {', '.join(names)} of {day}"
            f" {'is' if one else 'are'} unfinished.",
        )


def _of_cover(view: CounterView, cover: CounterCover, minutes: int) -> a.Attention:
    levels: dict[str, Literal["alarm", "warning"]] = {"wanted": "alarm", "incident": "alarm"}
    what, then = _what(view, cover, minutes), _then(cover)
    return a.Attention(
        kind=cover.kind,
        since_ms=cover.since_ms,
        acts=(f"cover:{view.counter}",),
        level=levels.get(cover.stage, "warning"),
        subject=view.counter,
        zh=what.zh + then.zh,
        en=what.en + then.en,
    )


def _what(view: CounterView, cover: CounterCover, minutes: int) -> Names:
    if cover.kind == "nobody":
        return Names(
            f"{view.name} 号窗口无人叫号，有人已等候 {minutes} 分钟",
            f"Nobody calls at counter {view.name}; people have waited for {minutes} min.",
        )
    if view.status is not CounterStatus.PAUSED:
        return Names(
            f"{view.name} 号窗口暂停后至今 {minutes} 分钟未叫号",
            f"Counter {view.name} has called nobody since its pause began {minutes} min ago.",
        )
    return Names(f"{view.name} 号窗口已暂停 {minutes} 分钟", f"Counter {view.name} has been paused for {minutes} min.")


def _then(cover: CounterCover) -> Names:
    if cover.stage == "wanted":
        return Names("，请安排顶岗", " Send a substitute.")
    if cover.stage == "appointed":
        who = cover.substitute
        return Names(f"，已安排工号 {who} 顶岗，尚未到位", f" Staff {who} was sent and is not there yet.")
    if cover.stage == "incident":
        return Names("，已记为空窗", " It is on record as a counter left empty.")
    return Names("，已提醒工作人员", " The clerk was reminded.")


def _of_stranded(view: CounterView) -> a.Attention:
    named, count = view.stranded[:STRANDED_NAMED], len(view.stranded)
    more = Names(f" 等 {count} 人", f" and {count - len(named)} more") if count > len(named) else Names(" ", " ")
    return a.Attention(
        kind="stranded",
        acts=(f"cover:{view.counter}",),
        level="warning",
        subject=view.counter,
        zh=f"{view.name} 号窗口能办理的 {'、'.join(named)}{more.zh.rstrip()}，现无人办理",
        en=f"Counter {view.name} could serve {', '.join(named)}{more.en.rstrip()}; nobody does now.",
    )
