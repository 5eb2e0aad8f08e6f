"""What is true, by the database file alone: the journal folded and projected here, apart from every process."""

from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from broker.contract.codec import encode
from broker.engine.apply import apply
from broker.engine.project import project
from broker.engine.state import State
from broker.model.events import Event
from broker.model.hall import Hall
from broker.runtime.database import open_database
from broker.store.journal import read_events
from tests.chaos.auditor.evidence import has_table, rows_of
from tests.system.town import Town
from tests.system.watcher import Watcher


@dataclass(frozen=True)
class Truth:
    """The journal at one moment."""

    hall: Hall
    events: tuple[Event, ...]
    state: State

    @property
    def position(self) -> int:
        return len(self.events)

    def count(self, *kinds: type[Event]) -> int:
        """How many events of these kinds."""
        return sum(isinstance(event, kinds) for event in self.events)

    def tally(self, kind: type[Event], attribute: str) -> Counter[str]:
        """How often each value of an attribute occurs among the events of a kind."""
        return Counter(getattr(event, attribute) for event in self.events if isinstance(event, kind))

    def views(self) -> dict[tuple[str, str], bytes]:
        """(kind, name) -> the body that must be shown."""
        return {key: encode(body) for key, body in project(self.hall, self.state).items()}


def truth(hall: Hall, database: Path) -> Truth:
    """Fold the journal as it is on disk now."""
    state, events = State(), []
    with closing(open_database(database, read_only=True)) as connection:
        connection.execute("BEGIN")
        for _, event in read_events(connection):
            apply(state, event)
            events.append(event)
    return Truth(hall, tuple(events), state)


def receipts(database: Path) -> set[str]:
    """Ids of the devices' commands that have a stored answer."""
    with closing(open_database(database, read_only=True)) as connection:
        return {id for (id,) in connection.execute("SELECT id FROM receipts WHERE device != 'server'")}


def wrong_views(now: Truth, watcher: Watcher) -> list[tuple[str, str]]:
    """Views whose newest retained picture is not what the journal projects to."""
    shown = {key: encode(seen.body) for key, seen in dict(watcher.views).items()}
    return [key for key, body in now.views().items() if shown.get(key) != body]


def await_retained(town: Town, now: Truth) -> None:
    """Until what the MQTT broker keeps is what the journal projects to."""
    late = town.late_watcher()
    try:
        late.await_that(lambda: not wrong_views(now, late), f"views agree: {wrong_views(now, late)}")
    finally:
        late.stop()


def ledger(folder: Path, kiosk: str) -> list[tuple[str, str, str]]:
    """(ticket id, printed number, state) of everything a kiosk gave out or may have given out, from its own file."""
    sql = "SELECT id, number, state FROM ticket WHERE number IS NOT NULL ORDER BY at"
    return [(str(id), str(number), str(state)) for id, number, state in rows_of(folder / kiosk / "kiosk.db", sql)]


def tickets_of(folder: Path, kiosk: str) -> dict[str, str]:
    """Printed number -> ticket id, of a kiosk's own file."""
    return {number: id for id, number, _ in ledger(folder, kiosk)}


def thanked(folder: Path, caller: str) -> dict[str, str]:
    """Visit -> rating of everything a caller thanked for, from its own file."""
    sql = "SELECT visit, evaluation FROM rated"
    return {str(visit): str(rating) for visit, rating in rows_of(folder / caller / "ratings.sqlite", sql)}


def unanswered(folder: Path) -> dict[str, int]:
    """Outbox file -> entries that still wait, of every device; a caller's wrong PINs stand in a file without one."""
    kept = [path for pattern in ("*/kiosk.db", "*/*.sqlite") for path in sorted(folder.glob(pattern))]
    files = [path for path in kept if has_table(path, "outbox")]
    waiting = {str(path.relative_to(folder)): rows_of(path, "SELECT count(*) FROM outbox")[0][0] for path in files}
    return {name: count for name, count in waiting.items() if count}
