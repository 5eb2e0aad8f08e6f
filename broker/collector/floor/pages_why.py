"""Who was called before this number, and why: a page and its JSON for whoever stands before the person who asks."""

import re
from datetime import date

from flask import Blueprint, Response, request

from broker.collector.errors import NotFound
from broker.collector.floor.aloud_words import WHY_WORDS, aloud, summed_up
from broker.collector.floor.call_words import said_of
from broker.collector.floor.floor_answers import OvertakenAnswer, OvertakerTold
from broker.collector.pages import page
from broker.collector.safety.rights import IN_THE_HALL
from broker.collector.web import Web, answer
from broker.model.words import STATUS_NAMES
from broker.store.overtaking import NO_LOSS, Overtaker

AT_ONCE = 4
"""So many of those that count are read without unfolding anything: two windows of a phone."""
_NUMBER = re.compile(r"[A-Z][0-9]{2,4}")


def blueprint(web: Web) -> Blueprint:
    """The routes."""
    routes = Blueprint("why", __name__)
    allow = web.guard.allow

    @routes.get("/why")
    @allow(*IN_THE_HALL)
    def why() -> Response:
        number, day = _typed(request.args.get("number", "")), _day()
        found = overtaken_answer(web, number, day) if number else None
        return page(
            "why.html",
            found=found,
            number=number,
            day=day,
            why_words=WHY_WORDS,
            status_names=STATUS_NAMES,
            no_loss=NO_LOSS,
            at_once=AT_ONCE,
        )

    @routes.get("/api/why/<number>")
    @allow(*IN_THE_HALL)
    def why_of(number: str) -> Response:
        found = overtaken_answer(web, number, _day())
        if found is None:
            raise NotFound
        return answer(found)

    return routes


def overtaken_answer(web: Web, number: str, day: str | None) -> OvertakenAnswer | None:
    """Who overtook a number of that day (default: the latest); None for no such number or day."""
    found = web.reports.overtaken(number, day) if _NUMBER.fullmatch(number) else None
    if found is None:
        return None
    words = summed_up(found)
    return OvertakenAnswer(
        day=found.day,
        number=found.number,
        service=found.service,
        arrived_at_ms=found.arrived_at_ms,
        status=found.status,
        overtaken=found.overtaken,
        elsewhere=found.elsewhere,
        left_out=found.left_out,
        zh=words.zh,
        en=words.en,
        by=tuple(_told(web, one) for one in found.by),
    )


def _told(web: Web, one: Overtaker) -> OvertakerTold:
    words = said_of(web.hall, one.call, one.called, one.asked, one.words)
    return OvertakerTold(by=one, zh=words.zh, en=words.en, aloud=aloud(web.hall, one.call, one.called, one.asked))


def _typed(number: str) -> str:
    return number.strip().upper()[:8]


def _day() -> str | None:
    """The day that was asked for, None for the latest; one that is no date is a day without anything."""
    typed = request.args.get("day", "")
    try:
        return date.fromisoformat(typed).isoformat() if typed else None
    except ValueError:
        raise NotFound from None
