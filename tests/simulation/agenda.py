"""The world's own time: a heap of things to do, and the clocks of machines, which may be wrong about it."""

import heapq
from collections.abc import Callable

Act = Callable[[], None]


class Agenda:
    """``now_s`` is true seconds since the start of the run; the seconds in which nothing happens are jumped over."""

    def __init__(self, start_ms: int) -> None:
        self.start_ms = start_ms
        self.now_s = 0.0
        self._heap: list[tuple[float, int, Act]] = []
        self._made = 0

    @property
    def now_ms(self) -> int:
        """True epoch milliseconds."""
        return self.start_ms + int(self.now_s * 1000)

    def at(self, at_s: float, act: Act) -> None:
        """Do it then (or now, if that is over)."""
        self._made += 1
        heapq.heappush(self._heap, (max(at_s, self.now_s), self._made, act))

    def after(self, delay_s: float, act: Act) -> None:
        self.at(self.now_s + delay_s, act)

    def run(self, seconds: float) -> None:
        """Everything due in the next seconds, in order; leaps prolong it."""
        stopping = False

        def stop() -> None:
            nonlocal stopping
            stopping = True

        self.after(seconds, stop)
        while not stopping:
            self.now_s, _, act = heapq.heappop(self._heap)
            act()

    def leap(self, seconds: float) -> None:
        """Time in which nothing happens: all that is due waits for the end of it."""
        self._heap = [(at_s + seconds, made, act) for at_s, made, act in self._heap]
        self.now_s += seconds


class MachineClock:
    """One machine's Clock: its wall clock may be off, its monotonic time begins at its boot and drifts a little."""

    def __init__(self, agenda: Agenda, machine: str, drift: float = 0.0) -> None:
        self._agenda, self._machine, self._rate = agenda, machine, 1.0 + drift
        self.boots = 0
        self.era = ""
        self.off_ms = 0
        """Wall clock minus true time."""
        self.is_sure = True
        self._booted_s = 0.0
        self.boot()

    def boot(self) -> None:
        """The machine (not only the program) starts again."""
        self.boots += 1
        self.era = f"{self._machine}-boot-{self.boots}"
        self._booted_s = self._agenda.now_s - 20.0

    def now_ms(self) -> int:
        return self._agenda.now_ms + self.off_ms

    def monotonic_s(self) -> float:
        return (self._agenda.now_s - self._booted_s) * self._rate

    def machine_s(self) -> float:
        return (self._agenda.now_s - self._booted_s) * self._rate

    def real_s(self, hall_s: float) -> float:
        return hall_s

    def sure(self) -> bool:
        return self.is_sure
