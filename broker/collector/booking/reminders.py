"""What somebody is told on the telephone about an appointment: that it is booked, the day before, two hours before.

The number lies in the notifier's own file alone, and is erased with the day of the appointment, or when that is
cancelled.
"""

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
    if not offered(web):
        return
    at = datetime.fromtimestamp(wish.at_ms / 1000, web.zone)
    names = web.hall.services[wish.items[0].service].names
    facts = {"service": names.zh, "service_en": names.en, "time": f"{at:%Y-%m-%d %H:%M}", "code": code, "link": link}
    erase_ms, now_ms = web.day_end_ms(wish.at_ms), web.clock.now_ms()
    for name, from_ms in {"booked": 0, **{key: wish.at_ms - before for key, before in BEFORE.items()}}.items():
        if name == "booked" or from_ms > now_ms:
            web.notifier.send(
                Message(
                    id=_id(wish.id, name, wish.at_ms),
                    way="phone",
                    to=wish.phone,
                    kind="appointment_booked" if name == "booked" else "appointment_reminder",
                    facts=facts,
                    erase_ms=erase_ms,
                    until_ms=wish.at_ms,
                    from_ms=from_ms,
                )
            )


def forget(web: Web, appointment: str, time_ms: int) -> None:
    """It is cancelled or moved: nobody is reminded of it."""
    for name in ("booked", *BEFORE):
        web.notifier.cancel(_id(appointment, name, time_ms))


def _id(appointment: str, name: str, time_ms: int) -> str:
    return f"{appointment}.{name}.{time_ms}"
