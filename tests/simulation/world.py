"""One seed is one run: a hall, its people, its misfortunes, then a quiet minute, and what an outsider saw of it all."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from broker.contract.codec import decode, encode
from broker.contract.envelope import Reply
from broker.contract.topics import Topics
from broker.engine.apply import apply
from broker.engine.project import project
from broker.engine.state import State
from broker.model.events import Event
from broker.model.rating_keys import RatingKeys
from broker.runtime.errors import NodeError
from broker.store import journal
from broker.store.journal import decode_event
from kiosk import issuing
from tests.halls import DAY
from tests.simulation.agenda import Agenda
from tests.simulation.caller_node import CallerNode
from tests.simulation.collector_node import COLLECTOR, CollectorNode
from tests.simulation.counter_day import CounterDay
from tests.simulation.crowd import Crowd
from tests.simulation.display_node import DisplayNode
from tests.simulation.faults import Misfortune
from tests.simulation.floor_leader import FloorLeader
from tests.simulation.floor_staff import FloorStaff
from tests.simulation.from_home import HomeBookers, PhoneHolders
from tests.simulation.guide_desk import GuideDesk
from tests.simulation.halls import hall_of
from tests.simulation.kiosk_node import KioskNode
from tests.simulation.network import SERVER, Network
from tests.simulation.node import Node
from tests.simulation.plan import Plan, Weather, plan_of
from tests.simulation.reception import Reception
from tests.simulation.server_node import ServerNode
from tests.simulation.sheet_signers import SheetSigners
from tests.simulation.staff_page import StaffPage
from tests.simulation.trace import Alarm, Answered, Entry, Fault, Rest, Trace

QUIET_S = 70.0
"""A minute of peace, and what the last reconnect takes."""
LAST_S = 600
"""So long at most a run may be prolonged for what happens in its last second: each event may begin a rise that is
held."""
NIGHTS_MOST = 2
"""From Wednesday the hall gets to Friday; then it would be closed."""
LOGGERS = ("broker", "kiosk", "display", "caller")


def simulate(seed: int, hours: float = 1.0, plan: Plan | None = None) -> Trace:
    """Run a hall for so many hours and a quiet minute; the same arguments give the same trace, byte for byte."""
    world = World(seed, plan or plan_of(seed))
    with world.listening():
        world.run(hours)
    return world.trace


def begins_ms(plan: Plan) -> int:
    """When a run of this plan begins, in the world's milliseconds."""
    midnight = datetime.fromisoformat(DAY).replace(tzinfo=ZoneInfo(hall_of(plan.hall).hall.time_zone))
    return int((midnight.timestamp() + plan.starts_at_h * 3600) * 1000)


class World:
    """Everything that is there. ``trace`` is what an outsider saw so far."""

    def __init__(self, seed: int, plan: Plan) -> None:
        self.plan = plan
        self.hall = hall_of(plan.hall)
        self.trace = Trace(seed=seed, hall=self.hall)
        self.agenda = Agenda(begins_ms(plan))
        self.unprinted: set[str] = set()
        self.asked: set[str] = set()
        self._slept_s = 0.0
        self._nights = 0
        machines = (SERVER, COLLECTOR, *self.hall.kiosks, *self.hall.displays, *self.hall.signs, *self.hall.callers)
        self.network = Network(self.agenda, Random(f"{seed} network"), plan.weather, machines)
        self.server = ServerNode(self)
        self.collector = CollectorNode(self)
        self.kiosks = {name: KioskNode(self, name) for name in self.hall.kiosks}
        self.displays = {name: DisplayNode(self, name) for name in (*self.hall.displays, *self.hall.signs)}
        self.callers = {name: CallerNode(self, name) for name in self.hall.callers}
        self.crowd = Crowd(self)
        reception = Reception(self)
        self.staff_pages: tuple[StaffPage, ...] = (FloorStaff(self), reception, CounterDay(self, reception))
        if plan.afar:
            outside = (HomeBookers(self), PhoneHolders(self), FloorLeader(self), GuideDesk(self), SheetSigners(self))
            self.staff_pages += outside
        self.misfortune = Misfortune(self)

    def secrets(self) -> RatingKeys:
        """What papers and links are signed with; whoever holds a ticket can show its proof."""
        return RatingKeys(self.hall.hall.id, (bytes(32),))

    @property
    def nodes(self) -> list[Node]:
        return [
            self.server,
            self.collector,
            *self.kiosks.values(),
            *self.displays.values(),
            *self.callers.values(),
        ]

    def run(self, hours: float) -> None:
        """Morning, work with misfortunes, peace."""
        for node in self.nodes:
            node.start()
        self.crowd.start()
        for page in self.staff_pages:
            page.start()
        self.misfortune.start()
        self.agenda.run(hours * 3600.0)
        self.misfortune.end()
        self.crowd.end()
        for page in self.staff_pages:
            page.end()
        self.agenda.run(QUIET_S)
        self._come_to_rest()
        self.trace.hall_ms = int((self.agenda.now_s - self._slept_s) * 1000)
        self.trace.messages = dict(self.network.counts)
        self._write_down_rest()

    def _come_to_rest(self) -> None:
        """Who still stands at a kiosk may press in the last moment of peace: screens have a second to hear of it, and a
        minute more where a wait rose by it."""
        held_ms = 0
        for _ in range(LAST_S):
            server = self.server.server
            if server is not None and server.publisher.holds_a_rise:
                held_ms = self.agenda.now_ms
            if self.agenda.now_ms - max(held_ms, self.server.committed_ms[-1]) > 1000:
                return
            self.agenda.run(1.0)

    def night(self, chance: Random, surely_off: Node | None = None) -> float:
        """Until shortly before or after the next opening; some machines stay on, the others get their power back.

        Returns the seconds slept; 0 when there were nights enough.
        """
        if self._nights >= NIGHTS_MOST:
            return 0.0
        self._nights += 1
        self.fault("night", "hall")
        off = [node for node in self.nodes if chance.random() < 0.7 or node is surely_off]
        for node in off:
            node.power_off()
        zone = ZoneInfo(self.hall.hall.time_zone)
        now = datetime.fromtimestamp(self.agenda.now_ms / 1000, zone)
        morning = (now + timedelta(days=1)).replace(hour=8, minute=50, second=0, microsecond=0)
        sleeps_s = morning.timestamp() - now.timestamp() + chance.uniform(0, 1500)
        self._slept_s += sleeps_s
        began_ms = self.agenda.now_ms
        self.agenda.leap(sleeps_s)
        self.trace.nights.append((began_ms, self.agenda.now_ms))
        for node in self.nodes:
            if node.clock.is_sure:
                node.clock.off_ms = 0  # a time server had the whole night
            if node in off:
                node.restart_after(chance.uniform(1, 240), machine=True)
            else:
                node.woken()
        return sleeps_s

    # -- what is written down ------------------------------------------------

    def fault(self, kind: str, whom: str) -> None:
        self.trace.faults.append(Fault(self.agenda.now_ms, kind, whom))

    def alarm(self, who: str, sentence: str, error: BaseException | None = None) -> None:
        if isinstance(error, NodeError):
            return  # a disk that failed and said so
        self.trace.alarms.append(Alarm(self.agenda.now_ms, who, sentence))

    def answered(self, device: str, id: str, reply: bytes) -> None:
        as_of = decode(reply, Reply).as_of
        self.trace.answered.append(
            Answered(self.agenda.now_ms, device, id, reply, committed=self.server.committed, as_of=as_of)
        )

    @contextmanager
    def listening(self) -> Iterator[None]:
        """What programs log as critical, or with the exception that they met, is an alarm; the rest costs no time."""
        handler = _Alarms(self)
        loggers = [logging.getLogger(name) for name in LOGGERS]
        before = [(logger.level, logger.propagate) for logger in loggers]
        for logger in loggers:
            logger.addHandler(handler)
            logger.setLevel(logging.ERROR)
            logger.propagate = False
        # Drawing the code takes longer than issuing, and a journal's random name would make each run another one.
        drawn, issuing.qr_rows_once = issuing.qr_rows_once, lambda text: ()
        named, journal.new_identity = journal.new_identity, lambda: f"{self.trace.seed:032x}"
        try:
            yield
        finally:
            issuing.qr_rows_once, journal.new_identity = drawn, named
            for logger, (level, propagate) in zip(loggers, before, strict=True):
                logger.removeHandler(handler)
                logger.setLevel(level)
                logger.propagate = propagate

    def _write_down_rest(self) -> None:
        state = State()
        rows = self.server.file.connection.execute("SELECT position, command, body FROM events ORDER BY position")
        readable = True
        for position, command, body in rows.fetchall():
            event = decode_event(position, body)
            readable = readable and self._folds(state, position, event)
            times = self.server.committed_ms
            at_ms = times[position] if position < len(times) else self.agenda.now_ms  # on the disk, not yet synced
            self.trace.journal.append(Entry(position, command, event, at_ms))
        live = self.server.server.writer.state if self.server.server is not None else State()
        outboxes = {name: len(kiosk.outbox or ()) for name, kiosk in self.kiosks.items()}
        for name, caller in self.callers.items():
            outboxes[name] = sum(len(outbox) for outbox in caller.outboxes)
        self.trace.rest = Rest(
            at_ms=self.agenda.now_ms,
            outboxes=outboxes,
            shown={(d.name, d.topic): d.picture for d in self.displays.values() if d.picture is not None},
            folded=self._views_of(state, "the fold of the journal"),
            live=self._views_of(live, "the running engine"),
            unprinted=set(self.unprinted),
        )

    def _views_of(self, state: State, whose: str) -> dict[str, bytes]:
        """By topic; none, loudly, of a state that makes no sense."""
        topics = Topics(self.hall.hall.id)
        try:
            return {topics.view(*key): encode(view) for key, view in project(self.hall, state).items()}
        except (LookupError, ValueError, RuntimeError, AttributeError, TypeError) as error:
            self.alarm(SERVER, f"L13 {whose} cannot be shown: {type(error).__name__} {error}")
            return {}

    def _folds(self, state: State, position: int, event: Event) -> bool:
        """False, loudly, for a journal that no server could start from."""
        try:
            apply(state, event)
        except (LookupError, ValueError, RuntimeError, AttributeError, TypeError) as error:
            self.alarm(SERVER, f"L13 position {position} cannot be folded: {type(error).__name__} {error}")
            return False
        return True

    def calm_down(self) -> None:
        """Everything that was broken is mended."""
        for wire in self.network.wires.values():
            for path in (wire.up, wire.down):
                path.weather = Weather(delay_s=0.005)
            wire.heal()
        self.network.broker.up = True
        for node in self.nodes:
            node.wanted = True
            node.clock.off_ms, node.clock.is_sure = 0, True
        self.server.file.cut = ""
        self.server.file.full = False
        for kiosk in self.kiosks.values():
            kiosk.file.cut, kiosk.file.full = "", False
            kiosk.printer.has_paper = kiosk.printer.speaks = True
            kiosk.printer.cut_at = ""
        for caller in self.callers.values():
            for file in (caller.commands_file, caller.ratings_file):
                file.cut, file.full = "", False
        for node in self.nodes:
            node.start()


class _Alarms(logging.Handler):
    def __init__(self, world: World) -> None:
        super().__init__(logging.ERROR)
        self._world = world

    def emit(self, record: logging.LogRecord) -> None:
        if self._world.server.file.full and record.name.startswith("broker.server"):
            return  # it says that its disk is full, and it is
        error = record.exc_info[1] if record.exc_info else None
        if error is not None or record.levelno >= logging.CRITICAL:
            said = record.getMessage() + (f" ({type(error).__name__}: {error})" if error is not None else "")
            self._world.alarm(record.name, said, error)
