"""The quality desk: what is open and how urgent, one case with all that happened to it, the forms of its next steps.

Plain forms that work without scripts. Every look at a case stands in the audit log; what people said is no part of the
journal (``case_texts``). The clerk whom a case is about has a page of his own, which tells nothing of the visit.
"""

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from broker.collector.errors import Malformed, NotFound, WebError
from broker.collector.figures.goals import YearGauges
from broker.collector.forms import form_id, new_form_id
from broker.collector.heard.asking import ask_engine
from broker.collector.pages import page
from broker.collector.quality.case_forms import opened_of, person_of, step_of, text_of
from broker.collector.quality.case_news import tell_who_waits
from broker.collector.quality.case_rights import EVERYBODYS, OPENS, hears_of_it, may_account, may_take, sees, steps_for
from broker.collector.quality.case_rows import row_of, rows_of
from broker.collector.quality.case_texts import DAY_MS
from broker.collector.quality.case_words import CHANNELS, KINDS, STAGES, STEPS, VERDICTS, named, points_of
from broker.collector.quality.refusal_notice import notice_page, refusal_of
from broker.collector.safety.accounts import Account
from broker.collector.safety.rights import Right
from broker.collector.web import Web
from broker.model.blame_causes import BY_HAND, CAUSES, DEGREES
from broker.model.case_life import LIVES
from broker.model.commands import GiveCase
from broker.model.words import Names
from broker.oversight.case_figures import case_figures
from broker.oversight.case_stories import Story
from broker.oversight.gauges import RATED, SATISFIED
from broker.runtime.errors import DatabaseError
from broker.store.errors import StoreError

LISTED = 100
UNREADABLE = Names("记录暂时无法读取，满意度稍后再列", "The record cannot be read now; satisfaction is shown later")
_FORM = form_id("case")


def blueprint(web: Web) -> Blueprint:
    """The routes; a hall that keeps no cases has none of them."""
    routes, gauges = Blueprint("cases", __name__, url_prefix="/quality"), YearGauges(web)

    @routes.before_request
    def check() -> None:
        if not kinds_kept(web):
            raise NotFound
        web.guard.need_for_form(Right.COUNTER, Right.FOLLOW_UP)

    @routes.get("")
    def overview() -> Response:
        account = web.guard.need(Right.FOLLOW_UP)
        now_ms = web.clock.now_ms()
        seen = [story for story in _told(web) if sees(account, story)]
        year_ms, year = _year(web)
        return _page(
            web,
            "quality.html",
            rows=[row for row in rows_of(seen, now_ms) if row.story.is_open][:LISTED],
            figures=case_figures(seen, year_ms, now_ms + 1),
            year=year,
            kinds=kinds_kept(web),
            **_gauges(gauges),
        )

    @routes.get("/<kind>s")
    def listed(kind: str) -> Response:
        account = _may_list(web, kind)
        seen = [story for story in _told(web) if story.kind == kind and sees(account, story)]
        return _page(web, "quality_list.html", kind=kind, rows=rows_of(seen, web.clock.now_ms())[:LISTED])

    _mine(web, routes)
    _new(web, routes)
    _case(web, routes)
    return routes


def _mine(web: Web, routes: Blueprint) -> None:
    """What is about the own service."""

    @routes.get("/mine")
    def mine() -> Response:
        account, today_ms = web.guard.need(Right.COUNTER), _today_ms(web)
        heard = [story for story in _told(web) if hears_of_it(account, story, today_ms)]
        rows = rows_of(heard, web.clock.now_ms())[:LISTED]
        return _page(web, "quality_mine.html", rows=rows, form=new_form_id("case"))

    @routes.post("/mine/<case>")
    def object_to(case: str) -> AnyResponse:
        account = web.guard.need(Right.COUNTER)
        story = _story(web, case)
        if not hears_of_it(account, story, _today_ms(web)):
            raise NotFound
        error = _stepped(web, account, story)
        if error is None:
            return redirect(url_for("cases.mine", said="appeal"))
        heard = [one for one in _told(web) if hears_of_it(account, one, _today_ms(web))]
        rows = rows_of(heard, web.clock.now_ms())[:LISTED]
        return _page(web, "quality_mine.html", error.status, rows=rows, form=new_form_id("case"), error=error, at=case)


def _new(web: Web, routes: Blueprint) -> None:
    """A case is begun."""

    @routes.get("/new/<kind>")
    def form(kind: str) -> Response:
        _may_open(web, kind)
        return _form_page(web, kind)

    @routes.post("/new/<kind>")
    def opened(kind: str) -> AnyResponse:
        account = _may_open(web, kind)
        try:
            items, note = web.hall.quality.inspections.points, text_of(request.form)
            command = opened_of(kind, request.form, web.zone, items, _owners(web, kind))
            if command.of is not None and not may_account(account, _story(web, command.of)):
                raise NotFound
            person = person_of(request.form)
            result = ask_engine(web, command, _form_of(), account.name)
        except WebError as error:
            return _form_page(web, kind, error)
        web.case_texts.write(result["case"], "", note, account.name, _form_of())
        if person is not None:
            web.case_texts.name(result["case"], person)
        return redirect(url_for("cases.case", case=result["case"]))


def _case(web: Web, routes: Blueprint) -> None:
    """One case, its steps and who looks after it."""

    @routes.get("/case/<case>")
    def case(case: str) -> Response:
        return _case_page(web, _seen(web, case))

    @routes.get("/case/<case>/notice")
    def notice(case: str) -> Response:
        story = _seen(web, case)
        refusal = refusal_of(story)
        if refusal is None:
            raise NotFound
        web.guard.note("case_read", story.number)
        return notice_page(story, refusal)

    @routes.post("/case/<case>")
    def step(case: str) -> AnyResponse:
        story, account = _seen(web, case), web.guard.need(Right.COUNTER, Right.FOLLOW_UP)
        error = _stepped(web, account, story)
        return redirect(url_for("cases.case", case=case)) if error is None else _case_page(web, story, error)

    @routes.post("/case/<case>/owner")
    def give(case: str) -> AnyResponse:
        story, account = _seen(web, case), web.guard.need(Right.FOLLOW_UP)
        owner = request.form.get("owner", "")
        if owner not in _owners(web, story.kind):
            raise Malformed(detail="owner")
        ask_engine(web, GiveCase(case=story.case, owner=owner), _form_of(), account.name)
        return redirect(url_for("cases.case", case=case))


def kinds_kept(web: Web) -> tuple[str, ...]:
    """Which kinds of cases the hall file turns on."""
    return tuple(kind for kind in KINDS if web.hall.quality.keeps(kind))


def erase_texts(web: Web) -> int:
    """Erase what people said of cases that ended long enough ago; how many rows went."""
    kept = web.case_texts.cases()
    if not kept:
        return 0
    before_ms = web.clock.now_ms() - web.hall.quality.texts_days * DAY_MS
    stories = web.reports.cases().stories
    over = [case for case in kept if case in stories and (stories[case].closed_ms or before_ms) < before_ms]
    return web.case_texts.erase(over)


def _told(web: Web) -> list[Story]:
    """All that may be told: a low rating only once the half day in which it was given is over."""
    half_ms = _half_day_ms(web)
    stories = web.reports.cases().stories.values()
    return [story for story in stories if story.kind != "rating" or story.opened_ms < half_ms]


def _half_day_ms(web: Web) -> int:
    """The noon or midnight before now: ratings are told by half days (``broker.store.disclosure``)."""
    now = datetime.fromtimestamp(web.clock.now_ms() / 1000, web.zone)
    return round(now.replace(hour=12 * (now.hour // 12), minute=0, second=0, microsecond=0).timestamp() * 1000)


def _today_ms(web: Web) -> int:
    now = datetime.fromtimestamp(web.clock.now_ms() / 1000, web.zone)
    return round(now.replace(hour=0, minute=0, second=0, microsecond=0).timestamp() * 1000)


def _year(web: Web) -> tuple[int, int]:
    """When the year began, and which it is."""
    now = datetime.fromtimestamp(web.clock.now_ms() / 1000, web.zone)
    return round(datetime(now.year, 1, 1, tzinfo=web.zone).timestamp() * 1000), now.year


def _gauges(gauges: YearGauges) -> dict[str, Any]:
    """The page is there also while they are not: why stands in their place."""
    found: dict[str, Any] = {"gauges": None, "satisfied_formula": SATISFIED, "rated_formula": RATED}
    try:
        found["gauges"] = gauges.now()
    except WebError as error:
        found["no_gauges"] = error.answer()
    except (StoreError, DatabaseError):
        found["no_gauges"] = UNREADABLE
    return found


def _story(web: Web, case: str) -> Story:
    story = next((one for one in _told(web) if one.case == case), None)
    if story is None:
        raise NotFound
    return story


def _seen(web: Web, case: str) -> Story:
    """NotFound also for who may not see it: that there is such a case is told by being told of it."""
    story, account = _story(web, case), web.guard.need(Right.COUNTER, Right.FOLLOW_UP)
    if not sees(account, story):
        raise NotFound
    return story


def _may_list(web: Web, kind: str) -> Account:
    if kind not in kinds_kept(web):
        raise NotFound
    return web.guard.need(*((Right.COUNTER, Right.FOLLOW_UP) if kind in EVERYBODYS else (Right.FOLLOW_UP,)))


def _may_open(web: Web, kind: str) -> Account:
    if kind not in OPENS or kind not in kinds_kept(web):
        raise NotFound
    return web.guard.need(*OPENS[kind])  # type: ignore[index]


def _form_of() -> str:
    form = request.form.get("id", "")
    if not _FORM.fullmatch(form):
        raise Malformed(detail="id")
    return form


def _stepped(web: Web, account: Account, story: Story) -> WebError | None:
    """Take the step that the form names; what refused it."""
    step = LIVES[story.kind].steps.get(request.form.get("step", ""))
    if step is None or not may_take(account, story, step):
        raise NotFound
    try:
        wish, note = step_of(story.case, request.form), text_of(request.form)
        ask_engine(web, wish, _form_of(), account.name)
    except WebError as error:
        return error
    web.case_texts.write(story.case, wish.step, note, account.name, _form_of())
    if story.kind == "promise":  # nobody else is told, and all cases would be looked through
        tell_who_waits(web)
    return None


def _owners(web: Web, kind: str) -> list[str]:
    """Accounts that may look after a case of this kind: of a question also whoever serves."""
    rights = (Right.FOLLOW_UP, Right.FLOOR, *((Right.COUNTER,) if kind == "question" else ()))
    return [one.name for one in web.accounts.all() if one.active and one.may(*rights)]


def _case_page(web: Web, story: Story, error: WebError | None = None) -> Response:
    account = web.guard.need(Right.COUNTER, Right.FOLLOW_UP)
    web.guard.note("case_read", story.number)
    follows = account.may(Right.FOLLOW_UP)
    told = web.reports.cases().stories
    of = told.get(story.of or "")
    seen = [one for one in told.values() if one.of == story.case and sees(account, one)]
    return _page(
        web,
        "quality_case.html",
        200 if error is None else error.status,
        row=row_of(story, web.clock.now_ms()),
        steps=list(steps_for(account, story)),
        texts=web.case_texts.of(story.case) if follows or story.kind in EVERYBODYS else (),
        person=web.case_texts.person(story.case) if follows or story.kind in EVERYBODYS else None,
        owners=_owners(web, story.kind) if follows else [],
        of=of if of is not None and sees(account, of) else None,
        records=seen,
        may_account=may_account(account, story),
        form=new_form_id("case"),
        error=error,
        typed=request.form,
        extension_most=web.hall.quality.promises.extension_days,
    )


def _begun(web: Web) -> dict[str, str]:
    """What the page that led here knew already: the service and the counter; the clerk is whoever comes from there."""
    known = {"service": web.hall.services, "counter": web.hall.counters}
    begun = {name: request.args.get(name, "") for name, table in known.items() if request.args.get(name) in table}
    clerk = web.guard.need(Right.COUNTER, Right.FOLLOW_UP).clerk
    return begun | {"clerk": clerk or ""} if begun else {}


def _origin(web: Web, kind: str) -> Story | None:
    """The case that a record of accountability is to come from, where the form was asked for from its page."""
    named_case = request.form.get("of") or request.args.get("of", "")
    if kind != "blame" or not named_case:
        return None
    story, account = _story(web, named_case), web.guard.need(Right.FLOOR)
    if not may_account(account, story):
        raise NotFound
    return story


def _form_page(web: Web, kind: str, error: WebError | None = None) -> Response:
    now = datetime.fromtimestamp(web.clock.now_ms() / 1000, web.zone)
    return _page(
        web,
        "quality_new.html",
        200 if error is None else error.status,
        kind=kind,
        form=new_form_id("case"),
        error=error,
        typed=request.form or _begun(web),
        today=now.date().isoformat(),
        origin=_origin(web, kind),
        told_by_phone="phone" in web.notifier.ways(),
        owners=_owners(web, kind) if kind == "question" else [],
        earliest=(now - timedelta(days=60)).date().isoformat(),
        promised={key: one for key, one in web.hall.services.items() if one.promised_days is not None},
    )


def _page(web: Web, template: str, code: int = 200, **shown: object) -> Response:
    error = shown.pop("error", None)
    shown.setdefault("at", "")
    return page(
        template,
        code,
        error=error.answer() if isinstance(error, WebError) else None,
        named=named,
        kind_names=KINDS,
        stage_names=STAGES,
        step_names=STEPS,
        verdict_names=VERDICTS,
        channel_names=CHANNELS,
        cause_names=CAUSES,
        by_hand=BY_HAND,
        degree_words=DEGREES,
        item_names=points_of(web.hall),
        points=web.hall.quality.inspections.points,
        half=lambda at_ms: (at_ms, at_ms),
        kept=kinds_kept(web),
        may_open=OPENS,
        counter_names={key: counter.name for key, counter in web.hall.counters.items()},
        staff_numbers={key: clerk.staff_number for key, clerk in web.hall.clerks.items()},
        service_names={key: service.names for key, service in web.hall.services.items()},
        **shown,
    )
