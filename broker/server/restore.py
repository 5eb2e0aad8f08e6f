"""Puts a backup in the place of a hall's data: proved first, nothing deleted, whole or repeatable at any power cut.

The replaced files stay in a folder ``replaced-DATE`` beside. The restored journal is another journal: it gets a new
identity, so that kiosks tell again what it cannot know, and counts its starts on from far above those of the replaced
one, so that no display takes its views for old ones. It also says itself that it was restored, so that the engine gives
no number of a shared series which may be on paper since the backup.
"""

import shutil
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from broker.model.events import UNKNOWN_DAY, JournalRestored
from broker.model.hall import Hall
from broker.runtime.database import open_database, query, sync_folder, sync_way_to
from broker.runtime.errors import DatabaseError
from broker.runtime.folder_lock import hand_to_owner
from broker.server.backup import prove
from broker.server.backup_file import JOURNAL, Manifest, read_manifest, unpack
from broker.store.archive import FOLDER_NAME
from broker.store.copies import disk_error, put_in_place, sync_file
from broker.store.errors import BackupOfOtherHall, InUse, OtherHall
from broker.store.journal import Batch, Journal
from broker.store.lock import CARE, SERVER, UNFINISHED, folder_lock
from broker.store.migrations import new_identity

EPOCHS_AHEAD = 1000
"""More starts than a server can have had since the backup, where the replaced journal cannot be asked."""
_UNREADY = ".restore-unready"
_HEADER = b"SQLite format 3\0"


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put in place, and where the files lie that were there before (None: there were none)."""

    manifest: Manifest
    events: int
    identity: str
    replaced: Path | None


def restore_backup(
    hall: Hall, journal: Path, others: Mapping[str, Path], source: Path, at_ms: int, *, sure: bool = True
) -> Restored:
    """Restore ``source``. Raises StoreError or DatabaseError; until everything is proved nothing has changed.

    ``sure``: the date of ``at_ms``, hall time, can be trusted.
    """
    with folder_lock(journal.parent, SERVER), folder_lock(journal.parent, CARE):
        manifest = read_manifest(source)
        if manifest.hall != hall.hall.id:
            raise BackupOfOtherHall(source, manifest.hall, hall.hall.id)
        unready = journal.parent / _UNREADY
        try:
            shutil.rmtree(unready, ignore_errors=True)
            unpack(source, manifest, unready)
            starts = _starts_of(journal)
            today = datetime.fromtimestamp(at_ms / 1000, ZoneInfo(hall.hall.time_zone)).date().isoformat()
            identity = _make_new(hall, unready / JOURNAL, starts, today if sure else UNKNOWN_DAY)
            events = prove(hall, unready / JOURNAL, source)
            replaced = _put_in_place(hall, journal, others, manifest, unready, at_ms)
        except OtherHall as error:  # what it says of itself is not what it holds
            raise BackupOfOtherHall(source, error.found, error.expected) from error
        except OSError as error:
            raise disk_error(error, journal.parent) from error
        finally:
            shutil.rmtree(unready, ignore_errors=True)
        return Restored(manifest, events, identity, replaced)


def _starts_of(journal: Path) -> int:
    """How often a server started on the journal that is replaced; 0 when it cannot be asked."""
    try:
        with closing(open_database(journal, read_only=True)) as connection:
            return int(connection.execute("SELECT value FROM facts WHERE name = 'epoch'").fetchone()[0])
    except (DatabaseError, sqlite3.Error, TypeError, ValueError):
        return 0


def _make_new(hall: Hall, path: Path, starts: int, through: str) -> str:
    """Migrate the copy if it is old, and make it another journal than the one it was copied from."""
    journal = Journal(path, hall.hall.id)
    journal.open()
    try:
        identity = new_identity()
        journal.note("journal", identity)
        newest_ms = query(journal.connection, "SELECT coalesce(max(at_ms), 0) FROM events")[0][0]
        restored = JournalRestored(at_ms=newest_ms, through=through)
        journal.append(Batch(events=[(restored, f"server/restored-{identity}")]))
        journal.note("epoch", str(max(starts, int(journal.fact("epoch") or 0)) + EPOCHS_AHEAD))
    finally:
        journal.close()
    for copy in path.parent.glob(f"{path.name}.schema-*"):  # the backup itself is the copy
        copy.unlink()
    _settle(path)
    return identity


def _put_in_place(
    hall: Hall, journal: Path, others: Mapping[str, Path], manifest: Manifest, unready: Path, at_ms: int
) -> Path | None:
    places = {member.name: _place(journal, others, member.name) for member in manifest.members}
    old = [path for path in {*places.values(), *_archives(journal)} if path is not None and path.exists()]
    for path in old:
        _settle_if_sound(path)
    at = datetime.fromtimestamp(at_ms / 1000, ZoneInfo(hall.hall.time_zone))
    kept = _keep(journal.parent, old, f"replaced-{at:%Y-%m-%d-%H%M%S}")
    folders = _ready_folders(journal, places.values())
    mark = journal.parent / UNFINISHED
    mark.touch()
    sync_folder(journal.parent)
    for path in _archives(journal):
        path.unlink()
    for name, place in places.items():
        if place is not None:
            for rest in _rest_of(place):
                rest.unlink()
            _move(unready / name, place)
    for folder in folders:  # the mark goes last: a disk may keep names in another order than they were given
        sync_folder(folder)
    mark.unlink()
    sync_folder(journal.parent)
    return kept


def _ready_folders(journal: Path, places: Iterable[Path | None]) -> list[Path]:
    """The folders of everything that is put in place or taken away, made durable: a file is lost with its folder."""
    folders = {journal.parent, *(place.parent for place in places if place is not None)}
    for folder in folders:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if folder != journal.parent:
            hand_to_owner(folder)
        sync_way_to(folder.resolve())
    return [*folders, *(path for path in [journal.parent / FOLDER_NAME] if path.is_dir())]


def _place(journal: Path, others: Mapping[str, Path], name: str) -> Path | None:
    """Where a member goes; None: this program keeps no such file."""
    return journal.parent / name if name == JOURNAL or name.startswith(FOLDER_NAME) else others.get(name)


def _archives(journal: Path) -> list[Path]:
    return sorted((journal.parent / FOLDER_NAME).glob("*.db"))


def _rest_of(path: Path) -> list[Path]:
    """What SQLite keeps beside a file: it belongs to the old one and must not be read with the new one."""
    return [rest for suffix in ("-wal", "-shm", "-journal") if (rest := path.with_name(path.name + suffix)).exists()]


def _keep(folder: Path, old: list[Path], name: str) -> Path | None:
    """A second name for every replaced file, so that nothing is lost whatever happens next."""
    if not old:
        return None
    kept, number = folder / name, 1
    while kept.exists():
        number += 1
        kept = folder / f"{name}-{number}"
    for path in old:
        for part in (path, *_rest_of(path)):
            inside = part.relative_to(folder) if part.is_relative_to(folder) else Path(part.name)
            second = kept / (folder.name if part.is_relative_to(folder) else path.parent.name) / inside
            second.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            shutil.copy2(part, second)
            sync_file(second)
    for inside in (kept, *(path for path in kept.rglob("*") if path.is_dir())):
        sync_folder(inside)
    return kept


def _move(source: Path, target: Path) -> None:
    """Into its place in one step, also from another disk."""
    beside = target.with_name(f".{target.name}.unready")
    shutil.copyfile(source, beside)
    beside.chmod(0o600)
    hand_to_owner(beside)
    put_in_place(beside, target)


def _settle(path: Path) -> None:
    """One file without anything beside it; InUse when another program has it open."""
    with closing(sqlite3.connect(path, isolation_level=None, timeout=2.0)) as connection:
        try:
            connection.execute("PRAGMA journal_mode=DELETE").fetchone()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise InUse(path.parent, "program", "") from error
            raise


def _settle_if_sound(path: Path) -> None:
    """A replaced file may be damaged: that may be why it is replaced, and it is kept as it is with all beside it."""
    with path.open("rb") as file:
        if file.read(len(_HEADER)) != _HEADER:
            return
    try:
        _settle(path)
    except sqlite3.DatabaseError:
        return
