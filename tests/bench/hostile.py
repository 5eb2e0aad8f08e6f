"""What a call costs while somebody floods the hall's MQTT broker, side by side with the same call in quiet.

``python -m tests.bench.hostile URL HALL_ID RATE`` is the somebody: a plain MQTT client that speaks as kiosk 1 on its
own topic (readable commands that the engine must judge), in its own name on the topics of others, and throws junk on
every topic of the hall. It obeys ``on`` and ``off`` on standard input, and says how much it has sent.
"""

import itertools
import json
import os
import random
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from broker.contract.codec import encode, encode_envelope
from broker.contract.envelope import VirtualInput
from broker.contract.topics import TOPICS, Topics
from broker.model.commands import CallNext, ConfirmTicket, FinishService, IssueTicket, ReportTicket
from broker.model.hall import Hall
from broker.model.words import Holding
from tests.bench.calls import Clerks
from tests.bench.figures import Figure, percentile, spread
from tests.bench.node import Client, Node
from tests.bench.program import Program
from tests.bench.town import Town
from tests.halls import DAY

RATE_PER_S = 1_000
RATIO_MOST = 2.0
ROUNDS = 4
"""Quiet and flooded take turns, so that both see the same minutes of a shared machine."""
SETTLE_S = 1.0
STEP_S = 0.01
BETWEEN_CALLS_S = 0.03
FLOODING_DEVICE = "kiosk-1"

Hostile = tuple[str, bytes]


class Flood:
    """The hostile program: started quiet."""

    def __init__(self, url: str, hall_id: str, folder: Path, rate_per_s: int = RATE_PER_S) -> None:
        self._sent: list[tuple[int, float]] = []
        self._told = threading.Event()
        arguments = ["-m", "tests.bench.hostile", url, hall_id, str(rate_per_s)]
        self.program = Program("hostile", arguments, os.environ, folder / "hostile.log", self._hear)

    def on(self) -> None:
        self.program.tell("on")
        time.sleep(SETTLE_S)

    def off(self) -> None:
        self._told.clear()
        self.program.tell("off")
        self._told.wait(10.0)
        time.sleep(SETTLE_S)

    def stop(self) -> None:
        self.program.stop()

    @property
    def rate_per_s(self) -> float:
        """What it managed to send."""
        return sum(count for count, _ in self._sent) / max(0.001, sum(seconds for _, seconds in self._sent))

    @property
    def sent(self) -> int:
        return sum(count for count, _ in self._sent)

    def _hear(self, line: str) -> None:
        word, count, seconds = line.split()
        assert word == "sent"
        self._sent.append((int(count), float(seconds)))
        self._told.set()


def node_hostile_figures(hall: Hall, node: Node, calls: int) -> list[Figure]:
    """From publishing a clerk's wish to its durable answer; nothing runs but the broker node and the flood."""
    client = Client(hall.hall.id, node.url).start()
    flood = Flood(node.url, hall.hall.id, node.folder)
    counters = itertools.cycle(hall.counters)

    def once() -> float:
        counter = next(counters)
        ticket = f"bench-{time.monotonic_ns()}"
        client.ask(IssueTicket(ticket=ticket, service=next(iter(hall.counters[counter].services))))
        client.ask(ConfirmTicket(ticket=ticket))
        time.sleep(BETWEEN_CALLS_S)  # a call alone, not in the wake of what prepared it
        begun_s = time.perf_counter()
        client.ask(CallNext(counter=counter))
        took_s = time.perf_counter() - begun_s
        client.ask(FinishService(counter=counter))
        return took_s

    try:
        return _beside(flood, once, calls, "CallNext -> durable answer")
    finally:
        flood.stop()
        client.stop()


def town_hostile_figures(clerks: Clerks, town: Town, calls: int) -> list[Figure]:
    """From a terminal's key to the counter's view at a client, through caller, MQTT and server; all programs run."""
    flood = Flood(town.url, town.hall.hall.id, town.folder)
    order = itertools.cycle(sorted(counter for counter in town.hall.counters if clerks.has_terminal(counter)))

    def once() -> float:
        counter = next(order)
        called = clerks.call(counter)
        clerks.serve(counter)
        return called.viewed_s - called.pressed_s

    try:
        return _beside(flood, once, calls, "terminal's key -> counter view")
    finally:
        flood.stop()


def _beside(flood: Flood, once, calls: int, name: str) -> list[Figure]:  # type: ignore[no-untyped-def]
    quiet, flooded = list[float](), list[float]()
    for _ in range(ROUNDS):
        quiet += [once() for _ in range(calls // ROUNDS)]
        flood.on()
        flooded += [once() for _ in range(calls // ROUNDS)]
        flood.off()
    note = f"{flood.rate_per_s:.0f} hostile messages a second, {flood.sent} in all"
    ratios = {share: percentile(flooded, share) / percentile(quiet, share) for share in (0.5, 0.99)}
    n = len(flooded)
    return [
        *spread(f"{name}, in quiet", quiet),
        *spread(f"{name}, flooded", flooded, None, note),
        Figure(f"{name}, flooded / quiet, p50", ratios[0.5], "times", RATIO_MOST, note=note, n=n),
        Figure(f"{name}, flooded / quiet, p99", ratios[0.99], "times", RATIO_MOST, note=note, n=n),
        Figure("hostile messages sent", flood.rate_per_s, "/s", 0.9 * RATE_PER_S, most=False, n=flood.sent),
    ]


# -- the hostile program ------------------------------------------------


def messages(hall_id: str) -> Iterator[Hostile]:
    """Without end: allowed and forbidden topics, readable and unreadable bytes."""
    topics, chance = Topics(hall_id), random.Random(11)
    own = topics.command(FLOODING_DEVICE)
    junk = (b"", b"{", bytes(range(256)), b"[" * 4_000, json.dumps({"v": 1, "note": "x" * 9_000}).encode(), b"null")
    others = [
        topics.of(
            row.name,
            **dict.fromkeys(("device", "name"), chance.choice(("caller-1", "display-lobby", "c1"))),
            kind="counter",
        )
        for row in TOPICS
        for _ in range(3)
        if row.name != "input"
    ]
    touched = encode(VirtualInput(part="cellar", kind="key", key="x"))
    for number in itertools.count():
        wish = _wish(number)
        yield own, wish
        yield own, wish  # a repeat
        yield own, chance.choice(junk)
        yield topics.command(f"stranger-{number}"), wish
        yield topics.command(chance.choice(("caller-1", "caller-2", "collector"))), wish
        yield chance.choice(others), chance.choice(junk)
        yield topics.command("collector"), chance.choice(junk)
        yield topics.input("caller-1"), touched


def _wish(number: int) -> bytes:
    """What the kiosk may ask, what it may ask in vain, and what it may not ask."""
    ticket = f"hostile-{time.monotonic_ns()}"
    command = (
        IssueTicket(ticket=ticket, service="no-such", kiosk=FLOODING_DEVICE),
        CallNext(counter="c1"),
        ReportTicket(
            ticket=ticket,
            service="no-such",
            number="A999",
            holding=Holding.PAPER,
            day=DAY,
            kiosk=FLOODING_DEVICE,
        ),
    )[number % 3]
    return encode_envelope(command, id=f"hostile-{time.monotonic_ns()}", device=FLOODING_DEVICE)


def main(url: str, hall_id: str, rate_per_s: int) -> None:
    """Flood while told to."""
    import paho.mqtt.client as mqtt
    from paho.mqtt.enums import CallbackAPIVersion

    from broker.runtime.link.parts import parse_address

    address = parse_address(url)
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="", protocol=mqtt.MQTTv311)
    client.max_inflight_messages_set(2_000)
    client.connect(address.host, address.port)
    client.loop_start()
    flooding = threading.Event()

    def listen() -> None:
        for line in sys.stdin:
            (flooding.set if line.strip() == "on" else flooding.clear)()

    threading.Thread(target=listen, daemon=True).start()
    sys.stdout.write(f"ready hostile {time.process_time():.2f}s\n")
    sys.stdout.flush()
    stream = messages(hall_id)
    while True:
        flooding.wait()
        begun_s, sent = time.monotonic(), 0
        while flooding.is_set():
            while sent < (time.monotonic() - begun_s) * rate_per_s:
                topic, payload = next(stream)
                client.publish(topic, payload, qos=sent % 2)
                sent += 1
            time.sleep(STEP_S)
        sys.stdout.write(f"sent {sent} {time.monotonic() - begun_s:.3f}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
