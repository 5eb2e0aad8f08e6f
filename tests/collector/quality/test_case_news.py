"""Who waits for a piece of work and left a telephone is told of each turn of it, once; nobody else is told anything."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from broker.collector.notify.file_way import FileWay
from broker.collector.notify.message import Message
from broker.collector.notify.wording import text_of as wording
from broker.collector.quality.case_news import tell_who_waits
from broker.collector.web import WebOptions
from tests.collector.conftest import PERSONS, Browser
from tests.collector.quality.test_case_pages import later, registers, takes
from tests.collector.town import TownHub

PHONE = "13800001234"


@pytest.fixture
def options(tmp_path: Path) -> WebOptions:
    return WebOptions(persons=PERSONS, ways={"phone": FileWay(tmp_path / "phones.txt")})


def waiting(app: Flask) -> list[Message]:
    return list(app.extensions["jiaohao"].notifier.not_left("case-"))


def accepted(browser: Browser, phone: str = PHONE) -> str:
    answer = registers(browser, "promise", service="medical", note="材料齐全", phone=phone)
    assert answer.status_code == 302, answer.get_data(as_text=True)[-500:]
    return answer.location


def test_each_turn_is_told_once_with_the_new_day(app: Flask, logged_in: Callable[[str], Browser], hub: TownHub) -> None:
    clerk, manager = logged_in("clerk"), logged_in("manager")
    path = accepted(clerk)
    assert waiting(app) == [], "that it was accepted they know"
    takes(clerk, path, "pause", reason="缺医院发票")
    takes(clerk, path, "resume")
    takes(manager, path, "extend", reason="系统升级", days="5")
    takes(clerk, path, "finish")
    told = waiting(app)
    assert [one.kind for one in told] == ["work_lacks_papers", "work_extended", "work_done"]
    assert {one.to for one in told} == {PHONE}
    (story,) = app.extensions["jiaohao"].reports.cases().stories.values()
    texts = [wording(hub.hall, one) for one in told]
    assert all(story.number in text for text in texts)
    assert "缺医院发票" not in "".join(texts), "a reason may be about health: it is told at the counter"
    day = app.extensions["jiaohao"].hall.services["medical"].promised_days
    assert day is not None and told[1].facts["day"] > "2026-03-04" and told[1].facts["day"] in texts[1]
    assert "已办结" in texts[2] and "is done" in texts[2]
    assert tell_who_waits(app.extensions["jiaohao"]) == 3 and len(waiting(app)) == 3, "told again it goes out once"


def test_what_left_does_not_leave_again_and_an_old_step_is_told_to_nobody(
    app: Flask, logged_in: Callable[[str], Browser], hub: TownHub, tmp_path: Path
) -> None:
    web = app.extensions["jiaohao"]
    clerk = logged_in("clerk")
    takes(clerk, accepted(clerk), "finish")
    assert web.notifier.send_due("phone") == 1
    tell_who_waits(web)
    assert web.notifier.send_due("phone") == 0
    assert (tmp_path / "phones.txt").read_text(encoding="utf-8").count(PHONE) == 1
    later(hub, 24 * 8)
    assert tell_who_waits(web) == 0 and web.notifier.send_due("phone") == 0


def test_who_left_no_telephone_is_told_nothing(app: Flask, logged_in: Callable[[str], Browser]) -> None:
    clerk = logged_in("clerk")
    takes(clerk, accepted(clerk, phone=""), "refuse", reason="不符合参保条件")
    assert waiting(app) == []


def test_who_is_not_accepted_is_asked_to_fetch_the_notice(
    app: Flask, logged_in: Callable[[str], Browser], hub: TownHub
) -> None:
    clerk = logged_in("clerk")
    takes(clerk, accepted(clerk), "refuse", reason="不符合参保条件")
    (told,) = waiting(app)
    assert told.kind == "work_not_accepted" and "告知书" in wording(hub.hall, told)
    assert "不符合" not in wording(hub.hall, told)
