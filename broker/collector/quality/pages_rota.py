"""The duty rota's page: a week for everybody who serves to read, and for whoever runs the hall to make and change."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from broker.collector.errors import Malformed, NotFound, WebError
from broker.collector.forms import form_id, new_form_id
from broker.collector.heard.asking import ask_engine
from broker.collector.pages import page
from broker.collector.quality.rota_forms import day_of_form
from broker.collector.safety.accounts import Account
from broker.collector.safety.rights import Right
from broker.collector.web import Web
from broker.model.commands import MakeRota
from broker.oversight.rota import RotaStory, opened_as_planned

WEEKS_AHEAD, WEEKS_BACK = 8, 52
_FORM = form_id("rota")


def blueprint(web: Web) -> Blueprint:
    """The routes; a hall without a rota has none of them."""
    routes = Blueprint("rota", __name__, url_prefix="/rota")

    @routes.before_request
    def check() -> None:
        if not web.hall.rota.on:
            raise NotFound
        web.guard.need_for_form(Right.COUNTER, Right.FLOOR)

    @routes.get("")
    def week() -> Response:
        return _page(web, web.guard.need(Right.COUNTER, Right.FLOOR), _monday(web, request.args.get("week", "")))

    @routes.post("")
    def made() -> AnyResponse:
        account, form = web.guard.need(Right.FLOOR), request.form.get("id", "")
        if not _FORM.fullmatch(form):
            raise Malformed(detail="id")
        monday, known = _monday(web, request.form.get("week", "")), web.reports.rota()
        try:
            for day, sessions in _days(web, monday).items():
                wish = day_of_form(web.hall, request.form, day, tuple(one.name for one in sessions))
                if day >= _today(web) and _differs(wish, known.get(day)):
                    ask_engine(web, wish, f"{form}-{day}", account.name)
        except WebError as error:
            return _page(web, account, monday, error)
        return redirect(url_for("rota.week", week=monday.isoformat(), said="made"))

    return routes


def _differs(wish: MakeRota, known: RotaStory | None) -> bool:
    stands = (None, ()) if known is None else (known.leader, known.sessions)
    return (wish.leader, wish.sessions) != stands


def _today(web: Web) -> str:
    return datetime.fromtimestamp(web.clock.now_ms() / 1000, web.zone).date().isoformat()


def _monday(web: Web, typed: str) -> date:
    """Of the week of a typed day, within a year back and two months ahead; without one, of this week."""
    today = date.fromisoformat(_today(web))
    try:
        day = date.fromisoformat(typed) if typed else today
    except ValueError:
        raise Malformed(detail="week") from None
    monday, this = day - timedelta(days=day.weekday()), today - timedelta(days=today.weekday())
    if not -WEEKS_BACK <= (monday - this).days // 7 <= WEEKS_AHEAD:
        raise Malformed(detail="week")
    return monday


def _days(web: Web, monday: date) -> dict[str, tuple[Any, ...]]:
    """The days of the week on which the hall opens, with their sessions, by its calendar."""
    days = ((monday + timedelta(days=more)).isoformat() for more in range(7))
    return {day: sessions for day in days if (sessions := web.sessions_of(day))}


def _page(web: Web, account: Account, monday: date, error: WebError | None = None) -> Response:
    rota, days = web.reports.rota(), _days(web, monday)
    stories = {day: rota.get(day, RotaStory(day)) for day in days}
    filled = {day: _as_before(rota, story) if request.args.get("like") else story for day, story in stories.items()}
    typed = request.form if error is not None else None

    def chosen(day: str, session: str) -> set[str]:
        """Posts as the form names them: as typed, or as planned."""
        if typed is not None:
            return set(typed.getlist(f"at-{day}-{session}"))
        posts = next((one.posts for one in filled[day].sessions if one.session == session), ())
        return {f"{post.counter}/{post.clerk or ''}" for post in posts}

    return page(
        "rota.html",
        200 if error is None else error.status,
        error=None if error is None else error.answer(),
        days=days,
        stories=stories,
        chosen=chosen,
        leader_of=lambda day: typed.get(f"leader-{day}", "") if typed is not None else filled[day].leader or "",
        reason=typed.get("reason", "") if typed is not None else "",
        choices=_choices(web),
        offered={f"{counter}/{key}" for counter, keys in _choices(web).items() for key in keys},
        clerks=web.hall.clerks,
        counter_names={key: counter.name for key, counter in web.hall.counters.items()},
        may_make=account.may(Right.FLOOR),
        may_copy=account.may(Right.FLOOR) and any(not one.made and _before(rota, one).made for one in stories.values()),
        copied=any(filled[day] is not story for day, story in stories.items()),
        today=_today(web),
        monday=monday,
        earlier=(monday - timedelta(days=7)).isoformat(),
        later=(monday + timedelta(days=7)).isoformat(),
        share=opened_as_planned(stories.values()),
        form=new_form_id("rota"),
        done="said" in request.args,
    )


def _before(rota: Mapping[str, RotaStory], story: RotaStory) -> RotaStory:
    """The same day of the week before."""
    day = (date.fromisoformat(story.day) - timedelta(days=7)).isoformat()
    return rota.get(day, RotaStory(day))


def _as_before(rota: Mapping[str, RotaStory], story: RotaStory) -> RotaStory:
    """A planned day as it is planned, any other as a week before: nothing is saved by looking."""
    return story if story.made or not _before(rota, story).made else _before(rota, story)


def _choices(web: Web) -> dict[str, tuple[str, ...]]:
    """Counter -> its clerk and that clerk's B role; empty where it has none."""
    found: dict[str, tuple[str, ...]] = {}
    for key, counter in web.hall.counters.items():
        known = web.hall.clerks.get(counter.clerk or "")
        second = known.substitute if known is not None else None
        found[key] = tuple(one for one in (counter.clerk, second) if one) or ("",)
    return found
