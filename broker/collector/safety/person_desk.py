"""``python -m broker person``: what the collector keeps of somebody who asks, and its erasure.

The person shows a telephone number, or the code or number of a ticket or an appointment; it is typed when asked for,
never an argument, which would stay in the shell's history. What may be known of a person lies in three files of the
collector: telephones of those who wish to be called, messages that wait, browsers that asked to be told. The journal
holds pseudonyms alone: a ticket's number and a key that is another one tomorrow; nothing of it is changed here.
"""

import getpass
import json
import re
import sqlite3
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from broker.collector.figures.contacts import FILE_NAME as CONTACTS_NAME
from broker.collector.notify.push_store import FILE_NAME as PUSH_NAME
from broker.collector.notify.queue import FILE_NAME as NOTIFY_NAME
from broker.collector.safety.accounts import FILE_NAME as ACCOUNTS_NAME
from broker.collector.safety.accounts import Accounts
from broker.runtime.clock import SystemClock
from broker.runtime.database import open_database, query, transaction

LEAST = 4
_NO_KEY = re.compile(r"[^0-9A-Za-z]")


@dataclass(frozen=True)
class Place:
    """A table that may hold something of a person: what is told of a row, and in which columns the person is sought."""

    file: str
    table: str
    told: tuple[str, ...]
    sought: tuple[str, ...]


PLACES = (
    Place(CONTACTS_NAME, "contacts", ("wished_ms", "phone", "note", "done_ms"), ("phone", "note")),
    Place(NOTIFY_NAME, "messages", ("kind", "sent_to", "facts", "made_ms", "until_ms", "state"), ("sent_to", "facts")),
    Place(PUSH_NAME, "subscriptions", ("number", "endpoint", "language", "erase_ms"), ("ticket", "number", "page")),
)


def look_after_person(folder: Path, action: str) -> int:
    """``export`` prints JSON, ``erase`` deletes and says how much; 1 when what was typed is too short to go by."""
    key = plain_key(getpass.getpass("电话、号票或预约码 / telephone, ticket or appointment code: "))
    if len(key) < LEAST:
        sys.stderr.write(f"至少 {LEAST} 位数字或字母\nat least {LEAST} digits or letters\n")
        return 1
    audit = Accounts(folder / ACCOUNTS_NAME, SystemClock()).audit
    audit.write("person_exported" if action == "export" else "person_erased", "machine")
    if action == "export":
        sys.stdout.write(json.dumps(found_of(folder, key), ensure_ascii=False, indent=2) + "\n")
        return 0
    gone = erase(folder, key)
    sys.stdout.write(f"已删除 {gone} 条，不可恢复。\n{gone} rows are erased and overwritten.\n")
    return 0


def plain_key(text: str) -> str:
    """Without blanks, hyphens and the like."""
    return _NO_KEY.sub("", text).upper()


def found_of(folder: Path, key: str) -> dict[str, list[dict[str, object]]]:
    """File name -> what it holds of the person."""
    told: dict[str, list[dict[str, object]]] = {}
    for place in PLACES:
        with closing(_opened(folder, place)) as db:
            told[place.file] = [_row(db, place, id) for id in _ids(db, place, key)]
    return told


def erase(folder: Path, key: str) -> int:
    """Delete it everywhere; SQLite overwrites it, also in its write-ahead log. How many rows."""
    gone = 0
    for place in PLACES:
        with closing(_opened(folder, place)) as db:
            gone += _erased(db, place, _ids(db, place, key))
    return gone


def _opened(folder: Path, place: Place) -> sqlite3.Connection:
    path = folder / place.file
    return open_database(path) if path.exists() else sqlite3.connect(":memory:", isolation_level=None)


def _ids(db: sqlite3.Connection, place: Place, key: str) -> list[int]:
    if not query(db, "SELECT 1 FROM sqlite_master WHERE name = ?", (place.table,)):
        return []
    rows = query(db, f"SELECT rowid, {', '.join(place.sought)} FROM {place.table}")
    return [row[0] for row in rows if any(_holds(str(text), key) for text in row[1:])]


def _holds(text: str, key: str) -> bool:
    """A short key is a ticket's number, which is equal or not; a long one may stand inside a text."""
    plain = plain_key(text)
    return plain == key or (len(key) >= 2 * LEAST and key in plain)


def _row(db: sqlite3.Connection, place: Place, id: int) -> dict[str, object]:
    found = query(db, f"SELECT {', '.join(place.told)} FROM {place.table} WHERE rowid = ?", (id,))[0]
    return dict(zip(place.told, found, strict=True))


def _erased(db: sqlite3.Connection, place: Place, ids: list[int]) -> int:
    if not ids:  # nor, it may be, a table
        return 0
    with transaction(db):
        db.executemany(f"DELETE FROM {place.table} WHERE rowid = ?", [(id,) for id in ids])
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return len(ids)
