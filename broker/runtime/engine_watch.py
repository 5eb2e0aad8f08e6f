"""Whether the engine is alive, by one rule for everybody who listens.

Live heartbeats, answers and views are signs of life of this moment. What the broker kept was said at some time before:
a retained heartbeat counts only as far as its own age, by the hall's clock, and not at all where that is unsure.
"""

from broker.contract.envelope import ENGINE_SILENT_S, EngineState
from broker.runtime.clock import Clock

ENGINE_QUIET_S = 7.0
"""Real seconds after which people who look are told: a heartbeat is missing, and has had two seconds of grace. Devices
wait for ``ENGINE_SILENT_S``, since what they do instead is not taken back as easily as a sentence."""

Contact = tuple[float, int]
"""A sign of life: when, in machine seconds and in hall time (epoch milliseconds)."""


class EngineWatch:
    """Feed it what comes from the engine; ask it for the silence since. Not safe for threads by itself."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._contact: Contact | None = None
        self._gone = False

    @property
    def contact(self) -> Contact | None:
        """The last sign of life, whether or not a farewell followed; None before the first."""
        return self._contact

    def take(self, state: EngineState, *, retained: bool) -> None:
        """A heartbeat, or the word (its own or the broker's) that the engine is gone."""
        self._gone = not state.online
        if not state.online:
            return
        if not retained:
            self._hear(self._clock.machine_s(), self._clock.now_ms())
        elif (age_s := self._age_s(state.at_ms)) is not None:
            self._hear(self._clock.machine_s() - age_s, state.at_ms)

    def spoke(self) -> None:
        """The engine said something else, just now: an answer, a view that was not kept by the broker."""
        self._gone = False
        self._hear(self._clock.machine_s(), self._clock.now_ms())

    def silent_s(self) -> float | None:
        """Real seconds since the last sign of life; None when the engine said goodbye or was never heard."""
        if self._gone or self._contact is None:
            return None
        return self._clock.machine_s() - self._contact[0]

    def alive(self) -> bool:
        """Whether a question could be answered now, as far as anybody can know."""
        silent_s = self.silent_s()
        return silent_s is not None and silent_s < ENGINE_SILENT_S

    def speaks(self) -> bool:
        """Whether nothing is missing that an engine at work would have said by now."""
        silent_s = self.silent_s()
        return silent_s is not None and silent_s < ENGINE_QUIET_S

    def _hear(self, at_s: float, at_ms: int) -> None:
        if self._contact is None or at_s >= self._contact[0]:
            self._contact = (at_s, at_ms)

    def _age_s(self, at_ms: int) -> float | None:
        """None when it cannot be told: an unsure clock, or a time to come that no two honest clocks differ by."""
        age_s = self._clock.real_s((self._clock.now_ms() - at_ms) / 1000)
        return max(0.0, age_s) if self._clock.sure() and age_s > -ENGINE_SILENT_S else None
