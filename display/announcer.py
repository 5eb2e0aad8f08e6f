"""Which call is spoken next, and how much of it: the mind of the voice. Pure; the hall's time is passed in.

One loudspeaker is one queue. A full call in two languages takes about nine seconds, so at six calls a minute a plain
queue falls behind for ever; therefore a backlog shortens what is said: first the second reading goes, then the second
language, then the long chime, and at last a call is left to the screen alone, with a note for the log: a recall, whose
visitor was called once, before a first call. First calls come before recalls, recalls before repetitions; while an
emergency is announced there is neither.

The law held here: each call is announced at most once, with its repetitions, first calls in the order they were made
and recalls among each other too, and nothing begins later than 60 s after its call. What was on the board before this
display (re)connected stays unspoken.
"""

from collections import OrderedDict, deque
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from broker.model.views import Call
from broker.model.words import TicketStatus

MEMORY_CALLS = 4096
"""How many call ids are remembered so that none is spoken twice; some days of a busy hall."""


TOO_LATE, WAITED, TOO_MANY = "it came too late", "it waited too long", "too many calls wait"
COULD_NOT_FOLLOW = frozenset({WAITED, TOO_MANY})
"""Why a call is left to the screen when others take the time."""


class Fate(StrEnum):
    """Where a call is on its way to the loudspeaker."""

    WAITING = "waiting"
    SPEAKING = "speaking"
    RESTING = "resting"  # spoken, and to be repeated when nothing else waits
    SPOKEN = "spoken"
    MERGED = "merged"  # the same ticket and counter waited already: one announcement for both
    REPLACED = "replaced"  # the ticket was called to another counter meanwhile
    WITHDRAWN = "withdrawn"  # the visitor came, or the call was taken back
    SCREEN_ONLY = "screen_only"  # only shown; a note says why


LIFE: dict[Fate, frozenset[Fate]] = {
    Fate.WAITING: frozenset({Fate.SPEAKING, Fate.MERGED, Fate.REPLACED, Fate.WITHDRAWN, Fate.SCREEN_ONLY}),
    Fate.SPEAKING: frozenset({Fate.RESTING, Fate.SPOKEN, Fate.SCREEN_ONLY}),
    Fate.RESTING: frozenset({Fate.SPEAKING, Fate.SPOKEN}),
    Fate.SPOKEN: frozenset(),
    Fate.MERGED: frozenset(),
    Fate.REPLACED: frozenset(),
    Fate.WITHDRAWN: frozenset(),
    Fate.SCREEN_ONLY: frozenset(),
}


class Chime(StrEnum):
    """What sounds before the words."""

    FULL = "full"
    SHORT = "short"
    NONE = "none"


@dataclass(frozen=True)
class Policy:
    """The hall's wishes. ``languages`` in order: the first is always spoken, the others when there is time.

    None at all means the chime alone. ``latest_ms`` is five seconds under the law's 60, so that the words begin in
    time and not only the chime. ``pause_ms`` is the silence kept after a call so that people can take it in (with the
    next call's chime, two seconds lie between words), ``busy_pause_ms`` when two or more wait. Within
    ``chain_within_ms`` a call follows without a chime of its own. A second recall from one counter within
    ``recall_gap_ms`` is only shown.
    """

    languages: tuple[str, ...] = ("zh", "en")
    readings: int = 2
    chime: bool = True
    repeat_after_ms: int = 8_000
    stale_after_ms: int = 20_000
    latest_ms: int = 55_000
    backlog_max: int = 6
    pause_ms: int = 900
    busy_pause_ms: int = 300
    recall_gap_ms: int = 5_000
    chain_within_ms: int = 600


@dataclass(frozen=True)
class Announcement:
    """What to play now, in this order: chime, then the call in each language. ``reading`` is 1 for the first."""

    call: Call
    chime: Chime
    languages: tuple[str, ...]
    reading: int


@dataclass(frozen=True)
class Note:
    """A call that came to an end other than by being spoken in full, for the log. ``why`` is a short sentence."""

    call_id: str
    number: str
    fate: Fate
    why: str


@dataclass
class _Entry:
    call: Call
    fresh_until_ms: int
    latest_ms: int
    fate: Fate = Fate.WAITING
    readings: int = 0
    last: bool = False
    ended_at_ms: int = 0

    def turn(self, fate: Fate) -> None:
        """Every change of fate is in the table."""
        assert fate in LIFE[self.fate], f"{self.fate} does not become {fate}"
        self.fate = fate


class Announcer:
    """Hears of calls, says what to play. One at a time: after ``next`` gave something, ``ended`` must follow."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._known: OrderedDict[str, None] = OrderedDict()
        self._waiting: deque[_Entry] = deque()
        self._speaking: _Entry | None = None
        self._resting: _Entry | None = None
        self._recalled_at_ms: OrderedDict[str, int] = OrderedDict()
        self._notes: list[Note] = []
        self._ended_at_ms: int | None = None
        self._hushed: str | None = None

    @property
    def backlog(self) -> int:
        """Calls that wait to be spoken, the one being spoken not counted."""
        return len(self._waiting)

    def silent(self, calls: Iterable[Call]) -> None:
        """These were on the board before we (re)connected: none that is new to us is ever spoken."""
        for call in calls:
            self._remember(call.call_id)

    def show(self, calls: Iterable[Call], now_ms: int) -> tuple[Call, ...]:
        """Take the board's calls, newest first as the board has them; returns those that now wait to be spoken."""
        oldest_first = list(calls)[::-1]
        for call in oldest_first:
            if call.status is not TicketStatus.CALLED:
                self.withdraw(call.call_id)
        return tuple(call for call in oldest_first if self.offer(call, now_ms))

    def offer(self, call: Call, now_ms: int) -> bool:
        """One call just made; True when it will be spoken unless something later prevents it."""
        if call.call_id in self._known:
            return False
        self._remember(call.call_id)
        if call.status is not TicketStatus.CALLED:
            return False
        latest_ms = min(call.called_at_ms + self.policy.latest_ms, call.valid_until_ms)
        entry = _Entry(call, min(call.called_at_ms + self.policy.stale_after_ms, latest_ms), latest_ms)
        if self._hushed is not None:
            self._give_up(entry, Fate.SCREEN_ONLY, self._hushed)
        elif now_ms > entry.fresh_until_ms:
            self._give_up(entry, Fate.SCREEN_ONLY, TOO_LATE)
        elif self._recalled_too_soon(call):
            self._give_up(entry, Fate.SCREEN_ONLY, "recalled again too soon")
        elif not self._merged(entry):
            self._replace_older(call)
            self._waiting.append(entry)
            self._shed()
        return entry.fate is Fate.WAITING

    def withdraw(self, call_id: str) -> None:
        """The visitor came or the call was taken back: say no more of it than what is being said."""
        self._remember(call_id)
        for entry in [entry for entry in self._waiting if entry.call.call_id == call_id]:
            self._waiting.remove(entry)
            self._give_up(entry, Fate.WITHDRAWN, "withdrawn before it was spoken")
        if self._speaking is not None and self._speaking.call.call_id == call_id:
            self._speaking.last = True
        if self._resting is not None and self._resting.call.call_id == call_id:
            self._rest_no_more()

    def hush(self, why: str | None) -> None:
        """Speak of no call at all, neither of those that wait nor of new ones, until this is told again with None."""
        self._hushed = why
        if why is None:
            return
        while self._waiting:
            self._give_up(self._waiting.popleft(), Fate.SCREEN_ONLY, why)
        if self._speaking is not None:
            self._speaking.last = True
        self._rest_no_more()

    def next(self, now_ms: int) -> Announcement | None:
        """What to play now, or None: nothing waits, something plays, or it is too early."""
        if self._speaking is not None:
            return None
        self._drop_stale(now_ms)
        if self._waiting:
            if self._pausing(now_ms):
                return None
            self._rest_no_more()
            return self._speak(self._first_in_turn(), now_ms)
        resting = self._resting
        if resting is None or 0 <= now_ms - resting.ended_at_ms < self.policy.repeat_after_ms:
            return None
        if now_ms > resting.latest_ms or now_ms < resting.ended_at_ms:
            self._rest_no_more()
            return None
        self._resting = None
        return self._speak(resting, now_ms)

    def still_wants(self, language: str, now_ms: int) -> bool:
        """Asked before each further language of what is being spoken: False once others wait and it can be spared."""
        entry = self._speaking
        if entry is None or entry.last or now_ms > entry.latest_ms:
            return False
        return language in self._languages(entry)

    def ended(self, now_ms: int, failure: str | None = None) -> None:
        """What ``next`` gave is over, in full or (``failure``) because it could not be heard."""
        entry, self._speaking = self._speaking, None
        if entry is None:
            return
        self._ended_at_ms = entry.ended_at_ms = now_ms
        entry.readings += 1
        if failure is not None and entry.readings == 1:
            self._give_up(entry, Fate.SCREEN_ONLY, failure)
        elif failure is None and entry.readings < self.policy.readings and not entry.last:
            entry.turn(Fate.RESTING)
            self._resting = entry
        else:
            entry.turn(Fate.SPOKEN)

    def take_notes(self) -> list[Note]:
        """Notes since the last time they were taken."""
        notes, self._notes = self._notes, []
        return notes

    def _first_in_turn(self) -> _Entry:
        """Taken out: the oldest first call, or the oldest recall when only recalls wait."""
        entry = next((entry for entry in self._waiting if not entry.call.recall), self._waiting[0])
        self._waiting.remove(entry)
        return entry

    def _speak(self, entry: _Entry, now_ms: int) -> Announcement:
        entry.turn(Fate.SPEAKING)
        self._speaking = entry
        return Announcement(entry.call, self._chime(entry, now_ms), self._languages(entry), entry.readings + 1)

    def _chime(self, entry: _Entry, now_ms: int) -> Chime:
        if not self.policy.chime:
            return Chime.NONE
        ended_at_ms = self._ended_at_ms
        chained = ended_at_ms is not None and 0 <= now_ms - ended_at_ms <= self.policy.chain_within_ms
        if self._waiting and chained:
            return Chime.NONE
        if entry.readings or len(self._waiting) >= 2 or chained:
            return Chime.SHORT
        return Chime.FULL

    def _languages(self, entry: _Entry) -> tuple[str, ...]:
        first, others = self.policy.languages[:1], self.policy.languages[1:]
        if self._waiting or entry.readings:
            others = tuple(language for language in others if language == entry.call.language)
        return first + others

    def _pausing(self, now_ms: int) -> bool:
        """Whether the last call still sinks in; a clock that was set back ends the pause."""
        if self._ended_at_ms is None:
            return False
        pause_ms = self.policy.busy_pause_ms if self.backlog >= 2 else self.policy.pause_ms
        return 0 <= now_ms - self._ended_at_ms < pause_ms

    def _recalled_too_soon(self, call: Call) -> bool:
        if not call.recall:
            return False
        before_ms = self._recalled_at_ms.get(call.counter)
        if before_ms is not None and 0 <= call.called_at_ms - before_ms < self.policy.recall_gap_ms:
            return True
        self._recalled_at_ms[call.counter] = call.called_at_ms
        if len(self._recalled_at_ms) > MEMORY_CALLS:
            self._recalled_at_ms.popitem(last=False)
        return False

    def _merged(self, entry: _Entry) -> bool:
        for waiting in self._waiting:
            if (waiting.call.number, waiting.call.counter) == (entry.call.number, entry.call.counter):
                waiting.fresh_until_ms = min(max(waiting.fresh_until_ms, entry.fresh_until_ms), waiting.latest_ms)
                self._give_up(entry, Fate.MERGED, f"spoken with {waiting.call.call_id}")
                return True
        return False

    def _replace_older(self, call: Call) -> None:
        for entry in [entry for entry in self._waiting if entry.call.number == call.number]:
            self._waiting.remove(entry)
            self._give_up(entry, Fate.REPLACED, f"called to counter {call.counter_name} meanwhile")
        if self._speaking is not None and self._speaking.call.number == call.number:
            self._speaking.last = True
        if self._resting is not None and self._resting.call.number == call.number:
            self._rest_no_more()

    def _shed(self) -> None:
        while len(self._waiting) > self.policy.backlog_max:
            entry = next((entry for entry in self._waiting if entry.call.recall), self._waiting[0])
            self._waiting.remove(entry)
            self._give_up(entry, Fate.SCREEN_ONLY, TOO_MANY)

    def _drop_stale(self, now_ms: int) -> None:
        for entry in [entry for entry in self._waiting if now_ms > entry.fresh_until_ms]:
            self._waiting.remove(entry)
            self._give_up(entry, Fate.SCREEN_ONLY, WAITED)

    def _rest_no_more(self) -> None:
        if self._resting is not None:
            self._resting.turn(Fate.SPOKEN)
            self._resting = None

    def _give_up(self, entry: _Entry, fate: Fate, why: str) -> None:
        entry.turn(fate)
        self._notes.append(Note(entry.call.call_id, entry.call.number, fate, why))

    def _remember(self, call_id: str) -> None:
        self._known[call_id] = None
        self._known.move_to_end(call_id)
        if len(self._known) > MEMORY_CALLS:
            self._known.popitem(last=False)
