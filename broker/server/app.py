"""The server process: link, writer, publisher and day keeper around one loop in one thread."""

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from broker.contract.codec import decode, encode, refusal_message
from broker.contract.envelope import COMMAND_LIMIT_BYTES, EngineState, Reply
from broker.contract.topics import Topics
from broker.engine.fit import misfits
from broker.model.commands import SessionTimes
from broker.model.fingerprint import hall_fingerprint
from broker.model.hall import Hall
from broker.model.rating_keys import RatingKeys
from broker.model.refusals import TooMuchAtOnce
from broker.runtime.business_calendar import sessions_of
from broker.runtime.clock import Clock, Moment
from broker.runtime.database import open_database
from broker.runtime.errors import DatabaseError, SendRefused, SettingError
from broker.runtime.heart import Heart
from broker.runtime.link import Link, LinkOptions, LinkState, Message
from broker.runtime.link_identity import with_identity
from broker.runtime.mqtt_access import MqttAccess
from broker.runtime.presence import engine_presence
from broker.runtime.pulse import Pulse
from broker.server.day_cut import DayCut
from broker.server.day_keeper import DayKeeper
from broker.server.disk_trouble import ROOM_BYTES, DiskTrouble
from broker.server.doubt import Doubt
from broker.server.gate import Gate, Pass, Verdict
from broker.server.lookahead import Lookahead
from broker.server.publisher import Publisher, digest_of
from broker.server.revoked import RevokedDevices
from broker.server.shown_log import ShownLog
from broker.server.snapshot import views_fingerprint
from broker.server.steady_time import SteadyTime
from broker.server.upkeep import Chore, Upkeep
from broker.server.writer import Answer, Writer
from broker.store.journal import Journal, OpenFile

logger = logging.getLogger(__name__)

SNAPSHOT_EVENTS = 5000
"""After folding more than so many events at a start, the next start begins here."""
HEARTBEAT_S = 5.0
TICK_S = 0.5
DIGEST_S = 30.0
MOMENT = "moment"
"""The fact that says when the journal was last looked after, by wall clock and by the machine's own count."""
REPAINT_S = 15.0
"""Every view is published again so often, changed or not: whatever else was retained in its place does not stay."""
BATCH_MOST = 128
INBOX_BOUND = 4000
LANE_BOUND = 400
"""So many messages of one device wait at most; devices are served in turn, so none can fill the inbox for others."""
DROPPED_S = 10.0
"""So often it is logged whose messages were not read."""


class Server:
    """Wires everything; ``turn`` is one round of the loop.

    ``make_link`` and ``open_file`` are network and disk, ``chores`` what is done once a business day has ended,
    ``keys`` those with which ratings are proved; ``lookahead`` rolls the hall forward, where that is wanted;
    ``shown`` writes down which waits people are shown; ``access`` knows which devices are revoked.
    """

    def __init__(
        self,
        hall: Hall,
        database: Path,
        url: str,
        clock: Clock,
        make_link: Callable[..., Link] = Link,
        open_file: OpenFile = open_database,
        chores: Sequence[Chore] = (),
        keys: Callable[[], RatingKeys] = RatingKeys,
        lookahead: Lookahead | None = None,
        shown: ShownLog | None = None,
        access: MqttAccess | None = None,
    ) -> None:
        self.hall = hall
        self.journal = Journal(database, hall.hall.id, open_file)
        self.time = SteadyTime(clock.now_ms, clock.monotonic_s)
        self.writer = Writer(hall, self.journal, self.time.now_ms, clock.sure, keys)
        self.pulse = Pulse("loop")
        self._clock = clock
        self._topics = Topics(hall.hall.id)
        self._epoch = 0
        self._views = views_fingerprint(hall)
        self._hall_file, self._cut = hall_fingerprint(hall), DayCut(hall, self.journal)
        self._gate = Gate(hall.device_role, clock.machine_s())
        self._days = DayKeeper(
            hall,
            self.writer,
            clock.sure,
            self.time,
            self._sessions,
            self.journal.forget_old_receipts,
            Doubt(self.journal, clock.era),
        )
        self._trouble = DiskTrouble()
        self._upkeep = Upkeep(chores, self.journal)
        self.lookahead, self.shown = lookahead, shown
        self._revoked = None if access is None else RevokedDevices(hall, access.folder, self._publish_view)
        if lookahead is not None:
            self.writer.foreseen = lookahead.newcomers
        self._to_acknowledge: list[Message] = []
        self._warned: set[str] = set()
        self._next_tick_s = self._next_heartbeat_s = self._next_digest_s = self._next_repaint_s = 0.0
        self._next_dropped_s = 0.0
        self._digest_at = -1
        self._url, self._make_link = url, make_link

    def start(self) -> None:
        """Open the journal, fold it, connect."""
        self.journal.open()
        self._epoch = self.journal.next_epoch()
        self.writer.run = f"{self._epoch}-{self.journal.identity[:6]}"
        folded = self.writer.start()
        if folded > SNAPSHOT_EVENTS:
            self.writer.keep_snapshot()
        self._go_on()
        self._days.start()
        self._days.tick()
        self.writer.commit()
        self._days.see_new_day(self._upkeep.day_ended)
        self._cut.check(self.writer.state, sure=self._clock.sure())
        lost = misfits(self.hall, self.writer.state)
        if lost:
            raise SettingError("hall file", "; ".join(lost))
        note = None if self.shown is None else self.shown.offer
        self.publisher = Publisher(self.hall, self._epoch, self._publish_view, note=note)
        self.link = self._make_link(
            self._url,
            f"{self.hall.hall.id}-server",
            on_message=self._on_message,
            on_state=self._on_state,
            subscriptions=[(self._topics.command("+"), 1)],
            presence_of=engine_presence(self._topics, self._engine_state),
            options=with_identity(self._link_options(), "server", check=self._url),
        )
        self.link.start()
        if self.lookahead is not None:
            self.lookahead.start()
        if self.shown is not None:
            self.shown.start()
        logger.info("journal position=%d epoch=%d", self.journal.position, self._epoch)

    def _link_options(self) -> LinkOptions:
        return LinkOptions(
            manual_acknowledge=True,
            inbox_bound=INBOX_BOUND,
            lane_bound=LANE_BOUND,
            lane_of=lambda topic: self._gate.lane(topic.rsplit("/", 1)[-1]),
            receive_limit_bytes=2 * COMMAND_LIMIT_BYTES,
            first_wait_s=(0.2, 0.5),
        )

    def _go_on(self) -> None:
        """Time goes on from where the journal stands, and from the moment kept by a program that ran before.

        Of a machine that was off and does not know the time, only this is sure: a minute for a rating is over.
        """
        kept, last_ms = self.journal.fact(MOMENT), self.writer.state.now_ms
        known = kept is not None and self.time.go_on_from(decode(kept.encode(), Moment), self._clock.era)
        if last_ms and not known and not self._clock.sure():
            last_ms += self.hall.rules.rating_window_s * 1000
            self.time.begin_at(last_ms)
        self.time.not_before(last_ms)
        self._keep_moment()

    def _keep_moment(self) -> None:
        self.journal.note(MOMENT, encode(self.time.moment(self._clock.era)).decode())

    def turn(self) -> None:
        """Wait for commands, decide what came, commit once, answer, show; nothing but wait while the disk fails."""
        self.pulse.beat()
        now_s = self._clock.machine_s()
        try:
            if self._trouble.cause:
                self._wait_for_the_disk(now_s)
            else:
                self._work(now_s)
        except DatabaseError as error:
            self._stand_still(error, now_s)

    def _work(self, now_s: float) -> None:
        waits = [
            w for w in (self.publisher.wait_s(self.writer.state, now_s), self._next_tick_s - now_s) if w is not None
        ]
        self.link.pump(max(0.0, min(waits)), most=BATCH_MOST)
        ticks = now_s >= self._next_tick_s
        if ticks:
            self._next_tick_s = now_s + TICK_S
            if not self.link.online:
                self.time.broken_off()
            self._days.tick()
            self._tell_dropped(now_s)
        self._commit()
        if self.lookahead is not None:
            self.lookahead.offer(self.writer.state, self.time.now_ms(), now_s)
        if self.link.online:
            if now_s >= self._next_repaint_s:
                self._next_repaint_s = now_s + REPAINT_S
                self.publisher.forget()
            self.publisher.show(self.writer.state, self.time.now_ms(), self._clock.machine_s())
            self._heartbeat()
            if self._revoked is not None:
                self._revoked.look(now_s)
        self._store_digest()
        if ticks:
            self.writer.forget_refusals()
            self._days.see_new_day(self._upkeep.day_ended)
            self._upkeep.look(now_s)

    def _stand_still(self, error: DatabaseError, now_s: float) -> None:
        """Forget what was not kept, and tell everybody that the engine is away, and why."""
        if self._trouble.began(error, now_s):
            logger.critical("nothing can be kept, kiosks go on by themselves: %s", error)
            self._next_heartbeat_s = 0.0
        self.journal.close()
        self._acknowledge()

    def _wait_for_the_disk(self, now_s: float) -> None:
        """What comes is not decided: devices keep it and say it again. DatabaseError while the disk still fails."""
        self.link.pump(TICK_S, most=BATCH_MOST)
        self._acknowledge()
        if self.link.online:
            self._heartbeat()
        if not self._trouble.is_time(now_s):
            return
        self.journal.close()
        self.journal.open()
        self.journal.try_room(ROOM_BYTES)
        self.writer.start()
        self._trouble.ended()
        self.time.broken_off()
        logger.warning("the disk keeps what it is given again, position=%d", self.journal.position)
        self.publisher.forget()
        self._next_heartbeat_s = 0.0

    def stop(self) -> None:
        """Leave everything durable and say farewell."""
        self._upkeep.stop()
        if self.lookahead is not None:
            self.lookahead.stop()
        if not self._trouble.cause:
            self._commit()
            self._next_digest_s = 0.0
            self._store_digest()
        self.link.stop()
        self.journal.close()
        if self.shown is not None:
            self.shown.stop()

    def _commit(self) -> None:
        for answer in self.writer.commit():
            self._reply(answer)
        self._acknowledge()

    def _acknowledge(self) -> None:
        for message in self._to_acknowledge:
            self.link.acknowledge(message)
        self._to_acknowledge.clear()

    def _reply(self, answer: Answer) -> None:
        try:
            self.link.publish(self._topics.reply(answer.device), encode(answer.reply), qos=1)
        except SendRefused:
            logger.info("reply to device=%s is not sent now; it will ask again", answer.device)

    def _on_message(self, message: Message) -> None:
        parsed = self._topics.parse(message.topic)
        device = parsed[1]["device"] if parsed is not None else ""
        if self._trouble.cause:
            # Not decided and not answered. Its sender keeps it until it is answered, so it is not lost by the broker.
            self._to_acknowledge.append(message)
            return
        verdict = self._gate.judge(device, message.payload, retained=message.retained, now_s=self._clock.machine_s())
        if verdict.passes is Pass.TAKE:
            self._take(device, message.payload)
        elif verdict.passes is Pass.TELL:
            self._ask_to_wait(device, verdict)
        elif verdict.passes is Pass.JUNK:
            logger.warning("ignored message topic=%.100s bytes=%d", message.topic, len(message.payload))
        self._to_acknowledge.append(message)

    def _take(self, device: str, payload: bytes) -> None:
        counters = self.writer.counters
        before = counters.commands - counters.refused
        self.writer.take(device, payload)
        if counters.commands - counters.refused == before:
            self._gate.was_in_vain(device)

    def _ask_to_wait(self, device: str, verdict: Verdict) -> None:
        """Nothing was decided: a device's outbox sends the same again after the pause, whoever stands alone may too."""
        peek = verdict.peek
        if peek is None:
            return
        refusal = refusal_message(TooMuchAtOnce(device=device, wait_ms=verdict.wait_ms))
        expected = self.writer.expects(device, peek.epoch) if peek.epoch and peek.seq else None
        reply = Reply(id=peek.id, kind="go_back", epoch=peek.epoch, seq=peek.seq, expected=expected, refusal=refusal)
        self._reply(Answer(device, reply))

    def _tell_dropped(self, now_s: float) -> None:
        """One line for all that was not read, so that a flood cannot fill the log either."""
        if now_s < self._next_dropped_s:
            return
        self._next_dropped_s = now_s + DROPPED_S
        dropped = self._gate.take_dropped()
        if dropped:
            whose = " ".join(f"{source}={count}" for source, count in sorted(dropped.items()))
            logger.warning("too much at once, not read: %s", whose)

    def _on_state(self, state: LinkState, reason: str) -> None:
        if state is LinkState.ONLINE:
            self.publisher.forget()
            self._next_heartbeat_s = 0.0
            if self._revoked is not None:
                self._revoked.say_again()

    def _engine_state(self, online: bool) -> EngineState:
        state = self.writer.state
        return EngineState(
            online=online and not self._trouble.cause,
            epoch=self._epoch,
            at_ms=self.time.now_ms(),
            as_of=self.journal.position,
            day=state.day,
            journal=self.journal.identity,
            trouble=self._trouble.cause or self._upkeep.trouble,
            hall_file=self._hall_file,
            numbering=self._cut.by_kiosk,
        )

    def _heartbeat(self) -> None:
        now_s = self._clock.machine_s()
        if now_s < self._next_heartbeat_s:
            return
        try:
            self.link.publish(self._topics.engine(), encode(self._engine_state(True)), qos=1, retain=True)
        except SendRefused:
            return
        self._next_heartbeat_s = now_s + HEARTBEAT_S

    def _publish_view(self, topic: str, payload: bytes) -> None:
        self.link.publish(topic, payload, qos=1, retain=True)

    def _store_digest(self) -> None:
        now_s = self._clock.machine_s()
        if now_s < self._next_digest_s or self._digest_at == self.journal.position:
            return
        self.journal.store_digest(self.journal.position, digest_of(self.hall, self.writer.state), self._views)
        self._keep_moment()
        self._cut.keep(self.writer.state)
        self._digest_at, self._next_digest_s = self.journal.position, now_s + DIGEST_S

    def _sessions(self, day: date) -> tuple[SessionTimes, ...]:
        sessions, warnings = sessions_of(self.hall, day)
        for warning in warnings:
            if str(warning) not in self._warned:
                self._warned.add(str(warning))
                logger.warning("calendar: %s", warning)
        return sessions


def serve(server: Server, heart: Heart, stopping: threading.Event) -> None:
    """Run until asked to stop."""
    heart.ready()
    while not stopping.is_set():
        server.turn()
    heart.stop()
    server.stop()
