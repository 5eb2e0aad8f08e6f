"""An outlet of a bank is inspected with the hall's own list; what was found stays apart from the hall's counters."""

from collections.abc import Callable

import pytest

from broker.collector.web import Web
from broker.model.hall import Hall
from broker.model.hall_file import parse_hall
from tests.collector.conftest import Browser
from tests.collector.public.bank import OUTLETS
from tests.collector.quality.test_inspection_pages import draw, visits
from tests.collector.town import QUALITY, SIGNS, TOWN, TownHub

LIST = """
[quality.inspections.checklist]
outlet-sign = { zh = "未挂受托网点标牌", en = "no sign that it is an entrusted outlet" }
outlet-duty = { zh = "没有专人专窗", en = "no clerk and counter for it alone" }
"""


@pytest.fixture
def hall() -> Hall:
    return parse_hall(TOWN + SIGNS + QUALITY + OUTLETS + LIST)


@pytest.fixture
def web(app: object) -> Web:
    return app.extensions["jiaohao"]  # type: ignore[attr-defined, no-any-return]


def test_what_an_outlet_lacks_is_a_case_of_its_counter(
    logged_in: Callable[[str], Browser], hub: TownHub, web: Web
) -> None:
    draw(hub)
    ticks = {"point-outlet-sign": "fine", "point-outlet-duty": "wrong", "at-outlet-duty": ["c21"]}
    status, page = visits(logged_in("quality"), **{"week": "", **ticks})
    assert status == 200 and "立案 1 件" in page and "没有专人专窗 · 21 号窗口" in page
    (story,) = web.reports.cases().stories.values()
    assert story.counter in web.hall.outlets["bank"].counters and story.item == "outlet-duty" and story.is_open
