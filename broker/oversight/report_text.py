"""A report for a terminal and as CSV. Pure."""

import csv
import io
import unicodedata

from broker.oversight.report_cells import (
    COLUMNS,
    SHORT,
    STAFFING_COLUMNS,
    Cell,
    Shape,
    both,
    column,
    head_of,
    safe_text,
    staffing_cell,
)
from broker.oversight.report_shape import Line, Report


def as_csv(report: Report) -> bytes:
    """UTF-8 with a byte order mark, so that Excel reads Chinese. Empty cells: nothing to divide by, or not told."""
    out = io.StringIO()
    writer = csv.writer(out)

    def write(*cells: Cell) -> None:
        writer.writerow([safe_text(cell) if isinstance(cell, str) else "" if cell is None else cell for cell in cells])

    for name, value in head_of(report):
        write(name, value)
    write()
    write("key", "分组 Group", *(both(one.names) for one in COLUMNS))
    write("", "", *(one.key for one in COLUMNS))
    for line in (*report.lines, report.total):
        write(line.key, both(line.label), *(one.of(line) for one in COLUMNS))
    if report.staffing:
        write()
        write(*(both(names) for _, names, _ in STAFFING_COLUMNS))
        for staffing in report.staffing:
            write(*(staffing_cell(staffing, key) for key, *_ in STAFFING_COLUMNS))
    write()
    for definition in report.definitions:
        write(definition.figure, definition.zh, definition.en)
    return out.getvalue().encode("utf-8-sig")


def as_table(report: Report) -> str:
    """The figures that a terminal has room for; times in minutes and seconds."""
    lines = [f"{name}: {'—' if value is None else value}" for name, value in head_of(report) if value != ""]
    columns = [column(key) for key in SHORT]
    heads = [one.key for one in columns]
    rows = [[both(line.label), *(said(one.of(line), one.shape) for one in columns)] for line in _all(report)]
    lines += ["", *_aligned([report.by, *heads], rows)]
    if report.staffing:
        keys = [key for key, *_ in STAFFING_COLUMNS]
        told = [[said(staffing_cell(one, key), shape) for key, _, shape in STAFFING_COLUMNS] for one in report.staffing]
        lines += ["", *_aligned(keys, told)]
    return "\n".join(lines)


def said(cell: Cell, shape: Shape) -> str:
    """A cell in writing: ``6:05`` minutes, ``93.5%``, a dash for nothing."""
    if cell is None:
        return "—"
    if shape == "seconds" and isinstance(cell, int):
        hours, rest = divmod(cell, 3600)
        return f"{hours}:{rest // 60:02d}:{rest % 60:02d}" if hours else f"{rest // 60}:{rest % 60:02d}"
    if shape == "rate" and not isinstance(cell, str):
        return f"{cell * 100:.1f}%"
    return str(cell)


def _all(report: Report) -> tuple[Line, ...]:
    return report.lines if report.by == "hall" else (*report.lines, report.total)


def _aligned(heads: list[str], rows: list[list[str]]) -> list[str]:
    """Text to the left, figures to the right; a Chinese character is two wide."""
    widths = [max(_width(row[place]) for row in (heads, *rows)) for place in range(len(heads))]
    return [
        row[0]
        + " " * (widths[0] - _width(row[0]))
        + "".join(f"  {' ' * (width - _width(cell))}{cell}" for cell, width in zip(row[1:], widths[1:], strict=True))
        for row in (heads, *rows)
    ]


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)
