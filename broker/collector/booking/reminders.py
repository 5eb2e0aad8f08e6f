"""What somebody is told on the telephone about an appointment: that it is booked, the day before, two hours before;
that it was moved, with the reminders of the new time; that staff cancelled it.

The number lies in the notifier's own file alone, as long as a message about the appointment waits there; it is erased
with the day of the appointment, or when that is cancelled. Nobody can be told of a change once it is erased.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from broker.collector.notify.message import Message
from broker.collector.web import Web

if TYPE_CHECKING:
    from broker.collector.booking.desk import Wish

HOUR_MS = 3_600_000
BEFORE: dict[str, int] = {"day": 24 * HOUR_MS, "hours": 2 * HOUR_MS}


def offered(web: Web) -> bool:
    """Whether the hall has a way to tell anybody."""
    return "phone" in web.notifier.ways()


def promise(web: Web, wish: "Wish", code: str, link: str) -> None:
    """Say it is booked, and remind in time; what would be due before now is left out."""
    if offered(web):
        names = web.hall.services[wish.items[0].service].names
        facts = {"service": names.zh, "service_en": names.en, "code": code, "link": link}
        _promise(web, wish.id, wish.at_ms, str(wish.at_ms), wish.phone, facts)


def forget(web: Web, appointment: str) -> None:
    """Its holder will not come: nobody is told anything any more."""
    for one in web.notifier.not_left(f"{appointment}."):
        web.notifier.cancel(one.id)


def moved(web: Web, appointment: str, at_ms: int, may_tell: Callable[[str], bool] = lambda phone: True) -> None:
    """Who was to be reminded is told the new time, and reminded of that; said again it changes nothing.

    ``may_tell``: whether this telephone may hear of it at once. Whose it is nobody proved, and a link moves often.
    """
    known = web.notifier.not_left(f"{appointment}.")
    if not known or known[0].until_ms == at_ms:
        return
    forget(web, appointment)
    mark = f"{at_ms}.{web.clock.now_ms()}"  # moved there and back, the ids of the first time are used up
    at_once = may_tell(known[0].to)
    _promise(web, appointment, at_ms, mark, known[0].to, known[0].facts, at_once=at_once)


def cancelled_by_staff(web: Web, appointment: str) -> None:
    """Who was to be reminded is told that it is cancelled."""
    known = web.notifier.not_left(f"{appointment}.")
    forget(web, appointment)
    for one in known[:1]:
        web.notifier.send(
            Message(
                id=f"{appointment}-cancelled",
                way="phone",
                to=one.to,
                kind="appointment_cancelled",
                facts=one.facts,
                erase_ms=one.erase_ms,
                until_ms=one.until_ms,
            )
        )


def _promise(
    web: Web, appointment: str, at_ms: int, mark: str, to: str, facts: Mapping[str, str], *, at_once: bool = True
) -> None:
    at = datetime.fromtimestamp(at_ms / 1000, web.zone)
    erase_ms, now_ms = web.day_end_ms(at_ms), web.clock.now_ms()
    for name, from_ms in {"booked": 0, **{key: at_ms - before for key, before in BEFORE.items()}}.items():
        if at_once if name == "booked" else from_ms > now_ms:
            web.notifier.send(
                Message(
                    id=f"{appointment}.{name}.{mark}",
                    way="phone",
                    to=to,
                    kind="appointment_booked" if name == "booked" else "appointment_reminder",
                    facts={**facts, "time": f"{at:%Y-%m-%d %H:%M}"},
                    erase_ms=erase_ms,
                    until_ms=at_ms,
                    from_ms=from_ms,
                )
            )
