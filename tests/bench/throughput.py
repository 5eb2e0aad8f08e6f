"""Durable commands a second with 1, 8 and 64 callers, against the raw MQTT round trip and the raw SQLite commit.

Closed loop: a caller sends its next command when the last was answered, and an answer means that the command is on
disk. The hall stays as full as a busy hall is: somebody is called and served wherever a counter is free, and when
enough people wait, one of them gives the number up for each that is issued.
"""

import time
from collections import deque
from itertools import cycle
from pathlib import Path

from broker.contract.envelope import Reply
from broker.model.commands import (
    CallNext,
    CancelTicket,
    Command,
    ConfirmTicket,
    FinishService,
    IssueTicket,
    OpenCounter,
    StartService,
)
from broker.model.hall import Hall
from broker.runtime.database import open_database, transaction
from broker.runtime.link import Link, Message
from tests.bench.figures import Figure, spread
from tests.bench.node import Client, Node

CALLERS = (1, 8, 64)
TARGET_PER_S = 1000.0
WAITING = 80
RAW_COMMITS, RAW_TRIPS = 300, 500
LAST_ANSWERS_S = 5.0


def raw_figures(node: Node) -> list[Figure]:
    """The same disk and the same MQTT broker without any program of ours in between."""
    return _raw_round_trip(node.url) + _raw_commit(node.folder)


def visitors_at(hall: Hall, node: Node) -> "Visitors":
    """A hall that is as full as it stays: all counters open, many waiting."""
    client = Client(hall.hall.id, node.url).start()
    visitors = Visitors(hall)
    client.ask(*(OpenCounter(counter=key) for key in hall.counters))
    for _ in range(WAITING * 2):
        (reply,) = client.ask(command := visitors.next())
        visitors.answered(command, reply)
    client.stop()
    return visitors


def throughput_figures(hall: Hall, node: Node, visitors: "Visitors", seconds: float) -> list[Figure]:
    """Each number of callers for so long."""
    figures = []
    for callers in CALLERS:
        rate, waits = _closed_loop(hall, node, visitors, callers, seconds)
        target = TARGET_PER_S if callers == max(CALLERS) else None
        name = f"durable commands, {callers} callers"
        figures.append(Figure(name, rate, "/s", target, most=False, n=len(waits)))
        figures += spread(f"one durable command, {callers} callers", waits)
    return figures


class Visitors:
    """What is asked next, so that none of it is refused: issue, confirm, call, start, finish, or give up."""

    def __init__(self, hall: Hall) -> None:
        self._services = cycle(key for key, service in hall.services.items() if service.quota is None)
        self._able = {key: set(counter.services) for key, counter in hall.counters.items()}
        self._next: deque[Command] = deque()
        self._free = deque(hall.counters)
        self._waiting: dict[str, str] = {}
        """Number -> service of those who certainly wait."""
        self._issued: dict[str, tuple[str, str]] = {}
        self._made = 0
        self._stamp = time.monotonic_ns()

    def next(self) -> Command:
        """A command that will be accepted."""
        if self._next:
            return self._next.popleft()
        if len(self._waiting) >= WAITING:
            return self._call() or CancelTicket(number=self._somebody())
        self._made += 1
        return IssueTicket(ticket=f"bench-{self._stamp}-{self._made}", service=next(self._services))

    def answered(self, command: Command, reply: Reply) -> None:
        """What follows from it."""
        if reply.refusal is not None:
            raise RuntimeError(f"{command} was refused: {reply.refusal.code}")
        match command:
            case IssueTicket(ticket=ticket, service=service):
                self._issued[ticket] = ((reply.result or {})["number"], service)
                self._next.append(ConfirmTicket(ticket=ticket))
            case ConfirmTicket(ticket=ticket):
                number, service = self._issued.pop(ticket)
                self._waiting[number] = service
            case CallNext(counter=counter):
                self._waiting.pop((reply.result or {})["number"], None)
                self._next.append(StartService(counter=counter))
            case StartService(counter=counter):
                self._next.append(FinishService(counter=counter))
            case FinishService(counter=counter):
                self._free.append(counter)

    def _call(self) -> Command | None:
        """Only where more people wait than other commands on their way can take."""
        for _ in range(len(self._free)):
            counter = self._free.popleft()
            if sum(service in self._able[counter] for service in self._waiting.values()) > 2 * len(self._able):
                return CallNext(counter=counter)
            self._free.append(counter)
        return None

    def _somebody(self) -> str:
        number = next(reversed(self._waiting))  # the newest: whoever is called meanwhile came earlier
        del self._waiting[number]
        return number


def _closed_loop(hall: Hall, node: Node, visitors: Visitors, callers: int, seconds: float) -> tuple[float, list[float]]:
    waits: list[float] = []
    sent: dict[str, tuple[Command, float]] = {}

    def send() -> None:
        command = visitors.next()
        sent[client.send(command)] = command, time.perf_counter()

    def on_reply(reply: Reply, at_s: float) -> None:
        command, sent_s = sent.pop(reply.id)
        waits.append(at_s - sent_s)
        visitors.answered(command, reply)
        if time.perf_counter() < ends_s:
            send()

    client = Client(hall.hall.id, node.url, on_reply).start()
    started_s = time.perf_counter()
    ends_s = started_s + seconds
    for _ in range(callers):
        send()
    while sent and time.perf_counter() < ends_s + LAST_ANSWERS_S:
        client.link.pump(0.05, most=500)
    took_s = time.perf_counter() - started_s
    client.stop()
    if client.link.counters.handler_errors or sent:
        raise RuntimeError(f"{client.link.counters.handler_errors} refused, {len(sent)} unanswered")
    return len(waits) / took_s, waits


def _raw_commit(folder: Path) -> list[Figure]:
    connection = open_database(folder / "raw.db")
    connection.execute("CREATE TABLE IF NOT EXISTS t (x BLOB)")
    seconds = []
    for _ in range(RAW_COMMITS):
        begun_s = time.perf_counter()
        with transaction(connection) as open_:
            open_.execute("INSERT INTO t VALUES (?)", (b"x" * 300,))
        seconds.append(time.perf_counter() - begun_s)
    connection.close()
    return spread("raw SQLite commit (WAL, FULL)", seconds)


def _raw_round_trip(url: str) -> list[Figure]:
    seconds: list[float] = []
    sent_s = [0.0]

    def on_message(message: Message) -> None:
        seconds.append(time.perf_counter() - sent_s[0])

    link = Link(url, "bench-raw", on_message=on_message, subscriptions=[("bench/echo", 1)])
    link.start()
    while not link.online:
        link.pump(0.05)
    for index in range(RAW_TRIPS):
        sent_s[0] = time.perf_counter()
        link.publish("bench/echo", b"x" * 200, qos=1)
        deadline_s = time.perf_counter() + 2
        while len(seconds) <= index and time.perf_counter() < deadline_s:
            link.pump(0.05)
    link.stop()
    return spread("raw MQTT round trip (QoS 1)", seconds)
