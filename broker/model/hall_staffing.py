"""How counters needed are reckoned: ``[staffing]`` of the hall file."""

from typing import Annotated

import msgspec

from broker.model.hall_base import Declared


class StaffingRules(Declared, frozen=True, kw_only=True):
    """By what the collector says how many counters are needed (docs/queueing.md). It advises; nothing is opened by it.

    ``share`` of all are to wait no longer than their service's ``wait_goal_minutes``. A line that is too long already
    is to be cleared within ``clear_min``. The page looks ``hours_ahead``. People are taken to be patient for
    ``patience_least_min`` at least, on the mean, however soon those on record left.
    """

    share: Annotated[float, msgspec.Meta(ge=0.5, le=0.99)] = 0.8
    clear_min: Annotated[int, msgspec.Meta(ge=10, le=120)] = 30
    hours_ahead: Annotated[int, msgspec.Meta(ge=1, le=8)] = 4
    patience_least_min: Annotated[int, msgspec.Meta(ge=1, le=240)] = 1
