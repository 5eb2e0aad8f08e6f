"""Nothing is lost and nothing doubled: a receiver that is dead for a day, one that refuses, a collector that is killed,
a backup that came back. Real letters to a real server on this machine; the hall's clock is handed in."""

import hmac
import json
import shutil
import sqlite3
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest

from broker.collector.notify.ways import NotDelivered
from broker.collector.outward.courier import CHUNK, LOOK_S, PAUSE_LONGEST_S, Courier
from broker.collector.outward.receivers import UPWARD, Receivers
from broker.model import commands as c
from broker.runtime.errors import DatabaseError
from tests.collector.notify.receivers import WebReceiver, web_receiver
from tests.collector.outward.told import (
    KINDS,
    SECRET,
    bodies,
    delivered_once,
    in_the_journal,
    lived,
    receivers_of,
    telling_hall,
)
from tests.collector.town import TownHub, town_clock


@pytest.fixture
def server():
    with web_receiver() as made:
        yield made


@pytest.fixture
def hub(tmp_path: Path, server: WebReceiver) -> TownHub:
    made = TownHub(tmp_path, telling_hall(server.url), town_clock())
    made.open_day()
    return made


@pytest.fixture
def named(hub: TownHub, tmp_path: Path) -> Receivers:
    """Both receivers, which are new and have heard of nothing."""
    found = receivers_of(hub, tmp_path)
    for one in found.all:
        one.courier.turn()
    return found


def courier(named: Receivers, key: str) -> Courier:
    found = named.find(key)
    assert found is not None
    return found.courier


def finish(one: Courier) -> None:
    """Turns until nothing is left to tell; a receiver that answers takes a handful."""
    for _ in range(2_000):
        pause_s, place = one.turn(), one.places.of(one.receiver)
        if pause_s == LOOK_S and place is not None and place.position == one.tail.newest():
            return
    raise AssertionError("it never came to an end")


def test_a_new_receiver_is_told_what_comes_from_now_on(hub: TownHub, named: Receivers, server: WebReceiver) -> None:
    assert server.taken == []
    hub.take_ticket("pension")
    finish(courier(named, "city"))
    [told] = bodies(server.taken, "/city")
    assert (told["kind"], told["number"], told["service"]["key"]) == ("ticket.issued", "A001", "pension")
    assert told["hall"] == "town" and told["day"] == "2026-03-04" and told["at"].startswith("2026-03-04T09:0")


def test_a_receiver_that_is_dead_for_a_day_loses_nothing_and_gets_nothing_twice(
    hub: TownHub, named: Receivers, server: WebReceiver
) -> None:
    """It is down while a day is lived, asked with longer and longer pauses, then ill, then well."""
    one, begun = courier(named, "city"), named.tail.newest()
    lived(hub, 60)
    finish(one)
    server.statuses = [503]
    hub.take_ticket("pension")
    died_ms, pauses = hub.clock.now_ms(), []
    while hub.clock.now_ms() - died_ms < 86_400_000:
        pauses.append(one.turn())
        hub.clock.advance(pauses[-1])
        if len(pauses) == 20:
            lived(hub, 240)
    assert pauses[:9] == [1, 2, 4, 8, 16, 32, 64, 128, 256]
    assert set(pauses[9:]) == {PAUSE_LONGEST_S}, "and no oftener than that"
    place = named.places.of("city")
    assert place is not None and place.since_ms == died_ms and place.fault == "HTTP 503"
    server.statuses = [500, 201, 404, 201, 429, 401, 201]
    finish(one)
    wanted = in_the_journal(hub.path, KINDS, begun)
    assert len(wanted) > 40
    found = [told for told, answer in zip(bodies(server.taken, "/city"), server.answered, strict=True) if answer == 201]
    assert [told["position"] for told in found] == wanted, "each once, in order"
    assert len({told["id"] for told in found}) == len(wanted)
    place = named.places.of("city")
    assert place is not None and place.since_ms is None and place.tries == 0
    assert sum(row.arrived for row in named.places.days("city")) == len(wanted)
    assert all(row.refused == 0 for row in named.places.days("city"))


def test_no_way_of_being_dead_puts_a_letter_aside(hub: TownHub, named: Receivers, server: WebReceiver) -> None:
    """Nobody listens, a connection that is cut, one that says nothing: all of it is 'not now'."""
    one = courier(named, "city")
    hub.take_ticket("pension")
    real = one.send

    def dead(letter: object) -> object:
        raise NotDelivered("the server is not one of the Internet", for_good=True)

    one.send = dead  # type: ignore[assignment]
    assert [one.turn() for _ in range(4)] == [1, 2, 4, 8]
    assert named.places.refused("city") == []
    one.send = real
    finish(one)
    assert [told["kind"] for told in bodies(server.taken, "/city")] == ["ticket.issued"]


def test_the_receiver_says_when_to_come_again(hub: TownHub, named: Receivers, server: WebReceiver) -> None:
    server.statuses, server.headers = [429], {"Retry-After": "120"}
    hub.take_ticket("pension")
    assert courier(named, "city").turn() == 120
    server.headers = {"Retry-After": "999999"}
    assert courier(named, "city").turn() == 3_600, "nobody makes us wait for days"


def test_killed_between_sending_and_noting_it_tells_the_same_letter_once_more(
    hub: TownHub, named: Receivers, server: WebReceiver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every second letter is followed by an end of the process: its note is never written."""
    begun, killed = named.tail.newest(), 0
    lived(hub, 150)
    arrived, sent = type(named.places).arrived, 0

    def dies(*values: object) -> None:
        nonlocal sent, killed
        sent += 1
        if sent % 2:
            killed += 1
            raise DatabaseError(tmp_path / "outward.db", "killed")
        arrived(*values)  # type: ignore[arg-type]

    monkeypatch.setattr(type(named.places), "arrived", dies)
    for _ in range(200):
        again = courier(receivers_of(hub, tmp_path), "city")
        try:
            if again.turn() == LOOK_S:
                break
        except DatabaseError:
            continue
    found = list(bodies(server.taken, "/city"))
    wanted = in_the_journal(hub.path, KINDS, begun)
    assert killed > 5 and len(found) > len(wanted)
    assert [told["position"] for told in delivered_once(found)] == wanted
    assert [told["position"] for told in found] == sorted(told["position"] for told in found), "the order held"


def test_what_is_refused_for_good_is_put_aside_and_can_be_sent_again(
    hub: TownHub, named: Receivers, server: WebReceiver
) -> None:
    one = courier(named, "city")
    for _ in range(3):
        hub.take_ticket("pension")
    server.statuses = [201, 422, 201]
    finish(one)
    [refused] = named.places.refused("city")
    assert (refused.kind, refused.fault, refused.day) == ("ticket.issued", "HTTP 422", "2026-03-04")
    [day] = named.places.days("city")
    assert (day.arrived, day.refused) == (2, 1)
    server.statuses = [400, 201]
    assert named.places.try_again("city", refused.position) == 1
    finish(one)
    assert named.places.refused("city")[0].fault == "HTTP 400", "it was refused again, and waits for a word"
    finish(one)
    assert named.places.try_again("city") == 1
    finish(one)
    assert named.places.refused("city") == []
    [day] = named.places.days("city")
    assert (day.arrived, day.refused) == (3, 0)
    assert named.places.of("city").position == named.tail.newest(), "what comes later was never held up"


def test_a_day_can_be_told_again_under_the_same_ids(hub: TownHub, named: Receivers, server: WebReceiver) -> None:
    one = courier(named, "city")
    lived(hub, 60)
    finish(one)
    first = list(bodies(server.taken, "/city"))
    counted = named.places.days("city")
    before = named.tail.before("2026-03-04")
    assert before is not None and named.places.go_back("city", before)
    server.taken.clear()
    finish(one)
    again = list(bodies(server.taken, "/city"))
    assert again[-len(first) :] == first, "letter by letter the same"
    assert [told["kind"] for told in again[: -len(first)]] == ["day.opened"], "which happened before it was named"
    assert named.places.days("city") == counted, "what was counted is not counted twice"


def test_after_a_backup_came_back_nothing_is_told_twice_and_nothing_new_is_missed(
    hub: TownHub, named: Receivers, server: WebReceiver, tmp_path: Path
) -> None:
    folder = tmp_path / "again"
    folder.mkdir()
    lived(hub, 60)
    shutil.copy(hub.path, folder / "hall.db")
    at_backup = named.tail.newest()
    lived(hub, 90)
    finish(courier(named, "city"))
    before = list(bodies(server.taken, "/city"))
    assert sum(told["position"] > at_backup for told in before) > 5, "the backup does not know of these"
    server.taken.clear()
    with closing(sqlite3.connect(folder / "hall.db")) as connection, connection:
        connection.execute("UPDATE facts SET value = 'another-journal' WHERE name = 'journal'")
    hub.clock.advance(600)
    restored = TownHub(folder, hub.hall, hub.clock)
    restored.go_on_after(hub)
    restored.take_ticket("card")
    after = courier(receivers_of(restored, tmp_path), "city")
    finish(after)
    [new] = bodies(server.taken, "/city")
    assert (new["kind"], new["service"]["key"]) == ("ticket.issued", "card")
    assert new["position"] in {told["position"] for told in before}, "another event at a place that was told of before"
    assert new["id"] not in {told["id"] for told in before}
    day = after.tail.before("2026-03-04")
    assert day is not None and after.places.go_back("city", day)
    server.taken.clear()
    finish(after)
    again = [told for told in bodies(server.taken, "/city") if told["kind"] != "day.opened"]
    assert again[:-1] == before[: len(again) - 1], "what both journals know has the ids that it had"
    assert again[-1] == new


def test_what_is_sent_is_signed_and_says_which_letter_it_is(
    hub: TownHub, named: Receivers, server: WebReceiver
) -> None:
    hub.take_ticket("pension")
    finish(courier(named, "city"))
    [taken] = server.taken
    parts = dict(part.split("=", 1) for part in taken.headers["x-jiaohao-signature"].split(","))
    ours = hmac.new(SECRET.encode(), parts["t"].encode() + b"." + taken.body, sha256).hexdigest()
    assert parts["v1"] == ours
    assert int(parts["t"]) == hub.clock.now_ms() // 1000
    told = json.loads(taken.body)
    assert taken.headers["idempotency-key"] == told["id"] and taken.headers["x-jiaohao-event"] == told["kind"]


def test_nothing_of_a_person_leaves(hub: TownHub, named: Receivers, server: WebReceiver) -> None:
    """Neither who somebody is, nor why he goes first, nor what staff noted, nor what proves that he holds a ticket."""
    hub.done(c.OpenCounter(counter="c1"))
    hub.take_ticket("pension", priority="elderly", person="5ec2e7" + "0" * 26, phone_tail="4711", needs=("hearing",))
    hub.done(c.CallNext(counter="c1"))
    hub.done(c.HoldTicket(counter="c1", note="secret note"))
    hub.done(c.PauseCounter(counter="c1", reason="系统升级", contact="Zhang San", phone="0432-8016"))
    finish(courier(named, "city"))
    text = b"".join(taken.body for taken in server.taken).decode()
    assert len(server.taken) == 5
    for secret in (
        "secret",
        "5ec2e7",
        "elderly",
        "4711",
        "hearing",
        "Zhang",
        "138-0000",
        "ticket-0",
        "staff-16",
        "016",
    ):
        assert secret not in text, secret


def test_only_the_kinds_that_a_receiver_wants(tmp_path: Path, server: WebReceiver) -> None:
    text = telling_hall(server.url)
    wants = type(text.webhooks["city"])(url=f"{server.url}/city", private=True, kinds=("ticket.called",))
    hub = TownHub(tmp_path, type(text)(**{**_fields(text), "webhooks": {"city": wants}}), town_clock())
    hub.open_day()
    named = receivers_of(hub, tmp_path)
    one = courier(named, "city")
    one.turn()
    lived(hub, 60)
    finish(one)
    assert {told["kind"] for told in bodies(server.taken, "/city")} == {"ticket.called"}
    assert named.places.of("city").position == named.tail.newest(), "the rest is passed by"


def _fields(hall: object) -> dict[str, object]:
    return {name: getattr(hall, name) for name in hall.__struct_fields__}  # type: ignore[attr-defined]


def test_an_address_of_the_own_network_needs_a_word_in_the_hall_file(tmp_path: Path, server: WebReceiver) -> None:
    text = telling_hall(server.url)
    public = type(text.webhooks["city"])(url=f"{server.url}/city")
    hub = TownHub(tmp_path, type(text)(**{**_fields(text), "webhooks": {"city": public}}), town_clock())
    hub.open_day()
    one = courier(receivers_of(hub, tmp_path), "city")
    one.turn()
    hub.take_ticket("pension")
    assert one.turn() == 1 and server.taken == []
    place = one.places.of("city")
    assert place is not None and "not one of the Internet" in place.fault


def test_a_fault_of_ours_with_one_event_holds_up_nobody(
    hub: TownHub, named: Receivers, server: WebReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, real = courier(named, "city"), courier(named, "city").letters

    def stumbles(told: object, journal: str) -> object:
        if type(told.event).__name__ == "TicketCalled":  # type: ignore[attr-defined]
            raise ZeroDivisionError
        return real(told, journal)  # type: ignore[arg-type]

    one.letters = stumbles  # type: ignore[assignment]
    lived(hub, 30)
    finish(one)
    assert [row.fault for row in named.places.refused("city")] == ["ZeroDivisionError"]
    assert "ticket.finished" in {told["kind"] for told in bodies(server.taken, "/city")}


def test_without_a_secret_nothing_is_sent_and_it_is_said(hub: TownHub, tmp_path: Path) -> None:
    from broker.collector.outward.receivers import open_receivers

    for secrets in ({}, {"JIAOHAO_WEBHOOK_CITY_SECRET": "short"}):
        named = open_receivers(hub.hall, hub.path, tmp_path, secrets, hub.clock.now_ms)
        assert named is not None
        city, upward = named.find("city"), named.find(UPWARD)
        assert city is not None and city.why_not is not None and "JIAOHAO_WEBHOOK_CITY_SECRET" in city.why_not.en
        assert upward is not None and upward.why_not is None, "a signature upward is the receiver's choice"


def test_a_long_silence_is_read_in_pieces(hub: TownHub, named: Receivers, server: WebReceiver) -> None:
    """More events than one turn takes: the next turn follows at once."""
    begun = named.tail.newest()
    for _ in range(CHUNK // 2 + 20):
        hub.take_ticket("card" if len(hub.ids) % 2 else "pension")
    assert courier(named, "city").turn() == 0
    finish(courier(named, "city"))
    assert [told["position"] for told in bodies(server.taken, "/city")] == in_the_journal(hub.path, KINDS, begun)
