"""``[rota]`` of the hall file: whether the hall keeps a duty rota. Off unless the file says so."""

from typing import Annotated

import msgspec

from broker.model.hall_base import Declared


class Rota(Declared, frozen=True, kw_only=True):
    """值班表: who leads and who is on duty in which session of a day. Whether the counters that it names are open is
    looked at once for each session, ``look_after_min`` minutes after it began.
    """

    on: bool = False
    look_after_min: Annotated[int, msgspec.Meta(ge=1, le=120)] = 5
