"""What the templates can ask for: emergency, silence of the engine, open calls for help, notices by their hours."""

from datetime import datetime

from flask import Flask

from broker.collector.error_words import error_words
from broker.collector.floor.duty import unfinished_sheets
from broker.collector.heard.silence import Silence, silence
from broker.collector.quality.pages_cases import kinds_kept
from broker.collector.staff.whereabouts import ClerkNow, clerks_now
from broker.collector.web import Web
from broker.model.views import Emergency, HelpCall, Notice
from broker.model.words import NEED_NAMES, UNDO_NAMES, Names

LEAVE_NOW = Names("请全体人员立即从最近的安全出口有序撤离", "Please leave the building now by the nearest exit")
"""What stands in the form of an emergency: seconds count, and most often it is this."""


def teach_words(app: Flask, web: Web) -> None:
    """Give them to the application's templates."""

    def midnight_ms() -> int:
        now = datetime.fromtimestamp(web.clock.now_ms() / 1000, web.zone)
        return round(now.replace(hour=0, minute=0, second=0, microsecond=0).timestamp() * 1000)

    def emergency() -> Emergency | None:
        body = web.hub.live.hall_body()
        return None if body is None else body.emergency

    def help_calls() -> tuple[HelpCall, ...]:
        body = web.hub.live.hall_body()
        return () if body is None else body.help

    def engine_silence() -> Silence | None:
        return silence(web.hall, web.hub.live, web.clock.now_ms())

    def kiosk_names(key: str) -> Names:
        known = web.hall.kiosks.get(key)
        return Names(key, key) if known is None else known.names

    def clerks() -> tuple[ClerkNow, ...]:
        return clerks_now(web.hall, web.hub.live.counters(web.hall.counters))

    def is_shown_now(notice: Notice) -> bool:
        """A fixed line may have its hours; one that is over may still stand in the last view of a silent engine."""
        now_ms = web.clock.now_ms()
        return (notice.from_ms or 0) <= now_ms and (notice.until_ms is None or now_ms < notice.until_ms)

    app.jinja_env.tests["shown_now"] = is_shown_now
    app.jinja_env.globals.update(
        midnight_ms=midnight_ms,
        emergency=emergency,
        error_words=error_words,
        engine_silence=engine_silence,
        help_calls=help_calls,
        unfinished_sheets=unfinished_sheets,
        kiosk_names=kiosk_names,
        clerks_now=clerks,
        cases_kept=lambda: kinds_kept(web),
        need_names=NEED_NAMES,
        undo_names=UNDO_NAMES,
        leave_now=LEAVE_NOW,
    )
