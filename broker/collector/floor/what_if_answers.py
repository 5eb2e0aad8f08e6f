"""What ``/api/what-if`` takes and answers: a day of the journal, what is to be otherwise, what would have been.

Times are minutes. The tables are those of ``python -m broker whatif --json``, which is what is asked.
"""

from typing import Annotated, Literal

import msgspec

from broker.model.hall_calling import CapMinutes, RuleName

MORE_COUNTERS = 20
Exponent = Annotated[float, msgspec.Meta(ge=0, le=1)]
Factor = Annotated[float, msgspec.Meta(ge=0.01, le=10)]
Counters = Annotated[int, msgspec.Meta(ge=-MORE_COUNTERS, le=MORE_COUNTERS)]
RunState = Literal["running", "done", "failed", "too_long", "cancelled"]


class WhatIfBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``day`` played again; what is left out stays as it was. ``factors`` by priority class; ``counters`` so many
    more, or fewer; ``services`` of the added ones (none: those of the counter that was open longest)."""

    day: str
    rule: RuleName | None = None
    exponent: Exponent | None = None
    factors: dict[str, Factor] = {}
    cap_min: CapMinutes | None = None
    counters: Counters = 0
    services: tuple[str, ...] = ()


MOST_RUNS = 2**31
"""Of one start of the collector; numbers beyond were given to nobody."""


class WhatIfCancel(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """End this run."""

    run: Annotated[int, msgspec.Meta(ge=1, le=MOST_RUNS)]


class WaitsTold(msgspec.Struct, frozen=True, kw_only=True):
    """Of one group; null where nobody was called. ``within``: share of the called within their target; ``overtaken``:
    by how many later comers of the same service each was passed, on an average; ``uncalled`` left or were there at the
    end, and had waited ``uncalled_min`` on the mean by then, which is in no other figure."""

    called: int
    uncalled: int
    uncalled_min: float | None
    mean_min: float | None
    p50_min: float | None
    p95_min: float | None
    longest_min: float | None
    within: float | None
    overtaken: float | None


class GapTold(msgspec.Struct, frozen=True, kw_only=True):
    """Of one group's mean waits: ``longer_min`` is changed less reproduced, ``off_min`` the model's error. ``told``:
    the first is greater, so that something can be told of the change."""

    longer_min: float
    off_min: float
    told: bool


class WhatIfTables(msgspec.Struct, frozen=True, kw_only=True):
    """Group (``all``, ``class NAME``, ``service NAME``) -> waits: as it was, reproduced by the same rule, changed.

    ``gaps`` are of the groups of whom somebody was called in each table. ``error_min``: mean distance of reproduced
    from real waits, ticket by ticket; ``manual`` of ``calls`` were by number. ``unfinished``: the day still ran, and is
    known up to ``ends_ms``.
    """

    day: str
    was: dict[str, WaitsTold]
    reproduced: dict[str, WaitsTold]
    changed: dict[str, WaitsTold]
    gaps: dict[str, GapTold]
    error_min: float
    calls: int
    manual: int
    ends_ms: int
    unfinished: bool


class WhatIfRun(msgspec.Struct, frozen=True, kw_only=True):
    """One question and, once ``done``, its answer; else ``zh`` and ``en`` say why there is none."""

    run: int
    at_ms: int
    asked: WhatIfBody
    state: RunState = "running"
    answer: WhatIfTables | None = None
    zh: str = ""
    en: str = ""


class WhatIfList(msgspec.Struct, frozen=True, kw_only=True):
    """Days that can be asked of, newest first; the last few runs, newest first."""

    days: tuple[str, ...]
    runs: tuple[WhatIfRun, ...]
