"""By which rule the hall calls: ``[calling]`` of the hall file, and what is different in some of its sessions."""

from typing import Annotated, Literal

import msgspec

from broker.model.hall_base import Declared
from broker.model.words import Slug

RuleName = Literal["ratio", "fcfs", "strict", "rotation", "max_wait", "head_start"]
InARow = Annotated[int, msgspec.Meta(ge=1, le=9)]
CapMinutes = Annotated[float, msgspec.Meta(ge=0, le=600)]
HeadStartMinutes = Annotated[float, msgspec.Meta(ge=0, le=240)]
HEAD_START_MIN: float = 20.0
"""Of a class that ``head_start_min`` does not name."""


class SessionCalling(Declared, frozen=True, kw_only=True):
    """What is different in one session; what is not written is as in ``[calling]``."""

    rule: RuleName | None = None
    priority_in_a_row: InARow | None = None
    head_start_min: dict[Slug, HeadStartMinutes] | None = None
    cap_min: CapMinutes | None = None


class Calling(Declared, frozen=True, kw_only=True):
    """Who is called next. How long a service takes counts by ``rules.skill_exponent``, a class by its ``factor``.

    ``ratio``: the largest waited / target, where targets are shorter for quick services and for priority classes.
    ``fcfs``: in order of arrival. ``strict``: priority classes in the order in which they are declared, then all
    others, who may wait for ever while such people come. ``rotation``: at each counter ``priority_in_a_row`` of the
    priority classes, then one of the others. ``max_wait``: whoever is furthest over the target, or nearest to it.
    ``head_start``: in order of arrival, where a class counts as having come ``head_start_min`` minutes earlier (20
    where it is not named).

    ``cap_min``: who is of no class and has waited so long counts as priority from then on (0: never). ``sessions``:
    by the name of a session, what is different in it.
    """

    rule: RuleName = "ratio"
    priority_in_a_row: InARow = 2
    head_start_min: dict[Slug, HeadStartMinutes] = {}
    cap_min: CapMinutes = 0.0
    sessions: dict[Slug, SessionCalling] = {}

    def during(self, session: str | None) -> "Calling":
        """What is in force in a session; outside of all of them what is written for the hall."""
        own = self.sessions.get(session or "")
        if own is None:
            return self
        return Calling(
            rule=self.rule if own.rule is None else own.rule,
            priority_in_a_row=self.priority_in_a_row if own.priority_in_a_row is None else own.priority_in_a_row,
            head_start_min=self.head_start_min if own.head_start_min is None else own.head_start_min,
            cap_min=self.cap_min if own.cap_min is None else own.cap_min,
        )

    def credit_ms(self, priority: str) -> float:
        """How much earlier a class counts as having come."""
        return self.head_start_min.get(priority, HEAD_START_MIN) * 60_000
