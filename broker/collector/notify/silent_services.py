"""Push services that did not answer, and for how long nobody waits for them again. Pure.

One thread sends to all: whoever keeps it waiting (one that no way leads to from here, or a stranger's own, named to
hold everybody up) does so once, and not for each of his messages.
"""

from collections import OrderedDict
from collections.abc import Callable

SPARED_S, SPARED_LONGEST_S = 15.0, 240.0
"""So long a house is not asked, twice as long each time."""
SERVICES_MOST = 200


class SilentServices:
    """By house, the newest ``SERVICES_MOST``; the clock is passed in."""

    def __init__(self, machine_s: Callable[[], float]) -> None:
        self._machine_s = machine_s
        self._until: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def spared_s(self, house: str) -> float:
        """For how long it is not asked."""
        return self._until.get(house, (0.0, 0.0))[0] - self._machine_s()

    def add(self, house: str) -> None:
        """It did not answer."""
        wait_s = min(2 * self._until.pop(house, (0.0, SPARED_S / 2))[1], SPARED_LONGEST_S)
        self._until[house] = self._machine_s() + wait_s, wait_s
        while len(self._until) > SERVICES_MOST:
            self._until.popitem(last=False)

    def answered(self, house: str) -> None:
        """It is there."""
        self._until.pop(house, None)


def house_of(host: str) -> str:
    """Whose a name is: all below one that somebody can register are his (``a.push.example.com``, ``b.example.com``).
    Below ``com.cn`` and the like it is one place more."""
    parts = host.rstrip(".").split(".")
    if host.replace(".", "").isdecimal():
        return host
    return ".".join(parts[-3 if len(parts) > 2 and len(parts[-2]) <= 3 else -2 :])
