"""What people type is kept in the journal for years: nobody's ID or mobile number stands in it. Pure."""

from functools import cache
from typing import get_type_hints

from broker.engine.context import Refused
from broker.model import commands as c
from broker.model.personal_numbers import Kind, found_in
from broker.model.refusals import PersonalNumberTyped
from broker.model.words import Phone, Sentence

_BOTH: frozenset[Kind] = frozenset({"identity", "mobile"})
_IDENTITY: frozenset[Kind] = frozenset({"identity"})
_FOR_EVERYBODY = (c.PostNotice, c.BeginEmergency)


def check_free_text(command: c.Command) -> None:
    """Refused(PersonalNumberTyped) when a text of the command holds a number that a person is known by."""
    for name, forbidden in _texts_of(type(command)):
        if found_in(getattr(command, name)) in forbidden:
            raise Refused(PersonalNumberTyped())


@cache
def _texts_of(kind: type[c.Command]) -> tuple[tuple[str, frozenset[Kind]], ...]:
    """Every field that a person may fill in freely, and what must not be in it.

    A telephone may stand where one is asked for, and in what is typed for everybody to read.
    """
    hints = get_type_hints(kind, include_extras=True)
    forbidden = _IDENTITY if kind in _FOR_EVERYBODY else _BOTH
    sentences = [(name, forbidden) for name, hint in hints.items() if hint in (Sentence, c.BroadcastText)]
    return (*sentences, *((name, _IDENTITY) for name, hint in hints.items() if hint == Phone))
