"""What every route works with: the hall, the hub, reports, accounts, clock and limits; JSON in and out."""

import hashlib
import ipaddress
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from threading import Lock
from typing import TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import msgspec
from flask import Response, request

from broker.collector.errors import Malformed, WrongType
from broker.collector.figures.contacts import Contacts
from broker.collector.floor.alerts import Alerts
from broker.collector.floor.staffing import Staffing
from broker.collector.floor.what_if_runs import WhatIfRuns
from broker.collector.heard.hub import Asker
from broker.collector.heard.neighbours import Neighbours
from broker.collector.notify.message import WayName
from broker.collector.notify.pushing import Push
from broker.collector.notify.sender import Sender
from broker.collector.notify.ways import Way
from broker.collector.outward.receivers import Receivers
from broker.collector.public.shared import Shared
from broker.collector.quality.case_texts import CaseTexts
from broker.collector.safety.accounts import Accounts
from broker.collector.safety.guard import Guard, is_loopback
from broker.collector.safety.limits import Buckets, Seats, counted_as
from broker.collector.safety.rights import IN_THE_HALL
from broker.collector.safety.tokens import Tokens
from broker.contract.codec import CodecError, decode
from broker.model.commands import SessionTimes
from broker.model.hall import Hall
from broker.model.person_keys import PersonKeys
from broker.runtime.clock import Clock
from broker.store.reports import Reports

BODY_LIMIT_BYTES = 16_384
Body = TypeVar("Body")
SessionsOf = Callable[[str], tuple[SessionTimes, ...]]
"""A day such as ``2026-03-02`` -> its opening times by the hall's calendar."""


@dataclass(frozen=True)
class WebOptions:
    """How the collector is reached. Evaluators are asked for ``device_key`` or, without it, for one of
    ``evaluator_keys``, which every start of the collector has; without both (a test) for nothing.

    ``trusted_proxies``: networks and addresses, as in the hall file. ``ways``: how messages leave (``notify``).
    ``persons`` makes keys of identity numbers; without it nobody takes a number from afar or books from home.
    ``tls``: HTTPS is spoken here itself. ``what_if``: the program that plays a day again, with its file and hall.
    ``journal``: the file that other systems are told of; ``secrets``: the environment, in which theirs are.
    """

    listen: str = "127.0.0.1"
    port: int = 8080
    public_url: str = ""
    device_key: str = field(default="", repr=False)
    evaluator_keys: Callable[[], tuple[str, ...]] | None = field(default=None, repr=False)
    ways: Mapping[WayName, Way] = field(default_factory=dict, repr=False)
    persons: PersonKeys | None = field(default=None, repr=False)
    virtual: bool = False
    tls: bool = False
    what_if: tuple[str, ...] = ()
    journal: Path | None = None
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    trusted_proxies: tuple[str, ...] = ()
    public_streams: int = 16
    staff_streams: int = 24
    care_streams: int = 8
    stream_s: float = 300.0
    quiet_s: float = 10.0
    gap_s: float = 0.2
    staff_gap_s: float = 0.05

    @property
    def secure(self) -> bool:
        """Whether whoever comes from outside comes encrypted."""
        return self.tls or self.public_url.startswith("https://")

    @property
    def alone(self) -> bool:
        """Whether only this machine can connect; a public address means that a proxy on it lets strangers in."""
        public = urlsplit(self.public_url).hostname
        return is_loopback(self.listen) and (public is None or is_loopback(public))


@dataclass(frozen=True)
class Web:
    """Handed to every blueprint."""

    hall: Hall
    hub: Asker
    reports: Reports
    accounts: Accounts
    clock: Clock
    guard: Guard
    options: WebOptions
    sessions_of: SessionsOf
    shared: Shared
    """What those who run the hall see: made anew at every change of the floor."""
    for_strangers: Shared
    """Made anew only when something changed that strangers may see."""
    elsewhere: Neighbours
    look_ups: Buckets
    refreshes: Buckets
    log_ins: Buckets
    ratings: Buckets
    takes: Buckets
    surveys: Buckets
    public_seats: Seats
    staff_seats: Seats
    care_seats: Seats
    tokens: Tokens
    contacts: Contacts
    case_texts: CaseTexts
    alerts: Alerts
    staffing: Staffing
    what_if: WhatIfRuns
    notifier: Sender
    push: Push | None
    receivers: Receivers | None
    """Other systems that are told what happens here; None where the hall file names none."""
    report_turn: Lock
    """Held by whoever makes a report: one at a time, each takes some hundred megabytes."""

    @property
    def zone(self) -> ZoneInfo:
        """The hall's time zone."""
        return ZoneInfo(self.hall.hall.time_zone)

    @property
    def watched(self) -> int:
        """How many live pages are open."""
        return self.public_seats.taken + self.staff_seats.taken + self.care_seats.taken

    def may_see_virtual(self) -> bool:
        """The virtual hall needs no log-in where only this machine can connect, elsewhere work in the hall."""
        if not self.options.virtual or self.options.alone:
            return self.options.virtual
        account = self.guard.account()
        return account is not None and account.may(*IN_THE_HALL)

    def today(self) -> str:
        """The hall's calendar day, e.g. ``2026-03-02``."""
        return f"{datetime.fromtimestamp(self.clock.now_ms() / 1000, self.zone):%Y-%m-%d}"

    def day_end_ms(self, at_ms: int) -> int:
        """When the hall's calendar day of a moment is over: what is kept for that day alone is erased then."""
        day = datetime.fromtimestamp(at_ms / 1000, self.zone).date() + timedelta(days=1)
        return round(datetime.combine(day, time(), self.zone).timestamp() * 1000)


def answer(body: msgspec.Struct, status: int = 200) -> Response:
    """A struct as JSON; a GET gets an ETag and a 304 when nothing changed."""
    return answer_bytes(msgspec.json.encode(body), "application/json", status)


def answer_bytes(data: bytes, content_type: str, status: int = 200) -> Response:
    """Bytes that may be asked for again and again: revalidated each time, sent only when changed."""
    response = Response(data, status=status, content_type=content_type)
    response.headers["Cache-Control"] = "no-cache"
    if request.method in ("GET", "HEAD") and status == 200:
        response.set_etag(hashlib.sha256(data).hexdigest()[:24])
        response.make_conditional(request)
    return response


def read_body(kind: type[Body]) -> Body:
    """The JSON body as a ``kind``; WrongType or Malformed otherwise."""
    if request.mimetype != "application/json":
        raise WrongType
    try:
        return decode(request.get_data(), kind, BODY_LIMIT_BYTES)
    except CodecError as error:
        raise Malformed(detail=error.detail) from None


def address() -> str:
    """Whom a rate limit counts: the address of the connection, or whom a trusted proxy names (``proxies``); one who
    has many at once counts once (``counted_as``)."""
    return counted_as(request.remote_addr or "?")


def far_end(options: WebOptions) -> str | None:
    """Who is at the other end: the address of the connection; None where it stands for many who cannot be told apart.

    A proxy on this machine names whom it speaks for; its own word is the last one, what stands before it may be made
    up. Only where the hall has an address that leads through a proxy is it believed.
    """
    near = request.remote_addr or ""
    if not is_loopback(near):
        return counted_as(near)
    told = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    try:
        named = str(ipaddress.ip_address(told))
    except ValueError:
        return None
    return None if options.alone or is_loopback(named) else counted_as(named)
