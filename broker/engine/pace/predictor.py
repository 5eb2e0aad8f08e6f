"""PACE: eight queue predictors and what is known of service and class, mixed as the hall teaches.

The predictors, in logarithms: queue length over counters (Ibrahim and Whitt 2009) for everybody and for the own
service, waits that began alike (Thiongane, Chan and L'Ecuyer 2016), the last ten waits, the head of the line, and queue
length over the rate of the last minutes. ``Line`` says how a hall looks to one who takes a ticket; what is ahead of him
is judged by the rule under which the hall calls.
"""

from dataclasses import dataclass, field
from math import exp, log

from broker.engine.pace.flow import BusyRate, Mean, Waits
from broker.engine.pace.mix import Mix
from broker.engine.pace.spread import Residuals, Tails, mean_ratio, quantile

HEAD_START = 0.055
"""Of the usual service, added to each time before its logarithm is taken: nobody is served in no time."""
FAST_HALF_LIVES, SLOW_HALF_LIVES = 1.7, 10.0
"""Half-lives of the two rates, in usual services: of everybody, and of one service."""
FIRST_WEIGHTS = (0.0, 0.5, 0.0, 0.0, 0.0, 0.0, 0.5, 0.0)
FIRST_VARIANCES = (0.3, 0.1, 0.05, 0.1, 0.05, 0.05, 0.1, 0.05)
LABEL_VARIANCE = 0.15
OUTER, SHOWN = (0.10, 0.90), (0.20, 0.85)
"""The shares between which a range lies: that by which predictors are compared, and that which people are shown."""
LEARNED_MOST = 12.0
"""Logarithms beyond this (two days) are bounded, so that no fault of a clock spoils the weights."""


@dataclass(frozen=True, slots=True)
class Line:
    """The hall at a moment, as one sees it who takes a ticket for ``service`` in ``group`` (his priority class, "").

    ``ahead`` people go before him, ``ahead_alike`` of them for the same service; ``work_s``, where it is known, is the
    work before him and his own, shared among those who do it (else it follows from ``ahead`` and ``counters``).
    ``longest_s``: how long the head of this service's line has waited.
    """

    service: str
    group: str
    ahead: int
    ahead_alike: int
    counters: int
    longest_s: float = 0.0
    work_s: float | None = None


@dataclass(frozen=True, slots=True)
class Forecast:
    """Seconds: the middle, the mean, and two ranges. ``terms`` and ``log_s`` are what is learned from when it ends."""

    median_s: float
    mean_s: float
    outer_s: tuple[float, float]
    shown_s: tuple[float, float]
    log_s: float
    terms: tuple[tuple[int, float], ...]
    line: Line


@dataclass(slots=True)
class Pace:
    """Tell it of services that end (``served``), time in which people wait (``passed``) and waits that end
    (``started``); ask it for a forecast of a line. ``usual_s`` is the configured mean service."""

    usual_s: float
    mix: Mix = field(default_factory=Mix)
    labels: dict[str, int] = field(default_factory=dict)
    mean: Mean = field(default_factory=lambda: Mean(0.0, 0.0))
    rate: BusyRate = field(default_factory=lambda: BusyRate(1.0))
    rates: dict[str, BusyRate] = field(default_factory=dict)
    waits: dict[str, Waits] = field(default_factory=dict)
    residuals: Residuals = field(default_factory=Residuals)
    outer: Tails = field(default_factory=lambda: Tails(*OUTER))
    shown: Tails = field(default_factory=lambda: Tails(*SHOWN))

    @classmethod
    def begun(cls, usual_s: float) -> "Pace":
        """Of a hall that has seen nobody yet."""
        made = cls(usual_s, mean=Mean.believed(usual_s), rate=BusyRate(FAST_HALF_LIVES * usual_s))
        for weight, variance in zip(FIRST_WEIGHTS, FIRST_VARIANCES, strict=True):
            made.mix.grow(weight, variance)
        return made

    def served(self, seconds: float) -> None:
        """A service took so long."""
        self.mean.learn(max(seconds, 0.0))

    def passed(self, seconds: float, services: set[str]) -> None:
        """So long people waited for these services."""
        if seconds <= 0 or not services:
            return
        self.rate.passed(seconds)
        for service in services:
            self._rate_of(service).passed(seconds)

    def forecast(self, line: Line) -> Forecast:
        """How long somebody who stands so will wait."""
        terms = self._terms(line)
        middle = self.mix.at(terms)
        known = self.residuals.near(line.ahead)

        def seconds(level: float) -> float:
            return max(0.0, exp(min(middle + quantile(known, level, line.ahead), LEARNED_MOST)) - self._begin_s)

        mean_s = max(0.0, exp(min(middle, LEARNED_MOST)) * mean_ratio(known, line.ahead) - self._begin_s)
        outer, shown = self.outer, self.shown
        return Forecast(
            seconds(0.5),
            mean_s,
            (seconds(outer.low), seconds(outer.high)),
            (seconds(shown.low), seconds(shown.high)),
            middle,
            terms,
            line,
        )

    def started(self, forecast: Forecast, waited_s: float) -> None:
        """A wait that was forecast has ended with a call."""
        line, waited_s = forecast.line, max(waited_s, 0.0)
        found = min(log(waited_s + self._begin_s), LEARNED_MOST)
        self.mix.learn(forecast.terms, found)
        self.residuals.learn(line.ahead, found - forecast.log_s)
        for tails, (low_s, high_s) in ((self.outer, forecast.outer_s), (self.shown, forecast.shown_s)):
            tails.learn(waited_s < low_s, waited_s > high_s)
        self._waits_of(line.service).learn(line.ahead_alike, waited_s)
        self.rate.started()
        self._rate_of(line.service).started()

    @property
    def _begin_s(self) -> float:
        return HEAD_START * self.usual_s

    def _terms(self, line: Line) -> tuple[tuple[int, float], ...]:
        service_s, counters = self.mean.seconds, max(1, line.counters)
        share = (line.ahead_alike + 1) / (line.ahead + 1)
        rate = self.rate.per_second(counters / service_s, service_s / 2)
        own_rate = self._rate_of(line.service).per_second(rate * share, service_s / 2)
        by_length = line.work_s if line.work_s is not None else (line.ahead + 1) * service_s / counters
        by_rate = (line.ahead + 1) / rate
        waits = self._waits_of(line.service)
        times = (
            by_length,
            (line.ahead_alike + 1) * service_s / counters,
            waits.mean_of_alike(line.ahead_alike, by_rate),
            waits.mean_of_last(by_length),
            line.longest_s,
            by_rate,
            (line.ahead_alike + 1) / own_rate,
        )
        numbers = ((place, log(max(time_s, 0.0) + self._begin_s)) for place, time_s in enumerate(times, 1))
        labels = ((self._label(name), 1.0) for name in (f"service/{line.service}", f"group/{line.group}"))
        return ((0, 1.0), *numbers, *labels)

    def _label(self, name: str) -> int:
        if name not in self.labels:
            self.labels[name] = self.mix.grow(0.0, LABEL_VARIANCE)
        return self.labels[name]

    def _rate_of(self, service: str) -> BusyRate:
        return self.rates.setdefault(service, BusyRate(SLOW_HALF_LIVES * self.usual_s))

    def _waits_of(self, service: str) -> Waits:
        return self.waits.setdefault(service, Waits())
