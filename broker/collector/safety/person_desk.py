"""``python -m broker person``: what the collector keeps of somebody who asks, and its erasure.

The person shows a telephone number, or the code or number of a ticket or an appointment; it is typed when asked for,
never an argument, which would stay in the shell's history. What may be known of a person lies in four files of the
collector: telephones of those who wish to be called, what complaints say, messages that wait, browsers that asked to
be told. The journal holds pseudonyms alone: a ticket's number and a key that is another one tomorrow; nothing of it
is changed here.
"""

import getpass
import json
import re
import sqlite3
import sys
import unicodedata
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from broker.collector.figures.contacts import FILE_NAME as CONTACTS_NAME
from broker.collector.notify.push_store import FILE_NAME as PUSH_NAME
from broker.collector.notify.queue import FILE_NAME as NOTIFY_NAME
from broker.collector.quality.case_texts import FILE_NAME as QUALITY_NAME
from broker.collector.safety.accounts import FILE_NAME as ACCOUNTS_NAME
from broker.collector.safety.accounts import Accounts
from broker.runtime.clock import SystemClock
from broker.runtime.database import open_database, query, transaction

LEAST = 4
_NO_KEY = re.compile(r"[^0-9A-Za-z]")
_FACTS = ("code", "number", "link", "page")
"""Which of a message's facts name one person's visit: its time and service are many people's."""
_END = re.compile(r".*/([^/?]+)(?:\?.*)?")
"""The name at the end of a link."""
_ABROAD = re.compile(r"^(?:00)?86(?=1[3-9]\d{9}$)")
"""Before a mobile number."""
PHONE_DIGITS = 11


@dataclass(frozen=True)
class Place:
    """A table that may hold something of a person: what is told of a row, and in which columns the person is sought."""

    file: str
    table: str
    told: tuple[str, ...]
    sought: tuple[str, ...]


PLACES = (
    Place(CONTACTS_NAME, "contacts", ("wished_ms", "phone", "note", "done_ms"), ("phone", "note")),
    Place(QUALITY_NAME, "people", ("case_id", "name", "phone", "at_ms"), ("phone",)),
    Place(QUALITY_NAME, "texts", ("case_id", "at_ms", "step", "note"), ("note",)),
    Place(NOTIFY_NAME, "messages", ("kind", "sent_to", "facts", "made_ms", "until_ms", "state"), ("sent_to", "facts")),
    Place(PUSH_NAME, "subscriptions", ("number", "endpoint", "language", "erase_ms"), ("ticket", "number")),
)


def look_after_person(folder: Path, action: str) -> int:
    """``export`` prints JSON, ``erase`` deletes and says how much; 1 when what was typed is too short to go by."""
    key = plain_key(getpass.getpass("电话、邮箱、号票或预约码 / telephone, mail address, ticket or appointment code: "))
    if len(key) < LEAST:
        sys.stderr.write(f"至少 {LEAST} 位数字或字母\nat least {LEAST} digits or letters\n")
        return 1
    audit = Accounts(folder / ACCOUNTS_NAME, SystemClock()).audit
    audit.write("person_exported" if action == "export" else "person_erased", "machine")
    if action == "export":
        sys.stdout.write(json.dumps(found_of(folder, key), ensure_ascii=False, indent=2) + "\n")
        return 0
    gone, left_over = erase(folder, key)
    if left_over:
        files = ", ".join(left_over)
        sys.stderr.write(
            f"已删除 {gone} 条，但 {files} 正被读取，旧内容可能还在它的 -wal 文件里；请稍后再执行一次\n"
            f"{gone} rows are deleted, but {files} is being read: old bytes may still lie in its -wal file."
            " Do it once more in a moment\n"
        )
        return 1
    sys.stdout.write(f"已删除 {gone} 条，不可恢复。\n{gone} rows are erased and overwritten.\n")
    return 0


def plain_key(text: str) -> str:
    """Without blanks, hyphens and the like."""
    return _NO_KEY.sub("", text).upper()


def found_of(folder: Path, key: str) -> dict[str, list[dict[str, object]]]:
    """File name -> what it holds of the person."""
    told: dict[str, list[dict[str, object]]] = {place.file: [] for place in PLACES}
    for place in PLACES:
        with closing(_opened(folder, place)) as db:
            told[place.file] += [_row(db, place, id) for id in _ids(db, place, key)]
    return told


def erase(folder: Path, key: str) -> tuple[int, tuple[str, ...]]:
    """Delete it everywhere; SQLite overwrites it, also in its write-ahead log. How many rows, and in which files that
    log could not be emptied, because somebody reads it just now."""
    gone, left_over = 0, []
    for place in PLACES:
        with closing(_opened(folder, place)) as db:
            gone += _erased(db, place, _ids(db, place, key))
            if db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
                left_over.append(place.file)
    return gone, tuple(left_over)


def _opened(folder: Path, place: Place) -> sqlite3.Connection:
    path = folder / place.file
    return open_database(path) if path.exists() else sqlite3.connect(":memory:", isolation_level=None)


def _ids(db: sqlite3.Connection, place: Place, key: str) -> list[int]:
    if not query(db, "SELECT 1 FROM sqlite_master WHERE name = ?", (place.table,)):
        return []
    rows = query(db, f"SELECT rowid, {', '.join(place.sought)} FROM {place.table}")
    named = [(row[0], zip(place.sought, row[1:], strict=True)) for row in rows]
    return [id for id, columns in named if any(_holds(name, str(text), key) for name, text in columns)]


def _holds(column: str, text: str, key: str) -> bool:
    """A note is free text, in which a long key may stand. Anything else is equal or not: a part of a number is another
    one's, and of a message's facts only those count that are one person's alone."""
    if column == "note":
        return len(key) >= 2 * LEAST and _whole(key).search(unicodedata.normalize("NFKC", text).upper()) is not None
    said: tuple[str, ...] = (text,)
    if column == "facts":
        facts = json.loads(text)
        said = tuple(_END.sub(r"\1", str(facts[name])) for name in _FACTS if name in facts)
    return any(_same(plain_key(one), key) for one in said)


def _same(plain: str, key: str) -> bool:
    return _ABROAD.sub("", plain) == _ABROAD.sub("", key)


@cache
def _whole(key: str) -> re.Pattern[str]:
    """The key as people write it, in groups and a telephone with 86 before it; not within a longer word or number. One
    as long as a telephone cannot be a group of another, and may follow any number."""
    gap = r"[-. ()·]"
    before, after = ("", "") if len(key) >= PHONE_DIGITS else (rf"(?<![0-9A-Z]{gap})", f"{gap}?")
    number = rf"{gap}{{0,2}}".join(_ABROAD.sub("", key))
    return re.compile(rf"(?<![0-9A-Z]){before}(?:(?:00)?86{gap}{{0,2}})?{number}(?!{after}[0-9A-Z])")


def _row(db: sqlite3.Connection, place: Place, id: int) -> dict[str, object]:
    found = query(db, f"SELECT {', '.join(place.told)} FROM {place.table} WHERE rowid = ?", (id,))[0]
    return dict(zip(place.told, found, strict=True))


def _erased(db: sqlite3.Connection, place: Place, ids: list[int]) -> int:
    if not ids:  # nor, it may be, a table
        return 0
    with transaction(db):
        db.executemany(f"DELETE FROM {place.table} WHERE rowid = ?", [(id,) for id in ids])
    return len(ids)
