"""``[quality.questions]`` of the hall file: what could not be answered at once, with an owner and a day."""

from typing import Annotated

import msgspec

from broker.model.hall_base import Declared


class Questions(Declared, frozen=True, kw_only=True):
    """咨询交办: an unclear matter, or a message for a colleague who is away. Working days after the day on which it
    was asked: answered by ``answer_days``; whoever asked is told within ``tell_days`` of the answer, ``call_tries``
    times if nobody is reached. It may be asked again for ``reopen_days``.
    """

    on: bool = False
    answer_days: Annotated[int, msgspec.Meta(ge=0, le=120)] = 3
    tell_days: Annotated[int, msgspec.Meta(ge=0, le=120)] = 1
    reopen_days: Annotated[int, msgspec.Meta(ge=0, le=120)] = 15
    call_tries: Annotated[int, msgspec.Meta(ge=1, le=9)] = 3
