"""What ``/api/outlets`` answers."""

from typing import Literal

from broker.collector.answers import Answer
from broker.model.views import Emergency, OpenState, PausedCounter, ServiceLine, WaitRange
from broker.model.words import Names, Slug


class OutletStatus(Answer, frozen=True, kw_only=True):
    """An entrusted outlet now. ``at_ms`` is when this picture was taken; ``stale``: nobody has confirmed it lately.

    ``source`` is ``hall`` for counters of this hall, ``own`` for an outlet with a Jiaohao of its own at ``url``. What
    is not known (nothing was heard yet) is None or empty, never a made up zero. ``wait`` spans those of its
    services.
    """

    outlet: Slug
    names: Names
    address: Names | None
    phone: str
    source: Literal["hall", "own"]
    url: str
    at_ms: int | None
    stale: bool
    open: OpenState | None
    issuing: bool
    issuing_reason: str
    issuing_reason_en: str
    waiting: int | None
    wait: WaitRange | None
    counters_open: tuple[str, ...]
    paused: tuple[PausedCounter, ...]
    services: tuple[ServiceLine, ...]
    emergency: Emergency | None = None


class OutletList(Answer, frozen=True, kw_only=True):
    """All outlets of the hall file, in its order."""

    outlets: tuple[OutletStatus, ...]
