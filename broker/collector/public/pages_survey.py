"""满意度测评: the survey on phones, while a round is open. Nothing says who answered, and no ticket is asked for."""

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from broker.collector.errors import Malformed, NotFound, TooMany, WebError
from broker.collector.heard.asking import ask_engine
from broker.collector.pages import page
from broker.collector.public.api_holders import ON_PHONE
from broker.collector.survey_marks import FORM, new_form, survey_answer
from broker.collector.web import Web, address
from broker.model.views import OpenSurvey
from broker.model.words import LEVEL_NAMES, Names


def blueprint(web: Web) -> Blueprint:
    """The routes; a hall without surveys has none of them."""
    routes = Blueprint("survey", __name__)
    routes.record(lambda made: made.app.jinja_env.globals.update(survey_open=lambda: _open(web)))

    @routes.get("/survey")
    def form() -> Response:
        return _form(web, _kept(web))

    @routes.post("/survey")
    def answered() -> AnyResponse:
        survey, sent = _kept(web), request.form.get("id", "")
        if survey is None:
            return _form(web, None)
        try:
            web.guard.check_token()
            web.surveys.take(address())
            if not FORM.fullmatch(sent):
                raise Malformed(detail="id")
            ask_engine(web, survey_answer(request.form, survey.round, survey.questions, "phone"), sent, ON_PHONE)
        except TooMany as error:
            return _form(web, survey, error)
        except WebError as error:
            return _form(web, survey, error)
        return redirect(url_for("survey.form", thanks="1"), 303)

    return routes


def _open(web: Web) -> OpenSurvey | None:
    body = web.hub.live.hall_body()
    survey = None if body is None or not web.hall.quality.survey.on else body.survey
    return survey if survey is not None and web.clock.now_ms() < survey.ends_ms else None


def _kept(web: Web) -> OpenSurvey | None:
    if not web.hall.quality.survey.on:
        raise NotFound
    return _open(web)


def _form(web: Web, survey: OpenSurvey | None, error: WebError | None = None) -> Response:
    names = web.hall.quality.survey.asked
    rows: list[tuple[str, Names]] = []
    if survey is not None:
        rows = [(key, names.get(key, Names(key, key))) for key in survey.questions]
    return page(
        "survey.html",
        200 if error is None else error.status,
        survey=survey,
        rows=rows,
        levels=LEVEL_NAMES,
        error=None if error is None else error.answer(),
        form=new_form() if error is None else request.form.get("id", ""),
        typed=request.form,
        thanks=request.args.get("thanks") == "1",
    )
