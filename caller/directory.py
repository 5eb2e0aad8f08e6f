"""What one counter's console must know of the hall: services, their series, the counters it may transfer to. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from broker.model.hall import Hall, Series
from broker.model.numbers import printed
from broker.model.views import CounterView
from caller.console.log_in import Known


@dataclass(frozen=True)
class Directory:
    """``counters`` maps the digits a clerk types (``3``) to the counter's key. ``clerks`` may log in at any counter.
    ``services`` are the hall's in the order of its file, each with the series of its numbers; ``own`` are this
    counter's by the hall file, while the engine has not said what it serves today.
    """

    counter: str
    services: dict[str, Series]
    own: tuple[str, ...]
    counters: dict[str, str]
    recall_most: int
    clerks: tuple[Known, ...] = ()

    def service_meant(self, digits: str) -> str | None:
        """The service at the place that was typed, 1 the first of the hall file; None for no such place."""
        place = int(digits or "0")
        return tuple(self.services)[place - 1] if 1 <= place <= len(self.services) else None

    def served(self, view: CounterView) -> tuple[str, ...]:
        """What the counter serves today: whoever runs the hall may have changed it."""
        return tuple(key for key in view.served if key in self.services) or self.own

    def series_at(self, view: CounterView) -> tuple[Series, ...]:
        """The series whose numbers are called here today."""
        return tuple({self.services[key].letter: self.services[key] for key in self.served(view)}.values())


def directory_of(hall: Hall, counter: str) -> Directory:
    """The directory of one counter of the hall."""
    return Directory(
        counter=counter,
        services={key: hall.series[service.series] for key, service in hall.services.items()},
        own=tuple(hall.counters[counter].services),
        counters={other.name.lstrip("0"): key for key, other in hall.counters.items() if key != counter},
        recall_most=hall.rules.recall_most,
        clerks=tuple(Known(key, clerk.staff_number, clerk.pin, clerk.card) for key, clerk in hall.clerks.items()),
    )


def numbers_meant(directory: Directory, view: CounterView, digits: str) -> tuple[str, ...]:
    """The printed numbers that typed digits can mean; more than one: the clerk must say it elsewhere.

    A terminal has no letters and often room for two digits only. Numbers set aside or missed here come first, by
    value and then by their last digits; otherwise the digits are a number of one of the counter's series.
    """
    value = int(digits)
    near = dict.fromkeys((*view.held, *view.missed))
    exact = tuple(number for number in near if int(number[1:]) == value)
    if exact:
        return exact
    by_ending = tuple(number for number in near if len(digits) > 1 and number.endswith(digits))
    if by_ending:
        return by_ending
    return tuple(printed(series, value) for series in directory.series_at(view) if series.first <= value <= series.last)
