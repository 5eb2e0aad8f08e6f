"""What the engine knows of a counter without anybody, and of who is expected on post; parts of ``State``."""

from dataclasses import dataclass
from typing import Literal

from broker.model.commands.rota import RotaSession
from broker.model.events.duty import CoverKind

Stage = Literal["long", "wanted", "appointed", "incident"]
"""The clerk was warned; the duty leader has a task; somebody was sent; nobody came in time (空窗)."""


@dataclass(slots=True)
class Cover:
    """Where it stands with one counter that nobody serves. ``task`` is empty while the clerk is only warned."""

    counter: str
    kind: CoverKind
    stage: Stage
    since_ms: int
    task: str = ""
    due_ms: int | None = None
    clerk: str | None = None
    substitute: str | None = None


@dataclass(slots=True)
class RotaDay:
    """Who leads and who is on duty on a day; see ``RotaMade``."""

    day: str
    leader: str | None = None
    sessions: tuple[RotaSession, ...] = ()
