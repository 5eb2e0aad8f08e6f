"""Keeps the link up: connects, waits, connects again; carries messages between the network thread and the loop."""

import logging
import secrets
import threading
import time
from collections.abc import Callable, Sequence

from broker.runtime.errors import LinkOffline, PayloadTooLarge, SettingError, in_both_languages
from broker.runtime.link.inbox import Inbox, StateChange
from broker.runtime.link.parts import (
    LIFE,
    Backoff,
    Credentials,
    LinkCounters,
    LinkOptions,
    LinkState,
    Message,
    Presence,
    parse_address,
)
from broker.runtime.link.session import Session, SessionEnd, SessionPlan, Verdict
from broker.runtime.pulse import Pulse

logger = logging.getLogger(__name__)

_SILENCES_MEAN_NO = 2
_CUTS_MEAN_A_TWIN = 3

OnMessage = Callable[[Message], None]
OnState = Callable[[LinkState, str], None]
PresenceOf = Callable[[str], Presence]


class Link:
    """One client of one broker. ``on_message`` and ``on_state`` are called by ``pump``, in the thread that calls it.

    ``subscriptions``: (topic filter, QoS) pairs, subscribed at every connect; other topics that arrive are dropped.
    ``presence_of(boot)`` gives birth, Will and farewell for one connection; ``boot`` is new each time, so that a late
    Will of an older connection can be told apart. ``wake`` is called from the network thread when something arrived.
    """

    def __init__(
        self,
        url: str,
        client_id: str,
        *,
        on_message: OnMessage,
        on_state: OnState | None = None,
        subscriptions: Sequence[tuple[str, int]] = (),
        presence_of: PresenceOf | None = None,
        options: LinkOptions | None = None,
        pulse: Pulse | None = None,
        wake: Callable[[], None] | None = None,
    ) -> None:
        self.address = parse_address(url)
        self.client_id = client_id
        self.counters = LinkCounters()
        self.pulse = pulse or Pulse("network")
        self._options = options or LinkOptions()
        self._on_message = on_message
        self._on_state = on_state
        self._subscriptions = tuple(subscriptions)
        self._presence_of = presence_of or (lambda boot: Presence())
        self._inbox = Inbox(
            self._options.inbox_bound, wake, lane_of=self._options.lane_of, lane_bound=self._options.lane_bound
        )
        self._backoff = Backoff(self._options.first_wait_s, self._options.longest_wait_s)
        self._state = LinkState.IDLE
        self._session: Session | None = None
        self._stopping = threading.Event()
        self._speaks_5, self._spoke_5, self._refuses_5, self._silences = True, False, False, 0
        self._cut_in_a_row = 0
        self._told = ""
        self._entering = threading.Lock()
        self._thread = threading.Thread(target=self._run, name=f"link-{client_id}", daemon=True)

    @property
    def state(self) -> LinkState:
        return self._state

    @property
    def online(self) -> bool:
        return self._state is LinkState.ONLINE

    @property
    def contested(self) -> bool:
        """Whether another device seems to use the same name."""
        return self._cut_in_a_row >= _CUTS_MEAN_A_TWIN

    @property
    def protocol(self) -> str:
        """What the next or present connection speaks."""
        return "5" if self._speaks_5 else "3.1.1"

    def start(self) -> None:
        """Begin to connect; returns at once, whether or not there is a broker."""
        self._thread.start()

    def pump(self, timeout_s: float = 0.0, most: int = 200) -> int:
        """Wait at most ``timeout_s`` for something, then handle up to ``most`` items. Returns how many."""
        handled = 0
        item = self._inbox.take(timeout_s)
        while item is not None:
            self._handle(item)
            handled += 1
            item = self._inbox.take(0.0) if handled < most else None
        session = self._session
        if session is not None and self.online and self._inbox.take_overflow():
            session.subscribe_again()  # the broker sends every retained view once more
        return handled

    def wake(self) -> None:
        """End a waiting ``pump`` (from any thread): something else wants the loop's attention."""
        self._inbox.nudge()

    def publish(self, topic: str, payload: bytes, *, qos: int = 1, retain: bool = False) -> None:
        """Hand one message to the network. LinkOffline, LinkBusy, PayloadTooLarge: it was not sent and is not kept.

        Returning does not mean that anyone received it; only an answer of the receiver does.
        """
        if len(payload) > self._options.message_limit_bytes:
            raise PayloadTooLarge(len(payload), self._options.message_limit_bytes)
        session = self._session
        if session is None or not self.online:
            raise LinkOffline(self._state)
        session.publish(topic, payload, qos, retain)
        self.counters.published += 1

    def acknowledge(self, message: Message) -> None:
        """With ``manual_acknowledge``: tell the broker that this message is done. Ignored after a reconnect."""
        session = self._session
        if session is not None and session.number == message.connection and self.online:
            session.acknowledge(message)

    def stop(self, timeout_s: float = 2.0) -> None:
        """Say farewell, disconnect, end the thread; takes ``timeout_s`` at most, even if the broker hangs."""
        deadline_s = time.monotonic() + timeout_s
        session = self._session
        if session is not None and self.online:
            session.say_farewell(timeout_s / 2)
        self._stopping.set()
        if session is not None:
            session.end()
        if self._thread.is_alive():
            self._thread.join(max(0.05, deadline_s - time.monotonic()))
        self._enter(LinkState.STOPPED, "stopped")

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                end = self._connect_once()
            except Exception as error:
                # Whatever a broker sends must not end this thread; a bug of ours must show in the log.
                logger.exception("network thread met an unexpected error")
                self.counters.network_errors += 1
                end = SessionEnd(type(error).__name__, Verdict.UNHEARD)
            self._after(end)

    def _connect_once(self) -> SessionEnd:
        self._enter(LinkState.CONNECTING, f"{self.address} MQTT {self.protocol}")
        try:
            credentials = self._credentials()
        except SettingError as error:
            return self._without_identity(error)
        self._told = ""
        self.counters.connections += 1
        plan = SessionPlan(
            number=self.counters.connections,
            address=self.address,
            client_id=self.client_id,
            options=self._options,
            speaks_5=self._speaks_5,
            trying=self._speaks_5 and not self._spoke_5,
            subscriptions=self._subscriptions,
            presence=self._presence_of(secrets.token_hex(6)),
            credentials=credentials,
        )
        session = Session(
            plan,
            self.counters,
            pulse=self.pulse,
            stopping=self._stopping,
            on_ready=lambda: self._enter(LinkState.ONLINE, f"MQTT {self.protocol}"),
            on_message=self._inbox.put_message,
        )
        self._session = session
        try:
            return session.run()
        finally:
            self._session = None
            session.close()

    def _credentials(self) -> Credentials:
        options = self._options
        if options.identity is None:
            return Credentials(username=options.username, password=options.password)
        return options.identity(self.address)

    def _without_identity(self, error: SettingError) -> SessionEnd:
        """Said once as long as it is the same; what is missing may come, and is looked for at each try."""
        if self._told != str(error):
            self._told = str(error)
            logger.error("cannot connect without an identity: %s", in_both_languages(error, " / "))
        return SessionEnd("no identity", Verdict.UNHEARD)

    def _after(self, end: SessionEnd) -> None:
        if self._stopping.is_set():
            return
        self._enter(LinkState.WAITING, end.reason)
        self._count_cut_short(end)
        at_once = self._choose_protocol(end.verdict)
        until_s = time.monotonic() + (0.0 if at_once else self._backoff.next_s(end.online_for_s))
        while not self._stopping.is_set() and time.monotonic() < until_s:
            self.pulse.beat()
            self._stopping.wait(min(1.0, max(0.0, until_s - time.monotonic())))

    def _count_cut_short(self, end: SessionEnd) -> None:
        if end.online_for_s == 0.0:
            return
        if end.online_for_s >= self._backoff.settled_s:
            self._cut_in_a_row = 0
            return
        self.counters.cut_short += 1
        self._cut_in_a_row += 1
        if self._cut_in_a_row == _CUTS_MEAN_A_TWIN:
            logger.warning("connections keep being cut: does another device use the name %s?", self.client_id)

    def _choose_protocol(self, verdict: Verdict) -> bool:
        """For the next connection; True when it should be made at once."""
        if verdict is Verdict.REFUSED and self._speaks_5:
            self._refuses_5, self._speaks_5 = True, False
            return True
        if verdict is Verdict.SILENT and self._speaks_5 and not self._spoke_5:
            # amqtt takes the properties of version 5 for a length and waits for ever; others just hang up.
            self._silences += 1
            self._refuses_5 = self._silences >= _SILENCES_MEAN_NO
            self._speaks_5 = False
            return True
        if verdict is Verdict.SPOKEN:
            self._spoke_5 = self._spoke_5 or self._speaks_5
        self._speaks_5 = not self._refuses_5
        return False

    def _enter(self, state: LinkState, reason: str) -> None:
        with self._entering:  # stop() and the network thread may meet here
            if state not in LIFE[self._state]:
                return
            self._state = state
            self._inbox.put_state(StateChange(state, reason))
        logger.info("link state=%s reason=%r", state, reason)

    def _handle(self, item: Message | StateChange) -> None:
        try:
            if isinstance(item, Message):
                self._on_message(item)
            elif self._on_state is not None:
                self._on_state(item.state, item.reason)
        except Exception:
            # A retained message that upsets a handler would come back at every start: count it and go on.
            self.counters.handler_errors += 1
            logger.exception("handler failed for %s", getattr(item, "topic", "a change of state"))
            if isinstance(item, Message):
                self.acknowledge(item)
