"""One address of ``/api/``, as tables of operations say it. The tables are put together in ``operations``. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Parameter:
    """A parameter in the path or query."""

    name: str
    place: str
    text: str
    required: bool = False
    example: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Operation:
    """One method of one path. ``who`` is public, device, clerk, manager or virtual; errors are status codes."""

    method: str
    path: str
    id: str
    who: str
    zh: str
    en: str
    answers: type | str
    status: int = 200
    body: type | None = None
    parameters: tuple[Parameter, ...] = ()
    errors: tuple[int, ...] = ()
