"""办事指南, 办公时间, 投诉渠道: what each service needs, costs and promises; when the hall is open in the coming two
weeks; how to complain."""

from typing import Any

from flask import Blueprint, Response, request

from broker.collector.errors import NotFound
from broker.collector.heard import glance
from broker.collector.pages import page
from broker.collector.public.days_ahead import days_ahead
from broker.collector.public.sharing import shared_page
from broker.collector.web import Web
from broker.model.hall import Hall, Service
from broker.model.outlets import services_at
from broker.model.views import ServiceView

DAYS_SHOWN = 14
SEARCH_MOST = 40


def blueprint(web: Web) -> Blueprint:
    """The routes."""
    routes = Blueprint("guide", __name__)
    hall, live = web.hall, web.hub.live

    @routes.get("/guide")
    def listed() -> Response:
        wanted = request.args.get("q", "").strip()[:SEARCH_MOST]
        places = places_of(hall)
        return page("guide.html", wanted=wanted, found=search(hall, wanted), places=places)

    @routes.get("/guide/<service>")
    def service(service: str) -> Response:
        declared = hall.services.get(service)
        if declared is None or declared.hidden:
            raise NotFound

        def shown() -> dict[str, Any]:
            body = live.body("service", service)
            return {
                "key": service,
                "service": declared,
                "line": body.line if isinstance(body, ServiceView) else None,
                "place": places_of(hall).get(service),
                "counters": glance.counters_of(hall, live, service),
                "sessions": tuple(s for key, s in hall.sessions.items() if key in (declared.sessions or hall.sessions)),
            }

        return shared_page(web, "guide_service.html", shown)

    @routes.get("/complaints")
    def complaints() -> Response:
        table = hall.quality.complaints
        if not table.ways:
            raise NotFound
        return shared_page(web, "complaints.html", lambda: {"table": table})

    @routes.get("/hours")
    def hours() -> Response:
        def shown() -> dict[str, Any]:
            here = {key: outlet for key, outlet in hall.outlets.items() if not outlet.url}
            return {
                "days": days_ahead(web, DAYS_SHOWN),
                "outlets": {key: days_ahead(web, DAYS_SHOWN, one.sessions) for key, one in here.items()},
                "extended_until_ms": extended_until_ms(web),
                "today": web.today(),
            }

        return shared_page(web, "hours.html", shown)

    return routes


def places_of(hall: Hall) -> dict[str, str]:
    """Service -> the outlet where alone it is served."""
    return {service: outlet for outlet in hall.outlets for service in services_at(hall, outlet)}


def search(hall: Hall, wanted: str) -> tuple[str, ...]:
    """Services whose text holds every word that was typed, in hall order; all without one. Hidden ones never."""
    words = wanted.casefold().split()
    shown = ((key, service) for key, service in hall.services.items() if not service.hidden)
    return tuple(key for key, service in shown if all(word in text_of(hall, service) for word in words))


def text_of(hall: Hall, service: Service) -> str:
    """Everything of a service that somebody may look for, in small letters."""
    category = hall.categories.get(service.category)
    names = [service.names, *service.papers, *service.conditions, *service.steps, *service.law]
    names += [one for one in (service.promised, service.fee, service.consult, service.online) if one is not None]
    names += [category.names] if category else []
    return " ".join(f"{one.zh} {one.en}" for one in names).casefold()


def extended_until_ms(web: Web) -> int | None:
    """Until when the hall serves longer today, if a manager said so."""
    views = web.hub.live.counters(web.hall.counters)
    found = [view.extended_until_ms for view in views if view.extended_until_ms]
    latest = max(found, default=0)
    return latest if latest > web.clock.now_ms() else None
