"""What a hall file says of counters needed is what the page reckons by."""

from collections.abc import Callable

import msgspec
import pytest
from flask import Flask

from broker.model import commands as c
from broker.model.hall import Hall
from broker.model.hall_staffing import StaffingRules
from tests.collector.conftest import Browser
from tests.collector.town import TownHub, town_hall


@pytest.fixture
def hall() -> Hall:
    return msgspec.structs.replace(town_hall(), staffing=StaffingRules(share=0.9, clear_min=60, hours_ahead=1))


def test_the_page_reckons_by_the_hall_file_and_says_so(
    app: Flask, hub: TownHub, logged_in: Callable[[str], Browser]
) -> None:
    hub.done(c.OpenCounter(counter="c1"))
    for _ in range(13):
        hub.take_ticket("pension")
    staffing = app.extensions["jiaohao"].staffing
    for _ in range(20):
        hub.pass_time(1)
        found = staffing.now()
    assert found.share == 0.9
    group = found.groups[0]
    assert len(group.ahead) == 2, "one hour"
    assert "60 分钟内消化排队过长的 13 人" in group.zh
    manager = logged_in("manager").client
    assert "要在 60 分钟内消化才需" in manager.get("/staffing").get_data(as_text=True)
    page = manager.get("/staffing?lang=en").get_data(as_text=True)
    assert "within 60 min, a line that is too long by 13" in page
    assert "The fewest with which 90 % wait no longer" in page
