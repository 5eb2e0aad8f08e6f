"""Every round of the surveys and what people answered. A pure fold of the journal, apart from the ratings of visits.

Satisfied are the first three of the five levels, as with ratings; a question that was left out counts for nothing.
"""

from dataclasses import dataclass, field

from broker.model import events as e
from broker.model.ratings import LOW_LEVELS
from broker.model.words import Level, Names
from broker.oversight.case_figures import Share

SURVEY_EVENTS = (e.SurveyBegan, e.SurveyAnswered, e.SurveyEnded)
LEVELS = tuple(Level)
FORMULA = Names("（非常满意＋满意＋基本满意）/ 作答数", "the first three of the five levels / answers to it")


@dataclass(slots=True)
class Round:
    """One round. ``tallies``: question -> how many of each of the five levels, best first; ``channels``: how many
    answered by each."""

    round: str
    began_ms: int
    ends_ms: int
    questions: tuple[str, ...]
    ended: bool = False
    tallies: dict[str, list[int]] = field(default_factory=dict)
    channels: dict[str, int] = field(default_factory=lambda: {"phone": 0, "paper": 0})

    @property
    def answers(self) -> int:
        """How many answered."""
        return sum(self.channels.values())

    def of(self, question: str) -> list[int]:
        """Its levels, best first."""
        return self.tallies.get(question) or [0] * len(LEVELS)

    def share(self, question: str | None = None) -> Share:
        """Satisfied of those who answered this question; without one, of all marks of all questions."""
        wanted = self.questions if question is None else (question,)
        counts = [self.of(one) for one in wanted]
        return Share(
            part=sum(
                count
                for levels in counts
                for level, count in zip(LEVELS, levels, strict=True)
                if level not in LOW_LEVELS
            ),
            n=sum(map(sum, counts)),
            formula=FORMULA,
        )


class Surveys:
    """The fold: ``fold`` each event once, in order."""

    def __init__(self) -> None:
        self._rounds: dict[str, Round] = {}

    def fold(self, event: e.Event) -> None:
        """Take one event in; those of nothing here change nothing."""
        if isinstance(event, e.SurveyBegan):
            self._rounds[event.round] = Round(event.round, event.at_ms, event.ends_ms, event.questions)
        elif isinstance(event, e.SurveyEnded) and event.round in self._rounds:
            self._rounds[event.round].ended = True
        elif isinstance(event, e.SurveyAnswered) and event.round in self._rounds:
            one = self._rounds[event.round]
            one.channels[event.channel] += 1
            for mark in event.marks:
                one.tallies.setdefault(mark.question, [0] * len(LEVELS))[LEVELS.index(mark.level)] += 1

    def told(self) -> tuple[Round, ...]:
        """Newest first."""
        return tuple(reversed(self._rounds.values()))
