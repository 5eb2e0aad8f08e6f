"""Every case of the quality desk from its beginning to its end, as the journal tells it. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from broker.model import events as e
from broker.model.blame_causes import OVERDUE
from broker.model.case_life import CLOSED, CaseKind
from broker.model.words import Level

CASE_EVENTS = (e.CaseOpened, e.CaseStepped, e.CaseGiven, e.CaseOverdue, e.EvaluationExplained)
"""What cases are folded from. The last: who rated low may say later that he wishes to be called."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A step: from which stage to which, by whom, and until when the next one was due (0: never)."""

    at_ms: int
    step: str
    stage: str
    to: str
    verdict: str
    target: str
    reason: str
    due_ms: int
    late: bool
    by: str


@dataclass(frozen=True, slots=True)
class Alarm:
    """A deadline that passed; ``light`` is yellow for a stage, red for the whole case."""

    at_ms: int
    stage: str
    due_ms: int
    light: str


@dataclass(slots=True)
class Story:
    """One case. ``begun_ms``: from when its days count; ``opened_ms``: when it was written down."""

    case: str
    number: str
    kind: CaseKind
    opened_ms: int
    begun_ms: int
    stage: str
    due_ms: int
    red_ms: int
    first_due_ms: int
    counter: str | None = None
    service: str | None = None
    clerk: str | None = None
    evaluation: str | None = None
    level: Level | None = None
    contact: bool = False
    channel: str | None = None
    item: str | None = None
    of: str | None = None
    cause: str | None = None
    reason: str = ""
    owner: str = ""
    by: str = ""
    closed_ms: int | None = None
    steps: list[Taken] = field(default_factory=list)
    alarms: list[Alarm] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Somebody has to do something yet."""
        return self.stage != CLOSED

    def last_verdict(self, *steps: str) -> str:
        """The verdict of the latest of these steps; empty when none was taken."""
        return next((one.verdict for one in reversed(self.steps) if one.step in steps), "")

    def took(self, step: str) -> int:
        """How often a step was taken."""
        return sum(one.step == step for one in self.steps)

    @property
    def founded(self) -> bool:
        """It was looked into and proved right, and neither an appeal nor a new question has undone that."""
        for one in reversed(self.steps):
            if one.verdict in ("founded", "unfounded", "mistaken"):
                return one.verdict == "founded"
            if one.step == "reopen":
                return False
        return False

    @property
    def result(self) -> str:
        """What came of a case that is closed: a verdict or the step that closed it; empty while it is open."""
        if self.is_open or not self.steps:
            return ""
        if self.kind == "rating":
            heard = self.last_verdict("review")
            return "mistaken" if heard == "mistaken" else self.last_verdict("verify")
        last = self.steps[-1]
        if last.step == "review" and last.verdict == "upheld":
            return self.last_verdict("decide")
        return last.verdict or last.step

    @property
    def was_late(self) -> bool:
        """Any of its deadlines passed without the step."""
        return bool(self.alarms) or any(step.late for step in self.steps)


class CaseStories:
    """The fold: ``fold`` each event once, in order; ``stories`` by case id."""

    def __init__(self) -> None:
        self.stories: dict[str, Story] = {}
        self._of_rating: dict[str, Story] = {}

    def fold(self, event: e.Event) -> None:
        """Take one event in; those of nothing here change nothing."""
        if isinstance(event, e.CaseOpened):
            self._opened(event)
        elif isinstance(event, e.CaseStepped):
            _stepped(self.stories[event.case], event)
        elif isinstance(event, e.CaseGiven):
            self.stories[event.case].owner = event.owner
        elif isinstance(event, e.CaseOverdue):
            alarm = Alarm(event.at_ms, event.stage, event.due_ms, event.light)
            self.stories[event.case].alarms.append(alarm)
        elif isinstance(event, e.EvaluationExplained) and event.contact and event.evaluation in self._of_rating:
            self._of_rating[event.evaluation].contact = True

    def of_kind(self, kind: CaseKind) -> Iterator[Story]:
        """Its cases in order of their beginning."""
        return (story for story in self.stories.values() if story.kind == kind)

    def _opened(self, event: e.CaseOpened) -> None:
        story = Story(
            case=event.case,
            number=event.number,
            kind=event.kind,
            opened_ms=event.at_ms,
            begun_ms=event.received_ms,
            stage=event.stage,
            due_ms=event.due_ms,
            red_ms=event.red_ms,
            first_due_ms=event.due_ms,
            counter=event.counter,
            service=event.service,
            clerk=event.clerk,
            evaluation=event.evaluation,
            level=event.level,
            contact=event.contact,
            channel=event.channel,
            item=event.item,
            of=event.of,
            cause=(event.cause or OVERDUE) if event.kind == "blame" else None,
            reason=event.reason,
            owner=event.owner,
            by=event.by,
        )
        self.stories[event.case] = story
        if event.evaluation is not None:
            self._of_rating[event.evaluation] = story


def _stepped(story: Story, event: e.CaseStepped) -> None:
    story.steps.append(
        Taken(
            at_ms=event.at_ms,
            step=event.step,
            stage=story.stage,
            to=event.stage,
            verdict=event.verdict,
            target=event.target,
            reason=event.reason,
            due_ms=event.due_ms,
            late=event.late,
            by=event.by,
        )
    )
    story.stage, story.due_ms, story.red_ms = event.stage, event.due_ms, event.red_ms
    story.closed_ms = event.at_ms if event.stage == CLOSED else None
