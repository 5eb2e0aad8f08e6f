"""A hall as plain TOML values, with some of them changed: for tests of what the hall file refuses."""

import copy
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent
HALLS = ROOT / "firmware_config" / "halls"
CUT = object()
"""As a new value: the key is taken out."""
_BASE = tomllib.loads((HALLS / "one_kiosk.toml").read_text(encoding="utf-8"))


def base() -> dict[str, Any]:
    """The values of ``one_kiosk.toml``, which has no mistake; free to be changed."""
    return copy.deepcopy(_BASE)


def edited(edits: dict[str, Any]) -> dict[str, Any]:
    """The base with ``{"services.pension.series": "x", "hall.id": CUT}`` put in."""
    raw = base()
    for path, value in edits.items():
        *tables, key = path.split(".")
        table = raw
        for name in tables:
            table = table.setdefault(name, {})
        if value is CUT:
            del table[key]
        else:
            table[key] = copy.deepcopy(value)
    return raw
