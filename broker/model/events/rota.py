"""Events of the duty rota."""

from broker.model.commands.rota import RotaSession
from broker.model.events.base import Event


class RotaMade(Event, tag=True, kw_only=True, frozen=True):
    """Who leads and who is on duty on a day; the newest of a day counts, ``reason`` is why it was changed."""

    day: str
    leader: str | None = None
    sessions: tuple[RotaSession, ...] = ()
    reason: str = ""
    by: str = ""


class RotaLooked(Event, tag=True, kw_only=True, frozen=True):
    """Once for each planned session of a day: how many counters were planned, and which of them were ``closed``.

    ``until_ms`` is when the session ends.
    """

    day: str
    session: str
    until_ms: int
    planned: int
    closed: tuple[str, ...] = ()
