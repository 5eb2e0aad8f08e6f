"""What is the matter on the floor, since when, whether it is new, and who has taken note of it.

What asks for attention is worked out anew each time from what was heard, in ``attention``; here is only what such a
moment cannot know: since when it has been so. A change wakes the open pages, so nobody has to ask every few seconds.
"""

import threading
from collections.abc import Callable

import msgspec
from msgspec import structs

from broker.collector import answers as a
from broker.collector.floor.acknowledged import Acknowledged, Noted

Tell = Callable[[str], None]
"""Something of this name changed: open pages are told, and what was made before is made anew."""
Look = Callable[[int], tuple[a.Attention, ...]]
"""Hall time -> what asks for attention now."""
NEWS = "alert"


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """One thing with the time since which it has been so (hall time), and who has taken note of it, and when.

    ``key`` names what is the matter and where, as long as it lasts.
    """

    key: str
    level: str
    kind: str
    subject: str
    zh: str
    en: str
    since_ms: int
    acts: tuple[str, ...] = ()
    noted_by: str | None = None
    noted_ms: int | None = None


class Alerts:
    """The floor's alerts as one process has seen them come. Safe for threads."""

    def __init__(self, look: Look, now_ms: Callable[[], int], tell: Tell, noted: Acknowledged) -> None:
        self._look, self._now_ms, self._tell, self.noted = look, now_ms, tell, noted
        self._lock = threading.Lock()
        self._since: dict[str, int] = {}
        self._shown: tuple[tuple[str, str], ...] | None = None

    def now(self) -> tuple[Alert, ...]:
        """All of them: alarms first, then what nobody has taken note of, then the newest."""
        now_ms = self._now_ms()
        found = {key_of(one): one for one in self._look(now_ms)}
        with self._lock:
            self._since = {key: min(one.since_ms or now_ms, self._since.get(key, now_ms)) for key, one in found.items()}
            since = dict(self._since)
        noted = self.noted.standing(frozenset(found))
        made = [_alert(key, one, since[key], noted.get(key)) for key, one in found.items()]
        return tuple(sorted(made, key=lambda one: (one.level != "alarm", one.noted_ms is not None, -one.since_ms)))

    def refresh(self) -> None:
        """Look once more and tell open pages if something came or went."""
        shown = tuple(sorted((one.key, one.level) for one in self.now()))
        with self._lock:
            same, self._shown = self._shown in (None, shown), shown
        if not same:
            self._tell(NEWS)

    def acknowledge(self, key: str, account: str) -> Alert | None:
        """Somebody has taken note; None where nothing of that name is the matter any more. The first one stands."""
        there = next((one for one in self.now() if one.key == key), None)
        if there is None:
            return None
        if there.noted_by is None:
            self.noted.note(Noted(key, account, self._now_ms(), there.since_ms))
            self._tell(NEWS)
        return next((one for one in self.now() if one.key == key), there)


def key_of(one: a.Attention) -> str:
    """What is the matter, and where."""
    return f"{one.kind}/{one.subject}"


def _alert(key: str, one: a.Attention, since_ms: int, noted: Noted | None) -> Alert:
    alert = Alert(
        key=key,
        level=one.level,
        kind=one.kind,
        subject=one.subject,
        zh=one.zh,
        en=one.en,
        since_ms=since_ms,
        acts=one.acts,
    )
    return alert if noted is None else structs.replace(alert, noted_by=noted.account, noted_ms=noted.at_ms)
