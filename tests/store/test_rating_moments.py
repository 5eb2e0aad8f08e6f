"""The attacker is staff: he looks at all that is told at every moment, and tries what he may, to learn who rates when.

Two halls live the same day, event for event, minute for minute. In one visitors rate, decline and explain, by keypad,
telephone and paper form, also after sheets were signed; in the other nobody ever does. Whatever he reads or is answered
on the day must be the same in both: then nothing of it tells that, or when, somebody rated. What is documented to tell
(``docs/ratings.md``: an undo of a visit that is rated) he does not try here.
"""

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from broker.collector.figures.sheet_export import as_csv as sheets_as_csv
from broker.collector.figures.sheet_form import seen_of, tag_of
from broker.collector.figures.statistics_export import as_csv
from broker.engine.project import project
from broker.model import commands as c
from broker.model.ratings import PAPER_FORM
from broker.model.views import CounterView
from broker.model.words import Level
from tests.halls import DAY
from tests.store.scripted_day import ScriptedDay, at, entries, hall_of, sessions_of

COUNTERS = {"c1": "a1", "c2": "a2"}
GROUPINGS = ("counter", "clerk", "service", "hour")
ROUNDS = 14


def told(day: ScriptedDay, counter_day: str = DAY) -> dict[str, Any]:
    """All that staff read at this moment; of a counter's view what pages show (the rest is the evaluator's own)."""
    views = {
        key: msgspec.structs.replace(view, evaluation=None) if isinstance(view, CounterView) else view
        for key, view in project(day.hall, day.writer.state).items()
    }
    sheets, zone = day.sheets(counter_day), ZoneInfo(day.hall.hall.time_zone)
    figures = {by: day.reports.statistics(counter_day, by) for by in GROUPINGS}  # type: ignore[arg-type]
    return {
        **{"/".join(key): msgspec.json.encode(view) for key, view in views.items()},
        **{by: as_csv(found) for by, found in figures.items() if found is not None},
        "spreadsheet": sheets_as_csv(day.hall, zone, sheets, day.now_ms),
        "position": sheets.position,
        "ratings": day.reports.ratings(counter_day),
        "wishes": day.reports.contact_wishes(0),
        **{
            f"sheet of {one.counter}": (
                one.stage, one.missing, one.clerk, one.leader, one.digest, tag_of(one.figures), seen_of(one),
                one.sums_told, one.levels_told, one.late_told, one.is_over, one.reopened,
            )
            for one in sheets.sheets
        },
    }  # fmt: skip


class Twins:
    """The hall in which people rate, and the one in which nobody does."""

    def __init__(self, folder: Path) -> None:
        (folder / "a").mkdir()
        (folder / "b").mkdir()
        hall = hall_of()
        self.rated, self.silent = (
            ScriptedDay(folder / name, hall, "09:30", sessions_of(("day", "09:00", "17:00"))) for name in "ab"
        )
        self.ratings = 0

    def both(self, wish: Callable[[ScriptedDay], c.Command], by: str = "somebody") -> dict[str, Any]:
        """The same wish in both halls; the answers may not differ."""
        replies = [day.ask(wish(day), by=by) for day in (self.rated, self.silent)]
        first, second = ((one.kind, one.result, one.refusal) for one in replies)
        assert first == second, wish(self.rated)
        self.look()
        return replies[0].result or {}

    def look(self, *but: str) -> None:
        """No figure, no stage, no mark differs, ``but`` for what may."""
        one, other = told(self.rated), told(self.silent)
        assert {key for key in one.keys() | other.keys() if one.get(key) != other.get(key)} <= {*but}

    def wait(self, seconds: int) -> None:
        for day in (self.rated, self.silent):
            day.now_ms += seconds * 1000
            day.tick()

    def rates(self, chance: Random, visit: str, number: str) -> None:
        """Somebody rates in the one hall, and staff look at once; whether he was in time is no matter here."""
        self.ratings += 1
        day, level = self.rated, chance.choice(list(Level))
        known = {"evaluation": f"rating-{self.ratings:06d}", "level": level, "pressed_at_ms": day.now_ms}
        keypad = f"keypad-{self.rated.writer.state.visits[visit].counter[1:]}"
        wishes: list[c.Command] = [
            c.RecordEvaluation(visit=visit, device="phone", **known),
            c.RecordEvaluation(visit=visit, device=keypad, **known),
            c.RateVisit(number=number, device=PAPER_FORM, **known),
            c.LeaveUnrated(visit=visit, device=keypad, why=chance.choice(("declined", "device_fault"))),
        ]
        day.ask(chance.choice(wishes), by="boss")
        self.look()
        day.ask(
            c.ExplainEvaluation(visit=visit, device="phone", reasons=("slow",), reasons_version=1, contact=True), by=""
        )
        self.look()


def signing(counter: str, who: str) -> Callable[[ScriptedDay], c.Command]:
    clerk = COUNTERS[counter] if who == "clerk" else None
    return lambda day: day.signing(counter, who, clerk, note="" if who == "clerk" else "有事")


def filling(counter: str) -> Callable[[ScriptedDay], c.Command]:
    return lambda day: c.FillSheet(
        day=DAY, counter=counter, who="clerk", clerk=COUNTERS[counter], as_of=day.sheets().as_of, **entries()
    )


@pytest.mark.parametrize("seed", range(4))
def test_nothing_that_staff_read_or_are_answered_tells_that_somebody_rates(tmp_path: Path, seed: int) -> None:
    chance, twins = Random(seed), Twins(tmp_path)
    for counter, clerk in COUNTERS.items():
        twins.both(lambda day, counter=counter, clerk=clerk: c.OpenCounter(counter=counter, clerk=clerk))
    visits: list[tuple[str, str]] = []
    for place in range(ROUNDS):
        ticket, counter = f"ticket-{place:06d}", chance.choice([*COUNTERS])
        twins.both(lambda day, ticket=ticket: c.IssueTicket(ticket=ticket, service="pension"))
        twins.both(lambda day, ticket=ticket: c.ConfirmTicket(ticket=ticket))
        twins.both(lambda day, counter=counter: c.CallNext(counter=counter))
        twins.wait(chance.choice((5, 40)))
        done = twins.both(lambda day, counter=counter: c.FinishService(counter=counter))
        visits.append((done["visit"], done["number"]))
        if chance.random() < 0.4:
            twins.wait(chance.choice((1, 20)))
        twins.rates(chance, *chance.choice(visits[-4:]))
    for counter in COUNTERS:
        twins.both(lambda day, counter=counter: c.CloseCounter(counter=counter))
        twins.both(filling(counter))
    for _ in range(12):
        counter, who = chance.choice([*COUNTERS]), chance.choice(("clerk", "leader"))
        twins.both(signing(counter, who), by="boss" if who == "leader" else COUNTERS[counter])
        twins.rates(chance, *chance.choice(visits))
        if chance.random() < 0.2:
            twins.both(lambda day, counter=counter: c.ReopenSheet(day=DAY, counter=counter, reason="填错"), by="boss")
        twins.both(filling(counter), by=COUNTERS[counter])
    assert len(twins.rated.writer.state.evaluations) >= ROUNDS // 2 and not twins.silent.writer.state.evaluations


def test_a_signature_of_the_evening_holds_in_both_halls_when_the_ratings_are_told(tmp_path: Path) -> None:
    chance, twins = Random(1), Twins(tmp_path)
    twins.both(lambda day: c.OpenCounter(counter="c1", clerk="a1"))
    for place in range(9):
        twins.both(lambda day, place=place: c.IssueTicket(ticket=f"ticket-{place:06d}", service="pension"))
        twins.both(lambda day, place=place: c.ConfirmTicket(ticket=f"ticket-{place:06d}"))
        twins.both(lambda day: c.CallNext(counter="c1"))
        twins.both(lambda day: c.FinishService(counter="c1"))
    twins.both(lambda day: c.CloseCounter(counter="c1"))
    twins.both(filling("c1"))
    twins.both(signing("c1", "clerk"), by="clerk-16")
    twins.both(signing("c1", "leader"), by="boss")
    for visit in [*twins.rated.writer.state.visits.values()]:
        twins.rates(chance, visit.visit, visit.number)
    twins.both(lambda day: c.CloseDay())
    for day in (twins.rated, twins.silent):
        day.now_ms += 86_400_000
        assert day.stage("c1") == "finished"
    one, other = twins.rated.sheet("c1"), twins.silent.sheet("c1")
    assert one.sums_told and other.sums_told and one.figures.ratings != other.figures.ratings
    assert (one.digest, one.clerk, one.leader) == (other.digest, other.clerk, other.leader)


def test_no_view_waits_for_a_rating_to_show_that_time_has_passed(tmp_path: Path) -> None:
    """The last number of the day is over at half past four, and the server marks it within its next half second: boards
    and menus that showed so when somebody rates just then would say when that was."""
    twins = Twins(tmp_path)
    twins.both(lambda day: c.OpenCounter(counter="c1", clerk="a1"))
    twins.both(lambda day: c.IssueTicket(ticket="ticket-000001", service="pension"))
    twins.both(lambda day: c.ConfirmTicket(ticket="ticket-000001"))
    twins.both(lambda day: c.CallNext(counter="c1"))
    visit = twins.both(lambda day: c.FinishService(counter="c1"))["visit"]
    twins.both(lambda day: c.CloseCounter(counter="c1"))
    events = len(twins.silent.events())
    twins.wait((at("16:30") - 1_000 - twins.silent.now_ms) // 1000)
    assert len(twins.silent.events()) == events, "nothing happened"
    for day in (twins.rated, twins.silent):
        day.now_ms = at("16:30") + 400
    wish = c.RecordEvaluation(
        evaluation="rating-000001", visit=visit, level=Level.SATISFIED, device="phone", pressed_at_ms=at("16:30")
    )
    assert twins.rated.ask(wish).kind == "done"
    twins.look("ratings")  # of half days that are over the sample tells
    twins.wait(1)
    twins.look("ratings")
    assert len(twins.silent.events()) == events + 1, "the last number is over, in both halls alike"


def test_the_attacker_sees_a_signature_that_falls_with_a_rating(tmp_path: Path) -> None:
    """That this judge sees: a sheet that anything touches in one hall alone."""
    twins = Twins(tmp_path)
    twins.both(lambda day: c.OpenCounter(counter="c1", clerk="a1"))
    twins.both(lambda day: c.CloseCounter(counter="c1"))
    twins.both(filling("c1"))
    twins.both(signing("c1", "clerk"), by="clerk-16")
    twins.rated.writer.state.sheets[DAY]["c1"].touched += 1
    with pytest.raises(AssertionError):
        twins.look()
