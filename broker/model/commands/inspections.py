"""Commands of the inspections (巡查): draw the week's unannounced visit, and write down what a visit found."""

from typing import Annotated

import msgspec

from broker.model.commands.base import Command
from broker.model.commands.day import SessionTimes
from broker.model.words import Slug

CHECKED_MOST = 36
"""So many fit into one message, however long their names are."""
WeekName = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-W[0-9]{2}$(?!\n)")]
"""An ISO week, as ``2026-W10``: Monday to Sunday of the hall's calendar."""


class Checked(msgspec.Struct, kw_only=True, frozen=True):
    """A point of the checklist that was looked at: at which counter (None: the whole hall), and whether it was fine."""

    item: Slug
    fine: bool
    counter: Slug | None = None


class DrawInspection(Command, tag=True, kw_only=True, frozen=True):
    """Draw when this week's visit is. ``openings``: what is left of the week's, in order; ``chance``: from 0 up to
    but not 1, thrown by the server: a rule throws no dice."""

    week: WeekName
    openings: Annotated[tuple[SessionTimes, ...], msgspec.Meta(min_length=1, max_length=64)]
    chance: Annotated[float, msgspec.Meta(ge=0, lt=1)]


class RecordInspection(Command, tag=True, kw_only=True, frozen=True):
    """What a visit found; each point that was not fine begins a case. ``week``: the drawn visit of that week; without
    it, one more visit that nobody had drawn."""

    checked: Annotated[tuple[Checked, ...], msgspec.Meta(min_length=1, max_length=CHECKED_MOST)]
    week: WeekName | None = None
