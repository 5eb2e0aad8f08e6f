"""Ratings on visitors' own phones: by the QR code on the paper, or by the one that the counter showed after the visit.

The collector has no key and cannot tell a genuine code from a made up one: the engine judges, and whoever guesses is
slowed down here.
"""

import re

from flask import Blueprint, Response

from broker.collector import answers as a
from broker.collector.errors import CodeNotGenuine, EngineRefused, IdTaken, NotRateable
from broker.collector.heard.asking import ask_engine
from broker.collector.one_ticket import look_up
from broker.collector.public.api_holders import ON_PHONE, PROOF
from broker.collector.web import Web, address, answer, read_body
from broker.model.commands import RateBySign, RateByTicket
from broker.model.words import Level

_VISIT = re.compile(r"[A-Za-z0-9_.:-]{8,64}")


def blueprint(web: Web) -> Blueprint:
    """The routes."""
    routes = Blueprint("phone_ratings", __name__, url_prefix="/api")

    @routes.post("/tickets/<key>/rating")
    def rate_ticket(key: str) -> Response:
        body = read_body(a.PhoneRating)
        story = web.reports.ticket(key)
        # The printed number is on every screen; only what else stands on the paper proves whose visit it was.
        if story is None or story.ticket != key:
            look_up(web, key)
            raise NotRateable
        web.refreshes.take(f"{address()} {key}")
        command = RateByTicket(
            evaluation=body.id,
            ticket=key,
            proof=_proof_of(web, body),
            level=body.level,
            pressed_at_ms=web.clock.now_ms(),
            reasons=body.reasons,
            reasons_version=body.reasons_version,
            contact=body.contact,
        )
        return _rated(web, body, command)

    @routes.post("/signs/<device>/<visit>/rating")
    def rate_by_sign(device: str, visit: str) -> Response:
        body = read_body(a.PhoneRating)
        if (device not in web.hall.signs and device not in web.hall.keypads) or _VISIT.fullmatch(visit) is None:
            web.look_ups.take(address())
            raise CodeNotGenuine
        shown_at = web.hall.signs.get(device) or web.hall.keypads[device]
        if (
            web.hub.live.asked(shown_at.counter, visit) is None
        ):  # of long ago, or made up: that must not cost the engine
            web.look_ups.take(address())
        web.refreshes.take(f"{address()} {visit}")
        command = RateBySign(
            evaluation=body.id,
            visit=visit,
            device=device,
            proof=_proof_of(web, body),
            level=body.level,
            pressed_at_ms=web.clock.now_ms(),
            reasons=body.reasons,
            reasons_version=body.reasons_version,
            contact=body.contact,
        )
        return _rated(web, body, command)

    return routes


def _proof_of(web: Web, body: a.PhoneRating) -> str:
    """What was in the QR code; CodeNotGenuine without asking anybody when it cannot be one."""
    if PROOF.fullmatch(body.proof) is None:
        web.look_ups.take(address())
        raise CodeNotGenuine
    return body.proof


def _rated(web: Web, body: a.PhoneRating, command: RateByTicket | RateBySign) -> Response:
    try:
        result = ask_engine(web, command, body.id, ON_PHONE)
    except EngineRefused as refused:
        if refused.answer().code == CodeNotGenuine.code:
            web.look_ups.take(address())
        raise
    if "level" not in result or (isinstance(command, RateBySign) and result.get("visit") != command.visit):
        raise IdTaken
    return answer(a.EvaluationAnswer(id=body.id, visit=result["visit"], level=Level(result["level"])), 201)
