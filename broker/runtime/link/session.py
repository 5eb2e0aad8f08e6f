"""One connection to the broker: a paho client that lives as long as its socket. The only file that knows paho."""

import contextlib
import enum
import logging
import os
import socket
import ssl
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from broker.runtime.errors import LinkBusy, LinkOffline, SendRefused
from broker.runtime.link.parts import Address, Credentials, LinkCounters, LinkOptions, Message, Presence
from broker.runtime.pulse import Pulse

logger = logging.getLogger(__name__)

_LOOP_S = 1.0
_FIRST_LOOP_S = 0.25
_NAME_LOOK_UP_S = 60.0
_UNSUPPORTED_PROTOCOL = 132
_SESSION_TAKEN_OVER = 142
_TCP_USER_TIMEOUT_MS = 8_000
_HEADROOM_BYTES = 1_024
_FIRST_FAILURE_CODE = 128


class Verdict(enum.Enum):
    """What the connection taught about the protocol version it used."""

    SPOKEN = "the broker speaks it"
    REFUSED = "the broker said that it does not speak it"
    SILENT = "connected, but no answer to it"
    UNHEARD = "no connection"


@dataclass(frozen=True)
class SessionEnd:
    """Why a connection ended, the verdict on its protocol version, how long it had been ready."""

    reason: str
    verdict: Verdict
    online_for_s: float = 0.0


@dataclass(frozen=True)
class SessionPlan:
    """All that a connection is made from; ``trying``: it is not known yet whether the broker speaks MQTT 5."""

    number: int
    address: Address
    client_id: str
    options: LinkOptions
    speaks_5: bool
    trying: bool
    subscriptions: tuple[tuple[str, int], ...]
    presence: Presence
    credentials: Credentials


@dataclass(frozen=True)
class _Flight:
    info: paho.MQTTMessageInfo
    topic: str
    size_bytes: int


class Session:
    """Connects and turns in ``run`` (network thread); ``publish`` and ``end`` come from other threads."""

    def __init__(
        self,
        plan: SessionPlan,
        counters: LinkCounters,
        pulse: Pulse,
        stopping: threading.Event,
        on_ready: Callable[[], None],
        on_message: Callable[[Message], bool],
    ) -> None:
        self.number = plan.number
        self._plan = plan
        self._options = plan.options
        self._counters = counters
        self._pulse = pulse
        self._stopping = stopping
        self._on_ready = on_ready
        self._on_inbox = on_message
        self._publishing = threading.Lock()  # never taken in a callback of paho
        self._flights: deque[_Flight] = deque()
        self._reason = ""
        self._verdict = Verdict.SILENT
        self._ready_s: float | None = None
        self._client = self._make_client()

    def run(self) -> SessionEnd:
        """Connect, subscribe, and turn until the connection ends for whatever reason."""
        # Looking up a name may take long when the network is half there; that is no reason to kill the process.
        self._pulse.beat(_NAME_LOOK_UP_S)
        try:
            self._connect()
        except (OSError, ValueError) as error:
            return SessionEnd(f"{type(error).__name__}: {error}"[:200], Verdict.UNHEARD)
        finally:
            self._pulse.beat()
        within_s = self._options.trial_s if self._plan.trying else self._options.answer_within_s
        deadline_s = time.monotonic() + within_s
        while True:
            code = self._client.loop(timeout=_LOOP_S if self._ready_s is not None else _FIRST_LOOP_S)
            self._pulse.beat()
            if code != paho.MQTT_ERR_SUCCESS:
                return self._ended(self._reason or paho.error_string(code))
            if self._reason:
                return self._ended(self._reason)
            if self._ready_s is None and time.monotonic() > deadline_s:
                return self._ended("the broker does not answer")
            if self._stopping.is_set() and not self._client.want_write():
                return self._ended("stopped")

    def publish(self, topic: str, payload: bytes, qos: int, retain: bool) -> None:
        """Hand over one message; LinkBusy when too much is on its way."""
        with self._publishing:
            self._land()
            in_flight_bytes = sum(flight.size_bytes for flight in self._flights)
            if (
                len(self._flights) >= self._options.flight_bound
                or in_flight_bytes + len(payload) > self._options.flight_limit_bytes
            ):
                raise LinkBusy(len(self._flights), self._options.flight_bound)
            info = self._client.publish(topic, payload, qos=qos, retain=retain)
            if info.rc != paho.MQTT_ERR_SUCCESS:
                raise LinkOffline(paho.error_string(info.rc))
            self._flights.append(_Flight(info, topic, len(payload)))

    def acknowledge(self, message: Message) -> None:
        """Tell the broker that a QoS 1 message is done."""
        self._client.ack(message.mid, message.qos)

    def subscribe_again(self) -> None:
        """Ask for everything once more; the broker answers with all retained messages."""
        self._subscribe()

    def say_farewell(self, timeout_s: float) -> None:
        """Publish the farewell and wait a little for the broker's acknowledgement; never from a callback."""
        farewell = self._plan.presence.farewell
        if farewell is None:
            return
        with contextlib.suppress(SendRefused, ValueError, RuntimeError):
            self.publish(farewell.topic, farewell.payload, farewell.qos, farewell.retain)
            self._flights[-1].info.wait_for_publish(timeout_s)

    def end(self) -> None:
        """Ask for an orderly end; the network thread sees it at once."""
        self._client.disconnect()

    def close(self) -> None:
        """Close the socket, whatever state it is in."""
        opened = self._client.socket()
        if opened is not None:
            with contextlib.suppress(OSError):
                opened.close()

    def _make_client(self) -> paho.Client:
        version = paho.MQTTv5 if self._plan.speaks_5 else paho.MQTTv311
        client = paho.Client(
            CallbackAPIVersion.VERSION2,
            client_id=self._plan.client_id,
            clean_session=None if self._plan.speaks_5 else True,
            protocol=version,
            transport="websockets" if self._plan.address.websocket else "tcp",
            reconnect_on_failure=False,
            manual_ack=self._options.manual_acknowledge,
        )
        client.suppress_exceptions = True
        client.connect_timeout = self._options.answer_within_s
        client.max_inflight_messages_set(20)
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_subscribe = self._on_subscribe
        client.on_message = self._on_message
        client.on_publish = self._on_publish
        client.on_socket_open = self._on_socket_open
        # With this callback in place paho leaves all writing to our thread; otherwise publish() would write itself.
        client.on_socket_register_write = lambda *_: None
        self._set_secrets(client)
        self._set_will(client)
        return client

    def _set_secrets(self, client: paho.Client) -> None:
        credentials = self._plan.credentials
        if credentials.username is not None:
            client.username_pw_set(credentials.username, credentials.password)
        if self._plan.address.encrypted:
            context = credentials.context
            if context is None:  # somebody else's broker: who it is must be proved, who we are is a password
                context = ssl.create_default_context(cafile=self._options.ca_file)
                context.minimum_version = ssl.TLSVersion.TLSv1_2
            client.tls_set_context(context)
        if self._plan.address.websocket:
            client.ws_set_options(path=self._plan.address.path or "/mqtt")

    def _set_will(self, client: paho.Client) -> None:
        will = self._plan.presence.will
        if will is not None:
            client.will_set(will.topic, will.payload, will.qos, will.retain)

    def _connect(self) -> None:
        address, options = self._plan.address, self._options
        if self._plan.speaks_5:
            self._client.connect(
                address.host,
                address.port,
                keepalive=options.keepalive_s,
                clean_start=True,
                properties=self._connect_properties(),
            )
        else:
            self._client.connect(address.host, address.port, keepalive=options.keepalive_s)

    def _connect_properties(self) -> Properties:
        properties = Properties(PacketTypes.CONNECT)
        properties.MaximumPacketSize = self._options.received_most_bytes + _HEADROOM_BYTES
        properties.SessionExpiryInterval = 0
        return properties

    def _subscribe(self) -> None:
        filters = self._plan.subscriptions
        if self._plan.speaks_5:
            self._client.subscribe([(name, SubscribeOptions(qos=qos)) for name, qos in filters])
        else:
            self._client.subscribe(list(filters))

    def _become_ready(self) -> None:
        birth = self._plan.presence.birth
        if birth is not None:
            self._client.publish(birth.topic, birth.payload, qos=birth.qos, retain=birth.retain)
        self._ready_s = time.monotonic()
        self._on_ready()

    def _ended(self, reason: str) -> SessionEnd:
        online_for_s = 0.0 if self._ready_s is None else time.monotonic() - self._ready_s
        return SessionEnd(reason, self._verdict, online_for_s)

    def _land(self) -> None:
        """Forget what has arrived at the broker."""
        while self._flights and self._flights[0].info.is_published():
            self._flights.popleft()
        if len(self._flights) >= self._options.flight_bound:
            self._flights = deque(flight for flight in self._flights if not flight.info.is_published())

    # -- callbacks of paho: they note and enqueue, nothing else --------------------------------

    def _on_connect(self, client: paho.Client, _data: object, _flags: object, code: ReasonCode, _p: object) -> None:
        if code.is_failure:
            self._verdict = Verdict.REFUSED if code.value == _UNSUPPORTED_PROTOCOL else Verdict.SPOKEN
            self._reason = f"the broker refused the connection: {code}"
            return
        self._verdict = Verdict.SPOKEN
        if self._plan.subscriptions:
            self._subscribe()
        else:
            self._become_ready()

    def _on_subscribe(self, _c: object, _data: object, _mid: int, codes: list[ReasonCode], _p: object) -> None:
        refused = sum(code.value >= _FIRST_FAILURE_CODE for code in codes)
        if refused:
            self._counters.refused_by_broker += refused
            logger.warning("broker refused %d of %d subscriptions", refused, len(codes))
        if self._ready_s is None:
            self._become_ready()

    def _on_disconnect(self, _c: object, _data: object, _flags: object, code: ReasonCode, _p: object) -> None:
        if code.value == _SESSION_TAKEN_OVER:
            self._counters.taken_over += 1
            logger.warning("another client uses the name %s", self._plan.client_id)
        self._reason = self._reason or f"disconnected: {code}"

    def _on_publish(self, _c: object, _data: object, mid: int, code: ReasonCode, _p: object) -> None:
        if not code.is_failure:
            return
        self._counters.refused_by_broker += 1
        topic = next((f.topic for f in list(self._flights) if f.info.mid == mid), "?")
        logger.warning("broker refused a message topic=%s reason=%s", topic, code)

    def _on_message(self, client: paho.Client, _data: object, message: paho.MQTTMessage) -> None:
        if not self._keep(message) and self._options.manual_acknowledge:
            client.ack(message.mid, message.qos)

    def _keep(self, message: paho.MQTTMessage) -> bool:
        try:
            topic = message.topic
        except UnicodeDecodeError:
            self._counters.dropped_unasked += 1
            return False
        if not any(paho.topic_matches_sub(wanted, topic) for wanted, _ in self._plan.subscriptions):
            self._counters.dropped_unasked += 1
            return False
        if len(message.payload) > self._options.received_most_bytes:
            self._counters.dropped_large += 1
            return False
        kept = self._on_inbox(
            Message(
                topic=topic,
                payload=bytes(message.payload),
                qos=message.qos,
                retained=message.retain,
                duplicate=message.dup,
                connection=self.number,
                mid=message.mid,
            )
        )
        if kept:
            self._counters.received += 1
        else:
            self._counters.dropped_full += 1
        return kept

    def _on_socket_open(self, _c: object, _data: object, opened: socket.socket) -> None:
        # Options belong to the connection, not to the object, so a copy of the handle reaches them under any wrapper.
        with socket.socket(fileno=os.dup(opened.fileno())) as handle:
            if handle.family not in (socket.AF_INET, socket.AF_INET6):
                return
            handle.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if hasattr(socket, "TCP_USER_TIMEOUT"):
                handle.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _TCP_USER_TIMEOUT_MS)
