"""The virtual hall: every device of the hall file that has no hardware, arranged as a hall, to be looked at and used.

The pictures, lamps and sounds are what the devices themselves publish; nothing on this page is drawn to look like them.
"""

from dataclasses import dataclass

from flask import Blueprint, Response

from broker.collector.heard.glance import engine_word
from broker.collector.heard.live import Live
from broker.collector.pages import page
from broker.collector.safety.rights import IN_THE_HALL
from broker.collector.web import Web
from broker.contract.envelope import PanelPart
from broker.model.hall import Hall
from broker.model.words import Names


@dataclass(frozen=True)
class Post:
    """A counter with the devices that belong to it."""

    counter: str
    name: str
    sign: str | None
    caller: str | None
    console: str | None
    keypad: str | None


def blueprint(web: Web) -> Blueprint:
    """The route."""
    routes = Blueprint("virtual", __name__)
    hall, live = web.hall, web.hub.live

    @routes.get("/virtual")
    def virtual() -> Response:
        if not web.may_see_virtual():
            web.guard.need(*IN_THE_HALL)
        parts = {name: parts_of(live, name) for name in (*hall.kiosks, *hall.callers)}
        return page(
            "virtual.html",
            posts=posts(hall),
            parts=parts,
            by_counter=by_counter(hall, parts),
            views={key: live.counter(key) for key in hall.counters},
            caption=caption(web),
            engine=engine_word(live),
        )

    return routes


def posts(hall: Hall) -> tuple[Post, ...]:
    """The row of counters, in hall order."""
    signs = {sign.counter: key for key, sign in hall.signs.items()}
    consoles = {console.counter: key for key, console in hall.consoles.items()}
    keypads = {keypad.counter: key for key, keypad in hall.keypads.items()}
    found = []
    for key, counter in hall.counters.items():
        console, keypad = consoles.get(key), keypads.get(key)
        caller = None
        if console is not None:
            caller = hall.consoles[console].caller
        elif keypad is not None:
            caller = hall.keypads[keypad].caller
        found.append(Post(key, counter.name, signs.get(key), caller, console, keypad))
    return tuple(found)


def parts_of(live: Live, device: str) -> dict[str, PanelPart]:
    """What a device last told about its virtual hardware, by name."""
    panel = live.device(device).panel
    return {} if panel is None else {part.part: part for part in panel.parts}


def by_counter(hall: Hall, parts: dict[str, dict[str, PanelPart]]) -> dict[str, list[tuple[str, PanelPart]]]:
    """The keys and lamps that stand at each counter, with the device that drives them."""
    found: dict[str, list[tuple[str, PanelPart]]] = {key: [] for key in hall.counters}
    for device, its in parts.items():
        for part in its.values():
            if part.counter in found:
                found[part.counter].append((device, part))
    return found


def caption(web: Web) -> Names | None:
    """In words, the newest call: what the loudspeakers say. Recomputed from the board, not from the sound."""
    newest = None
    for key in web.hall.displays:
        body = web.hub.live.body("board", key)
        calls = getattr(body, "calls", ())
        if calls and (newest is None or calls[0].called_at_ms > newest.called_at_ms):
            newest = calls[0]
    if newest is None:
        return None
    speech, facts = web.hall.speech, {"ticket": newest.number, "counter": newest.counter_name}
    return Names(speech.template_zh.format(**facts), speech.template_en.format(**facts))
