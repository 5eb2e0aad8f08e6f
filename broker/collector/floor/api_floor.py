"""The floor as JSON: what is the matter, counters, lines, devices; taking note of an alert; why a call was made."""

import re

from flask import Blueprint, Response

from broker.collector.answers import DeviceList
from broker.collector.errors import NotFound
from broker.collector.floor.aloud_words import aloud
from broker.collector.floor.attention import attention, log_in_attention
from broker.collector.floor.call_words import said
from broker.collector.floor.floor_answers import AcknowledgeBody, CallAnswer, CallList, FloorAnswer
from broker.collector.floor.floor_map import counter_tiles, device_tiles, queue_bars
from broker.collector.heard.glance import device_list, engine_word
from broker.collector.safety.guard import changes_something
from broker.collector.safety.rights import Right
from broker.collector.web import Web, answer, read_body

_CALL = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})-c[0-9]{1,6}(\.[0-9A-Za-z_-]{1,32})?")
_NUMBER = re.compile(r"[A-Z][0-9]{2,4}")


def blueprint(web: Web) -> Blueprint:
    """The routes."""
    routes = Blueprint("floor_api", __name__, url_prefix="/api")
    hall, live, allow = web.hall, web.hub.live, web.guard.allow

    @routes.before_request
    def check_token() -> None:
        if changes_something():
            web.guard.need(Right.FLOOR)
            web.guard.check_token()

    @routes.get("/floor")
    @allow(Right.FLOOR)
    def floor() -> Response:
        now_ms, body = web.clock.now_ms(), live.hall_body()
        return answer(
            FloorAnswer(
                at_ms=now_ms,
                engine=engine_word(live),
                alerts=web.alerts.now(),
                counters=counter_tiles(hall, live, now_ms),
                queues=queue_bars(hall, live, now_ms),
                devices=device_tiles(hall, live, now_ms),
                raised=() if body is None else body.raised,
            )
        )

    @routes.get("/devices")
    @allow(Right.FLOOR)
    def devices() -> Response:
        found = (*log_in_attention(web.accounts.guessed()), *attention(hall, live, web.clock.now_ms()))
        return answer(DeviceList(devices=device_list(hall, live), attention=found))

    @routes.post("/floor/acknowledged")
    @allow(Right.FLOOR)
    def acknowledged() -> Response:
        account = web.guard.need(Right.FLOOR)
        found = web.alerts.acknowledge(read_body(AcknowledgeBody).key, account.name)
        if found is None:
            raise NotFound
        return answer(found)

    _call_routes(routes, web)
    return routes


def _call_routes(routes: Blueprint, web: Web) -> None:
    allow = web.guard.allow

    @routes.get("/floor/calls")
    @allow(Right.FLOOR)
    def calls() -> Response:
        rows = web.reports.calls(None)
        return answer(CallList(day=rows[0].call_id[:10] if rows else None, calls=rows))

    @routes.get("/floor/calls/<call_id>")
    @allow(Right.FLOOR)
    def call(call_id: str) -> Response:
        return answer(call_answer(web, call_id, ""))

    @routes.get("/floor/calls/<call_id>/<number>")
    @allow(Right.FLOOR)
    def compared(call_id: str, number: str) -> Response:
        found = call_answer(web, call_id, number)
        if found.asked is None:
            raise NotFound
        return answer(found)


def call_answer(web: Web, call_id: str, number: str) -> CallAnswer:
    """Why that call was made, and before this number (empty: before all); NotFound for no such call.

    ``asked`` stays None where the day has no such number.
    """
    named = _CALL.fullmatch(call_id)
    reason = None if named is None else web.reports.call(call_id, named[1])
    if reason is None or named is None:
        raise NotFound
    asked = web.reports.compared(call_id, named[1], number) if _NUMBER.fullmatch(number) else None
    words = said(web.hall, reason, asked)
    heard = None if asked is None else aloud(web.hall, reason.call, reason.called, asked)
    return CallAnswer(reason=reason, zh=words.zh, en=words.en, asked=asked, aloud=heard)
