"""A kiosk: the real application on a screen without pixels, a simulated printer, and a card that can be lost."""

from typing import TYPE_CHECKING, Any

from broker.contract.codec import CodecError, decode
from broker.contract.topics import Topics
from broker.model.commands import AnyCommand, VoidTicket
from broker.runtime.canvas.press import Input, Touch
from broker.runtime.engine_time import EngineTime
from broker.runtime.link import LinkState, Message
from broker.runtime.outbox import Entry, Outbox
from broker.runtime.presence import device_presence
from broker.runtime.sender import CommandTransport, Sender
from kiosk.app import KioskApp
from kiosk.buttons import Buttons
from kiosk.flow import Step
from kiosk.ledger import Ledger
from kiosk.ticket import Order, Slip
from tests.simulation.disk import SimFile
from tests.simulation.node import Node
from tests.simulation.outboxes import WatchedOutbox, answer_in
from tests.simulation.printer import SimPrinter
from tests.simulation.trace import Paper, Sent, TurnedAway

if TYPE_CHECKING:
    from tests.simulation.world import World

BUSY_TURN_S, VISITED_TURN_S, IDLE_TURN_S = 0.05, 1.0, 10.0


class TouchScreen:
    """Takes taps on named targets; shows nothing."""

    size = (1080, 1920)
    virtual = True

    def __init__(self) -> None:
        self.taps: list[Input] = []

    def start(self, ground: object = None) -> None: ...

    def close(self) -> None: ...

    def wake(self) -> None: ...

    def inputs(self, timeout_s: float = 0.0) -> list[Input]:
        taps, self.taps = self.taps, []
        return taps


class DarkKiosk(KioskApp):
    """The application without its drawing, which would take nine tenths of the simulation's time."""

    def _show(self, now_s: float) -> bool:
        return False


class KioskNode(Node):
    """``tap`` is a finger; ``step`` is what the person sees."""

    role = "kiosk"

    def __init__(self, world: "World", name: str) -> None:
        super().__init__(world, name)
        self.file = SimFile(f"{name}.db")
        self.printer = SimPrinter(world.agenda, self.chance, lambda: self.wake(0.0), self._job, self._paper, self._cut)
        self.app: DarkKiosk | None = None
        self.outbox: Outbox | None = None
        self._touched_s = 0.0
        self._begun = ("", False, 0)
        """Day, alone, waited ms of the paper under way, as it was at its first byte."""
        self._topics = Topics(world.hall.hall.id)

    # -- the program, wired as kiosk.node does ------------------------------------------------

    def _build(self) -> None:
        hall, name = self.world.hall, self.name
        clock = EngineTime(self.clock)
        self.screen = TouchScreen()
        buttons = Buttons({}, {}, self.clock.machine_s)
        app = DarkKiosk(hall, name, clock, self.screen, self.printer, buttons, self.make_id)  # type: ignore[arg-type]
        self.link = self.world.network.link(
            name,
            self.arrived,
            name,
            on_message=self._on_message,
            on_state=lambda state, reason: app.on_linked(state is LinkState.ONLINE),
            subscriptions=[
                (topic, 1) for topic in (app.topics.reply(name), app.topics.engine(), app.topics.view("kiosk", name))
            ],
            presence_of=device_presence(app.topics, name, "kiosk"),
        )
        connection = self.file.open()
        transport = CommandTransport(self.link, app.topics, name, clock)
        self.outbox = WatchedOutbox(
            connection, self.clock, transport, bound=5_000, make_epoch=self.make_id, on_kept=self._kept
        )
        sender = Sender(self.outbox, app.topics, name, app.on_answer)
        ledger = Ledger(connection, sender, clock, name, app.parts)
        app.wire(sender, ledger)
        self.app = app
        self.outbox.start()
        ledger.start()
        app.start()
        self.link.start()
        app.turn()

    def _turn(self) -> float:
        app, link, outbox = self.app, self.link, self.outbox
        assert app is not None
        assert link is not None
        assert outbox is not None
        link.pump()
        before = app.visit
        app.turn()
        if app.visit.step is Step.NOTE and before.step is not Step.NOTE and app.visit.service is not None:
            self._turned_away()
        if app.visit.step in (Step.TAKING, Step.CHECKING):
            return BUSY_TURN_S
        wait_s = outbox.wait_s()
        limit_s = IDLE_TURN_S if app.visit.step is Step.HOME and not app.issuing.busy else VISITED_TURN_S
        return limit_s if wait_s is None else min(limit_s, max(0.02, wait_s))

    def _on_message(self, message: Message) -> None:
        assert self.app is not None
        kind, parts = self._topics.parse(message.topic) or ("", {})
        try:
            match kind:
                case "reply":
                    self._answered(message.payload)
                    self.app.sender.on_message(message.payload)
                case "engine":
                    self.app.engine.take_state(message.payload, message.retained)
                case "view":
                    self.app.on_view(parts["name"], message.payload, message.retained)
        except CodecError as error:
            self.world.alarm(self.name, str(error), error)

    def _lost_power(self, kept: bool) -> None:
        self.printer.lose_power()
        self.file.lose_power()
        self.app = self.outbox = None

    # -- people ------------------------------------------------

    @property
    def step(self) -> Step | None:
        """What stands on the screen; None while it is dark."""
        return self.app.visit.step if self.alive and self.app is not None else None

    def tap(self, target: str) -> None:
        if self.step is None:
            return
        self._touched_s = self.world.agenda.now_s
        self.screen.taps.append(Touch(target, self.chance.randrange(1080), self.chance.randrange(1920)))
        self.wake(0.01)

    def press_pause(self, wanted: bool) -> None:
        """The staff's key at the kiosk, pressed where the screen shows that it is needed."""
        app = self.app
        if app is not None and (app.offering.menu(self.clock.machine_s()).state == "paused") is not wanted:
            self.guarded(lambda: app._toggle_pause(self.clock.machine_s()))

    # -- what an outsider sees ------------------------------------------------

    @property
    def alone(self) -> bool:
        app = self.app
        return app is None or not app.offering.online(self.clock.machine_s())

    def _cut(self) -> None:
        self.world.fault("kiosk power while printing", self.name)
        self.power_off()
        self.restart_after(self.chance.uniform(3.0, 40.0), machine=True)

    def _job(self, order: Order) -> None:
        day = self.file.connection.plainly("SELECT day FROM business_day").fetchone()
        waited_ms = int((self.world.agenda.now_s - self._touched_s) * 1000)
        if order.ticket in self.world.trace.ordered:
            waited_ms = 0  # nobody touched it
        self._begun = (day[0] if day else "", self.alone, waited_ms)

    def _paper(self, order: Order, slip: Slip, whole: bool, began_ms: int) -> None:
        day, alone, waited_ms = self._begun
        self.world.trace.papers.append(
            Paper(
                at_ms=began_ms,
                kiosk=self.name,
                ticket=order.ticket,
                number=slip.number,
                service=order.service,
                day=day,
                whole=whole,
                alone=alone,
                waited_ms=waited_ms,
                booked=order.code is not None,
            )
        )

    def _turned_away(self) -> None:
        app = self.app
        assert app is not None
        note = app.visit.note
        now_s = self.world.agenda.now_s
        self.world.trace.turned_away.append(
            TurnedAway(
                at_ms=self.world.agenda.now_ms,
                kiosk=self.name,
                service=app.visit.service or "",
                reason=note.en if note is not None else "",
                alone=self.alone,
                waited_ms=int((now_s - self._touched_s) * 1000),
            )
        )

    def _kept(self, entry: Entry) -> None:
        command: Any = decode(entry.payload, AnyCommand)  # type: ignore[arg-type]
        self.world.trace.sent.append(
            Sent(self.world.agenda.now_ms, self.name, entry.id, type(command).__name__, durable=True)
        )
        if isinstance(command, VoidTicket):
            self.world.unprinted.add(command.ticket)

    def _answered(self, payload: bytes) -> None:
        found = answer_in(payload)
        if found is not None:
            self.world.answered(self.name, *found)
