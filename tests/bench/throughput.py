"""Durable commands a second with 1, 8 and 64 callers, against the raw MQTT round trip and the raw SQLite commit."""

import time
from pathlib import Path

from broker.contract.envelope import Reply
from broker.model.commands import ConfirmTicket, IssueTicket, OpenCounter
from broker.model.hall import Hall
from broker.runtime.database import open_database, transaction
from broker.runtime.link import Link, Message
from tests.bench.figures import Figure, spread
from tests.bench.node import Client, Node

SECONDS = 4.0
CALLERS = (1, 8, 64)
TARGET_PER_S = 1000.0


def measure(hall: Hall, node: Node) -> list[Figure]:
    """Closed loop: each caller sends its next command when the last was answered."""
    figures = _raw_commit(node.folder) + _raw_round_trip(node.url)
    _ask_all(hall, node, [OpenCounter(counter=key) for key in hall.counters])
    for callers in CALLERS:
        rate, waits = _closed_loop(hall, node, callers)
        target = TARGET_PER_S if callers == max(CALLERS) else None
        figures.append(Figure(f"durable commands, {callers} callers", rate, "/s", target, most=False))
        figures += spread(f"durable command, {callers} callers", waits)
    return figures


def _ask_all(hall: Hall, node: Node, commands: list) -> None:
    answered: list[Reply] = []
    client = Client(hall.hall.id, node.url, lambda reply, at: answered.append(reply))
    client.start()
    for command in commands:
        client.send(command)
    deadline_s = time.monotonic() + 10
    while len(answered) < len(commands) and time.monotonic() < deadline_s:
        client.link.pump(0.1)
    client.link.stop()
    assert len(answered) == len(commands), "the server does not answer"


def _closed_loop(hall: Hall, node: Node, callers: int) -> tuple[float, list[float]]:
    """Issue and confirm tickets of the services in turn; refusals would be counted as failures."""
    services = [key for key, service in hall.services.items() if service.quota is None]
    waits: list[float] = []
    sent: dict[str, float] = {}
    made = [0]
    stamp = time.monotonic_ns()

    def command() -> IssueTicket | ConfirmTicket:
        made[0] += 1
        ticket = f"bench-{stamp}-{made[0] // 2}"
        if made[0] % 2 == 0:
            return IssueTicket(ticket=ticket, service=services[made[0] // 2 % len(services)])
        return ConfirmTicket(ticket=ticket)

    def on_reply(reply: Reply, at_s: float) -> None:
        waits.append(at_s - sent.pop(reply.id))
        if time.perf_counter() < ends_s:
            sent[client.send(command())] = time.perf_counter()

    client = Client(hall.hall.id, node.url, on_reply)
    client.start()
    made[0] = 1
    started_s = time.perf_counter()
    ends_s = started_s + SECONDS
    for _ in range(callers):
        sent[client.send(command())] = time.perf_counter()
    while sent and time.perf_counter() < ends_s + 5:
        client.link.pump(0.05, most=500)
    client.link.stop()
    return len(waits) / (time.perf_counter() - started_s), waits


def _raw_commit(folder: Path) -> list[Figure]:
    connection = open_database(folder / "raw.db")
    connection.execute("CREATE TABLE IF NOT EXISTS t (x BLOB)")
    seconds = []
    for _ in range(300):
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
    for index in range(500):
        sent_s[0] = time.perf_counter()
        link.publish("bench/echo", b"x" * 200, qos=1)
        deadline_s = time.perf_counter() + 2
        while len(seconds) <= index and time.perf_counter() < deadline_s:
            link.pump(0.05)
    link.stop()
    return spread("raw MQTT round trip (QoS 1)", seconds)
