"""Text of a ``hall.toml`` -> ``Hall``, or every mistake in it at once, each with its path and a sentence.

Passes: syntax, shape (each value by itself, so that one mistake does not hide the next), placeholders, then the
cross-checks of ``hall_checks`` once the shape is right.
"""

import tomllib
from dataclasses import dataclass
from typing import Any, get_args, get_origin, get_type_hints

import msgspec

from broker.model.hall import Hall

PLACEHOLDERS = ("TODO", "FIXME", "CHANGEME", "CHANGE-ME", "XXX", "<", "待填", "请填写")


@dataclass(frozen=True, order=True)
class Mistake:
    """One thing to mend: ``path`` such as ``services.pension.series`` and what to do about it."""

    path: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.path}: {self.sentence}"


class HallFileError(ValueError):
    """The hall file has mistakes; ``mistakes`` lists all of them."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        self.mistakes = sorted(set(mistakes))
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


def parse_hall(text: str) -> Hall:
    """The hall a file describes; HallFileError with all mistakes otherwise."""
    from broker.model.hall_checks import check_hall

    raw = _toml(text)
    mistakes = [*_shape(raw, Hall, ""), *_placeholders(raw, "")]
    if mistakes:
        raise HallFileError(mistakes)
    hall = msgspec.convert(raw, Hall)
    mistakes = check_hall(hall)
    if mistakes:
        raise HallFileError(mistakes)
    return hall


def editor_schema() -> dict[str, Any]:
    """JSON Schema of the hall file, for completion and checks in an editor (Taplo, VS Code)."""
    schema = msgspec.json.schema(Hall)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Jiaohao hall.toml", **schema}


def _toml(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise HallFileError([Mistake("hall.toml", f"not valid TOML: {error}")]) from None


def _shape(value: Any, kind: Any, path: str) -> list[Mistake]:
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return _struct_shape(value, kind, path)
    if get_origin(kind) is dict and isinstance(value, dict):
        return _dict_shape(value, kind, path)
    return _leaf_shape(value, kind, path)


def _struct_shape(value: Any, kind: type[msgspec.Struct], path: str) -> list[Mistake]:
    if not isinstance(value, dict):
        return [Mistake(path, "must be a table with keys")]
    hints = get_type_hints(kind, include_extras=True)
    fields = {field.name: field for field in msgspec.structs.fields(kind)}
    mistakes = [
        Mistake(_join(path, key), f"unknown key{_did_you_mean(key, list(fields))}")
        for key in value
        if key not in fields
    ]
    for name, field in fields.items():
        if name in value:
            mistakes += _shape(value[name], _unwrapped(hints[name], value[name]), _join(path, name))
        elif field.required:
            mistakes.append(Mistake(_join(path, name), "is required and missing"))
    return mistakes


def _dict_shape(value: dict[str, Any], kind: Any, path: str) -> list[Mistake]:
    key_kind, item_kind = get_args(kind)
    mistakes: list[Mistake] = []
    for key, item in value.items():
        try:
            msgspec.convert(key, key_kind)
        except msgspec.ValidationError:
            mistakes.append(Mistake(_join(path, key), "is not a name: use a-z, 0-9 and '-', 32 at most"))
        mistakes += _shape(item, item_kind, _join(path, key))
    return mistakes


def _leaf_shape(value: Any, kind: Any, path: str) -> list[Mistake]:
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        return [Mistake(path, str(error).replace("`", "'"))]
    return []


def _unwrapped(kind: Any, value: Any) -> Any:
    """The struct inside ``Struct | None``, so that mistakes inside it get their own paths."""
    structs = [part for part in get_args(kind) if isinstance(part, type) and issubclass(part, msgspec.Struct)]
    return structs[0] if structs and isinstance(value, dict) and get_origin(kind) is not dict else kind


def _placeholders(value: Any, path: str) -> list[Mistake]:
    if isinstance(value, dict):
        return [mistake for key, item in value.items() for mistake in _placeholders(item, _join(path, key))]
    if isinstance(value, list):
        return [mistake for index, item in enumerate(value) for mistake in _placeholders(item, f"{path}[{index}]")]
    if isinstance(value, str) and value.strip().upper().startswith(PLACEHOLDERS):
        return [Mistake(path, "still holds a placeholder; write the real value")]
    return []


def _did_you_mean(key: str, known: list[str]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(key, known, n=1)
    return f" (did you mean '{close[0]}'?)" if close else f"; known keys: {', '.join(known)}"


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key
