"""How a piece of work goes, and how to complain, are public: on the service's own page, and on a page of the ways."""

import msgspec
import pytest

from broker.model.hall import Hall
from broker.model.hall_quality import ComplaintWay
from broker.model.words import Names
from tests.collector.conftest import Browser
from tests.collector.town import town_hall

WAYS = {
    "phone": ComplaintWay(names=Names("监督电话", "Telephone"), said=Names("工作日", "Workdays"), phone="0432-12345"),
    "net": ComplaintWay(names=Names("网上", "Online"), url="https://example.org/complain"),
}
STEPS = (Names("取号等候", "Take a number"), Names("窗口核对", "The counter checks"))


@pytest.fixture
def hall() -> Hall:
    town = town_hall()
    complaints = msgspec.structs.replace(town.quality.complaints, ways=WAYS)
    quality = msgspec.structs.replace(town.quality, complaints=complaints)
    card = msgspec.structs.replace(town.services["card"], steps=STEPS)
    return msgspec.structs.replace(town, quality=quality, services={**town.services, "card": card})


def test_every_way_is_on_its_page_with_the_promised_days_and_the_page_is_found_from_all(browser: Browser) -> None:
    page = browser.client.get("/complaints").get_data(as_text=True)
    assert "监督电话" in page and 'href="tel:0432-12345"' in page and 'href="https://example.org/complain"' in page
    assert "7 个工作日内答复" in page and "15 个工作日" in page
    english = browser.client.get("/complaints?lang=en").get_data(as_text=True)
    assert "Telephone" in english and "within 7 working days" in english
    for path in ("/", "/hours", "/guide/card"):
        assert 'href="/complaints"' in browser.client.get(path).get_data(as_text=True), path


def test_the_steps_of_a_service_stand_in_order_on_its_page_and_are_searched(browser: Browser) -> None:
    page = browser.client.get("/guide/card").get_data(as_text=True)
    assert page.index("办理流程") < page.index("取号等候") < page.index("窗口核对")
    assert "办理流程" not in browser.client.get("/guide/pension").get_data(as_text=True)
    assert "/guide/card" in browser.client.get("/guide?q=窗口核对").get_data(as_text=True)


class TestAHallThatSaysNone:
    @pytest.fixture
    def hall(self) -> Hall:
        return town_hall()

    def test_a_hall_that_says_none_has_no_such_page(self, browser: Browser) -> None:
        assert browser.client.get("/complaints").status_code == 404
        assert 'href="/complaints"' not in browser.client.get("/").get_data(as_text=True)
