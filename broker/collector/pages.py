"""Pages: a whole one for a browser that comes, only its live part for a page that is open and asks again."""

import hashlib
from typing import Any

import msgspec
from flask import Response, current_app, request

from broker.collector.web import answer_bytes

LIVE_HEADER = "X-Part"


def render(template: str, **context: Any) -> str:
    """The whole page, or the block ``live`` of it when an open page asks with ``X-Part: live``."""
    made = current_app.jinja_env.get_template(template)
    if request.headers.get(LIVE_HEADER) != "live" or "live" not in made.blocks:
        return made.render(context)
    return "".join(made.blocks["live"](made.new_context(context)))


def page(template: str, code: int = 200, **context: Any) -> Response:
    """A page as an answer; asked again, it is sent only when it changed."""
    response = answer_bytes(render(template, **context).encode(), "text/html; charset=utf-8", code)
    response.headers["Vary"] = f"Cookie, {LIVE_HEADER}"
    return response


def versioned_part(template: str, version: object, **context: Any) -> Response:
    """The live part of a page whose words follow from ``version`` alone (anything msgspec encodes, language included).

    Asked again while that is the same, nothing is drawn.
    """
    tag = hashlib.sha256(msgspec.json.encode(version)).hexdigest()[:24]
    same = request.if_none_match.contains(tag)
    response = Response(b"" if same else render(template, **context).encode(), content_type="text/html; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Vary"] = f"Cookie, {LIVE_HEADER}"
    response.set_etag(tag)
    response.make_conditional(request)
    return response
