"""What the kiosk asks for people in the lobby, before the real engine and its journal."""

from pathlib import Path

import pytest

from broker.contract.envelope import Reply
from broker.model.commands import AnswerHelp, BeginEmergency, EndEmergency, OpenCounter
from broker.model.words import Level
from kiosk.asking import NOT_FOUND, Asking
from kiosk.events import Answered, Denied, Find, Found, Numbered, Question, Rate
from kiosk.helping import Helping
from kiosk.issuing import Issuing
from kiosk.menu import Circumstances, Menu, menu_of
from kiosk.ticket import Order, PaperEnd, Slip
from tests.halls import DAY, lobby_hall
from tests.kiosk.kiosk_and_engine import EngineAtWork

KIOSK = "kiosk-1"
ME, OTHER = "a" * 32, "b" * 32


class Lobby:
    """One kiosk's minds wired to a real ledger, a real outbox and the real engine."""

    def __init__(self, folder: Path) -> None:
        self.engine = EngineAtWork(folder, KIOSK, hall=lobby_hall())
        self.device = self.engine.kiosks[KIOSK]
        self.device.sender._on_answer = self._answered
        self.made = 0
        self.slip: Slip | None = None
        self.asking = Asking(self.device.sender, self._id, KIOSK, self.engine.clock.now_ms)
        self.helping = Helping(self.device.sender, self._id, KIOSK)
        self.issuing = Issuing(self.engine.hall, self.device.ledger._parts, self.device.ledger, self, lambda: None)

    def _id(self) -> str:
        self.made += 1
        return f"made-here-{self.made:04d}"

    def print_ticket(self, order: Order, slip: Slip) -> bool:
        return True

    def _answered(self, id: str, reply: Reply) -> None:
        ticket, _, step = id.rpartition(".")
        if step == "issue":
            self.issuing.replied(ticket, reply, self.now_s)
        elif not self.asking.replied(id, reply):
            self.helping.replied(id, reply)

    @property
    def now_s(self) -> float:
        return self.engine.clock.monotonic_s()

    @property
    def menu(self) -> Menu:
        now = Circumstances(heard=True, day=DAY, today=DAY, minute=600, reader="ok")
        return menu_of(self.engine.hall, KIOSK, self.engine.view(KIOSK), now)

    def takes(self, service: str, **who: str) -> str:
        """A number, or why there is none."""
        offer = self.menu.offer(service)
        assert offer is not None
        ticket = self._id()
        self.issuing.begin(Order(ticket, service, **who), offer, True, self.now_s)  # type: ignore[arg-type]
        self.engine.talk(1)
        [event] = self.issuing.take_events()
        if isinstance(event, Denied):
            return event.why.zh
        assert isinstance(event, Numbered)
        self.slip = event.slip
        self.issuing.paper_ended(ticket, PaperEnd.PRINTED)
        self.issuing.take_events()
        self.engine.talk(1)
        return event.slip.number

    def asks(self, question: Question) -> Answered | Found:
        self.asking.ask(question, True, self.now_s)
        self.engine.talk(1)
        [answer] = self.asking.take_events()
        return answer


@pytest.fixture
def lobby(tmp_path: Path) -> Lobby:
    return Lobby(tmp_path)


def test_one_person_has_one_live_number_for_a_service_by_real_name(lobby: Lobby):
    number = lobby.takes("card", person=ME)
    assert number[1:].isdecimal()
    assert number in lobby.takes("card", person=ME)
    assert lobby.takes("card", person=OTHER)[1:].isdecimal()
    assert "证件" in lobby.takes("card"), "the engine asks for the card where the kiosk did not"


@pytest.mark.parametrize(("service", "person"), [("pension", None), ("card", ME)])
def test_a_number_says_that_no_counter_is_open_until_one_is_and_alone_it_claims_neither(
    lobby: Lobby, service: str, person: str | None
):
    lobby.takes(service, person=person)
    assert lobby.slip is not None
    assert (lobby.slip.no_counter, lobby.slip.wait_min) == (True, None)
    for counter in lobby.engine.hall.counters:
        lobby.engine.ask(OpenCounter(counter=counter))
    lobby.takes(service, person=None if person is None else OTHER)
    assert lobby.slip.no_counter is False
    assert lobby.slip.wait_min is not None
    unheard = Circumstances(heard=False, day=DAY, today=DAY, minute=600)
    offer = menu_of(lobby.engine.hall, KIOSK, lobby.engine.view(KIOSK), unheard).offer(service)
    assert offer is not None
    lobby.issuing.begin(Order("ticket-alone", service), offer, False, lobby.now_s)
    [event] = lobby.issuing.take_events()
    assert isinstance(event, Numbered)
    assert (event.slip.no_counter, event.slip.ahead) == (False, None)


def test_an_agents_ticket_counts_for_the_other_person(lobby: Lobby):
    number = lobby.takes("card", person=ME, principal=OTHER)
    assert number in lobby.takes("card", person=OTHER)
    assert lobby.takes("card", person=ME)[1:].isdecimal()


def test_a_lost_number_is_found_by_the_digits_that_were_left(lobby: Lobby):
    number = lobby.takes("pension", phone_tail="4321")
    answer = lobby.asks(Find("4321"))
    assert isinstance(answer, Found)
    assert [(found.number, found.service, found.ahead) for found in answer.tickets] == [(number, "pension", 0)]
    assert lobby.asks(Find("0000")) == Answered(NOT_FOUND, good=False)


def test_a_visit_that_was_not_served_yet_cannot_be_rated(lobby: Lobby):
    number = lobby.takes("pension")
    answer = lobby.asks(Rate(number, Level.SATISFIED, "000000"))
    assert isinstance(answer, Answered)
    assert (answer.good, number in answer.message.zh) == (False, True)
    assert not lobby.asks(Rate("A799", Level.SATISFIED, "000000")).good  # type: ignore[union-attr]


def test_help_is_called_heard_and_answered(lobby: Lobby):
    lobby.helping.call(None, lobby.now_s)
    assert lobby.helping.state(None, True, lobby.now_s) == "asking"
    lobby.engine.talk(1)
    assert lobby.helping.state(lobby.engine.view(KIOSK).help_answered_ms, True, lobby.now_s) == "called"
    [call] = lobby.engine.writer.state.helps.values()
    lobby.engine.ask(AnswerHelp(help=call.help))
    assert lobby.helping.state(lobby.engine.view(KIOSK).help_answered_ms, True, lobby.now_s) == "coming"


def test_an_emergency_of_the_engine_is_the_kiosks_until_it_is_ended(lobby: Lobby):
    lobby.engine.ask(BeginEmergency(zh="请离开", en="Leave"))
    assert (lobby.menu.state, lobby.menu.emergency.zh) == ("emergency", "请离开")  # type: ignore[union-attr]
    lobby.engine.ask(EndEmergency())
    assert (lobby.menu.state, lobby.menu.emergency) == ("ready", None)
