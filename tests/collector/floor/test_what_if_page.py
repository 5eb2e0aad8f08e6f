"""What if, on the manager's desk: a program of its own plays the day again; it can be cancelled and ends in time."""

import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from broker.collector.errors import WhatIfAbsent, WhatIfBusy
from broker.collector.floor.what_if_answers import WhatIfBody
from broker.collector.floor.what_if_runs import BEHIND, KEPT, WhatIfRuns, begin_program
from broker.collector.run import what_if_command
from broker.collector.web import WebOptions
from broker.model import commands as c
from tests.collector.conftest import Browser
from tests.collector.town import SIGNS, TOWN, TownHub

DAY = WhatIfBody(day="2026-03-04")


def ended(runs: WhatIfRuns) -> None:
    assert runs._thread is not None
    runs._thread.join(timeout=60)
    assert not runs._thread.is_alive()


def program(text: str) -> tuple[str, ...]:
    return (sys.executable, "-c", text)


@pytest.fixture
def options(tmp_path: Path) -> WebOptions:
    file = tmp_path / "hall.toml"
    file.write_text(TOWN + SIGNS, encoding="utf-8")
    return replace(WebOptions(), what_if=what_if_command(tmp_path / "hall.db", file))


def worked(hub: TownHub) -> None:
    hub.done(c.OpenCounter(counter="c1"))
    for _ in range(3):
        hub.take_ticket("pension")
    for _ in range(3):
        hub.serve("c1", 3)


def test_a_manager_asks_of_a_day_and_reads_three_tables_in_both_languages(
    app: Flask, hub: TownHub, logged_in: Callable[[str], Browser]
) -> None:
    worked(hub)
    manager, runs = logged_in("manager"), app.extensions["jiaohao"].what_if
    form = {"csrf": manager.token, "day": "2026-03-04", "rule": "fcfs", "counters": "+1", "services": "pension"}
    sent = manager.client.post("/what-if", data=form)
    assert (sent.status_code, sent.location) == (303, "/what-if?run=1")
    ended(runs)
    run = manager.client.get("/api/what-if").json["runs"][0]
    assert (run["state"], run["asked"]["counters"], run["zh"]) == ("done", 1, "")
    assert run["answer"]["was"]["all"]["called"] == 3
    for language, word in (("zh", "改变后"), ("en", "Reproduced")):
        assert word in manager.client.get(f"/what-if?lang={language}").get_data(as_text=True)


def test_a_damaged_file_is_told_in_words_without_a_folder_of_the_machine(
    app: Flask, hub: TownHub, tmp_path: Path, options: WebOptions
) -> None:
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"no journal at all" * 500)
    runs = WhatIfRuns(what_if_command(broken, tmp_path / "hall.toml"), lambda: 0)
    runs.start(DAY)
    ended(runs)
    run = runs.latest()[0]
    assert run.state == "failed"
    assert run.zh and run.en
    assert str(tmp_path) not in run.zh + run.en


def test_a_second_asker_is_told_that_one_is_at_work_and_a_cancelled_one_makes_room() -> None:
    runs = WhatIfRuns(program("import time; time.sleep(50)"), lambda: 0)
    run = runs.start(DAY)
    with pytest.raises(WhatIfBusy):
        runs.start(DAY)
    assert runs.cancel(run.run).state == "cancelled"
    ended(runs)
    assert runs.latest()[0].state == "cancelled"
    runs.start(DAY)
    runs.stop()
    assert [one.state for one in runs.latest()] == ["cancelled", "cancelled"]
    assert runs.cancel(99) is None


def test_a_program_that_takes_too_long_is_ended_and_that_is_said() -> None:
    begun: list[subprocess.Popen[bytes]] = []

    def begin(command: Sequence[str]) -> subprocess.Popen[bytes]:
        begun.append(begin_program(command))
        return begun[0]

    runs = WhatIfRuns(program("import time; time.sleep(50)"), lambda: 0, begin, limit_s=0.2)
    runs.start(DAY)
    ended(runs)
    assert runs.latest()[0].state == "too_long"
    assert begun[0].returncode is not None and begun[0].returncode < 0


def test_the_program_stands_behind_all_others() -> None:
    ran = begin_program(program("import os, sys; sys.stdin.read(); import time; time.sleep(.2); print(os.nice(0))"))
    assert ran.communicate(timeout=20)[0].strip() == str(BEHIND).encode()


def test_a_program_that_breaks_down_or_cannot_be_started_is_told_in_our_words_and_only_a_few_are_kept() -> None:
    runs = WhatIfRuns(program("raise ValueError('坏了')"), lambda: 0)
    for _ in range(KEPT + 1):
        runs.start(DAY)
        ended(runs)
    assert [one.run for one in runs.latest()] == list(range(KEPT + 1, 1, -1))
    assert "坏了" not in runs.latest()[0].zh
    absent = WhatIfRuns(("/nowhere/at-all",), lambda: 0)
    absent.start(DAY)
    ended(absent)
    assert absent.latest()[0].state == "failed"
    with pytest.raises(WhatIfAbsent):
        WhatIfRuns((), lambda: 0).start(DAY)


@pytest.mark.parametrize("wrong", [{"counters": "21"}, {"exponent": "nan"}, {"counters": "1.5"}, {"rule": "--help"}])
def test_a_wrong_figure_is_refused_before_anything_is_run(
    app: Flask, hub: TownHub, logged_in: Callable[[str], Browser], wrong: dict[str, str]
) -> None:
    manager = logged_in("manager")
    sent = manager.client.post("/what-if", data={"csrf": manager.token, "day": "2026-03-04", **wrong})
    assert sent.status_code == 400
    assert app.extensions["jiaohao"].what_if.latest() == ()


def test_of_a_day_or_a_service_that_is_not_there_nothing_is_run(
    app: Flask, logged_in: Callable[[str], Browser]
) -> None:
    manager = logged_in("manager")
    for body in ({"day": "2020-01-01"}, {"day": "2026-03-04", "services": ["--hall"]}):
        assert manager.post("/api/what-if", body).json["code"] == "what_if_unknown"
    assert app.extensions["jiaohao"].what_if.latest() == ()


def test_what_was_typed_stays_in_a_form_that_is_refused(
    app: Flask, hub: TownHub, logged_in: Callable[[str], Browser]
) -> None:
    manager = logged_in("manager")
    typed = {"rule": "strict", "exponent": "1.5", "counters": "-1", "cap_min": "45", "services": "pension"}
    sent = manager.client.post("/what-if", data={"csrf": manager.token, "day": "2026-03-04", **typed})
    text = sent.get_data(as_text=True)
    assert sent.status_code == 400
    assert 'role="alert" id="refused"' in text
    for words in ('value="strict" selected', 'value="1.5"', 'value="-1"', 'value="45"', 'value="pension" checked'):
        assert words in text, words
    assert 'value="45"' not in manager.client.get("/what-if").get_data(as_text=True)


@pytest.mark.parametrize(
    ("language", "before", "after"),
    [("zh", "（未结束）", "还没有结束：只算到"), ("en", "(not over)", "it is played up to")],
)
def test_a_day_that_still_runs_is_said_to_be_unfinished_before_it_is_asked_of_and_in_the_answer(
    app: Flask, hub: TownHub, logged_in: Callable[[str], Browser], language: str, before: str, after: str
) -> None:
    worked(hub)
    hub.take_ticket("unit")
    manager, runs = logged_in("manager"), app.extensions["jiaohao"].what_if
    page = manager.client.get(f"/what-if?lang={language}").get_data(as_text=True)
    assert before in page and after not in page
    runs.start(DAY)
    ended(runs)
    page = manager.client.get(f"/what-if?lang={language}").get_data(as_text=True)
    assert after in page
    never = {"zh": "没叫到的：重现 1 人，平均已等", "en": "Never called: 1 reproduced, who had waited"}
    assert never[language] in page


def test_of_a_service_of_whom_nobody_was_called_no_figure_is_told(
    app: Flask, hub: TownHub, logged_in: Callable[[str], Browser]
) -> None:
    worked(hub)
    hub.take_ticket("unit")
    manager, runs = logged_in("manager"), app.extensions["jiaohao"].what_if
    runs.start(DAY)
    ended(runs)
    answer = manager.client.get("/api/what-if").json["runs"][0]["answer"]
    assert answer["was"]["service unit"]["mean_min"] is None
    assert answer["was"]["service unit"]["uncalled"] == 1
    assert "service unit" not in answer["gaps"]
    page = manager.client.get("/what-if?lang=en").get_data(as_text=True)
    assert "nobody was called: not comparable" in page
    assert "no difference can be told" in page
