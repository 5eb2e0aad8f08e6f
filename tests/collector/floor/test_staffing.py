"""Counters needed, from the hall's own record to the page: advice is raised, kept, judged, and its precision told."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from broker.collector.floor.advice_log import AdviceLog, Advised
from broker.collector.floor.staffing import KIND, LOOK_EVERY_S, Staffing
from broker.collector.floor.staffing_answers import GroupStaffing, StaffingAnswer
from broker.collector.floor.staffing_words import Lack, OwnLack, advised_words
from broker.collector.web import Web
from broker.model import commands as c
from broker.model.words import Names
from broker.runtime.clock import ManualClock
from broker.runtime.errors import DatabaseError
from broker.staffing.judging import JUDGED_ENOUGH, Judged
from tests.collector.conftest import Browser
from tests.collector.town import TownHub
from tests.halls import DAY, OPENS_MS

MINUTE = 60_000


@pytest.fixture
def web(app: Flask) -> Web:
    made: Web = app.extensions["jiaohao"]
    return made


def group(found: StaffingAnswer, key: str) -> GroupStaffing:
    return next(one for one in found.groups if one.group == key)


def look_for(web: Web, hub: TownHub, minutes: int) -> StaffingAnswer:
    """One look a minute."""
    found = web.staffing.now()
    for _ in range(minutes):
        hub.pass_time(1)
        found = web.staffing.now()
    return found


def crowd(hub: TownHub, service: str, count: int) -> None:
    for _ in range(count):
        hub.take_ticket(service)


def test_services_that_share_counters_stand_together(web: Web, hub: TownHub) -> None:
    found = web.staffing.now()
    assert [tuple(one.service for one in group.services) for group in found.groups] == [
        ("pension", "card", "medical", "injury", "unit", "advice"),
    ]
    assert found.groups[0].closed == ("1", "2", "3", "4", "5", "6")


def test_what_is_needed_follows_from_who_came(web: Web, hub: TownHub) -> None:
    hub.done(c.OpenCounter(counter="c1"))
    for _ in range(10):
        hub.take_ticket("pension")
        hub.pass_time(1)
    one = group(web.staffing.now(), "pension")
    assert one.open == ("1",)
    assert one.arrivals == 10
    assert one.per_hour == pytest.approx(60, rel=0.1)
    assert one.load == pytest.approx(6 * 1.08, rel=0.1)  # one a minute, six minutes by the hall file
    assert one.needed is not None
    assert 7 <= one.needed <= 9
    pension = one.services[0]
    assert (pension.arrivals, pension.service_min, pension.service_n, pension.open) == (10, 6, 0, 1)
    assert pension.is_short


def test_an_idle_hall_needs_nobody_and_nothing_is_advised(web: Web, hub: TownHub) -> None:
    found = look_for(web, hub, 20)
    assert found.groups[0].needed == 0
    assert web.staffing.attention() == ()
    assert found.advice == ()


def test_a_line_that_nobody_serves_is_advised_after_three_minutes_and_stands_on_the_floor(
    web: Web, hub: TownHub, logged_in: Callable[[str], Browser]
) -> None:
    crowd(hub, "pension", 5)
    assert look_for(web, hub, 2).groups[0].advised_ms is None
    found = look_for(web, hub, 1)
    assert found.groups[0].advised_ms == OPENS_MS + 3 * MINUTE
    assert [(one.open, one.verdict) for one in found.advice] == [(0, None)]
    told = [one for one in web.alerts.now() if one.kind == KIND]
    assert [one.subject for one in told] == ["pension"]
    assert told[0].acts == ("emergency:pension",)
    assert "建议" in told[0].zh
    manager = logged_in("manager")
    page = manager.client.get("/staffing").get_data(as_text=True)
    assert told[0].zh in page
    assert told[0].zh in manager.client.get("/floor").get_data(as_text=True)


@pytest.mark.parametrize(
    ("open_now", "needed", "spare", "zh", "en"),
    [
        (2, 4, ("2", "3", "5"), "建议增开 2 个（可开：2、3、5 号窗口）", "Open 2 more (of counters 2, 3, 5)."),
        (2, 4, ("2", "3", "5", "6", "7"), "2、3、5 号窗口 等 5 个", "of counters 2, 3, 5 and 2 more"),
        (2, 9, ("2", "3"), "只剩 2 个没有开放：建议开放 2、3 号窗口", "Open counters 2, 3, the last that are not"),
        (1, 8, ("2",), "建议开放 2 号窗口，并引导改日", "Open counter 2, the last that is not, and offer another day"),
        (2, None, ("2",), "99 个以上", "more than 99 needed now. Open counter 2"),
        (5, 9, (), "能办的窗口已全部开放", "All its counters are open"),
        (2, 4, None, "建议增开 2 个", "Open 2 more."),
        (2, None, None, "建议尽量增开窗口", "Open as many as you can."),
    ],
)
def test_nobody_is_advised_to_open_counters_that_are_not_there(
    open_now: int, needed: int | None, spare: tuple[str, ...] | None, zh: str, en: str
) -> None:
    said = advised_words(Names("业务", "Service"), Lack(open_now, needed, spare))
    assert zh in said.zh
    assert en in said.en


@pytest.mark.parametrize("spare", [(), ("2",), None])
@pytest.mark.parametrize("needed", [0, 3, 4])
def test_no_help_and_no_counter_is_asked_for_where_enough_are_open(needed: int, spare: tuple[str, ...] | None) -> None:
    said = advised_words(Names("业务", "Service"), Lack(4, needed, spare))
    assert said.zh.endswith("，已经够了：几分钟后不再提示")
    assert said.en.endswith(f"{needed} needed now, which is enough: this ends in some minutes.")


@pytest.mark.parametrize(
    ("spare", "zh", "en"),
    [
        (("5",), "其中登记要 2 个能办它的，只开了 1 个：建议开放 5 号窗口", "open counter 5."),
        ((), "请给别的窗口加上这项业务", "Let another counter do it"),
    ],
)
def test_a_service_that_lacks_its_own_counters_is_named_although_the_group_has_enough(
    spare: tuple[str, ...], zh: str, en: str
) -> None:
    own = OwnLack(Names("登记", "Registration"), 2, 1, spare)
    said = advised_words(Names("业务", "Service"), Lack(6, 5, ("5", "6"), own=(own,)))
    assert zh in said.zh
    assert en in said.en
    assert "Registration needs 2 that can do it, and has 1" in said.en


def test_of_a_group_that_lacks_counters_for_one_service_only_those_that_can_do_it_are_named() -> None:
    own = OwnLack(Names("登记", "Registration"), 3, 1, ("6",))
    said = advised_words(Names("业务", "Service"), Lack(1, 3, ("1", "2", "3", "5", "6"), own=(own,)))
    assert said.zh.endswith("只开了 1 个：建议开放 6 号窗口，并引导改日、线上办理，因为还不够")
    assert said.en.endswith("open counter 6, and offer another day or the web: that will not be enough.")
    more = advised_words(Names("业务", "Service"), Lack(1, 6, ("1", "2", "3", "5", "6"), own=(own,)))
    assert "Open 5 more (of counters 1, 2, 3 and 2 more)." in more.en


def test_before_twenty_were_judged_nobody_says_how_good_advice_is(web: Web, hub: TownHub) -> None:
    crowd(hub, "pension", 5)
    look_for(web, hub, 3)
    said = web.staffing.attention()[0]
    assert "有多准还不知道" in said.zh
    assert "not known yet" in said.en


def test_advice_ends_once_enough_counters_are_open_although_the_line_is_long(web: Web, hub: TownHub) -> None:
    hub.done(c.OpenCounter(counter="c1"))
    crowd(hub, "pension", 8)
    found = look_for(web, hub, 20).groups[0]
    assert found.advised_ms is not None and found.arrivals == 0
    assert found.needed is not None and found.needed > 1
    for key in ("c2", "c3", "c4", "c5", "c6"):
        hub.done(c.ChangeServices(counter=key, services=tuple({*hub.hall.counters[key].services, "pension"})))
        hub.done(c.OpenCounter(counter=key))
    found = look_for(web, hub, 2).groups[0]
    assert found.needed is not None and found.needed <= 6
    assert found.advised_ms is not None and "已经够了" in found.zh
    assert look_for(web, hub, 2).groups[0].advised_ms is None
    assert web.staffing.attention() == ()


def log_of(web: Web, clock: ManualClock) -> AdviceLog:
    return AdviceLog(web.accounts.folder / "staffing.db", clock.now_ms)


def judged_before(log: AdviceLog, right: int, wrong: int) -> None:
    for number in range(right + wrong):
        one = Advised("card", OPENS_MS - (number + 1) * MINUTE, "2026-03-03", ("card",), 1, 2, 1)
        log.raised(one)
        log.judged(one, Judged("right" if number < right else "wrong", 5, 20.0, 15.0))
    log.cleared("card")


def test_once_enough_were_judged_so_many_of_so_many_are_told(web: Web, hub: TownHub, clock: ManualClock) -> None:
    judged_before(log_of(web, clock), 4, JUDGED_ENOUGH - 4)
    crowd(hub, "pension", 5)
    found = look_for(web, hub, 3)
    assert found.precision is not None
    assert found.precision.known
    said = web.staffing.attention()[0]
    assert "核对过 20 条，4 条说中" in said.zh
    assert "4 of 20" in said.en


def test_advice_nobody_followed_is_right_if_people_then_waited_too_long(web: Web, hub: TownHub) -> None:
    hub.done(c.OpenCounter(counter="c1"))
    crowd(hub, "pension", 30)
    look_for(web, hub, 4)
    for _ in range(7):
        hub.serve("c1", minutes=5)
        web.staffing.now()
    found = look_for(web, hub, 10)
    (advice,) = found.advice
    assert advice.verdict == "right"
    assert advice.n is not None
    assert advice.n >= 4
    assert advice.mean_min is not None
    assert advice.mean_min > 15
    assert found.precision is not None
    assert (found.precision.judged, found.precision.right, found.precision.known) == (1, 1, False)


def test_advice_that_was_followed_counts_neither_way(web: Web, hub: TownHub) -> None:
    hub.done(c.OpenCounter(counter="c1"))
    crowd(hub, "pension", 30)
    look_for(web, hub, 4)
    hub.done(c.OpenCounter(counter="c2"))
    look_for(web, hub, 1)
    for _ in range(7):
        hub.serve("c1", minutes=5)
    found = look_for(web, hub, 10)
    assert [one.verdict for one in found.advice] == ["followed"]
    assert found.precision is not None
    assert (found.precision.judged, found.precision.followed) == (0, 1)


def test_nothing_is_judged_before_its_time(web: Web, hub: TownHub) -> None:
    crowd(hub, "pension", 5)
    assert [one.verdict for one in look_for(web, hub, 42).advice] == [None]
    assert [one.verdict for one in look_for(web, hub, 1).advice] == ["nobody"]


def test_a_line_that_is_gone_ends_the_advice_after_ten_minutes(web: Web, hub: TownHub) -> None:
    numbers = [hub.take_ticket("pension") for _ in range(3)]
    look_for(web, hub, 3)
    for number in numbers:
        hub.done(c.CancelTicket(number=number))
    hub.done(c.OpenCounter(counter="c1"))
    look_for(web, hub, 9)
    assert web.staffing.attention() != ()
    look_for(web, hub, 2)
    assert web.staffing.attention() == ()


def test_advice_outlives_a_restart_of_the_program_but_not_its_day(web: Web, hub: TownHub, clock: ManualClock) -> None:
    crowd(hub, "pension", 5)
    raised_ms = look_for(web, hub, 3).groups[0].advised_ms
    log = log_of(web, clock)

    def again() -> Staffing:
        return Staffing(hub.hall, hub.live, web.reports, clock, web.sessions_of, log)

    second = again()
    assert second.now().groups[0].advised_ms == raised_ms
    assert len(log.latest()) == 1
    log.raised(Advised("unit", OPENS_MS - 86_400_000, "2026-03-03", ("unit",), 1, 2, 1))
    third = again()
    third.now()
    assert [one.subject for one in third.attention()] == ["pension"]
    assert [one.group for one in log.standing()] == ["pension"]


def test_while_the_engine_is_silent_no_time_counts_for_advice(web: Web, hub: TownHub, clock: ManualClock) -> None:
    crowd(hub, "pension", 5)
    look_for(web, hub, 2)
    clock.advance(600)
    web.staffing.now()
    assert web.staffing.attention() == ()
    look_for(web, hub, 2)
    assert web.staffing.attention() == ()
    look_for(web, hub, 2)
    assert web.staffing.attention() != ()


def test_the_line_stands_there_as_the_public_reads_it_however_old_the_last_look_is(
    web: Web, hub: TownHub, logged_in: Callable[[str], Browser]
) -> None:
    hub.done(c.OpenCounter(counter="c1"))
    manager = logged_in("manager").client
    web.staffing.now()
    for _ in range(3):
        hub.take_ticket("pension")
        told = manager.get("/api/staffing").json["groups"][0]
        public = {one["service"]: one for one in manager.get("/api/status").json["services"]}
        for one in told["services"]:
            assert (one["waiting"], one["wait"]) == (public[one["service"]]["waiting"], public[one["service"]]["wait"])
        assert told["waiting"] == sum(one["waiting"] for one in told["services"])


@pytest.mark.parametrize(
    ("language", "said", "nobody"), [("zh", "无需等候", "暂无窗口办理"), ("en", "no wait", "no counter open")]
)
def test_an_empty_line_is_called_what_every_page_calls_it_and_never_nothing_to_nothing(
    language: str, said: str, nobody: str, web: Web, hub: TownHub, logged_in: Callable[[str], Browser]
) -> None:
    hub.done(c.OpenCounter(counter="c1"))
    waits = {one.service: one.wait for one in web.staffing.shown().groups[0].services}
    assert waits["pension"] is not None and waits["pension"].high_min == 0
    page = logged_in("manager").client.get(f"/staffing?lang={language}").get_data(as_text=True)
    assert "0–0" not in page
    assert f"<span>{said}</span>" in page
    assert f"<span>{nobody}</span>" in page


def test_a_group_that_lacks_nothing_is_one_line_with_its_figures_before_its_names(
    web: Web, hub: TownHub, logged_in: Callable[[str], Browser]
) -> None:
    manager = logged_in("manager").client
    page = manager.get("/staffing?lang=en").get_data(as_text=True)
    assert '<details class="card section need" id="group-pension">' in page
    assert page.index("0 needed, 0 open") < page.index("Pension insurance, Social security card")
    crowd(hub, "pension", 5)
    look_for(web, hub, 1)
    page = manager.get("/staffing?lang=en").get_data(as_text=True)
    assert 'id="lacking-pension"' in page and 'id="group-pension"' not in page
    calm = page[page.index('id="calm-pension"') :]
    assert calm.index("5 more services for which nobody waits") < calm.index("General advice")


def test_looks_are_made_every_few_seconds_at_most(web: Web, hub: TownHub, clock: ManualClock) -> None:
    first = web.staffing.now()
    clock.advance(LOOK_EVERY_S / 2)
    assert web.staffing.now() is first
    clock.advance(LOOK_EVERY_S)
    assert web.staffing.now() is not first


def test_a_line_at_one_counter_is_carried_on_into_the_half_hours_ahead_as_the_headline_has_it(
    web: Web, hub: TownHub, logged_in: Callable[[str], Browser]
) -> None:
    hub.done(c.OpenCounter(counter="c1"))
    crowd(hub, "pension", 13)
    found = look_for(web, hub, 20).groups[0]
    assert (found.arrivals, found.waiting, found.steady, found.too_many) == (0, 13, 0, 13)
    assert found.needed is not None and 1 < found.needed <= 13
    first, second = found.ahead[:2]
    assert 10 < first.waiting < 13, "ten minutes of one counter"
    assert second.waiting < first.waiting
    for half_hour in (first, second):
        assert half_hour.needed is not None and 1 < half_hour.needed <= found.needed
    assert found.ahead[-1].waiting == found.ahead[-1].needed == 0
    page = logged_in("manager").client.get("/staffing?lang=zh").get_data(as_text=True)
    assert "排队已过长（多出 13 人），要在 30 分钟内消化才需" in page
    assert f"还等 {first.waiting} 人" in page
    assert "30 分钟内消化排队过长的 13 人" in found.zh
    assert "to clear, within 30 min, a line too long by 13" in found.en


def test_the_half_hours_ahead_end_with_the_last_ticket(web: Web, hub: TownHub, clock: ManualClock) -> None:
    ahead = web.staffing.now().groups[0].ahead
    assert [one.at_ms for one in ahead] == [OPENS_MS + n * 30 * MINUTE for n in range(1, 9)]
    clock.advance(6 * 3600)
    assert [one.at_ms for one in web.staffing.now().groups[0].ahead] == [
        OPENS_MS + n * 30 * MINUTE for n in (13, 14)
    ]  # tickets are given until half past four


def test_a_disk_that_refuses_is_told_on_the_page_and_breaks_nothing(
    web: Web, monkeypatch: pytest.MonkeyPatch, logged_in: Callable[[str], Browser]
) -> None:
    def refuse(_: object) -> object:
        raise DatabaseError(Path("hall.db"), "disk I/O error")

    manager = logged_in("manager")
    monkeypatch.setattr(type(web.reports), "record", lambda *_: refuse(None))
    page = manager.client.get("/staffing")
    assert page.status_code == 200
    assert "记录暂时无法读取" in page.get_data(as_text=True)
    assert web.staffing.now().trouble
    assert manager.client.get("/floor").status_code == 200


def test_no_number_of_a_ticket_and_no_clerk_is_in_the_answer(
    web: Web, hub: TownHub, logged_in: Callable[[str], Browser]
) -> None:
    hub.done(c.OpenCounter(counter="c1"))
    number = hub.take_ticket("pension")
    hub.serve("c1")
    text = logged_in("manager").client.get("/api/staffing").get_data(as_text=True)
    assert number not in text
    assert "staff-16" not in text
    assert f'"day":"{DAY}"' in text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_is_in_both_languages(
    language: str, web: Web, hub: TownHub, logged_in: Callable[[str], Browser]
) -> None:
    hub.done(c.OpenCounter(counter="c1"))
    crowd(hub, "unit", 12)
    look_for(web, hub, 4)
    page = logged_in("manager").client.get(f"/staffing?lang={language}").get_data(as_text=True)
    assert ("此刻需要" in page) == (language == "zh")
    assert ("Needed now" in page) == (language == "en")
    words = {"zh": "单独看也不够的业务：单位参保登记（需", "en": "of their own: Employer registration ("}
    assert words[language] in page
