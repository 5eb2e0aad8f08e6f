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
from broker.trial.lines import LATEST_S, fits_one_line

FACTORS = {"norm": 1.0, "prio": 0.3, "appt": 0.1}
EXPONENT = 0.5
EARLY = 1e-6
"""A booking before its time, for each second: it is called when nobody else waits, and of two the nearer first."""
AT_ONCE_S = 1.0
CALL = {"now", "counter", "tickets"}
"""What has any of these is a call, whatever else it holds."""


class BadCall(Exception):
    """A line that is no call; says which and why."""


def _seconds(where: dict[str, Any], key: str) -> float:
    value = where.get(key)
    # Compared before it is converted: an integer can be longer than a float can hold.
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not -LATEST_S <= value <= LATEST_S:
        raise BadCall(f'"{key}" is missing or no number of seconds; give one between {-LATEST_S:g} and {LATEST_S:g}')
    return float(value)


def _word(where: dict[str, Any], key: str) -> str:
    """A name or number that fits into one line of the answer."""
    value = where.get(key)
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise BadCall(f'"{key}" is missing or neither text nor number; give a name')
    try:
        text = str(value)
    except ValueError as error:  # an integer of thousands of digits
        raise BadCall(f'"{key}" is too long a number; give a shorter name') from error
    if not text or not fits_one_line(text):
        raise BadCall(f'"{key}" is empty or holds what cannot be printed in one line; give a name without')
    return text


def _tickets(asked: dict[str, Any]) -> list[dict[str, Any]]:
    tickets = asked.get("tickets")
    if not isinstance(tickets, list) or not tickets:
        raise BadCall('"tickets" is missing or empty; give those who wait, and leave the line out when nobody does')
    for place, one in enumerate(tickets, 1):
        try:
            if not isinstance(one, dict):
                raise BadCall("it is no JSON object; give id, service, class, taken, clock")
            _word(one, "id"), _word(one, "service"), _seconds(one, "taken"), _seconds(one, "clock")
            if not isinstance(one.get("class"), str) or one["class"] not in FACTORS:
                raise BadCall(f'"class" is none of {", ".join(FACTORS)}; give one of them')
        except BadCall as error:
            raise BadCall(f"ticket {place}: {error}") from error
    return tickets


class Picker:
    """The rule with the usual factors, at a hall of which only its calls are known."""

    def __init__(self) -> None:
        self._means: dict[str, Mean] = {}
        self._held: dict[str, float] = {}
        self._calls: dict[str, tuple[float, str]] = {}
        """Counter -> when it last called, and for which service."""
        self._now_s: float | None = None

    def answers(self, lines: Iterable[str]) -> Iterator[str]:
        """An id for each call. Raises BadCall."""
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                answer = self._answer(json.loads(line))
            except BadCall as error:
                raise BadCall(f"line {number}: {error}") from error
            except (ValueError, RecursionError) as error:
                raise BadCall(f"line {number}: it is not JSON; write each call on a line of its own") from error
            if answer is not None:
                yield answer

    def _answer(self, asked: object) -> str | None:
        if not isinstance(asked, dict):
            raise BadCall('a call is a JSON object; write {"now": s, "counter": name, "tickets": [...]}')
        return self._day() if "day" in asked and not CALL & asked.keys() else self._pick(asked)

    def _day(self) -> None:
        self._now_s = None
        self._calls.clear()
        self._held = {service: mean.seconds for service, mean in self._means.items()}

    def _pick(self, asked: dict[str, Any]) -> str:
        now_s, counter, tickets = _seconds(asked, "now"), _word(asked, "counter"), _tickets(asked)
        if self._now_s is not None and now_s < self._now_s:
            raise BadCall(
                f'"now" goes back from {self._now_s:g} to {now_s:g}; sort the calls, begin days by {{"day": n}}'
            )
        self._now_s = now_s
        self._learn(now_s, counter, min(float(one["taken"]) for one in tickets))
        best = max(tickets, key=lambda one: (self._score(one, now_s), -float(one["taken"])))
        self._calls[counter] = now_s, str(best["service"])
        return str(best["id"])

    def _learn(self, now_s: float, counter: str, oldest_s: float) -> None:
        """From its last call until now a counter served, if somebody waited for it all along.

        Who came while the usual service would still have lasted is taken to have found it at work; a counter whose
        oldest came later may have stood idle in between, and that says nothing of the service.
        """
        before_s, service = self._calls.get(counter, (0.0, ""))
        if service and oldest_s < now_s - AT_ONCE_S and oldest_s <= before_s + self._service_s(service):
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
