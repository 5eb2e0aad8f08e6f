"""The slip of missing papers as it is printed: in Chinese and English, for whoever takes it along reads one of them.

The page's own language is the clerk's; the slip is the visitor's.
"""

from flask import Response

from broker.collector.pages import page
from broker.collector.qr import qr_drawing
from broker.collector.web import Web
from broker.contract.appointment_code import text_of
from broker.model.words import Names

BETWEEN = "\uff1b"
"""Between the papers of a slip's text."""


def slip_page(web: Web, service: str, code: str, missing: str, until_ms: int, counter: str = "") -> Response:
    """The page; ``until_ms`` is no longer part of its time, ``counter`` is where the clerk goes back to."""
    declared = web.hall.services[service]
    english = {paper.zh: paper.en for paper in declared.papers}
    return page(
        "slip.html",
        until_ms=until_ms - 1,
        counter=counter,
        service=declared,
        missing=tuple(Names(zh, english.get(zh, "")) for zh in missing.split(BETWEEN)),
        digits=code,
        drawing=qr_drawing(text_of(web.hall.hall.id, code)),
    )
