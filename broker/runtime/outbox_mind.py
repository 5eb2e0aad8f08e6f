"""Which entries of an outbox to send now: window, resending, answers, gaps. Pure; times are handed in.

The engine takes entry ``last + 1``, answers older ones again and asks to go back on a gap. The device sends in order,
at most ``window`` numbers beyond its oldest unanswered entry, and returns to that one on every connect and after
``patience_s`` without progress. Only the first answer to an entry is progress: counting every message of the engine
as progress would keep the timer from ever firing while the engine stands at a gap.
"""

import enum
from collections.abc import Iterable


class Turn(enum.Enum):
    """What came of the engine's wish to go back."""

    SENT_AGAIN = "sent again"
    IGNORED = "ignored"
    NEW_EPOCH = "new epoch"


class OutboxMind:
    """Sequence numbers only; contents stay on disk.

    ``last_seq`` is the last number given, ``pending`` the unanswered ones. ``now_s`` are monotonic real seconds.
    """

    _cursor: int  # the next entry to send
    _progress_s: float
    _held_until_s: float
    _went_back: int | None
    _went_back_s: float
    _doubtful: int | None
    _doubtful_s: float

    def __init__(
        self, last_seq: int = 0, pending: Iterable[int] = (), *, window: int = 20, patience_s: float = 2.0
    ) -> None:
        self._pending = dict.fromkeys(sorted(pending))
        self._window = window
        self._patience_s = patience_s
        self._last_seq = last_seq
        self._connected = False
        self._forget_sending()

    @property
    def last_seq(self) -> int:
        return self._last_seq

    @property
    def oldest(self) -> int | None:
        return next(iter(self._pending), None)

    def __len__(self) -> int:
        return len(self._pending)

    def __contains__(self, seq: int) -> bool:
        return seq in self._pending

    def added(self, seq: int) -> None:
        """Entry ``seq`` was committed; it must be the next number."""
        if seq != self._last_seq + 1:
            raise ValueError(f"entry {seq} follows {self._last_seq}")
        self._last_seq = seq
        self._pending[seq] = None

    def connected(self) -> None:
        """The transport is up: begin again at the oldest entry."""
        self._connected = True
        self._forget_sending()

    def disconnected(self) -> None:
        """The transport is down: nothing is due until it is up again."""
        self._connected = False

    def due(self, now_s: float) -> tuple[int, ...]:
        """The entries to send now, in order; they count as sent unless ``held`` follows."""
        oldest = self.oldest
        if oldest is None or not self._connected or now_s < self._held_until_s:
            return ()
        if self._cursor > oldest and now_s - self._progress_s >= self._patience_s:
            self._cursor = oldest
        if self._cursor <= oldest:
            self._progress_s = now_s
        start, end = max(self._cursor, oldest), min(oldest + self._window, self._last_seq + 1)
        self._cursor = max(self._cursor, end)
        return tuple(seq for seq in range(start, end) if seq in self._pending)

    def held(self, seq: int, now_s: float, pause_s: float = 0.1) -> None:
        """The transport refused ``seq``: send it and all later ones again, after a short pause."""
        self._cursor = min(self._cursor, seq)
        self._held_until_s = now_s + pause_s

    def answered(self, seq: int, now_s: float) -> bool:
        """The engine answered ``seq``. True the first time: the entry may be removed."""
        if seq not in self._pending:
            return False
        del self._pending[seq]
        self._progress_s = now_s
        self._doubtful = None
        return True

    def go_back(self, expected: int, now_s: float) -> Turn:
        """The engine stands at a gap and wants ``expected``.

        One gap makes the engine complain once per entry in flight; only the first complaint is acted on. When the
        engine wants an entry that was answered long ago, or one never given, its memory and ours no longer belong
        together (a restored backup, a copied card): unless a late duplicate explains it, a new epoch is due.
        """
        if expected not in self._pending:
            return self._doubt(expected, now_s)
        if self._went_back == expected and now_s - self._went_back_s < self._patience_s:
            return Turn.IGNORED
        if expected >= self._cursor:
            return Turn.IGNORED
        self._cursor = expected
        self._went_back, self._went_back_s = expected, now_s
        return Turn.SENT_AGAIN

    def renumbered(self, entries: int | None = None) -> None:
        """All unanswered entries (now ``entries``) were numbered anew from 1, in a new epoch."""
        self._last_seq = len(self._pending) if entries is None else entries
        self._pending = dict.fromkeys(range(1, self._last_seq + 1))
        self._forget_sending()

    def wait_s(self, now_s: float) -> float | None:
        """Seconds until ``due`` could give something without further events; None when only an event can."""
        oldest = self.oldest
        if oldest is None or not self._connected:
            return None
        if self._cursor < min(oldest + self._window, self._last_seq + 1):
            return max(0.0, self._held_until_s - now_s)
        return max(0.0, self._progress_s + self._patience_s - now_s, self._held_until_s - now_s)

    def _doubt(self, expected: int, now_s: float) -> Turn:
        if not self._pending or expected == self._last_seq + 1:
            return Turn.IGNORED
        if self._doubtful != expected:
            self._doubtful, self._doubtful_s = expected, now_s
            return Turn.IGNORED
        # The same wish again after a whole round of resending brought no answer at all.
        return Turn.NEW_EPOCH if now_s - self._doubtful_s >= 1.5 * self._patience_s else Turn.IGNORED

    def _forget_sending(self) -> None:
        self._cursor = 0
        self._progress_s = 0.0
        self._held_until_s = float("-inf")
        self._went_back = None
        self._went_back_s = float("-inf")
        self._doubtful = None
        self._doubtful_s = 0.0
