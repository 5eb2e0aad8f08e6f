"""Logging of every process: one line per record, ``key=value``, bounded in length and rate, without personal data."""

import logging
import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import TextIO

from broker.model.personal_numbers import LOOKS_LIKE_IDENTITY, LOOKS_LIKE_MOBILE

_LINE_LIMIT = 2_000
_LINES_PER_WINDOW = 200
_LINES_OF_ONE = 50
_WINDOW_S = 10.0
# Besides identity and mobile numbers: whatever is named as such.
_NAMED = re.compile(
    r"(?i)(?<![a-z])(id_?number|id_?card|phone|mobile|password|secret|token|holder_name|visitor_name|姓名|证件号|电话)"
    r"(['\"]?\s*[=:]\s*)('[^']*'|\"[^\"]*\"|[^\s,;)}\]]+)"
)


def mask(text: str) -> str:
    """The text without identity numbers, mobile phone numbers and the values of fields named like personal data."""
    text = _NAMED.sub(r"\1\2***", text)
    text = LOOKS_LIKE_IDENTITY.sub("***", text)
    return LOOKS_LIKE_MOBILE.sub("***", text)


class LineFormatter(logging.Formatter):
    """``at=... level=... process=... from=... said="..."``, one line, ``_LINE_LIMIT`` characters at most."""

    def __init__(self, process: str) -> None:
        super().__init__()
        self._process = process

    def format(self, record: logging.LogRecord) -> str:
        said = record.getMessage()
        if record.exc_info:
            said = f"{said} | {self.formatException(record.exc_info)}"
        said = mask(said).replace("\\", "\\\\").replace('"', "'")
        said = "".join(c if c.isprintable() else ("|" if c == "\n" else " ") for c in said)
        if len(said) > _LINE_LIMIT:
            # The end of a traceback names the cause, the beginning says what was being done.
            said = f"{said[: _LINE_LIMIT // 4]} ... {said[-_LINE_LIMIT * 3 // 4 :]}"
        at = datetime.fromtimestamp(record.created).astimezone().isoformat(timespec="milliseconds")
        return f'at={at} level={record.levelname.lower()} process={self._process} from={record.name} said="{said}"'


class RateFilter(logging.Filter):
    """Lets ``most`` records pass per ``window_s`` seconds, ``of_one`` of each place in the code; counts the others.

    So whoever makes one place speak without end does not crowd out what the others have to say. Errors are counted
    apart from the rest: a storm of warnings hides none.
    """

    def __init__(
        self,
        most: int = _LINES_PER_WINDOW,
        window_s: float = _WINDOW_S,
        machine_s: Callable[[], float] = time.monotonic,
        of_one: int = _LINES_OF_ONE,
    ) -> None:
        super().__init__()
        self._most, self._of_one = most, of_one
        self._window_s = window_s
        self._machine_s = machine_s
        self._window_start_s = machine_s()
        self._passed: Counter[bool] = Counter()
        self._of: Counter[tuple[str, int]] = Counter()
        self._kept_back = 0

    def filter(self, record: logging.LogRecord) -> bool:
        now_s = self._machine_s()
        if now_s - self._window_start_s >= self._window_s:
            if self._kept_back:
                record.msg = f"({self._kept_back} lines kept back) {record.getMessage()}"
                record.args = None
            self._window_start_s, self._kept_back = now_s, 0
            self._passed.clear()
            self._of.clear()
        grave, place = record.levelno >= logging.ERROR, (record.pathname, record.lineno)
        if self._passed[grave] < self._most and self._of[place] < self._of_one:
            self._passed[grave] += 1
            self._of[place] += 1
            return True
        self._kept_back += 1
        return False


def set_up_logging(process: str, level: str = "INFO", output: TextIO | None = None) -> None:
    """Route all logging of this process to ``output`` (stderr). Replaces what was set up before."""
    handler = logging.StreamHandler(output or sys.stderr)
    handler.setFormatter(LineFormatter(process))
    handler.addFilter(RateFilter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.raiseExceptions = False
