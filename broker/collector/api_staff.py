"""What staff may ask: commands, their console, devices, statistics, pictures of screens."""

import csv
import io
from datetime import date
from typing import Any, get_args

from flask import Blueprint, Response, request
from msgspec import structs

from broker.collector import answers as a
from broker.collector import glance
from broker.collector.accounts import Account, Role
from broker.collector.asking import ask_engine
from broker.collector.attention import attention, log_in_attention
from broker.collector.errors import FiguresMoved, Malformed, NotFound, NotYourCounter, NotYourRole
from broker.collector.guard import changes_something
from broker.collector.sheet_form import mark_of
from broker.collector.web import Web, answer, answer_bytes, read_body
from broker.model import commands as c
from broker.model.views import CounterView
from broker.model.words import Level
from broker.runtime.business_calendar import kind_of
from broker.store.statistics import By, Statistics

CLERK_COMMANDS: tuple[type[c.Command], ...] = (
    *c.COUNTER_COMMANDS,
    c.ConfirmPriority,
    c.RevokePriority,
    c.AnswerHelp,
    c.BookAppointment,
    c.CancelAppointment,
    c.FillSheet,
    c.SignSheet,
)
MANAGER_COMMANDS: tuple[type[c.Command], ...] = (
    *CLERK_COMMANDS,
    c.ApproveExtension,
    c.PauseIssuing,
    c.ResumeIssuing,
    c.PostNotice,
    c.ClearNotice,
    c.OpenDay,
    c.CloseDay,
    c.BeginEmergency,
    c.EndEmergency,
    c.AppointSubstitute,
    c.ExcuseCounter,
    c.ReopenSheet,
)


def blueprint(web: Web) -> Blueprint:
    """The routes."""
    routes = Blueprint("staff_api", __name__, url_prefix="/api")
    hall, live, allow = web.hall, web.hub.live, web.guard.allow

    @routes.before_request
    def check_token() -> None:
        if changes_something():
            web.guard.need(Role.CLERK)
            web.guard.check_token()

    @routes.post("/commands")
    @allow(Role.CLERK)
    def command() -> Response:
        account = web.guard.need(Role.CLERK)
        body = read_body(a.CommandBody)
        wish = _by_calendar(web, body.command)
        check_right(web, account, wish)
        wish = as_it_stands(web, wish)
        return answer(a.CommandAnswer(id=body.id, result=ask_engine(web, wish, body.id, account.name)))

    @routes.get("/consoles/<counter>")
    @allow(Role.CLERK)
    def console(counter: str) -> Response:
        view = live.counter(counter)
        if view is None:
            raise NotFound
        return answer(_for_staff(view))

    @routes.get("/devices")
    @allow(Role.MANAGER)
    def devices() -> Response:
        found = (*log_in_attention(web.accounts.guessed()), *attention(hall, live, web.clock.now_ms()))
        return answer(a.DeviceList(devices=glance.device_list(hall, live), attention=found))

    @routes.get("/statistics")
    @allow(Role.MANAGER)
    def statistics() -> Response:
        found = read_statistics(web, request.args.get("day"), request.args.get("by", "counter"))
        if request.args.get("format") == "csv":
            return answer_bytes(as_csv(found).encode("utf-8-sig"), "text/csv; charset=utf-8")
        return answer(found)

    @routes.get("/pictures/<device>/<name>")
    def picture(device: str, name: str) -> Response:
        if not web.may_see_virtual():
            web.guard.need(Role.CLERK)
        if hall.device_role(device) is None:
            raise NotFound
        web.hub.ask(device)
        found = live.picture(device, name)
        if found is None:
            return Response(status=204)
        return answer_bytes(found.data, "image/png")

    return routes


def _for_staff(view: CounterView) -> CounterView:
    """A ticket's id is its holder's: it opens the page that says whether the visit may still be rated. And whether a
    visitor is still asked for a rating says whether there is one."""
    here = view.ticket
    return structs.replace(view, evaluation=None, ticket=None if here is None else structs.replace(here, ticket=""))


def check_right(web: Web, account: Account, wish: c.Command) -> None:
    """NotYourRole or NotYourCounter unless this account may ask this; a manager works at every counter."""
    manages = account.role.covers(Role.MANAGER)
    if not isinstance(wish, MANAGER_COMMANDS if manages else CLERK_COMMANDS):
        raise NotYourRole
    if isinstance(wish, c.LogIn) and wish.clerk != account.clerk:
        raise NotYourCounter  # nobody says of another that he is there
    if isinstance(wish, c.FillSheet | c.SignSheet):
        _check_part(account, wish, manages=manages)
    elif not manages:
        check_counter(web, account.clerk, wish)


def as_it_stands(web: Web, wish: c.Command) -> c.Command:
    """A signature gets the digest of what stands there, if its own is the mark of what the page shows; FiguresMoved.

    One of made up content would hold for the engine, which counts no figures, and for no reader. The digest itself
    covers ratings that are hidden: who might try digests, or positions, would find out how the few have rated, or when.
    """
    if isinstance(wish, c.FillSheet) and wish.as_of is not None:
        raise Malformed(detail="'as_of' is the server's to say here")
    if not isinstance(wish, c.SignSheet):
        return wish
    found = web.reports.sheets(wish.day)
    one = None if found is None else found.of(wish.counter)
    if found is None or one is None:
        raise NotFound
    if wish.digest != mark_of(web.hall.hall.id, one):
        raise FiguresMoved
    return structs.replace(wish, digest=one.digest, as_of=found.as_of)


def _check_part(account: Account, wish: c.FillSheet | c.SignSheet, *, manages: bool) -> None:
    """Of a day's sheet: nobody writes or signs as the duty leader who is not, nor as a clerk whose account it is not.

    At which counters the clerk stood that day, the engine knows.
    """
    if (wish.who == "leader") != manages:
        raise NotYourRole
    if wish.who == "clerk" and wish.clerk != account.clerk:
        raise NotYourCounter


def check_counter(web: Web, clerk: str | None, wish: c.Command) -> None:
    """NotYourCounter unless the account of this clerk may work at the counter of the wish.

    A clerk opens a counter under the own name and drives the counter at which the own name is on duty, no other. An
    account that is bound to nobody (a shared post) drives only counters at which nobody of the hall file serves: it
    can neither act for a clerk nor open a counter in a clerk's name.
    """
    counter = getattr(wish, "counter", None)
    if counter is None:
        return
    if isinstance(wish, c.LogIn):
        return  # under the own name, at any counter: a substitute comes to somebody else's
    if isinstance(wish, c.OpenCounter):
        described = web.hall.counters.get(counter)
        on_duty = wish.clerk or (described.clerk if described is not None else None)
    else:
        view = web.hub.live.counter(counter)
        if view is None:
            raise NotYourCounter
        on_duty = view.clerk
    if on_duty != clerk:
        raise NotYourCounter


def _by_calendar(web: Web, wish: Any) -> c.Command:
    """A day is opened with the opening times of the hall's calendar, not with a page's; Malformed for no date."""
    if isinstance(wish, c.OpenDay):
        try:
            kind = kind_of(web.hall, date.fromisoformat(wish.day))[0]
            return c.OpenDay(day=wish.day, sessions=web.sessions_of(wish.day), kind=kind)
        except (ValueError, OverflowError):
            raise Malformed(detail="'day' must be a date such as 2026-03-02") from None
    return wish  # type: ignore[no-any-return]


def read_statistics(web: Web, day: str | None, by: str) -> Statistics:
    """A day's figures; Malformed or NotFound."""
    if by not in get_args(By):
        raise Malformed(detail=f"'by' must be one of {', '.join(get_args(By))}")
    if day is not None:
        try:
            date.fromisoformat(day)
        except ValueError:
            raise Malformed(detail="'day' must be a date such as 2026-03-02") from None
    found = web.reports.statistics(day, by)  # type: ignore[arg-type]
    if found is None:
        raise NotFound
    return found


def as_csv(found: Statistics) -> str:
    """The same figures for a spreadsheet; a cell that would begin a formula is quoted."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(("day", found.day, "by", found.by, "journal position", "" if found.as_of is None else found.as_of))
    writer.writerow(_CSV_HEAD)
    for row in (*found.rows, None):
        figures = found.total if row is None else row.figures
        label = "合计 Total" if row is None else row.label.zh
        wait, service = figures.wait, figures.service
        writer.writerow(
            (
                f"'{label}" if label[:1] in "=+-@" else label,
                *(getattr(figures, name) for name in _CSV_PLAIN),
                *((wait.n, wait.mean_s, wait.median_s, wait.p90_s, wait.max_s) if wait else ("",) * 5),
                *((service.n, service.mean_s, service.max_s) if service else ("",) * 3),
                *(figures.levels.get(level.value, "") for level in Level),
            )
        )
    for definition in found.definitions:
        writer.writerow((definition.figure, definition.zh, definition.en))
    return out.getvalue()


_CSV_PLAIN = (
    "issued",
    "calls",
    "recalls",
    "served",
    "direct",
    "no_shows",
    "held",
    "transferred",
    "items",
    "over_target",
    "over_target_rate",
    "rateable",
    "rated",
    "rating_rate",
    "satisfied",
    "satisfaction",
    "pauses",
    "long_pauses",
    "paused_s",
    "cover_tasks",
    "left_empty",
)
_CSV_HEAD = (
    "group",
    *_CSV_PLAIN,
    *(f"wait_{name}" for name in ("n", "mean_s", "median_s", "p90_s", "max_s")),
    *(f"service_{name}" for name in ("n", "mean_s", "max_s")),
    "very_satisfied",
    "satisfied",
    "basically_satisfied",
    "dissatisfied",
    "very_dissatisfied",
)
