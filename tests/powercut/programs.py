"""What is put under power cuts, and how honest the disk and the database are while it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.powercut.archiving import ArchiveJudge, long_disk, work_archive
from tests.powercut.backing_up import BackupJudge, town_disk, work_backup
from tests.powercut.disk import Image
from tests.powercut.migrating import MigrationJudge, old_disk, work_migration
from tests.powercut.promises import CallerJudge, Judge, ServerJudge
from tests.powercut.promises_kiosk import KioskJudge
from tests.powercut.restoring import RestoreJudge, shelf, town_with_backups, work_restore
from tests.powercut.work import Life, Tell, work_caller, work_server
from tests.powercut.work_kiosk import work_kiosk


@dataclass(frozen=True)
class Setting:
    """What is true of the disk and of the database; anything but the first is a control that must fail."""

    name: str
    syncs_files: bool = True
    syncs_folders: bool = True
    synchronous: str | None = None


HONEST = Setting("as shipped")
SILENCED = Setting("fsync silenced", syncs_files=False, syncs_folders=False)
NO_FOLDERS = Setting("fsync of folders silenced", syncs_folders=False)
NORMAL = Setting("synchronous=NORMAL", synchronous="NORMAL")
CONTROLS = (SILENCED, NO_FOLDERS, NORMAL)


@dataclass(frozen=True)
class Program:
    """A part of the product under test: its work, the judge of its promises, and the disk that it finds at first.

    ``first_operations``: how many it takes to make its files there.
    """

    name: str
    work: Callable[[Path, Life, Tell], None]
    judge: type[Judge]
    begin: Callable[[], Image] = dict
    first_operations: int = 100
    controls: tuple[Setting, ...] = CONTROLS


SERVER = Program("server", work_server, ServerJudge)
KIOSK = Program("kiosk", work_kiosk, KioskJudge)
CALLER = Program("caller", work_caller, CallerJudge)
MIGRATION = Program("migration", work_migration, MigrationJudge, old_disk, 150)
ARCHIVE = Program("archive", work_archive, ArchiveJudge, long_disk, 150)
BACKUP = Program("backup", work_backup, BackupJudge, town_disk, 150)
RESTORE = Program("restore", work_restore, RestoreJudge, town_with_backups, 200)
NEW_MACHINE = Program("new machine", work_restore, RestoreJudge, shelf, 150)
PROGRAMS = {
    program.name: program for program in (SERVER, KIOSK, CALLER, MIGRATION, ARCHIVE, BACKUP, RESTORE, NEW_MACHINE)
}
