"""The map of the hall: what stands where, what is beside it, and every threshold seen on the page."""

import re
from collections.abc import Callable

import pytest

from broker.collector.heard import glance
from broker.model import commands as c
from broker.model.hall import Hall
from broker.model.hall_file import parse_hall
from tests.collector.conftest import Browser
from tests.collector.town import SIGNS, TOWN, TownHub

PLACED = (
    TOWN.replace('phone = "0432-12333"\n', 'phone = "0432-12333"\nentrances = [[3, 4], [1, 4]]\n')
    .replace("[counters.c1]\n", "[counters.c1]\nmap = [1, 1]\n")
    .replace("[kiosks.kiosk-1]\n", "[kiosks.kiosk-1]\nmap = [2, 3]\n")
    + SIGNS
)
LIMITS = "\n[alerts]\nwaiting = 20\nlongest_min = 30\n"


@pytest.fixture
def hall() -> Hall:
    return parse_hall(PLACED + LIMITS)


@pytest.fixture
def manager(logged_in: Callable[[str], Browser]) -> Browser:
    return logged_in("manager")


def part_of(page: str, mark: str, tag: str = "article") -> str:
    """The element of this id, as it stands on the page."""
    found = re.search(rf'<{tag} [^>]*id="{mark}".*?</{tag}>', page, re.DOTALL)
    assert found is not None, mark
    return found[0]


def text_of(browser: Browser, path: str = "/floor") -> str:
    answer = browser.client.get(path)
    assert answer.status_code == 200
    return str(answer.get_data(as_text=True))


def test_a_kiosk_stands_where_the_hall_file_says_with_what_is_wrong_and_a_way_to_its_picture(
    hub: TownHub, manager: Browser
) -> None:
    for name in glance.device_names(hub.hall):
        hub.device(name)
    kiosk = part_of(text_of(manager), "device-kiosk-1")
    assert "column-2 row-3" in kiosk and 'href="/screens#screen-kiosk-1"' in kiosk and ">在线<" in kiosk
    assert "wrong" not in kiosk and "down" not in kiosk
    hub.device("kiosk-1", parts={"printer": "near_end"}, clock_offset_ms=7000)
    kiosk = part_of(text_of(manager), "device-kiosk-1")
    assert "gear-spot wrong" in kiosk and "纸将尽" in kiosk and "时钟差 7 秒" in kiosk
    hub.device("kiosk-1", online=False)
    kiosk = part_of(text_of(manager), "device-kiosk-1")
    assert "gear-spot down" in kiosk and ">离线<" in kiosk


def test_doors_are_on_the_map_and_what_has_no_place_is_listed_beside_it(hub: TownHub, manager: Browser) -> None:
    for name in glance.device_names(hub.hall):
        hub.device(name)
    page = text_of(manager)
    assert page.count("入口") == 2 and "door column-3 row-4" in page and "door column-1 row-4" in page
    on_map, _, beside = page.partition("不在图上")
    assert 'id="spot-c1"' in on_map and 'id="spot-c2"' not in on_map and 'id="spot-c2"' in beside
    assert 'class="device" id="device-kiosk-2"' in beside and 'id="device-kiosk-1"' not in beside


@pytest.mark.parametrize("hall", [parse_hall(TOWN + SIGNS)])
def test_a_hall_without_places_has_its_counters_in_line_and_no_map(hub: TownHub, manager: Browser) -> None:
    page = text_of(manager)
    assert "placed" not in page and "不在图上" not in page and 'id="spot-c1"' in page


def alerts_of(page: str) -> str:
    return part_of(page, "alerts", "section")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_threshold_is_seen_on_the_page_when_it_is_passed_and_not_before(
    hub: TownHub, manager: Browser, language: str
) -> None:
    """More than 20 wait, one for more than 30 minutes, a pause over 10, an empty counter, devices."""
    said = {
        "many": ("养老保险 有 21 人等候", "21 people wait for Pension insurance"),
        "longest": ("养老保险 有人已等候 31 分钟", "Somebody has waited 31 min for Pension insurance"),
        "pause": ("1 号窗口已暂停 11 分钟", "Counter 1 has been paused for 11 min"),
        "silent": ("二号取号机 离线", "Kiosk 2 is offline"),
        "paper": ("一号取号机：打印机纸将尽", "Kiosk 1: printer paper nearly out"),
        "clock": ("一号取号机 的时钟相差 3 秒", "The clock of Kiosk 1 is off by 3 s"),
    }
    words = {name: both[language == "en"] for name, both in said.items()}

    def heard(**kiosk_1: object) -> None:
        for name in glance.device_names(hub.hall):
            hub.device(name, **(kiosk_1 if name == "kiosk-1" else {}))  # type: ignore[arg-type]

    def shown() -> str:
        return alerts_of(text_of(manager, f"/floor?lang={language}"))

    heard(clock_offset_ms=2000)
    hub.done(c.OpenCounter(counter="c1", clerk="staff-16"))
    hub.done(c.OpenCounter(counter="c2", clerk="staff-17"))
    for _ in range(20):
        hub.take_ticket("pension")
    calm = shown()
    assert not [word for word in words.values() if word in calm]
    hub.take_ticket("pension")
    assert words["many"] in shown()
    hub.pass_time(20)
    assert words["longest"] not in shown()
    hub.done(c.PauseCounter(counter="c1", reason="会议"))
    hub.pass_time(11)
    heard(parts={"printer": "near_end"}, clock_offset_ms=3000)
    hub.device("kiosk-2", online=False)
    hub.show()
    page = shown()
    assert [name for name, word in words.items() if word not in page] == []


def test_a_counter_that_nobody_serves_is_an_alert_with_whom_to_send(hub: TownHub, manager: Browser) -> None:
    hub.done(c.OpenCounter(counter="c3", clerk="staff-18"))
    hub.done(c.CloseCounter(counter="c3"))
    hub.take_ticket("injury")
    hub.pass_time(hub.hall.rules.nobody_limit_min + 1)
    page = text_of(manager)
    assert "工伤认定 有人等候，但没有开放的窗口" in alerts_of(page)
    spot = part_of(page, "spot-c3")
    assert "OpenCounter" in spot


def test_lines_without_anybody_are_folded_away_below_those_in_which_somebody_waits(
    hub: TownHub, manager: Browser
) -> None:
    hub.take_ticket("medical")
    hub.done(c.PauseIssuing(service="injury", reason="维护"))
    page = text_of(manager)
    shown, _, folded = page.partition('id="idle-lines"')
    assert 'id="queue-medical"' in shown and 'id="queue-injury"' in shown and "维护" in shown
    assert 'id="queue-unit"' not in shown and 'id="queue-unit"' in folded.partition("</details>")[0]
    assert "无人等候的 4 项" in folded


def test_a_line_can_be_resumed_by_itself_only_where_it_was_paused_by_itself(hub: TownHub, manager: Browser) -> None:
    hub.done(c.PauseIssuing(service="injury", reason="维护"))
    alone = '{"type": "ResumeIssuing", "service": "injury"}'
    assert alone in part_of(text_of(manager), "queue-injury", "div")
    hub.done(c.PauseIssuing(reason="停电"))
    page = text_of(manager)
    assert '"ResumeIssuing", "service"' not in page, "it would be said to be done, and the whole hall stays paused"
    assert '{"type": "ResumeIssuing"}' in page
    hub.done(c.ResumeIssuing())
    page = text_of(manager)
    assert alone in part_of(page, "queue-injury", "div")
    assert page.count('"ResumeIssuing", "service"') == 1


def test_buttons_of_the_same_name_say_to_a_screen_reader_what_they_are_about(hub: TownHub, manager: Browser) -> None:
    for _ in range(21):
        hub.take_ticket("pension")
    hub.done(c.OpenCounter(counter="c1"))
    page = text_of(manager, "/floor?lang=en")
    assert 'aria-describedby="said-many/pension" data-note="many/pension"' in page
    assert '<p id="said-many/pension">' in page
    assert 'Pause<span class="unseen"> counter 1</span>' in part_of(page, "spot-c1")
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids)), "each id once, or a description is another's"
    assert set(re.findall(r'aria-describedby="([^"]+)"', page)) <= set(ids)


def test_the_wall_shows_the_map_and_nothing_to_press_on_it(hub: TownHub, manager: Browser) -> None:
    page = text_of(manager, "/floor?wall")
    spot = part_of(page, "spot-c1")
    assert "column-1 row-1" in spot and "<button" not in spot
    assert "data-dialog" not in page.partition('id="idle-lines"')[0].partition('class="spots placed"')[2]
