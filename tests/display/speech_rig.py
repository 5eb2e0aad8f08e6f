"""Calls for the tests of what a display says."""

from broker.model.views import Call
from broker.model.words import Names, TicketStatus

START_MS = 1_800_000_000_000


def make_call(
    number: str = "A005",
    counter_name: str = "3",
    *,
    call_id: str | None = None,
    at_ms: int = START_MS,
    valid_ms: int = 60_000,
    recall: int = 0,
    language: str = "zh",
    status: TicketStatus = TicketStatus.CALLED,
) -> Call:
    """One summons; its id is made of ticket, counter and recall unless given."""
    return Call(
        call_id=call_id or f"call-{number}-{counter_name}-{recall}",
        number=number,
        counter=f"c{counter_name}",
        counter_name=counter_name,
        service=Names("社会保险", "Social insurance"),
        called_at_ms=at_ms,
        valid_until_ms=at_ms + valid_ms,
        recall=recall,
        language=language,
        status=status,
    )
