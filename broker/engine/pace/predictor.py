"""PACE: eight queue predictors and what is known of service and class, mixed as the hall teaches.

The predictors, in logarithms: queue length over counters (Ibrahim and Whitt 2009) for everybody and for the own
service, waits that began alike (Thiongane, Chan and L'Ecuyer 2016), the last ten waits, the head of the line, and queue
length over the rate of the last minutes; and, where somebody rolls the hall forward, what came of that. ``Line`` says
how a hall looks to one who takes a ticket; what is ahead of him is judged by the rule under which the hall calls.
Only what happens changes what is known: a forecast writes nothing, so it may be asked for a picture as well.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from math import exp, log

import msgspec

from broker.engine.pace.flow import BusyRate, Mean, Waits
from broker.engine.pace.mix import Mix
from broker.engine.pace.spread import ENOUGH, Residuals, Tails, mean_ratio, quantile
from broker.model.forecasts import Foretold

HEAD_START = 0.055
"""Of the usual service, added to each time before its logarithm is taken: nobody is served in no time."""
FAST_HALF_LIVES, SLOW_HALF_LIVES = 1.7, 10.0
"""Half-lives of the two rates, in usual services: of everybody, and of one service."""
BY_LENGTH, BY_RATE = 1, 6
"""The places of the two predictors that are believed on the first day, in equal parts."""
FIRST_WEIGHTS = (0.0, 0.5, 0.0, 0.0, 0.0, 0.0, 0.5, 0.0, 0.8)
"""The last is of what a look ahead says beyond those two: it takes four fifths of their say where there is one."""
FIRST_VARIANCES = (0.3, 0.1, 0.05, 0.1, 0.05, 0.05, 0.1, 0.05, 0.1)
LABEL_VARIANCE = 0.15
OUTER, SHOWN = (0.10, 0.90), (0.20, 0.85)
"""The shares between which a range lies: that by which predictors are compared, and that which people are shown."""
NUMBER_DIGITS, TIME_DIGITS = 4, 1
LEARNED_MOST = 12.0
"""Logarithms beyond this (two days) are bounded, so that no fault of a clock spoils the weights."""


class Line(msgspec.Struct, frozen=True):
    """The hall at a moment, as one sees it who takes a ticket for ``service`` in ``group`` (his priority class, "").

    ``ahead`` people go before him, ``ahead_alike`` of them for the same service; ``work_s``, where it is known, is the
    work before him and his own, shared among those who do it (else it follows from ``ahead`` and ``counters``).
    ``longest_s``: how long the head of this service's line has waited. ``share``: the part of all counters at work
    that ``ahead`` stand before. ``free``: one of them has nobody, so nobody has to end first. ``foreseen_s`` is what
    came of rolling the hall forward.
    """

    service: str
    group: str
    ahead: float
    ahead_alike: int
    counters: int
    longest_s: float = 0.0
    work_s: float | None = None
    share: float = 1.0
    free: bool = False
    foreseen_s: float | None = None


@dataclass(frozen=True, slots=True)
class Forecast:
    """Seconds: the middle, the mean, and two ranges. ``log_s`` and ``numbers`` are what is learned from when it ends.

    ``numbers`` are the predictors' logarithms, the last that of the look ahead, if there is one.
    """

    median_s: float
    mean_s: float
    outer_s: tuple[float, float]
    shown_s: tuple[float, float]
    log_s: float
    numbers: tuple[float, ...]
    line: Line

    def foretold(self) -> Foretold:
        """As it is kept until the wait ends; how the shown range was said is for others to add."""
        return Foretold(
            round(self.log_s, NUMBER_DIGITS),
            tuple(round(number, NUMBER_DIGITS) for number in self.numbers),
            round(self.line.ahead, TIME_DIGITS),
            self.line.ahead_alike,
            _rounded(self.outer_s),
            _rounded(self.shown_s),
            None,
        )


def _rounded(range_s: tuple[float, float]) -> tuple[float, float]:
    return round(range_s[0], TIME_DIGITS), round(range_s[1], TIME_DIGITS)


@dataclass(slots=True)
class Pace:
    """Tell it of services that end (``served``), time in which people wait (``passed``) and waits that end
    (``started``); ask it for a forecast of a line. ``usual_s`` is the configured mean service."""

    usual_s: float
    mix: Mix = field(default_factory=Mix)
    labels: dict[str, int] = field(default_factory=dict)
    mean: Mean = field(default_factory=lambda: Mean(0.0, 0.0))
    means: dict[str, Mean] = field(default_factory=dict)
    """Of each service by itself, as far as it was seen."""
    rate: BusyRate = field(default_factory=lambda: BusyRate(1.0))
    rates: dict[str, BusyRate] = field(default_factory=dict)
    waits: dict[str, Waits] = field(default_factory=dict)
    residuals: Residuals = field(default_factory=Residuals)
    outer: Tails = field(default_factory=lambda: Tails(*OUTER))
    shown: Tails = field(default_factory=lambda: Tails(*SHOWN))
    again: Tails = field(default_factory=lambda: Tails(*SHOWN))
    """As ``shown``, of those who wait already: what is left of a wait is less sure than a whole one."""

    @classmethod
    def begun(cls, usual_s: float) -> "Pace":
        """Of a hall that has seen nobody yet."""
        made = cls(usual_s, mean=Mean.believed(usual_s), rate=BusyRate(FAST_HALF_LIVES * usual_s))
        for weight, variance in zip(FIRST_WEIGHTS, FIRST_VARIANCES, strict=True):
            made.mix.grow(weight, variance)
        return made

    def served(self, seconds: float, service: str | None = None) -> None:
        """A service took so long."""
        self.mean.learn(max(seconds, 0.0))
        if service is not None:
            self.means.setdefault(service, Mean(0.0, 0.0)).learn(max(seconds, 0.0))

    def usual_of(self, service: str, believed_s: float) -> float:
        """How long this service takes, where so long was configured."""
        known = self.means.get(service)
        return believed_s if known is None else known.beside(believed_s)

    def passed(self, seconds: float, services: Collection[str]) -> None:
        """So long people waited for these services; in an order that is the same in every process, as no set's is."""
        if seconds <= 0 or not services:
            return
        self.rate.passed(seconds)
        for service in services:
            self._rate_kept(service).passed(seconds)

    def forecast(self, line: Line) -> Forecast:
        """How long somebody who stands so will wait."""
        numbers = self._numbers(line)
        middle = self._middle(line, numbers)
        known = self.residuals.near(line.ahead)

        def seconds(level: float) -> float:
            return self._seconds(middle + quantile(known, level, line.ahead))

        mean_s = max(0.0, exp(min(middle, LEARNED_MOST)) * mean_ratio(known, line.ahead) - self._begin_s)
        outer, shown = self.outer, self.shown
        return Forecast(
            seconds(0.5),
            mean_s,
            (seconds(outer.low), seconds(outer.high)),
            (seconds(shown.low), seconds(shown.high)),
            middle,
            numbers,
            line,
        )

    def shown_s(
        self, line: Line, off: tuple[float, float] | None = None, *, again: bool = False
    ) -> tuple[float, float]:
        """The range of a forecast that people are shown, and nothing else. ``off`` is what ``usually_off`` says of the
        line's ``ahead``, which whoever asks for a whole picture looks up once."""
        middle = self._middle(line, self._numbers(line))
        low, high = off or self._off(self.residuals.near(line.ahead), line.ahead, again)
        return self._seconds(middle + low), self._seconds(middle + high)

    def usually_off(self, ahead: float, *, again: bool = False) -> tuple[float, float] | None:
        """How far off, as logarithms, the shown range's ends lie, alike in a bin; None while too little is known."""
        known = self.residuals.near(ahead)
        return None if len(known) < ENOUGH else self._off(known, ahead, again)

    def _off(self, known: list[float], ahead: float, again: bool) -> tuple[float, float]:
        tails = self.again if again else self.shown
        return quantile(known, tails.low, ahead), quantile(known, tails.high, ahead)

    def started(self, forecast: Forecast, waited_s: float) -> None:
        """A wait that was forecast has ended with a call."""
        self.learn(forecast.line.service, forecast.line.group, forecast.foretold(), waited_s)
        self.called(forecast.line.service)

    def called(self, service: str) -> None:
        """Somebody was called out of the line of a service, whether or not it was foretold when."""
        self.rate.started()
        self._rate_kept(service).started()

    def learn(self, service: str, group: str, foretold: Foretold, waited_s: float) -> None:
        """Of a wait that ended as it was foretold or otherwise."""
        waited_s = max(waited_s, 0.0)
        found = min(log(waited_s + self._begin_s), LEARNED_MOST)
        for name in _labels(service, group):
            if name not in self.labels:
                self.labels[name] = self.mix.grow(0.0, LABEL_VARIANCE)
        self.mix.learn(self._terms(service, group, foretold.numbers), found)
        self.residuals.learn(foretold.ahead, found - foretold.log_s)
        for tails, (low_s, high_s) in ((self.outer, foretold.outer_s), (self.shown, foretold.shown_s)):
            tails.learn(waited_s < low_s, waited_s > high_s)
        self.waits.setdefault(service, Waits()).learn(foretold.ahead_alike, waited_s)

    @property
    def _begin_s(self) -> float:
        return HEAD_START * self.usual_s

    def _seconds(self, logarithm: float) -> float:
        return max(0.0, exp(min(logarithm, LEARNED_MOST)) - self._begin_s)

    def _numbers(self, line: Line) -> tuple[float, ...]:
        """What each predictor says of a line."""
        service_s, counters = self.mean.seconds, max(1, line.counters)
        own = 0 if line.free else 1
        share = (line.ahead_alike + 1) / (max(line.ahead, line.ahead_alike) + 1)
        rate = self.rate.per_second(counters / service_s, service_s / 2) * line.share
        seen = self.rates.get(line.service)
        own_rate = rate * share if seen is None else seen.per_second(rate * share, service_s / 2)
        working = max(1.0, counters * line.share)
        by_length = line.work_s if line.work_s is not None else (line.ahead + own) * service_s / working
        by_rate = (line.ahead + own) / rate
        waits = self.waits.get(line.service, UNSEEN)
        times = (
            by_length,
            (line.ahead_alike + own) * service_s / working,
            waits.mean_of_alike(line.ahead_alike, by_rate),
            waits.mean_of_last(by_length),
            line.longest_s,
            by_rate,
            (line.ahead_alike + own) / own_rate,
        )
        begin_s = self._begin_s
        numbers = tuple([log((time_s if time_s > 0 else 0.0) + begin_s) for time_s in times])
        if line.foreseen_s is None:
            return numbers
        believed = (numbers[BY_LENGTH - 1] + numbers[BY_RATE - 1]) / 2
        return (*numbers, log(max(line.foreseen_s, 0.0) + begin_s) - believed)

    def _middle(self, line: Line, numbers: tuple[float, ...]) -> float:
        return self.mix.at(self._terms(line.service, line.group, numbers))

    def _terms(self, service: str, group: str, numbers: tuple[float, ...]) -> list[tuple[int, float]]:
        """What is not 0. A label that nothing was learned of yet adds nothing."""
        labels = [(self.labels[name], 1.0) for name in _labels(service, group) if name in self.labels]
        return [CONSTANT, *enumerate(numbers, 1), *labels]

    def _rate_kept(self, service: str) -> BusyRate:
        return self.rates.setdefault(service, BusyRate(SLOW_HALF_LIVES * self.usual_s))


CONSTANT = (0, 1.0)
UNSEEN = Waits()
"""Of a service of which nobody waited yet; only read."""


def _labels(service: str, group: str) -> tuple[str, str]:
    return f"service/{service}", f"group/{group}"
