"""What became of a day's visits as to their rating, and the audit sample, from the journal's events.

The four states are counted apart: rated, declined, device fault, unrated. Where a jurisdiction counts silence as a
level (``rules.rating_default``), that is ``by_default``: a figure beside them, in no rate and in no satisfaction.
"""

from collections.abc import Iterable

import msgspec

from broker.model import events as e
from broker.model.hall import Hall
from broker.model.ratings import PAPER_FORM
from broker.model.words import Level
from broker.runtime.business_calendar import RatingDays
from broker.store.day_fold import DayFold
from broker.store.rating_audit import AuditSample, Rated, audit, mark_of

EVENTS = (
    "EvaluationRecorded",
    "EvaluationExplained",
    "VisitLeftUnrated",
    "TicketReserved",
    "TicketReported",
    "ServiceFinished",
)
"""The types of event that a report is made from."""
CONTACT_EVENTS = ("EvaluationRecorded", "EvaluationExplained")
"""Those that tell who wishes to be called."""


class RatingReport(msgspec.Struct, frozen=True, kw_only=True):
    """Visits of a day that may be rated, by what became of it; ``rated`` by any way, also on a later day.

    ``by_default``: unrated visits whose time is over, as ``default_level`` has them count upwards; None without a rule.
    """

    day: str
    rateable: int
    rated: int
    declined: int
    device_fault: int
    unrated: int
    by_default: int | None
    default_level: Level | None
    paper_forms: int
    contact_wanted: int
    sample: AuditSample


def rating_report(hall: Hall, fold: DayFold, events: Iterable[e.Event], now_ms: int) -> RatingReport:
    """The report of one day; ``events`` are the day's of ``EVENTS``."""
    found = list(events)
    ended = {one.visit: one.at_ms for one in fold.endings if one.visit and one.rateable}
    why = {one.visit: one.why for one in found if isinstance(one, e.VisitLeftUnrated)}
    silent = [visit for visit in ended if visit not in fold.ratings]
    states = [why.get(visit, "unrated") for visit in silent]
    from_ms = RatingDays(hall).from_ms(now_ms)
    level = hall.rules.rating_default
    recorded = [one for one in found if isinstance(one, e.EvaluationRecorded)]
    explained = [one for one in found if isinstance(one, e.EvaluationExplained)]
    return RatingReport(
        day=fold.day,
        rateable=len(ended),
        rated=len(ended) - len(silent),
        declined=states.count("declined"),
        device_fault=states.count("device_fault"),
        unrated=states.count("unrated"),
        by_default=None if level is None else sum(ended[visit] < from_ms for visit in silent),
        default_level=level,
        paper_forms=sum(one.device == PAPER_FORM for one in recorded),
        contact_wanted=sum(one.contact for one in (*recorded, *explained)),
        sample=audit(fold.day, _rated(hall, found)),
    )


class ContactWish(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who rated low wishes to be called. Who it is stands nowhere; the id of the rating is on no page."""

    evaluation: str
    at_ms: int
    counter: str
    level: Level
    reasons: tuple[str, ...]
    reasons_version: int

    @property
    def mark(self) -> str:
        """What a page may show in place of the rating's id."""
        return mark_of(self.evaluation)


def contact_wishes(events: Iterable[e.Event]) -> tuple[ContactWish, ...]:
    """The wishes among events of ``CONTACT_EVENTS``, newest first; an explanation needs its rating among them."""
    rated: dict[str, e.EvaluationRecorded] = {}
    wishes: dict[str, ContactWish] = {}
    for one in events:
        if isinstance(one, e.EvaluationRecorded):
            rated[one.evaluation] = one
        elif not isinstance(one, e.EvaluationExplained):
            continue
        rating = rated.get(one.evaluation)
        if one.contact and rating is not None:
            wishes[one.evaluation] = ContactWish(
                evaluation=one.evaluation,
                at_ms=rating.at_ms,
                counter=rating.counter,
                level=rating.level,
                reasons=one.reasons,
                reasons_version=one.reasons_version,
            )
    return tuple(sorted(wishes.values(), key=lambda wish: wish.at_ms, reverse=True))


def _rated(hall: Hall, events: list[e.Event]) -> Iterable[Rated]:
    """A rating of an earlier day's visit has no end here, and then nothing is said about its delay or its ticket."""
    issued = [one for one in events if isinstance(one, e.TicketReserved | e.TicketReported)]
    by_kiosk = {one.ticket: one.kiosk is not None for one in issued}
    ends = {one.visit: one for one in events if isinstance(one, e.ServiceFinished)}
    for one in events:
        if isinstance(one, e.EvaluationRecorded):
            end = ends.get(one.visit)
            yield Rated(
                evaluation=one.evaluation,
                device=one.device,
                counter=one.counter,
                clerk=one.clerk,
                level=one.level.value,
                finished_at_ms=0 if end is None else end.at_ms,
                pressed_at_ms=one.pressed_at_ms,
                at_counter=one.device in hall.keypads,
                by_kiosk=end is None or by_kiosk.get(end.ticket, True),
            )
