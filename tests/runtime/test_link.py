"""The link against real brokers: what is online, what arrives, what is refused, and what a broken network does."""

import os
import random
import signal
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar

import pytest

from broker.runtime.errors import LinkBusy, LinkOffline, PayloadTooLarge
from broker.runtime.link import Link, LinkOptions, LinkState, Message, Presence, Publication
from broker.runtime.link.session import SessionEnd, Verdict
from broker.runtime.mqtt_node import ChildNode
from broker.runtime.pulse import Pulse
from tests.runtime.mqtt_rig import PATIENCE_S, QUICK, Client, Wire, running_node
from tests.waiting import until


@pytest.fixture(scope="module", params=["mosquitto", "amqtt"])
def node(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChildNode]:
    with running_node(request.param, tmp_path_factory.mktemp("node")) as running:
        yield running


@pytest.fixture
def clients() -> Iterator[list[Client]]:
    made: list[Client] = []
    yield made
    for client in made:
        client.link.stop()


@pytest.fixture
def client(node: ChildNode, clients: list[Client], request: pytest.FixtureRequest):
    def make(name: str, *filters: str, url: str = node.url, **options: object) -> Client:
        clients.append(Client(url, f"{name}-{request.node.name[:40]}", *filters, **options))
        return clients[-1]

    return make


def presence(boot: str) -> Presence:
    def says(word: str) -> Publication:
        return Publication("p/kiosk/status", f"{word} {boot}".encode())

    return Presence(will=says("gone"), birth=says("here"), farewell=says("bye"))


def test_messages_travel_between_two_links(client) -> None:
    kiosk, server = client("kiosk", "a/reply").come_online(), client("server", "a/cmd/+").come_online()
    kiosk.link.publish("a/cmd/kiosk", b"ask")
    server.await_payloads(b"ask")
    server.link.publish("a/reply", "答".encode())
    kiosk.await_payloads("答".encode())
    assert server.messages[0].topic == "a/cmd/kiosk"
    assert not server.messages[0].retained


def test_it_speaks_version_5_where_the_broker_does_and_3_1_1_otherwise(node: ChildNode, client) -> None:
    made = client("any", options=LinkOptions()).come_online()
    assert made.link.protocol == {"mosquitto": "5", "amqtt": "3.1.1"}[node.kind]


def test_a_late_comer_gets_retained_messages_marked_as_such(client) -> None:
    first = client("first", "b/#").come_online()
    first.link.publish("b/view", b"board", retain=True)
    first.await_payloads(b"board")  # the broker has it before anybody else comes
    late = client("late", "b/#")
    late.await_payloads(b"board")
    assert late.messages[0].retained


def test_publishing_while_offline_is_refused_and_kept_nowhere(client, node: ChildNode) -> None:
    listener = client("listener", "c/#").come_online()
    offline = Link("mqtt://127.0.0.1:9", "offline", on_message=lambda m: None)
    with pytest.raises(LinkOffline) as caught:
        offline.publish("c/x", b"too early")
    assert caught.value.state == LinkState.IDLE
    client("other").come_online().link.publish("c/x", b"end")
    listener.await_payloads(b"end")
    assert listener.payloads("c/x") == [b"end"]


def test_birth_and_farewell_carry_the_same_boot(client) -> None:
    watcher = client("watcher", "p/kiosk/status").come_online()
    kiosk = client("kiosk", presence_of=presence).come_online()
    watcher.turn_until(lambda: watcher.messages, "the birth")
    kiosk.link.stop()
    watcher.turn_until(lambda: len(watcher.messages) >= 2, "the farewell")
    here, bye = [m.payload.split() for m in watcher.messages[-2:]]
    assert (here[0], bye[0]) == (b"here", b"bye")
    assert here[1] == bye[1]


def test_a_broken_connection_brings_the_will_with_the_boot_of_that_connection(node: ChildNode, client) -> None:
    wire = Wire(node.url)
    watcher = client("watcher", "p/kiosk/status").come_online()
    client(
        "kiosk", url=wire.url, presence_of=presence, options=replace(QUICK, first_wait_s=(5, 5), longest_wait_s=5)
    ).come_online()
    watcher.turn_until(lambda: any(m.payload.startswith(b"here") and not m.retained for m in watcher.messages), "birth")
    wire.thaw()  # closes the connection under it
    watcher.turn_until(lambda: watcher.messages[-1].payload.startswith(b"gone"), "the Will")
    wire.close()
    here = [m.payload.split()[1] for m in watcher.messages if m.payload.startswith(b"here")][-1]
    assert watcher.messages[-1].payload.split()[1] == here


def test_each_connection_has_a_new_boot(node: ChildNode, client) -> None:
    wire = Wire(node.url)
    watcher = client("watcher", "p/kiosk/status").come_online()
    kiosk = client("kiosk", url=wire.url, presence_of=presence).come_online()

    def boots() -> set[bytes]:
        return {m.payload.split()[1] for m in watcher.messages if m.payload.startswith(b"here") and not m.retained}

    watcher.turn_until(lambda: len(boots()) == 1, "the first birth")
    wire.thaw()
    kiosk.turn_until(lambda: kiosk.states.count(LinkState.ONLINE) == 2, "reconnecting")
    watcher.turn_until(lambda: len(boots()) == 2, "the second birth")
    wire.close()


def test_after_kill_9_of_the_broker_it_comes_back_subscribed(tmp_path, request) -> None:
    for kind in ("mosquitto", "amqtt"):
        (tmp_path / kind).mkdir()
        with running_node(kind, tmp_path / kind) as node:
            made = Client(node.url, "kiosk", "d/#", presence_of=presence).come_online()
            assert node.child is not None and node.child.pid is not None
            os.kill(node.child.pid, signal.SIGKILL)
            made.turn_until(lambda made=made: made.states.count(LinkState.ONLINE) == 2, "coming back")
            made.link.publish("d/x", b"again")
            made.await_payloads(b"again")
            assert LinkState.WAITING in made.states
            made.link.stop()


def test_a_frozen_network_is_noticed_and_survived(node: ChildNode, client) -> None:
    wire = Wire(node.url)
    made = client(
        "kiosk", "e/#", url=wire.url, options=replace(QUICK, keepalive_s=1, answer_within_s=0.5)
    ).come_online()
    wire.freeze()
    made.turn_until(lambda: made.states[-1] is not LinkState.ONLINE, "noticing")
    with pytest.raises(LinkOffline):
        made.link.publish("e/x", b"lost")
    wire.thaw()
    made.turn_until(lambda: made.states[-1] is LinkState.ONLINE, "coming back")
    made.link.publish("e/x", b"again")
    made.await_payloads(b"again")
    assert made.payloads("e/x") == [b"again"]
    made.link.stop()
    wire.close()


def test_stopping_on_a_frozen_network_does_not_hang(node: ChildNode, client) -> None:
    wire = Wire(node.url)
    made = client("kiosk", url=wire.url, presence_of=presence).come_online()
    wire.freeze()
    stopped = threading.Thread(target=made.link.stop, args=(1.0,), daemon=True)
    stopped.start()
    stopped.join(10.0)
    assert not stopped.is_alive()
    assert made.link.state is LinkState.STOPPED
    wire.close()


def test_a_broker_that_does_not_exist_is_waited_for(tmp_path, clients) -> None:
    with socket.create_server(("127.0.0.1", 0)) as placeholder:
        port = placeholder.getsockname()[1]
    made = Client(f"mqtt://127.0.0.1:{port}", "early", "f/#")
    clients.append(made)
    made.turn_until(lambda: LinkState.WAITING in made.states, "waiting")
    with socket.create_server(("127.0.0.1", port)) as nonsense:  # something else listens there
        nonsense.settimeout(PATIENCE_S)
        taken, _ = nonsense.accept()
        taken.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        taken.close()
        made.turn_until(lambda: made.states.count(LinkState.WAITING) >= 2, "surviving nonsense")
    assert made.link.counters.handler_errors == 0
    assert made.link.pulse.alive()


def test_a_handler_that_raises_loses_neither_the_link_nor_the_next_message(client) -> None:
    seen: list[bytes] = []

    def handler(message) -> None:
        seen.append(message.payload)
        if message.payload == b"poison":
            raise RuntimeError("a bug")

    made = client("kiosk", "g/#", on_message=handler).come_online()
    made.link.publish("g/x", b"poison")
    made.link.publish("g/x", b"next")
    made.turn_until(lambda: b"next" in seen, "the next message")
    assert made.link.counters.handler_errors == 1
    assert made.link.online


def test_a_wake_that_raises_does_not_stop_the_network_thread(client) -> None:
    def wake() -> None:
        raise RuntimeError("a bug")

    made = client("kiosk", "h/#", wake=wake).come_online()
    made.link.publish("h/x", b"through")
    made.await_payloads(b"through")


def test_a_full_inbox_drops_counts_and_asks_again_for_the_retained_views(client) -> None:
    server = client("server").come_online()
    slow = client("slow", "i/#", options=replace(QUICK, inbox_bound=3)).come_online()
    for number in range(10):
        server.link.publish(f"i/view/{number}", f"view {number}".encode(), retain=True)
    until(lambda: slow.link.counters.dropped_full >= 7, "dropping")
    slow.link.pump()
    assert len(slow.messages) == 3

    def seen() -> int:
        return len({m.payload for m in slow.messages})

    slow.turn_until(lambda: seen() >= 6, "getting views again")
    assert slow.link.online


def test_messages_beyond_the_limit_do_not_reach_the_handler(client) -> None:
    limited = client("limited", "j/#", options=replace(QUICK, message_limit_bytes=1_000)).come_online()
    with pytest.raises(PayloadTooLarge):
        limited.link.publish("j/x", b"x" * 1_001)
    hostile = client("hostile", options=replace(QUICK, message_limit_bytes=3_000_000)).come_online()
    hostile.link.publish("j/x", b"x" * 1_500_000)
    hostile.link.publish("j/x", b"small")
    limited.await_payloads(b"small")
    assert limited.payloads("j/x") == [b"small"]


def test_many_messages_at_once_arrive_in_order(client) -> None:
    one = client("one", "k/#").come_online()
    expected = [b"%d" % number for number in range(150)]
    for payload in expected:
        one.link.publish("k/x", payload)
    one.turn_until(lambda: len(one.messages) >= 150, "receiving all")
    assert one.payloads("k/x") == expected


def test_too_much_on_its_way_is_refused(node: ChildNode, client) -> None:
    wire = Wire(node.url)
    made = client("kiosk", url=wire.url, options=replace(QUICK, flight_bound=5)).come_online()
    wire.freeze()
    with pytest.raises(LinkBusy) as caught:
        for _ in range(10):
            made.link.publish("l/x", b"x")
    assert caught.value.bound == 5
    wire.thaw()
    made.link.stop()
    wire.close()


def test_what_is_not_acknowledged_comes_again_only_from_the_sender(client) -> None:
    server = client("server", "m/#", options=replace(QUICK, manual_acknowledge=True)).come_online()
    kiosk = client("kiosk").come_online()
    for number in range(30):
        kiosk.link.publish("m/cmd", b"%d" % number)
    server.turn_until(lambda: server.messages, "the first")
    done = 0
    until_s = time.monotonic() + PATIENCE_S
    while len(server.messages) < 30:
        assert time.monotonic() < until_s, "messages stopped although all were acknowledged"
        for message in server.messages[done:]:
            server.link.acknowledge(message)
            done += 1
        server.link.pump(0.02)
    assert server.payloads("m/cmd") == [b"%d" % number for number in range(30)]


def test_small_packets_are_not_delayed_and_a_dead_peer_is_noticed_by_the_kernel(client) -> None:
    made = client("kiosk").come_online()
    opened = made.link._session._client.socket()
    assert opened.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    assert opened.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 8_000


def test_the_pulse_beats_while_waiting_for_a_broker(clients) -> None:
    now = [0.0]
    pulse = Pulse("network", limit_s=10, machine_s=lambda: now[0])
    made = Client("mqtt://127.0.0.1:9", "alone", options=QUICK, pulse=pulse)
    clients.append(made)
    made.turn_until(lambda: made.states.count(LinkState.WAITING) >= 1, "waiting")
    now[0] = 100.0
    assert not pulse.alive()
    made.turn_until(pulse.alive, "a beat")


class FakeSession:
    """A connection that becomes ready at once, ends when told, and notes what was acknowledged."""

    made: ClassVar[list["FakeSession"]] = []

    def __init__(self, plan, counters, *, on_ready, **_: object) -> None:
        self.number, self.on_ready = plan.number, on_ready
        self.ended, self.acknowledged = threading.Event(), []
        if plan.client_id == "acknowledger":  # a link of an earlier test may still be ending, and trying once more
            FakeSession.made.append(self)

    def run(self) -> SessionEnd:
        self.on_ready()
        self.ended.wait(PATIENCE_S)
        return SessionEnd("ended", Verdict.SPOKEN, 1.0)

    def acknowledge(self, message: Message) -> None:
        self.acknowledged.append(message.mid)

    def say_farewell(self, timeout_s: float) -> None:
        pass

    def end(self) -> None:
        self.ended.set()

    def close(self) -> None:
        pass


def test_a_message_of_an_older_connection_is_not_acknowledged_on_the_new_one(monkeypatch, clients) -> None:
    monkeypatch.setattr("broker.runtime.link.keeper.Session", FakeSession)
    FakeSession.made = []
    made = Client("mqtt://127.0.0.1:9", "acknowledger", options=QUICK).come_online()
    clients.append(made)
    FakeSession.made[0].end()
    made.turn_until(lambda: made.states.count(LinkState.ONLINE) == 2, "the second connection")
    for connection in (1, 2):
        made.link.acknowledge(Message("t", b"", 1, False, False, connection, mid=10 + connection))
    assert [session.acknowledged for session in FakeSession.made] == [[], [12]]


def test_an_error_nobody_foresaw_in_the_network_thread_is_logged_and_survived(monkeypatch, clients, caplog) -> None:
    class Upset(FakeSession):
        def run(self) -> SessionEnd:
            if self.number == 1:
                raise RuntimeError("nobody foresaw this")
            return super().run()

    monkeypatch.setattr("broker.runtime.link.keeper.Session", Upset)
    made = Client("mqtt://127.0.0.1:9", "kiosk", options=QUICK)
    clients.append(made)
    made.come_online()
    assert made.link.counters.network_errors == 1
    assert "nobody foresaw this" in caplog.text


def test_an_error_in_a_callback_costs_one_message_and_not_the_connection(client, monkeypatch) -> None:
    made = client("kiosk", "q/#").come_online()
    connections = made.link.counters.connections
    session = made.link._session
    keep = session._keep

    def upset_once(message) -> bool:
        monkeypatch.setattr(session, "_keep", keep)
        raise RuntimeError("a bug")

    monkeypatch.setattr(session, "_keep", upset_once)
    made.link.publish("q/x", b"lost")
    made.link.publish("q/x", b"next")
    made.await_payloads(b"next")
    assert made.link.counters.connections == connections
    assert made.payloads("q/x") == [b"next"]


def random_bytes(seed: int) -> bytes:
    return random.Random(seed).randbytes(200)


@pytest.mark.parametrize(
    "hostile",
    [
        b"",
        b"\x20\x00",
        b"\x20\x02\x00",
        b"\x20\x05\x00\x00\xff\xff\xff",
        b"\x20\x03\x00\x00\x00" + b"\x30\x04\x00\x02\xff\xfe",  # a topic that is not UTF-8
        b"\x20\x03\x00\x00\x00" + b"\x30\x03\x00\xff\x00",  # a topic longer than its packet
        b"\x20\x03\x00\x00\x00" + b"\x90\x00",  # a SUBACK of nothing
        b"\x20\x03\x00\x00\x00" + b"\x40\x01\x00",
        b"\x20\x03\x00\x00\x00" + b"\xe0\xff\xff\xff\xff\xff",
        b"\x20\x03\x00\x00\x00" + b"\x62\x02\xff\xff" * 20,
        *(b"\x20\x03\x00\x00\x00" + random_bytes(seed) for seed in range(6)),
    ],
)
def test_whatever_a_broken_broker_says_the_network_thread_lives_and_tries_again(hostile: bytes, clients) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(PATIENCE_S)
        made = Client(
            f"mqtt://127.0.0.1:{server.getsockname()[1]}", "kiosk", "a/#", options=replace(QUICK, answer_within_s=0.3)
        )
        clients.append(made)
        for _ in range(2):
            taken, _ = server.accept()
            with taken:
                taken.recv(1_000)
                taken.sendall(hostile)
        taken, _ = server.accept()  # a third attempt comes: the thread is alive
        taken.close()
    assert made.link.counters.handler_errors == 0


PATIENT = replace(QUICK, trial_s=30.0)


class TestMosquittoOnly:
    """What only a broker of MQTT 5 can show; nobody may fall back to MQTT 3 because a busy machine starts it slowly."""

    @pytest.fixture
    def url(self, tmp_path) -> Iterator[str]:
        with running_node("mosquitto", tmp_path) as running:
            yield running.url

    def test_two_devices_of_one_name_notice_each_other(self, url: str) -> None:
        first = Client(url, "twin", options=PATIENT).come_online()
        assert not first.link.contested
        second = Client(url, "twin", options=PATIENT).come_online()
        first.turn_until(lambda: first.link.contested, "noticing the twin")
        assert first.link.counters.cut_short >= 3
        first.link.stop()
        second.link.stop()

    def test_a_large_message_is_withheld_by_the_broker_itself(self, url: str) -> None:
        limited = Client(url, "limited", "j/#", options=replace(PATIENT, message_limit_bytes=1_000)).come_online()
        other = Client(url, "other", options=LinkOptions(message_limit_bytes=3_000_000)).come_online()
        other.link.publish("j/x", b"x" * 5_000)
        other.link.publish("j/x", b"small")
        limited.await_payloads(b"small")
        assert limited.link.counters.dropped_large == 0
        limited.link.stop()
        other.link.stop()

    def test_a_packet_beyond_the_brokers_limit_ends_only_that_connection(self, url: str) -> None:
        hostile = Client(
            url, "hostile", options=replace(QUICK, message_limit_bytes=30_000_000, flight_limit_bytes=10**8)
        )
        hostile.come_online()
        other = Client(url, "other", "o/#").come_online()
        hostile.link.publish("o/x", b"x" * 20_000_000)
        hostile.turn_until(lambda: LinkState.WAITING in hostile.states, "being thrown out")
        other.link.publish("o/x", b"calm")
        other.await_payloads(b"calm")
        assert other.states.count(LinkState.ONLINE) == 1
        hostile.link.stop()
        other.link.stop()
