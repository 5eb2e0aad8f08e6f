"""How far each stream of commands was answered: a bounded number of streams for each device. Pure.

A real device has one stream, and a few more in a life: it begins another when it finds that it is a copy, or is told
again what it told. Whoever makes names up on a device's topic begins one with each command. At the bound the shortest
stream is forgotten, of equal ones that which was silent longest: so a device at work keeps its own. One that was
forgotten all the same is asked to go back to its beginning, and begins a new stream; ids keep each command from
counting twice.
"""

from collections.abc import Mapping

Stream = tuple[str, str]
"""(device, epoch)."""
STREAMS_MOST = 64
"""For each device."""


class Streams:
    """``known`` is (device, epoch) -> last sequence number answered, the longest silent first."""

    def __init__(self, known: Mapping[Stream, int] | None = None) -> None:
        self._of: dict[str, dict[str, int]] = {}
        for stream, seq in (known or {}).items():
            self.answered(stream, seq)

    def last(self, stream: Stream) -> int:
        """The last sequence number answered; 0 for a stream that is new, or forgotten."""
        return self._of.get(stream[0], {}).get(stream[1], 0)

    def answered(self, stream: Stream, seq: int) -> Stream | None:
        """A stream has come so far; returns the one that is forgotten for it."""
        device, epoch = stream
        own = self._of.setdefault(device, {})
        own.pop(epoch, None)
        gone = min(own, key=own.__getitem__) if len(own) >= STREAMS_MOST else None
        if gone is not None:
            del own[gone]
        own[epoch] = seq
        return None if gone is None else (device, gone)

    def __len__(self) -> int:
        return sum(len(own) for own in self._of.values())
