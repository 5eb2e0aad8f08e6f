"""A day with people of whom much is told; after its end nothing in any file says who they were.

Searched are all files there are (journal, write-ahead logs, a kiosk's ledger and outbox, the collector's files with
their free pages, a backup, the log), for each number as it stands, in other writings, encoded, or hashed without a
secret: an ID number has few enough possibilities that a plain hash of it is the number.
"""

import base64
import hashlib
import logging
import sqlite3
import zipfile
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from flask import Flask

from broker.collector.figures.contacts import FILE_NAME as CONTACTS_NAME
from broker.collector.notify.queue import FILE_NAME as NOTIFY_NAME
from broker.collector.notify.ways import Letter, NotDelivered
from broker.collector.safety.person_desk import erase
from broker.collector.web import WebOptions
from broker.model import commands as c
from broker.model.hall import Hall
from broker.model.hall_remote import Remote
from broker.model.person_keys import PersonKeys, check_digit
from broker.server.backup import make_backup
from kiosk.readers.cards import CardRead
from kiosk.readers.desk import Readers
from kiosk.readers.sdt_simulator import CARDS
from tests.collector.conftest import Browser
from tests.collector.town import TownHub, town_hall
from tests.halls import DAY, OPENS_MS, lobby_hall
from tests.kiosk.citizen_rig import Citizen, hall_at_work
from tests.waiting import until

HOUR_MS = 3_600_000
TODAY_S, A_MONTH_S = 86_400, 40 * 86_400
AT_MS = OPENS_MS + 5 * HOUR_MS
PHONES = ("13912345678", "13987654321", "18612340987")
LAID = ("middle", "elder")


def number(person: int) -> str:
    body = f"99000119630407{person:03d}"
    return body + check_digit(body)


TYPED = tuple(number(person) for person in range(7, 13))
SECRETS = (*TYPED, *(CARDS[name].whole_number for name in LAID), *PHONES)


class Gateway:
    """Takes every message but those for one telephone, which it says in its answer."""

    def __init__(self) -> None:
        self.took: list[str] = []

    def deliver(self, letter: Letter) -> None:
        if letter.to == PHONES[1]:
            raise NotDelivered("the gateway answered 400", for_good=True)
        self.took.append(letter.text)


@pytest.fixture
def hall() -> Hall:
    return msgspec.structs.replace(town_hall(), remote=Remote(services=("medical",)))


@pytest.fixture
def gateway() -> Gateway:
    return Gateway()


@pytest.fixture
def options(gateway: Gateway) -> WebOptions:
    return WebOptions(persons=PersonKeys(b"a secret of this hall", "town"), ways={"phone": gateway})


def writings(secret: str) -> Iterator[bytes]:
    """What anybody could turn back into the number without a secret."""
    digits = secret.rstrip("X")
    spaced = (f"{secret[:3]} {secret[3:7]} {secret[7:]}", f"{secret[:3]}-{secret[3:7]}-{secret[7:]}")
    for text in dict.fromkeys((secret, secret.lower(), digits, secret[:17], *spaced)):
        raw = text.encode()
        yield from (raw, text.encode("utf-16-le"), text.encode("utf-16-be"), text[::-1].encode())
        yield from (raw.hex().encode(), raw.hex().upper().encode())
        for shift in range(3):  # base64 of it inside a longer text, wherever it begins there
            coded = base64.b64encode(b"\0" * shift + raw)[-(-shift * 8 // 6) :].rstrip(b"=")
            yield coded[: len(coded) - 1]
        for kind in ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "blake2b", "sha3_256"):
            hashed = hashlib.new(kind, raw)
            yield from (hashed.digest(), hashed.hexdigest().encode(), hashed.hexdigest().upper().encode())
            yield base64.b64encode(hashed.digest()).rstrip(b"=")
    yield int(digits).to_bytes(6 if len(digits) < 15 else 8, "big")  # as SQLite keeps a whole number
    yield int(digits).to_bytes(6 if len(digits) < 15 else 8, "little")


NEEDLES = {secret: tuple(dict.fromkeys(writings(secret))) for secret in SECRETS}


def found_in(folder: Path) -> list[str]:
    """Which file holds which number, whole or in another writing; archives are looked into."""
    found = []
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        data = path.read_bytes()
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as packed:
                data = b"\n".join([data, *(packed.read(name) for name in packed.namelist())])
        for secret, needles in NEEDLES.items():
            found += [f"{path.relative_to(folder)}: {secret} as {n!r}" for n in needles if n in data]
    return found


def test_the_search_itself_finds_a_number_however_it_is_written(tmp_path: Path) -> None:
    for place, text in enumerate(
        (
            TYPED[0],
            base64.b64encode(f'{{"n":"{TYPED[0]}"}}'.encode()).decode(),
            base64.b64encode(f'{{"id":"{TYPED[0]}"}}'.encode()).decode(),
            base64.b64encode(f'{{"who":"{TYPED[0]}"}}'.encode()).decode(),
            hashlib.sha256(TYPED[0].encode()).hexdigest(),
            hashlib.md5(TYPED[0].encode(), usedforsecurity=False).hexdigest().upper(),
        )
    ):
        (tmp_path / f"{place}.txt").write_text(text, encoding="ascii")
    with sqlite3.connect(tmp_path / "db") as db:
        db.execute("CREATE TABLE kept (phone INTEGER)")
        db.execute("INSERT INTO kept VALUES (?)", (int(PHONES[0]),))
    db.close()
    with zipfile.ZipFile(tmp_path / "backup.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("hall.db", PHONES[1])
    assert {line.split(":")[0] for line in found_in(tmp_path)} == {*(f"{n}.txt" for n in range(6)), "db", "backup.zip"}


def at_the_kiosk(folder: Path) -> None:
    """Two people lay their cards down at a real reader's simulator; one takes a number by real name, for her mother."""
    engine = hall_at_work(folder, lobby_hall())
    citizen = Citizen(engine)
    cards = [laid(engine.hall, folder / "kiosk-1", name) for name in LAID]
    citizen.taps("service/card", "take").shows(cards[0]).taps("agent").shows(cards[1]).taps("take")
    assert citizen.paper_comes()[1].number
    citizen.taps("done")
    citizen.cut_off()  # one that is reported later goes through the outbox
    citizen.taps("service/card", "take").shows(cards[1]).taps("take")
    citizen.waits(2)
    citizen.cut_off(False)
    citizen.leaves()
    persons = {ticket.person for ticket in engine.writer.state.tickets.values()} - {None}
    assert persons, "by real name: a key of the person is known"
    engine.ask(c.CloseDay())


def laid(hall: Hall, data_folder: Path, name: str) -> CardRead:
    """What the kiosk's program is told of a card at its reader."""
    heard: list[object] = []
    readers = Readers(hall, "kiosk-1", data_folder, lambda: DAY, {})
    readers.start()
    try:
        assert readers.key("reader", name)
        until(lambda: heard.extend(readers.poll()) or any(isinstance(one, CardRead) for one in heard))
    finally:
        readers.stop()
    return next(one for one in heard if isinstance(one, CardRead))


def from_home(browser: Browser, hub: TownHub) -> None:
    """Bookings with telephones, a mistyped one, one that is looked for, moved and cancelled; a number taken afar."""
    client = browser.client
    made = []
    for person, phone in enumerate((PHONES[0], PHONES[1])):
        wish = {"id": f"home-{person:024d}", "service": "pension", "at_ms": AT_MS, "number": TYPED[person]}
        answer = client.post("/api/appointments", json=wish | {"phone": phone})
        assert answer.status_code == 201
        made.append(answer.get_json())
    wrong = wish | {"number": TYPED[0][:17] + "Y", "phone": PHONES[0]}
    assert client.post("/api/appointments", json=wrong).status_code in (400, 422)
    assert client.post("/api/appointments", json=wish | {"phone": TYPED[2]}).status_code in (400, 422)
    assert client.post("/api/appointments/found", json={"code": "00000000", "number": TYPED[3]}).status_code == 404
    own = f"/api/appointments/{made[1]['id']}"
    assert client.post(f"{own}/cancelled", json={"k": made[1]["k"]}).status_code == 200
    token = browser.read_token("/take")
    form = {"csrf": token, "ticket": f"phone-{4:032x}", "service": "medical", "identity": TYPED[4]}
    assert client.post("/take", data=form).status_code == 303
    hub.clock.advance(60)


def in_wrong_places(browser: Browser) -> None:
    """What people type where nobody asked for it."""
    token = browser.read_token("/login")
    for typed in (TYPED[5], PHONES[2]):
        form = {"csrf": token, "name": typed, "password": typed}
        assert browser.client.post("/login", data=form).status_code == 403
        assert browser.client.get(f"/api/tickets/{typed}").status_code in (400, 404)
        assert browser.client.get(f"/find?number={typed}").status_code in (302, 404)


def a_low_rating(browser: Browser, hub: TownHub) -> None:
    """Somebody wishes to be called; staff note the telephone the day after."""
    hub.done(c.OpenCounter(counter="c1"))
    hub.take_ticket("pension")
    visit = hub.serve("c1")
    rating = c.RecordEvaluation(
        evaluation=f"rating-{visit}", visit=visit, level="dissatisfied", device="phone", contact=True,
        pressed_at_ms=hub.clock.now_ms(),
    )  # fmt: skip
    hub.done(rating)
    hub.done(c.CloseDay())
    hub.clock.advance(TODAY_S)
    browser.log_in("the-manager")
    page = browser.client.get("/ratings").get_data(as_text=True)
    wish = page.split('name="wish" value="')[1].split('"')[0]
    form = {"wish": wish, "phone": f"{PHONES[2][:3]} {PHONES[2][3:7]} {PHONES[2][7:]}", "note": "下午打"}
    form |= {"csrf": browser.read_token("/ratings"), "action": "open"}
    assert browser.client.post("/ratings/contact", data=form).status_code == 302


def test_after_the_days_end_and_after_erasure_no_file_says_who_was_there(
    app: Flask, browser: Browser, hub: TownHub, gateway: Gateway, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    (tmp_path / "lobby").mkdir()
    at_the_kiosk(tmp_path / "lobby")
    notifier = app.extensions["jiaohao"].notifier
    from_home(browser, hub)
    in_wrong_places(browser)
    hub.clock.advance(3 * 3600 + 60)  # two hours before the appointment
    while notifier.send_due():
        pass
    assert any("3" in text for text in gateway.took)
    held = found_in(tmp_path)
    assert held, "while a reminder is to come its telephone is kept"
    assert {line.split(":")[0].removesuffix("-wal") for line in held} == {NOTIFY_NAME}, "\n".join(held)
    a_low_rating(browser, hub)
    notifier.queue.erase_old()
    kept = {line.split(":")[0].removesuffix("-wal") for line in found_in(tmp_path)}
    assert kept == {CONTACTS_NAME}, "what staff need to call somebody back, and nothing else, outlives the day"
    assert erase(tmp_path, PHONES[2]) == (1, ())
    make_backup(hub.hall, hub.path, {"collector/accounts.db": tmp_path / "accounts.db"}, tmp_path, hub.clock.now_ms())
    (tmp_path / "everything-said.log").write_text(caplog.text, encoding="utf-8")
    assert caplog.text
    assert not found_in(tmp_path), "\n".join(found_in(tmp_path))
