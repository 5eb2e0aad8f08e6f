"""What the quality desk knows of the journal: one fold for each of its matters, caught up together. Pure."""

from broker.model import events as e
from broker.oversight.case_stories import CASE_EVENTS, CaseStories
from broker.oversight.inspections import INSPECTION_EVENTS, Visits
from broker.oversight.rota import ROTA_EVENTS, Rotas
from broker.oversight.surveys import SURVEY_EVENTS, Surveys

DESK_TYPES = tuple(kind.__name__ for kind in (*CASE_EVENTS, *INSPECTION_EVENTS, *ROTA_EVENTS, *SURVEY_EVENTS))
"""Names of the events that they are made of; few and far between in a journal."""


class DeskFolds:
    """``position``: up to where the journal is in them."""

    def __init__(self) -> None:
        self.position = 0
        self.cases, self.visits, self.rota, self.surveys = CaseStories(), Visits(), Rotas(), Surveys()

    def fold(self, event: e.Event) -> None:
        """Take one event in; each fold knows its own."""
        for one in (self.cases, self.visits, self.rota, self.surveys):
            one.fold(event)
