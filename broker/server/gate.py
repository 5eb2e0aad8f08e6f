"""How much each device may ask, so that one that floods slows down itself and nobody else. Pure; time is handed in.

A real device asks little: a kiosk some three commands a ticket, a clerk one a press. After an outage it asks much, in
good order, and waits for answers. A flood asks without end. Hence two token buckets a device: a small one for the pace
(an outbox of 5,000 entries is emptied within a minute), a large one for the hour (a flood is left with little). What
achieved nothing (a refusal, a repeat, a gap) costs more than what did something. What no device of the hall could have
sent (other sizes, other bytes, other names) is counted against nobody's allowance: whoever forges it must not be able
to silence the one whose topic it came on. Whoever speaks properly on a device's own topic is that device, as far as
anybody can tell here; keeping strangers off it is the MQTT broker's part.
"""

import enum
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from broker.contract.envelope import COMMAND_LIMIT_BYTES
from broker.model.words import Identifier, Slug

DEVICE_NAME_MOST = 64
"""A longer name is nobody's, and an answer that names it might not fit into a message."""
TELL_EVERY_S = 0.2
"""A device that sends too much is told so at most so often; being told must not cost more than being ignored."""
BREATH = 20
"""A device that must wait is asked to wait until so many commands would pass: the window of an outbox."""
STRANGERS, JUNK = "(strangers)", "(junk)"


@dataclass(frozen=True)
class Allowance:
    """Tokens: ``burst`` at once and ``per_s`` after them; of those ``hour`` at most ahead of ``hour_per_s``.

    ``vain`` is what a command costs that achieved nothing; others cost 1.
    """

    burst: float
    per_s: float
    hour: float
    hour_per_s: float
    vain: float = 1.0


ALLOWANCES: dict[str, Allowance] = {
    # An outbox is bounded at 5,000 entries: 200 + 100 a second empty it in 48 s. What is in vain costs no more here: an
    # outbox that goes back after a gap or a restart repeats much in good faith, and dear repeats kept it out for good.
    "kiosk": Allowance(200, 100, 6_000, 100),
    "caller": Allowance(200, 100, 6_000, 100),
    # May ask nothing at all; some words why, now and then.
    "display": Allowance(20, 2, 100, 2),
    # All browsers and all ratings of a hall; it bounds each address and person at its own doors.
    "collector": Allowance(6_000, 3_000, 100_000, 3_000, vain=25),
}
OF_STRANGERS = Allowance(50, 10, 500, 2)
OF_JUNK = Allowance(50, 10, 500, 5)


class Bucket:
    """Up to ``most`` tokens, ``per_s`` new ones a second."""

    def __init__(self, most: float, per_s: float, now_s: float) -> None:
        self._most, self._per_s = most, per_s
        self._left, self._at_s = most, now_s

    def left(self, now_s: float) -> float:
        """How many tokens there are now; a clock that goes back gives none."""
        self._left = min(self._most, self._left + max(0.0, now_s - self._at_s) * self._per_s)
        self._at_s = max(self._at_s, now_s)
        return self._left

    def spend(self, tokens: float) -> None:
        """Take some; nobody gets into debt."""
        self._left = max(0.0, self._left - tokens)

    def wait_s(self, tokens: float) -> float:
        """Seconds from the last look until there are so many."""
        return max(0.0, min(tokens, self._most) - self._left) / self._per_s


class Quota:
    """What one source may still ask."""

    def __init__(self, allowance: Allowance, now_s: float) -> None:
        self._vain = allowance.vain
        self._buckets = (
            Bucket(allowance.burst, allowance.per_s, now_s),
            Bucket(allowance.hour, allowance.hour_per_s, now_s),
        )
        self._told_s = float("-inf")

    def take(self, now_s: float) -> bool:
        """Spend one token; False when there is none."""
        if min(bucket.left(now_s) for bucket in self._buckets) < 1:
            return False
        for bucket in self._buckets:
            bucket.spend(1)
        return True

    def was_in_vain(self) -> None:
        """What was taken last achieved nothing: spend the rest of its price."""
        for bucket in self._buckets:
            bucket.spend(self._vain - 1)

    def wait_s(self) -> float:
        """How long to wait before some commands would pass again."""
        return max(bucket.wait_s(BREATH) for bucket in self._buckets)

    def may_be_told(self, now_s: float) -> bool:
        """True at most every ``TELL_EVERY_S``."""
        if now_s - self._told_s < TELL_EVERY_S:
            return False
        self._told_s = now_s
        return True


class Peek(msgspec.Struct, frozen=True):
    """As much of an envelope as the gate looks at."""

    id: Identifier
    device: Slug
    epoch: str | None = None
    seq: int | None = None


class Pass(enum.Enum):
    """What becomes of a message on a command topic."""

    TAKE = "read it"
    TELL = "not now; say so"
    DROP = "not now, or never; in silence"
    JUNK = "no command; worth a line in the log"


@dataclass(frozen=True)
class Verdict:
    """``peek`` is there for TAKE and TELL of a device of the hall; ``wait_ms`` for TELL."""

    passes: Pass
    peek: Peek | None = None
    wait_ms: int = 0


class Gate:
    """One for all devices; ``role_of`` says what a name is in this hall, None for nothing."""

    def __init__(self, role_of: Callable[[str], str | None], now_s: float) -> None:
        self._role_of = role_of
        self._start_s = now_s
        self._quotas = {STRANGERS: Quota(OF_STRANGERS, now_s), JUNK: Quota(OF_JUNK, now_s)}
        self._peek = msgspec.json.Decoder(Peek)
        self._dropped: Counter[str] = Counter()

    def lane(self, device: str) -> str:
        """Whose place in a queue a message takes; all strangers share one."""
        return device if self._role_of(device) is not None else STRANGERS

    def judge(self, device: str, payload: bytes, *, retained: bool, now_s: float) -> Verdict:
        """Whether a message of this topic is read; cheap, whatever it holds."""
        if not 0 < len(device) <= DEVICE_NAME_MOST or len(payload) > COMMAND_LIMIT_BYTES or retained:
            return self._if_room(JUNK, Pass.JUNK, now_s)
        role = self._role_of(device)
        if role is None:
            return self._if_room(STRANGERS, Pass.TAKE, now_s)
        peek = self._looked(payload)
        if peek is None:
            return self._if_room(JUNK, Pass.TAKE, now_s)
        if peek.device != device:
            return self._if_room(STRANGERS, Pass.TAKE, now_s)
        return self._of_device(device, role, peek, now_s)

    def was_in_vain(self, device: str) -> None:
        """A command of a device of the hall was read and achieved nothing."""
        quota = self._quotas.get(device)
        if quota is not None:
            quota.was_in_vain()

    def take_dropped(self) -> dict[str, int]:
        """How many messages of whom were not read since the last time."""
        dropped, self._dropped = self._dropped, Counter()
        return dict(dropped)

    def _of_device(self, device: str, role: str, peek: Peek, now_s: float) -> Verdict:
        quota = self._quotas.get(device)
        if quota is None:
            quota = self._quotas[device] = Quota(ALLOWANCES[role], self._start_s)
        if quota.take(now_s):
            return Verdict(Pass.TAKE, peek)
        self._dropped[device] += 1
        if quota.may_be_told(now_s):
            return Verdict(Pass.TELL, peek, max(1, round(quota.wait_s() * 1000)))
        return Verdict(Pass.DROP)

    def _if_room(self, source: str, passes: Pass, now_s: float) -> Verdict:
        if self._quotas[source].take(now_s):
            return Verdict(passes)
        self._dropped[source] += 1
        return Verdict(Pass.DROP)

    def _looked(self, payload: bytes) -> Peek | None:
        try:
            return self._peek.decode(payload)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None
