"""What the guide desk asks the engine for: numbers for somebody who stands there, and claims that wait for staff."""

import secrets
import threading
from dataclasses import dataclass
from typing import Any

from broker.collector.errors import Malformed
from broker.collector.forms import form_id, new_form_id
from broker.collector.heard.asking import ask_engine
from broker.collector.web import Web
from broker.model import commands as c
from broker.model.words import Holding, Language

MOST_AT_ONCE = 8
"""A family comes with one ID card each; a class comes by appointment."""
CLAIMS_KEPT_S = 5.0
PROOFS_KEPT = 256
_BATCH = form_id("guide")


def new_batch() -> str:
    """The id of a form: sent twice it is the same numbers."""
    return new_form_id("guide")


def ticket_of(batch: str, index: int) -> str:
    """The id of one ticket of a form; Malformed."""
    if not _BATCH.fullmatch(batch) or not 0 <= index < MOST_AT_ONCE:
        raise Malformed(detail="batch")
    return f"{batch}-{index}"


class Proofs:
    """What makes a desk's numbers their holders', until shown: of the last ones given, by ticket; in no address."""

    def __init__(self) -> None:
        self._kept: dict[str, str] = {}
        self._lock = threading.Lock()

    def keep(self, ticket: str, told: dict[str, Any]) -> None:
        """What the engine said of a number; a hall without a secret proves nothing."""
        proof = told.get("proof")
        if not isinstance(proof, str):
            return
        with self._lock:
            self._kept[ticket] = proof
            while len(self._kept) > PROOFS_KEPT:
                del self._kept[next(iter(self._kept))]

    def of(self, ticket: str) -> str | None:
        """None: the page of the ticket shows its place, and no more."""
        return self._kept.get(ticket)


@dataclass(frozen=True)
class Wanted:
    """A form of the desk. ``kiosk`` None: no paper, the engine gives the number."""

    batch: str
    service: str
    count: int
    kiosk: str | None
    language: Language
    large: bool
    priority: str | None


def take(web: Web, wanted: Wanted, by: str, proofs: Proofs) -> None:
    """Ask for every ticket of the form; EngineRefused with the first that is refused."""
    for index in range(wanted.count):
        ticket = ticket_of(wanted.batch, index)
        if wanted.kiosk is not None:
            order = c.OrderTicket(
                ticket=ticket,
                kiosk=wanted.kiosk,
                service=wanted.service,
                language=wanted.language,
                large=wanted.large,
                priority=wanted.priority,
            )
            ask_engine(web, order, f"{ticket}.order", by)
        else:
            _without_paper(web, wanted, ticket, by, proofs)


def _without_paper(web: Web, wanted: Wanted, ticket: str, by: str, proofs: Proofs) -> None:
    issue = c.IssueTicket(ticket=ticket, service=wanted.service, language=wanted.language)
    told = ask_engine(web, issue, f"{ticket}.take", by)
    proofs.keep(ticket, told)
    number = told["number"]
    if wanted.priority is not None:
        given = c.ConfirmPriority(number=number, priority=wanted.priority)
        ask_engine(web, given, f"{ticket}.first", by)
    ask_engine(web, c.ConfirmTicket(ticket=ticket, holding=Holding.SCREEN), f"{ticket}.held", by)


def check_in(web: Web, batch: str, code: str, by: str, proofs: Proofs) -> str | None:
    """The code's ticket; the number that it had before, where somebody checked in already."""
    ticket = ticket_of(batch, 0)
    told = ask_engine(web, c.CheckIn(ticket=ticket, code=code), f"{ticket}.code", by)
    if told.get("again"):
        return str(told["number"])
    proofs.keep(ticket, told)
    ask_engine(web, c.ConfirmTicket(ticket=ticket, holding=Holding.SCREEN), f"{ticket}.held", by)
    return None


class Claims:
    """Who waits with an unconfirmed priority. Many pages ask; the engine is asked at most every five seconds."""

    def __init__(self, web: Web) -> None:
        self._web = web
        self._lock = threading.Lock()
        self._kept: dict[str, Any] = {"claims": [], "more": False}
        self._until_s = float("-inf")

    def now(self, by: str) -> dict[str, Any]:
        """``claims`` (number, service, priority, arrived_at_ms), the longest waiting first, and whether there are more.

        EngineSilent while nobody answers.
        """
        with self._lock:
            now_s = self._web.clock.machine_s()
            if now_s >= self._until_s:
                self._kept = ask_engine(self._web, c.ListClaims(), f"guide-claims-{secrets.token_hex(8)}", by)
                self._until_s = now_s + CLAIMS_KEPT_S
            return self._kept

    def forget(self) -> None:
        """Somebody has just confirmed one."""
        with self._lock:
            self._until_s = float("-inf")
