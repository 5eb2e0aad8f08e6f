"""``report``: figures of any span of days at a terminal. Reads only, but for ``--keep``, the server's daily chore."""

import argparse
import json
import sys
from contextlib import suppress
from datetime import date
from pathlib import Path

import msgspec

from broker.model.hall import Hall
from broker.oversight.report import Reporter
from broker.oversight.report_shape import DAYS_MOST, Report
from broker.oversight.report_text import as_csv, as_table
from broker.runtime.clock import clock_from_environment
from broker.runtime.process import ExitCode
from broker.server.care_desk import told
from broker.store.facts import FactsReader
from broker.store.lock import CARE, folder_lock
from broker.store.reports import JournalReports


def run_report(hall: Hall, journal: Path, options: argparse.Namespace) -> int:
    """Print or write it; 1 for what cannot be asked of this journal."""

    def work() -> int:
        clock = clock_from_environment()
        reports = JournalReports(journal, hall, clock.now_ms)
        reader = FactsReader(hall, reports, clock.now_ms, kept=not options.recount, patient=True)
        if options.keep:
            with folder_lock(journal.parent, CARE):
                written, days = reader.keep()
            print(f"共 {days} 个营业日，新整理 {written} 天\n{days} business days, {written} kept anew")
            return int(ExitCode.DONE)
        wrong = _mistake(hall, options)
        if wrong:
            print(wrong, file=sys.stderr)
            return 1
        on_record = reports.days()
        first = options.first or options.last or (on_record[0] if on_record else date.today().isoformat())
        last = options.last or first
        report = Reporter(hall, reader.days(first, last), options.service, options.counter).report(
            first, last, options.by
        )
        if not report.days:
            known = ", ".join(on_record[:7]) or "-"
            print(
                f"{first} 至 {last} 没有营业日；最近的日子：{known}\n"
                f"no business day from {first} to {last}; the newest: {known}",
                file=sys.stderr,
            )
            return 1
        _put_out(_encoded(report, options.format), options.out)
        return int(ExitCode.DONE)

    return told(work, gently=options.gently)


def _mistake(hall: Hall, options: argparse.Namespace) -> str:
    """What was asked wrongly, in both languages; empty: nothing."""
    first, last = options.first or options.last, options.last or options.first
    if first and last < first:
        return f"--to {last} 早于 --from {first}，请对调\n--to {last} is before --from {first}: change them over"
    if first and (date.fromisoformat(last) - date.fromisoformat(first)).days >= DAYS_MOST:
        return f"最多 {DAYS_MOST} 天，请分段\nat most {DAYS_MOST} days: ask in parts"
    for name, value, declared in (
        ("--service", options.service, hall.services),
        ("--counter", options.counter, hall.counters),
    ):
        if value is not None and value not in declared:
            known = ", ".join(declared)
            zh = f"{name}：大厅文件里没有 {value}；可用：{known}"
            return f"{zh}\n{name}: {value} is not in the hall file; known: {known}"
    if options.format == "xlsx" and options.out is None and sys.stdout.isatty():
        return "请用 --out 写出工作簿的文件名\nname the workbook's file with --out"
    return ""


def _encoded(report: Report, shape: str) -> bytes:
    if shape == "csv":
        return as_csv(report)
    if shape == "xlsx":
        from broker.oversight.report_xlsx import as_xlsx  # large, and seldom wanted

        return as_xlsx(report)
    if shape == "json":
        return (json.dumps(msgspec.to_builtins(report), ensure_ascii=False) + "\n").encode()
    return (as_table(report) + "\n").encode()


def _put_out(data: bytes, path: Path | None) -> None:
    if path is None:
        sys.stdout.buffer.write(data)
        with suppress(BrokenPipeError):
            sys.stdout.buffer.flush()
        return
    beside = path.with_name(f"{path.name}.new")
    beside.write_bytes(data)
    beside.replace(path)
