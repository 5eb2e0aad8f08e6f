"""Ratings come in from evaluators (posted by the callers' outboxes), and paper forms from staff.

The id made on the device before its first post is the command's id, so a repeated post gets the stored answer again.
"""

import hmac
from typing import Any

from flask import Blueprint, Response, request

from broker.collector import answers as a
from broker.collector.errors import (
    BadDeviceKey,
    EngineRefused,
    IdTaken,
    LevelMismatch,
    Malformed,
    NotFound,
    NotYourRole,
    RatingFirst,
    UnknownEvaluator,
    UnknownKey,
)
from broker.collector.forms import DAY
from broker.collector.heard.asking import ask_engine
from broker.collector.safety.accounts import Account
from broker.collector.safety.rights import Right
from broker.collector.web import Web, WebOptions, address, answer, read_body
from broker.model.commands import Command, ExplainEvaluation, LeaveUnrated, RateVisit, RecordEvaluation
from broker.model.hall_devices import Keypad
from broker.model.ratings import PAPER_FORM
from broker.model.refusals import AlreadyRated
from broker.model.words import Level

RATING_FIRST_MS = 600_000
"""So long an explanation waits for its rating; afterwards the engine judges it."""
ALREADY_RATED = AlreadyRated(visit="").code


def blueprint(web: Web) -> Blueprint:
    """The routes."""
    routes = Blueprint("evaluations", __name__, url_prefix="/api")

    @routes.post("/evaluations")
    def evaluate() -> Response:
        _check_key(web.options)  # first: who lacks it must not use up what is for those who have it
        web.ratings.take(address())
        body = read_body(a.EvaluationBody)
        keypad = web.hall.keypads.get(body.device)
        if keypad is None:
            raise UnknownEvaluator(device=body.device)
        command = RecordEvaluation(
            evaluation=body.id,
            visit=body.visit,
            level=level_of(body, keypad),
            device=body.device,
            raw_key=body.raw_key,
            pressed_at_ms=body.pressed_at_ms,
            reasons=body.reasons,
            reasons_version=body.reasons_version,
            contact=body.contact,
        )
        result = ask_engine(web, command, body.id, body.device, body.age_ms, sure=body.sure)
        return answer(_stored(body.id, command, result), 201)

    _notes(web, routes)
    _paper(web, routes)
    _report(web, routes)
    return routes


def _notes(web: Web, routes: Blueprint) -> None:
    """What evaluators tell of a visit beside its rating."""

    @routes.post("/evaluations/explained")
    def explain() -> Response:
        _check_key(web.options)
        web.ratings.take(address())
        body = read_body(a.ExplanationBody)
        if body.age_ms < RATING_FIRST_MS and not web.reports.is_rated(body.visit):
            raise RatingFirst  # its rating is on its way: what is refused now would be refused for ever
        return _noted(web, body, explanation_of(body))

    @routes.post("/evaluations/unrated")
    def leave_unrated() -> Response:
        _check_key(web.options)
        web.ratings.take(address())
        body = read_body(a.UnratedBody)
        return _noted(web, body, LeaveUnrated(visit=body.visit, device=body.device, why=body.why))


def _report(web: Web, routes: Blueprint) -> None:
    """What a manager may look at: how many were rated, and what looks made up. No visitor and no number."""

    @routes.get("/ratings")
    @web.guard.allow(Right.FIGURES)
    def ratings() -> Response:
        day = request.args.get("day")
        if day is not None and DAY.fullmatch(day) is None:
            raise Malformed(detail="'day' must be a date such as 2026-03-02")
        found = web.reports.ratings(day)
        if found is None:
            raise NotFound
        return answer(found)


def _paper(web: Web, routes: Blueprint) -> None:
    """Paper forms. Who follows up ratings enters them, and never one about the own service."""

    @routes.post("/evaluations/paper")
    def enter_paper() -> Response:
        account = web.guard.need(Right.FOLLOW_UP)
        web.guard.check_token()
        body = read_body(a.PaperRating)
        return answer(enter_paper_form(web, account, body), 201)


def enter_paper_form(web: Web, account: Account, body: a.PaperRating) -> a.PaperTaken:
    """Put it to the engine under the account's name; NotYourRole for whoever served it, IdTaken, EngineRefused.

    One of a visit that was rated before is taken in like any other: whoever enters it is staff, and learns neither
    that it was nor the visit's name.
    """
    story = web.reports.ticket(body.number, body.day)
    if story is not None and account.clerk is not None and story.served_by == account.clerk:
        raise NotYourRole
    command = RateVisit(
        evaluation=body.id,
        number=body.number,
        level=body.level,
        device=PAPER_FORM,
        day=body.day,
        pressed_at_ms=web.clock.now_ms(),
        reasons=body.reasons,
        reasons_version=body.reasons_version,
        contact=body.contact,
    )
    try:
        result = ask_engine(web, command, body.id, account.name)
    except EngineRefused as refused:
        if refused.answer().code != ALREADY_RATED:
            raise
        return a.PaperTaken(id=body.id)
    if "visit" not in result or "level" not in result:
        raise IdTaken
    return a.PaperTaken(id=body.id)


def explanation_of(body: a.ExplanationBody) -> ExplainEvaluation:
    """What an evaluator adds to its rating, as a command."""
    return ExplainEvaluation(
        visit=body.visit,
        device=body.device,
        reasons=body.reasons,
        reasons_version=body.reasons_version,
        contact=body.contact,
    )


def _noted(web: Web, body: a.ExplanationBody | a.UnratedBody, command: Command) -> Response:
    if body.device not in web.hall.keypads:
        raise UnknownEvaluator(device=body.device)
    result = ask_engine(web, command, body.id, body.device, body.age_ms, sure=body.sure)
    if result.get("visit") != body.visit:
        raise IdTaken
    return answer(a.VisitNoted(id=body.id, visit=body.visit), 201)


def level_of(body: a.EvaluationBody, keypad: Keypad) -> Level:
    """The level meant, by the evaluator's own table; UnknownKey or LevelMismatch."""
    meant = keypad.levels.get(body.raw_key)
    if body.level is None and meant is None:
        raise UnknownKey(device=body.device, raw_key=body.raw_key)
    if body.level is not None and meant is not None and meant is not body.level:
        raise LevelMismatch(raw_key=body.raw_key, level=body.level.value)
    found = body.level or meant
    assert found is not None
    return found


def _stored(id: str, command: RecordEvaluation, result: dict[str, Any]) -> a.EvaluationAnswer:
    """What the engine keeps under this id; IdTaken when that is not a rating of this visit."""
    if result.get("visit") != command.visit or "level" not in result:
        raise IdTaken
    return a.EvaluationAnswer(id=id, visit=command.visit, level=Level(result["level"]))


def _check_key(options: WebOptions) -> None:
    """BadDeviceKey unless who posts knows a key of the hall's evaluators; nobody does while there is none."""
    known = (options.device_key,) if options.device_key else options.evaluator_keys
    if known is None:
        return
    told = request.headers.get("Authorization", "").encode()
    found = False
    for key in known() if callable(known) else known:
        found |= hmac.compare_digest(told, f"Bearer {key}".encode())
    if not found:
        raise BadDeviceKey
