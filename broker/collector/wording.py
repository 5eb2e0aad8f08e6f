"""Two languages and the hall's clock for templates: ``t("等候", "waiting")``, ``n(names)``, ``at | hm``."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, Response, g, request, url_for

from broker.collector.floor.attention_words import fault_words, part_words
from broker.collector.web import Web
from broker.contract.envelope import PRINTER_FAULTS
from broker.model.hours import hours_spans
from broker.model.ratings import REASONS, REASONS_VERSION
from broker.model.reasons import reason_said
from broker.model.waits import LONGEST_MIN, SHORT_MIN
from broker.model.words import LEVEL_NAMES, PAUSE_REASONS, Level, Names

LANGUAGES = ("zh", "en")
COOKIE = "lang"
YEAR_S = 365 * 86_400
_WEEKDAYS_ZH = "一二三四五六日"


def language() -> str:
    """``zh`` unless the visitor chose English, in this request or before. Looked up once: a page asks 700 times."""
    known: str | None = g.get("language")
    if known is None:
        wanted = (request.args.get(COOKIE), request.cookies.get(COOKIE))
        known = g.language = next((chosen for chosen in wanted if chosen in LANGUAGES), "zh")
    return known


def t(zh: str, en: str) -> str:
    """The text in the visitor's language."""
    return zh if language() == "zh" else en


def n(names: Any) -> str:
    """The same of a pair that travels: anything with ``zh`` and ``en``."""
    return t(names.zh, names.en or names.zh)


def reason(text: str, english: str = "") -> str:
    """A reason as staff typed or chose it."""
    return n(reason_said(text, english))


_LEVEL_OF_LABEL = {names: level for level, names in LEVEL_NAMES.items()}


def fault_label(state: str) -> str:
    """What is wrong with a simulated printer, or several things joined by ``+``, in words."""
    return t("、", ", ").join(n(PRINTER_FAULTS.get(one, Names(one, one))) for one in state.split("+"))


def _of_the_clock(zone: ZoneInfo) -> dict[str, Callable[[Any], Any]]:
    """Filters that say a moment by the hall's clock."""

    def local(at_ms: int) -> datetime:
        return datetime.fromtimestamp(at_ms / 1000, zone)

    def hm(at_ms: int | None) -> str:
        return "" if at_ms is None else f"{local(at_ms):%H:%M}"

    def hms(at_ms: int | None) -> str:
        return "" if at_ms is None else f"{local(at_ms):%H:%M:%S}"

    def date_both(at_ms: int) -> Names:
        moment = local(at_ms)
        zh = f"{moment.month}月{moment.day}日 星期{_WEEKDAYS_ZH[moment.weekday()]}"
        return Names(zh, f"{moment:%a} {moment.day} {moment:%b}")

    def date_year(at_ms: int) -> Names:
        day, year = date_both(at_ms), local(at_ms).year
        return Names(f"{year}年{day.zh}", f"{day.en} {year}")

    def date_words(at_ms: int) -> str:
        return n(date_both(at_ms))

    def half_day(at_ms: int) -> str:
        morning = local(at_ms).hour < 12
        return date_words(at_ms) + t(" 上午" if morning else " 下午", ", morning" if morning else ", afternoon")

    return {
        "hm": hm,
        "hms": hms,
        "date_words": date_words,
        "date_both": date_both,
        "date_year": date_year,
        "half_day": half_day,
    }


def teach(app: Flask, web: Web) -> None:
    """Give the words to the application's templates."""
    times = _of_the_clock(web.zone)

    def minutes_since(at_ms: int | None) -> int:
        return 0 if at_ms is None else max(0, (web.clock.now_ms() - at_ms) // 60_000)

    app.jinja_env.globals.update(
        t=t,
        n=n,
        reason=reason,
        reasons=tuple(PAUSE_REASONS.values()),
        language=language,
        level_names=LEVEL_NAMES,
        rating_reasons=REASONS[REASONS_VERSION],
        reasons_version=REASONS_VERSION,
        levels=tuple(Level),
        fault_words=fault_words,
        fault_label=fault_label,
        part_words=part_words,
        level_of_label=_LEVEL_OF_LABEL.get,
        hall=web.hall,
        account=web.guard.account,
        csrf=web.guard.token,
        session_left_s=lambda: web.accounts.left_ms(web.guard.session()) // 1000,
        virtual=web.may_see_virtual,
        now_ms=web.clock.now_ms,
        minutes_since=minutes_since,
        asset=lambda name: url_for("static", filename=name),
    )
    app.jinja_env.tests["of_category"] = lambda service, category: web.hall.services[service].category == category
    app.jinja_env.tests["faulty"] = lambda state: fault_words(state) is not None
    app.jinja_env.filters.update(FILTERS, **times)

    @app.before_request
    def choose() -> None:
        if request.args.get(COOKIE) in LANGUAGES:
            g.new_language = request.args[COOKIE]

    _tell_time(app, lambda: times["hm"](web.clock.now_ms()))

    @app.after_request
    def remember(response: Response) -> Response:
        if "new_language" in g:
            response.set_cookie(COOKIE, g.new_language, max_age=YEAR_S, samesite="Lax", httponly=True, path="/")
        return response


def _tell_time(app: Flask, hall_time: Callable[[], str]) -> None:
    """A page that loses its line says of when it is, by the hall's clock."""

    @app.after_request
    def tell(response: Response) -> Response:
        response.headers["X-Hall-Time"] = hall_time()
        return response


def wait_words(wait: Any) -> str:
    """``约 10–20 分钟`` of a wait range, the same on every page; nothing when no number would be honest."""
    return n(wait_both(wait))


def wait_both(wait: Any) -> Names:
    """The same in both languages, for a paper.

    A range that begins with nothing says how long at most, and one that is nothing that nobody waits.
    """
    if wait is None:
        return Names("", "")
    low, high = wait.low_min, wait.high_min
    if high == 0:
        return Names("无需等候", "no wait")
    if high <= SHORT_MIN:
        return Names(f"不到 {SHORT_MIN} 分钟", f"under {SHORT_MIN} min")
    if low >= LONGEST_MIN:
        return Names(f"{LONGEST_MIN // 60} 小时以上", f"over {LONGEST_MIN // 60} hours")
    if low == 0:
        return Names(f"{high} 分钟以内", f"up to {high} min")
    if low == high:
        return Names(f"约 {low} 分钟", f"about {low} min")
    return Names(f"约 {low}–{high} 分钟", f"about {low}–{high} min")


def hours_words(text: str) -> str:
    """``09:00–12:00 13:30–17:00``."""
    return " ".join(hours_spans(text))


def percent(rate: float | None) -> str:
    """``93.5%``; a dash where there was nothing to divide by."""
    return "—" if rate is None else f"{rate * 100:.1f}%"


def took(seconds: int | None) -> str:
    """``6:05`` minutes and seconds; hours when there are any."""
    if seconds is None:
        return "—"
    hours, rest = divmod(seconds, 3600)
    return f"{hours}:{rest // 60:02d}:{rest % 60:02d}" if hours else f"{rest // 60}:{rest % 60:02d}"


FILTERS = {"hours": hours_words, "wait": wait_words, "wait_both": wait_both, "percent": percent, "took": took}
"""What templates need no clock for."""
