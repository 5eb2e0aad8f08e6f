"""Some hours of simulated halls in the suite, the seeds that once found something, and the world's own honesty."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from broker.runtime.database import transaction
from tests.simulation.__main__ import main
from tests.simulation.agenda import Agenda
from tests.simulation.disk import SYNCED_EVERY, PowerCut, SimFile
from tests.simulation.judged import run
from tests.simulation.network import Network
from tests.simulation.plan import KINDS, Plan, Weather, plan_of
from tests.simulation.tally import digest_of, tally_of
from tests.simulation.world import simulate

FOUND: dict[int, str] = {
    1: "a heartbeat that was only late let an older picture onto the wall (mended in runtime/newest.py)",
    18: "a thanked rating whose post lay about in the network was refused as too late (mended in engine/evaluating.py)",
    7: "a judge did not know that a paper may be kept in order behind one whose age nobody knew",
    114: "the world named a paper's day when it lay in the tray, not when it was begun",
    1084: "a thanked rating was too early for a server whose clock was set back (mended in engine/evaluating.py)",
    134: "a server woke up a whole day behind, which no server can know: time servers now have the night",
    34: "a clock that was set right after a night of doubt opened a day that was over (mended in server/day_keeper.py)",
    1003: "a judge did not know that a server without a date cannot date its visitors",
    172: "a server lost its power while its clock was a day ahead, which no server can know: it asks a time server",
    208: "a desk asked for a rating by a clock that had been set right meanwhile (mended in caller/app.py)",
    477: "a server that did not know the date went on with last evening's rating (mended in server/app.py)",
    532: "a rating thanked in the evening was refused by a server without the date (mended in server/writer.py)",
    658: "a judge did not know that a paper may be kept in order behind a request without one whose age nobody knew",
    1867: "a rating pressed under a clock of weeks ago was refused for its age (mended in collector/answers.py)",
    2485: "a time ahead that nobody was sure of opened a day once the clock was right (mended in server/app.py)",
    1969: "a judge did not know that a server set back and cut off cannot tell for how long it was away",
    216: "a judge did not know that a kiosk counts on above what a day took over when it opened",
}
"""Seeds that found something, in the world of that day; each fault of the product has a test beside its cause."""
ROOT = Path(__file__).parents[2]


FULL, SHORT = 1.0, 0.5
"""Hall hours. The hall has changed since those seeds found what they found: they are as good as any, and cut short."""


@pytest.mark.parametrize(("seed", "hours"), [(3, FULL), (4, FULL), *((seed, SHORT) for seed in FOUND)])
def test_no_law_is_broken_in_an_hour_of_misfortunes(seed: int, hours: float) -> None:
    _, tally, violations = run(seed, hours)
    assert violations == []
    assert tally.papers > 0


def test_a_hall_without_misfortunes_serves_its_visitors_and_thanks_them() -> None:
    trace = simulate(1, 0.7, Plan(visitors_an_hour=60.0, service_s=60.0, rating=1.0))
    tally = tally_of(trace)
    assert tally.papers >= 15
    assert tally.calls >= 15
    assert tally.ratings >= 3
    assert sum(tally.faults.values()) == 0
    assert trace.rest is not None
    assert not any(trace.rest.outboxes.values())


def test_a_seed_is_the_same_run_byte_for_byte_in_every_process() -> None:
    here = digest_of(simulate(5, 0.4))
    code = "from tests.simulation.world import simulate; from tests.simulation.tally import digest_of"
    code += "; print(digest_of(simulate(5, 0.4)))"
    environment = {**os.environ, "PYTHONHASHSEED": "4711", "PYTHONPATH": str(ROOT)}
    there = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    ).stdout.strip()
    assert there == here
    assert digest_of(simulate(6, 0.4)) != here


def test_every_kind_of_misfortune_is_part_of_some_seeds() -> None:
    plans = [plan_of(seed) for seed in range(100)]
    assert {kind for plan in plans for kind in plan.rates} == set(KINDS)
    assert any(not plan.rates for plan in plans)
    assert {plan.hall for plan in plans} == {"one", "small", "large"}


def test_the_command_prints_figures_and_the_way_to_repeat(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--seed", "3"]) == 0
    said = capsys.readouterr().out
    assert "violations                  0" in said
    assert "papers" in said


# -- the disk ------------------------------------------------


def rows_of(file: SimFile) -> list[int]:
    return [row[0] for row in file.connection.execute("SELECT n FROM t ORDER BY n")]


def keep(file: SimFile, n: int) -> None:
    with transaction(file.connection) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS t (n INTEGER)")
        connection.execute("INSERT INTO t VALUES (?)", (n,))


def test_the_disk_keeps_a_commit_and_forgets_what_was_under_way() -> None:
    file = SimFile("a.db")
    file.open()
    keep(file, 1)
    file.connection.execute("BEGIN IMMEDIATE")
    file.connection.execute("INSERT INTO t VALUES (2)")
    file.lose_power()
    file.open()
    assert rows_of(file) == [1]


@pytest.mark.parametrize(("when", "kept"), [("before", [1]), ("after", [1, 2])])
def test_power_may_go_before_and_after_a_commit(when: str, kept: list[int]) -> None:
    file = SimFile("a.db")
    file.open()
    keep(file, 1)
    file.cut = when
    with pytest.raises(PowerCut) as cut:
        keep(file, 2)
    file.lose_power()
    assert (rows_of(file), cut.value.kept) == (kept, when == "after")


def test_a_program_that_does_not_ask_for_a_sync_loses_its_last_commits() -> None:
    file = SimFile("a.db")
    file.open()
    file.connection.execute("PRAGMA synchronous=NORMAL")
    for n in range(1, SYNCED_EVERY + 3):
        keep(file, n)
    file.lose_power()
    assert rows_of(file) == list(range(1, SYNCED_EVERY + 2))


def test_a_full_disk_keeps_nothing_and_says_so_as_sqlite_does() -> None:
    file = SimFile("a.db")
    file.open()
    keep(file, 1)
    file.full = True
    with pytest.raises(Exception, match="full") as said:
        keep(file, 2)
    assert isinstance(said.value.__cause__, sqlite3.OperationalError)
    assert rows_of(file) == [1]


# -- the network ------------------------------------------------


def network() -> tuple[Agenda, Network]:
    agenda = Agenda(0)
    return agenda, Network(agenda, Random(1), Weather(delay_s=0.001), ("a", "b"))


def test_a_broker_that_dies_forgets_what_was_retained_and_its_clients_come_back() -> None:
    agenda, net = network()
    heard: list[tuple[bytes, bool]] = []
    writer = net.link("a", lambda heartbeat: None, "a", on_message=lambda message: None)
    reader = net.link(
        "b",
        lambda heartbeat: None,
        "b",
        on_message=lambda message: heard.append((message.payload, message.retained)),
        subscriptions=[("t", 1)],
    )
    writer.start()
    agenda.run(1)
    writer.publish("t", b"1", retain=True)
    agenda.run(1)
    reader.start()
    agenda.run(1)
    reader.pump()
    assert heard == [(b"1", True)]
    net.broker.die()
    agenda.run(1)
    net.broker.up = True
    agenda.run(30)
    reader.pump()
    assert reader.online
    assert heard == [(b"1", True)], "the new broker knows nothing"


def test_a_blocked_way_holds_messages_and_a_connection_given_up_loses_them() -> None:
    agenda, net = network()
    heard: list[bytes] = []
    writer = net.link("a", lambda heartbeat: None, "a", on_message=lambda message: None)
    reader = net.link(
        "b", lambda heartbeat: None, "b", on_message=lambda message: heard.append(message.payload),
        subscriptions=[("t", 1)],
    )  # fmt: skip
    writer.start()
    reader.start()
    agenda.run(1)
    for payload, blocked_s in ((b"held", 3), (b"lost", 60)):
        net.block("b")
        writer.publish("t", payload)
        agenda.run(blocked_s)
        reader.pump()
        assert payload not in heard
        net.heal("b")
        agenda.run(20)
        reader.pump()
    assert heard == [b"held"]
    assert reader.online
