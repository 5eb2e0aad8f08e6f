"""What was typed into the form of a week's rota, as one command for each day."""

from typing import Protocol

from broker.collector.errors import Malformed
from broker.model.commands import MakeRota, RotaPost, RotaSession
from broker.model.hall import Hall

REASON_MOST = 100


class Typed(Protocol):
    """A form in which a name may stand several times."""

    def get(self, name: str, default: str) -> str: ...

    def getlist(self, name: str) -> list[str]: ...


def day_of_form(hall: Hall, form: Typed, day: str, sessions: tuple[str, ...]) -> MakeRota:
    """Each post is typed as ``counter/clerk``; the clerk may be empty."""
    leader, reason = form.get(f"leader-{day}", ""), form.get("reason", "").strip()
    if leader and leader not in hall.clerks:
        raise Malformed(detail=f"leader-{day}")
    if len(reason) > REASON_MOST:
        raise Malformed(detail="reason")
    planned = []
    for session in sessions:
        posts = tuple(_post(hall, text, f"at-{day}-{session}") for text in form.getlist(f"at-{day}-{session}"))
        if posts:
            planned.append(RotaSession(session=session, posts=posts))
    return MakeRota(day=day, leader=leader or None, sessions=tuple(planned), reason=reason)


def _post(hall: Hall, text: str, field: str) -> RotaPost:
    counter, slash, clerk = text.partition("/")
    if not slash or counter not in hall.counters or (clerk and clerk not in hall.clerks):
        raise Malformed(detail=field)
    return RotaPost(counter, clerk or None)
