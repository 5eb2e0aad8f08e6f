"""A report as a workbook: figures, staffing, definitions. Pure: bytes out, the same for the same report.

Numbers are numbers (times in seconds, rates as percentages), texts are texts and never formulas or links.
"""

import io
from datetime import datetime
from typing import Any

import xlsxwriter

from broker.oversight.report_cells import COLUMNS, STAFFING_COLUMNS, Cell, Shape, both, head_of, staffing_cell
from broker.oversight.report_shape import Report

_MADE = datetime(2026, 1, 1)
"""Of every workbook: when it was made says the file's own date."""
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_A4 = 9
_FORMATS: dict[Shape, str] = {"text": "@", "count": "0", "seconds": "0", "rate": "0.0%", "number": "0.00"}


def as_xlsx(report: Report) -> bytes:
    """A4 across, heads repeated on each page."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, _OPTIONS) as book:
        book.set_properties({"created": _MADE})
        shapes = {shape: book.add_format({"num_format": code}) for shape, code in _FORMATS.items()}
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        _figures(_sheet(book, "报表 Report"), report, shapes, bold)
        if report.staffing:
            _staffing(_sheet(book, "窗口需要 Staffing"), report, shapes, bold)
        _definitions(_sheet(book, "口径 Definitions"), report, bold)
    return out.getvalue()


def _sheet(book: Any, name: str) -> Any:
    sheet = book.add_worksheet(name)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    return sheet


def _figures(sheet: Any, report: Report, shapes: dict[Shape, Any], bold: Any) -> None:
    row = 0
    for name, value in head_of(report):
        sheet.write_string(row, 0, name, bold)
        _put(sheet, row, 1, value, shapes["text" if isinstance(value, str) else "count"])
        row += 1
    row += 1
    for place, head in enumerate(("key", "分组 Group", *(both(one.names) for one in COLUMNS))):
        sheet.write_string(row, place, head, bold)
    sheet.repeat_rows(row)
    sheet.freeze_panes(row + 1, 2)
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 26)
    sheet.set_column(2, len(COLUMNS) + 1, 11)
    for line in (*report.lines, report.total):
        row += 1
        _put(sheet, row, 0, line.key, shapes["text"])
        _put(sheet, row, 1, both(line.label), shapes["text"])
        for place, column in enumerate(COLUMNS, 2):
            _put(sheet, row, place, column.of(line), shapes[column.shape])


def _staffing(sheet: Any, report: Report, shapes: dict[Shape, Any], bold: Any) -> None:
    sheet.set_column(0, 0, 40)
    sheet.set_column(1, len(STAFFING_COLUMNS), 14)
    for place, (_, names, _) in enumerate(STAFFING_COLUMNS):
        sheet.write_string(0, place, both(names), bold)
    sheet.repeat_rows(0)
    for row, line in enumerate(report.staffing, 1):
        for place, (key, _, shape) in enumerate(STAFFING_COLUMNS):
            _put(sheet, row, place, staffing_cell(line, key), shapes[shape])


def _definitions(sheet: Any, report: Report, bold: Any) -> None:
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 2, 80)
    for row, one in enumerate(report.definitions):
        sheet.write_string(row, 0, one.figure, bold)
        sheet.write_string(row, 1, one.zh)
        sheet.write_string(row, 2, one.en)


def _put(sheet: Any, row: int, place: int, value: Cell, shape: Any) -> None:
    if isinstance(value, str):
        sheet.write_string(row, place, value, shape)
    elif value is not None:
        sheet.write_number(row, place, value, shape)
