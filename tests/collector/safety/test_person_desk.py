"""What the collector keeps of somebody: told when asked for, and gone from every byte of its files when erased."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from broker.__main__ import main
from broker.collector.figures.contacts import FILE_NAME as CONTACTS_NAME
from broker.collector.figures.contacts import Contact, Contacts
from broker.collector.notify.message import Message
from broker.collector.notify.push_store import FILE_NAME as PUSH_NAME
from broker.collector.notify.push_store import PushStore, Subscription
from broker.collector.notify.queue import FILE_NAME as NOTIFY_NAME
from broker.collector.notify.queue import Queue
from broker.collector.quality.case_texts import FILE_NAME as QUALITY_NAME
from tests.collector.town import SIGNS, TOWN

NOW_MS = 1_772_586_000_000
PHONE, OTHER, CODE = "13800138000", "13900139000", "7F3K-9QXW-22"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("JIAOHAO_DATA", str(tmp_path / "data"))
    (tmp_path / "hall.toml").write_text(TOWN + SIGNS, encoding="utf-8")
    folder = tmp_path / "data" / "collector"
    contacts = Contacts(folder / CONTACTS_NAME, lambda: NOW_MS, 30)
    contacts.write(Contact("rating-1", NOW_MS, phone="138 0013 8000", note="下午打"))
    contacts.write(Contact("rating-2", NOW_MS, phone=OTHER))
    queue = Queue(folder / NOTIFY_NAME, lambda: NOW_MS)
    for number, to in enumerate((PHONE, OTHER)):
        queue.add(
            Message(
                id=f"message-{number}",
                way="phone",
                to=to,
                kind="appointment_reminder",
                facts={"code": CODE if number else "x"},
                erase_ms=NOW_MS + 86_400_000,
            )
        )
    push = PushStore(folder / PUSH_NAME, lambda: NOW_MS)
    push.add(Subscription("s1", "t-1", "A042", "/t/A042", "https://push.example/1", "k", "s", "zh", NOW_MS + 1_000))
    return tmp_path


def add_message(folder: Path, to: str, facts: dict[str, str]) -> None:
    queue = Queue(folder / "data" / "collector" / NOTIFY_NAME, lambda: NOW_MS)
    kind = "appointment_reminder"
    queue.add(Message(id="message-9", way="phone", to=to, kind=kind, facts=facts, erase_ms=NOW_MS + 86_400_000))


def ask(folder: Path, monkeypatch: pytest.MonkeyPatch, what: str, typed: str) -> int:
    monkeypatch.setattr("getpass.getpass", lambda prompt: typed)
    return main(["person", str(folder / "hall.toml"), what])


def stored(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in (folder / "data" / "collector").iterdir())


def test_all_that_is_kept_of_a_telephone_is_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ask(folder, monkeypatch, "export", "138-0013-8000") == 0
    told = json.loads(capsys.readouterr().out)
    assert [row["note"] for row in told[CONTACTS_NAME]] == ["下午打"]
    assert [row["sent_to"] for row in told[NOTIFY_NAME]] == [PHONE]
    assert told[PUSH_NAME] == []


def test_what_is_erased_is_in_no_byte_of_any_file_and_others_keep_theirs(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ask(folder, monkeypatch, "erase", PHONE) == 0
    assert "2 rows" in capsys.readouterr().out
    left = stored(folder)
    assert PHONE.encode() not in left and b"138 0013 8000" not in left
    assert OTHER.encode() in left
    assert ask(folder, monkeypatch, "erase", CODE) == 0
    assert ask(folder, monkeypatch, "erase", "a042") == 0
    assert b"push.example" not in stored(folder)


@pytest.mark.parametrize(
    "typed",
    ["38001380", "01380000", "20260305", "OLDAGEPENSION", "EXAMPLEORG", "BOOKINGA", "7F3K9QXW", "13800138", "00138000"],
)
def test_what_is_a_part_of_a_strangers_number_or_is_everybodys_tells_nothing_of_him(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], typed: str
) -> None:
    facts = {
        "time": "2026-03-05 14:00",
        "service": "OLD AGE PENSION",
        "link": "https://example.org/booking/a/home-1?k=2",
    }
    add_message(folder, "13700137000", facts)
    assert ask(folder, monkeypatch, "export", typed) == 0
    assert json.loads(capsys.readouterr().out) == {CONTACTS_NAME: [], QUALITY_NAME: [], NOTIFY_NAME: [], PUSH_NAME: []}
    assert ask(folder, monkeypatch, "erase", typed) == 0
    assert "0 rows" in capsys.readouterr().out


@pytest.mark.parametrize(
    "note",
    [
        "打 +86 138-0013-8000 找她",
        "call (138) 0013 8000.",
        "008613800138000",
        "１３８００１３８０００",
        "3 号窗口 3 13800138000",
    ],
)
def test_a_telephone_is_found_however_it_was_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], note: str
) -> None:
    contacts = Contacts(folder / "data" / "collector" / CONTACTS_NAME, lambda: NOW_MS, 30)
    contacts.write(Contact("rating-9", NOW_MS, note=note))
    assert ask(folder, monkeypatch, "export", PHONE) == 0
    assert note in [row["note"] for row in json.loads(capsys.readouterr().out)[CONTACTS_NAME]]


def test_a_booking_is_found_by_the_end_of_its_link(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    add_message(folder, "13700137000", {"link": "https://example.org/booking/a/home-ABCDEFGH12345678?k=2"})
    ask(folder, monkeypatch, "export", "home-abcdefgh12345678")
    assert [row["sent_to"] for row in json.loads(capsys.readouterr().out)[NOTIFY_NAME]] == ["13700137000"]


def test_that_old_bytes_may_be_left_is_said_where_somebody_reads_the_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder / "data" / "collector" / NOTIFY_NAME
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM messages").fetchone() == (2,)
        assert ask(folder, monkeypatch, "erase", PHONE) == 1
        told = capsys.readouterr()
        assert NOTIFY_NAME in told.err and "overwritten" not in told.out
    assert ask(folder, monkeypatch, "erase", PHONE) == 0
    assert PHONE.encode() not in stored(folder)


def test_a_few_digits_are_not_enough_to_go_by(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ask(folder, monkeypatch, "erase", "138") == 1


def test_the_audit_log_says_that_it_was_done_and_not_of_whom(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ask(folder, monkeypatch, "erase", PHONE)
    assert PHONE.encode() not in (folder / "data" / "collector" / "audit.db").read_bytes()
    assert b"person_erased" in stored(folder)


def test_of_a_hall_without_such_files_nothing_is_told_and_nothing_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("JIAOHAO_DATA", str(tmp_path / "data"))
    (tmp_path / "hall.toml").write_text(TOWN + SIGNS, encoding="utf-8")
    assert [ask(tmp_path, monkeypatch, what, PHONE) for what in ("export", "erase")] == [0, 0]
    assert "0 rows" in capsys.readouterr().out


def test_a_mail_address_is_found_however_its_letters_are_written_and_erased(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    add_message(folder, "Clerk.One@works.example.cn", {"code": "12345678"})
    assert ask(folder, monkeypatch, "export", "clerk.two@works.example.cn") == 0
    assert "Clerk.One" not in capsys.readouterr().out
    assert ask(folder, monkeypatch, "export", " clerk.one@WORKS.example.cn") == 0
    assert "Clerk.One@works.example.cn" in capsys.readouterr().out
    assert ask(folder, monkeypatch, "erase", "clerk.one@works.example.cn") == 0
    assert b"Clerk.One@works" not in stored(folder)
