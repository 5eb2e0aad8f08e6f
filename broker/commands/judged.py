"""``predict`` and ``pick``: the shipped forecasts and rule, judged from outside through pipes.

Each answer leaves before the next line is read, so whoever judges can be sure that nothing of the future was seen.
"""

import os
import sys
from collections.abc import Iterator
from io import TextIOWrapper
from typing import TextIO

from broker.runtime.process import ExitCode
from broker.trial.pick import BadCall, Picker
from broker.trial.predict import BadLine, Stream

BAD_INPUT = 2
"""As for a word on the command line that nobody understands."""


def predict(lines: TextIO, out: TextIO) -> int:
    """Answers each queued arrival of an event stream (``broker.trial.predict``); 2 after a line that is none."""
    return _answered(Stream().answers(_each(_in_utf8(lines))), _in_utf8(out))


def pick(lines: TextIO, out: TextIO) -> int:
    """Answers each call (``broker.trial.pick``); 2 after a line that is none."""
    return _answered(Picker().answers(_each(_in_utf8(lines))), _in_utf8(out))


def _in_utf8(stream: TextIO) -> TextIO:
    """Both sides write UTF-8, whatever this machine is set to; a mark of byte order is no part of the first line."""
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(encoding="utf-8-sig" if stream.readable() else "utf-8", errors="strict")
    return stream


def _each(lines: TextIO) -> Iterator[str]:
    """Line by line: to iterate over a pipe may read ahead of what has been answered."""
    while line := lines.readline():
        yield line


def _answered(answers: Iterator[str], out: TextIO) -> int:
    try:
        for answer in answers:
            print(answer, file=out, flush=True)
    except (BadCall, BadLine) as error:
        print(f"输入有一行不能读，之前的都已回答\nan input line cannot be read: {error}", file=sys.stderr)
        return BAD_INPUT
    except UnicodeDecodeError as error:
        print(f"输入不是 UTF-8 文本\nthe input is not UTF-8 text: {error}", file=sys.stderr)
        return BAD_INPUT
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())  # Python would complain once more when it closes it
        if not isinstance(error, BrokenPipeError):  # by which whoever asked has gone
            print(f"答案写不出去\nthe answers cannot be written: {error.strerror}", file=sys.stderr)
            return int(ExitCode.DISK)
    return int(ExitCode.DONE)
