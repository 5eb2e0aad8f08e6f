"""A message to one person, and the interface of whoever takes it: ``Notifier.send`` returns at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

WayName = Literal["phone", "mail", "push"]
"""To a telephone, to a mail address, to a browser that asked for it."""


@dataclass(frozen=True)
class Message:
    """What is to be said to whom. ``id``: said again under the same id, it goes out once.

    ``to`` is a telephone, a mail address or the name of a browser's subscription: it is in no log, and erased when the
    message left. ``kind`` is one of ``hall_notify.PLACES``, ``facts`` fill its text (``hall`` is filled in anyway).
    ``language``: None for both. All times by the hall's clock: not sent before ``from_ms`` nor from ``until_ms`` on;
    at ``erase_ms`` nothing is left of it.
    """

    id: str
    way: WayName
    to: str = field(repr=False)
    kind: str
    facts: Mapping[str, str]
    erase_ms: int
    until_ms: int | None = None
    from_ms: int = 0
    language: Literal["zh", "en"] | None = None


class Notifier(Protocol):
    """Takes messages; never waits for a network and never raises because of one."""

    def ways(self) -> frozenset[WayName]:
        """Which ways this hall has: a page offers no other."""
        ...

    def send(self, message: Message) -> bool:
        """Whether it is written down (or was before); False: no such way, or the queue is full or its disk is."""
        ...

    def cancel(self, id: str) -> None:
        """It shall not leave any more, and its address is erased now."""
        ...

    def not_left(self, beginning: str) -> list[Message]:
        """Those whose ids begin so and that wait still, or could not be brought; none where the file cannot be read."""
        ...


def masked(to: str) -> str:
    """An address as staff may see it: enough to recognise, too little to use."""
    name, at, host = to.partition("@")
    if at:
        return f"{name[:1]}***@{host}"
    return f"{to[:3]}****{to[-2:]}" if len(to) >= 8 else "****"
