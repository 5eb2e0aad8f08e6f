"""What callers tell each other of wrong PINs: a clerk's tries are counted for the hall. Retained, by the broker.

Without the engine a console takes no PIN; until it knows that, a caller counts alone, and tells when it is back.
Ages are taken by the teller's clock from what arrives at once, and by this clock from what was kept: clocks that
differ shift a delay and make none longer than it is. A proof that was kept and lies in this clock's future voids
nothing, for nobody knows what came before it: a machine that wakes in the past would forget its wrong ones each time.
"""

from __future__ import annotations

from collections.abc import Callable

from broker.contract.envelope import CLERKS_MOST, WrongPin, WrongPins
from broker.runtime.clock import Clock
from caller.console.elsewhere import Told, Wrong
from caller.console.guesses import Guesses


class GuessNews:
    """``tell`` what the other callers do not know yet, and ``hear`` what they tell."""

    def __init__(self, name: str, guesses: Guesses, clock: Clock) -> None:
        self._name, self._guesses, self._clock = name, guesses, clock
        self._known: Told | None = Told()
        """What the broker keeps of this caller, as far as is known; None: perhaps something that is no longer so."""

    def connected(self) -> None:
        """The broker may have forgotten what it kept."""
        self._known = Told()

    def tell(self, publish: Callable[[WrongPins], bool]) -> None:
        """``publish`` gets what changed since it last said that it went out; of very many clerks the newest."""
        now_s = self._clock.machine_s()
        telling = self._guesses.telling(now_s)
        if telling != self._known and publish(self._news(telling, now_s)):
            self._known = telling

    def _news(self, telling: Told, now_s: float) -> WrongPins:
        now_ms = self._clock.now_ms()

        def at_ms(at_s: float) -> int:
            return max(0, now_ms - int((now_s - at_s) * 1000))

        newest = sorted(telling.wrong.values(), key=lambda one: one.at_s)[-CLERKS_MOST:]
        proofs = sorted(telling.proofs.items(), key=lambda proof: proof[1])[-CLERKS_MOST:]
        return WrongPins(
            at_ms=now_ms,
            wrong={one.clerk: WrongPin(count=one.count, at_ms=at_ms(one.at_s)) for one in newest},
            proofs={clerk: at_ms(at_s) for clerk, at_s in proofs},
        )

    def hear(self, caller: str, news: WrongPins, *, retained: bool) -> None:
        """What a caller told. Of this one the broker may have kept something from before a restart: it is told anew."""
        if caller == self._name:
            self._known = None if retained else self._known
            return
        now_s = self._clock.machine_s()
        told_ms = max(self._clock.now_ms(), news.at_ms) if retained else news.at_ms
        sure_ms = self._clock.now_ms() if retained else news.at_ms

        def at_s(at_ms: int) -> float:
            return now_s - max(0, told_ms - at_ms) / 1000

        wrong = {clerk: Wrong("", clerk, one.count, at_s(one.at_ms)) for clerk, one in news.wrong.items()}
        proofs = {clerk: at_s(at_ms) for clerk, at_ms in news.proofs.items() if at_ms <= sure_ms}
        self._guesses.hear(caller, Told(wrong, proofs))
