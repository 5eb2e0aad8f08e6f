"""What a server says that may not use the data it was given: a sentence and a settled exit code, not an accident."""

import sqlite3
from pathlib import Path

import msgspec
import pytest

from broker.model.hall import Hall
from broker.runtime.clock import SystemClock
from broker.runtime.errors import SettingError
from broker.runtime.process import ExitCode, Process, exit_code_of
from broker.server.node import run_node
from broker.store.journal import Journal
from tests.halls import small_hall

NAME = "hall.db"


def hall_of(name: str) -> Hall:
    hall = small_hall()
    broker = msgspec.structs.replace(hall.broker, url="mqtt://127.0.0.1:1")
    return msgspec.structs.replace(hall, broker=broker, hall=msgspec.structs.replace(hall.hall, id=name))


def refusal(folder: Path, name: str) -> SettingError:
    with pytest.raises(SettingError) as refused:
        run_node(hall_of(name), Process("server", SystemClock(), folder), NAME)
    assert exit_code_of(refused.value) is ExitCode.CONFIGURATION
    return refused.value


def kept_by(folder: Path, name: str) -> Path:
    journal = Journal(folder / NAME, name)
    journal.open()
    journal.close()
    return folder / NAME


def test_data_of_another_hall_are_refused_by_name_and_stay_as_they_are(tmp_path: Path) -> None:
    kept_by(tmp_path, "hall-one")
    assert "hall.db belongs to hall 'hall-one', the hall file describes 'hall-two'" in str(
        refusal(tmp_path, "hall-two")
    )
    kept_by(tmp_path, "hall-one")


def test_a_journal_of_a_newer_program_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with sqlite3.connect(kept_by(tmp_path, "hall-one")) as connection:
        connection.execute("PRAGMA user_version = 99")
    assert "install that program again, or restore a backup" in str(refusal(tmp_path, "hall-one"))
