"""The virtual hall's hands and ears: a touch or key goes to a device, what its loudspeaker says is heard.

Only registered when the hall has virtual devices and the collector may show them.
"""

from flask import Blueprint, Response

from broker.collector import answers as a
from broker.collector.errors import NotFound
from broker.collector.safety.guard import changes_something
from broker.collector.safety.rights import IN_THE_HALL
from broker.collector.web import Web, answer, answer_bytes, read_body
from broker.contract.envelope import VirtualInput


def blueprint(web: Web) -> Blueprint:
    """The routes."""
    routes = Blueprint("virtual_api", __name__, url_prefix="/api/virtual")

    @routes.before_request
    def check() -> None:
        if not web.may_see_virtual():
            web.guard.need(*IN_THE_HALL)
        if changes_something():
            web.guard.check_token()

    @routes.post("/inputs")
    def touch() -> Response:
        body = read_body(a.InputBody)
        if web.hall.device_role(body.device) not in ("kiosk", "caller"):
            raise NotFound
        touched = VirtualInput(part=body.part, kind=body.kind, x=body.x, y=body.y, key=body.key)
        sent = web.hub.press(body.device, touched)
        return answer(a.InputAnswer(sent=sent), 202 if sent else 503)

    @routes.get("/sounds/<device>")
    def sound(device: str) -> Response:
        found = web.hub.live.sound(device)
        if found is None:
            raise NotFound
        response = answer_bytes(found.data, "audio/wav")
        response.headers["X-Count"] = str(found.count)
        return response

    return routes
