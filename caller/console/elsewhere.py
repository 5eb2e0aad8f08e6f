"""Wrong PINs that the other callers of the hall counted, and whom they saw prove who he is. Pure.

A clerk's PIN has so few digits that tries must be counted for the clerk, not for the program at which they are made.
Each caller tells the others what it counted (``broker.contract.envelope.WrongPins``); what one told last is the whole
of it. Seconds are monotonic, of this machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Wrong:
    """So many wrong ones at a counter for a clerk, the last at ``at_s``. What is told of elsewhere names no counter."""

    counter: str
    clerk: str
    count: int
    at_s: float


@dataclass(frozen=True)
class Told:
    """What one caller told: wrong PINs and the last proof, each by the clerk's key."""

    wrong: Mapping[str, Wrong] = field(default_factory=dict)
    proofs: Mapping[str, float] = field(default_factory=dict)


class Elsewhere:
    """What each other caller told last."""

    def __init__(self) -> None:
        self._told: dict[str, Told] = {}

    def take(self, caller: str, told: Told) -> None:
        """It replaces what that caller told before."""
        self._told[caller] = told

    def of(self, clerk: str, after_s: float) -> list[Wrong]:
        """The clerk's wrong ones of elsewhere that came after ``after_s`` and after each proof told."""
        since_s = max([after_s, *(told.proofs[clerk] for told in self._told.values() if clerk in told.proofs)])
        ones = [told.wrong[clerk] for told in self._told.values() if clerk in told.wrong]
        return [one for one in ones if one.at_s > since_s]
