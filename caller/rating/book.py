"""Where a rating is safe: written to this device's disk together with its place in the outbox, in one commit."""

from __future__ import annotations

import logging
import sqlite3

import msgspec

from broker.model.commands import ExplainEvaluation, LeaveUnrated, RecordEvaluation
from broker.runtime.clock import Clock
from broker.runtime.database import query, transaction
from broker.runtime.outbox import Outbox

log = logging.getLogger(__name__)

PATH_FIELD = "path"
"""Where an entry goes that is no rating; it is no part of what is posted."""
EXPLAINED, LEFT_UNRATED = "/api/evaluations/explained", "/api/evaluations/unrated"
KEPT_MS = 3 * 86_400_000
_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS rated (visit TEXT PRIMARY KEY, evaluation TEXT NOT NULL, keypad TEXT NOT NULL,"
    " at_ms INTEGER NOT NULL) STRICT"
)


class RatedAlready(Exception):
    """The visit has a rating on this device; one rating a visit."""

    def __init__(self, visit: str) -> None:
        super().__init__(f"visit {visit} was rated here already")
        self.visit = visit


class RatingBook:
    """Ratings of all keypads of this caller. ``connection`` is the outbox's own, opened by the same thread."""

    def __init__(self, connection: sqlite3.Connection, outbox: Outbox, clock: Clock) -> None:
        self._connection = connection
        self._outbox = outbox
        self._clock = clock

    def start(self) -> None:
        """Make the table when it is new and forget visits of days ago. Raises a DatabaseError."""
        with transaction(self._connection) as connection:
            connection.execute(_SCHEMA)
            connection.execute("DELETE FROM rated WHERE at_ms < ?", (self._clock.now_ms() - KEPT_MS,))

    def rated(self, keypad: str, most: int = 200) -> list[str]:
        """The visits that this keypad rated lately, oldest first."""
        rows = query(
            self._connection,
            "SELECT visit FROM rated WHERE keypad = ? ORDER BY at_ms DESC, rowid DESC LIMIT ?",
            (keypad, most),
        )
        return [row[0] for row in reversed(rows)]

    def keep(self, evaluation: RecordEvaluation) -> None:
        """Commit a rating: it survives a power cut and will be posted until it is answered.

        Raises RatedAlready, an OutboxError or a DatabaseError; then nothing was kept.
        """
        body: dict[str, object] = {
            "id": evaluation.evaluation,
            "visit": evaluation.visit,
            "device": evaluation.device,
            "level": evaluation.level,
            "raw_key": evaluation.raw_key,
            "pressed_at_ms": evaluation.pressed_at_ms,
        }
        body |= _added(evaluation)
        with self._outbox.adding() as adding:
            if query(adding.connection, "SELECT 1 FROM rated WHERE visit = ?", (evaluation.visit,)):
                raise RatedAlready(evaluation.visit)
            adding.connection.execute(
                "INSERT INTO rated VALUES (?, ?, ?, ?)",
                (evaluation.visit, evaluation.evaluation, evaluation.device, self._clock.now_ms()),
            )
            adding.put(msgspec.json.encode(body), id=evaluation.evaluation)
        log.info("rating %s of visit %s is kept", evaluation.evaluation, evaluation.visit)

    def tell(self, id: str, told: ExplainEvaluation | LeaveUnrated) -> None:
        """Commit what else is to be told of a visit; it goes after the rating. Raises as ``keep`` does."""
        body: dict[str, object] = {"id": id, "visit": told.visit, "device": told.device}
        if isinstance(told, LeaveUnrated):
            body |= {PATH_FIELD: LEFT_UNRATED, "why": told.why}
        else:
            body |= {PATH_FIELD: EXPLAINED, **_added(told)}
        with self._outbox.adding() as adding:
            adding.put(msgspec.json.encode(body), id=id)


def _added(told: RecordEvaluation | ExplainEvaluation) -> dict[str, object]:
    """Reasons and the wish to be called, where there are any."""
    body: dict[str, object] = {"contact": True} if told.contact else {}
    return body | ({"reasons": told.reasons, "reasons_version": told.reasons_version} if told.reasons else {})
