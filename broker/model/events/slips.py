"""Events of visitors who come again because papers were missing."""

from broker.model.events.base import Event


class ReturnSlipGiven(Event, tag=True, kw_only=True, frozen=True):
    """一次性告知单: whoever brings ``missing`` gets a number near the head of the line, until ``until_ms``.

    That is the end of the last of ``days`` days on which the service is open (0: earlier programs did not say).
    """

    slip: str
    code: str
    service: str
    counter: str
    ticket: str
    missing: str
    until_ms: int
    days: int = 0
    clerk: str | None = None
    person: str | None = None
