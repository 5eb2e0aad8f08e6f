"""The floor's alert about systems that have not taken what is sent to them for a while."""

from collections.abc import Iterator

from broker.collector import answers as a
from broker.collector.outward.receivers import UPWARD, Receivers
from broker.runtime.errors import DatabaseError

SILENT_MIN = 30
"""So long nobody is troubled: it is tried again by itself, and nothing is lost."""


def silent_ones(receivers: Receivers, now_ms: int) -> Iterator[a.Attention]:
    """One for each that was silent for so long."""
    for one in receivers.all:
        try:
            place = receivers.places.of(one.key)
        except DatabaseError:
            return  # the page says so to who opens it; the floor must not suffer
        if place is None or place.since_ms is None or now_ms - place.since_ms < SILENT_MIN * 60_000:
            continue
        zh, en = ("上级评价系统", "the office above") if one.key == UPWARD else (f"“{one.key}”", f"'{one.key}'")
        fault, minutes = place.fault, (now_ms - place.since_ms) // 60_000
        yield a.Attention(
            kind="outward",
            subject=one.key,
            level="warning",
            zh=f"对外发送：{zh}已 {minutes // 60} 小时 {minutes % 60} 分收不到（{fault}）；内容不会丢，通了自动补发",
            en=f"{en} has taken nothing for {minutes // 60} h {minutes % 60} min ({fault}). Nothing is lost; it"
            " catches up by itself.",
        )
