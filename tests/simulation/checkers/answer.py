"""Reading an answer as it came over the wire, with a plain JSON reader."""

import json
from functools import lru_cache
from typing import Any


@lru_cache(maxsize=4096)
def read(reply: bytes) -> dict[str, Any]:
    """The answer as a mapping."""
    found: dict[str, Any] = json.loads(reply)
    return found


def refusal_of(reply: bytes) -> dict[str, Any] | None:
    """``code`` and ``facts`` of a refusal; None for any other answer."""
    answer = read(reply)
    refusal = answer.get("refusal")
    if answer.get("kind") != "refused" or not refusal:
        return None
    return {"code": refusal["code"], "facts": refusal.get("facts", {})}


def is_final(reply: bytes) -> bool:
    """Whether it answers the command; "go back" only speaks of the order of sending."""
    return read(reply).get("kind") in ("done", "refused")
