"""Work on a serial line by hand: listen, scan, send. What the bus commands do; the words for a person are made here.

Each takes ``say``, which prints one line. A line belongs to one program at a time: these work while no caller runs.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from broker.runtime.bus.line import AddressHealth, Answer, Ask, Line, LineDown, LineUp, Received
from broker.runtime.frames.driver import Driver
from broker.runtime.serial_address import SerialAddress
from broker.runtime.serial_port import SerialPort
from caller.bus_commands.ears import Ears, Heard

Say = Callable[[str], None]
QUIET_S = 0.05
LOOK_S = 0.02
EVERYBODY = frozenset(range(4_096))
SUSPICIOUS = 3
SUSPICIOUS_SHARE = 0.1
RATE_PER_S = 1_000


@dataclass(frozen=True)
class Tapped:
    """Bytes of the line, as they were heard or sent."""

    sent: bool
    data: bytes
    at_s: float


class Bench:
    """An open line with all ears on it. Raises SerialPortError when the line cannot be had."""

    def __init__(self, address: SerialAddress, chosen: Sequence[Driver], say: Say, *, answer: bool = False) -> None:
        self.ears = Ears(chosen)
        self.frames: Counter[tuple[str, int]] = Counter()
        self._say = say
        self._tapped: list[Tapped] = []
        self._open: list[Tapped] = []
        self._port = SerialPort(address)
        self.line = Line(
            "bench",
            self._port,
            self.ears,
            EVERYBODY,
            rate_per_s=RATE_PER_S,
            answer=_owed if answer else lambda frame: None,
            tap=lambda sent, data: self._tapped.append(Tapped(sent, data, time.time())),
        )

    def __enter__(self) -> Bench:
        self._port.open()
        self.line.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.line.stop()

    def look(self) -> list[Answer]:
        """Print what came since the last look; the answers to questions asked."""
        answers = []
        for event in self.line.poll():
            match event:
                case Received(frame=Heard() as heard):
                    self._note(heard)
                case Answer(frames=frames):
                    for frame in frames:
                        if isinstance(frame, Heard):
                            self._note(frame)
                    answers.append(event)
                case LineDown(reason=reason):
                    self._say(f"!! 线路断开 the line is gone: {reason}")
                case LineUp():
                    self._say("!! 线路恢复 the line is back")
        self._print(everything=bool(answers))
        return answers

    def _note(self, heard: Heard) -> None:
        self.frames[heard.driver.make, heard.address] += 1

    def _print(self, *, everything: bool) -> None:
        """Bursts that are over, each as one line of hex, with the frames in it."""
        tapped, self._tapped = self._tapped, []
        for one in tapped:
            if self._open and (self._open[-1].sent != one.sent or one.at_s - self._open[-1].at_s > QUIET_S):
                self._burst()
            self._open.append(one)
        if self._open and (everything or time.time() - self._open[-1].at_s > 2 * QUIET_S):
            self._burst()

    def _burst(self) -> None:
        burst, self._open = self._open, []
        raw = b"".join(one.data for one in burst)
        clock = time.strftime("%H:%M:%S", time.localtime(burst[0].at_s)) + f".{int(burst[0].at_s % 1 * 1000):03d}"
        self._say(f"{clock} {'->' if burst[0].sent else '<-'} {raw.hex(' ').upper()}")
        ears = Ears(self.ears.makes, of_devices=burst[0].sent)
        frames = [*ears.feed(raw), *ears.flush()]
        if not frames and not burst[0].sent:
            self._say("             ?  没有认识的帧 no frame of a known make")
        for heard in frames:
            self._say(f"             =  {heard}")

    def summary(self) -> None:
        """How each address did, and what is suspicious."""
        heard = {make for make, _ in self.frames}
        # Who speaks on a line is of one make: the others only mistake its frames for damaged ones of their own.
        damaged = {place: bad for place, bad in self.ears.damage().items() if not heard or place[0] in heard}
        health = self.line.health
        self._say(f"杂散字节 noise: {health.noise_bytes} bytes; 回声 echo: {health.echo}")
        for make, unit in sorted({*self.frames, *damaged}):
            known = AddressHealth(self.frames[make, unit], damaged.get((make, unit), 0))
            if not known.frames and known.damaged < SUSPICIOUS:
                continue  # chance bytes look like a damaged frame now and then
            counts = f"frames {known.frames:>6}  damaged {known.damaged:>4}"
            self._say(f"{make} {unit:>4}  {counts}  error rate {known.error_rate:.1%}")
            if known.damaged >= SUSPICIOUS and known.error_rate >= SUSPICIOUS_SHARE:
                self._say(garbled(make, unit))


def garbled(make: str, unit: int) -> str:
    """What damaged frames at one address mean to an installer."""
    return (
        f"!! 地址 {make} {unit}：帧常被损坏。可能两台设备用了同一地址，或接线、终端电阻有问题\n"
        f"!! address {make} {unit}: frames are garbled. Two devices with one address, or wiring or termination"
    )


def _owed(frame: object) -> bytes | None:
    return frame.driver.acknowledge(frame.frame) if isinstance(frame, Heard) else None


def monitor(bench: Bench, for_s: float | None, stopping: Callable[[], bool] = lambda: False) -> None:
    """Show everything until the time is over or ``stopping``, or for ever; KeyboardInterrupt is left to the caller."""
    until_s = float("inf") if for_s is None else time.monotonic() + for_s
    while time.monotonic() < until_s and not stopping():
        bench.look()
        time.sleep(LOOK_S)
    bench.look()


def scan(bench: Bench, driver: Driver, units: Iterable[int], wait_s: float, say: Say) -> dict[int, str]:
    """Ask each address for a sign of life: ``answers``, ``twice``, ``garbled`` or ``silent``, printed as they come."""
    found: dict[int, str] = {}
    for unit in units:
        mine = lambda frame, unit=unit: (  # noqa: E731
            isinstance(frame, Heard) and frame.driver.make == driver.make and frame.address == unit
        )
        bench.line.ask(Ask(unit, driver.probe(unit), mine, timeout_s=wait_s, whole_wait=True))
        answers: list[Answer] = []
        while not answers:
            answers = bench.look()
            time.sleep(LOOK_S / 4)
        found[unit] = verdict(answers[0])
        if found[unit] in ("twice", "garbled"):
            say(_DUPLICATE.format(make=driver.make, unit=unit))
    _tell(driver, found, say)
    return found


_DUPLICATE = (
    "!! 地址 {make} {unit} 有两个应答或应答损坏：可能两台设备用了同一地址\n"
    "!! address {make} {unit}: two answers, or a garbled one: two devices may have this address"
)


def verdict(answer: Answer) -> str:
    """What came back from one address."""
    good = sum(len(frame.raw) for frame in answer.frames if isinstance(frame, Heard))
    if len(answer.frames) > 1:
        return "twice"
    if len(answer.raw) > good:
        return "garbled"
    return "answers" if answer.frames else "silent"


def _tell(driver: Driver, found: dict[int, str], say: Say) -> None:
    for word, words in (
        ("answers", "有应答 answered"),
        ("twice", "两个应答 answered twice"),
        ("garbled", "应答损坏 garbled"),
        ("silent", "无应答 silent" if driver.answers else "已发送（不会应答） sent to, answers nothing"),
    ):
        units = [unit for unit, verdict in found.items() if verdict == word]
        if units:
            say(f"{words}: {driver.names.zh} {driver.names.en}" if driver.alone else f"{words}: {ranges(units)}")
    if not driver.answers:
        say(
            f"{driver.names.zh}：这种设备不会应答，请到现场看：{driver.seen.zh}；两台显示同一地址就是地址重复\n"
            f"{driver.names.en}: it never answers by itself; go and look: {driver.seen.en}. "
            "Two that show one address have the same"
        )


def ranges(units: Sequence[int]) -> str:
    """``1-4, 7`` for 1, 2, 3, 4, 7."""
    groups: list[list[int]] = []
    for unit in sorted(units):
        if groups and unit == groups[-1][-1] + 1:
            groups[-1].append(unit)
        else:
            groups.append([unit])
    return ", ".join(str(group[0]) if len(group) == 1 else f"{group[0]}-{group[-1]}" for group in groups)
