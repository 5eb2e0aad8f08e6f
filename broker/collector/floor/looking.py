"""What the floor's alerts look at: everything heard, wrong passwords, and how many wait to be called back.

**A bad rating is no alert of its own unless the hall chose it** (``alerts.low_rating``). Told as it comes, with the
counter or without, it says whose visit it was to who watches the counters (docs/ratings.md); so it is told to managers
alone, as a number, and not on the wall. What may be told anywhere is how many of those who rated low *wish to be
called* and still wait for it: of half days that are over, as a number, without counter, time or level.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from broker.collector import answers as a
from broker.collector.figures.contacts import Contacts
from broker.collector.floor.attention import attention, log_in_attention
from broker.collector.heard.live import Live
from broker.collector.safety.accounts import Accounts
from broker.model.case_life import LIVES
from broker.model.events import RotaLooked
from broker.model.hall import Hall
from broker.model.words import CounterStatus
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
        self._rota: tuple[float, tuple[RotaLooked, ...]] = (float("-inf"), ())

    def __call__(self, now_ms: int) -> tuple[a.Attention, ...]:
        """All that asks for attention."""
        now_s = self._machine_s()
        if now_s - self._kept[0] >= LOOK_AGAIN_S:
            self._kept = now_s, tuple(self._from_databases(now_ms))
        if self._hall.alerts.low_rating and now_s - self._low[0] >= LOOK_FOR_LOW_S:
            self._low = now_s, tuple(self._low_ratings(now_ms))
        if self._hall.rota.on and now_s - self._rota[0] >= LOOK_AGAIN_S:
            self._rota = now_s, self._short_of_rota(now_ms)
        short = of_rota(self._hall, self._live, self._rota[1], now_ms)
        return (*self._low[1], *self._kept[1], *short, *self._advised(), *attention(self._hall, self._live, now_ms))

    def _short_of_rota(self, now_ms: int) -> tuple[RotaLooked, ...]:
        """Sessions of today that began with a planned counter closed."""
        day = datetime.fromtimestamp(now_ms / 1000, ZoneInfo(self._hall.hall.time_zone)).date().isoformat()
        try:
            today = self._reports.rota().get(day)
        except (DatabaseError, StoreError):
            return ()  # the page of the rota says so
        return () if today is None else tuple(one for one in today.looked if one.closed)

    def _low_ratings(self, now_ms: int) -> Iterator[a.Attention]:
        day = datetime.fromtimestamp(now_ms / 1000, ZoneInfo(self._hall.hall.time_zone)).date().isoformat()
        try:
            count = self._reports.low_ratings(day)
        except (DatabaseError, StoreError):
            return  # as below
        if count:
            yield of_low_ratings(count)

    def _from_databases(self, now_ms: int) -> Iterator[a.Attention]:
        yield from of_messages(self._not_taken())
        try:
            yield from log_in_attention(self._accounts.guessed())
            noted = self._contacts.all()
            wishes = self._reports.contact_wishes(self._contacts.since_ms)
            overdue = self._overdue(now_ms)
        except (DatabaseError, StoreError):
            return  # the page of ratings says so to who opens it; the floor must not suffer
        open_ones = [one for one in wishes if (known := noted.get(one.evaluation)) is None or known.done_ms is None]
        if open_ones:
            yield of_wishes(len(open_ones))
        yield from of_cases(overdue)

    def _overdue(self, now_ms: int) -> tuple[int, int]:
        """Open cases of the quality desk whose step is overdue, and those of them that are overdue as a whole."""
        if not any(self._hall.quality.of(kind).on for kind in LIVES):
            return 0, 0
        stories = list(self._reports.cases().stories.values())  # at one blow: others fold meanwhile
        late = [one for one in stories if one.is_open and 0 < (one.due_ms or one.red_ms) <= now_ms]
        return len(late), sum(0 < one.red_ms <= now_ms for one in late)


def of_rota(hall: Hall, live: Live, looked: Iterable[RotaLooked], now_ms: int) -> Iterator[a.Attention]:
    """Until the session ends or the last of the counters that it lacked was opened."""
    views = {view.counter: view for view in live.counters(hall.counters)}
    for one in looked:
        closed = [key for key in one.closed if key not in views or views[key].status is CounterStatus.CLOSED]
        if not closed or now_ms >= one.until_ms or one.session not in hall.sessions:
            continue
        names = hall.sessions[one.session].names
        lacking = [hall.counters[key].name if key in hall.counters else key for key in closed]
        yield a.Attention(
            kind="rota",
            subject=one.session,
            level="alarm",
            since_ms=one.at_ms,
            zh=f"{names.zh}按值班表应开 {one.planned} 个窗口，仍未开：{'、'.join(lacking)} 号",
            en=f"{names.en}: the rota has {one.planned} counters open; still closed: {', '.join(lacking)}.",
        )


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


def of_cases(overdue: tuple[int, int]) -> Iterator[a.Attention]:
    """So many wait at the quality desk, and for how many the whole time is over; nothing about any one of them."""
    late, over = overdue
    if late:
        yield a.Attention(
            kind="cases",
            subject="overdue",
            acts=("cases:",),
            level="warning",
            zh=f"质量督办：{late} 件超过环节期限" + (f"，其中 {over} 件超过总期限" if over else ""),
            en=f"{late} {'case' if late == 1 else 'cases'} of the quality desk {'is' if late == 1 else 'are'} overdue"
            + (f", {over} of them as a whole." if over else "."),
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
