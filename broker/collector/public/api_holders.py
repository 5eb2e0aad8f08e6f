"""What only the holder of a ticket may do on a phone: let others go first, give it up, be told with the page closed.

The collector has no key: the engine judges what stood in the QR code or link, and whoever guesses is slowed down here.
"""

import re

from flask import Blueprint, Response

from broker.collector import answers as a
from broker.collector.errors import EngineRefused, NoPush, NotASubscription, PushFull
from broker.collector.heard.asking import ask_engine
from broker.collector.notify.push_store import Subscription, id_of
from broker.collector.notify.web_push import usable
from broker.collector.web import Web, address, answer, read_body
from broker.contract.codec import refusal_message
from broker.model.commands import Command, GiveUpTicket, PostponeTicket, ProveTicket
from broker.model.refusals import WrongTicketProof

ON_PHONE = "phone"
"""In whose name holders ask and rate; who it was is on no record."""
PROOF = re.compile(r"[a-z2-7]{13}")
TICKET = re.compile(r"[A-Za-z0-9_.:-]{8,64}")


def blueprint(web: Web) -> Blueprint:
    """The routes."""
    routes = Blueprint("holders", __name__, url_prefix="/api")

    @routes.post("/tickets/<key>/postponement")
    def postpone(key: str) -> Response:
        body = read_body(a.HolderBody)
        result = asked(web, PostponeTicket(ticket=_id(web, key, body.proof), proof=body.proof), body.id)
        return answer(a.HolderAnswer(number=result["number"], places=result["places"]))

    @routes.post("/tickets/<key>/cancellation")
    def give_up(key: str) -> Response:
        body = read_body(a.HolderBody)
        result = asked(web, GiveUpTicket(ticket=_id(web, key, body.proof), proof=body.proof), body.id)
        return answer(a.HolderAnswer(number=result["number"]))

    @routes.get("/push")
    def offer() -> Response:
        push = web.push
        return answer(a.PushOffer(key=push and push.keys.public, reached=push is not None and push.way.reached))

    @routes.post("/tickets/<key>/push")
    def subscribe(key: str) -> Response:
        body = read_body(a.PushBody)
        if web.push is None:
            raise NoPush
        if body.on and not usable(body.endpoint, body.browser_key, body.secret, web.hall.notify.push_hosts):
            raise NotASubscription
        proved = asked(web, ProveTicket(ticket=_id(web, key, body.proof), proof=body.proof), body.id)
        one = _subscription(web, key, body, proved["number"])
        if not body.on:
            web.push.store.remove(one.id)
        elif not web.push.store.add(one):
            raise PushFull
        return answer(a.HolderAnswer(number=one.number))

    return routes


def asked(web: Web, command: Command, id: str) -> dict[str, object]:
    """The engine's result; a wrong proof counts as a guess."""
    try:
        return ask_engine(web, command, id, ON_PHONE)
    except EngineRefused as refused:
        if refused.answer().code == "wrong_ticket_proof":
            web.look_ups.take(address())
        raise


def _id(web: Web, key: str, proof: str) -> str:
    """The ticket's id. Staff need the engine, too: where this is none, or the proof cannot be, it is not asked."""
    could_be = TICKET.fullmatch(key) is not None and PROOF.fullmatch(proof) is not None
    story = web.reports.ticket(key) if could_be else None
    if story is None or story.ticket != key:
        web.look_ups.take(address())
        raise EngineRefused(refusal_message(WrongTicketProof()), 409)
    web.refreshes.take(f"{address()} {key}")
    return key


def _subscription(web: Web, key: str, body: a.PushBody, number: object) -> Subscription:
    page = f"/t/{key}?k={body.proof}" + ("&lang=en" if body.language == "en" else "")
    return Subscription(
        id=id_of(key, body.endpoint),
        ticket=key,
        number=str(number),
        page=page,
        endpoint=body.endpoint,
        browser_key=body.browser_key,
        secret=body.secret,
        language=body.language,
        erase_ms=web.day_end_ms(web.clock.now_ms()),
    )
