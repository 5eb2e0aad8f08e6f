"""A state as bytes and back, so that a fold can begin in the middle: the same state always gives the same bytes.

A snapshot is a convenience, never the truth: one of another shape, or whose digest is wrong, is not used, and
``broker replay`` compares each with the fold from the very first event.
"""

import hashlib
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, get_args, get_origin, get_type_hints

import msgspec

from broker.engine.apply import apply
from broker.engine.state import State
from broker.model.hall import Hall
from broker.model.views import VIEW_KINDS
from broker.store.archive import Snapshot
from broker.store.journal import Journal

MEANING = 9
"""Raised when the same fields come to mean something else, or the same events lead to another state."""


def _written(kind: Any) -> Any:
    """How a field's type is written: what JSON cannot hold as it is (keys of several names, sets) as lists."""
    outer, inner = get_origin(kind), get_args(kind)
    if outer is dict and get_origin(inner[0]) is tuple:
        return list[tuple[inner[0], inner[1]]]  # type: ignore[name-defined]
    return list[inner[0]] if outer in (set, deque) else kind  # type: ignore[name-defined]


_KINDS = get_type_hints(State)
_Saved = msgspec.defstruct("_Saved", [(name, _written(kind)) for name, kind in _KINDS.items()], array_like=True)
_PAIRS = tuple(name for name, kind in _KINDS.items() if _written(kind) != kind and get_origin(kind) is dict)
_SETS = tuple(name for name, kind in _KINDS.items() if get_origin(kind) is set)
_QUEUES = tuple(name for name, kind in _KINDS.items() if get_origin(kind) is deque)
_EMPTY = State()
_decoder = msgspec.json.Decoder(_Saved)


def _fingerprint(*shapes: object) -> str:
    return hashlib.sha256(msgspec.json.encode(shapes)).hexdigest()[:16]


SHAPE = f"{MEANING}-{_fingerprint(msgspec.json.schema(_Saved))}"
"""Names the form of a snapshot; a program with another form does not read it."""


def views_fingerprint(hall: Hall) -> str:
    """Names what views are made of besides the events: the rules of the fold, shapes and the hall file.

    Digests compare only within.
    """
    shapes = [msgspec.json.schema(shape) for _, shape in sorted(VIEW_KINDS.items())]
    return _fingerprint(MEANING, shapes, hall)


def save_state(state: State) -> Snapshot:
    """The state at its position."""
    fields = {name: getattr(state, name) for name in _KINDS}
    fields |= {name: list(fields[name].items()) for name in _PAIRS}
    fields |= {name: sorted(fields[name]) for name in _SETS}
    fields |= {name: list(fields[name]) for name in _QUEUES}
    # Read and written once more: a whole number in a field of fractions is the same number, not the same bytes.
    body = msgspec.json.encode(_decoder.decode(msgspec.json.encode(_Saved(**fields))))
    return Snapshot(state.position, SHAPE, hashlib.sha256(body).hexdigest(), body)


def load_state(snapshot: Snapshot) -> State | None:
    """The state again; None when it was saved in another shape or is not what it was when it was saved."""
    if snapshot.shape != SHAPE or hashlib.sha256(snapshot.state).hexdigest() != snapshot.digest:
        return None
    saved = _decoder.decode(snapshot.state)
    fields = {name: getattr(saved, name) for name in _KINDS}
    fields |= {name: dict(fields[name]) for name in _PAIRS}
    fields |= {name: set(fields[name]) for name in _SETS}
    fields |= {name: deque(fields[name], maxlen=getattr(_EMPTY, name).maxlen) for name in _QUEUES}
    return State(**fields)


@dataclass(frozen=True, slots=True)
class Folded:
    """A state, and how many events had to be folded for it."""

    state: State
    events: int


def fold(journal: Journal) -> Folded:
    """The state of a journal: from its newest usable snapshot on, otherwise from the first event, archives included."""
    state = newest_state(snapshot for snapshot in journal.snapshots() if snapshot.position <= journal.position)
    began = state.position
    for _, event in journal.read(began):
        apply(state, event)
    return Folded(state, state.position - began)


def newest_state(snapshots: Iterable[Snapshot]) -> State:
    """The first usable one of snapshots, newest first; the empty state when there is none."""
    return next((state for state in map(load_state, snapshots) if state is not None), State())
