"""Recorded and made-up days: read strictly, told again exactly."""

from pathlib import Path

import pytest

from broker.model.hall_file import parse_hall
from broker.runtime.hall_source import load_hall
from firmware_config.demo import _full_day
from firmware_config.virtual.crowd import make_day
from firmware_config.virtual.day_file import DayFileError, day_of, read_day_file
from firmware_config.virtual.day_hall import DayTooLarge, hall_text, renamed

HEAD = "time_s,event,ticket,service,priority,queued,server\n"
DAY = (
    HEAD
    + "30600,A,t1,S1,0,0,\n30600,S,t1,,,,c1\n30640,A,t2,S2,1,1,\n30700,E,t1,,,,c1\n"
    + "30720,S,t2,,,,c1\n30800,A,t3,S1,0,1,\n30900,E,t2,,,,c1\n30900,P,,,,,c1\n31000,X,t3,,,,\n31100,O,,,,,c1\n"
)
HALLS = Path(__file__).parents[2] / "firmware_config" / "halls"


def test_a_recorded_day_becomes_people_and_shifts() -> None:
    day = day_of(read_day_file(DAY))
    first, second, third = day.visitors
    assert (first.comes_ms, first.service_ms, first.patience_ms) == (0, 100_000, None)
    assert (second.priority, second.service_ms) == ("elderly", 180_000)
    assert third.patience_ms == 200_000
    assert [shift.action for shift in day.shifts] == ["open", "pause", "resume"]


def test_its_hall_passes_the_same_door_as_a_real_one() -> None:
    recorded = read_day_file(DAY)
    hall = parse_hall(hall_text(recorded, {"S1": 2.0}))
    day = renamed(day_of(recorded), recorded)
    assert {visitor.service for visitor in day.visitors} <= set(hall.services)
    assert {shift.counter for shift in day.shifts} <= set(hall.counters)


def test_a_day_with_many_tickets_gets_four_digits_and_pads() -> None:
    rows = "".join(f"{30600 + i},A,t{i},S1,0,0,\n" for i in range(700)) + "".join(
        f"40000,S,t{i},,,,c{i}\n" for i in range(12)
    )
    hall = parse_hall(hall_text(read_day_file(HEAD + rows), {}))
    assert hall.series["a"].digits == 4
    assert all(console.address == "virtual://pad" for console in hall.consoles.values())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "line 1"),
        ("a,b,c\n", "line 1"),
        (HEAD, "no events"),
        (HEAD + "x,A,t,S,0,0,\n", "line 2"),
        (HEAD + "5,A,,,,,\n", "line 2"),
        (HEAD + "5,Q,t,S,0,0,\n", "line 2"),
        (HEAD + "5,A,t,S,0,0,\n4,A,u,S,0,0,\n", "line 3: time goes back"),
        (HEAD + "5,A,t\n", "line 2: 3 cells"),
        (HEAD + "-5,A,t,S,0,0,\n", "line 2"),
        (HEAD + "1e99,A,t,S,0,0,\n", "line 2"),
        (HEAD + "nan,A,t,S,0,0,\n", "line 2"),
        (HEAD + "5,A," + "t" * 140_000 + ",S,0,0,\n", "line 2"),
        ("t" * 140_000, "line 1"),
        (HEAD + "5,A,t\r5,A\n", "line 2: 3 cells"),
    ],
)
def test_a_broken_day_file_names_the_line(text: str, says: str) -> None:
    with pytest.raises(DayFileError, match=says):
        read_day_file(text)


@pytest.mark.parametrize("end", ["\r", "\r\n", "\n"])
def test_a_day_file_may_end_its_lines_as_any_machine_does(end: str) -> None:
    text = HEAD + "5,A,t,S,0,0,\n6,A,u,S,0,0,\n"
    assert [row.ticket for row in read_day_file(text.replace("\n", end)).rows] == ["t", "u"]


def test_all_mistakes_are_named_at_once() -> None:
    with pytest.raises(DayFileError) as found:
        read_day_file(HEAD + "x,A,t,S,0,0,\n5,Q,t,S,0,0,\n7,A\n")
    assert len(found.value.mistakes) == 3


def test_more_servers_than_a_hall_can_have_are_refused() -> None:
    rows = "5,A,t,S,0,0,\n" + "".join(f"6,S,t,,,,c{i}\n" for i in range(65))
    with pytest.raises(DayTooLarge):
        hall_text(read_day_file(HEAD + rows), {})


@pytest.mark.parametrize("name", ["town_hall.toml", "one_kiosk.toml"])
def test_a_made_up_day_is_the_same_for_the_same_seed_and_asks_only_for_what_is_offered(name: str) -> None:
    hall = load_hall(HALLS / name)
    sessions = _full_day(hall)
    day = make_day(hall, sessions, seed=3)
    assert day == make_day(hall, sessions, seed=3)
    assert day != make_day(hall, sessions, seed=4)
    assert len(day.visitors) > 20
    for visitor in day.visitors:
        service = hall.services[visitor.service]
        assert not service.hidden
        now = {s.name for s in sessions if s.opens_ms <= sessions[0].opens_ms + visitor.comes_ms < s.last_ticket_ms}
        assert not service.sessions or now & set(service.sessions)
