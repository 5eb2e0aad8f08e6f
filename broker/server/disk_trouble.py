"""What the server does when its disk keeps nothing: says so, decides nothing, tries again. Pure.

It stays, rather than end and be started again: its MQTT broker and what the hall was last shown stay with it, devices
that queue their words go on at once when there is room again, and staff read *why* instead of "the engine is silent".
Nobody is answered meanwhile: a refusal would be an answer for ever, and the same command must succeed later. To devices
the engine is away, so kiosks give numbers of their own at once and presses are refused at the counter.
"""

from broker.runtime.errors import DatabaseBusy, DatabaseDamaged, DatabaseError, DiskFull, DiskReadOnly

RETRY_S = 2.0
ROOM_BYTES = 2 * 1024 * 1024
"""So much must fit before the server believes in its disk again: more than closing and opening the file makes free."""


class DiskTrouble:
    """``cause`` is empty while all is well. Times are machine seconds."""

    def __init__(self) -> None:
        self.cause = ""
        self._next_s = 0.0

    def began(self, error: DatabaseError, now_s: float) -> bool:
        """Nothing can be kept; whether that is news. A damaged file is no trouble that passes: it is raised again."""
        if isinstance(error, DatabaseDamaged):
            raise error
        news = word_of(error) != self.cause
        self.cause, self._next_s = word_of(error), now_s + RETRY_S
        return news

    def is_time(self, now_s: float) -> bool:
        """Whether to try again now."""
        return bool(self.cause) and now_s >= self._next_s

    def ended(self) -> None:
        """Something large enough was kept."""
        self.cause = ""


def word_of(error: DatabaseError) -> str:
    """The cause as the engine's heartbeat names it."""
    if isinstance(error, DiskFull):
        return "disk_full"
    if isinstance(error, DiskReadOnly):
        return "disk_read_only"
    return "disk_busy" if isinstance(error, DatabaseBusy) else "disk_failed"
