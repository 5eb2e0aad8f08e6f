"""What is told of a ticket that was looked for. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FoundTicket:
    """One live ticket of a telephone."""

    number: str
    service: str
    ahead: int
