"""One device to the engine, many people to us: nobody gets the engine's answer to somebody else's wish."""

import re
from collections.abc import Callable

import msgspec
import pytest

from broker.collector.web import WebOptions
from broker.model import commands as c
from broker.model.hall import Hall
from broker.model.hall_remote import Remote
from broker.model.person_keys import PersonKeys, check_digit
from broker.model.words import Level
from tests.collector.conftest import Browser
from tests.collector.town import TownHub, town_hall

TICKET = "phone-" + "5" * 32
PROOF = re.compile(r"k=[a-z2-7]{13}")


def identity(body: str) -> str:
    return body + check_digit(body)


@pytest.fixture
def hall() -> Hall:
    return msgspec.structs.replace(town_hall(), remote=Remote(services=("pension",)))


@pytest.fixture
def options() -> WebOptions:
    return WebOptions(persons=PersonKeys(b"a secret of the hall", "town"), quiet_s=0.05, gap_s=0.0, stream_s=2.0)


def take(browser: Browser, number: str) -> str:
    form = {"csrf": browser.read_token("/take"), "ticket": TICKET, "service": "pension", "identity": number}
    return str(browser.client.post("/take", data=form).headers.get("Location", ""))


def test_who_knows_a_tickets_id_alone_does_not_get_its_link_by_taking_it_again(browser: Browser) -> None:
    mine = take(browser, identity("11010519900307123"))
    assert PROOF.search(mine)
    assert take(browser, identity("11010519910307123")) == ""
    assert take(browser, identity("11010519900307123")) == mine, "its own holder may ask again"


def test_staff_do_not_get_a_tickets_link_by_a_command_under_its_id(
    browser: Browser, logged_in: Callable[[str], Browser]
) -> None:
    take(browser, identity("11010519900307123"))
    manager = logged_in("manager")
    wish = {"id": TICKET, "command": {"type": "ResumeIssuing", "service": "pension"}}
    assert "proof" not in str(manager.post("/api/commands", wish).get_json())


def test_a_wish_under_another_wishs_id_needs_its_own_proof(browser: Browser, hub: TownHub) -> None:
    link = take(browser, identity("11010519900307123"))
    proof = link.partition("k=")[2]
    hub.clock.advance(5)
    other = hub.ids[hub.take_ticket("pension")]
    own = browser.client.post(f"/api/tickets/{TICKET}/cancellation", json={"id": "phone-wish-0001", "proof": proof})
    assert own.status_code == 200
    answer = browser.client.post(f"/api/tickets/{other}/cancellation", json={"id": "phone-wish-0001", "proof": proof})
    assert (answer.status_code, answer.get_json()["code"]) == (409, "wrong_ticket_proof")


def test_who_enters_a_paper_form_cannot_ask_afterwards_whether_the_visit_was_rated(
    hub: TownHub, logged_in: Callable[[str], Browser]
) -> None:
    manager, answers = logged_in("manager"), []
    hub.done(c.OpenCounter(counter="c1"))
    for paper, rated in (("paper-" + "1" * 24, None), ("paper-" + "2" * 24, Level.SATISFIED)):
        number = hub.take_ticket("pension")
        hub.serve("c1", level=rated)
        form = {"id": paper, "number": number, "level": "satisfied"}
        assert manager.post("/api/evaluations/paper", form).status_code == 201
        asked = manager.post("/api/commands", {"id": paper, "command": {"type": "ResumeIssuing"}})
        answers.append((asked.status_code, {**asked.get_json(), "id": ""}))
    assert answers[0] == answers[1]
