"""What the engine knows of a case of the quality desk; a part of ``State``. Its history is for whoever reports it."""

from dataclasses import dataclass, field

from broker.model.case_life import CaseKind


@dataclass(slots=True)
class Case:
    """One case, until nobody may ask about it any more.

    ``due_ms``: its stage is late from then on (0: never), told once (``told``). ``red_ms`` the same of the whole case.
    ``begun_ms``: from when its days count. ``hands`` are the accounts that took a step; ``taken`` are the steps so far.
    ``of``: the case that a record of accountability comes from; ``causes``: for what such records were made of this.
    ``founded``: the last word about it is that it is right.
    """

    case: str
    kind: CaseKind
    number: str
    stage: str
    begun_ms: int
    since_ms: int
    due_ms: int
    red_ms: int = 0
    told: bool = False
    red_told: bool = False
    owner: str = ""
    hands: list[str] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    counter: str | None = None
    service: str | None = None
    clerk: str | None = None
    evaluation: str | None = None
    contact: bool = False
    of: str | None = None
    causes: list[str] = field(default_factory=list)
    founded: bool = False
    days_left: int | None = None
    red_left: int | None = None


@dataclass(slots=True)
class Survey:
    """The newest round of the surveys; see ``SurveyBegan``. Answers are counted elsewhere."""

    round: str
    ends_ms: int
    questions: tuple[str, ...]
    ended: bool = False


@dataclass(slots=True)
class Inspection:
    """The visit of the newest week for which one was drawn; see ``InspectionDrawn``."""

    week: str
    visit_ms: int
    until_ms: int
    made: bool = False
    missed: bool = False
