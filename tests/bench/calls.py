"""From a clerk's key to the painted board and to the first sound, through real processes and real MQTT.

A key is pressed as the virtual hall page presses it: a VirtualInput is published to the caller process, whose simulated
line or pad then behaves as the wires would. Everything after that is the program that runs in a hall.
"""

import random
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from broker.contract.codec import CodecError, decode_view, encode
from broker.contract.envelope import VirtualInput
from broker.contract.topics import Topics
from broker.model.commands import CallNext, FinishService, StartService
from broker.model.views import CounterView
from broker.runtime.link import Link, LinkOptions, Message
from tests.bench.figures import Figure, spread
from tests.bench.halls import BOARD, BOTH_HEAR, QUIET_BOARD
from tests.bench.spans import Span, Stood, spread_without_stalls
from tests.bench.town import Town

PAINTED_WITHIN_MS, HEARD_WITHIN_MS = 50.0, 150.0
GAP_WITHIN_MS = 250.0
"""150 ms are meant, and a word's first sound may be softer than the least a sample can be."""
PATIENCE_S = 20.0
LOOK_S = 0.004
PAUSE_S = 1.1
"""The announcer itself waits up to 0.9 s after one call before the next."""
BETWEEN_S = (0.35, 0.45)
"""About two calls a second, busier than any hall of twelve counters. Faster, and the voices of the boards, which make
each call's words, would keep both processors of a small machine busy all the time."""


class Lost(Exception):
    """What was awaited never came."""


@dataclass
class Observed:
    """What the observed displays tell (see ``observed_display``); filled by their reader threads."""

    painted: dict[tuple[str, str], float] = field(default_factory=dict)
    sounds: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    quiet: dict[str, float] = field(default_factory=dict)
    pauses: defaultdict[str, list[tuple[float, float]]] = field(default_factory=lambda: defaultdict(list))
    """When a silence was over, and how long it was."""

    def listener(self, display: str) -> Callable[[str], None]:
        """What to do with each line of one display."""

        def hear(line: str) -> None:
            match line.split():
                case ["painted", number, at_s, _]:
                    self.painted[display, number] = float(at_s)
                case ["sound", at_s]:
                    self.quiet.pop(display, None)
                    self.sounds[display].append(float(at_s))
                case ["pause", at_s, seconds]:
                    self.pauses[display].append((float(at_s), float(seconds)))
                case ["quiet" | "listening", at_s]:
                    self.quiet[display] = float(at_s)

        return hear

    def silent_for(self, seconds: float) -> bool:
        """Whether both boards have been quiet for so long."""
        last = [self.quiet.get(display) for display in (BOARD, QUIET_BOARD)]
        return all(at_s is not None and time.monotonic() - at_s >= seconds for at_s in last)

    def heard(self, display: str, after_s: float) -> float | None:
        """The first sound after a moment."""
        return next((at_s for at_s in list(self.sounds[display]) if at_s > after_s), None)


@dataclass(frozen=True)
class Called:
    """One call: when the key was pressed, and when a client had the counter's view with the number."""

    counter: str
    number: str
    pressed_s: float
    viewed_s: float


class Clerks:
    """All clerks of the town, with one connection: they press keys and see what their counters show."""

    def __init__(self, town: Town, observed: Observed | None = None) -> None:
        self._town, self.observed = town, observed or Observed()
        self._topics = Topics(town.hall.hall.id)
        self._consoles = {console.counter: (name, console) for name, console in town.hall.consoles.items()}
        self._numbers: dict[str, tuple[str, str, float]] = {}
        self._chance = random.Random(3)
        self._link = Link(
            town.url,
            f"clerks-{time.monotonic_ns()}",
            on_message=self._on_message,
            subscriptions=[(self._topics.view("counter", "+"), 1)],
            options=LinkOptions(first_wait_s=(0.1, 0.3)),
        )

    @property
    def counters(self) -> tuple[str, ...]:
        """The counters that have a console, in hall order."""
        return tuple(counter for counter in self._town.hall.counters if counter in self._consoles)

    def start(self) -> None:
        self._link.start()
        self._await(lambda: self._link.online, "the clerks' connection")

    def stop(self) -> None:
        self._link.stop()

    def has_terminal(self, counter: str) -> bool:
        """Whether its console hangs on an RS-485 line; otherwise it is a pad of keys."""
        return self._consoles[counter][1].address.startswith("p1://")

    def press(self, counter: str, key: str) -> float:
        """A key of the counter's console; the moment."""
        name, console = self._consoles[counter]
        touched = encode(VirtualInput(part=name, kind="key", key=key))
        at_s = time.monotonic()
        self._link.publish(self._topics.input(console.caller), touched, qos=1)
        return at_s

    def call(self, counter: str, *, by_key: bool = True) -> Called:
        """Call the next one; ``by_key`` False has the command sent by the collector instead."""
        self._numbers.pop(counter, None)
        if by_key:
            pressed_s = self.press(counter, "call")
        else:
            pressed_s = time.monotonic()
            self._town.engine_side.send(CallNext(counter=counter))
        number, _, viewed_s = self._await(lambda: self._numbers.get(counter), f"a number at {counter}")
        return Called(counter, number, pressed_s, viewed_s)

    def await_painted(self, called: Called) -> float:
        """Seconds from the press until the observed board showed the number."""
        look = lambda: self.observed.painted.get((BOARD, called.number))  # noqa: E731
        return self._await(look, f"{called.number} on the board") - called.pressed_s

    def serve(self, counter: str) -> None:
        """The visit is over, and somebody new comes for the same service, so that as many wait as before."""
        service = self._numbers[counter][1]
        self._town.engine_side.ask(StartService(counter=counter))
        self._town.engine_side.ask(FinishService(counter=counter))
        self._town.admit(service)
        self.pump(self._chance.uniform(*BETWEEN_S))

    def pump(self, seconds: float) -> None:
        """Let time pass, seeing what the counters show."""
        until_s = time.monotonic() + seconds
        while (left_s := until_s - time.monotonic()) > 0:
            self._link.pump(left_s)

    def await_silence(self) -> None:
        """Both boards have said all they had to say, and have paused."""
        self._await(lambda: self.observed.silent_for(PAUSE_S), "silence")

    def await_sounds(self, after_s: float) -> tuple[float, float]:
        """Seconds until each of the two boards sounded."""

        def both() -> tuple[float, float] | None:
            heard = [self.observed.heard(display, after_s) for display in (BOARD, QUIET_BOARD)]
            return None if None in heard else (heard[0], heard[1])  # type: ignore[return-value]

        chimed_s, spoken_s = self._await(both, "a sound of both boards")
        return chimed_s - after_s, spoken_s - after_s

    def _await(self, look: Callable, what: str):  # type: ignore[type-arg, no-untyped-def]
        until_s = time.monotonic() + PATIENCE_S
        while not (found := look()):
            self._link.pump(LOOK_S)
            if time.monotonic() > until_s:
                raise Lost(f"{what} did not come within {PATIENCE_S:.0f} s")
        return found

    def _on_message(self, message: Message) -> None:
        at_s = time.monotonic()
        try:
            _, view = decode_view(message.payload)
        except CodecError:  # somebody may be flooding
            return
        if isinstance(view, CounterView) and view.ticket is not None:
            number = view.ticket.number
            if self._numbers.get(view.counter, ("",))[0] != number:
                self._numbers[view.counter] = (number, view.ticket.service, at_s)


def observe_boards(town: Town) -> Observed:
    """Two of the town's boards, started anew under observation."""
    observed = Observed()
    for display, file in ((BOARD, town.halls.spoken), (QUIET_BOARD, town.halls.unchimed)):
        arguments = ["-m", "tests.bench.observed_display", str(file), display]
        town.run(display, arguments, observed.listener(display))
    return observed


@dataclass
class Heard:
    """Of every call: from the press to the first sample on the board with a chime and on the one without, and the
    silence after the chime. By label: ``cold clips``, ``kept clips``."""

    chimed: defaultdict[str, list[Span]] = field(default_factory=lambda: defaultdict(list))
    spoken: defaultdict[str, list[Span]] = field(default_factory=lambda: defaultdict(list))
    gaps: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def add(self, label: str, clerks: Clerks, pressed_s: float) -> None:
        """Wait until both boards have said everything."""
        chimed_s, spoken_s = clerks.await_sounds(pressed_s)
        clerks.await_silence()
        self.chimed[label].append((pressed_s, pressed_s + chimed_s))
        self.spoken[label].append((pressed_s, pressed_s + spoken_s))
        self.gaps[label].append(_after_chime(clerks.observed, pressed_s))

    def figures(self, stood: Stood) -> list[Figure]:
        """All, label by label."""
        figures = []
        for label in self.chimed:
            first = "press -> first sample"
            chimed, spoken = self.chimed[label], self.spoken[label]
            figures += spread_without_stalls(f"{first}, chime first, {label}", chimed, HEARD_WITHIN_MS, stood)
            figures += spread_without_stalls(f"{first}, no chime, {label}", spoken, HEARD_WITHIN_MS, stood)
            figures += spread(f"silence between chime and first word, {label}", self.gaps[label], GAP_WITHIN_MS)
        return figures


def sounds_of(clerks: Clerks, rounds: int) -> Heard:
    """Each round is a call whose words nobody has ever made, and a recall of it, whose words are kept."""
    heard = Heard()
    for place in range(rounds):
        counter = BOTH_HEAR[place % len(BOTH_HEAR)]
        clerks.await_silence()
        heard.add("cold clips", clerks, clerks.call(counter).pressed_s)
        heard.add("kept clips", clerks, clerks.press(counter, "recall"))
        clerks.serve(counter)
    return heard


def _after_chime(observed: Observed, pressed_s: float) -> float:
    """The silence between the chime and the first word: the first one after the first sound."""
    chimed_s = observed.heard(BOARD, pressed_s)
    for at_s, seconds in list(observed.pauses[BOARD]):
        if chimed_s is not None and at_s > chimed_s:
            return seconds
    raise Lost("no word followed the chime")


def painting_figures(clerks: Clerks, town: Town, presses: int, where: str) -> list[Figure]:
    """Calls at all counters in turn: by key, and then once more by the command itself. ``where`` ends each name."""
    order = sorted(clerks.counters, key=lambda counter: (clerks.has_terminal(counter), counter))
    order = [*order[::2], *order[1::2]]  # a pad at the head of each half, however few presses there are
    by_terminal, by_pad, by_command, known = list[float](), list[float](), list[float](), list[float]()
    for place in range(presses):
        called = clerks.call(order[place % len(order)])
        painted_s = clerks.await_painted(called)
        if clerks.has_terminal(called.counter):
            by_terminal.append(painted_s)
            known.append(called.viewed_s - called.pressed_s)
        else:
            by_pad.append(painted_s)
        clerks.serve(called.counter)
    for place in range(presses // 4):
        called = clerks.call(order[place % len(order)], by_key=False)
        by_command.append(clerks.await_painted(called))
        clerks.serve(called.counter)
    return [
        *spread(f"terminal's key -> counter view, {where}", known, None, "at a client, nothing painted"),
        *spread(f"command -> board painted, {where}", by_command, None, "no caller in between"),
        *spread(f"terminal's key -> board painted, {where}", by_terminal, PAINTED_WITHIN_MS),
        *spread(f"pad's key -> board painted, {where}", by_pad, PAINTED_WITHIN_MS, "5 ms of it debounce the key"),
    ]
