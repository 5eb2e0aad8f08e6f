"""What a checker says when a law was broken: the law, when, one sentence, and the facts to look for it."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Violation:
    """``law``: a number of docs/laws.md, or ``wait`` for the promise about waiting; ``at_ms`` is the world's time."""

    law: str
    at_ms: int
    sentence: str
    facts: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.law} at {self.at_ms}: {self.sentence} {self.facts or ''}".rstrip()
