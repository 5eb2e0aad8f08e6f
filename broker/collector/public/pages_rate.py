"""The page behind the QR code that a counter's sign or evaluator shows after a visit: five faces, for a short time."""

from typing import Literal

from flask import Blueprint, Response, request

from broker.collector.pages import page
from broker.collector.web import Web, address

Standing = Literal["open", "over", "unknown"]


def blueprint(web: Web) -> Blueprint:
    """The routes."""
    routes = Blueprint("rate", __name__)

    @routes.get("/r/<device>/<visit>")
    def by_sign(device: str, visit: str) -> Response:
        web.refreshes.take(f"{address()} {visit[:64]}")
        standing, until_ms = _standing(web, device, visit)
        return page(
            "rate.html",
            200 if standing == "open" else 410 if standing != "unknown" else 404,
            standing=standing,
            until_ms=until_ms,
            device=device,
            visit=visit,
            proof=request.args.get("k", "")[:64],
            window_s=web.hall.rules.rating_window_s,
        )

    return routes


def _standing(web: Web, device: str, visit: str) -> tuple[Standing, int]:
    """Whether the visit may be rated by its counter's code now, and until when; the engine judges the code itself.

    Nobody is told here whether a visit was rated, also not in its time: whoever served it knows its name as well, and
    needs no code to ask.
    """
    shown_at = web.hall.signs.get(device) or web.hall.keypads.get(device)
    if shown_at is None:
        return "unknown", 0
    asked = web.hub.live.asked(shown_at.counter, visit)
    if asked is not None and web.clock.now_ms() < asked.until_ms:
        return "open", asked.until_ms
    return "over", 0
