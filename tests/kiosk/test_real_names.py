"""One person, one live ticket and so many a day: also while nobody can be asked."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from broker.contract.envelope import RefusalMessage
from broker.model.commands import IssueTicket, ReportTicket, VoidTicket
from broker.model.hall_file import parse_hall
from broker.model.refusals import NumbersUsedUp, PersonDayCap, PersonHasTicket
from kiosk.issuing import Issuing
from kiosk.menu import Offer
from kiosk.standing import Standing
from kiosk.ticket import Order
from tests.kiosk.app_bench import Bench
from tests.kiosk.small_hall import small_hall

REAL = 'icon = "shield-check"\n'
ME, OTHER, THIRD = "a" * 32, "b" * 32, "c" * 32


def hall(*kiosks: str):  # type: ignore[no-untyped-def]
    text = small_hall(*kiosks, more='reader = "virtual://reader"').replace(REAL, REAL + "real_name = true\n")
    return parse_hall(text + "\n[rules]\nperson_tickets_a_day = 2\nagent_tickets_a_day = 1\n")


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path, hall()).goes_online()
    yield bench
    bench.close()


def orders(bench: Bench, person: str | None, service: str = "pension", principal: str | None = None) -> str:
    """Begin a ticket; the text says why there is none, or its number."""
    issuing: Issuing = bench.app.issuing
    now_s = bench.hand.machine_s()
    offer = bench.app.offering.menu(now_s).offer(service)
    assert isinstance(offer, Offer)
    order = Order(bench.app._make_id(), service, person=person, principal=principal)
    issuing.begin(order, offer, bench.app.offering.online(now_s), now_s)
    return outcome(bench)


def outcome(bench: Bench) -> str:
    issuing = bench.app.issuing
    said = [getattr(event, "why", None) or event.slip for event in issuing.take_events()]  # type: ignore[union-attr]
    if issuing._pending is not None and said:
        issuing.paper_ended(issuing._pending.order.ticket, "printed")  # type: ignore[arg-type]
        issuing.take_events()
    return "" if not said else getattr(said[0], "number", None) or said[0].zh


def refuses(bench: Bench, refusal) -> str:  # type: ignore[no-untyped-def]
    id = bench.rig.connection.execute("SELECT id FROM outbox ORDER BY seq DESC LIMIT 1").fetchone()[0]
    bench.answer(id, kind="refused", refusal=RefusalMessage(code=refusal.code, sentence=refusal.sentence))
    return outcome(bench)


def test_a_kiosk_that_owns_all_numbers_still_asks_whether_a_person_may_have_one(bench: Bench):
    assert orders(bench, ME) == ""
    asked = bench.said(IssueTicket)[-1]
    assert (asked.person, asked.principal) == (ME, None)  # type: ignore[attr-defined]
    assert refuses(bench, NumbersUsedUp(series="A")) == "A001", "it has nothing against the person"
    assert bench.said(ReportTicket)[-1].person == ME  # type: ignore[attr-defined]


def test_the_engine_says_no_with_the_number_the_person_has(bench: Bench):
    orders(bench, ME)
    assert "A017" in refuses(bench, PersonHasTicket(number="A017"))
    assert bench.said(ReportTicket) == []


def test_without_the_engine_the_kiosk_keeps_the_same_rules_for_its_own_numbers(bench: Bench):
    bench.app.on_linked(False)
    assert orders(bench, ME) == "A001"
    assert "A001" in orders(bench, ME), "one live ticket a person and service"
    assert orders(bench, OTHER) == "A002"
    assert orders(bench, ME, "household") == "A003"
    assert orders(bench, ME, "company") == PersonDayCap(most=2).sentence.zh
    assert orders(bench, None, "company") == "B001", "who shows no card is not counted"


def test_without_the_engine_an_agent_takes_so_many_a_day_and_they_count_for_others(bench: Bench):
    bench.app.on_linked(False)
    assert orders(bench, ME, principal=OTHER) == "A001"
    assert "1" in orders(bench, ME, principal=THIRD)
    assert orders(bench, ME) == "A002", "the agent's own business is another matter"
    assert "A001" in orders(bench, OTHER)


def test_a_person_who_is_refused_after_the_patience_ended_leaves_no_number_behind(bench: Bench):
    bench.app.on_linked(False)
    assert orders(bench, ME) == "A001"
    bench.app.on_linked(True)
    bench.hears()
    orders(bench, ME)
    bench.app.issuing.tick(bench.hand.machine_s() + 0.8)
    assert "A001" in outcome(bench)
    assert len(bench.said(VoidTicket)) == 1
    assert len(bench.said(ReportTicket)) == 1


def test_a_restored_engine_is_told_again_who_holds_a_ticket(bench: Bench):
    bench.app.on_linked(False)
    orders(bench, ME, principal=OTHER)
    bench.rig.answer_all()
    bench.rig.ledger.engine_stands(Standing("one", 100))
    bench.rig.ledger.engine_stands(Standing("two", 1))
    told = bench.said(ReportTicket)[-1]
    assert (told.person, told.principal) == (ME, OTHER)  # type: ignore[attr-defined]


def test_nothing_made_of_an_order_shows_the_person():
    order = Order("t", "pension", person=ME, principal=OTHER)
    assert ME not in repr(order)
    assert OTHER not in repr(order)
