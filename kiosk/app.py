"""One kiosk at work: touches and keys in, paper and pictures out, all in one loop.

The pure flow decides what a touch means; ``issuing`` walks a ticket's path; threads of printer and network only fill
queues. Time-outs of people run in machine seconds: in a virtual hall with a fast clock the person is still a person.
"""

import logging
import secrets
from collections.abc import Callable

from broker.contract.envelope import Reply
from broker.contract.topics import Topics
from broker.model.fingerprint import numbering_fingerprint
from broker.model.hall import Hall
from broker.model.rating_keys import DeviceKeys
from broker.runtime.canvas.press import Quit, Touch
from broker.runtime.canvas.theme import KIOSK_GROUND
from broker.runtime.canvas.window import Screen
from broker.runtime.engine_time import EngineTime
from broker.runtime.errors import DatabaseError, OutboxError
from broker.runtime.languages.lexicon import TWO, Language
from broker.runtime.sender import Sender
from kiosk import events, flow
from kiosk.asking import Asking
from kiosk.buttons import Buttons, LampScene
from kiosk.desk_orders import DeskOrders
from kiosk.engine_side import EngineSide
from kiosk.extra_papers import ExtraPapers
from kiosk.guidance.guide import Guide, NoGuide
from kiosk.health import ledger_health, oddities
from kiosk.helping import Helping
from kiosk.issuing import Issuing, state_word
from kiosk.ledger import Ledger
from kiosk.local_time import LocalTime
from kiosk.menu import ReaderState
from kiosk.numbering import own_parts
from kiosk.offering import Offering, given_of
from kiosk.printing import Printing
from kiosk.readers.desk import READER, SCANNER, Readers
from kiosk.showing import MOVING, Showing
from kiosk.standing import Standing
from kiosk.ticket import Order
from kiosk.visit import at_rest

logger = logging.getLogger(__name__)

ALARM_LASTS_S = 180.0
"""How long a call for help, or a paper that did not come out, asks for staff."""


def random_id() -> str:
    """A short random id for tickets and commands: 72 bits, safe in addresses."""
    return secrets.token_urlsafe(9)


class KioskApp:
    """The loop's work; ``turn`` is one round. ``wire`` hands in what needs the link, which needs this object first."""

    def __init__(
        self,
        hall: Hall,
        name: str,
        clock: EngineTime,
        screen: Screen,
        printing: Printing,
        buttons: Buttons,
        make_id: Callable[[], str] = random_id,
        languages: tuple[Language, ...] = TWO,
        rating_keys: Callable[[], DeviceKeys] = DeviceKeys,
    ) -> None:
        self._rating_keys = rating_keys
        self.hall, self.name, self.clock = hall, name, clock
        self.screen, self.printing, self.buttons = screen, printing, buttons
        self._make_id = make_id
        self._languages, self._language_keys = languages, tuple(language.key for language in languages)
        self.languages_left_out = 0
        """Of the hall file, for a fault of their catalogues."""
        self.topics = Topics(hall.hall.id)
        self.engine = EngineSide(name, clock)
        self.local = LocalTime(hall.hall.time_zone, clock)
        self.parts = own_parts(hall, name)
        self._numbering = numbering_fingerprint(hall, name)
        self.linked = False
        self.quit = False
        self.clashes = 0
        """Papers whose number belonged to somebody else: a human must look."""
        self.ledger_replaced = False
        """The ledger's file was damaged and is a new one: papers given before may be unknown to the engine."""
        self.visit = flow.Visit()
        self._help_until_s = self._no_paper_until_s = float("-inf")

    def wire(
        self, sender: Sender, ledger: Ledger, readers: Readers | None = None, guide: Guide | NoGuide | None = None
    ) -> None:
        """The parts that talk to the engine, and those that need its business day."""
        self.guide = guide or NoGuide()
        self.sender, self.ledger, self.readers = sender, ledger, readers
        self.engine.on_standing, self.engine.on_numbering = self._engine_stands, self._engine_cuts
        self.issuing = Issuing(
            self.hall, self.parts, ledger, self.printing, self._issued_at_ms, self.other_plan, self._rating_keys
        )
        self.asking = Asking(sender, self._make_id, self.name, self.clock.now_ms)
        self.desk_orders = DeskOrders()
        self.extra_papers = ExtraPapers(self.printing, self._make_id, self._issued_at_ms)
        self.helping = Helping(sender, self._make_id, self.name)
        self.offering = Offering(
            self.hall,
            self.name,
            self.parts,
            self.engine,
            ledger,
            self.local,
            linked=lambda: self.linked,
            printer_ok=lambda: self.printing.usable,
            other_plan=self.other_plan,
            reader=lambda: self._part_state(READER),
            scanner=lambda: self._part_state(SCANNER),
            given=lambda: given_of(self.issuing.recent.offered(self.clock.machine_s()), self.local),
        )
        self.showing = Showing(
            self.hall,
            self.name,
            self.screen,
            self.clock,
            self.local,
            self._languages,
            engine=self.engine,
            offering=self.offering,
            helping=self.helping,
            guide=self.guide,
        )

    def start(self) -> None:
        """Open screen, printer and keys. Raises DisplayMissing, and what a hall file that cannot be meant raises."""
        self.clashes = self.ledger.refused_today()
        self.screen.start(KIOSK_GROUND)
        self.printing.start()
        self.buttons.start()
        self.guide.start()
        if self.readers is not None:
            self.readers.start()

    def stop(self) -> None:
        """Close them again."""
        if self.readers is not None:
            self.readers.stop()
        self.guide.stop()
        self.buttons.stop()
        self.printing.stop()
        self.screen.close()

    @property
    def settling(self) -> bool:
        """Whether a key is about to count as pressed."""
        return self.buttons.settling or self.guide.settling

    # -- from the engine ------------------------------------------------

    def on_linked(self, linked: bool) -> None:
        """The link to the broker is ready, or is not any more."""
        self.linked = linked
        self.sender.on_online(linked)
        self.offering.forget()

    def on_view(self, name: str, payload: bytes, retained: bool) -> None:
        """A view arrived. Raises CodecError."""
        if not self.engine.take_view(name, payload, retained):
            return
        view = self.engine.view
        assert view is not None
        self.offering.forget()
        try:
            if self.ledger.learn(view.day, view.highest, self.engine.as_of):
                logger.info("business day %s begins", view.day)
                self.clashes = self.ledger.refused_today()
        except DatabaseError as error:
            self._disk_failed("the day is not kept", error)

    def _engine_stands(self, standing: Standing) -> None:
        """A live heartbeat. After a restored backup the engine is told again of every paper it may not know."""
        try:
            if self.ledger.engine_stands(standing):
                logger.warning("the engine's journal was restored or replaced: this kiosk's papers are reported again")
                self.offering.forget()
        except DatabaseError as error:
            self._disk_failed("papers cannot be reported again", error)

    def other_plan(self) -> bool:
        """Whether the engine's hall file cuts the numbers otherwise, so that those of this kiosk may not be its own."""
        return self.ledger.numbering.differs(self._numbering)

    def _engine_cuts(self, numbering: str) -> None:
        before = self.other_plan()
        try:
            self.ledger.numbering.heard(numbering)
        except DatabaseError as error:
            self._disk_failed("the engine's cut of the numbers is not kept yet", error)
        if self.other_plan() != before:
            logger.warning("the server's hall file cuts the numbers %s", "as here again" if before else "otherwise")
            self.offering.forget()

    def on_answer(self, id: str, reply: Reply) -> None:
        """The engine answered a command of the outbox: ``TICKET.STEP``, or a question without a ticket."""
        self.engine.answered()
        self.offering.forget()
        ticket, _, step = id.rpartition(".")
        if step == "issue" and ticket:
            self.issuing.replied(ticket, reply, self.clock.machine_s())
        elif step == "report" and ticket:
            self._reported(ticket, reply)
        elif ticket:
            if reply.refusal is not None:
                logger.warning("the engine refused %s: %s", id, reply.refusal.code)
        elif not self.asking.replied(id, reply) and not self.helping.replied(id, reply):
            self._pause_answered(id, reply)

    def _reported(self, ticket: str, reply: Reply) -> None:
        refused = reply.refusal.code if reply.refusal is not None else None
        if refused is not None:
            logger.error("ticket %s was not accepted (%s): staff must help this visitor", ticket, refused)
        try:
            self.ledger.settle(ticket, reply.as_of, refused)
        except DatabaseError as error:
            self._disk_failed(f"the answer to ticket {ticket} is not kept yet", error)
        if refused is not None:
            self.clashes = self.ledger.refused_today()

    def _disk_failed(self, what: str, error: DatabaseError) -> None:
        """Say it in the log and in the health; whatever it was is tried again with the next occasion."""
        logger.error("%s: %s", what, error)
        self.issuing.ledger_state = state_word(error)

    def _pause_answered(self, id: str, reply: Reply) -> None:
        try:
            self.ledger.pause.answered(id, reply.as_of)
        except DatabaseError as error:
            self._disk_failed("the answer to the pause key is not kept yet", error)

    # -- the loop ------------------------------------------------

    def turn(self) -> bool:
        """One round: take what people did, let time pass, show what changed. True when pixels changed."""
        now_s = self.clock.machine_s()
        for tapped in self.screen.inputs():
            if isinstance(tapped, Touch):
                self._happened(events.Touched(tapped.target, (tapped.x, tapped.y)), now_s)
            elif isinstance(tapped, Quit):
                self.quit = True
        for button in self.buttons.poll():
            if button.action == "pause_issuing":
                self._toggle_pause(now_s)
            elif button.service is not None:
                self._happened(events.Pressed(button.service), now_s)
        for touch in self.guide.poll(now_s):
            self._happened(touch, now_s)
        for shown in () if self.readers is None else self.readers.poll():
            self._happened(shown, now_s)
        for ticket, end in self.printing.take_ends():
            if not self.extra_papers.ended(ticket, end):
                self.issuing.paper_ended(ticket, end)
        self.issuing.tick(now_s)
        self._give_to_the_desk(now_s)
        self.asking.tick(now_s)
        self.extra_papers.tick(now_s)
        for event in [
            *self.issuing.take_events(),
            *self.asking.take_events(),
            *self.extra_papers.take_events(),
        ]:
            self.offering.forget()
            if isinstance(event, events.NotPrinted):
                self._no_paper_until_s = now_s + ALARM_LASTS_S
            self._happened(event, now_s)
        self.visit = self.guide.accompany(self.visit, now_s)
        self._happened(events.Passed(), now_s)
        self.sender.tick()
        return self._show(now_s)

    def _give_to_the_desk(self, now_s: float) -> None:
        """A ticket for the guide desk, while nobody stands here and the engine is there to be told."""
        view = self.engine.view
        if view is None or not view.orders or self.issuing.busy or not at_rest(self.visit):
            return
        menu = self.offering.menu(now_s)
        if not self.offering.online(now_s) or menu.state != "ready":
            return
        order = self.desk_orders.next(
            view.orders, self.clock.now_ms(), lambda ticket: self.ledger.state_of(ticket) is not None
        )
        offer = None if order is None else menu.offer(order.service)
        if order is not None and offer is not None:
            logger.info("ticket %s is for the guide desk", order.ticket)
            self.issuing.begin(order, offer, True, now_s)

    def _happened(self, event: events.Event, now_s: float) -> None:
        """Give one event to the flow; a bug in it costs this visit, never the kiosk."""
        scene = flow.Scene(self.offering.menu(now_s), now_s, self._make_id(), self._language_keys)
        try:
            self.visit, wishes = flow.step(self.visit, event, scene)
        except Exception:
            logger.exception("the flow failed at %s on %s", self.visit.step, type(event).__name__)
            self.visit, wishes = flow.fresh(scene), ()
        for wish in wishes:
            self._do(wish, scene, now_s)

    def _do(self, wish: events.Wish, scene: flow.Scene, now_s: float) -> None:
        match wish:
            case events.Issue(order):
                offer = scene.menu.offer(order.service)
                assert offer is not None
                self.issuing.begin(order, offer, self.offering.online(now_s), now_s)
            case events.CheckIn(order):
                self.issuing.check_in(order, now_s)
            case events.PrintSlip(slip, language, large):
                order = Order("", slip.service, language=language, large=large)
                self.extra_papers.copy(order, slip, now_s)
            case events.CallStaff():
                self._help_until_s = now_s + ALARM_LASTS_S
                self.helping.call(self.engine.help_answered_ms, now_s)
                logger.info("help is called")
            case events.PrintNotice(service, language, large):
                self.extra_papers.notice(service, language, large, now_s)
            case events.PrintCopy(ticket):
                self.extra_papers.copy_of(self.issuing.recent.copy_of(ticket, now_s), now_s)
            case events.Rejoin() | events.Find() | events.Rate():
                self.asking.ask(wish, self.offering.online(now_s), now_s)

    def _part_state(self, part: str) -> ReaderState:
        state = None if self.readers is None else self.readers.health().get(part)
        return "none" if state is None else "ok" if state == "ok" else "down"

    def _toggle_pause(self, now_s: float) -> None:
        """The staff's key: stop or resume giving tickets here, at once and also without the engine."""
        paused = self.offering.menu(now_s).state == "paused"
        self._help_until_s = self._no_paper_until_s = float("-inf")
        try:
            self.ledger.pause.wish(not paused, self._make_id())
        except (OutboxError, DatabaseError) as error:
            logger.error("the pause is not kept: %s", error)
        self.offering.forget()

    def _issued_at_ms(self) -> int | None:
        return self.clock.now_ms() if self.clock.sure() else None

    # -- what is shown ------------------------------------------------

    def begin(self) -> None:
        """After the first turn and before anybody is told that the kiosk is ready: prepare what its first visitor may
        want, whom nothing would have been drawn for."""
        now_s = self.clock.machine_s()
        self.showing.begin(self.visit, self.offering.menu(now_s), now_s)

    def prepare(self) -> bool:
        """Use a moment in which the loop has nothing else to do for the pictures that a touch may want next. True when
        another one should follow at once. Nothing is prepared while a ticket or an answer is on its way."""
        if self.settling or self.visit.step in MOVING or flow.issuing(self.visit):
            return False
        return self.showing.prepare()

    def _show(self, now_s: float) -> bool:
        menu = self.offering.menu(now_s)
        issuing = self.visit.service if flow.issuing(self.visit) else None
        self.buttons.light(LampScene(menu, issuing, self.staff_wanted(now_s)))
        self.visit, drawn = self.showing.show(self.visit, menu, now_s)
        return drawn

    def shown_number(self) -> str:
        """The ticket number on the screen at this moment; empty when there is none."""
        shown = self.visit.step in (flow.Step.TICKET, flow.Step.NO_PAPER) and self.visit.slip is not None
        return self.visit.slip.number if shown and self.visit.slip is not None else ""

    def staff_wanted(self, now_s: float) -> bool:
        """Whether somebody should come: help was called, or a paper did not come out, or none can."""
        return now_s < max(self._help_until_s, self._no_paper_until_s) or not self.printing.usable

    def parts_health(self, now_s: float) -> dict[str, str]:
        """Short states for the health report; oversight turns them into alarms."""
        menu = self.offering.menu(now_s)
        known = {"printer": self.printing.health(), "buttons": self.buttons.health(), "issuing": menu.state}
        known["ledger"] = ledger_health(
            menu, self.clashes, replaced=self.ledger_replaced, otherwise=self.issuing.ledger_state
        )
        known |= ({} if self.readers is None else self.readers.health()) | self.guide.health()
        return known | oddities(
            other_plan=self.other_plan(),
            languages_left_out=self.languages_left_out,
            help_wanted=now_s < self._help_until_s,
            paper_failed=now_s < self._no_paper_until_s,
        )
