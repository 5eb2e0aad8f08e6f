"""Why a visit cannot be rated."""

from broker.model.refusals.base import Refusal
from broker.model.words import Names


class VisitNotRateable(Refusal, frozen=True, kw_only=True):
    visit: str
    template = Names("该次服务不能评价", "This visit cannot be rated: it is unknown or not served.")


class AlreadyRated(Refusal, frozen=True, kw_only=True):
    visit: str
    template = Names("该次服务已评价，一次一评", "This visit was rated already; one rating a visit.")


class RatingClosed(Refusal, frozen=True, kw_only=True):
    visit: str
    template = Names("评价时间已过", "The time to rate this visit is over.")


class NotServedYet(Refusal, frozen=True, kw_only=True):
    number: str
    template = Names(
        "号码 {number} 还没有办结，办结后可以评价", "Ticket {number} was not served yet; rate it afterwards."
    )
