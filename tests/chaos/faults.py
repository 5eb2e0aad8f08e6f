"""Carries the planned faults out on a running town, and mends what can be mended when its time is over."""

import contextlib
import os
import signal
import time
from collections.abc import Callable

from tests.chaos.hall import DESKS, KIOSKS
from tests.chaos.plan import LINKS, Fault, Targets
from tests.chaos.proxies import Mode
from tests.chaos.records import Record
from tests.chaos.stormy_town import StormyTown


class Faults:
    """``turn`` begins and ends what is due; ``mend_all`` ends everything. One thread."""

    def __init__(self, stormy: StormyTown, plan: tuple[Fault, ...], record: Record) -> None:
        self._stormy = stormy
        self._coming = list(plan)
        self._going_on: list[tuple[Fault, Callable[[], None]]] = []
        self._record = record
        self.done: list[Fault] = []

    def turn(self, passed_s: float) -> None:
        """``passed_s`` since the storm began."""
        for fault, mend in [one for one in self._going_on if one[0].ends_s <= passed_s]:
            self._going_on.remove((fault, mend))
            mend()
        while self._coming and self._coming[0].at_s <= passed_s:
            self._begin(self._coming.pop(0))

    def mend_all(self) -> None:
        self._coming.clear()
        for _, mend in self._going_on:
            mend()
        self._going_on.clear()

    def last_blow(self) -> None:
        """The MQTT broker forgets everything once more, when nothing will change any view by itself."""
        self._begin(Fault(0.0, "kill", "mqtt"))
        self.mend_all()

    def _begin(self, fault: Fault) -> None:
        mend = self._harm(fault)
        happened = mend is not None
        self._record.note(kind=fault.kind, target=fault.target, for_s=fault.for_s, amount=fault.amount, done=happened)
        if mend is not None:
            self.done.append(fault)
            self._going_on.append((fault, mend))

    def _harm(self, fault: Fault) -> Callable[[], None] | None:
        """How to mend it; None when the target was not there to be harmed."""
        stormy = self._stormy
        if fault.kind in ("kill", "stop"):
            return self._signal(fault)
        if fault.kind in (*LINKS, "island"):
            stormy.proxies.set(fault.target, Mode(fault.kind), fault.amount)
            return lambda: stormy.proxies.set(fault.target, Mode.OPEN)
        if fault.kind == "unplug":
            stormy.gear.order(unplug=fault.target)
            return lambda: stormy.gear.order(plug_in=fault.target)
        if fault.kind == "disk_full":
            stormy.disk.fill()
            return stormy.disk.mend
        names = stormy.programs if fault.kind == "wall_all" else (fault.target,)
        return self._walls(names, fault.amount)

    def _walls(self, names: tuple[str, ...], ahead_s: float) -> Callable[[], None]:
        for name in names:
            self._stormy.walls.set(name, ahead_s)

        def back() -> None:
            for name in names:
                self._stormy.walls.set(name, 0.0)

        return back

    def _signal(self, fault: Fault) -> Callable[[], None] | None:
        try:
            pid = self._stormy.town.pid(fault.target)
            os.kill(pid, signal.SIGKILL if fault.kind == "kill" else signal.SIGSTOP)
        except (AssertionError, StopIteration, ProcessLookupError):
            return None  # it is being started again at this moment

        def go_on() -> None:
            with contextlib.suppress(ProcessLookupError):  # killed while it stood still
                os.kill(pid, signal.SIGCONT)

        return go_on if fault.kind == "stop" else lambda: None


def targets_of(stormy: StormyTown, disk: str) -> Targets:
    """Everybody who can be harmed."""
    return Targets(stormy.victims, stormy.links, tuple(KIOSKS), (*KIOSKS, *DESKS), disk)


def storm(faults: Faults, length_s: float, look: Callable[[], None]) -> None:
    """Let the plan happen; ``look`` runs all the while."""
    began_s = time.monotonic()
    while (passed_s := time.monotonic() - began_s) < length_s:
        faults.turn(passed_s)
        look()
        time.sleep(0.02)
    faults.mend_all()
