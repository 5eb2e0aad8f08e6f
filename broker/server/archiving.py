"""Moves old days out of the journal into the archive, beside a working server: copied, read back, folded, then dropped.

Nothing leaves the journal before the archive is durable, amounts to the same chain of events, and folds from the last
base to the state that is kept as the new base. Every step may be cut off at any moment; the next run goes on.
"""

import logging
import sqlite3
import time
from collections import deque
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from broker.engine.apply import apply
from broker.engine.laws import broken_in
from broker.engine.state import State
from broker.model.hall import Hall
from broker.runtime.database import open_database, query
from broker.server.snapshot import load_state, save_state
from broker.store.archive import (
    NO_CHAIN,
    Archive,
    Snapshot,
    archive_path,
    archived_up_to,
    archives_of,
    chain_of,
    checked,
    copy_rows,
    days_before,
    drop_archived,
    open_archive,
    rows_between,
    settle,
)
from broker.store.errors import ArchiveDamaged
from broker.store.journal import check_owner, decode_event, read_events
from broker.store.migrations import check_current

logger = logging.getLogger(__name__)
BREATH_S = 0.02
"""Between two changes of the journal the server has its turn."""


@dataclass(frozen=True, slots=True)
class Archived:
    """What a run moved: events, and the files it moved them to."""

    events: int
    files: tuple[str, ...]


def archive_old_days(
    hall: Hall, journal: Path, days_kept: int, breathe: Callable[[], object] = lambda: time.sleep(BREATH_S)
) -> Archived:
    """Leave the newest day and the ``days_kept`` before it in the journal. Raises StoreError or DatabaseError."""
    with closing(open_database(journal)) as connection:
        check_current(connection)
        check_owner(connection, hall.hall.id)
        first_of_all = archived_up_to(connection)
        files = []
        limit = _limit(connection, days_kept)
        for month, last in days_before(connection, limit) if limit else []:
            _move(connection, journal, hall, month, last)
            files.append(month)
        while drop_archived(connection):
            breathe()
        return Archived(archived_up_to(connection) - first_of_all, tuple(files))


def _limit(connection: sqlite3.Connection, days_kept: int) -> str | None:
    """Days before this one go; counted from the newest day on record, so that no wrong clock empties a journal."""
    rows = query(connection, "SELECT day FROM events WHERE day IS NOT NULL ORDER BY position DESC LIMIT 1")
    if not rows:
        return None
    return (date.fromisoformat(rows[0][0]) - timedelta(days=days_kept)).isoformat()


def _move(connection: sqlite3.Connection, journal: Path, hall: Hall, month: str, last: int) -> None:
    path = archive_path(journal, month)
    before = next((one for one in archives_of(connection) if one.name == month), None)
    cut = archived_up_to(connection)
    with closing(open_archive(path, hall.hall.id)) as target:
        copy_rows(connection, target, cut + 1, last)
    known = before.chain if before is not None else NO_CHAIN
    chain = chain_of(rows_between(connection, cut + 1, last), known)
    archive = Archive(month, before.first if before is not None else cut + 1, last, chain)
    settle(connection, archive, _proved(connection, path, archive, cut))
    logger.info("archived positions %d to %d in %s", cut + 1, last, path)


def _proved(connection: sqlite3.Connection, path: Path, archive: Archive, cut: int) -> Snapshot:
    """The state that the archive, as the disk gives it back, amounts to."""
    state = _base(connection, cut)
    with closing(open_archive(path)) as opened:
        verdict = query(opened, "PRAGMA integrity_check(1)")[0][0]
        if verdict != "ok":
            raise ArchiveDamaged(path, verdict)
        deque(checked(opened, path, archive), maxlen=0)
        for position, body in rows_between(opened, cut + 1, archive.last):
            apply(state, decode_event(position, body))
    for law in broken_in(state):
        raise ArchiveDamaged(path, law)
    return save_state(state)


def _base(connection: sqlite3.Connection, cut: int) -> State:
    """The state at the end of the archive so far: the kept one, or, when it cannot be read, folded again."""
    if cut == 0:
        return State()
    rows = query(connection, "SELECT position, shape, digest, state FROM snapshots WHERE position = ?", (cut,))
    kept = load_state(Snapshot(*rows[0])) if rows else None
    return kept if kept is not None else _folded(connection, cut)


def _folded(connection: sqlite3.Connection, last: int) -> State:
    state = State()
    for position, event in read_events(connection):
        if position > last:
            break
        apply(state, event)
    return state
