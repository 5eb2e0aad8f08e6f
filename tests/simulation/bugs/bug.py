"""What a planted bug is: a small change of the real product, in a sentence, and the laws that must find it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from unittest import mock

from broker.engine.decide import DECIDERS

Plant = Callable[[], AbstractContextManager[Any]]
_planted: dict[str, "Bug"] = {}


@dataclass(frozen=True)
class Bug:
    """``laws``: any of them finds it. While ``plant()`` lasts, the product has the bug; ``hours`` is a run's length."""

    name: str
    where: str
    sentence: str
    laws: tuple[str, ...]
    plant: Plant
    hours: float = 0.5
    hole: bool = False
    """Not caught yet: a hole in the world or in the judges, or a bug that the product makes up for elsewhere."""


def bug(where: str, *laws: str, hours: float = 0.5, hole: bool = False) -> Callable[[Plant], Plant]:
    """Enter a function that returns a context manager into the table; its name and docstring describe the bug."""

    def enter(plant: Plant) -> Plant:
        name = plant.__name__
        sentence = " ".join((plant.__doc__ or "").split())
        assert sentence, f"{name} says nothing about itself"
        assert name not in _planted, f"{name} is planted twice"
        _planted[name] = Bug(name, where, sentence, laws, plant, hours, hole)
        return plant

    return enter


def table() -> tuple[Bug, ...]:
    """All bugs, in the order in which they were entered."""
    return tuple(_planted.values())


def swap(owner: Any, name: str, new: Any) -> AbstractContextManager[Any]:
    """Another thing in its place."""
    return mock.patch.object(owner, name, new)


def wrap(owner: Any, name: str, around: Callable[..., Any]) -> AbstractContextManager[Any]:
    """``around(original, *arguments)`` in its place, for functions and methods alike."""
    original = getattr(owner, name)

    def changed(*arguments: Any, **named: Any) -> Any:
        return around(original, *arguments, **named)

    return mock.patch.object(owner, name, changed)


def decider(kind: type, around: Callable[..., Any]) -> AbstractContextManager[Any]:
    """``around(original, desk, command)`` in place of the engine's decider of a command."""
    original = DECIDERS[kind]
    return mock.patch.dict(DECIDERS, {kind: lambda desk, command: around(original, desk, command)})


@contextmanager
def both(*plants: AbstractContextManager[Any]) -> Iterator[None]:
    """Several changes that together are one bug."""
    with ExitStack() as stack:
        for plant in plants:
            stack.enter_context(plant)
        yield
