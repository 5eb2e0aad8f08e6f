"""The commands that keep a hall's records safe, as said at a terminal: each ends with a sentence and an exit code."""

import os
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from broker.model.hall import Hall
from broker.model.words import Names
from broker.runtime.clock import clock_from_environment
from broker.runtime.errors import DatabaseError, in_both_languages
from broker.runtime.process import ExitCode
from broker.server.archiving import archive_old_days
from broker.server.backup import make_backup
from broker.server.restore import restore_backup
from broker.store.errors import InUse, StoreError
from broker.store.lock import CARE, folder_lock

GENTLE = 15


def keep_backup(
    hall: Hall, journal: Path, others: Mapping[str, Path], to: Path, *, keep: int | None, gently: bool
) -> int:
    """``backup``."""

    def work() -> int:
        made = make_backup(hall, journal, others, to, _now_ms(), keep)
        size_mb = made.path.stat().st_size / 1e6
        events, removed = made.events, len(made.removed)
        gone = Names(f"；删去旧备份 {removed} 份", f"; {removed} older removed") if removed else Names("", "")
        names = ", ".join(member.name for member in made.manifest.members)
        print(f"{made.path}（{size_mb:.1f} MB：{names}）：重放了 {events} 条记录，各条规则都守住了{gone.zh}")
        print(f"{made.path} ({size_mb:.1f} MB: {names}): {events} events replayed, every law held{gone.en}")
        return ExitCode.DONE

    return told(work, gently=gently)


def bring_back(hall: Hall, journal: Path, others: Mapping[str, Path], source: Path) -> int:
    """``restore``."""

    def work() -> int:
        clock = clock_from_environment()
        done = restore_backup(hall, journal, others, source, clock.now_ms(), sure=clock.sure())
        place, position, day = done.replaced, done.manifest.position, done.manifest.day
        kept = Names(f"；原来的文件在 {place}", f"; what was there before is in {place}") if place else Names("", "")
        print(
            f"已恢复到第 {position} 条（{day or '尚无业务日'}），重放了 {done.events} 条记录，各条规则都守住了"
            f"{kept.zh}。请启动大厅：取号机会补报之后打印的号；几台取号机共用的号段，今天只从取号机自己的那一段发号。"
        )
        print(
            f"restored up to position {position} (day {day or 'none yet'}), {done.events} events"
            f" replayed, every law held{kept.en}. Start the hall: the kiosks will report what was printed since,"
            " and today they give numbers of their own part where several share a series."
        )
        return ExitCode.DONE

    return told(work)


def put_away(hall: Hall, journal: Path, *, gently: bool) -> int:
    """``archive``."""

    def work() -> int:
        with folder_lock(journal.parent, CARE):
            done = archive_old_days(hall, journal, hall.records.days_in_journal)
        files = ", ".join(done.files)
        print(f"{done.events} 条记录移入归档" + (f"：{files}" if files else ""))
        print(f"{done.events} events moved to the archive" + (f": {files}" if files else ""))
        return ExitCode.DONE

    return told(work, gently=gently)


def told(work: Callable[[], int], *, gently: bool = False) -> int:
    """Do it; what the store or the disk refuses becomes a sentence and an exit code."""
    if gently:
        with suppress(OSError):
            os.nice(GENTLE)
    try:
        return work()
    except InUse as error:
        return _said(error, ExitCode.UNAVAILABLE)
    except DatabaseError as error:
        return _said(error, ExitCode.DISK)
    except StoreError as error:
        return _said(error, 1)
    except OSError as error:  # a path from the command line that this machine cannot even look at
        return _said(error, ExitCode.DISK)


def _said(error: Exception, code: int) -> int:
    print(in_both_languages(error), file=sys.stderr)
    return int(code)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
