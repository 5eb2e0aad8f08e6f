"""``[quality]`` of the hall file: which kinds of cases the hall keeps, in how many working days each step is due, and
what it wants to reach. Nothing is on unless the file says so."""

from typing import Annotated

import msgspec

from broker.model.hall_base import Declared
from broker.model.hall_questions import Questions
from broker.model.inspection_points import POINTS, POINTS_MOST
from broker.model.words import Names, Slug

Days = Annotated[int, msgspec.Meta(ge=0, le=120)]
Percent = Annotated[float, msgspec.Meta(ge=0, le=100)]


class BadRatings(Declared, frozen=True, kw_only=True):
    """差评: a case for each rating of the last two levels. Working days after the day of the rating: the visit is
    looked into by ``verify_days``, what was wrong is put right by ``correct_days``, whoever rated is answered by
    ``answer_days``, and the whole is over by ``most_days``. ``call_back_days`` and ``review_days`` count from the
    day on which that step began. Who left a telephone number is called, ``call_tries`` times if need be. The clerk
    may appeal for ``appeal_days`` after the end.
    """

    on: bool = False
    verify_days: Days = 1
    correct_days: Days = 5
    answer_days: Days = 5
    call_back_days: Days = 5
    review_days: Days = 5
    most_days: Days = 15
    appeal_days: Days = 5
    call_tries: Annotated[int, msgspec.Meta(ge=1, le=9)] = 3


class Complaints(Declared, frozen=True, kw_only=True):
    """投诉: the register. Working days after the day on which it came: answered by ``answer_days``, or
    ``complex_days`` where the leader said so with a reason; what is another office's is passed on by
    ``forward_days``. Who is not content with the answer may say so for ``reopen_days``.
    """

    on: bool = False
    answer_days: Days = 7
    complex_days: Days = 15
    forward_days: Days = 3
    reopen_days: Days = 15


class Promises(Declared, frozen=True, kw_only=True):
    """限时办结: a clock for each piece of work that was accepted, of services that have ``promised_days``.

    From ``remind_days`` working days before the day on it is shown as due. A leader may extend it once, by
    ``extension_days`` at most. Passing the promised day makes a record of accountability (问责), which the leader
    decides within ``decide_days``; the clerk may appeal for ``appeal_days`` after that, and an appeal is heard
    within ``review_days``. A finished piece can be looked at for ``kept_days``.
    """

    on: bool = False
    remind_days: Days = 1
    extension_days: Days = 15
    decide_days: Days = 5
    review_days: Days = 5
    appeal_days: Days = 10
    kept_days: Days = 10


class Inspections(Declared, frozen=True, kw_only=True):
    """巡查: what was found is put right within ``correct_days`` working days, and looked at again within
    ``check_days``. ``weekly``: one unannounced visit a week, at a moment of the openings that chance draws.
    ``checklist``: what visits look at, each point named as the fault that it is; without any, the seven of
    ``inspection_points``.
    """

    on: bool = False
    weekly: bool = False
    checklist: Annotated[dict[Slug, Names], msgspec.Meta(max_length=POINTS_MOST)] = {}
    correct_days: Days = 5
    check_days: Days = 5
    kept_days: Days = 30

    @property
    def points(self) -> dict[str, Names]:
        """The checklist in use."""
        return dict(self.checklist) or POINTS


class Goals(Declared, frozen=True, kw_only=True):
    """Percentages to be reached: satisfied visitors of a counter (more than), of a year (at least), and promises
    kept.
    """

    counter_satisfied: Percent = 90.0
    year_satisfied: Percent = 95.0
    on_time: Percent = 100.0


class Quality(Declared, frozen=True, kw_only=True):
    """The quality desk of the hall. What people said and whom to call is erased ``texts_days`` after a case's end."""

    bad_ratings: BadRatings = BadRatings()
    complaints: Complaints = Complaints()
    promises: Promises = Promises()
    inspections: Inspections = Inspections()
    questions: Questions = Questions()
    goals: Goals = Goals()
    texts_days: Annotated[int, msgspec.Meta(ge=1, le=3660)] = 365

    def keeps(self, kind: str) -> bool:
        """Whether the hall keeps such cases; of accountability wherever there is anything it may come from."""
        if kind == "blame":
            return any(self.of(one).on for one in ("promise", "complaint", "rating", "finding"))
        return self.of(kind).on

    def of(self, kind: str) -> BadRatings | Complaints | Promises | Inspections | Questions:
        """The table of a kind of case; records of accountability belong to the promises."""
        tables: dict[str, BadRatings | Complaints | Promises | Inspections | Questions] = {
            "rating": self.bad_ratings,
            "complaint": self.complaints,
            "promise": self.promises,
            "blame": self.promises,
            "finding": self.inspections,
            "question": self.questions,
        }
        return tables[kind]
