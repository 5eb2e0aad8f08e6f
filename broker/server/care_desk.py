"""The commands that keep a hall's records safe, as said at a terminal: each ends with a sentence and an exit code."""

import os
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from broker.model.hall import Hall
from broker.runtime.clock import clock_from_environment
from broker.runtime.errors import DatabaseError
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
        gone = f"; {len(made.removed)} older removed" if made.removed else ""
        names = ", ".join(member.name for member in made.manifest.members)
        print(f"{made.path} ({size_mb:.1f} MB: {names}): {made.events} events replayed, every law held{gone}")
        return ExitCode.DONE

    return told(work, gently=gently)


def bring_back(hall: Hall, journal: Path, others: Mapping[str, Path], source: Path) -> int:
    """``restore``."""

    def work() -> int:
        clock = clock_from_environment()
        done = restore_backup(hall, journal, others, source, clock.now_ms(), sure=clock.sure())
        kept = f"; what was there before is in {done.replaced}" if done.replaced else ""
        print(
            f"restored up to position {done.manifest.position} (day {done.manifest.day}), {done.events} events"
            f" replayed, every law held{kept}. Start the hall: the kiosks will report what was printed since,"
            " and today they give numbers of their own part where several share a series."
        )
        return ExitCode.DONE

    return told(work)


def put_away(hall: Hall, journal: Path, *, gently: bool) -> int:
    """``archive``."""

    def work() -> int:
        with folder_lock(journal.parent, CARE):
            done = archive_old_days(hall, journal, hall.records.days_in_journal)
        print(f"{done.events} events moved to the archive" + (f": {', '.join(done.files)}" if done.files else ""))
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
        print(error, file=sys.stderr)
        return ExitCode.UNAVAILABLE
    except DatabaseError as error:
        print(error, file=sys.stderr)
        return ExitCode.DISK
    except StoreError as error:
        print(error, file=sys.stderr)
        return 1


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
