"""What the holder of a ticket does on a phone, and nobody else; a number taken at home."""

import msgspec
import pytest
from flask import Flask

from broker.collector.notify.telling import standings
from broker.collector.notify.wording import text_of
from broker.collector.web import WebOptions
from broker.model import commands as c
from broker.model.hall import Hall
from broker.model.hall_notify import Notify
from broker.model.hall_remote import Remote
from broker.model.person_keys import PersonKeys, check_digit
from broker.runtime.errors import DatabaseError
from tests.collector.conftest import Browser
from tests.collector.notify.test_web_push import KEY
from tests.collector.town import TownHub, town_hall
from tests.rating_keys import keys_of

ENDPOINT = "https://push.example.com/abc"
PERSON = "11010519900307123"
PERSON += check_digit(PERSON)


@pytest.fixture
def hall() -> Hall:
    return msgspec.structs.replace(town_hall(), remote=Remote(services=("pension",)), notify=Notify())


@pytest.fixture
def options() -> WebOptions:
    return WebOptions(persons=PersonKeys(b"a secret of the hall", "town"), quiet_s=0.05, gap_s=0.0, stream_s=2.0)


def proof(hub: TownHub, ticket: str, device: str = "kiosk-1") -> str:
    return keys_of(hub.hall).of(device).ticket_proof(ticket)


def held(hub: TownHub) -> tuple[str, str, str]:
    """(id, number, proof) of a paper that a kiosk gave."""
    hub.clock.advance(5)
    number = hub.take_ticket("pension")
    return hub.ids[number], number, proof(hub, hub.ids[number])


def wish(browser: Browser, ticket: str, what: str, proof: str, **more: object) -> tuple[int, dict]:
    body = {"id": "phone-wish-0001", "proof": proof, **more}
    answer = browser.client.post(f"/api/tickets/{ticket}/{what}", json=body)
    return answer.status_code, answer.get_json()


def subscription(**more: object) -> dict[str, object]:
    return {"endpoint": ENDPOINT, "browser_key": KEY, "secret": "c2l4dGVlbiBieXRlcyAxNg", **more}


def test_the_holder_lets_others_go_first_and_the_page_says_it_is_done(hub: TownHub, browser: Browser) -> None:
    (ticket, number, key), *_ = [held(hub) for _ in range(5)]
    assert "ask-postpone" in browser.client.get(f"/t/{ticket}?k={key}").get_data(as_text=True)
    assert wish(browser, ticket, "postponement", key) == (200, {"number": number, "places": 3})
    assert browser.client.get(f"/api/tickets/{ticket}").get_json()["ahead"] == 3
    page = browser.client.get(f"/t/{ticket}?k={key}", headers={"X-Part": "live"}).get_data(as_text=True)
    assert "ask-postpone" not in page and "ask-cancel" in page
    assert wish(browser, ticket, "postponement", key)[0] == 200, "the same wish again is the same answer"
    status, refused = wish(browser, ticket, "postponement", key, id="phone-wish-0002")
    assert (status, refused["code"]) == (409, "postponed_enough")


def test_the_holder_gives_the_number_up(hub: TownHub, browser: Browser) -> None:
    ticket, number, key = held(hub)
    assert wish(browser, ticket, "cancellation", key) == (200, {"number": number, "places": 0})
    assert browser.client.get(f"/api/tickets/{ticket}").get_json()["status"] == "cancelled"


def test_the_printed_number_alone_shows_the_place_and_nothing_to_press(hub: TownHub, browser: Browser) -> None:
    ticket, number, _ = held(hub)
    page = browser.client.get(f"/t/{number}").get_data(as_text=True)
    assert number in page and "data-asks" not in page and 'id="push"' not in page
    for what in ("postponement", "cancellation"):
        assert wish(browser, number, what, "a" * 13)[1]["code"] == "wrong_ticket_proof"
        assert wish(browser, ticket, what, "a" * 13)[1]["code"] == "wrong_ticket_proof"
        assert wish(browser, ticket, what, "")[1]["code"] == "wrong_ticket_proof"


def test_whoever_guesses_is_slowed_down(hub: TownHub, browser: Browser) -> None:
    ticket, _, _ = held(hub)
    seen = {wish(browser, ticket, "cancellation", "a" * 13, id=f"phone-guess-{n:04d}")[0] for n in range(80)}
    assert seen == {409, 429}


def test_a_page_is_told_once_when_few_are_before_it(hub: TownHub, browser: Browser) -> None:
    hub.done(c.OpenCounter(counter="c1"))
    tickets = [held(hub) for _ in range(6)]
    answer = browser.client.get(f"/api/events?watch=service&ticket={tickets[5][0]}", buffered=False)
    stream = (chunk.decode() for chunk in answer.response)
    assert "event: nearly" not in next(stream), "five are before it"
    told = []
    for _ in range(3):
        hub.done(c.CallNext(counter="c1"))
        told.append("event: nearly" in next(stream))
        hub.done(c.FinishService(counter="c1"))
        next(stream)
    assert told == [False, True, False]
    answer.close()


def test_a_subscription_needs_the_holders_proof_and_a_push_service_of_the_internet(
    hub: TownHub, browser: Browser, app: Flask
) -> None:
    ticket, number, key = held(hub)
    store = app.extensions["jiaohao"].push.store
    offer = browser.client.get("/api/push").get_json()
    assert len(offer["key"]) == 87 and offer["reached"]
    assert wish(browser, ticket, "push", "a" * 13, **subscription())[1]["code"] == "wrong_ticket_proof"
    inside = wish(browser, ticket, "push", key, **subscription(endpoint="https://10.0.0.1/x"))
    assert (inside[0], inside[1]["code"]) == (422, "not_a_subscription")
    assert store.all() == []
    assert wish(browser, ticket, "push", key, **subscription(), id="phone-wish-0003")[0] == 200
    assert [(one.number, one.page) for one in store.all()] == [(number, f"/t/{ticket}?k={key}")]
    assert wish(browser, ticket, "push", key, endpoint=ENDPOINT, on=False, id="phone-wish-0004")[0] == 200
    assert store.all() == []


def test_browsers_are_told_with_few_before_them_when_called_and_when_missed_and_each_once(
    hub: TownHub, browser: Browser, app: Flask
) -> None:
    web = app.extensions["jiaohao"]
    hub.done(c.OpenCounter(counter="c1"))
    tickets = [held(hub) for _ in range(5)]
    ticket, number, key = tickets[4]
    assert wish(browser, ticket, "push", key, **subscription())[0] == 200
    kinds = lambda: [entry.message.kind for entry in web.notifier.queue.due()]  # noqa: E731
    web.push.telling.look()
    assert kinds() == [], "four are before it"
    for _ in range(4):
        hub.done(c.CallNext(counter="c1"))
        web.push.telling.look()
        web.push.telling.look()
        hub.done(c.FinishService(counter="c1"))
    hub.done(c.CallNext(counter="c1"))
    web.push.telling.look()
    hub.clock.advance(10)
    hub.done(c.Recall(counter="c1"))
    web.push.telling.look()
    hub.done(c.MarkNoShow(counter="c1"))
    web.push.telling.look()
    assert sorted(kinds()) == ["called", "called", "missed", "three_ahead"]
    assert standings(hub.hall, hub.live)[number].status == "no_show"
    facts = web.notifier.queue.due()[0].message.facts
    assert facts["page"] == f"/t/{ticket}?k={key}"
    hub.done(c.ReturnTicket(number=number))
    hub.done(c.CallNext(counter="c1"))
    web.push.telling.look()
    hub.done(c.TransferTicket(counter="c1", to_service="card"))
    web.push.telling.look()
    assert sorted(kinds()).count("moved") == 1
    [moved] = [entry.message for entry in web.notifier.queue.due() if entry.message.kind == "moved"]
    assert hub.hall.services["card"].names.zh in text_of(hub.hall, moved)


def _form(browser: Browser) -> dict[str, str]:
    text = browser.client.get("/take").get_data(as_text=True)
    ticket = text.split('name="ticket" value="')[1].split('"')[0]
    return {"csrf": browser.read_token("/take"), "ticket": ticket, "service": "pension"}


def test_a_number_is_taken_at_home_and_its_link_is_the_holders(hub: TownHub, browser: Browser) -> None:
    form = {**_form(browser), "identity": PERSON.lower()}
    answer = browser.client.post("/take", data=form)
    assert answer.status_code == 303
    page = browser.client.get(answer.headers["Location"]).get_data(as_text=True)
    assert "您还没有报到" in page and "ask-postpone" in page
    assert PERSON not in page and PERSON not in answer.headers["Location"]
    again = browser.client.post("/take", data=form)
    assert again.headers["Location"] == answer.headers["Location"], "pressed twice it is one number"
    number = page.split('data-number="')[1].split('"')[0]
    hub.done(c.ReturnTicket(number=number), "kiosk-1")
    assert "您还没有报到" not in browser.client.get(answer.headers["Location"]).get_data(as_text=True)


def test_an_identity_number_is_nowhere_in_the_halls_files(hub: TownHub, browser: Browser, app: Flask) -> None:
    assert browser.client.post("/take", data={**_form(browser), "identity": PERSON}).status_code == 303
    folder = app.extensions["jiaohao"].accounts.folder
    kept = b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())
    assert PERSON.encode() not in kept


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        ({"identity": "11010519900307123" + "0"}, 422, "身份证号码不正确"),
        ({"identity": ""}, 422, "身份证号码不正确"),
        ({"service": "card"}, 422, "请选择业务"),
        ({"ticket": "ticket-000001"}, 403, ""),
        ({"csrf": "x"}, 403, ""),
    ],
)
def test_a_wrong_form_takes_no_number(
    hub: TownHub, browser: Browser, change: dict[str, str], status: int, said: str
) -> None:
    form = {**_form(browser), "identity": PERSON, **change}
    answer = browser.client.post("/take", data=form)
    assert answer.status_code == status
    text = answer.get_data(as_text=True)
    assert said in text and PERSON not in text
    assert not hub.writer.state.tickets


def test_a_second_number_of_the_same_person_is_refused_in_words(hub: TownHub, browser: Browser) -> None:
    assert browser.client.post("/take", data={**_form(browser), "identity": PERSON}).status_code == 303
    answer = browser.client.post("/take", data={**_form(browser), "identity": PERSON})
    assert answer.status_code == 409
    assert 'role="alert"' in answer.get_data(as_text=True)


class TestWithoutRemote:
    @pytest.fixture
    def hall(self) -> Hall:
        return town_hall()

    def test_nothing_offers_a_number_at_home(self, browser: Browser) -> None:
        assert browser.client.get("/take").status_code == 404
        assert "/take" not in browser.client.get("/").get_data(as_text=True)


class TestWithoutHttps:
    @pytest.fixture
    def options(self) -> WebOptions:
        return WebOptions(listen="0.0.0.0", public_url="http://hall.example.cn")

    def test_no_browser_is_told_and_the_page_is_not_promised_it(self, hub: TownHub, browser: Browser) -> None:
        ticket, _, key = held(hub)
        assert browser.client.get("/api/push").get_json() == {"key": None, "reached": False}
        assert wish(browser, ticket, "push", key, **subscription())[1]["code"] == "no_push"


def test_made_up_tickets_and_codes_do_not_reach_the_engine(hub: TownHub, browser: Browser) -> None:
    asked = len(hub.submitted)
    for n in range(40):
        assert wish(browser, f"ticket-made-up-{n:04d}", "cancellation", "a" * 13)[0] in (409, 429)
    assert len(hub.submitted) == asked
    body = {"id": "phone-guess-0001", "proof": "a" * 13, "level": "satisfied"}
    sign = next(iter((*hub.hall.signs, *hub.hall.keypads)))
    seen = {browser.client.post(f"/api/signs/{sign}/visit-{n:06d}/rating", json=body).status_code for n in range(40)}
    assert seen == {429}, "the guesses above were this address's last"
    assert len(hub.submitted) == asked


def test_who_is_still_on_the_way_is_told_to_check_in_and_whoever_did_is_called_back_to_the_waiting_area(
    hub: TownHub, browser: Browser, app: Flask
) -> None:
    web = app.extensions["jiaohao"]
    hub.done(c.OpenCounter(counter="c1"))
    taken = browser.client.post("/take", data={**_form(browser), "identity": PERSON}).headers["Location"]
    ticket, _, key = taken.removeprefix("/t/").partition("?k=")
    assert wish(browser, ticket, "push", key, **subscription(language="en"))[0] == 200
    page = browser.client.get(f"{taken}&lang=zh").get_data(as_text=True)
    assert 'class="nearly"' in page and "请尽快到大厅报到" in page and "请回到等候区" not in page
    for _ in range(3):
        web.push.telling.look()
    [sent] = [entry.message for entry in web.notifier.queue.due()]
    assert sent.kind == "check_in_soon"
    text = text_of(hub.hall, sent)
    assert "you have not checked in" in text and "waiting area" not in text
    paper, _, proved = held(hub)
    assert wish(browser, paper, "push", proved, **subscription(), id="phone-wish-0002")[0] == 200
    web.push.telling.look()
    assert {entry.message.kind for entry in web.notifier.queue.due()} == {"check_in_soon", "three_ahead"}


def test_a_journal_that_cannot_be_read_keeps_nobody_from_being_told(
    hub: TownHub, browser: Browser, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    web = app.extensions["jiaohao"]
    hub.done(c.OpenCounter(counter="c1"))
    ticket, _, key = held(hub)
    assert wish(browser, ticket, "push", key, **subscription())[0] == 200

    def broken(key: str) -> None:
        raise DatabaseError(hub.path, "disk I/O error")

    monkeypatch.setattr(web.reports, "ticket", broken)
    web.push.telling.look()
    assert [entry.message.kind for entry in web.notifier.queue.due()] == ["three_ahead"]
