"""What the floor's alerts look at: everything heard, wrong passwords, and how many wait to be called back.

**A bad rating is no alert of its own unless the hall chose it** (``alerts.low_rating``). Told as it comes, with the
counter or without, it says whose visit it was to who watches the counters (docs/ratings.md); so it is told to managers
alone, as a number, and not on the wall. What may be told anywhere is how many of those who rated low *wish to be
called* and still wait for it: of half days that are over, as a number, without counter, time or level.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from broker.collector import answers as a
from broker.collector.figures.contacts import Contacts
from broker.collector.floor.attention import attention, log_in_attention
from broker.collector.heard.live import Live
from broker.collector.safety.accounts import Accounts
from broker.model.hall import Hall
from broker.runtime.errors import DatabaseError
from broker.store.errors import StoreError
from broker.store.reports import Reports

WAY_WORDS = {
    "phone": ("短信", "to telephones"),
    "mail": ("邮件", "by mail"),
    "push": ("网页推送", "to browsers"),
}
LOOK_AGAIN_S = 60.0
"""So often the databases are asked; they change by half days and by hand."""
LOOK_FOR_LOW_S = 2.0
"""So often it is asked for low ratings, where a hall wants to hear of them at once."""
LOW_RATING = "low-rating"
"""The kind of that alert: who shows alerts on a wall leaves it out."""


class Looking:
    """One look at the floor; what comes from databases is kept for a minute."""

    def __init__(
        self,
        hall: Hall,
        live: Live,
        reports: Reports,
        accounts: Accounts,
        contacts: Contacts,
        machine_s: Callable[[], float],
        not_taken: Callable[[], Mapping[str, int]] = dict,
        advised: Callable[[], tuple[a.Attention, ...]] = tuple,
    ) -> None:
        """``not_taken``: of each way of messages, how many could not even be written down. ``advised``: what stands
        advised of counters."""
        self._hall, self._live, self._reports = hall, live, reports
        self._accounts, self._contacts, self._machine_s = accounts, contacts, machine_s
        self._not_taken, self._advised = not_taken, advised
        self._kept: tuple[float, tuple[a.Attention, ...]] = (float("-inf"), ())
        self._low: tuple[float, tuple[a.Attention, ...]] = (float("-inf"), ())

    def __call__(self, now_ms: int) -> tuple[a.Attention, ...]:
        """All that asks for attention."""
        now_s = self._machine_s()
        if now_s - self._kept[0] >= LOOK_AGAIN_S:
            self._kept = now_s, tuple(self._from_databases())
        if self._hall.alerts.low_rating and now_s - self._low[0] >= LOOK_FOR_LOW_S:
            self._low = now_s, tuple(self._low_ratings(now_ms))
        return (*self._low[1], *self._kept[1], *self._advised(), *attention(self._hall, self._live, now_ms))

    def _low_ratings(self, now_ms: int) -> Iterator[a.Attention]:
        day = datetime.fromtimestamp(now_ms / 1000, ZoneInfo(self._hall.hall.time_zone)).date().isoformat()
        try:
            count = self._reports.low_ratings(day)
        except (DatabaseError, StoreError):
            return  # as below
        if count:
            yield of_low_ratings(count)

    def _from_databases(self) -> Iterator[a.Attention]:
        yield from of_messages(self._not_taken())
        try:
            yield from log_in_attention(self._accounts.guessed())
            noted = self._contacts.all()
            wishes = self._reports.contact_wishes(self._contacts.since_ms)
        except (DatabaseError, StoreError):
            return  # the page of ratings says so to who opens it; the floor must not suffer
        open_ones = [one for one in wishes if (known := noted.get(one.evaluation)) is None or known.done_ms is None]
        if open_ones:
            yield of_wishes(len(open_ones))


def of_messages(not_taken: Mapping[str, int]) -> Iterator[a.Attention]:
    """Of way -> messages of the last day that were not taken: whom they were for is not known any more."""
    for way, count in not_taken.items():
        zh, en = WAY_WORDS.get(way, (way, way))
        yield a.Attention(
            kind="messages",
            subject=way,
            level="alarm",
            zh=f"一天内有 {count} 条{zh}没有收下（待发队列已满或磁盘写不进），这些人收不到通知：请人工告知，并检查网关",
            en=f"In a day {count} {'message' if count == 1 else 'messages'} {en} found no room in the queue or on its"
            " disk: nobody is told. Call out to people, and see to the gateway.",
        )


def of_wishes(count: int) -> a.Attention:
    """So many wait to be called back; nothing about any one of them."""
    return a.Attention(
        kind="contact",
        subject="ratings",
        acts=("wishes:",),
        level="warning",
        zh=f"{count} 位给出较低评价的来访者希望回电，尚未联系",
        en=f"{count} {'visitor' if count == 1 else 'visitors'} who rated low wish to be called and still wait for it.",
    )


def of_low_ratings(count: int) -> a.Attention:
    """So many came today. The count names the alert, so that one more is a new one that nobody has noted."""
    return a.Attention(
        kind=LOW_RATING,
        subject=str(count),
        level="warning",
        zh=f"收到差评（今日共 {count} 条）：请到大厅看看有什么可以帮忙，不要追问是谁评的",
        en=f"A visitor rated low ({count} today): see on the floor what can be helped, and ask nobody who it was.",
    )
