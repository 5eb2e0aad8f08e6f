"""Text of a ``hall.toml`` -> ``Hall``, or every mistake in it at once, each with its path and a sentence.

Passes: size, syntax, then shape (each value by itself), placeholders and the cross-checks of ``hall_checks``. A
cross-check runs as soon as the tables it reads are in shape, so a typing mistake in one table hides nothing in others.
"""

from collections.abc import Callable, Sequence
from typing import Any, get_args

import msgspec

from broker.model.hall import Hall, Service
from broker.model.hall_base import KeyName
from broker.model.hall_checks import CheckRow, check_hall
from broker.model.hall_mistakes import HallFileError, Mistake, complain
from broker.model.hall_shape import placeholder_mistakes, shape_mistakes
from broker.model.hall_syntax import read_toml
from broker.model.hall_types import PATTERNS
from broker.model.promised_times import PROMISED_TIMES

__all__ = ["HALL_LIMIT_BYTES", "HallFileError", "Mistake", "editor_schema", "hall_of", "parse_hall"]

HALL_LIMIT_BYTES = 262_144
IsTimeZone = Callable[[str], bool]


def parse_hall(
    text: str,
    file: str = "hall.toml",
    is_time_zone: IsTimeZone | None = None,
    more_checks: Sequence[CheckRow] = (),
) -> Hall:
    """The hall a file describes; HallFileError with all mistakes otherwise.

    ``file`` is the name to use in the error. ``is_time_zone`` says whether this machine knows a time zone; without it
    any name passes. ``more_checks`` are cross-checks that the nouns alone cannot make; they are silent about a path
    that is already complained of.
    """
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > HALL_LIMIT_BYTES:
        raise HallFileError([complain(file, "file_too_large", size=size, limit=HALL_LIMIT_BYTES)], file)
    return hall_of(read_toml(text, file), file, is_time_zone, more_checks)


def hall_of(
    raw: dict[str, Any],
    file: str = "hall.toml",
    is_time_zone: IsTimeZone | None = None,
    more_checks: Sequence[CheckRow] = (),
) -> Hall:
    """The hall of already parsed TOML; HallFileError with all mistakes otherwise."""
    shape = shape_mistakes(raw)
    broken = frozenset(mistake.path.split(".")[0].split("[")[0] for mistake in shape)
    hall = msgspec.convert(_intact(raw, broken), Hall)
    mistakes = placeholder_mistakes(raw)
    mistakes += _unsaid(mistakes, [*shape, *check_hall(hall, broken), *_time_zone(hall, broken, is_time_zone)])
    mistakes += _unsaid(mistakes, check_hall(hall, broken, more_checks))
    if mistakes:
        raise HallFileError(mistakes, file)
    return _with_published_promises(hall)


def _with_published_promises(hall: Hall) -> Hall:
    """The hall in which ``promised_as`` was looked up: nobody who reads a service has to know the library."""
    services = {key: _promised(service) for key, service in hall.services.items()}
    return msgspec.structs.replace(hall, services=services)


def _promised(service: Service) -> Service:
    if service.promised_as is None:
        return service
    known = PROMISED_TIMES[service.promised_as]
    return msgspec.structs.replace(
        service,
        promised=service.promised or known.said,
        promised_days=float(known.days),
        promised_unit=known.unit,
    )


def _unsaid(said: list[Mistake], others: list[Mistake]) -> list[Mistake]:
    paths = {mistake.path for mistake in said}
    return [mistake for mistake in others if mistake.path not in paths]


def _intact(raw: dict[str, Any], broken: frozenset[str]) -> dict[str, Any]:
    """The file without its broken tables; what is required is empty, so that the rest can still be checked."""
    fields = {field.name: field.required for field in msgspec.structs.fields(Hall)}
    required: dict[str, Any] = {name: {} for name, is_required in fields.items() if is_required}
    required["hall"] = {"id": "hall", "names": {"zh": "大厅", "en": "Hall"}}
    return required | {key: value for key, value in raw.items() if key in fields and key not in broken}


def _time_zone(hall: Hall, broken: frozenset[str], is_time_zone: IsTimeZone | None) -> list[Mistake]:
    zone = hall.hall.time_zone
    if "hall" in broken or is_time_zone is None or is_time_zone(zone):
        return []
    # The zone of every Chinese hall is missing only where all are.
    code = "unknown_time_zone" if is_time_zone("Asia/Shanghai") else "no_time_zone_data"
    return [complain("hall.time_zone", code, zone=zone)]


def editor_schema() -> dict[str, Any]:
    """JSON Schema of the hall file, for completion and checks in an editor (Taplo, VS Code)."""
    schema = _explained(msgspec.json.schema(Hall))
    # msgspec leaves out which keys a table may have when they are a fixed choice.
    schema["$defs"]["Console"]["properties"]["keys"]["propertyNames"] = {"enum": list(get_args(KeyName))}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Jiaohao hall.toml", **schema}


def _explained(node: Any) -> Any:
    """Each pattern with its meaning in words, and without the part that only Python's ``$`` needs."""
    if isinstance(node, list):
        return [_explained(item) for item in node]
    if not isinstance(node, dict):
        return node
    explained = {key: _explained(item) for key, item in node.items()}
    words = PATTERNS.get(node["pattern"]) if isinstance(node.get("pattern"), str) else None
    if words:
        explained["pattern"] = node["pattern"].removesuffix(r"(?!\n)")
        explained.setdefault("description", f"{words.zh} / {words.en}")
    return explained
