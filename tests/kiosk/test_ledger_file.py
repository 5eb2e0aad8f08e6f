from pathlib import Path

import pytest

from broker.runtime.errors import DiskReadOnly
from kiosk.errors import DayUnknown
from kiosk.ledger import Ledger
from kiosk.ledger_file import open_ledger_file
from kiosk.ticket import Order
from tests.kiosk.ledger_rig import Rig
from tests.kiosk.small_hall import parsed

DAY = "2026-03-05"


def used_rig(folder: Path) -> Rig:
    rig = Rig(folder, parsed())
    rig.ledger.learn(DAY, {}, 0)
    for number in range(200):
        rig.ledger.take_own_number(Order(f"ticket-{number:04d}", "pension"), "a")
    rig.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return rig


def test_a_sound_file_is_used_as_it_is(tmp_path: Path):
    used_rig(tmp_path).power_off()
    connection, replaced = open_ledger_file(tmp_path / "kiosk.db", 1)
    assert connection.execute("SELECT count(*) FROM ticket").fetchone() == (200,)
    assert not replaced


@pytest.mark.parametrize("damage", ["head", "middle", "nonsense"])
def test_a_damaged_file_is_set_aside_and_a_fresh_one_waits_for_the_engine(tmp_path: Path, damage: str):
    used_rig(tmp_path).power_off()
    file = tmp_path / "kiosk.db"
    content = bytearray(file.read_bytes())
    if damage == "head":
        content[:64] = b"\xff" * 64
    elif damage == "middle":
        content[4096 : len(content) - 4096] = b"\xa5" * (len(content) - 8192)
    else:
        content = bytearray(b"not a database at all" * 500)
    file.write_bytes(content)
    connection, replaced = open_ledger_file(file, 77)
    assert replaced
    assert (tmp_path / "kiosk.db.damaged-77").read_bytes() == bytes(content)
    connection.close()
    rig = Rig(tmp_path, parsed())
    assert isinstance(rig.ledger, Ledger)
    with pytest.raises(DayUnknown):
        rig.ledger.take_own_number(Order("ticket-0001", "pension"), "a")
    rig.ledger.learn(DAY, {"a": 200}, 1)
    assert rig.ledger.take_own_number(Order("ticket-0001", "pension"), "a") == "A201"


def test_a_folder_that_cannot_be_written_is_not_called_damage(tmp_path: Path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(DiskReadOnly):
        open_ledger_file(tmp_path / "file" / "kiosk.db", 1)
