"""The audit log, for auditors: who did what, newest first, and whether the chain is whole. Nobody changes it here."""

import re
from datetime import datetime

from flask import Blueprint, Response, request

from broker.collector.forms import DAY
from broker.collector.pages import page
from broker.collector.safety.audit_words import object_names, result_names, type_names
from broker.collector.safety.rights import Right
from broker.collector.web import Web

SHOWN = 100
_NUMBER = re.compile(r"[0-9]{0,12}")
_WORD = re.compile(r"[a-z0-9._-]{0,32}")


def blueprint(web: Web) -> Blueprint:
    """The route."""
    routes = Blueprint("audit", __name__, url_prefix="/audit")

    @routes.before_request
    def check() -> None:
        web.guard.need_for_form(Right.AUDIT)

    @routes.get("")
    def overview() -> Response:
        log, asked = web.accounts.audit, request.args
        type, subject, before = asked.get("type", ""), asked.get("subject", "").strip(), asked.get("before", "")
        from_ms, words = _begin_ms(web, asked.get("day", "")), (type, subject)
        wrong = from_ms is None or None in map(_WORD.fullmatch, words) or _NUMBER.fullmatch(before) is None
        log.flush(all=False)
        rows = (
            ()
            if wrong
            else log.rows(
                SHOWN, before=int(before) if before else None, type=type, subject=subject, from_ms=from_ms or 0
            )
        )
        if not before and not wrong:
            web.guard.note("audit_read", f"{type or 'all'} {subject}".strip())
        return page(
            "audit.html",
            400 if wrong else 200,
            wrong=wrong,
            rows=rows,
            verdict=log.verify() if "whole" in asked else log.verify_new(),
            types=log.types(),
            type_names=type_names,
            object_names=lambda row: object_names(web.hall, row.type, row.object),
            result_names=result_names,
            more=len(rows) == SHOWN,
            wanted={"type": type, "subject": subject, "day": asked.get("day", "")},
        )

    return routes


def _begin_ms(web: Web, day: str) -> int | None:
    """When a day begins; None for what is none."""
    if not day:
        return 0
    try:
        if DAY.fullmatch(day) is None:
            raise ValueError
        return max(0, round(datetime.fromisoformat(day).replace(tzinfo=web.zone).timestamp() * 1000))
    except (ValueError, OverflowError):
        return None
