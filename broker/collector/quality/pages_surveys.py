"""What the surveys said: each round beside the one before it, apart from the ratings of visits; papers are typed in.

Of fewer answers than the hall wants (``least``) no figure is shown, of no question and in no file.
"""

import csv
import io
from dataclasses import dataclass
from typing import cast

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from broker.collector.errors import Malformed, NotFound, WebError
from broker.collector.heard.asking import ask_engine
from broker.collector.pages import page
from broker.collector.safety.rights import Right
from broker.collector.survey_marks import FORM, new_form, survey_answer
from broker.collector.web import Web, answer_bytes
from broker.model.words import LEVEL_NAMES, Names
from broker.oversight.surveys import LEVELS, Round

ROUNDS_SHOWN = 12


@dataclass(frozen=True)
class QuestionRow:
    """One question of a round. ``percent`` is None where nobody answered it; ``before`` of the round before it."""

    key: str
    names: Names
    levels: tuple[int, ...]
    answers: int
    percent: float | None
    before: float | None


def blueprint(web: Web) -> Blueprint:
    """The routes; a hall without surveys has none of them."""
    routes = Blueprint("surveys", __name__, url_prefix="/surveys")

    @routes.before_request
    def check() -> None:
        if not web.hall.quality.survey.on:
            raise NotFound
        web.guard.need_for_form(Right.FOLLOW_UP, Right.FLOOR)

    @routes.get("")
    def overview() -> Response:
        web.guard.need(Right.FOLLOW_UP, Right.FLOOR)
        return _overview(web)

    @routes.post("")
    def typed_in() -> AnyResponse:
        account, sent = web.guard.need(Right.FOLLOW_UP, Right.FLOOR), request.form.get("id", "")
        newest = _open_round(web)
        try:
            if not FORM.fullmatch(sent):
                raise Malformed(detail="id")
            questions = () if newest is None else newest.questions
            name = request.form.get("round", "") if newest is None else newest.round
            ask_engine(web, survey_answer(request.form, name, questions, "paper"), sent, account.name)
        except WebError as error:
            return _overview(web, error)
        return redirect(url_for("surveys.overview", said="typed"), 303)

    @routes.get("/<name>.csv")
    def as_file(name: str) -> AnyResponse:
        web.guard.need(Right.FOLLOW_UP, Right.FLOOR)
        found = next((one for one in web.reports.surveys() if one.round == name), None)
        if found is None:
            raise NotFound
        return answer_bytes(_csv(web, found).encode("utf-8-sig"), "text/csv; charset=utf-8")

    return routes


def _overview(web: Web, error: WebError | None = None) -> Response:
    rounds = web.reports.surveys()
    wanted = request.args.get("round", "")
    at = next((place for place, one in enumerate(rounds) if one.round == wanted), 0)
    shown = rounds[at] if rounds else None
    before = rounds[at + 1] if at + 1 < len(rounds) else None
    open_round = _open_round(web)
    return page(
        "surveys.html",
        200 if error is None else error.status,
        rounds=rounds[:ROUNDS_SHOWN],
        shown=shown,
        before=before,
        enough=shown is not None and _is_enough(web, shown),
        least=web.hall.quality.survey.least,
        rows=_rows(web, shown, before) if shown is not None else (),
        whole=shown.share() if shown is not None else None,
        open_round=open_round,
        questions=[(key, _name(web, key)) for key in (() if open_round is None else open_round.questions)],
        levels=LEVEL_NAMES,
        form=new_form() if error is None else request.form.get("id", ""),
        typed=request.form,
        error=None if error is None else error.answer(),
        said=request.args.get("said") == "typed",
    )


def _rows(web: Web, shown: Round, before: Round | None) -> tuple[QuestionRow, ...]:
    known = before is not None and _is_enough(web, before)
    return tuple(
        QuestionRow(
            key,
            _name(web, key),
            tuple(shown.of(key)),
            sum(shown.of(key)),
            shown.share(key).percent,
            cast(Round, before).share(key).percent if known else None,
        )
        for key in shown.questions
    )


def _is_enough(web: Web, one: Round) -> bool:
    return one.answers >= web.hall.quality.survey.least


def _name(web: Web, key: str) -> Names:
    """As the hall file words it; a question that it has lost is told by its key."""
    return web.hall.quality.survey.asked.get(key, Names(key, key))


def _open_round(web: Web) -> Round | None:
    newest = next(iter(web.reports.surveys()), None)
    return newest if newest is not None and not newest.ended and web.clock.now_ms() < newest.ends_ms else None


def _csv(web: Web, one: Round) -> str:
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(["round", "question", "问题", "answers", *(level.value for level in LEVELS), "satisfied_percent"])
    for row in _rows(web, one, None) if _is_enough(web, one) else ():
        table.writerow([one.round, row.key, row.names.zh, row.answers, *row.levels, row.percent])
    return out.getvalue()
