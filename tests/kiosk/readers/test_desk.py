"""All readers of a kiosk together, and what nobody may ever find of a person."""

import hashlib
import logging
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from broker.model.hall import Hall
from broker.runtime.code_lines import Scanned
from broker.runtime.errors import SettingError
from kiosk.readers.cards import CardRead, CardUnread
from kiosk.readers.connect import reader_of, scanner_of
from kiosk.readers.desk import Readers
from kiosk.readers.pcsc import PcscMissing
from kiosk.readers.sdt_simulator import CARDS, HOLDER, KEYS
from tests.halls import small_hall

DAY = "2026-03-05"
TURNS = 5_000


def hall_with(reader: str = "virtual://reader", scanner: str = "virtual://scanner") -> Hall:
    hall = small_hall()
    (name,) = list(hall.kiosks)[:1]
    kiosk = msgspec.structs.replace(hall.kiosks[name], reader=reader, scanner=scanner)
    return msgspec.structs.replace(hall, kiosks={name: kiosk})


def readers_of(folder: Path, day: str | None = DAY, **addresses: str) -> Readers:
    hall = hall_with(**addresses)
    (name,) = hall.kiosks
    return Readers(hall, name, folder / name, lambda: day, {})


@pytest.fixture
def readers(tmp_path: Path) -> Iterator[Readers]:
    readers = readers_of(tmp_path)
    readers.start()
    yield readers
    readers.stop()


def happens(readers: Readers) -> object:
    """The next event."""
    for _ in range(TURNS):
        for event in readers.poll():
            return event
        time.sleep(0.002)
    raise AssertionError("nothing happened")


def test_a_laid_card_and_a_held_code_come_out_of_one_poll(readers: Readers) -> None:
    assert readers.key("reader", "elder")
    card = happens(readers)
    assert isinstance(card, CardRead)
    assert card.age == 77
    assert readers.key("scanner", "https://hall.example/t/8F3K")
    assert happens(readers) == Scanned("https://hall.example/t/8F3K")
    assert readers.health() == {"reader": "ok", "scanner": "ok"}


def test_all_kiosks_of_a_machine_know_a_person_by_the_same_key(tmp_path: Path) -> None:
    keys = set()
    for name in ("one", "two"):
        hall = hall_with()
        readers = Readers(hall, next(iter(hall.kiosks)), tmp_path / name, lambda: DAY, {})
        readers.start()
        readers.key("reader", "middle")
        event = happens(readers)
        assert isinstance(event, CardRead)
        keys.add(event.person)
        readers.stop()
    assert len(keys) == 1


def test_before_the_first_business_day_no_card_is_read(tmp_path: Path) -> None:
    readers = readers_of(tmp_path, day=None)
    readers.start()
    readers.key("reader", "elder")
    assert happens(readers) == CardUnread("no_day")
    readers.stop()


def test_nothing_of_a_person_is_left_in_logs_texts_or_files(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A card that is read, one that cannot be, one without a day; then everything is searched."""
    number = CARDS["elder"].whole_number
    events, texts = [], []
    with caplog.at_level(logging.DEBUG):
        for day, fault in ((DAY, "ok"), (DAY, "unreadable"), (None, "ok")):
            readers = readers_of(tmp_path, day)
            readers.start()
            readers.key("reader", fault)
            readers.key("reader", "elder")
            events.append(happens(readers))
            texts += [repr(readers), repr(vars(readers)), repr(vars(readers._persons)), repr(readers.health())]
            texts += [repr(readers.panel())]
            readers.stop()
    assert [type(event) for event in events] == [CardRead, CardUnread, CardUnread]
    said = "\n".join([caplog.text, *texts, *map(repr, events), *map(str, events)])
    unsalted = [hashlib.new(kind, number.encode()).hexdigest()[:32] for kind in ("md5", "sha1", "sha256")]
    secrets = [number, number[3:14], number[6:14], number[:17], HOLDER, *unsalted]
    files = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert files
    for secret in secrets:
        assert secret not in said
        assert not [data for data in files if secret.encode() in data or secret.encode("utf-16-le") in data]


def test_a_kiosk_without_readers_has_none(tmp_path: Path) -> None:
    readers = readers_of(tmp_path, reader="none", scanner="none")
    readers.start()
    assert readers.poll() == []
    assert readers.health() == {}
    assert readers.panel() == []
    assert not readers.key("reader", "elder")
    assert not readers.key("scanner", "A042")
    readers.stop()
    assert list(tmp_path.iterdir()) == []


def test_the_panel_offers_every_key_and_every_key_does_something(readers: Readers) -> None:
    reader, scanner = readers.panel()
    assert reader.keys == tuple(KEYS)
    assert len(reader.labels) == len(reader.keys)
    assert scanner.kind == "scanner"
    assert all(readers.key("reader", key) for key in reader.keys)
    assert not readers.key("reader", "no-such-key")
    assert not readers.key("scanner", "")


@pytest.mark.parametrize(
    "address", ["virtual://scanner", "virtual://reader?x=1", "sdt://ttyUSB0", "sdt:///dev/x?baud=fast", "pcsc://one"]
)
def test_an_address_that_is_no_reader_is_refused_with_its_place_in_the_hall_file(tmp_path: Path, address: str) -> None:
    with pytest.raises(SettingError, match=r"kiosks\..*\.reader"):
        readers_of(tmp_path, reader=address)


def test_an_address_that_is_no_scanner_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=r"kiosks\..*\.scanner"):
        readers_of(tmp_path, scanner="virtual://reader")


def test_a_pcsc_reader_without_pyscard_is_refused_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "smartcard", None)
    with pytest.raises(PcscMissing):
        readers_of(tmp_path, reader="pcsc://0")


def test_a_serial_reader_is_fast_unless_told_otherwise_and_a_scanner_is_not() -> None:
    reader = reader_of("sdt:///dev/hall/reader", lambda number: None)
    slow = reader_of("sdt:///dev/hall/reader?baud=9600", lambda number: None)
    scanner = scanner_of("serial:///dev/hall/scanner")
    assert reader._port.address.baud == 115_200
    assert slow._port.address.baud == 9_600
    assert scanner._port.address.baud == 9_600
    assert reader.health() == "offline"
    assert scanner.poll() == []
