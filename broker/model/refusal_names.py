"""A refusal in the words of the hall: its facts are keys of the hall file, people know names. Pure."""

from typing import Any

from broker.model.hall import Hall
from broker.model.refusals import Refusal
from broker.model.words import Names


def sentence_in(hall: Hall, refusal: Refusal) -> Names:
    """The refusal's sentence with ``3`` for ``c3``, the service's name for its key; what the hall lacks stays a key."""
    return refusal.said({name: _named(hall, name, fact) for name, fact in refusal.facts.items()})


def _named(hall: Hall, name: str, fact: Any) -> Any:
    if name == "counter" and fact in hall.counters:
        return hall.counters[fact].name
    if name == "service" and fact in hall.services:
        return hall.services[fact].names
    if name == "kiosk" and fact in hall.kiosks:
        return hall.kiosks[fact].names
    if name == "clerk" and fact in hall.clerks:
        return hall.clerks[fact].staff_number
    return fact
