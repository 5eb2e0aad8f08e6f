"""Hall time, handed to everything that must know it.

``now_ms`` is the hall's wall clock (epoch milliseconds), ``monotonic_s`` only ever grows (hall seconds, for ages and
timeouts of people), ``machine_s`` only ever grows in real seconds (network, watchdog). In a real hall the last two
are the same; in a virtual hall hall time runs faster. Values of ``monotonic_s`` may be compared within one ``era``.
"""

import os
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from broker.runtime.errors import SettingError

ENVIRONMENT_NAME = "JIAOHAO_CLOCK"
PLAUSIBLE_FROM_MS = 1_735_689_600_000  # 2025-01-01: older than the program itself cannot be true
_SETTING = re.compile(r"([0-9]{1,15}),([0-9]{1,15}),([0-9]{1,5}(?:\.[0-9]{1,6})?)")
_FASTEST = 10_000.0
_LATEST_MS = 32_503_680_000_000  # the year 3000: calendars end soon after
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class Clock(Protocol):
    """What a process may know about time."""

    @property
    def era(self) -> str:
        """Within one era ``monotonic_s`` may be compared, also across processes of this machine."""
        ...

    def now_ms(self) -> int:
        """Hall time in epoch milliseconds; may step."""
        ...

    def monotonic_s(self) -> float:
        """Hall seconds since some moment; never goes back."""
        ...

    def machine_s(self) -> float:
        """Real seconds since some moment; never goes back."""
        ...

    def real_s(self, hall_s: float) -> float:
        """How many real seconds to wait for ``hall_s`` hall seconds."""
        ...

    def sure(self) -> bool:
        """Whether ``now_ms`` can be trusted to name the right day."""
        ...


class SystemClock:
    """The machine's own clock."""

    def __init__(self) -> None:
        self.era = boot_id()
        self._has_memory = machine_keeps_time()

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def monotonic_s(self) -> float:
        return time.monotonic()

    def machine_s(self) -> float:
        return time.monotonic()

    def real_s(self, hall_s: float) -> float:
        return hall_s

    def sure(self) -> bool:
        """False on a board without a battery clock until its time was set over the network."""
        if self.now_ms() < PLAUSIBLE_FROM_MS:
            return False
        return self._has_memory or Path("/run/systemd/timesync/synchronized").exists()


class ScaledClock:
    """The virtual hall's clock: ``start_ms`` at the real time ``wall_start_ms``, from then on ``speed`` times faster.

    All processes given the same three numbers agree, whenever each of them started.
    """

    def __init__(
        self,
        start_ms: int,
        speed: float,
        wall_start_ms: int | None = None,
        *,
        wall_ns: Callable[[], int] = time.time_ns,
        machine_s: Callable[[], float] = time.monotonic,
    ) -> None:
        if not 0 < speed <= _FASTEST:
            raise SettingError("clock speed", f"{speed} is not above 0 and at most {_FASTEST:g}")
        self._wall_ns = wall_ns
        self._machine_s = machine_s
        self.start_ms = start_ms
        self.speed = speed
        self.wall_start_ms = wall_ns() // 1_000_000 if wall_start_ms is None else wall_start_ms
        self.era = f"{boot_id()}/{self.setting()}"

    def now_ms(self) -> int:
        passed_ms = self._wall_ns() / 1_000_000 - self.wall_start_ms
        return self.start_ms + int(passed_ms * self.speed)

    def monotonic_s(self) -> float:
        return self._machine_s() * self.speed

    def machine_s(self) -> float:
        return self._machine_s()

    def real_s(self, hall_s: float) -> float:
        return hall_s / self.speed

    def sure(self) -> bool:
        return True

    def setting(self) -> str:
        """The value of ``JIAOHAO_CLOCK`` that gives every other process this clock."""
        return f"{self.wall_start_ms},{self.start_ms},{self.speed:.6f}"


class ManualClock:
    """A clock that moves only when told; for tests and simulation."""

    def __init__(self, start_ms: int = 1_767_225_600_000, era: str = "manual") -> None:
        self.era = era
        self.is_sure = True
        self._now_ms = float(start_ms)
        self._passed_s = 0.0

    def now_ms(self) -> int:
        return int(self._now_ms)

    def monotonic_s(self) -> float:
        return self._passed_s

    def machine_s(self) -> float:
        return self._passed_s

    def real_s(self, hall_s: float) -> float:
        return hall_s

    def sure(self) -> bool:
        return self.is_sure

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        if seconds < 0:
            raise ValueError("time does not go back; use step_wall")
        self._passed_s += seconds
        self._now_ms += seconds * 1000

    def step_wall(self, seconds: float) -> None:
        """Set the wall clock forward or back, as a time server does; no time passes."""
        self._now_ms += seconds * 1000


@dataclass(frozen=True)
class Moment:
    """When something happened: wall clock, and the monotonic value with the era that gives it meaning."""

    at_ms: int
    monotonic_s: float
    era: str


@dataclass(frozen=True)
class Age:
    """How long ago; not ``sure`` when only the wall clock could tell (after a restart of the machine)."""

    ms: int
    sure: bool


def moment(clock: Clock) -> Moment:
    """Now, in a form that can be kept on disk."""
    return Moment(clock.now_ms(), clock.monotonic_s(), clock.era)


def age_of(clock: Clock, then: Moment) -> Age:
    """The age of a kept moment, never negative."""
    if then.era == clock.era and clock.monotonic_s() >= then.monotonic_s:
        return Age(int((clock.monotonic_s() - then.monotonic_s) * 1000), sure=True)
    return Age(max(0, clock.now_ms() - then.at_ms), sure=False)


def clock_from_environment(environment: Mapping[str, str] | None = None) -> Clock:
    """The virtual hall's clock when ``JIAOHAO_CLOCK`` is set, else the machine's; SettingError when malformed."""
    text = (os.environ if environment is None else environment).get(ENVIRONMENT_NAME)
    if text is None:
        return SystemClock()
    found = _SETTING.fullmatch(text)
    if found is None:
        raise SettingError(
            ENVIRONMENT_NAME,
            "must be three numbers: <wall ms at start>,<hall ms at start>,<speed>",
        )
    wall_start_ms, start_ms, speed = int(found[1]), int(found[2]), float(found[3])
    clock = ScaledClock(start_ms, speed, wall_start_ms)
    if not 0 <= clock.now_ms() < _LATEST_MS:
        raise SettingError(ENVIRONMENT_NAME, "names a time before 1970 or after the year 2999")
    return clock


def boot_id(path: Path = _BOOT_ID) -> str:
    """The kernel's random id of this boot; where there is none, one of this process (ages then end with it)."""
    try:
        return path.read_text(encoding="ascii").strip()
    except OSError:
        return f"process-{os.getpid()}-{time.time_ns()}"


def machine_keeps_time(device_tree: Path = Path("/proc/device-tree/model"), dev: Path = Path("/dev")) -> bool:
    """False on a board without a battery clock: after a power cut it starts with the time of its last shutdown."""
    return not device_tree.exists() or any((dev / name).exists() for name in ("rtc", "rtc0"))
