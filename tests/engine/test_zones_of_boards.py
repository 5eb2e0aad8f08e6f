"""A board shows what happens at its own counters and nothing else."""

import msgspec

from broker.engine.project import project
from broker.model import commands as c
from broker.model.hall_devices import Display
from broker.model.views import BoardView
from broker.model.words import Names
from tests.engine.bench_hall import HallAtWork
from tests.halls import small_hall


def zoned_hall() -> HallAtWork:
    """The small hall in two parts, with a display for each and one for the whole, by zone or by name."""
    hall = small_hall()
    counters = {
        key: msgspec.structs.replace(counter, zone="east" if key == "c1" else "west")
        for key, counter in hall.counters.items()
    }
    screen = "virtual://screen"
    displays = {
        "whole": Display(names=Names("全", "Whole"), screen=screen),
        "east": Display(names=Names("东", "East"), screen=screen, zone="east"),
        "west": Display(names=Names("西", "West"), screen=screen, zone="west"),
        "named": Display(names=Names("二", "Two"), screen=screen, counters=("c2",), zone="east"),
    }
    work = HallAtWork(msgspec.structs.replace(hall, counters=counters, displays=displays)).open_day()
    for counter, clerk in (("c1", "a1"), ("c2", "a2")):
        work.done(c.OpenCounter(counter=counter, clerk=clerk))
    return work


def board(work: HallAtWork, name: str) -> BoardView:
    view = project(work.hall, work.state, ("board",))["board", name]
    assert isinstance(view, BoardView)
    return view


def calls(work: HallAtWork, name: str) -> dict[str, str]:
    return {call.number: call.counter for call in board(work, name).calls}


def test_a_call_is_on_the_boards_of_its_counter_and_on_no_other() -> None:
    work = zoned_hall()
    work.take_ticket()
    work.take_ticket()
    first, second = work.call("c1"), work.call("c2")
    assert calls(work, "whole") == {first: "c1", second: "c2"}
    assert calls(work, "east") == {first: "c1"}
    assert calls(work, "west") == {second: "c2"}
    assert calls(work, "named") == {second: "c2"}, "counters that are named come before a zone"


def test_a_paused_counter_and_services_are_told_where_they_belong() -> None:
    work = zoned_hall()
    work.done(c.PauseCounter(counter="c1", reason="短暂离开"))
    paused = {name: [line.counter for line in board(work, name).paused] for name in ("whole", "east", "west")}
    assert paused == {"whole": ["c1"], "east": ["c1"], "west": []}
    for name in ("east", "west"):
        own = {key for key, counter in work.hall.counters.items() if counter.zone == name}
        served = {service for key in own for service in work.hall.counters[key].services}
        shown = {line.service for line in board(work, name).services}
        assert shown <= served
