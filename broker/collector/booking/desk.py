"""What pages and API do for who books from home: ask the engine, which alone decides, and give a signed link.

Every wish has an id that its maker chose, so that it can be sent again. A slot that is shown as full is refused here,
where it costs nothing: a crowd before a full morning must not use up what staff may ask the engine. Whatever was sent
on once is always sent on again, so that a lost answer is not lost for good.
"""

import base64
import hashlib
import hmac
import re
import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass

from broker.collector.booking import reminders
from broker.collector.booking.booked import Booked, booked_one
from broker.collector.booking.booking_answers import WISH_PATTERN
from broker.collector.booking.codes import code_of
from broker.collector.booking.identity import Identities, Kind, check_identity
from broker.collector.booking.slots_shown import Slots
from broker.collector.errors import EngineRefused, Malformed, NotFound, TooMany, WebError
from broker.collector.heard.asking import ask_engine
from broker.collector.safety.limits import Buckets
from broker.collector.web import Web, address
from broker.contract.codec import refusal_message
from broker.model import commands as c
from broker.model.refusals import TooFarAhead
from broker.model.slots import ITEMS_MOST, Item, places_of

BY = "home"
CODE_TRIES = 4
SENT_KEPT = 20_000
FAR_MS = 400 * 86_400_000
"""Nobody may book so far ahead, whatever the hall's rules; much later moments are of no calendar."""
WISH = re.compile(WISH_PATTERN)
PHONE = re.compile(r"1[3-9][0-9]{9}")


class SlotShownFull(WebError):
    """As the engine said a moment ago."""

    status, code = 409, "slot_full"
    zh = "这个时段已约满，请另选时间"
    en = "This time slot is full. Choose another time."


class NotYours(WebError):
    """Neither which of both was wrong nor whether the code exists is told."""

    status, code = 404, "no_such_booking"
    zh = "没有找到：请核对预约码和证件号码"
    en = "Not found. Check the code and the ID number."


class WrongPhone(WebError):
    status, code = 422, "wrong_phone"
    zh = "手机号码应为 11 位数字"
    en = "A mobile number has 11 digits."


@dataclass(frozen=True)
class Wish:
    """What somebody wants to book; ``typed`` is his number and is forgotten with this."""

    id: str
    items: tuple[Item, ...]
    at_ms: int
    kind: Kind
    typed: str
    phone: str = ""

    def __repr__(self) -> str:
        return f"Wish({self.id})"


class BookingDesk:
    """One for all routes of appointments from home."""

    def __init__(self, web: Web) -> None:
        self.web, self.slots, self._identities = web, Slots(web), Identities(web)
        self._secret = web.accounts.secret("booking").encode()
        self._asks = Buckets(30, 20, web.clock.machine_s)
        self._engine = Buckets(6_000, 100, web.clock.machine_s)
        self._guesses = Buckets(10, 10, web.clock.machine_s)
        self._told = Buckets(0.1, 5, web.clock.machine_s)
        self._moves = Buckets(0.2, 10, web.clock.machine_s)
        self._sent: OrderedDict[str, None] = OrderedDict()
        self._lock = threading.Lock()

    def book(self, wish: Wish) -> dict[str, object]:
        """The engine's answer (appointment, code); EngineRefused, SlotShownFull, WrongIdentity and others."""
        self._asks.take(address())
        self._check(wish)
        if wish.id not in self._sent:
            self._check_shown(wish)
        self._engine.take("all")
        self._remember(wish.id)
        keys = self._identities.keys(wish.kind, wish.typed, wish.at_ms)
        facts = {"appointment": wish.id, "service": wish.items[0].service, "at_ms": wish.at_ms, "source": "home"}
        facts |= {"unit": wish.kind == "unit", "items": wish.items if _several(wish) else ()}
        facts |= {"person": keys.person, "who": keys.who, "who_before": keys.who_before}
        what = hashlib.sha256(f"{wish.items} {wish.at_ms} {keys.person}".encode()).hexdigest()[:16]
        for turn in range(CODE_TRIES):
            command = c.BookAppointment(code=self._code(wish.id, turn), **facts)  # type: ignore[arg-type]
            try:
                result = ask_engine(self.web, command, f"{wish.id}.{what}.{turn}", BY)
                break
            except EngineRefused as refused:
                if refused.answer().code != "code_taken" or turn + 1 == CODE_TRIES:
                    raise
        if wish.phone and self._may_tell(wish.phone):
            reminders.promise(self.web, wish, str(result["code"]), self.link(wish.id))
        return result

    def mine(self, appointment: str, sign: str) -> Booked:
        """What a signed link leads to; NotFound for any other."""
        if WISH.fullmatch(appointment) is None or not hmac.compare_digest(
            sign.encode(), self.sign(appointment).encode()
        ):
            self._guesses.take(address())
            raise NotFound
        self.web.refreshes.take(f"{address()} {appointment}")  # each look is a question to the engine
        booked = booked_one(self.web, BY, appointment=appointment)
        if booked is None:
            raise NotFound
        return booked

    def find(self, code: str, kind: Kind, typed: str) -> Booked:
        """By code and identity; NotYours, or TooMany for who guesses."""
        self._guesses.take(address())
        self._guesses.take(f"code {code}")
        check_identity(kind, typed)
        found = booked_one(self.web, BY, code=code)
        if found is None or found.source != "home":
            raise NotYours
        mine = booked_one(self.web, BY, code=code, person=self._identities.day_key(kind, typed, found.time_ms))
        if mine is None:
            raise NotYours
        return mine

    def cancel(self, booked: Booked) -> None:
        """EngineRefused when it is too late for that."""
        self._asks.take(address())
        self._engine.take("all")
        command = c.CancelAppointment(appointment=booked.appointment, source="home")
        ask_engine(self.web, command, f"{booked.appointment}.cancel.{booked.time_ms}", BY)
        reminders.forget(self.web, booked.appointment)

    def move(self, booked: Booked, at_ms: int, kind: Kind, typed: str) -> None:
        """The identity is asked for again: a key of another day is made of it, and nothing else knows it."""
        self._asks.take(address())
        self._moves.take(booked.appointment)
        self._check_near(at_ms)
        check_identity(kind, typed)
        self._engine.take("all")
        command = c.MoveAppointment(
            appointment=booked.appointment,
            at_ms=at_ms,
            source="home",
            was=self._identities.day_key(kind, typed, booked.time_ms),
            person=self._identities.day_key(kind, typed, at_ms),
        )
        try:
            # Each time another wish: what was refused may be free by now, and who went there and back may go again.
            ask_engine(self.web, command, f"{booked.appointment}.move.{secrets.token_hex(12)}", BY)
        except EngineRefused:
            if booked.time_ms == at_ms or not self._is_at(booked.appointment, at_ms):
                raise  # else it was sent twice at once, and the other one did it
        reminders.moved(self.web, booked.appointment, at_ms, self._may_tell)

    def _is_at(self, appointment: str, at_ms: int) -> bool:
        found = booked_one(self.web, BY, appointment=appointment)
        return found is not None and found.time_ms == at_ms

    def sign(self, appointment: str) -> str:
        """What a link must carry besides the id."""
        made = hmac.digest(self._secret, f"booking {appointment}".encode(), "sha256")
        return base64.b32encode(made)[:16].decode().lower()

    def link(self, appointment: str) -> str:
        """The holder's own page."""
        return f"{self.web.options.public_url.rstrip('/')}/booking/a/{appointment}?k={self.sign(appointment)}"

    def _check(self, wish: Wish) -> None:
        services = [item.service for item in wish.items]
        known = set(self.slots.services())
        if WISH.fullmatch(wish.id) is None or not 0 < len(services) <= ITEMS_MOST:
            raise Malformed(detail="id, items")
        if not known.issuperset(services):
            raise NotFound
        self._check_near(wish.at_ms)
        if wish.phone and PHONE.fullmatch(wish.phone) is None:
            raise WrongPhone
        check_identity(wish.kind, wish.typed)

    def _may_tell(self, phone: str) -> bool:
        """Whose telephone it is nobody proves: however often it is named, it gets few messages."""
        try:
            self._told.take(hmac.digest(self._secret, phone.encode(), "sha256").hex())
        except TooMany:
            return False
        return True

    def is_near(self, at_ms: int) -> bool:
        """Whether a calendar has this moment and anybody might book it."""
        return at_ms < self.web.clock.now_ms() + FAR_MS

    def _check_near(self, at_ms: int) -> None:
        if not self.is_near(at_ms):
            raise EngineRefused(refusal_message(TooFarAhead(most=self.web.hall.rules.appointment_days_ahead)), 409)

    def _check_shown(self, wish: Wish) -> None:
        for item in wish.items:
            if self.slots.left(item.service, wish.at_ms) < places_of(self.web.hall, item):
                raise SlotShownFull

    def _remember(self, wish: str) -> None:
        with self._lock:
            self._sent[wish] = None
            while len(self._sent) > SENT_KEPT:
                self._sent.popitem(last=False)

    def _code(self, appointment: str, turn: int) -> str:
        made = hmac.digest(self._secret, f"code {turn} {appointment}".encode(), "sha256")
        return code_of(made)


def _several(wish: Wish) -> bool:
    return len(wish.items) > 1 or wish.items[0].count > 1
