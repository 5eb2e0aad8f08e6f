"""Writes docs/reference.md from the code: every command, event, refusal, view, topic, law of life and hall key."""

import inspect
import re
import sys
from pathlib import Path
from typing import get_args, get_type_hints

import msgspec

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from broker.contract.topics import ROOT as TOPIC_ROOT  # noqa: E402
from broker.contract.topics import TOPICS  # noqa: E402
from broker.model import commands, events, hall, refusals, views  # noqa: E402
from broker.model.promised_times import PROMISED_TIMES  # noqa: E402
from broker.model.ticket import LIFE  # noqa: E402

KEY_HEAD = ("| key | type | default |", "|---|---|---|")
TARGET = ROOT / "docs" / "reference.md"


def reference() -> str:
    """The whole page."""
    parts = [
        "# Reference",
        "Written by `script/reference.py` from the code; the suite fails when it is not current.",
        _topics(),
        _structs("Commands: everything that can be asked", get_args(commands.AnyCommand)),
        _structs("Events: everything that can happen", get_args(events.AnyEvent)),
        _refusals(),
        _structs("Views: everything that is shown", list(views.VIEW_KINDS.values())),
        _life(),
        _hall_keys(),
        _promised_times(),
    ]
    return "\n\n".join(parts) + "\n"


def _topics() -> str:
    rows = [
        f"| `{TOPIC_ROOT}/{{hall}}/{t.pattern}` | {', '.join(t.publishers)}{' (own name only)' if t.own else ''} | "
        f"{', '.join(t.readers)} | {t.qos}{', retained' if t.retain else ''} | {t.carries} |"
        for t in TOPICS
    ]
    return "\n".join(
        ["## Topics", "", "| topic | published by | read by | QoS | carries |", "|---|---|---|---|---|", *rows]
    )


def _structs(title: str, kinds: object) -> str:
    rows = [f"| `{kind.__name__}` | {_first(kind)} | {_fields(kind)} |" for kind in kinds]  # type: ignore[attr-defined]
    return "\n".join([f"## {title}", "", "| name | meaning | fields |", "|---|---|---|", *rows])


def _refusals() -> str:
    kinds = [kind for _, kind in inspect.getmembers(refusals, inspect.isclass) if issubclass(kind, refusals.Refusal)]
    rows = [
        f"| `{refusals.code_of(kind)}` | {kind.template.zh} | {kind.template.en} |"
        for kind in sorted(kinds, key=refusals.code_of)
        if kind is not refusals.Refusal
    ]
    return "\n".join(["## Refusals: why not", "", "| code | 中文 | English |", "|---|---|---|", *rows])


def _life() -> str:
    arrows = [f"    {before} --> {after}" for before, all_after in LIFE.items() for after in sorted(all_after)]
    return "\n".join(["## A ticket's life", "", "```mermaid", "stateDiagram-v2", *arrows, "```"])


def _hall_keys() -> str:
    parts = [
        "## Hall file: every key",
        'A `Names` is written `{ zh = "养老保险", en = "Pension" }`, always both. Other types beginning with a capital '
        "letter are tables of their own, below. Every file and folder that is named here - `catalogue`, `media`, "
        "`logo`, `photo`, `backup_folder` - is looked for beside the hall file, unless it is absolute "
        "(`/srv/hall/media`); a `model` of speech is always absolute.",
    ]
    for kind in sorted(_tables(hall.Hall), key=lambda kind: kind.__name__):
        hints = get_type_hints(kind)
        rows = [
            f"| `{field.name}` | {_type_name(hints[field.name])} | {_default(field)} |"
            for field in msgspec.structs.fields(kind)
        ]
        parts.append("\n".join([f"### {kind.__name__}", "", _first(kind), "", *KEY_HEAD, *rows]))
    return "\n\n".join(parts)


def _promised_times() -> str:
    rows = [
        f"| `{key}` | {one.names.zh} {one.names.en} | {one.days} {one.unit} | "
        f"{'; '.join(stage.said.en for stage in one.stages)} | {one.source} |"
        for key, one in sorted(PROMISED_TIMES.items())
    ]
    return "\n".join(
        [
            "## Promised times that a service may name: `promised_as`",
            "",
            "What the clock of a case counts, all stages, and the published standard ([seeds](seeds.md)).",
            "",
            "| key | business | clock | stages | source |",
            "|---|---|---|---|---|",
            *rows,
        ]
    )


def _tables(kind: type[hall.Declared]) -> set[type[hall.Declared]]:
    """``kind`` and every table that can stand in it, however deep."""
    found, rest = set(), [kind]
    while rest:
        found.add(kind := rest.pop())
        rest += {part for hint in get_type_hints(kind).values() for part in _parts(hint)} - found
    return found


def _parts(hint: object) -> set[type[hall.Declared]]:
    if isinstance(hint, type) and issubclass(hint, hall.Declared):
        return {hint}
    return {part for argument in get_args(hint) for part in _parts(argument)}


def _fields(kind: type[msgspec.Struct]) -> str:
    return ", ".join(f"`{field.name}`" for field in msgspec.structs.fields(kind)) or "-"


def _first(kind: type) -> str:
    return " ".join((inspect.getdoc(kind) or "").split())


def _type_name(hint: object) -> str:
    text = getattr(hint, "__name__", None) if isinstance(hint, type) else str(hint)
    return re.sub(r"broker\.model\.\w+\.|typing\.", "", str(text or hint)).replace("|", "or")


def _default(field: msgspec.structs.FieldInfo) -> str:
    if field.required:
        return "required"
    value = field.default if field.default is not msgspec.NODEFAULT else field.default_factory()
    if isinstance(value, hall.Declared):
        return "see its table"
    return f"`{value!r}`" if value or isinstance(value, str | int | float | bool) else "empty"


if __name__ == "__main__":
    TARGET.write_text(reference(), encoding="utf-8")
