"""What can be wrong with a hall's database: one base, one class per cause.

Each is read at a terminal by whoever looks after the hall, so each says itself in both languages: ``str()`` is
English, ``zh`` the same in Chinese. A ``detail`` is ``Names`` where it is ours, text where it is another program's.
"""

from pathlib import Path

from broker.model.words import Names


class StoreError(Exception):
    """Base of everything the store refuses to do."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh


class WrongVersion(StoreError):
    """The file was written by another version of the program."""

    def __init__(self, path: Path, found: int, expected: int) -> None:
        if found > expected:
            zh = "它由较新的程序写成：请重新安装那个版本，或恢复本版本做的备份"
            en = "a newer program wrote it: install that program again, or restore a backup made by this one"
        else:
            zh, en = (
                "请先启动一次服务器，它会留一份副本再升级",
                "start the server once, which keeps a copy and migrates it",
            )
        super().__init__(
            f"{path} 的数据版本是 {found}，本程序需要 {expected}；{zh}",
            f"{path} has schema {found}, this program needs {expected}; {en}",
        )
        self.path, self.found, self.expected = path, found, expected


class MigrationFailed(StoreError):
    """A step towards this program's tables did not come out as it must; it was undone."""

    def __init__(self, path: Path, step: int, detail: str) -> None:
        super().__init__(
            f"{path} 不能升级到数据版本 {step}：{detail}；文件保持原样，请寻求帮助",
            f"{path} cannot be brought to schema {step}: {detail}; it is as it was, ask for help",
        )
        self.path, self.step, self.detail = path, step, detail


class OtherHall(StoreError):
    """The file belongs to another hall."""

    def __init__(self, path: Path, found: str, expected: str) -> None:
        super().__init__(
            f"{path} 是大厅“{found}”的数据，而大厅文件写的是“{expected}”；请改用“{found}”的大厅文件，或把 JIAOHAO_DATA "
            f"设为“{expected}”的数据文件夹；如果刚改过 hall.id，请改回去",
            f"{path} belongs to hall '{found}', the hall file describes '{expected}'; name the hall file of '{found}',"
            f" or set JIAOHAO_DATA to the folder of '{expected}'; if hall.id was changed, change it back",
        )
        self.path, self.found, self.expected = path, found, expected


class BackupOfOtherHall(StoreError):
    """A backup that was made of another hall was to be restored."""

    def __init__(self, path: Path, found: str, expected: str) -> None:
        super().__init__(
            f"没有恢复：{path} 是大厅“{found}”的备份，而大厅文件写的是“{expected}”；请选“{expected}”的备份"
            f"（文件名以 {expected}- 开头），或改用“{found}”的大厅文件",
            f"nothing was restored: {path} is a backup of hall '{found}', the hall file describes '{expected}'; choose"
            f" a backup of '{expected}' (its name begins with {expected}-), or name the hall file of '{found}'",
        )
        self.path, self.found, self.expected = path, found, expected


class ConstraintBroken(StoreError):
    """SQL's own keys refused a batch: an event would have broken a law. Nothing of the batch was kept."""

    def __init__(self, detail: str) -> None:
        super().__init__(f"数据库拒绝了这一批：{detail}", f"the database refused the batch: {detail}")
        self.detail = detail


class JournalGap(StoreError):
    """Positions are missing: the journal was altered or damaged."""

    def __init__(self, position: int) -> None:
        super().__init__(
            f"记录缺少第 {position} 条；请恢复最近的备份",
            f"journal position {position} is missing; restore the last backup",
        )
        self.position = position


class UnreadableEvent(StoreError):
    """An event in the journal cannot be read by this program."""

    def __init__(self, position: int, detail: str) -> None:
        super().__init__(
            f"记录第 {position} 条无法读取（{detail}）；请恢复最近的备份",
            f"journal position {position} cannot be read ({detail}); restore the last backup",
        )
        self.position, self.detail = position, detail


class ArchiveDamaged(StoreError):
    """A file of the archive is missing or is not what was put there."""

    def __init__(self, path: Path, detail: Names | str) -> None:
        said = _in_both(detail)
        super().__init__(
            f"归档 {path} 不可信：{said.zh}；请恢复备份，或把原文件放回去",
            f"the archive {path} cannot be believed: {said.en}; restore a backup, or put the file back",
        )
        self.path, self.detail = path, said.en


_DOING = {
    "server": Names("服务器正在使用", "a server runs on"),
    "care": Names("正在备份或归档", "a backup or the archive is being written on"),
}
_OTHER = Names("大厅的某个程序（采集端？）正在使用", "a program of the hall (the collector?) runs on")


class InUse(StoreError):
    """Somebody else works on the folder; ``holder`` is the number of that process, where it is known."""

    def __init__(self, folder: Path, what: str, holder: str) -> None:
        doing = _DOING.get(what, _OTHER)
        who = Names(f"（进程 {holder}）", f" (process {holder})") if holder.isdigit() else Names("", "")
        super().__init__(
            f"{doing.zh} {folder}{who.zh}；请等它结束，或先停止它，再试一次",
            f"{doing.en} {folder}{who.en}; wait until it has ended, or end it, and try again",
        )
        self.folder, self.what, self.holder = folder, what, holder


class BackupUnusable(StoreError):
    """A backup is not one, is damaged, or does not pass its proof."""

    def __init__(self, path: Path, detail: Names | str) -> None:
        said = _in_both(detail)
        super().__init__(f"没有使用 {path}：{said.zh}", f"{path} is not used: {said.en}")
        self.path, self.detail = path, said.en


class NoPlaceForBackup(StoreError):
    """Where a backup was to be put, it cannot be."""

    def __init__(self, path: Path, detail: Names) -> None:
        super().__init__(f"没有备份到 {path}：{detail.zh}", f"no backup is made at {path}: {detail.en}")
        self.path, self.detail = path, detail.en


class RestoreUnfinished(StoreError):
    """A restore was cut off in the middle: files of two times may lie side by side."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"恢复到 {folder} 时中断；请重新运行 python -m broker restore 大厅文件 备份文件",
            f"a restore into {folder} was cut off; run 'python -m broker restore HALL BACKUP' again",
        )
        self.folder = folder


class TooManyDaysUnkept(StoreError):
    """A report reads more days than can be worked out while somebody waits."""

    def __init__(self, days: int) -> None:
        super().__init__(
            f"其中 {days} 天的日数据还没有整理好：服务器每天开门后自动整理；也可以现在运行 "
            "python -m broker report 大厅文件 --keep，或选较短的一段日子",
            f"the facts of {days} of these days are not kept yet: the server makes them once a new day has opened; run "
            "'python -m broker report HALL --keep' now, or ask of fewer days",
        )
        self.days = days


def _in_both(detail: Names | str) -> Names:
    return detail if isinstance(detail, Names) else Names(detail, detail)
