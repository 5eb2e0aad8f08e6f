"""What one counter's console must know of the hall: its own series, and the counters it may transfer to. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from broker.model.hall import Hall, Series
from broker.model.numbers import printed
from broker.model.views import CounterView
from caller.console.log_in import Known


@dataclass(frozen=True)
class Directory:
    """``counters`` maps the digits a clerk types (``3``) to the counter's key; ``series`` are those called here.
    ``clerks`` may log in at any counter. ``services`` are the hall's in the order of its file, ``own`` this counter's.
    """

    counter: str
    series: tuple[Series, ...]
    counters: dict[str, str]
    recall_most: int
    clerks: tuple[Known, ...] = ()
    services: tuple[str, ...] = ()
    own: tuple[str, ...] = ()

    def service_meant(self, digits: str) -> str | None:
        """The service at the place that was typed, 1 the first of the hall file; None for no such place."""
        place = int(digits or "0")
        return self.services[place - 1] if 1 <= place <= len(self.services) else None


def directory_of(hall: Hall, counter: str) -> Directory:
    """The directory of one counter of the hall."""
    served = dict.fromkeys(hall.services[service].series for service in hall.counters[counter].services)
    return Directory(
        counter=counter,
        series=tuple(hall.series[key] for key in served),
        counters={other.name.lstrip("0"): key for key, other in hall.counters.items() if key != counter},
        recall_most=hall.rules.recall_most,
        clerks=tuple(Known(key, clerk.staff_number, clerk.pin, clerk.card) for key, clerk in hall.clerks.items()),
        services=tuple(hall.services),
        own=tuple(hall.counters[counter].services),
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
    return tuple(printed(series, value) for series in directory.series if series.first <= value <= series.last)
