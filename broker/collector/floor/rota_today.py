"""Today's duty rota as the floor shows it: who leads, who is on duty in which session. Looked up once a minute."""

from dataclasses import dataclass

from broker.collector.web import Web
from broker.model.commands import RotaPost
from broker.model.words import Names
from broker.runtime.errors import DatabaseError
from broker.store.errors import StoreError

KEPT_MS = 60_000
"""The floor is drawn at every change of it; the rota changes by hand."""


@dataclass(frozen=True)
class RotaToday:
    """``sessions``: name and posts; those that are over are left out."""

    leader: str | None
    sessions: tuple[tuple[Names, tuple[RotaPost, ...]], ...]


class RotaLook:
    """Kept for a minute; None where the hall keeps no rota, nothing is planned or it cannot be read now."""

    def __init__(self, web: Web) -> None:
        self._web = web
        self._kept: tuple[int, str, RotaToday | None] = (-KEPT_MS, "", None)

    def __call__(self) -> RotaToday | None:
        """As it stands."""
        if not self._web.hall.rota.on:
            return None
        now_ms, today = self._web.clock.now_ms(), self._web.today()
        if self._kept[1] != today or not 0 <= now_ms - self._kept[0] < KEPT_MS:
            self._kept = now_ms, today, self._look(now_ms, today)
        return self._kept[2]

    def _look(self, now_ms: int, today: str) -> RotaToday | None:
        try:
            story = self._web.reports.rota().get(today)
        except (DatabaseError, StoreError):
            return None  # the page of the rota says so; the floor must not suffer
        if story is None:
            return None
        running = {one.name for one in self._web.sessions_of(today) if now_ms < one.closes_ms}
        names = self._web.hall.sessions
        planned = [one for one in story.sessions if one.session in running]
        return RotaToday(story.leader, tuple((names[one.session].names, one.posts) for one in planned))
