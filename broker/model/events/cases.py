"""Events of the cases of the quality desk.

Deadlines are written down as they were reckoned, with the hall's calendar of that moment. Nothing of a visitor stands
here, and no text that anybody wrote about one.
"""

from typing import Literal

from broker.model.case_life import CaseKind
from broker.model.commands.cases import Channel
from broker.model.events.base import Event
from broker.model.words import Level

Light = Literal["yellow", "red"]


class CaseOpened(Event, tag=True, kw_only=True, frozen=True):
    """A case began. ``due_ms``: the stage is late from then on (0: never); ``red_ms``: the whole case is.

    ``received_ms``: of a complaint, when it came: its days count from then. ``evaluation``: of a rating; ``of``: the
    case from which a record of accountability comes, ``cause``: for what it is (None: a promise that was not kept),
    ``reason``: why the leader began it. ``clerk`` is whom it is about.
    """

    case: str
    kind: CaseKind
    number: str
    stage: str
    due_ms: int
    red_ms: int = 0
    received_ms: int = 0
    counter: str | None = None
    service: str | None = None
    clerk: str | None = None
    evaluation: str | None = None
    level: Level | None = None
    contact: bool = False
    channel: Channel | None = None
    item: str | None = None
    of: str | None = None
    cause: str | None = None
    reason: str = ""
    owner: str = ""
    by: str = ""


class CaseStepped(Event, tag=True, kw_only=True, frozen=True):
    """A step was taken, and where the case stands since. ``late``: it was due before.

    ``anew``: its days count from this step on. ``days_left``: of a promise whose clock stands still, how many
    days it has left when it goes on.
    """

    case: str
    step: str
    stage: str
    due_ms: int
    red_ms: int = 0
    verdict: str = ""
    target: str = ""
    reason: str = ""
    days: int = 0
    days_left: int | None = None
    red_left: int | None = None
    late: bool = False
    anew: bool = False
    by: str = ""


class CaseGiven(Event, tag=True, kw_only=True, frozen=True):
    """Another account looks after it."""

    case: str
    owner: str
    by: str = ""


class CaseOverdue(Event, tag=True, kw_only=True, frozen=True):
    """Its time is over and nobody took the step: once for each deadline. ``due_ms`` is that deadline."""

    case: str
    stage: str
    due_ms: int
    light: Light = "yellow"
