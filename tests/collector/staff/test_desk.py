"""The page of an outlet without gear: numbers for visitors, and the keys of a console."""

from collections.abc import Callable

import pytest
from flask import Flask

from broker.collector.safety.accounts import Accounts
from broker.collector.safety.rights import Role
from broker.model import commands as c
from broker.model.hall import Hall
from tests.collector.conftest import PASSWORD, Browser
from tests.collector.public.bank import hall_with_outlets
from tests.collector.town import TownHub

DESK = "/outlets/bank/desk"
TICKET = "outlet-" + "a1" * 12


@pytest.fixture
def hall() -> Hall:
    return hall_with_outlets()


@pytest.fixture
def teller(app: Flask, accounts: Accounts) -> Browser:
    accounts.add("teller", Role.CLERK, PASSWORD, clerk="bank-1", must_change=False)
    made = Browser(app.test_client())
    made.log_in("teller")
    made.read_token(DESK)
    return made


def give(browser: Browser, **more: str) -> object:
    form = {"csrf": browser.token, "ticket": TICKET, "service": "loan", **more}
    return browser.client.post(f"{DESK}/tickets", data=form)


def test_a_number_is_given_shown_large_and_leads_to_the_visitors_page(teller: Browser, hub: TownHub) -> None:
    answer = give(teller)
    assert answer.status_code == 303
    text = teller.client.get(answer.headers["Location"]).get_data(as_text=True)
    assert "H001" in text and "<svg" in text
    assert "前面没有人" in text and "Nobody is ahead of you" in text and "0 人" not in text
    assert hub.writer.state.tickets[TICKET].status == "waiting"
    assert teller.client.get(f"/t/{TICKET}").status_code == 200


def test_a_form_sent_twice_is_one_number(teller: Browser, hub: TownHub) -> None:
    assert [give(teller).status_code for _ in range(2)] == [303, 303]
    assert hub.writer.state.highest[("h", "engine")] == 1


def test_the_keys_of_the_page_are_the_commands_of_a_console(teller: Browser, hub: TownHub) -> None:
    give(teller)
    assert '"OpenCounter"' in teller.client.get(DESK).get_data(as_text=True).replace("&#34;", '"')
    wishes = (
        {"type": "OpenCounter", "counter": "c21", "clerk": "bank-1"},
        {"type": "CallNext", "counter": "c21", "seen": ""},
        {"type": "StartService", "counter": "c21", "seen": "H001"},
        {"type": "FinishService", "counter": "c21", "seen": "H001"},
    )
    for number, command in enumerate(wishes):
        answer = teller.post("/api/commands", {"id": f"desk-command-{number}", "command": command})
        assert answer.status_code == 200, answer.get_json()
    assert hub.writer.state.tickets[TICKET].status == "served"


def test_a_called_number_offers_start_recall_and_no_show(teller: Browser, hub: TownHub) -> None:
    give(teller)
    hub.done(c.OpenCounter(counter="c21", clerk="bank-1"))
    hub.done(c.CallNext(counter="c21"))
    text = teller.client.get(f"{DESK}?lang=en").get_data(as_text=True)
    for said in ("Here: start service", "Recall", "No-show", "Pause", "H001"):
        assert said in text


def test_a_refusal_is_said_on_the_page(teller: Browser, hub: TownHub) -> None:
    hub.done(c.PauseIssuing(service="loan", reason="系统升级"))
    answer = give(teller)
    assert answer.status_code == 409
    assert 'note bad" role="alert' in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "more", [{"service": "pension"}, {"ticket": "x"}, {"priority": "nobody"}, {"service": ""}], ids=str
)
def test_nothing_but_the_outlets_own_services_is_given(teller: Browser, hub: TownHub, more: dict[str, str]) -> None:
    assert give(teller, **more).status_code == 400
    assert not hub.writer.state.tickets


def test_a_clerk_of_the_hall_gives_no_numbers_at_a_bank(logged_in: Callable[[str], Browser]) -> None:
    clerk, manager = logged_in("clerk"), logged_in("manager")
    assert clerk.client.get(DESK).status_code == 403
    assert give(clerk).status_code == 403
    assert manager.client.get(DESK).status_code == 200
    assert manager.client.get("/outlets/station/desk").status_code == 404, "it has a Jiaohao of its own"


def test_a_form_of_a_foreign_page_is_refused(teller: Browser, hub: TownHub) -> None:
    assert give(teller, csrf="wrong").status_code == 403
    assert not hub.writer.state.tickets


def test_who_works_at_an_outlet_finds_its_desk_among_the_counters_and_nobody_else_does(
    teller: Browser, logged_in: Callable[[str], Browser]
) -> None:
    assert f'href="{DESK}"' in teller.client.get("/console").get_data(as_text=True)
    assert f'href="{DESK}"' in logged_in("manager").client.get("/console").get_data(as_text=True)
    assert "/desk" not in logged_in("clerk").client.get("/console").get_data(as_text=True)


def test_a_page_that_shows_a_refusal_goes_on_following_the_outlet(teller: Browser) -> None:
    """It stands at the address of its form, and asks that for its live part."""
    live = teller.client.get(f"{DESK}/tickets", headers={"X-Part": "live"})
    assert live.status_code == 200 and live.get_data(as_text=True).lstrip().startswith("<h1")
