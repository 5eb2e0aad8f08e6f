"""What a setting must be and what was found instead, in words: derived from the declared type of the setting."""

import datetime as dt
from typing import Any

import msgspec
from msgspec import inspect

from broker.model import hall_base as declared
from broker.model import hall_machines as machines
from broker.model import hall_outward as outward
from broker.model.hall_mistakes import did_you_mean
from broker.model.words import Names, Phone, Slug

EVERYTHING = Names("一个值", "a value")
SHOWN_MOST = 40


def _pattern(kind: Any) -> str:
    return str(inspect.type_info(kind).pattern)  # type: ignore[attr-defined]


PATTERNS: dict[str, Names] = {
    _pattern(Slug): Names(
        "一个名字（小写字母 a-z、数字和 '-'，最多 32 个字符）", "a name of a-z, 0-9 and '-', 32 characters at most"
    ),
    _pattern(declared.ClockTime): Names('一个时间，例如 "09:00"', 'a time such as "09:00"'),
    _pattern(declared.Day): Names('一个日期，例如 "2026-10-01"', 'a date such as "2026-10-01"'),
    _pattern(declared.Letter): Names(
        "一个大写英文字母（I 和 O 除外，容易看成 1 和 0）",
        "one capital letter, but not I or O, which look like 1 and 0",
    ),
    _pattern(declared.CounterName): Names(
        '窗口号：一到三位数字，后面可带一个字母，例如 "3" 或 "12A"',
        'a counter number of one to three digits and perhaps a letter, such as "3" or "12A"',
    ),
    _pattern(declared.StaffNumber): Names(
        '工号：数字和大写字母，最多 8 位，例如 "0107"',
        'a staff number of digits and capital letters, 8 at most, such as "0107"',
    ),
    _pattern(declared.PinHash): Names(
        "python -m broker pin 给出的一行，或空白", "what `python -m broker pin` printed, or empty"
    ),
    _pattern(declared.CardHash): Names(
        "python -m broker card 给出的一行，或空白", "what `python -m broker card` printed, or empty"
    ),
    _pattern(Phone): Names(
        "电话号码：数字、空格、+ * # -，最多 24 位",
        "a telephone number of digits, spaces, + * # -, 24 at most",
    ),
    _pattern(outward.TheirName): Names(
        "对方的字段名：字母、数字和 _ . -，以字母或 _ 开头，最多 64 个字符",
        "a field's name of letters, digits and _ . -, beginning with a letter or _, 64 characters at most",
    ),
    _pattern(machines.PortPlace): Names(
        '插在哪里："usb:1.3"（从主板数起的 USB 口）或 "uart"（排针上的串口）',
        'where it is plugged in: "usb:1.3" (USB ports from the board outwards) or "uart" (serial pins of the header)',
    ),
    _pattern(machines.SshKey): Names(
        '一行 SSH 公钥，例如 "ssh-ed25519 AAAA... 备注"',
        'a line with a public SSH key, such as "ssh-ed25519 AAAA... remark"',
    ),
    _pattern(machines.ScreenMode): Names('屏幕模式，例如 "1920x1080@60"', 'a screen mode such as "1920x1080@60"'),
    _pattern(machines.MacAddress): Names(
        '网卡地址，例如 "dc:a6:32:01:02:03"', 'a network card\'s address such as "dc:a6:32:01:02:03"'
    ),
    _pattern(machines.Country): Names(
        '两个大写字母的国家代码，例如 "CN"', 'a country of two capital letters such as "CN"'
    ),
    _pattern(declared.Host): Names('主机名或 IP 地址，例如 "127.0.0.1"', 'a host name or address such as "127.0.0.1"'),
}
"""What each pattern of the declaration means to a person."""
PRIVATE = frozenset({_pattern(Phone), _pattern(declared.PinHash), _pattern(declared.CardHash)})
"""Patterns of things that are never repeated in a message."""


def expectation(kind: Any) -> Names:
    """What a value of this type must be, e.g. ``a whole number from 1 to 9``."""
    return _words(_solid(inspect.type_info(kind)))


def finding(value: Any, expected: Any) -> Names:
    """What was found, e.g. ``the text "nine"``, with a hint where the mend is obvious."""
    solid = _solid(inspect.type_info(expected))
    if isinstance(value, str):
        return _finding_text(value, solid)
    if isinstance(value, list) and isinstance(solid, inspect.TupleType):
        return Names(f"{len(value)} 个值", f"a list of {len(value)}")
    names = _plain(value)
    quoted = isinstance(solid, inspect.StrType) or (isinstance(solid, inspect.LiteralType) and not _of_numbers(solid))
    if quoted and not isinstance(value, dict | list):
        return _with(names, "，请加上引号", "; put it in quotes")
    return names


def _finding_text(value: str, solid: Any) -> Names:
    if getattr(solid, "pattern", None) in PRIVATE:
        return Names("别的文字", "another text")
    if not value:
        return Names("空白", "empty")
    if isinstance(solid, inspect.StrType) and solid.pattern is None:
        return Names(f"{len(value)} 个字符", f"{len(value)} characters long")
    shown = _clean(value)
    names = Names(f"文字“{shown}”", f'the text "{shown}"')
    if isinstance(solid, inspect.IntType | inspect.FloatType | inspect.BoolType) or _of_numbers(solid):
        return _with(names, "，请去掉引号", "; write it without quotes")
    hint = did_you_mean(value, _choices(solid))
    return _with(names, hint.zh, hint.en)


def _choices(info: Any) -> list[str]:
    if isinstance(info, inspect.EnumType):
        return [str(member.value) for member in info.cls]
    return [str(value) for value in info.values] if isinstance(info, inspect.LiteralType) else []


def _of_numbers(info: Any) -> bool:
    return isinstance(info, inspect.LiteralType) and all(isinstance(value, int) for value in info.values)


def _solid(info: Any) -> Any:
    """The type without its metadata and without the None of ``X | None``: TOML cannot say None."""
    while isinstance(info, inspect.Metadata | inspect.UnionType):
        if isinstance(info, inspect.Metadata):
            info = info.type
        else:
            info = next(part for part in info.types if not isinstance(part, inspect.NoneType))
    return info


def _words(info: Any) -> Names:
    if isinstance(info, inspect.StrType):
        return _text(info)
    if isinstance(info, inspect.IntType):
        return _number(info, Names("整数", "whole number"))
    if isinstance(info, inspect.FloatType):
        return _number(info, Names("数字", "number"))
    if isinstance(info, inspect.BoolType):
        return Names("true 或 false（是或否）", "true or false")
    if isinstance(info, inspect.LiteralType | inspect.EnumType):
        mark = "" if _of_numbers(info) else '"'
        listed = [f"{mark}{value}{mark}" for value in _choices(info)]
        return Names(f"{'、'.join(listed)} 之一", f"one of {', '.join(listed)}")
    if isinstance(info, inspect.VarTupleType):
        return Names("一个列表，写在 [ ] 里", "a list in [ ]")
    if isinstance(info, inspect.TupleType):
        count, sample = len(info.item_types), ", ".join(str(number) for number in range(1, len(info.item_types) + 1))
        return Names(f"{count} 个值，写在 [ ] 里，例如 [{sample}]", f"{count} values in [ ], such as [{sample}]")
    if isinstance(info, inspect.DictType):
        return Names("一个表", "a table")
    if isinstance(info, inspect.StructType):
        keys = [field.name for field in info.fields if field.required] or [field.name for field in info.fields]
        shown = ", ".join(f"{key} = ..." for key in keys)
        return Names(f"一个表：{{ {shown} }}", f"a table: {{ {shown} }}")
    return EVERYTHING


def _text(info: inspect.StrType) -> Names:
    if info.pattern is not None:
        return PATTERNS.get(info.pattern, Names("另一种写法的文字", "a text of another form"))
    least, most = info.min_length or 0, info.max_length
    if most is None:
        return Names("带引号的文字", "a text in quotes")
    if least:
        return Names(f"带引号的文字，{least} 到 {most} 个字符", f"a text in quotes of {least} to {most} characters")
    return Names(f"带引号的文字，最多 {most} 个字符", f"a text in quotes, {most} characters at most")


def _number(info: Any, word: Names) -> Names:
    least, above, most = info.ge, info.gt, info.le
    if least is not None and most is not None:
        return Names(f"{least:g} 到 {most:g} 的{word.zh}", f"a {word.en} from {least:g} to {most:g}")
    if above is not None and most is not None:
        return Names(f"大于 {above:g}、不超过 {most:g} 的{word.zh}", f"a {word.en} above {above:g}, {most:g} at most")
    return Names(f"一个{word.zh}", f"a {word.en}")


def _plain(value: Any) -> Names:
    if isinstance(value, bool):
        return Names(f"{str(value).lower()}（是/否）", str(value).lower())
    if isinstance(value, int) and abs(value) < 10**18:
        return Names(f"数字 {value}", f"the number {value}")
    if isinstance(value, int):
        return Names("一个很大的数字", "a very large number")
    if isinstance(value, float):
        return Names(f"数字 {value:g}", f"the number {value:g}")
    if isinstance(value, dict):
        return Names("一个表", "a table")
    if isinstance(value, list):
        return Names("一个列表", "a list")
    if isinstance(value, dt.date | dt.time):
        return Names(f"没有引号的 {value.isoformat()}", f"{value.isoformat()} without quotes")
    return Names("别的东西", "something else")


def _with(names: Names, zh: str, en: str) -> Names:
    return Names(names.zh + zh, names.en + en)


def _clean(text: str) -> str:
    shown = "".join(character if character.isprintable() else "?" for character in text[:SHOWN_MOST])
    return shown + ("…" if len(text) > SHOWN_MOST else "")


def convertible(value: Any, kind: Any) -> bool:
    """Whether a value fits a declared type by itself; half a surrogate pair is a UnicodeError and does not."""
    try:
        msgspec.convert(value, kind)
    except (
        msgspec.ValidationError,
        OverflowError,
        RecursionError,
        UnicodeError,
    ):  # UnicodeError: half a surrogate pair
        return False
    return True
