"""What may be asked of ``report``; apart from its work, which needs packages that not every device has. Pure."""

import argparse
from datetime import date
from pathlib import Path

from broker.oversight.report_shape import GROUPINGS

FORMATS = ("table", "csv", "json", "xlsx")


def arguments_of(action: argparse.ArgumentParser) -> None:
    """What may be asked."""
    action.add_argument("hall", type=Path, help="the hall file, e.g. hall.toml")
    action.add_argument("--from", dest="first", type=_day, metavar="YYYY-MM-DD", help="else the newest day")
    action.add_argument("--to", dest="last", type=_day, metavar="YYYY-MM-DD", help="else the same as --from")
    action.add_argument("--by", choices=GROUPINGS, default="counter")
    action.add_argument("--service", help="of this service alone; without ratings")
    action.add_argument("--counter", help="of this counter alone; without ratings")
    action.add_argument("--format", choices=FORMATS, default="table")
    action.add_argument("--out", type=Path, help="a file to write; a workbook (xlsx) needs one")
    action.add_argument("--recount", action="store_true", help="from the journal alone, without the kept facts")
    action.add_argument("--keep", action="store_true", help="make the kept facts of all days that are over, no report")
    action.add_argument("--gently", action="store_true", help="let every other program go first")


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r}: YYYY-MM-DD, e.g. 2026-03-04 / 写成年-月-日") from None
