"""One hall that all hostile tests share: whatever is thrown at it, the next one must find it as it was."""

from collections.abc import Iterator

import pytest

from broker.model.words import CounterStatus
from tests.system.halls import small_hall
from tests.system.hostile.intruder import PRIVATE
from tests.system.people import Hands, counter_view
from tests.system.town import Town
from tests.system.truth import truth, wrong_views

APPOINTMENTS = """
[priority.appointment]
names = { zh = "预约", en = "Appointment" }
factor = 0.3
"""


@pytest.fixture(scope="package")
def open_town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Counter 1 is open, one visitor waits; appointments are taken, also from home."""
    file = small_hall(tmp_path_factory.mktemp("open"))
    file.path.write_text(file.path.read_text(encoding="utf-8") + APPOINTMENTS, encoding="utf-8")
    town = Town(file)
    town.hire_manager()
    with town as running:
        hands = Hands(running).await_link()
        hands.press("console-1", "pause")
        running.watcher.await_that(lambda: counter_view(running, "c1").status is CounterStatus.OPEN, "counter 1 opens")
        assert hands.take_ticket("kiosk-1", "pension") is not None
        hands.leave("kiosk-1")
        hands.close()
        yield running


@pytest.fixture
def unmoved(open_town: Town) -> Iterator[Town]:
    """What must be true after anything hostile: the same journal, the same views, the same processes, silent logs."""
    town = open_town
    pids, before = town.pids(), truth(town.hall, town.database)
    yield town
    now = truth(town.hall, town.database)
    assert now.position == before.position, f"something happened: {now.events[before.position :]}"
    assert town.pids() == pids
    assert set(town.restarts.values()) == {0}
    town.watcher.await_that(lambda: not wrong_views(now, town.watcher), "views as before")
    for name in town.launcher.running:
        log = town.log(name)
        assert not [word for word in PRIVATE if word in log], f"{name} wrote what was sent into its log"
        assert "Traceback" not in log, f"{name} had an accident"
