"""What whoever runs the hall changes for a while: a counter's services, who goes sooner, a counter more; and why."""

from collections.abc import Iterator
from random import Random

import pytest
from msgspec import structs

from broker.engine import policy
from broker.engine.project import project
from broker.engine.state import State
from broker.model import commands as c
from broker.model import events as e
from broker.model.hall import Hall
from broker.model.hall_file import hall_of
from broker.model.ratios import Compared
from broker.model.words import CounterStatus
from tests.engine.bench_hall import HallAtWork
from tests.engine.test_engine_properties import steps_of
from tests.halls import OPENS_MS, small_hall
from tests.model.hall_edits import edited
from tests.model.hall_mistake_table import AT_BANK


@pytest.fixture
def work() -> HallAtWork:
    return HallAtWork(small_hall()).open_day()


def view_of(work: HallAtWork, kind: str, name: str) -> object:
    return project(work.hall, work.state)[kind, name]


def test_a_counter_serves_what_it_is_told_to_for_today_alone(work: HallAtWork) -> None:
    work.open_counters("c2")
    card = work.take_ticket("card")
    assert work.refused(c.CallNext(counter="c2")).code == "nobody_waiting"
    work.done(c.ChangeServices(counter="c2", services=("pension", "card")))
    assert view_of(work, "counter", "c2").served == ("pension", "card")
    assert "2" in view_of(work, "service", "card").line.counters
    assert work.call("c2") == card
    work.done(c.FinishService(counter="c2"))
    work.done(c.CloseDay(), device="server", role="server")
    assert work.state.reassigned == {}


def test_a_change_with_an_end_goes_back_by_itself_and_says_so_in_the_journal(work: HallAtWork) -> None:
    until_ms = work.now_ms + 60_000
    work.done(c.ChangeServices(counter="c2", services=("card",), until_ms=until_ms))
    assert view_of(work, "counter", "c2").reassigned.until_ms == until_ms
    work.wait(60)
    work.ask(c.PassTime(), "server", "server")
    assert work.events[-1] == e.ServicesChanged(at_ms=work.now_ms, counter="c2")
    assert view_of(work, "counter", "c2").served == ("pension",)


def test_said_twice_it_is_still_true_and_the_hall_files_services_are_no_change(work: HallAtWork) -> None:
    work.done(c.ChangeServices(counter="c2", services=("card",)))
    before = len(work.events)
    work.done(c.ChangeServices(counter="c2", services=("card",)))
    assert len(work.events) == before
    work.done(c.ChangeServices(counter="c2", services=("pension",)))
    assert work.state.reassigned == {}
    work.done(c.ChangeServices(counter="c2"))
    assert work.events[-1].services == {}


def test_what_an_outlet_serves_goes_to_no_counter_of_the_hall_and_the_reverse() -> None:
    outlet = hall_of(edited(AT_BANK))
    work = HallAtWork(outlet).open_day()
    home = next(key for key in outlet.counters if key != "counter-9")
    for counter, service in ((home, "at-bank"), ("counter-9", "pension")):
        own = tuple(outlet.counters[counter].services)
        refusal = work.refused(c.ChangeServices(counter=counter, services=(*own, service)))
        assert (refusal.code, refusal.service, refusal.counter) == ("service_elsewhere", service, counter)
    assert work.state.reassigned == {}


def test_no_service_is_left_without_any_counter(work: HallAtWork) -> None:
    own = {key: set(counter.services) for key, counter in work.hall.counters.items()}
    lonely = [s for s in work.hall.services if sum(s in services for services in own.values()) > 1]
    for service in lonely:
        for key in [key for key, services in own.items() if service in services]:
            others = tuple(one for one in work.hall.services if one != service)
            outcome = work.ask(c.ChangeServices(counter=key, services=others))
            if outcome.refusal is not None:
                assert outcome.refusal.code == "service_left_alone"
    for service in work.hall.services:
        assert view_of(work, "service", service) is not None
        assert any(service in view_of(work, "counter", key).served for key in work.hall.counters)


def test_who_was_sent_to_a_counter_that_serves_this_no_more_is_called_by_another(work: HallAtWork) -> None:
    work.open_counters("c1", "c2")
    number = work.take_ticket("pension")
    work.call("c1")
    work.done(c.TransferTicket(counter="c1", to_counter="c2"))
    assert work.refused(c.CallNext(counter="c1")).code == "nobody_waiting"
    work.done(c.ChangeServices(counter="c2", services=("card",)))
    assert work.call("c1") == number


def test_who_was_sent_for_what_a_counter_served_for_a_while_is_called_by_another(work: HallAtWork) -> None:
    work.open_counters("c1", "c2")
    work.done(c.ChangeServices(counter="c2", services=("pension", "card")))
    work.take_ticket("card")
    work.call("c1")
    work.done(c.TransferTicket(counter="c1", to_counter="c2"))
    work.done(c.ChangeServices(counter="c2"))
    work.call("c1")


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        (c.ChangeServices(counter="c9", services=("card",)), "unknown_counter"),
        (c.ChangeServices(counter="c2", services=("nothing",)), "unknown_service"),
        (c.ChangeServices(counter="c2", services=("card",), until_ms=OPENS_MS), "time_is_over"),
        (c.RaiseClass(minutes=10), "raise_one"),
        (c.RaiseClass(service="card", priority="elderly"), "raise_one"),
        (c.RaiseClass(service="nothing"), "unknown_service"),
        (c.RaiseClass(priority="royal"), "unknown_priority"),
        (c.RaiseClass(service="card", minutes=0), "nothing_raised"),
        (c.OpenEmergencyCounter(counter="c3", services=("nothing",)), "unknown_service"),
        (c.OpenEmergencyCounter(counter="c3", clerk="a9"), "unknown_clerk"),
    ],
)
def test_what_cannot_be_done_is_refused_and_changes_nothing(work: HallAtWork, wish: c.Command, code: str) -> None:
    before = len(work.events)
    assert work.refused(wish).code == code
    assert len(work.events) == before


def test_no_kiosk_and_no_caller_may_change_the_hall(work: HallAtWork) -> None:
    for device, role in (("kiosk-1", "kiosk"), ("desk-1", "caller"), ("display-1", "display")):
        wish = c.ChangeServices(counter="c1", services=("card",))
        assert work.ask(wish, device, role).refusal.code == "not_allowed"


def test_an_emergency_counter_opens_with_its_services_in_one_decision(work: HallAtWork) -> None:
    work.take_ticket("card")
    work.done(c.OpenEmergencyCounter(counter="c2", services=("card",)))
    assert [type(event) for event in work.events[-2:]] == [e.ServicesChanged, e.CounterOpened]
    assert work.events[-1].owes, "somebody stands there whom it serves now"
    assert work.state.counter("c2").status is CounterStatus.OPEN
    assert work.refused(c.OpenEmergencyCounter(counter="c2", services=("pension",))).code == "counter_already"
    assert tuple(work.state.reassigned["c2"].services) == ("card",)


def test_where_clerks_log_in_a_manager_names_the_clerk_of_an_emergency_counter_and_stands_for_it() -> None:
    rules = structs.replace(small_hall().rules, clerks_log_in=True)
    work = HallAtWork(structs.replace(small_hall(), rules=rules)).open_day()
    assert work.refused(c.OpenEmergencyCounter(counter="c2"), by="duty-1").code == "nobody_logged_in"
    work.done(c.OpenEmergencyCounter(counter="c2", clerk="a2"), by="duty-1")
    opened = work.events[-1]
    assert (type(opened), opened.clerk, opened.by, opened.assumed) == (e.CounterOpened, "a2", "duty-1", False)
    shown = view_of(work, "counter", "c2")
    assert (shown.clerk, shown.opened_by) == ("a2", "duty-1")
    assert work.refused(c.OpenEmergencyCounter(counter="c3", clerk="a2"), by="duty-1").code == "clerk_elsewhere"
    work.done(c.CloseCounter(counter="c2"))
    assert view_of(work, "counter", "c2").opened_by is None
    work.done(c.LogIn(counter="c2", clerk="a2"), by="a2")
    work.done(c.OpenCounter(counter="c2"), by="a2")
    assert view_of(work, "counter", "c2").opened_by is None, "the clerk did so in person"


def test_an_emergency_counter_wants_nobody_until_it_is_opened() -> None:
    hall = small_hall()
    spare = structs.replace(hall.counters["c2"], emergency=True)
    work = HallAtWork(structs.replace(hall, counters={**hall.counters, "c2": spare})).open_day()
    work.take_ticket("pension")
    for _ in range(20):
        work.wait(60)
        work.ask(c.PassTime(), "server", "server")
    assert "c2" not in work.state.covers
    assert "c1" in work.state.covers, "the usual counter is missed"


def test_whoever_is_raised_is_called_first_for_a_while(work: HallAtWork) -> None:
    work.open_counters("c1")
    pension = work.take_ticket("pension")
    work.wait(60)
    card = work.take_ticket("card")
    work.wait(300)
    work.done(c.RaiseClass(service="card", factor=0.2, minutes=10))
    assert view_of(work, "hall", work.hall.hall.id).raised[0].factor == 0.2
    assert work.call("c1") == card
    assert work.events[-1].compared[0].raised == 0.2
    work.done(c.FinishService(counter="c1"))
    assert work.call("c1") == pension


def test_a_raise_ends_with_its_minutes_even_before_anybody_says_so(work: HallAtWork) -> None:
    work.open_counters("c1")
    pension = work.take_ticket("pension")
    work.wait(60)
    work.take_ticket("card")
    work.done(c.RaiseClass(service="card", factor=0.2, minutes=1))
    work.wait(60)
    assert work.call("c1") == pension
    work.ask(c.PassTime(), "server", "server")
    assert work.state.raised == {}


def true_comparison(hall: Hall, state: State, counter: str, now_ms: int) -> list[tuple[str, float]]:
    """What the policy compares, head by head, best first."""
    ranked = sorted(policy.candidates(hall, state, counter, now_ms), key=lambda one: one.key)
    return [(one.ticket.number, one.score) for one in ranked]


def busy_day(seed: int) -> Iterator[tuple[HallAtWork, c.Command]]:
    """A hall before each wish of a busy day in which it is run: services change, people are raised."""
    work, chance = HallAtWork(small_hall()).open_day().open_counters("c1", "c2", "c3"), Random(seed)
    for command, seconds in steps_of(seed):
        work.wait(min(seconds, 90))
        if isinstance(command, c.CloseDay | c.OpenDay | c.PauseIssuing | c.CloseCounter | c.LogOut):
            continue
        if chance.random() < 0.4:
            work.take_ticket(chance.choice(("card", "pension")), chance.choice((None, None, "elderly")))
        if chance.random() < 0.1:
            work.ask(c.RaiseClass(service=chance.choice(("card", "pension")), factor=0.3, minutes=5))
        if chance.random() < 0.1:
            work.ask(c.ChangeServices(counter="c2", services=chance.choice(((), ("card",), ("card", "pension")))))
        yield work, command
        if chance.random() < 0.3:
            counter = chance.choice(("c1", "c2", "c3"))
            yield work, c.FinishService(counter=counter)
            yield work, c.CallNext(counter=counter)


@pytest.mark.parametrize("seed", range(12))
def test_what_stands_with_a_call_is_what_the_policy_compared(seed: int) -> None:
    calls = 0
    for work, command in busy_day(seed):
        counter = getattr(command, "counter", "")
        before = (
            true_comparison(work.hall, work.state, counter, work.now_ms)
            if isinstance(command, c.CallNext) and counter in work.hall.counters
            else None
        )
        outcome = work.ask(command, "server", "server")
        if before is None or outcome.refusal is not None:
            continue
        event = outcome.events[-1]
        assert [(one.number, one.ratio(one.clock_ms, event.at_ms)) for one in event.compared] == before
        assert event.compared[0].number == outcome.result["number"]
        calls += 1
    assert calls > 2


def test_what_stands_with_a_call_is_bounded(work: HallAtWork, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy, "COMPARED_MOST", 1)
    work.open_counters("c1")
    work.take_ticket("pension")
    work.take_ticket("card")
    work.wait(10)
    work.call("c1")
    assert len(work.events[-1].compared) == 1


def test_a_line_gives_everybody_in_it_the_ratio_of_his_own_waiting() -> None:
    head = Compared(number="A001", clock_ms=0, target_ms=600_000.0, skill=2)
    assert head.ratio(0, 600_000) == 1 / 1.25
    assert head.ratio(300_000, 600_000) == 0.5 / 1.25
    assert head.ratio(700_000, 600_000) == 0
