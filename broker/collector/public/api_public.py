"""What anybody may ask: the hall, its services, counters, one ticket. No personal data."""

from flask import Blueprint, Response

from broker.collector.heard import glance
from broker.collector.one_ticket import look_up
from broker.collector.openapi import document
from broker.collector.web import Web, answer, answer_bytes
from broker.contract.asyncapi import document as mqtt_document


def blueprint(web: Web) -> Blueprint:
    """The routes."""
    routes = Blueprint("public_api", __name__, url_prefix="/api")
    hall, live = web.hall, web.hub.live

    @routes.get("/status")
    def status() -> Response:
        return answer(glance.hall_status(hall, live))

    @routes.get("/services")
    def services() -> Response:
        return answer(glance.services(hall, live))

    @routes.get("/counters")
    def counters() -> Response:
        return answer(glance.counters(hall, live))

    @routes.get("/tickets/<key>")
    def ticket(key: str) -> Response:
        return answer(look_up(web, key))

    @routes.get("/health")
    def health() -> Response:
        found = glance.health(hall, live)
        return answer(found, 200 if found.status == "ok" else 503)

    @routes.get("/asyncapi.json")
    def asyncapi() -> Response:
        return answer_bytes(mqtt_document(), "application/json")

    @routes.get("/openapi.json")
    def openapi() -> Response:
        return answer_bytes(document(), "application/json")

    return routes
