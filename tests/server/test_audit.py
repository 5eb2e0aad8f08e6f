"""The audit reads its own hall's journal, or says whose it is."""

from pathlib import Path

import pytest

from broker.server.audit import check, replay
from broker.store.errors import OtherHall
from broker.store.journal import Journal
from tests.halls import small_hall


@pytest.mark.parametrize("ask", [check, replay])
def test_a_journal_of_another_hall_is_no_good_news(ask, tmp_path: Path) -> None:
    journal = Journal(tmp_path / "hall.db", "another-hall")
    journal.open()
    journal.close()
    with pytest.raises(OtherHall):
        ask(small_hall(), tmp_path / "hall.db")
