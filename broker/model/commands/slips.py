"""Commands about visitors who come again because papers were missing."""

from typing import Annotated

import msgspec

from broker.model.commands.appointments import AppointmentCode
from broker.model.commands.base import AtCounter
from broker.model.words import Identifier, Sentence


class GiveReturnSlip(AtCounter, tag=True, kw_only=True, frozen=True):
    """一次性告知单: the visit at the counter ends for missing papers; with the slip's code its holder comes again.

    ``missing`` is what to bring, said once and completely. ``days`` are days on which the service is open, after today
    (None: ``rules.slip_days``). The code is typed or scanned at a kiosk as an appointment's (``CheckIn``); its number
    stands near the head of the line.
    """

    slip: Identifier
    code: AppointmentCode
    missing: Sentence
    days: Annotated[int, msgspec.Meta(ge=1, le=30)] | None = None
