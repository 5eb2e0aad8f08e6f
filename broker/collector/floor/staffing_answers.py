"""What is answered of counters needed, as JSON and to the page: groups of services, half hours to come, advice."""

from typing import Literal

import msgspec

from broker.model.views import WaitRange
from broker.model.words import Names

Basis = Literal["lately", "history"]
"""What arrivals were reckoned from: the last quarter of an hour, or the days before by how today compares."""


class ServiceStaffing(msgspec.Struct, frozen=True, kw_only=True):
    """One service. ``wait`` is what who came now would be told; ``service_min`` of ``service_n`` measured services.

    ``arrivals`` came in the last quarter of an hour. ``alone`` is set where the service alone needs more counters than
    are open that can do it: how many (None within it: over 99).
    """

    service: str
    names: Names
    waiting: int
    wait: WaitRange | None
    target_min: float
    service_min: float
    service_n: int
    arrivals: int
    open: int
    is_short: bool = False
    alone: int | None = None


class HalfHour(msgspec.Struct, frozen=True, kw_only=True):
    """From ``at_ms`` on: so many come in the half hour, and so many still wait by then if no more counters are opened
    than are open now; ``needed`` counters (None: over 99) for both. ``is_short``: that is more than are open, of the
    group or of those that can do one of its services."""

    at_ms: int
    arrivals: float
    waiting: int
    needed: int | None
    is_short: bool
    basis: Basis


class PatienceAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """After so many minutes people leave on the mean, of ``left`` who did; ``pooled``: of the whole hall."""

    mean_min: float
    left: int
    stayed: int
    pooled: bool


class GroupStaffing(msgspec.Struct, frozen=True, kw_only=True):
    """Services that share counters. Lists are names of counters; ``load`` is counters kept busy by what comes.

    ``needed`` counters now, None: over 99; ``steady`` of them for those who come, the others to clear ``too_many``
    people of lines that are too long, in ``clear_min`` of the hall file. ``advised_ms``: since when it is advised to
    open another; None: it is not.
    """

    group: str
    names: Names
    services: tuple[ServiceStaffing, ...]
    open: tuple[str, ...]
    paused: tuple[str, ...]
    closed: tuple[str, ...]
    waiting: int
    needed: int | None
    steady: int | None
    too_many: int
    load: float
    target_min: float
    arrivals: int
    per_hour: float
    ratio: float
    patience: PatienceAnswer | None
    ahead: tuple[HalfHour, ...]
    advised_ms: int | None = None
    zh: str = ""
    en: str = ""


class PrecisionAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Of ``judged`` pieces of advice ``right`` were so; ``followed`` are not among them. The sentence says it."""

    judged: int
    right: int
    followed: int
    known: bool
    zh: str
    en: str


class AdviceAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """One piece of advice of the past and what became of it: right, wrong, followed, nobody; None: not judged yet.

    ``n`` people were called ten to forty minutes later and had waited ``mean_min``.
    """

    names: Names
    at_ms: int
    open: int
    needed: int | None
    verdict: str | None
    n: int | None
    mean_min: float | None
    target_min: float | None


class StaffingAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Counters needed, as of ``at_ms`` (hall time): ``share`` of all are to wait no longer than their target.

    ``history_days`` days before were looked at. ``trouble``: the record cannot be read, and the rest is empty.
    """

    at_ms: int
    day: str | None
    share: float
    history_days: int
    groups: tuple[GroupStaffing, ...]
    precision: PrecisionAnswer | None
    advice: tuple[AdviceAnswer, ...]
    trouble: bool = False
