"""Makes a backup beside a working server, and proves it before it has a name.

The journal is copied by SQLite's own online copy, its archive file by file; the copy is then folded from the first
event under the laws, and its views and snapshots are compared with those the server showed. Only then is it packed.
The devices' own files are not part of it: a ledger or an outbox put back would give numbers, or send words, twice.
"""

import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from broker.model.hall import Hall
from broker.model.words import Names
from broker.runtime.database import open_database, query
from broker.server.audit import check, replay
from broker.server.backup_file import JOURNAL, Manifest, describe_member, write_backup
from broker.store.archive import FOLDER_NAME, archive_path, archives_of
from broker.store.copies import copy_database, disk_error
from broker.store.errors import BackupUnusable, NoPlaceForBackup
from broker.store.journal import fact, open_to_read
from broker.store.lock import CARE, folder_lock, refuse_half_restored

NO_FOLDER_NO_ZIP = Names(
    "请写一个已存在的文件夹（备份盘插好了吗？），或以 .zip 结尾的文件",
    "name a folder that exists (is the disk for backups there?) or a file ending in .zip",
)
NO_PARENT = Names(
    "它的文件夹不存在，请先建好（备份盘插好了吗？）",
    "its folder does not exist; make it first (is the disk for backups there?)",
)
IS_THERE = Names(
    "已有同名文件，备份从不覆盖旧文件；请换一个名字",
    "there is a file of that name, and a backup is never written over; choose another",
)


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was made and proved."""

    path: Path
    manifest: Manifest
    events: int
    removed: tuple[Path, ...] = ()


def make_backup(
    hall: Hall, journal: Path, others: Mapping[str, Path], to: Path, at_ms: int, keep: int | None = None
) -> Backup:
    """Back up a hall to the file ``to``, or, when it is a folder, to a file in it named after hall, day and time.

    ``others`` are databases of other programs by member name; those that do not exist are left out. ``keep``: in a
    folder, how many of this hall's backups stay. Raises StoreError or DatabaseError; then nothing has changed.
    """
    target = place_of(hall, to, at_ms)
    with folder_lock(journal.parent, CARE), _work_folder(hall, target.parent) as folder:
        refuse_half_restored(journal.parent)
        members = _collect(hall, journal, others, folder)
        events = prove(hall, folder / JOURNAL, target)
        with closing(open_database(folder / JOURNAL, read_only=True)) as connection:
            rows = query(connection, "SELECT position, day FROM events ORDER BY position DESC LIMIT 1")
            position, day = rows[0] if rows else (0, None)
            identity = fact(connection, "journal")
        described = tuple(describe_member(folder, name) for name in members)
        manifest = Manifest(
            hall=hall.hall.id, journal=identity, position=position, day=day, at_ms=at_ms, members=described
        )
        write_backup(target, folder, manifest)
    removed = _thin_out(hall, target, keep) if keep is not None and to.is_dir() else ()
    return Backup(target, manifest, events, removed)


def place_of(hall: Hall, to: Path, at_ms: int) -> Path:
    """The file to make; NoPlaceForBackup when it exists already or its folder does not."""
    if to.is_dir():
        at = datetime.fromtimestamp(at_ms / 1000, ZoneInfo(hall.hall.time_zone))
        to = to / f"{hall.hall.id}-{at:%Y-%m-%d-%H%M%S}.zip"
    elif to.suffix != ".zip":
        raise NoPlaceForBackup(to, NO_FOLDER_NO_ZIP)
    if not to.parent.is_dir():
        raise NoPlaceForBackup(to, NO_PARENT)
    if to.exists():
        raise NoPlaceForBackup(to, IS_THERE)
    return to


def prove(hall: Hall, journal: Path, of: Path) -> int:
    """Fold a copy from the first event; how many. BackupUnusable with the first findings when a law does not hold."""
    replayed, checked = replay(hall, journal), check(hall, journal)
    findings = [*replayed.findings, *checked.findings]
    if findings:
        first, count = "; ".join(findings[:3]), len(findings)
        zh, en = (
            f"副本没有通过验证，{count} 处不符：{first}",
            f"the copy did not pass its proof, {count} findings: {first}",
        )
        raise BackupUnusable(of, Names(zh, en))
    return replayed.events


def _collect(hall: Hall, journal: Path, others: Mapping[str, Path], folder: Path) -> list[str]:
    members = [JOURNAL]
    with closing(open_to_read(journal, hall.hall.id)) as connection:
        copy_database(connection, folder / JOURNAL)
        archives = archives_of(connection)
    for archive in archives:
        members.append(_copy(archive_path(journal, archive.name), folder, f"{FOLDER_NAME}/{archive.name}.db"))
    members += [_copy(path, folder, name) for name, path in others.items() if path.exists()]
    return members


def _copy(path: Path, folder: Path, name: str) -> str:
    (folder / name).parent.mkdir(exist_ok=True)
    with closing(open_database(path, read_only=True)) as connection:
        copy_database(connection, folder / name)
    return name


@contextmanager
def _work_folder(hall: Hall, parent: Path) -> Iterator[Path]:
    """A folder beside the backup, for nobody else's eyes, gone afterwards. What a power cut left is removed first."""
    prefix = f".{hall.hall.id}.backup-"
    try:
        for left in parent.glob(f"{prefix}*"):
            shutil.rmtree(left, ignore_errors=True)
        with tempfile.TemporaryDirectory(prefix=prefix, dir=parent) as made:
            yield Path(made)
    except OSError as error:
        raise disk_error(error, parent) from error


def _thin_out(hall: Hall, newest: Path, keep: int) -> tuple[Path, ...]:
    """Remove this hall's oldest backups in the folder, by name; never the one just made, never other files."""
    name = re.compile(re.escape(hall.hall.id) + r"-\d{4}-\d{2}-\d{2}-\d{6}\.zip")
    ours = sorted(path for path in newest.parent.iterdir() if name.fullmatch(path.name) and path != newest)
    gone = ours[: max(0, len(ours) + 1 - keep)]
    try:
        for path in gone:
            path.unlink()
    except OSError as error:
        raise disk_error(error, newest.parent) from error
    return tuple(gone)
