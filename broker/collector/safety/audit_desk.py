"""``python -m broker audit``: verify the audit log, show its newest rows, write them all out for a spreadsheet."""

import csv
import sys
from collections.abc import Iterable
from dataclasses import astuple, fields
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from broker.collector.safety.accounts import FILE_NAME, Accounts
from broker.collector.safety.audit_log import AuditLog, Head, Row
from broker.collector.safety.kept_heads import kept_heads
from broker.model.hall import Hall
from broker.runtime.clock import SystemClock
from broker.store.reports import JournalReports

SHOWN = 50
COMPARED = "已与所给摘要核对。\nCompared with the head that was given.\n"
WITH_JOURNAL = (
    "已与大厅日志中的 {count} 个摘要核对（最新为第 {newest} 行）。\n"
    "Compared with {count} heads of the hall's journal (the newest is row {newest}).\n"
)
NO_JOURNAL = (
    "大厅日志中没有摘要可核对，或无法读取（{path}）。\n"
    "The hall's journal holds no head to compare with, or cannot be read ({path}).\n"
)
NO_HEAD = (
    "没有与保存在别处的摘要核对：能同时改写 audit.db 和 accounts.db 的人可以截去末尾而不被发现。\n"
    "请用 --head 给出以前抄下的摘要，或程序日志中最近一行 audit head 的摘要。\n"
    "No head kept elsewhere was compared: whoever can write audit.db and accounts.db could cut off the end unseen.\n"
    "Give with --head one that was noted, or that of the newest line 'audit head' in the program's log.\n"
)


def look_after_audit(hall: Hall, folder: Path, action: str, *, journal: Path, head: str = "") -> int:
    """Do it; 0, or 1 when the log is not as it was written (the first such row is told)."""
    log = Accounts(folder / FILE_NAME, SystemClock()).audit
    if action == "verify":
        reports = JournalReports(journal, hall, SystemClock().now_ms)
        return _verify(log, head, kept_heads(reports) or (), journal)
    if action == "show":
        for row in reversed(log.rows(SHOWN)):
            sys.stdout.write(f"{row.sequence:6} {_moment(row, hall)}  {_line(row)}\n")
        return 0
    out = csv.writer(sys.stdout)
    out.writerow(("time", *(field.name for field in fields(Row))))
    out.writerows(_cells(row, hall) for row in log.every())
    log.write("audit_exported", "machine")
    return 0


def _verify(log: AuditLog, head: str, kept: tuple[Head, ...], journal: Path) -> int:
    found = log.verify(head, kept)
    if found.broken is None:
        newest = max((one.sequence for one in kept), default=0)
        said = WITH_JOURNAL.format(count=len(kept), newest=newest) if kept else NO_JOURNAL.format(path=journal)
        sys.stdout.write(said)
        sys.stdout.write(COMPARED if head else "" if kept else NO_HEAD)
        sys.stdout.write(
            f"审计日志 {found.rows} 行，全部完好。请抄下末行摘要，下次用 --head 核对：\n"
            f"{found.rows} rows of the audit log, all as they were written. Note the head for the next --head:\n"
            f"{found.head}\n"
        )
        return 0
    sys.stderr.write(f"第 {found.broken} 行：{found.zh}\nrow {found.broken}: {found.en}\n")
    return 1


def _moment(row: Row, hall: Hall) -> str:
    return f"{datetime.fromtimestamp(row.at_ms / 1000, ZoneInfo(hall.hall.time_zone)):%Y-%m-%d %H:%M:%S}"


def _line(row: Row) -> str:
    return f"{row.type:18} {row.subject:14} {row.address:15} {row.object:24} {row.result}"


def _cells(row: Row, hall: Hall) -> Iterable[object]:
    texts = (f"'{cell}" if isinstance(cell, str) and cell[:1] in "=+-@" else cell for cell in astuple(row))
    return (_moment(row, hall), *texts)
