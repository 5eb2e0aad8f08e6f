"""A town whose journal holds many business days, with ratings that come on a later one."""

from datetime import date, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from broker.model import commands as c
from broker.model.words import Level
from broker.server.publisher import digest_of
from broker.server.snapshot import views_fingerprint
from tests.collector.town import TownHub, town_clock, town_hall
from tests.halls import CLOSES_MS, DAY, OPENS_MS

DAY_MS = 86_400_000


def day_of(index: int) -> str:
    """The name of the town's day number ``index``, from 0."""
    return (date.fromisoformat(DAY) + timedelta(days=index)).isoformat()


def long_town(folder: Path, days: int) -> "LongTown":
    """As ``LongTown(folder).live(days)``: those days are lived once in a run of tests, and everybody gets a copy."""
    journal, lived = _lived(days)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / lived.path.name).write_bytes(journal)
    town = LongTown(folder)
    town.go_on_after(lived)
    return town


@cache
def _lived(days: int) -> tuple[bytes, "LongTown"]:
    with TemporaryDirectory(prefix="long-town-") as folder:
        town = LongTown(Path(folder)).live(days)
        assert not town.path.with_name("hall.db-wal").exists(), "closed journals have no log beside them"
        return town.path.read_bytes(), town


class LongTown:
    """``live`` some days; each has four tickets, three visits and two ratings, one of them on the next day."""

    def __init__(self, folder: Path) -> None:
        self.hub = TownHub(folder, town_hall(), town_clock())
        self.hall, self.path = self.hub.hall, self.hub.path
        self.days = 0
        self.first_ticket = ""
        self._to_rate: str | None = None

    def live(self, days: int) -> "LongTown":
        """So many more days; a digest of the views is stored in each, as the server does."""
        with self.hub.unseen():
            self._live(days)
        return self

    def _live(self, days: int) -> None:
        for _ in range(days):
            self._open()
            self._rate_yesterday()
            for counter in ("c1", "c3"):
                self.hub.done(c.OpenCounter(counter=counter))
            for service in ("pension", "pension", "medical", "pension"):
                number = self.hub.take_ticket(service, priority="elderly" if service == "medical" else None)
                self.first_ticket = self.first_ticket or self.hub.ids[number]
            self.hub.serve("c1", 3, Level.VERY_SATISFIED)
            self._to_rate = self.hub.serve("c3", 5)
            self.hub.serve("c1", 2)
            self.store_digest()

    def go_on_after(self, other: "LongTown") -> None:
        """This town has a copy of the other's journal."""
        self.hub.go_on_after(other.hub)
        self.days, self.first_ticket, self._to_rate = other.days, other.first_ticket, other._to_rate

    def store_digest(self) -> None:
        """As the server does now and then."""
        with self as hub:
            digest = digest_of(hub.hall, hub.writer.state)
            hub.journal.store_digest(hub.journal.position, digest, views_fingerprint(hub.hall))

    def keep_snapshot(self) -> None:
        """As the server does at each new day."""
        with self as hub:
            hub.writer.keep_snapshot()

    def __enter__(self) -> TownHub:
        self.hub.journal.open()
        return self.hub

    def __exit__(self, *_: object) -> None:
        self.hub.journal.close()

    def _open(self) -> None:
        begins_ms = OPENS_MS + self.days * DAY_MS
        self.hub.clock.advance(max(0, begins_ms - self.hub.clock.now_ms()) / 1000)
        closes_ms = CLOSES_MS + self.days * DAY_MS
        session = c.SessionTimes("day", begins_ms, closes_ms, closes_ms - 1_800_000)
        self.hub.done(c.OpenDay(day=day_of(self.days), sessions=(session,)))
        self.days += 1
        self.keep_snapshot()

    def _rate_yesterday(self) -> None:
        if self._to_rate is not None:
            at_ms = self.hub.clock.now_ms()
            rating = c.RecordEvaluation(
                evaluation=f"late-{self._to_rate}",
                visit=self._to_rate,
                level=Level.SATISFIED,
                device="phone",
                pressed_at_ms=at_ms,
            )
            self.hub.done(rating)
