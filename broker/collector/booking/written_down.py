"""What staff write down about an appointment: which service, when; the code is made from the appointment's id. Pure."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from broker.collector.booking.codes import code_of
from broker.collector.errors import Malformed, WebError
from broker.collector.forms import form_id
from broker.collector.web import SessionsOf
from broker.model.hall import Hall

_CODE = re.compile(r"[0-9A-Z]{6,16}")
_ID = form_id("desk")


@dataclass(frozen=True)
class Booking:
    """An appointment as a page's form has it."""

    appointment: str
    service: str
    at_ms: int

    @property
    def code(self) -> str:
        """The same id is the same code, so that a form sent twice is one appointment."""
        return code_of(hashlib.sha256(self.appointment.encode()).digest())

    @property
    def wish(self) -> str:
        """The id of the command: a form sent twice is one wish, with another time it is another one."""
        digest = hashlib.sha256(f"{self.service} {self.at_ms}".encode()).hexdigest()
        return f"{self.appointment}.{digest[:16]}"


def code_typed(text: str) -> str:
    """The code in what was typed at the desk, of an appointment or a slip; empty where there is none."""
    code = re.sub(r"[\s-]", "", text[:40]).upper()
    return code if _CODE.fullmatch(code) else ""


class NotServedThen(WebError):
    """Nobody could check in at that time."""

    status, code = 422, "not_served_then"
    zh = "{day} {time} 不办理该业务，请另选时间"
    en = "That service is not open at {time} on {day}. Choose another time."


def booking_of(hall: Hall, zone: ZoneInfo, appointment: str, service: str, day: str, time: str) -> Booking:
    """From the fields of a form; Malformed."""
    if not _ID.fullmatch(appointment) or service not in hall.services:
        raise Malformed(detail="appointment, service")
    try:
        at = datetime.strptime(f"{day} {time}", "%Y-%m-%d %H:%M").replace(tzinfo=zone)
        return Booking(appointment, service, round(at.timestamp() * 1000))
    except (ValueError, OverflowError):
        raise Malformed(detail="day, time") from None


def check_served(hall: Hall, booking: Booking, day: str, time: str, sessions_of: SessionsOf) -> None:
    """NotServedThen unless the service is open at that time by the hall's calendar."""
    wanted = hall.services[booking.service].sessions
    try:
        sessions = sessions_of(day)
    except (ValueError, OverflowError):
        raise Malformed(detail="day") from None
    served = (s for s in sessions if not wanted or s.name in wanted)
    if not any(s.opens_ms <= booking.at_ms < s.closes_ms for s in served):
        raise NotServedThen(day=day, time=time)
