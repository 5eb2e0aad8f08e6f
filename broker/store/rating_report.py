"""What became of a day's visits as to their rating, and the audit sample, from the journal's events.

Told only as far as nobody learns from it who rated (``disclosure``).

The four states are counted apart: rated, declined, device fault, unrated. Where a jurisdiction counts silence as a
level (``rules.rating_default``), that is ``by_default``: a figure beside them, in no rate and in no satisfaction.
"""

from collections.abc import Iterable
from hashlib import sha256

import msgspec

from broker.model import events as e
from broker.model.hall import Hall
from broker.model.words import Level
from broker.runtime.business_calendar import RatingDays
from broker.store.day_fold import DayFold
from broker.store.disclosure import ENOUGH, Disclosure, half_day
from broker.store.rating_audit import AuditSample, Rated, audit

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

    All but ``rateable`` come once the day is ``over``. None: not to be told yet, or of too few. ``by_default``: unrated
    visits whose time is over, as ``default_level`` has them count upwards; None without a rule.
    """

    day: str
    over: bool
    rateable: int
    rated: int | None
    declined: int | None
    device_fault: int | None
    unrated: int | None
    by_default: int | None
    default_level: Level | None
    sample: AuditSample


def rating_report(hall: Hall, fold: DayFold, events: Iterable[e.Event], now_ms: int) -> RatingReport:
    """The report of one day; ``events`` are the day's of ``EVENTS``."""
    found = list(events)
    disclosure = Disclosure(hall, fold, now_ms)
    ended = {one.visit: one.at_ms for one in fold.endings if one.visit and one.rateable}
    rated = disclosure.counted()
    told = disclosure.over and len(ended) >= ENOUGH
    why = {one.visit: one.why for one in found if isinstance(one, e.VisitLeftUnrated)}
    silent = ended.keys() - set(rated)
    unnumbered = _unnumbered(found)
    states = [why.get(visit, "unrated") for visit in silent]
    level = hall.rules.rating_default
    from_ms = RatingDays(hall).from_ms(now_ms)
    return RatingReport(
        day=fold.day,
        over=disclosure.over,
        rateable=len(ended),
        rated=len(rated) if told else None,
        declined=states.count("declined") if told else None,
        device_fault=states.count("device_fault") if told else None,
        unrated=states.count("unrated") if told else None,
        by_default=sum(ended[visit] < from_ms for visit in silent) if told and level is not None else None,
        default_level=level,
        sample=audit(
            fold.day,
            _rated(hall, found),
            (
                (one.counter, one.clerk, one.at_ms, one.visit not in unnumbered)
                for one in fold.endings
                if one.visit and one.rateable
            ),
            lambda at_ms: half_day(hall, at_ms),
            now_ms,
        ),
    )


class ContactWish(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who rated low wishes to be called. Who it is stands nowhere, nor at which counter: the visitor says it.

    The id of the rating and the moment (``at_ms``) are on no page, only the half day.
    """

    evaluation: str
    at_ms: int
    half: tuple[int, int]
    level: Level
    reasons: tuple[str, ...]
    reasons_version: int

    @property
    def mark(self) -> str:
        """What a page may show in place of the rating's id."""
        return sha256(f"jiaohao wish {self.evaluation}".encode()).hexdigest()[:24]


def contact_wishes(hall: Hall, events: Iterable[e.Event], now_ms: int) -> tuple[ContactWish, ...]:
    """The wishes among events of ``CONTACT_EVENTS`` of half days that are over, newest first and within one in no order
    of time; an explanation needs its rating among them."""
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
                at_ms=one.at_ms,
                half=half_day(hall, one.at_ms),
                level=rating.level,
                reasons=one.reasons,
                reasons_version=one.reasons_version,
            )
    told = [wish for wish in wishes.values() if wish.half[1] <= now_ms]
    return tuple(sorted(told, key=lambda wish: (-wish.half[0], wish.mark)))


def _rated(hall: Hall, events: list[e.Event]) -> Iterable[Rated]:
    """A rating of an earlier day's visit has no end here, and then nothing is said about its delay or its ticket."""
    unnumbered = _unnumbered(events)
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
                by_kiosk=one.visit not in unnumbered,
            )


def _unnumbered(events: list[e.Event]) -> set[str]:
    """The visits with tickets that no kiosk gave."""
    issued = [one for one in events if isinstance(one, e.TicketReserved | e.TicketReported)]
    by_kiosk = {one.ticket: one.kiosk is not None for one in issued}
    ends = [one for one in events if isinstance(one, e.ServiceFinished)]
    return {one.visit for one in ends if not by_kiosk.get(one.ticket, True)}
