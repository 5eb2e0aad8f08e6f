"""What a way must do, and why it did not. A way is chosen by an address of the hall file (``open_ways``)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import parse_qsl, urlsplit

TIMEOUT_S = 10.0


@dataclass(frozen=True)
class Letter:
    """A message as a way gets it: already in words."""

    id: str
    to: str = field(repr=False)
    kind: str
    subject: str
    text: str
    language: str
    facts: Mapping[str, str]
    at_ms: int
    until_ms: int | None = None


class Way(Protocol):
    """Brings one letter, within some seconds, on the sending thread."""

    def deliver(self, letter: Letter) -> None:
        """Returns when the other side has it; raises NotDelivered."""
        ...


class NotDelivered(Exception):
    """It did not arrive. ``fault`` is for staff and logs and names no person. ``for_good``: no later try can help."""

    def __init__(self, fault: str, *, for_good: bool = False, after_s: float = 0) -> None:
        super().__init__(fault)
        self.fault, self.for_good, self.after_s = fault, for_good, after_s


@dataclass(frozen=True)
class WayAddress:
    """A parsed address of ``[notify]``."""

    scheme: str
    host: str
    port: int | None
    path: str
    options: Mapping[str, str]

    @property
    def target(self) -> str:
        """What is asked of a web server: the path, and the options that are the server's own."""
        return self.path or "/"


def parse_way(text: str) -> WayAddress:
    """The hall file was checked before, so this cannot fail."""
    parts = urlsplit(text)
    return WayAddress(parts.scheme, parts.hostname or "", parts.port, parts.path, dict(parse_qsl(parts.query)))


def fault_of_status(status: int, after: str = "") -> NotDelivered:
    """An HTTP answer that is no 2xx: 408, 429 and 5xx may be tried again, the rest never helps."""
    again = status in (408, 425, 429) or status >= 500
    wait_s = min(float(after), 3600.0) if after.isdecimal() and len(after) <= 6 else 0.0
    return NotDelivered(f"HTTP {status}", for_good=not again, after_s=wait_s)
