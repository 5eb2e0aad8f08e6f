"""TOML text -> plain values, or one mistake with its line: the parser stops at the first, so there is only one."""

import re
import tomllib
from typing import Any

from broker.model.hall_mistakes import HallFileError, Mistake, complain

WIDE = {
    "“": '"', "”": '"', "‘": "'", "’": "'", "＂": '"', "，": ",", "＝": "=", "：": ":", "；": "#", "。": ".",
    "［": "[", "］": "]", "【": "[", "】": "]", "｛": "{", "｝": "}", "＃": "#", "（": "(", "）": ")", "\u3000": " ",
}  # fmt: skip
"""Characters that a Chinese keyboard writes where TOML wants the plain one."""
LINE_LIMIT = 2000
"""Characters of a line. The parser's time grows with the square of a line: 100 kB of ``a.a.a...`` took 47 s."""
_STRINGS = re.compile(r'"(?:[^"\\]|\\.)*"|\'[^\']*\'|#.*')
_PLACE = re.compile(r" \(at line (\d+), column \d+\)$| \(at end of document\)$")
_BOM = "\ufeff"

_KINDS: tuple[tuple[str, str], ...] = (
    ("Cannot overwrite|twice|Duplicate inline|Cannot mutate", "syntax_twice"),
    ("Unterminated string", "syntax_unclosed_text"),
    ("Unclosed|Expected ']", "syntax_unclosed"),
    ("Expected '='", "syntax_no_equals"),
    ("Invalid statement|key part", "syntax_key"),
    ("Invalid value|Invalid date|Invalid initial", "syntax_value"),
    ("Expected newline", "syntax_too_much"),
    ("[Ii]llegal character|invalid character", "syntax_character"),
    ("backslash|Unescaped|escape", "syntax_backslash"),
)


def read_toml(text: str, file: str = "hall.toml") -> dict[str, Any]:
    """The values of a TOML text; HallFileError with the line and a sentence otherwise."""
    text = text.removeprefix(_BOM)
    long = [(number, len(line)) for number, line in enumerate(text.split("\n"), 1) if len(line) > LINE_LIMIT]
    if long:
        mistakes = [complain(f"line {number}", "line_too_long", size=size, limit=LINE_LIMIT) for number, size in long]
        raise HallFileError(mistakes, file)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        mistake = _mistake(text, str(error))
    except RecursionError:
        mistake = complain(file, "syntax_too_deep")
    except ValueError:  # a number of thousands of digits, which Python refuses to read
        mistake = complain(file, "syntax_number")
    raise HallFileError([mistake], file) from None


def _mistake(text: str, message: str) -> Mistake:
    place = _PLACE.search(message)
    why = message[: place.start()] if place else message
    lines = text.split("\n")
    number = int(place[1]) if place and place[1] else _last_line(lines)
    line = lines[min(number, len(lines)) - 1]
    path = f"line {number}"
    wide = next((character for character in _STRINGS.sub("", line) if character in WIDE), None)
    if wide:
        return complain(path, "syntax_wide", wide=wide, plain=WIDE[wide] if wide != "\u3000" else "space")
    code = next((code for pattern, code in _KINDS if re.search(pattern, why)), "syntax_other")
    return complain(path, code, why=why[:100], name=_name_on(line))


def _last_line(lines: list[str]) -> int:
    """The parser says 'end of document' for a mistake in the last line that says something."""
    return max((number for number, line in enumerate(lines, 1) if line.strip()), default=1)


def _name_on(line: str) -> str:
    """The key or table of a line, never its value."""
    return line.split("=")[0].strip().strip("[]")[:60]
