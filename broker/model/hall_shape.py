"""Each value of a hall file by itself: is it declared, is it there, is it of the declared form?

Every value is looked at alone, so that one mistake does not hide the next.
"""

import re
from collections.abc import Iterator
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import msgspec

from broker.model.hall import Hall
from broker.model.hall_mistakes import Mistake, complain, did_you_mean
from broker.model.hall_types import convertible, expectation, finding

_PLACEHOLDER = re.compile(r"\s*(?:(?:TODO|FIXME|XXX+|CHANGE[-_ ]?ME)\b|<|待填|请填写)", re.IGNORECASE)
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")


def shape_mistakes(raw: dict[str, Any]) -> list[Mistake]:
    """Unknown and missing keys, values of another form than declared."""
    return list(_shape(raw, Hall, ""))


def placeholder_mistakes(raw: dict[str, Any]) -> list[Mistake]:
    """Texts that were meant to be replaced."""
    found: list[Mistake] = []
    pending: list[tuple[str, Any]] = [("", raw)]
    while pending:  # not recursive: a file may nest deeper than Python calls
        path, value = pending.pop()
        if isinstance(value, dict):
            pending += [(join(path, key), item) for key, item in value.items()]
        elif isinstance(value, list):
            pending += [(f"{path}[{index}]", item) for index, item in enumerate(value)]
        elif isinstance(value, str) and _PLACEHOLDER.match(value):
            found.append(complain(path, "placeholder"))
    return found


def join(path: str, key: str) -> str:
    """``services`` + ``pension`` -> ``services.pension``; a key that is no plain word is put in quotes."""
    shown = key if _BARE_KEY.fullmatch(key) else '"' + "".join(c if c.isprintable() else "?" for c in key[:64]) + '"'
    return f"{path}.{shown}" if path else shown


def _shape(value: Any, kind: Any, path: str) -> Iterator[Mistake]:
    kind = _without_none(kind)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and isinstance(value, dict):
        yield from _struct(value, kind, path)
    elif get_origin(kind) is dict and isinstance(value, dict):
        yield from _table(value, kind, path)
    elif get_origin(kind) is tuple and isinstance(value, list) and (kinds := _items(kind, len(value))) is not None:
        for index, (item, item_kind) in enumerate(zip(value, kinds, strict=True)):
            yield from _shape(item, item_kind, f"{path}[{index}]")
    elif not convertible(value, kind):
        yield complain(path, "wrong_value", expected=expectation(kind), found=finding(value, kind))


def _items(kind: Any, count: int) -> tuple[Any, ...] | None:
    """The declared types of so many items of a list; None where it must hold another number of them."""
    kinds = get_args(kind)
    if kinds[-1] is Ellipsis:
        return (kinds[0],) * count
    return kinds if len(kinds) == count else None


def _struct(value: dict[str, Any], kind: type[msgspec.Struct], path: str) -> Iterator[Mistake]:
    hints = get_type_hints(kind, include_extras=True)
    fields = {field.name: field for field in msgspec.structs.fields(kind)}
    for key in value:
        if key not in fields:
            yield complain(join(path, key), "unknown_key", hint=did_you_mean(key, fields))
    for name, field in fields.items():
        if name in value:
            yield from _shape(value[name], hints[name], join(path, name))
        elif field.required:
            yield complain(join(path, name), "required", expected=expectation(hints[name]))


def _table(value: dict[str, Any], kind: Any, path: str) -> Iterator[Mistake]:
    key_kind, item_kind = get_args(kind)
    for key, item in value.items():
        if not convertible(key, key_kind):
            yield complain(join(path, key), "bad_name", expected=expectation(key_kind))
        yield from _shape(item, item_kind, join(path, key))


def _without_none(kind: Any) -> Any:
    """``X`` for ``X | None``: TOML cannot say None, so a present value must be an X."""
    if get_origin(kind) in (Union, UnionType):
        return next(part for part in get_args(kind) if part is not NoneType)
    return kind
