"""What can be wrong with a hall's database: one base, one class per cause."""

from pathlib import Path


class StoreError(Exception):
    """Base of everything the store refuses to do."""


class WrongVersion(StoreError):
    """The file was written by another version of the program."""

    def __init__(self, found: int, expected: int) -> None:
        cure = (
            "a newer program wrote it: install that program again, or restore a backup made by this one"
            if found > expected
            else "start the server once, which keeps a copy and migrates it"
        )
        super().__init__(f"the database has schema {found}, this program needs {expected}; {cure}")
        self.found, self.expected = found, expected


class MigrationFailed(StoreError):
    """A step towards this program's tables did not come out as it must; it was undone."""

    def __init__(self, path: Path, step: int, detail: str) -> None:
        super().__init__(f"{path} cannot be brought to schema {step}: {detail}; it is as it was, ask for help")
        self.path, self.step, self.detail = path, step, detail


class OtherHall(StoreError):
    """The file belongs to another hall."""

    def __init__(self, found: str, expected: str) -> None:
        super().__init__(f"the database belongs to hall '{found}', not '{expected}'; choose another data directory")
        self.found, self.expected = found, expected


class ConstraintBroken(StoreError):
    """SQL's own keys refused a batch: an event would have broken a law. Nothing of the batch was kept."""

    def __init__(self, detail: str) -> None:
        super().__init__(f"the database refused the batch: {detail}")
        self.detail = detail


class JournalGap(StoreError):
    """Positions are missing: the journal was altered or damaged."""

    def __init__(self, position: int) -> None:
        super().__init__(f"journal position {position} is missing; restore the last backup")
        self.position = position


class UnreadableEvent(StoreError):
    """An event in the journal cannot be read by this program."""

    def __init__(self, position: int, detail: str) -> None:
        super().__init__(f"journal position {position} cannot be read: {detail}")
        self.position, self.detail = position, detail


class ArchiveDamaged(StoreError):
    """A file of the archive is missing or is not what was put there."""

    def __init__(self, path: Path, detail: str) -> None:
        super().__init__(f"the archive {path} cannot be believed: {detail}; restore a backup, or put the file back")
        self.path, self.detail = path, detail


_DOING = {"server": "a server runs", "care": "a backup or the archive is being written"}


class InUse(StoreError):
    """Somebody else works on the folder; ``holder`` is the number of that process, where it is known."""

    def __init__(self, folder: Path, what: str, holder: str) -> None:
        who = f" (process {holder})" if holder.isdigit() else ""
        doing = _DOING.get(what, "a program of the hall (the collector?) runs")
        super().__init__(f"{doing} on {folder}{who}; wait until it has ended, or end it, and try again")
        self.folder, self.what, self.holder = folder, what, holder


class BackupUnusable(StoreError):
    """A backup is not one, is damaged, or does not pass its proof."""

    def __init__(self, path: Path, detail: str) -> None:
        super().__init__(f"{path} is not used: {detail}")
        self.path, self.detail = path, detail


class NoPlaceForBackup(StoreError):
    """Where a backup was to be put, it cannot be."""

    def __init__(self, path: Path, detail: str) -> None:
        super().__init__(f"no backup is made at {path}: {detail}")
        self.path, self.detail = path, detail


class RestoreUnfinished(StoreError):
    """A restore was cut off in the middle: files of two times may lie side by side."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"a restore into {folder} was cut off; run 'python -m broker restore HALL BACKUP' again")
        self.folder = folder
