"""Other systems that are told what happens here: how far each is, what it refused, what is to be told once more."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from broker.collector.errors import Malformed, NotFound
from broker.collector.outward.places import DayCounts, Place, RefusedLetter
from broker.collector.outward.receivers import UPWARD, Receiver, Receivers
from broker.collector.pages import page
from broker.collector.safety.rights import Right
from broker.collector.web import Web
from broker.runtime.errors import DatabaseError
from broker.store.errors import StoreError

REFUSED_LISTED = 20
DAYS_LISTED = 14
_MAY = (Right.FLOOR, Right.ACCOUNTS)


@dataclass(frozen=True)
class DayRow:
    """One business day of a receiver. ``given``: ratings in the journal; None where ratings are not what it is told."""

    counts: DayCounts
    given: int | None

    @property
    def open(self) -> int:
        """Neither arrived nor refused yet, of ratings."""
        return 0 if self.given is None else max(0, self.given - self.counts.arrived - self.counts.refused)


@dataclass(frozen=True)
class Card:
    """What the page says of one receiver. ``behind``: events of the journal that it has not passed yet."""

    receiver: Receiver
    host: str
    place: Place | None
    behind: int
    days: tuple[DayRow, ...]
    refused: tuple[RefusedLetter, ...]

    @property
    def upward(self) -> bool:
        """Whether it is the office above, which gets ratings."""
        return self.receiver.key == UPWARD


def blueprint(web: Web) -> Blueprint:
    """The routes; a hall that tells nobody has none of them."""
    routes = Blueprint("outward", __name__, url_prefix="/outward")

    def silent() -> int:
        """For the menu: how many receivers do not take what is sent."""
        if web.receivers is None:
            return 0
        try:
            places = [web.receivers.places.of(one.key) for one in web.receivers.all]
        except DatabaseError:
            return 0  # the page itself says so to who opens it
        return sum(place is not None and place.since_ms is not None for place in places)

    told = web.receivers is not None
    routes.record(lambda made: made.app.jinja_env.globals.update(receivers_silent=silent, receivers_named=told))

    @routes.before_request
    def check() -> None:
        web.guard.need_for_form(*_MAY)

    @routes.get("")
    def overview() -> Response:
        return page("outward.html", cards=[_card(named, one) for named in (_named(web),) for one in named.all])

    @routes.post("")
    def change() -> AnyResponse:
        """Try now; send refused ones once more; tell a day once more."""
        named, wish = _named(web), request.form.get("do", "")
        one = named.find(request.form.get("receiver", ""))
        if one is None:
            raise NotFound
        if wish == "now":
            web.guard.sign("outward_now", one.key)
        elif wish == "again":
            web.guard.sign("outward_refused_again", one.key)
            named.places.try_again(one.key, _position(request.form.get("position", "")))
        elif wish == "day":
            day = request.form.get("day", "")
            position = _before(named, day)
            web.guard.sign("outward_day_again", f"{one.key} {day}")
            named.places.go_back(one.key, position)
        else:
            raise Malformed(detail="do")
        named.ring(one.key)
        return redirect(url_for("outward.overview"), 303)

    return routes


def _named(web: Web) -> Receivers:
    if web.receivers is None:
        raise NotFound
    return web.receivers


def _position(text: str) -> int | None:
    """One refused letter; None: all of them."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        raise Malformed(detail="position")
    return int(text)


def _before(named: Receivers, day: str) -> int:
    """The position before a day; NotFound for one that is not on record, Malformed for what is no day."""
    try:
        if len(day) != len("2026-01-01"):
            raise Malformed(detail="day")
        date.fromisoformat(day)
    except ValueError:
        raise Malformed(detail="day") from None
    found = named.tail.before(day)
    if found is None:
        raise NotFound
    return found


def _card(named: Receivers, one: Receiver) -> Card:
    place = named.places.of(one.key)
    host = urlsplit(one.url).netloc
    if place is None:
        return Card(one, host, None, 0, (), ())
    try:
        behind = max(0, named.tail.newest() - place.position)
    except (StoreError, DatabaseError):
        behind = 0
    days = tuple(
        DayRow(counts, named.tail.rated_on(counts.day) if one.key == UPWARD else None)
        for counts in named.places.days(one.key, DAYS_LISTED)
    )
    return Card(one, host, place, behind, days, tuple(named.places.refused(one.key, REFUSED_LISTED)))
