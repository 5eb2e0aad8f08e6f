"""Eight counters call at once on hundreds of tickets, while messages are doubled and power is cut."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.system.halls import wide_hall
from tests.system.rush import Rush
from tests.system.town import Town

pytestmark = pytest.mark.system


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with Town(wide_hall(tmp_path), wanted=lambda program: program.stage == 0) as running:
        yield running


def test_of_five_hundred_tickets_none_is_at_two_counters_and_no_number_is_given_twice(town: Town) -> None:
    with Rush(town, each=250) as rush:

        def power_cuts() -> None:
            for device in rush.devices[1::2]:
                device.bounce()

        rush.issue()
        rush.call(power_cuts)
        rush.judge()
        assert [device.lives for device in rush.devices] == [1, 2] * (len(rush.devices) // 2)
    assert town.restarts == {"server": 0}


def test_a_server_and_a_broker_killed_in_the_middle_lose_and_double_nothing(town: Town) -> None:
    with Rush(town, each=60) as rush:
        rush.issue(lambda: town.kill_all("server", "mqtt"))
        rush.call(lambda: town.kill_all("mqtt", "server"))
        rush.judge()
    assert town.restarts == {"server": 2}
