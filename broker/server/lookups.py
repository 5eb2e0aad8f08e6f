"""How often a lost ticket may be looked for by telephone, or a code or number be wrong, at one kiosk. Pure; time is
handed in.

Four digits are 10,000 guesses. A hall loses a few papers a day, so that one look-up a minute is plenty; whoever tries
all of them would stand there for a week. Staff who look from their own pages are not counted.

A code of an appointment or slip, or the number of who comes back, is typed by everybody and mistyped by many: a few
wrong ones cost nothing. From then on all wait, the right ones too, or a guesser would try on; each further wrong one
doubles the pause, up to a minute, so that the next visitor never waits longer than that.
"""

from math import ceil

from broker.contract.envelope import Reply
from broker.engine.context import Asked
from broker.model import refusals as r
from broker.model.commands import CheckIn, Command, FindTicket, RateVisit, ReturnTicket
from broker.model.refusals import Refusal
from broker.server.gate import Bucket

AT_ONCE = 6
PER_S = 1 / 60
WRONG_FREE = 5
"""From so many wrong ones at a kiosk on there is a pause."""
FIRST_PAUSE_S, LONGEST_PAUSE_S = 15.0, 60.0
FORGOTTEN_S = 60.0
"""Without a pause one wrong one is forgotten in so long: a guesser gets about one try a minute, 60 an hour."""
WRONG_RATING_CODE = r.code_of(r.WrongRatingCode)
WRONG_TRIES: dict[type[Command], frozenset[str]] = {
    CheckIn: frozenset({r.code_of(r.UnknownAppointment)}),
    # A number that cannot come back is as good as a made-up one to whoever tries them in turn.
    ReturnTicket: frozenset({r.code_of(r.UnknownTicket), r.code_of(r.TicketIsSettled)}),
}


class Lookups:
    """One allowance for each kiosk, full again after a restart."""

    def __init__(self) -> None:
        self._buckets: dict[str, Bucket] = {}

    def wait_min(self, kiosk: str, now_ms: int) -> int:
        """Minutes until the next one; 0: now, and this one counts."""
        now_s = now_ms / 1000
        bucket = self._buckets.setdefault(kiosk, Bucket(AT_ONCE, PER_S, now_s))
        if bucket.left(now_s) < 1:
            return ceil(bucket.wait_s(1) / 60)
        bucket.spend(1)
        return 0


class WrongCodes:
    """Wrong rating codes, for each kiosk as many as look-ups; right ones are not counted."""

    def __init__(self) -> None:
        self._buckets: dict[str, Bucket] = {}

    def left_min(self, kiosk: str, now_ms: int) -> int:
        """Minutes until a code may be tried again; 0: now."""
        bucket = self._bucket(kiosk, now_ms)
        return ceil(bucket.wait_s(1) / 60) if bucket.left(now_ms / 1000) < 1 else 0

    def wrong(self, kiosk: str, now_ms: int) -> None:
        """One more."""
        self._bucket(kiosk, now_ms).spend(1)

    def _bucket(self, kiosk: str, now_ms: int) -> Bucket:
        return self._buckets.setdefault(kiosk, Bucket(AT_ONCE, PER_S, now_ms / 1000))


class WrongTries:
    """Wrong codes and numbers of those who check in or come back, for each kiosk; none after a restart."""

    def __init__(self) -> None:
        self._wrong: dict[str, tuple[float, float, float]] = {}
        """Kiosk -> how many are remembered, since when it forgets, until when all wait."""

    def wait_s(self, kiosk: str, now_ms: int) -> int:
        """Seconds until a code or number may be tried again; 0: now."""
        until_s = self._wrong.get(kiosk, (0.0, 0.0, 0.0))[2]
        # A clock that was put back must not lengthen a pause.
        return ceil(min(LONGEST_PAUSE_S, max(0.0, until_s - now_ms / 1000)))

    def wrong(self, kiosk: str, now_ms: int) -> None:
        """One more."""
        now_s = now_ms / 1000
        count, at_s, _ = self._wrong.get(kiosk, (0.0, now_s, 0.0))
        count = max(0.0, count - max(0.0, now_s - at_s) / FORGOTTEN_S) + 1
        # Beyond what leads to the longest pause nothing is remembered: whoever comes later has the same patience.
        count = min(count, WRONG_FREE + 2.0)
        pause_s = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2 ** int(count - WRONG_FREE)) if count >= WRONG_FREE else 0.0
        self._wrong[kiosk] = (count, now_s + pause_s, now_s + pause_s)


class KioskLimits:
    """All of these for the writer: what a kiosk must not ask now, and what its answer counts."""

    def __init__(self) -> None:
        self._lookups, self._codes, self._tries = Lookups(), WrongCodes(), WrongTries()

    def refusal(self, role: str, command: Command, asked: Asked) -> Refusal | None:
        """Why this is not looked at now; None: it is. A look-up counts by being asked."""
        if role != "kiosk":
            return None
        kiosk, now_ms = asked.device, asked.now_ms
        if isinstance(command, FindTicket) and (wait_min := self._lookups.wait_min(kiosk, now_ms)):
            return r.LookupsUsedUp(wait_min=wait_min)
        if isinstance(command, RateVisit) and (wait_min := self._codes.left_min(kiosk, now_ms)):
            return r.RatingCodesUsedUp(wait_min=wait_min)
        if type(command) in WRONG_TRIES and (wait_s := self._tries.wait_s(kiosk, now_ms)):
            return r.TooManyWrong(wait_s=wait_s)
        return None

    def answered(self, role: str, command: Command, asked: Asked, reply: Reply) -> None:
        """What the engine said to a command that was looked at."""
        code = None if reply.refusal is None else reply.refusal.code
        if code == WRONG_RATING_CODE:
            self._codes.wrong(asked.device, asked.now_ms)
        elif role == "kiosk" and code in WRONG_TRIES.get(type(command), ()):
            self._tries.wrong(asked.device, asked.now_ms)
