"""What the fold remembers of how a hall behaves: each fact by the events that tell it, and no more than the bounds."""

from broker.engine.habits import ARRIVALS_MOST, ARRIVALS_MS, BOOKED_MOST, LONGEST_S, SERVICES_MOST, Habits
from broker.model import commands as c
from broker.server.snapshot import load_state, save_state
from tests.engine.bench_hall import HallAtWork
from tests.halls import CLOSES_MS, OPENS_MS, lobby_hall, small_hall

DAY_MS = 86_400_000


def at_work(waiting: int = 3) -> HallAtWork:
    work = HallAtWork(small_hall()).open_day().open_counters("c1")
    for _ in range(waiting):
        work.take_ticket()
    return work


def test_a_service_is_as_long_as_somebody_kept_the_counter_whether_or_not_he_came() -> None:
    work = at_work()
    work.call("c1")
    work.wait(90)
    work.done(c.FinishService(counter="c1"))
    work.call("c1")
    work.wait(40.25)
    work.done(c.MarkNoShow(counter="c1"))
    assert work.state.habits.services == {"pension": [90.0, 40.2]}


def test_a_finish_that_was_taken_back_counts_once() -> None:
    work = at_work()
    work.call("c1")
    work.wait(90)
    work.done(c.FinishService(counter="c1"))
    work.done(c.UndoLast(counter="c1"))
    work.wait(30)
    work.done(c.FinishService(counter="c1"))
    assert work.state.habits.services == {"pension": [90.0]}


def test_a_gap_counts_only_if_somebody_waited_all_along_and_the_counter_was_open() -> None:
    work = at_work(waiting=3)
    work.serve("c1")
    work.wait(12)
    work.serve("c1")
    work.done(c.PauseCounter(counter="c1", reason="会议"))
    work.wait(300)
    work.done(c.ResumeCounter(counter="c1"))
    work.wait(4)
    work.serve("c1")
    work.wait(600)
    work.take_ticket()
    work.serve("c1")
    assert work.state.habits.gaps == [0.0, 12.0, 4.0]
    assert work.state.habits.pauses == [300.0]


def test_a_number_called_by_choice_tells_nothing_of_gaps() -> None:
    work = at_work(waiting=2)
    work.serve("c1")
    number = work.state.tickets["ticket-000002"].number
    work.wait(33)
    work.done(c.CallNumber(counter="c1", number=number, reason="挂失"))
    assert work.state.habits.gaps == [0.0]


def test_people_who_simply_came_are_counted_by_kind_for_half_an_hour() -> None:
    work = at_work(waiting=2)
    work.take_ticket("card", "elderly")
    assert {key: {group: len(known) for group, known in one.items()} for key, one in _arrivals(work).items()} == {
        "pension": {"": 2},
        "card": {"elderly": 1},
    }
    work.wait(ARRIVALS_MS / 1000 + 1)
    work.take_ticket()
    assert len(_arrivals(work)["pension"][""]) == 1


def _arrivals(work: HallAtWork) -> dict[str, dict[str, list[int]]]:
    return work.state.habits.arrivals


def test_the_share_of_those_booked_who_come_is_seen_when_a_later_day_opens() -> None:
    work = HallAtWork(lobby_hall()).open_day()
    for place in range(3):
        booking = c.BookAppointment(
            appointment=f"appointment-{place}", code=f"12345{place}", service="pension", at_ms=OPENS_MS + 600_000
        )
        work.done(booking)
    assert work.state.habits.show_share == 0.9
    work.done(c.CheckIn(ticket="ticket-900001", code="123450"))
    for day in (1, 2):
        work.now_ms = OPENS_MS + day * DAY_MS
        session = c.SessionTimes("day", work.now_ms, CLOSES_MS + day * DAY_MS, CLOSES_MS + day * DAY_MS)
        work.ask(c.OpenDay(day=f"2026-03-0{4 + day}", sessions=(session,)), "server", "server")
        assert (work.state.habits.came, work.state.habits.booked) == (1, 3)
    assert work.state.habits.show_share == (1 + 9) / 13


def test_habits_outlive_the_day_and_a_snapshot() -> None:
    work = at_work()
    work.call("c1")
    work.wait(90)
    work.done(c.FinishService(counter="c1"))
    kept = save_state(work.state)
    again = load_state(kept)
    assert again is not None and again.habits == work.state.habits
    assert save_state(again) == kept
    work.done(c.CloseDay())
    work.now_ms += DAY_MS
    work.ask(c.OpenDay(day="2026-03-05", sessions=()), "server", "server")
    assert work.state.habits.services == {"pension": [90.0]}
    assert work.state.habits.arrivals == {}


def test_everything_is_bounded() -> None:
    habits = Habits()
    for place in range(2 * SERVICES_MOST):
        habits.served("pension", float(place))
        habits.arrived("pension", "", place)
        habits.kept(came=place % 2 == 0)
    habits.served("pension", LONGEST_S + 1)
    assert habits.services["pension"] == [float(place) for place in range(SERVICES_MOST, 2 * SERVICES_MOST)]
    assert len(habits.arrivals["pension"][""]) == ARRIVALS_MOST
    assert habits.booked <= BOOKED_MOST
    assert abs(habits.show_share - 0.5) < 0.05
