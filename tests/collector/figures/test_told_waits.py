"""What managers read of the waits that visitors were told."""

from collections.abc import Callable

import pytest

from broker.collector.wording import percent
from broker.model import commands as c
from broker.store.shown_waits import FILE_NAME, ShownFile, ShownWait
from broker.store.told_waits import ENOUGH
from tests.collector.conftest import Browser
from tests.collector.town import TownHub


@pytest.fixture
def manager(logged_in: Callable[[str], Browser]) -> Browser:
    return logged_in("manager")


def called_after(hub: TownHub, minutes: int, people: int = 1) -> None:
    for _ in range(people):
        hub.take_ticket("pension")
        hub.pass_time(minutes)
        hub.done(c.CallNext(counter="c1"))
        hub.done(c.StartService(counter="c1"))
        hub.done(c.FinishService(counter="c1"))


def test_a_manager_reads_how_many_waits_were_longer_than_told_and_no_share_of_few(
    hub: TownHub, logged_in: Callable[[str], Browser]
) -> None:
    hub.done(c.OpenCounter(counter="c1"))
    called_after(hub, 0)
    called_after(hub, 60)
    manager = logged_in("manager")
    told = manager.client.get("/api/waits").get_json()
    total = told["days"][0]["total"]
    assert (total["told"], total["longer"], total["kept_share"]) == (2, 1, None)
    assert told["days"][0]["services"][0]["service"] == "pension"
    page = manager.client.get("/today").get_data(as_text=True)
    assert "预计等候准不准" in page
    assert f"不足 {told['enough']} 次" in page
    english = manager.client.get("/today?lang=en").get_data(as_text=True)
    assert f"under {told['enough']}" in english


def test_of_enough_a_share_is_told(hub: TownHub, manager: Browser) -> None:
    hub.done(c.OpenCounter(counter="c1"))
    called_after(hub, 0, people=20)
    total = manager.client.get("/api/waits").get_json()["days"][0]["total"]
    assert total["told"] == 20
    assert total["kept_share"] == round(total["kept"] / 20, 4)
    page = manager.client.get("/today").get_data(as_text=True)
    own = page[page.index('id="told-pension"') :]
    assert percent(total["kept_share"]) in own[: own.index("</tr>")]


@pytest.mark.parametrize("rows", [ENOUGH - 1, ENOUGH])
def test_every_range_that_those_who_waited_were_shown_is_told_beside_the_tickets(
    hub: TownHub, logged_in: Callable[[str], Browser], rows: int
) -> None:
    hub.done(c.OpenCounter(counter="c1"))
    number = hub.take_ticket("pension")
    day = hub.writer.state.day or ""
    file = ShownFile(hub.path.with_name(FILE_NAME))
    ranges = [(0, 2)] + [(4, 10)] * (rows - 1)
    file.keep([ShownWait(day, hub.clock.now_ms(), "pension", 0, *one, hub.ids[number]) for one in ranges])
    file.close()
    hub.pass_time(5)
    hub.done(c.CallNext(counter="c1"))
    manager = logged_in("manager")
    shown = manager.client.get("/api/waits").get_json()["days"][0]["shown"]
    assert (shown["told"], shown["kept"], shown["longer"]) == (rows, rows - 1, 1)
    assert (shown["kept_share"] is None) == (rows < ENOUGH)
    page = manager.client.get("/today?lang=en").get_data(as_text=True)
    own = page[page.index(f'id="every-{day}"') :]
    assert ("under 20" in own[: own.index("</tr>")]) == (rows < ENOUGH)


def test_the_hall_as_a_whole_comes_first_and_services_of_too_few_are_folded(hub: TownHub, manager: Browser) -> None:
    hub.done(c.OpenCounter(counter="c1"))
    called_after(hub, 0, people=ENOUGH)
    hub.take_ticket("card")
    hub.done(c.CallNext(counter="c1"))
    day = hub.writer.state.day or ""
    for language, summary in (("zh", "行不足 20 次"), ("en", "more of under 20")):
        page = manager.client.get(f"/today?lang={language}").get_data(as_text=True)
        at = [
            page.index(f'id="{key}"')
            for key in (f"told-{day}", f"shown-{day}", "told-pension", "told-few", "told-card")
        ]
        assert at == sorted(at)
        assert summary in page[at[3] : at[4]]


@pytest.mark.parametrize(("kept", "marked"), [(12, True), (13, False)])
def test_a_share_below_what_is_promised_is_marked_in_words(
    hub: TownHub, manager: Browser, kept: int, marked: bool
) -> None:
    hub.done(c.OpenCounter(counter="c1"))
    number = hub.take_ticket("pension")
    day = hub.writer.state.day or ""
    file = ShownFile(hub.path.with_name(FILE_NAME))
    ranges = [(4, 10)] * kept + [(0, 2)] * (20 - kept)
    file.keep([ShownWait(day, hub.clock.now_ms(), "pension", 0, *one, hub.ids[number]) for one in ranges])
    file.close()
    hub.pass_time(5)
    hub.done(c.CallNext(counter="c1"))
    for language, words in (("zh", "低于 65%"), ("en", "below 65 %")):
        page = manager.client.get(f"/today?lang={language}").get_data(as_text=True)
        own = page[page.index(f'id="every-{day}"') :]
        own = own[: own.index("</tr>")]
        assert percent(kept / 20) in own
        assert (words in own) == marked


def test_without_a_record_of_what_was_shown_the_page_has_no_row_for_it(hub: TownHub, manager: Browser) -> None:
    hub.done(c.OpenCounter(counter="c1"))
    called_after(hub, 0)
    assert manager.client.get("/api/waits").get_json()["days"][0]["shown"] is None
    assert 'id="every-' not in manager.client.get("/today").get_data(as_text=True)


def test_before_anybody_was_called_nothing_is_claimed(manager: Browser) -> None:
    told = manager.client.get("/api/waits").get_json()
    assert [day["total"]["told"] for day in told["days"]] in ([0], [])
