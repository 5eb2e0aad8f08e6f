"""``[quality]`` of the hall file: which kinds of cases the hall keeps, in how many working days each step is due, and
what it wants to reach. Nothing is on unless the file says so."""

from typing import Annotated, Literal

import msgspec

from broker.model.hall_base import Declared, Url
from broker.model.hall_questions import Questions
from broker.model.inspection_points import POINTS, POINTS_MOST
from broker.model.survey_questions import QUESTIONS, QUESTIONS_MOST
from broker.model.words import Names, Phone, Slug

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


class ComplaintWay(Declared, frozen=True, kw_only=True):
    """A way to complain that everybody may know (投诉渠道): an office's telephone, a box in the hall, a desk, an
    address. ``said`` is where and when; ``phone`` and ``url`` can be touched on a phone."""

    names: Names
    said: Names | None = None
    phone: Phone = ""
    url: Url = ""


class Complaints(Declared, frozen=True, kw_only=True):
    """投诉: the register. Working days after the day on which it came: answered by ``answer_days``, or
    ``complex_days`` where the leader said so with a reason; what is another office's is passed on by
    ``forward_days``. Who is not content with the answer may say so for ``reopen_days``. Everybody is
    shown the ``ways``.
    """

    on: bool = False
    answer_days: Days = 7
    complex_days: Days = 15
    forward_days: Days = 3
    reopen_days: Days = 15
    ways: Annotated[dict[Slug, ComplaintWay], msgspec.Meta(max_length=12)] = {}


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


class Survey(Declared, frozen=True, kw_only=True):
    """满意度测评, apart from the rating of each visit: a round for ``every`` month, quarter, half year or year begins
    on its first open day and takes answers for ``open_days`` (that day not counted), on phones and typed in from paper.
    No figure is shown of fewer than ``least`` answers. ``questions``: what is asked about; without any, the eight of
    ``survey_questions``.
    """

    on: bool = False
    every: Literal["month", "quarter", "half_year", "year"] = "quarter"
    open_days: Annotated[int, msgspec.Meta(ge=1, le=60)] = 14
    least: Annotated[int, msgspec.Meta(ge=5, le=1000)] = 20
    questions: Annotated[dict[Slug, Names], msgspec.Meta(max_length=QUESTIONS_MOST)] = {}

    @property
    def asked(self) -> dict[str, Names]:
        """The questions in use."""
        return dict(self.questions) or dict(QUESTIONS)

    def round_of(self, year: int, month: int) -> str:
        """The round that asks about a month: ``2026-11``, ``2026-Q4``, ``2026-H2`` or ``2026``."""
        part = {
            "month": f"-{month:02d}",
            "quarter": f"-Q{(month + 2) // 3}",
            "half_year": f"-H{(month + 5) // 6}",
            "year": "",
        }
        return f"{year:04d}{part[self.every]}"


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
    survey: Survey = Survey()
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
