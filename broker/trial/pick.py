"""Whom the shipped rule would call: ``python -m broker pick`` reads a line of JSON for each call and prints an id.

A call is ``{"now": s, "counter": name, "tickets": [{"id", "service", "class": "norm"|"prio"|"appt", "taken": s,
"clock": s}, ...]}``; ``clock`` is when its waiting counts from, which for a booking may lie ahead. ``{"day": n}`` is a
new day and needs no answer. How long services take is learned from the calls and held for a day, as in a hall.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from broker.engine.pace.flow import Mean
from broker.model.ratios import REFERENCE_MINUTES, ratio, target_ms

FACTORS = {"norm": 1.0, "prio": 0.3, "appt": 0.1}
EXPONENT = 0.5
EARLY = 1e-6
"""A booking before its time, for each second: it is called when nobody else waits, and of two the nearer first."""
AT_ONCE_S = 1.0


class BadCall(Exception):
    """A line that is no call; says which and why."""


class Picker:
    """The rule with the usual factors, at a hall of which only its calls are known."""

    def __init__(self) -> None:
        self._means: dict[str, Mean] = {}
        self._held: dict[str, float] = {}
        self._calls: dict[str, tuple[float, str]] = {}
        """Counter -> when it last called, and for which service."""

    def answers(self, lines: Iterable[str]) -> Iterator[str]:
        """An id for each call. Raises BadCall."""
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                asked = json.loads(line)
                answer = self._day() if "day" in asked else self._pick(asked)
            except (ValueError, KeyError, TypeError, ArithmeticError, RecursionError) as error:
                raise BadCall(
                    f"line {number}: {error!r}; now, counter and tickets with id, service, class, clock"
                ) from error
            if answer is not None:
                yield answer

    def _day(self) -> None:
        self._calls.clear()
        self._held = {service: mean.seconds for service, mean in self._means.items()}

    def _pick(self, asked: dict[str, Any]) -> str:
        now_s, counter, tickets = float(asked["now"]), str(asked["counter"]), asked["tickets"]
        self._learn(now_s, counter, min(float(one["taken"]) for one in tickets))
        best = max(tickets, key=lambda one: (self._score(one, now_s), -float(one["taken"])))
        self._calls[counter] = now_s, str(best["service"])
        return str(best["id"])

    def _learn(self, now_s: float, counter: str, oldest_s: float) -> None:
        """From its last call until now a counter served, if somebody waited for it all along."""
        before_s, service = self._calls.get(counter, (0.0, ""))
        if service and oldest_s < now_s - AT_ONCE_S:
            self._means.setdefault(service, Mean.believed(60 * REFERENCE_MINUTES)).learn(now_s - before_s)

    def _score(self, one: dict[str, Any], now_s: float) -> float:
        ahead_s = float(one["clock"]) - now_s
        if ahead_s > 0:
            return -ahead_s * EARLY
        target = target_ms(self._service_s(str(one["service"])) / 60, EXPONENT, FACTORS[str(one["class"])])
        return ratio(round(-ahead_s * 1000), target, 1)

    def _service_s(self, service: str) -> float:
        """As it was held when the day began; what the first day shows until then."""
        seen = self._means.get(service)
        return self._held.get(service, seen.seconds if seen is not None else 60 * REFERENCE_MINUTES)
