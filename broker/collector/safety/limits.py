"""How often one address may ask: token buckets in memory, bounded, with the clock passed in."""

import ipaddress
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable

from broker.collector.errors import TooMany, TooManyWatchers

KEYS_MOST = 10_000
IPV6_OF_ONE = 64
"""Bits: whoever has an IPv6 line has all addresses behind so many, and would count as another one with each."""


def counted_as(address: str) -> str:
    """Whom a limit counts: an IPv4 address for itself, an IPv6 one as the network of its line. Anything else as it is.

    An IPv4 address that is written as an IPv6 one counts as what it is.
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    if found.is_loopback or found.is_link_local:
        return str(found)
    return str(ipaddress.IPv6Network((found, IPV6_OF_ONE), strict=False))


class Buckets:
    """Each key may do ``burst`` things at once, ``per_minute`` in the long run; the least used keys are forgotten."""

    def __init__(self, per_minute: float, burst: int, machine_s: Callable[[], float]) -> None:
        self._rate = per_minute / 60
        self._burst = burst
        self._machine_s = machine_s
        self._lock = threading.Lock()
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str) -> None:
        """Use one; TooMany when none is left."""
        now_s = self._machine_s()
        with self._lock:
            left, then_s = self._left.pop(key, (float(self._burst), now_s))
            left = min(float(self._burst), left + (now_s - then_s) * self._rate)
            allowed = left >= 1
            self._left[key] = (left - 1 if allowed else left, now_s)
            while len(self._left) > KEYS_MOST:
                self._left.popitem(last=False)
        if not allowed:
            raise TooMany


class Seats:
    """A bounded number of places, e.g. of open streams; each holds a thread. Nobody takes more than ``of_one``.

    ``who`` is one person or address; None stands for many people who cannot be told apart (this machine itself).
    """

    def __init__(self, most: int, of_one: int | None = None) -> None:
        self._most = most
        self._of_one = most if of_one is None else of_one
        self._taken = 0
        self._of: Counter[str] = Counter()
        self._movable: dict[str, list[Callable[[], None]]] = {}
        """Who -> how each of his places is asked to be left, the oldest first."""
        self._leaving: Counter[str] = Counter()
        self._lock = threading.Lock()

    def sit(self, who: str | None = None, leave: Callable[[], None] | None = None) -> None:
        """Take a place; TooManyWatchers when all are taken, or too many by the same one.

        With ``leave`` the newest place of one person is worth more than the oldest: that one is asked to be left
        (called once, from this thread). It is taken until it is risen from, so there are never more than ``most``, and
        no more of his are being left at a time than he may have.
        """
        with self._lock:
            if self._taken >= self._most:
                raise TooManyWatchers
            asked = self._full(who, leave)
            self._taken += 1
            if who is not None:
                self._of[who] += 1
                if leave is not None:
                    self._movable.setdefault(who, []).append(leave)
        if asked is not None:
            asked()

    def _full(self, who: str | None, leave: Callable[[], None] | None) -> Callable[[], None] | None:
        """The place to be left for another of the same person; None while it is within its share."""
        if who is None or self._of[who] < self._of_one:
            return None
        movable = self._movable.get(who)
        if leave is None or not movable or self._leaving[who] >= self._of_one:
            raise TooManyWatchers
        self._of[who] -= 1
        self._leaving[who] += 1
        return movable.pop(0)

    def rise(self, who: str | None = None, leave: Callable[[], None] | None = None) -> None:
        """Give the place back, with the ``leave`` that it was taken with."""
        with self._lock:
            self._taken -= 1
            if who is None:
                return
            movable = self._movable.get(who, [])
            if leave is None or leave in movable:
                self._of[who] -= 1
            else:  # it was asked to be left
                self._leaving[who] -= 1
            if leave in movable:
                movable.remove(leave)
            self._of, self._leaving = +self._of, +self._leaving  # nothing is remembered of those who left
            if not movable:
                self._movable.pop(who, None)

    @property
    def left(self) -> int:
        """How many places are free."""
        return self._most - self._taken

    @property
    def taken(self) -> int:
        return self._taken
