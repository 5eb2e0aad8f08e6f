"""Puts a kiosk together and runs it: disk, outbox, ledger, link, devices, heart."""

import logging
import os
import time
from collections.abc import Mapping
from pathlib import Path

from broker.contract.codec import CodecError
from broker.contract.envelope import PICTURE_LIMIT_BYTES, Ask, VirtualInput
from broker.model.address import parse_address
from broker.model.fingerprint import hall_fingerprint
from broker.model.hall import Hall
from broker.model.hall_address_checks import GUIDANCE_CONTACTS
from broker.runtime.canvas.theme import KIOSK_GROUND
from broker.runtime.canvas.window import open_screen
from broker.runtime.disk_probe import DiskProbe
from broker.runtime.engine_time import EngineTime
from broker.runtime.errors import DatabaseError, in_both_languages
from broker.runtime.heap import settle
from broker.runtime.heart import Heart
from broker.runtime.languages.offered import languages_of
from broker.runtime.link import Link, LinkOptions, LinkState, Message
from broker.runtime.link_identity import with_identity
from broker.runtime.outbox import Outbox
from broker.runtime.presence import device_presence
from broker.runtime.process import Process
from broker.runtime.pulse import Pulse
from broker.runtime.rating_secret import device_keys
from broker.runtime.sender import CommandTransport, Sender
from broker.runtime.whereabouts import mqtt_url
from kiosk.app import KioskApp
from kiosk.buttons import Buttons
from kiosk.engine_side import decoded
from kiosk.guidance.opening import guide_of
from kiosk.ledger import Ledger
from kiosk.ledger_file import open_ledger_file
from kiosk.local_time import LocalTime
from kiosk.printing import Printing
from kiosk.readers.desk import Readers
from kiosk.reports import Reports
from kiosk.screens.notes import failsafe
from kiosk.virtual import Mirror, VirtualParts
from kiosk.visit import tells_of_the_visitor

logger = logging.getLogger(__name__)

DATABASE_NAME = "kiosk.db"
TURN_S, SOON_S = 0.02, 0.004
"""The loop waits this long, or until finger, key, paper or network wake it; shorter while a key's contact settles."""
NO_DISK_S = 15.0
"""How long a kiosk that cannot start says so before it tries again."""
OUTBOX_BOUND = 5_000


class KioskNode:
    """All parts of one kiosk. ``start`` opens them, ``run`` works until the process is asked to stop."""

    def __init__(
        self,
        hall: Hall,
        name: str,
        process: Process,
        environment: Mapping[str, str] | None = None,
        hall_folder: Path = Path(),
    ) -> None:
        self._process = process
        self._kiosk = name
        self._clock = EngineTime(process.clock)
        declared = hall.kiosks[name]
        screen = open_screen(declared.screen, title=f"{declared.names.zh} {name}")
        local = LocalTime(hall.hall.time_zone, self._clock)
        languages, refused = languages_of(hall, hall_folder)
        for error in refused:  # visitors are served in the languages there are; the health tells staff
            logger.error("a language is left out: %s", in_both_languages(error, " / "))
        printing = Printing(hall, name, local.text, screen.wake, process.data_folder, languages, hall_folder)
        services = {key: service.names for key, service in hall.services.items()}
        buttons = Buttons(declared.buttons, services)
        buttons.wake = screen.wake
        keys = device_keys(hall.hall.id, name, process.data_folder, environment)
        self.app = KioskApp(hall, name, self._clock, screen, printing, buttons, languages=languages, rating_keys=keys)
        self.app.languages_left_out = len(refused)
        readers = Readers(hall, name, process.data_folder, lambda: self.ledger.day, environment)
        guide = guide_of(hall, name, process.data_folder, screen.wake)
        self.virtual = VirtualParts(name, screen, printing, buttons, self.app.shown_number, readers, guide)
        self.mirror = Mirror(screen, printing, lambda: not screen.virtual and tells_of_the_visitor(self.app.visit))
        self.link = Link(
            mqtt_url(hall, os.environ if environment is None else environment),
            name,
            on_message=self._on_message,
            on_state=self._on_state,
            subscriptions=self._subscriptions(is_virtual(hall, name)),
            presence_of=device_presence(self.app.topics, name, "kiosk"),
            options=with_identity(LinkOptions(message_limit_bytes=PICTURE_LIMIT_BYTES), name, environment),
            wake=screen.wake,
        )
        file = process.data_folder / DATABASE_NAME
        self._connection, self.app.ledger_replaced = open_ledger_file(file, process.clock.now_ms())
        transport = CommandTransport(self.link, self.app.topics, name, self._clock)
        self.outbox = Outbox(self._connection, process.clock, transport, bound=OUTBOX_BOUND)
        self.sender = Sender(self.outbox, self.app.topics, name, self.app.on_answer)
        self.ledger = Ledger(self._connection, self.sender, self._clock, name, self.app.parts)
        self.app.wire(self.sender, self.ledger, readers, guide)
        self.reports = Reports(
            self.link,
            self.app.topics,
            name,
            self._clock,
            self.outbox,
            self.virtual,
            self.mirror,
            hall_fingerprint(hall),
        )
        self._probe = DiskProbe(process.data_folder)
        self._loop, self._devices = Pulse("loop"), Pulse("devices")
        self._heart = Heart(name, [self._loop, self._devices, self.link.pulse, self._probe.pulse])

    def start(self) -> None:
        """Close what a power cut left open, open the devices, begin to connect."""
        self.outbox.start()
        recovery = self.ledger.start()
        if recovery.unclear or recovery.voided:
            logger.warning(
                "after the restart %d tickets may be on paper, %d were never seen",
                len(recovery.unclear),
                len(recovery.voided),
            )
        self.app.start()
        self._probe.start()
        self.link.start()
        self._heart.start()
        self.app.turn()
        self.app.begin()
        settle()
        self._heart.ready()

    def run(self) -> None:
        """The loop."""
        hurried = False
        while not self._process.stopping.is_set() and not self.app.quit:
            self.app.screen.wait(0 if hurried else SOON_S if self.app.settling else TURN_S)
            self.link.pump()
            self.turn()
            hurried = self.app.prepare()

    def turn(self) -> None:
        """One round after the network's."""
        if self.app.turn():
            self.mirror.screen_changed()
        now_s = self._clock.machine_s()
        if self.link.online:
            self.reports.send({**self.app.parts_health(now_s), "disk": self._probe.state}, now_s)
        self._loop.beat()
        if self.app.printing.alive(time.monotonic()) and self.app.buttons.alive() and self.app.guide.alive():
            self._devices.beat()

    def stop(self) -> None:
        """Let everything go; what is not sent stays on disk."""
        self._heart.stop()
        self.link.stop()
        self.app.stop()
        self._probe.stop()
        self._connection.close()

    def _subscriptions(self, virtual: bool) -> list[tuple[str, int]]:
        topics = self.app.topics
        wanted = [topics.reply(self._kiosk), topics.engine(), topics.view("kiosk", self._kiosk)]
        if virtual:
            wanted.append(topics.input(self._kiosk))
        return [*((topic, 1) for topic in wanted), (topics.ask(self._kiosk), 0)]

    def _on_state(self, state: LinkState, reason: str) -> None:
        self.app.on_linked(state is LinkState.ONLINE)
        if state is LinkState.ONLINE:
            self.reports.begin_again()

    def _on_message(self, message: Message) -> None:
        """Sort one message to its place; what cannot be read is logged and dropped."""
        kind, parts = self.app.topics.parse(message.topic) or ("", {})
        try:
            match kind:
                case "reply":
                    self.sender.on_message(message.payload)
                case "engine":
                    self.app.engine.take_state(message.payload, message.retained)
                case "view":
                    self.app.on_view(parts["name"], message.payload, message.retained)
                case "ask":
                    asked = decoded(message.payload, Ask)
                    if asked is not None:
                        self.mirror.ask(asked.for_s, self._clock.machine_s())
                case "input":
                    touched = decoded(message.payload, VirtualInput)
                    if touched is not None:
                        self.virtual.take(touched)
        except CodecError as error:
            logger.warning("a message on %s cannot be read: %s", kind, error.detail)


def is_virtual(hall: Hall, kiosk: str) -> bool:
    """Whether any part of this kiosk is simulated, so that hands of the virtual hall have something to touch."""
    declared = hall.kiosks[kiosk]
    addresses = [declared.screen, declared.printer, declared.reader, declared.scanner]
    addresses += [button.address for button in declared.buttons.values()]
    addresses += [getattr(declared.guidance, contact) for contact in GUIDANCE_CONTACTS]
    return any(parse_address(address).is_virtual for address in addresses)


def run_kiosk(hall: Hall, name: str, process: Process, hall_folder: Path = Path()) -> None:
    """The program of one kiosk; ``hall_folder`` is where its hall file lies. Whoever stands before one whose disk fails
    at its start reads where to go."""
    try:
        node = KioskNode(hall, name, process, hall_folder=hall_folder)
        try:
            node.start()
            node.run()
        finally:
            node.stop()
    except DatabaseError:
        _send_to_the_desk(hall, name, process)
        raise


def _send_to_the_desk(hall: Hall, name: str, process: Process) -> None:
    """For a while, instead of a dark screen; then the supervisor starts the program again, which may find room."""
    screen = open_screen(hall.kiosks[name].screen)
    screen.start(KIOSK_GROUND)
    try:
        screen.show(failsafe(screen.size))
        process.stopping.wait(NO_DISK_S)
    finally:
        screen.close()
