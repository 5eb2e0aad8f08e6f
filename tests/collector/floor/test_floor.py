"""The manager's floor: what is on the map, what alerts, what one tap does, why somebody was called."""

from collections.abc import Callable

import pytest
from flask import Flask

from broker.collector.floor.floor_map import counter_tiles, device_tiles, queue_bars
from broker.collector.heard import glance
from broker.model import commands as c
from broker.model.hall import Hall
from broker.model.hall_file import parse_hall
from broker.model.words import Level
from broker.runtime.clock import ManualClock
from tests.collector.conftest import Browser
from tests.collector.town import SIGNS, TOWN, TownHub

FLOOR = TOWN.replace("[counters.c6]\n", "[counters.c6]\nemergency = true\nmap = [4, 2]\n") + SIGNS
LIMITS = """
[alerts]
waiting = 3
longest_min = 10
predicted_min = 60
[alerts.services.medical]
waiting = 0
"""


@pytest.fixture
def hall() -> Hall:
    return parse_hall(FLOOR + LIMITS)


@pytest.fixture
def manager(logged_in: Callable[[str], Browser]) -> Browser:
    made = logged_in("manager")
    made.read_token("/floor")
    return made


def asked(browser: Browser, number: int, **command: object) -> dict[str, object]:
    answer = browser.post("/api/commands", {"id": f"floor-{number:06d}", "command": command})
    assert answer.status_code == 200, answer.get_json()
    return answer.get_json()["result"]


def floor(browser: Browser) -> dict[str, list[dict[str, object]]]:
    return browser.client.get("/api/floor").get_json()


def kinds(browser: Browser) -> set[str]:
    return {alert["key"] for alert in floor(browser)["alerts"]}


def test_a_counter_is_a_word_a_time_and_what_it_alone_could_serve(hub: TownHub, hall: Hall, clock: ManualClock) -> None:
    hub.done(c.OpenCounter(counter="c1"))
    hub.done(c.OpenCounter(counter="c2"))
    hub.take_ticket("advice")
    number = hub.take_ticket("pension", priority="elderly")
    hub.done(c.CallNext(counter="c1"))
    hub.done(c.StartService(counter="c1"))
    hub.pass_time(13)
    tiles = {tile.counter: tile for tile in counter_tiles(hall, hub.live, clock.now_ms())}
    first, second = tiles["c1"], tiles["c2"]
    assert (first.state, first.number, first.priority, first.minutes) == ("serving", number, True, 13)
    assert (first.goal_min, first.over) == (12, True)
    assert (second.state, second.alone, second.number) == ("free", 1, None)
    assert (tiles["c6"].state, tiles["c6"].place) == ("ready", (4, 2))
    hub.done(c.PauseCounter(counter="c2", reason="会议"))
    hub.pass_time(11)
    tiles = {tile.counter: tile for tile in counter_tiles(hall, hub.live, clock.now_ms())}
    assert (tiles["c2"].state, tiles["c2"].minutes, tiles["c2"].alone) == ("long", 11, 1)


def test_a_line_is_a_bar_with_its_longest_wait_and_its_trend(hub: TownHub, hall: Hall, clock: ManualClock) -> None:
    hub.take_ticket("pension")
    hub.pass_time(12)
    hub.take_ticket("pension")
    bar = next(bar for bar in queue_bars(hall, hub.live, clock.now_ms()) if bar.service == "pension")
    assert (bar.waiting, bar.longest_min, bar.change, bar.over) == (2, 12, 1, True)


def test_a_line_of_who_is_early_for_an_appointment_has_waited_for_nothing_yet(
    hub: TownHub, hall: Hall, manager: Browser, clock: ManualClock
) -> None:
    kiosk, time_ms = next(iter(hall.kiosks)), clock.now_ms() + 12 * 60_000
    hub.done(c.BookAppointment(appointment="booked-1", code="CODE0001", service="pension", at_ms=time_ms))
    hub.done(c.CheckIn(ticket="ticket-early", code="CODE0001", kiosk=kiosk))
    hub.done(c.ConfirmTicket(ticket="ticket-early"))
    hub.pass_time(5)
    bar = next(bar for bar in queue_bars(hall, hub.live, clock.now_ms()) if bar.service == "pension")
    assert (bar.waiting, bar.longest_min) == (1, 0)
    assert not [key for key in kinds(manager) if key.startswith("longest")]
    hub.pass_time(10)
    bar = next(bar for bar in queue_bars(hall, hub.live, clock.now_ms()) if bar.service == "pension")
    assert bar.longest_min == 3


def test_a_device_says_what_is_wrong_with_it_and_when_it_was_heard(hub: TownHub, hall: Hall) -> None:
    hub.device("kiosk-1", parts={"printer": "near_end", "screen": "ok"}, clock_offset_ms=7000)
    first = next(tile for tile in device_tiles(hall, hub.live, hub.clock.now_ms()) if tile.device == "kiosk-1")
    assert first.seen_ms == hub.clock.now_ms() // 60_000 * 60_000
    assert (first.online, first.bad, first.clock_offset_ms) == (True, (("printer", "near_end"),), 7000)


def test_thresholds_are_the_halls_and_a_line_may_have_its_own(hub: TownHub, manager: Browser) -> None:
    for _ in range(4):
        hub.take_ticket("pension")
        hub.take_ticket("medical")
    assert "many/pension" in kinds(manager)
    assert "many/medical" not in kinds(manager)
    assert "longest/medical" not in kinds(manager)
    hub.pass_time(11)
    assert {"longest/pension", "longest/medical"} <= kinds(manager)


def test_an_alert_has_a_beginning_and_what_helps(hub: TownHub, manager: Browser, clock: ManualClock) -> None:
    for _ in range(4):
        hub.take_ticket("pension")
    began_ms = clock.now_ms()
    assert "many/pension" in kinds(manager)
    hub.pass_time(3)
    found = next(one for one in floor(manager)["alerts"] if one["key"] == "many/pension")
    assert found["since_ms"] == began_ms
    assert found["acts"] == ["emergency:pension", "raise:pension"]
    page = manager.client.get("/floor").get_data(as_text=True)
    assert 'id="alert-many/pension"' in page
    assert 'data-dialog="open-dialog"' in page


def test_a_silent_device_paper_and_a_clock_that_is_off_are_alerts(hub: TownHub, manager: Browser) -> None:
    hub.device("kiosk-1", parts={"printer": "near_end"}, clock_offset_ms=7000)
    assert {"silent/kiosk-2", "fault-printer/kiosk-1", "clock/kiosk-1"} <= kinds(manager)


def test_who_took_note_and_when_is_kept_as_long_as_it_lasts(
    app: Flask, hub: TownHub, manager: Browser, clock: ManualClock
) -> None:
    numbers = [hub.take_ticket("pension") for _ in range(4)]
    assert "many/pension" in kinds(manager)
    noted_ms = clock.now_ms()
    answer = manager.post("/api/floor/acknowledged", {"key": "many/pension"})
    assert (answer.status_code, answer.get_json()["noted_by"]) == (200, "the-manager")
    clock.advance(60)
    again = manager.post("/api/floor/acknowledged", {"key": "many/pension"}).get_json()
    assert again["noted_ms"] == noted_ms, "the first one stands"
    assert "已知悉" in manager.client.get("/floor").get_data(as_text=True)
    hub.done(c.CancelTicket(number=numbers[0]))
    assert "many/pension" not in kinds(manager)
    hub.take_ticket("pension")
    found = next(one for one in floor(manager)["alerts"] if one["key"] == "many/pension")
    assert found["noted_by"] is None, "what comes anew is new"
    kept = app.extensions["jiaohao"].alerts.noted.latest()
    assert [(one.key, one.account, one.over_ms is not None) for one in kept] == [("many/pension", "the-manager", True)]


def test_note_is_taken_only_of_what_is_the_matter_and_by_a_page_of_ours(manager: Browser) -> None:
    assert manager.post("/api/floor/acknowledged", {"key": "many/nothing"}).status_code == 404
    assert manager.post("/api/floor/acknowledged", {"key": "many/nothing"}, token="wrong").status_code == 403


def test_open_pages_are_told_when_an_alert_comes_or_goes_and_not_otherwise(app: Flask, hub: TownHub) -> None:
    alerts, watchers = app.extensions["jiaohao"].alerts, hub.live.watchers
    alerts.refresh()
    watcher = watchers.join(lambda name: name == "alert")
    hub.take_ticket("pension")
    hub.pass_time(9)
    alerts.refresh()
    before = watchers.news(watcher, 0.0)
    hub.pass_time(2)
    alerts.refresh()
    assert (watchers.news(watcher, 0.0), watchers.news(watcher, 0.0)) == (frozenset({"alert"}), frozenset())
    alerts.refresh()
    assert watchers.news(watcher, 0.0) == frozenset()
    assert before <= {"alert"}


def test_a_bad_rating_of_today_moves_nothing_on_the_floor(hub: TownHub, manager: Browser) -> None:
    hub.done(c.OpenCounter(counter="c1"))
    hub.take_ticket("pension")
    hub.serve("c1")
    before = floor(manager)
    visit = hub.live.counter("c1").evaluation.visit
    low = c.RecordEvaluation(
        evaluation="rating-low-0001", visit=visit, level=Level.VERY_DISSATISFIED, device="phone", pressed_at_ms=0
    )
    hub.done(low)
    assert floor(manager) == before


def test_one_tap_changes_services_raises_and_opens(hub: TownHub, manager: Browser, clock: ManualClock) -> None:
    asked(manager, 1, type="OpenEmergencyCounter", counter="c6", services=["pension"])
    asked(manager, 2, type="ChangeServices", counter="c1", services=["medical", "card"])
    asked(manager, 3, type="RaiseClass", service="pension", factor=0.5, minutes=30)
    now = floor(manager)
    tiles = {tile["counter"]: tile for tile in now["counters"]}
    assert (tiles["c6"]["state"], tiles["c6"]["served"], tiles["c6"]["changed"]) == ("idle", ["pension"], True)
    assert tiles["c1"]["served"] == ["medical", "card"]
    assert now["raised"][0]["service"] == "pension"
    page = manager.client.get("/floor").get_data(as_text=True)
    assert "今日业务已调整" in page
    assert "提前中，至" in page


def test_who_named_a_clerk_is_told_to_the_auditor_and_at_the_counter(
    hub: TownHub, manager: Browser, logged_in: Callable[[str], Browser]
) -> None:
    asked(manager, 1, type="OpenEmergencyCounter", counter="c6", clerk="staff-16")
    auditor = logged_in("auditor")
    log = auditor.client.get("/audit?type=command").get_data(as_text=True)
    assert "the-manager" in log
    assert "开放窗口 6 号窗口 工号 016" in log
    console = logged_in("clerk").client.get("/console/c6").get_data(as_text=True)
    assert "由 the-manager 代为开放" in console


def test_console_and_guide_follow_what_a_counter_serves_today(hub: TownHub, manager: Browser) -> None:
    hub.done(c.OpenCounter(counter="c6"))
    number = hub.take_ticket("pension")
    before = manager.client.get("/console/c6").get_data(as_text=True)
    asked(manager, 1, type="ChangeServices", counter="c6", services=["pension"])
    after = manager.client.get("/console/c6").get_data(as_text=True)
    assert number not in before
    assert number in after
    assert hub.hall.counters["c6"].name in glance.counters_of(hub.hall, hub.live, "pension")


def test_a_clerk_may_run_his_counter_and_not_the_hall(logged_in: Callable[[str], Browser]) -> None:
    clerk = logged_in("clerk")
    for number, command in enumerate(
        (
            {"type": "ChangeServices", "counter": "c1", "services": ["card"]},
            {"type": "RaiseClass", "service": "card"},
            {"type": "OpenEmergencyCounter", "counter": "c1"},
        )
    ):
        answer = clerk.post("/api/commands", {"id": f"floor-no-{number:03d}", "command": command})
        assert answer.status_code == 403


def test_whoever_asks_is_told_why_another_was_called_before_him(hub: TownHub, manager: Browser) -> None:
    hub.done(c.OpenCounter(counter="c1"))
    first = hub.take_ticket("pension")
    hub.clock.advance(120)
    elder = hub.take_ticket("pension", priority="elderly")
    hub.clock.advance(300)
    hub.done(c.CallNext(counter="c1"))
    late, medical = hub.take_ticket("pension"), hub.take_ticket("medical")
    call = manager.client.get("/api/floor/calls").get_json()["calls"][0]
    assert (call["number"], call["counter"]) == (elder, "c1")
    path = f"/api/floor/calls/{call['call_id']}"
    told = manager.client.get(f"{path}/{first}").get_json()
    assert "老年人" in told["zh"]
    assert "Elderly" in told["en"]
    assert told["asked"]["ratio"] < told["reason"]["called"]["ratio"]
    assert "还没有取号" in manager.client.get(f"{path}/{late}").get_json()["zh"]
    assert manager.client.get(f"{path}/Z999").status_code == 404
    page = manager.client.get(f"/floor/calls/{call['call_id']}?with={first}").get_data(as_text=True)
    assert "比值大的先叫" in page
    assert f"?with={first}" in page
    assert medical not in page, "it was not in line then"
    assert elder in manager.client.get("/floor/calls").get_data(as_text=True)


@pytest.mark.parametrize("call_id", ["2026-03-04-c99", "nothing", "2026-03-04-v1", "..%2f..%2fetc"])
def test_a_call_that_never_was_is_not_found(manager: Browser, call_id: str) -> None:
    assert manager.client.get(f"/floor/calls/{call_id}").status_code == 404
    assert manager.client.get(f"/api/floor/calls/{call_id}").status_code == 404


def test_the_floor_shows_no_ticket_id_and_no_clerks_name(hub: TownHub, manager: Browser) -> None:
    hub.done(c.OpenCounter(counter="c1"))
    number = hub.take_ticket("pension")
    hub.done(c.CallNext(counter="c1"))
    call = manager.client.get("/api/floor/calls").get_json()["calls"][0]
    for path in ("/floor", "/api/floor", "/floor/calls", f"/floor/calls/{call['call_id']}"):
        assert hub.ids[number] not in manager.client.get(path).get_data(as_text=True)
