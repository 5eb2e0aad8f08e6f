"""The ledger's file: opened when it is sound, replaced by a new one when it is damaged."""

import logging
import sqlite3
from pathlib import Path

from broker.runtime.database import open_database, typed
from broker.runtime.errors import DatabaseDamaged

logger = logging.getLogger(__name__)


def open_ledger_file(path: Path, at_ms: int) -> tuple[sqlite3.Connection, bool]:
    """(connection, whether a damaged file was replaced): then it is as if the card had been lost, and tickets go on.

    The old file is kept beside it under another name. A new file gives no number before the engine named the day and
    the highest numbers it has seen. Raises the other DatabaseErrors.
    """
    try:
        return _sound(path), False
    except DatabaseDamaged as error:
        logger.error("the ledger is damaged and is replaced: %s", error)
    for suffix in ("", "-wal", "-shm"):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.rename(path.with_name(f"{path.name}.damaged-{at_ms}{suffix}"))
    return open_database(path), True


def _sound(path: Path) -> sqlite3.Connection:
    connection = open_database(path)
    try:
        verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.Error as error:
        connection.close()
        raise typed(error, path) from error
    if verdict != "ok":
        connection.close()
        raise DatabaseDamaged(path, str(verdict)[:100])
    return connection
