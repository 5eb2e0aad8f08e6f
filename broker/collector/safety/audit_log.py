"""The audit log: who did what, when, from where, to what, and how it ended; in a file of its own, as a chain.

Each row carries the HMAC of itself and of the row before under a key that lies in another file (``accounts.db``), and
beside that key lies the newest row's (sequence, digest): so a row that was altered, taken out, put in, moved, or cut
off at the end shows. Whoever can write both files can make a chain of his own: against him stand heads that lie
elsewhere. The hall's journal, which only the engine writes, keeps one of every hour in which there was something new;
the program's log tells one at each start, once a day and every thousand rows, to be given back to ``python -m broker
audit verify --head``. Nothing in the audit log is ever deleted.

Subjects are names of accounts, which are pseudonyms; of an object only the characters of keys, days and commands are
kept, and never a run of digits as long as a telephone or an ID number.
"""

import hashlib
import hmac
import json
import logging
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from broker.collector.own_file import OwnFile
from broker.collector.safety.folding import Fold
from broker.runtime.database import query, transaction
from broker.runtime.errors import DatabaseError

_log = logging.getLogger(__name__)

FILE_NAME = "audit.db"
FIRST = "0" * 64
DONE = "done"
OBJECT_MOST = 120
ROWS_AT_ONCE = 2_000
WHOLE_MS = HEAD_MS = 24 * 60 * 60_000
"""So long what was verified in this process counts as verified; so often the program's log tells the head."""
HEAD_ROWS = 1_000
_COLUMNS = "sequence, at_ms, type, subject, address, object, result, previous, digest"
_STRANGE = re.compile(r"[^A-Za-z0-9_.:/@+,= -]")
_DIGITS = re.compile(r"[0-9]{7,}[0-9Xx]?")
_SCHEMA = """
CREATE TABLE IF NOT EXISTS audit (
  sequence INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, type TEXT NOT NULL, subject TEXT NOT NULL,
  address TEXT NOT NULL, object TEXT NOT NULL, result TEXT NOT NULL, previous TEXT NOT NULL, digest TEXT NOT NULL
) STRICT;
CREATE TRIGGER IF NOT EXISTS audit_stays BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'rows stay as they are'); END;
CREATE TRIGGER IF NOT EXISTS audit_keeps BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'rows are kept'); END;
"""


@dataclass(frozen=True)
class Row:
    """One thing that somebody did. ``subject``: an account, ``-`` for who is none, ``machine`` for its own keyboard."""

    sequence: int
    at_ms: int
    type: str
    subject: str
    address: str
    object: str
    result: str
    previous: str
    digest: str


@dataclass(frozen=True)
class Head:
    """The newest row; whoever knows it can tell whether the log still holds it."""

    sequence: int
    digest: str

    def __str__(self) -> str:
        return f"{self.sequence}:{self.digest}"


@dataclass(frozen=True)
class Verdict:
    """``broken`` is the first row that is not as it was written, None when all are; why, in two languages.

    The rows up to ``known`` were not read again: all of them were verified since ``known_ms`` and not before.
    ``compared`` heads that the hall's journal keeps were compared with them.
    """

    rows: int
    head: Head
    broken: int | None = None
    zh: str = ""
    en: str = ""
    known: int = 0
    known_ms: int = 0
    compared: int = 0


class AuditLog:
    """``key`` signs; ``anchor`` reads the head that is kept elsewhere, ``keep`` writes it there."""

    def __init__(
        self,
        path: Path,
        now_ms: Callable[[], int],
        key: bytes,
        anchor: Callable[[], str],
        keep: Callable[[str], None],
    ) -> None:
        self._now_ms, self._key, self._anchor, self._keep = now_ms, key, anchor, keep
        self._db = OwnFile(path, _SCHEMA).connection
        self._fold, self._folding = Fold(), threading.Lock()
        self._known: tuple[int, Head] | None = None
        self._told_ms, self._told_sequence = -HEAD_MS, 0

    def write(self, type: str, subject: str, address: str = "", object: str = "", result: str = DONE) -> None:
        """Add a row; a DatabaseError when it cannot be kept: what must not happen unseen, then does not happen."""
        said = (self._now_ms(), type, plain(subject) or "-", plain(address), plain(object), plain(result))
        with transaction(self._db()) as db:
            found = db.execute("SELECT sequence, digest FROM audit ORDER BY sequence DESC LIMIT 1").fetchone()
            sequence, previous = (1, FIRST) if found is None else (found[0] + 1, found[1])
            kept = _head_of(self._anchor())
            # The end is gone: its numbers are not given again, which shows.
            if kept is not None and kept[0] >= sequence:
                sequence, previous = kept[0] + 1, kept[1]
            digest = self._digest(sequence, *said, previous)
            row = (sequence, *said, previous, digest)
            db.execute(f"INSERT INTO audit ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        with transaction(self._db()):  # alone: another program that writes now must not put an older head over a newer
            self._keep(str(self.head()))
        self._tell_head(said[0], Head(sequence, digest))

    def note(self, type: str, subject: str, address: str = "", object: str = "", result: str = DONE) -> None:
        """As ``write``, where a disk that refuses must not keep a hall from work: the program's log tells it then."""
        try:
            self.write(type, subject, address, object, result)
        except DatabaseError as error:
            _log.error("not in the audit log: %s %s (%s)", plain(type), plain(result), error)

    def note_often(self, type: str, subject: str, address: str, result: str) -> None:
        """As ``note``, for what a stranger can cause as often as he likes: few rows a minute, with counts."""
        with self._folding:
            self._write_folded(result, all=False)
            where = self._fold.add(type, subject, address, self._now_ms())
        if where is not None:
            self.note(type, subject, where, result=result)

    def flush(self, result: str = "refused", *, all: bool = True) -> None:
        """Write down the counts that wait for their minute to end: all, or those whose minute is over."""
        with self._folding:
            self._write_folded(result, all=all)

    def _write_folded(self, result: str, *, all: bool) -> None:
        for one in self._fold.due(self._now_ms(), all=all):
            self.note(one.type, one.subject, one.address, result=f"{result} +{one.count}")

    def _tell_head(self, now_ms: int, head: Head) -> None:
        """Where others keep it: what runs this program keeps its log, and no file of the collector's does."""
        if head.sequence - self._told_sequence >= HEAD_ROWS or not 0 <= now_ms - self._told_ms < HEAD_MS:
            self._told_ms, self._told_sequence = now_ms, head.sequence
            _log.info("audit head %s", head)

    def head(self) -> Head:
        """The newest row there is; sequence 0 for an empty log."""
        found = query(self._db(), "SELECT sequence, digest FROM audit ORDER BY sequence DESC LIMIT 1")
        return Head(found[0][0], found[0][1]) if found else Head(0, FIRST)

    def rows(
        self, most: int, *, before: int | None = None, type: str = "", subject: str = "", from_ms: int = 0
    ) -> tuple[Row, ...]:
        """The newest ``most`` that match, newest first."""
        sql = f"SELECT {_COLUMNS} FROM audit WHERE sequence < ? AND at_ms >= ?"
        values: list[object] = [before if before is not None else 1 << 62, from_ms]
        for column, wanted in (("type", type), ("subject", subject)):
            if wanted:
                sql, values = f"{sql} AND {column} = ?", [*values, wanted]
        found = query(self._db(), f"{sql} ORDER BY sequence DESC LIMIT ?", (*values, most))
        return tuple(Row(*row) for row in found)

    def types(self) -> tuple[str, ...]:
        """Every kind of row there is."""
        return tuple(str(row[0]) for row in query(self._db(), "SELECT DISTINCT type FROM audit ORDER BY type"))

    def every(self, after: int = -(1 << 62)) -> Iterator[Row]:
        """All rows, or those ``after`` one, oldest first, some at a time: a log may be long."""
        while True:
            sql = f"SELECT {_COLUMNS} FROM audit WHERE sequence > ? ORDER BY sequence LIMIT ?"
            found = [Row(*row) for row in query(self._db(), sql, (after, ROWS_AT_ONCE))]
            yield from found
            if len(found) < ROWS_AT_ONCE:
                return
            after = found[-1].sequence

    def verify(self, told: str = "", journal: Iterable[Head] = ()) -> Verdict:
        """Whether every row is as it was written and none is missing; ``told`` is a head somebody wrote down, those of
        the ``journal`` are what the engine was told when they were the newest."""
        return self._verify(Head(0, FIRST), told, 0, tuple(journal))

    def verify_new(self, journal: Iterable[Head] = ()) -> Verdict:
        """As ``verify``, but what this process verified within a day is not read again: a log may be long, and a page
        is looked at often."""
        now_ms = self._now_ms()
        known_ms, known = self._known or (now_ms, Head(0, FIRST))
        if not 0 <= now_ms - known_ms < WHOLE_MS or not self._holds(known):
            known_ms, known = now_ms, Head(0, FIRST)
        found = self._verify(known, "", known_ms, tuple(journal))
        self._known = (known_ms, found.head) if found.broken is None else None
        return found

    def _holds(self, head: Head) -> bool:
        found = query(self._db(), "SELECT digest FROM audit WHERE sequence = ?", (head.sequence,))
        return head.sequence == 0 or [(head.digest,)] == found

    def _verify(self, known: Head, told: str, known_ms: int, journal: tuple[Head, ...]) -> Verdict:
        """The rows after ``known``."""
        anchors = dict(filter(None, (_head_of(self._anchor()), _head_of(told))))
        kept: dict[int, set[str]] = {}
        for head in journal:
            kept.setdefault(head.sequence, set()).add(head.digest)
        count, previous = known.sequence, known.digest
        for row in self.every(after=known.sequence if known.sequence else -(1 << 62)):
            said = (row.at_ms, row.type, row.subject, row.address, row.object, row.result)
            if row.sequence != count + 1:
                return self._broken(count, count + 1, "这一行不见了", "this row is missing")
            if row.previous != previous or not hmac.compare_digest(
                row.digest, self._digest(row.sequence, *said, previous)
            ):
                return self._broken(
                    count, row.sequence, "这一行不是当时写下的内容", "this row is not as it was written"
                )
            if anchors.get(row.sequence, row.digest) != row.digest:
                return self._broken(count, row.sequence, "与另处记下的摘要不符", "another digest was noted elsewhere")
            if kept.get(row.sequence, {row.digest}) != {row.digest}:
                return self._broken(
                    count, row.sequence, "与大厅日志记下的摘要不符", "the hall's journal knows another digest of it"
                )
            count, previous = row.sequence, row.digest
        gone = [sequence for sequence in anchors if sequence > count]
        if gone:
            return self._broken(count, count + 1, "末尾被截去", "the end was cut off")
        newest = max(kept, default=0)
        if newest > count:
            zh = f"末尾被截去：大厅日志知道第 {newest} 行"
            return self._broken(count, count + 1, zh, f"the end was cut off: the hall's journal knows row {newest}")
        return Verdict(count, Head(count, previous), known=known.sequence, known_ms=known_ms, compared=len(journal))

    def _broken(self, rows: int, at: int, zh: str, en: str) -> Verdict:
        return Verdict(rows, self.head(), at, zh, en)

    def _digest(self, *said: object) -> str:
        return hmac.new(self._key, json.dumps(said, ensure_ascii=True).encode(), hashlib.sha256).hexdigest()


def plain(text: str) -> str:
    """What of a text may stand in the log."""
    return _DIGITS.sub("#", _STRANGE.sub("?", text[:OBJECT_MOST]))


def _head_of(text: str) -> tuple[int, str] | None:
    sequence, _, digest = text.strip().partition(":")
    return (int(sequence), digest) if sequence.isdecimal() and digest and int(sequence) else None
