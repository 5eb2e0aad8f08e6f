from pathlib import Path

import pytest

from broker.contract.envelope import RefusalMessage, Reply
from broker.model.commands import ConfirmTicket, IssueTicket, ReportTicket, VoidTicket
from broker.model.rating_keys import RatingKeys
from broker.model.refusals import NumbersUsedUp, NumbersWithheld, QuotaUsedUp, Refusal
from broker.model.words import Holding, Names
from broker.runtime.errors import DiskFull
from kiosk.answered import facts_of
from kiosk.events import Denied, Event, NotPrinted, Numbered, Printed
from kiosk.issuing import CANNOT_KEEP, LAST_RESORT_S, NO_ANSWER, Issuing
from kiosk.menu import Offer
from kiosk.numbering import own_parts
from kiosk.ticket import PRINT_WITHIN_S, Order, PaperEnd, Slip, TicketState
from tests.kiosk.ledger_rig import Rig
from tests.kiosk.small_hall import parsed

ORDER = Order("ticket-0001", "pension", "elderly", "zh")
OFFER = Offer("pension", Names("养老保险", "Pension"), "shield-check", "personal", True, 4, (10, 20), ("1",))
RESULT = {"number": "A042", "ahead": 3, "wait": {"low_min": 5, "high_min": 15}, "counters": ["3", "5"]}


class Press:
    """A printer that remembers what it was given."""

    def __init__(self) -> None:
        self.printed: list[tuple[Order, Slip]] = []
        self.takes_jobs = True

    def print_ticket(self, order: Order, slip: Slip) -> bool:
        self.printed.append((order, slip))
        return self.takes_jobs


KEYS = RatingKeys("small", (b"a secret of this test's own",)).of("kiosk-1")


class Desk:
    def __init__(self, folder: Path, *kiosks: str, kiosk: str = "kiosk-1", **options: object) -> None:
        hall = parsed(*kiosks, **options)
        self.rig = Rig(folder, hall, kiosk)
        self.rig.ledger.learn("2026-03-05", {}, 0)
        self.press = Press()
        self.issuing = Issuing(
            hall, own_parts(hall, kiosk), self.rig.ledger, self.press, lambda: 1_000, keys=lambda: KEYS
        )

    def begin(self, online: bool = True, order: Order = ORDER) -> list[Event]:
        self.issuing.begin(order, OFFER, online, 100.0)
        return self.issuing.take_events()

    def reply(self, kind: str = "done", at_s: float = 100.3, **fields: object) -> list[Event]:
        reply = Reply(id="ticket-0001.issue", kind=kind, **fields)  # type: ignore[arg-type]
        self.issuing.replied("ticket-0001", reply, at_s)
        return self.issuing.take_events()

    def ends(self, end: PaperEnd, ticket: str = "ticket-0001") -> list[Event]:
        self.issuing.paper_ended(ticket, end)
        return self.issuing.take_events()

    def at(self, now_s: float) -> list[Event]:
        self.issuing.tick(now_s)
        return self.issuing.take_events()

    def said(self) -> list[type]:
        return [type(command) for command in self.rig.kept()]


@pytest.fixture
def alone(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture
def one_of_two(tmp_path: Path) -> Desk:
    return Desk(tmp_path, "kiosk-1", "kiosk-2")


def refused(refusal: object) -> dict[str, object]:
    return {
        "kind": "refused",
        "refusal": RefusalMessage(code=refusal.code, sentence=refusal.sentence, facts=refusal.facts),  # type: ignore[attr-defined]
    }


def test_a_kiosk_alone_on_its_series_never_asks(alone: Desk):
    events = alone.begin()
    assert [type(event) for event in events] == [Numbered]
    assert events[0].slip.number == "A001"  # type: ignore[union-attr]
    assert alone.said() == [ReportTicket]


def test_an_own_number_tells_what_the_last_view_knew(alone: Desk):
    slip = alone.begin()[0].slip  # type: ignore[union-attr]
    assert (slip.ahead, slip.wait_min, slip.counters) == (4, (10, 20), ("1",))
    assert slip.qr_text == f"https://hall.example/t/ticket-0001?k={KEYS.ticket_proof('ticket-0001')}"
    assert slip.rating_code == KEYS.code("ticket-0001")
    assert slip.issued_at_ms == 1_000


def test_without_a_public_address_there_is_no_code_that_leads_nowhere(tmp_path: Path):
    slip = Desk(tmp_path, public_url="").begin()[0].slip  # type: ignore[union-attr]
    assert (slip.number, slip.qr_text, slip.qr_rows) == ("A001", "", ())


def test_paper_comes_only_after_the_commit_and_its_end_is_confirmed(alone: Desk):
    alone.begin()
    assert alone.press.printed[0][1].number == "A001"
    assert alone.rig.kept()[0].holding is Holding.MAYBE  # type: ignore[attr-defined]
    assert alone.ends(PaperEnd.PRINTED) == [Printed("ticket-0001")]
    assert alone.rig.kept()[-1] == ConfirmTicket(ticket="ticket-0001", holding=Holding.PAPER)
    assert not alone.issuing.busy


@pytest.mark.parametrize("at_once", [True, False])
def test_printer_trouble_tells_the_screen_and_the_engine(alone: Desk, at_once: bool):
    alone.press.takes_jobs = not at_once
    events = alone.begin()
    if not at_once:
        events += alone.ends(PaperEnd.FAILED)
    assert [type(event) for event in events] == [Numbered, NotPrinted]
    assert alone.rig.kept()[-1] == ConfirmTicket(ticket="ticket-0001", holding=Holding.SCREEN)


def test_a_printer_that_cannot_tell_leaves_it_open_and_the_number_on_the_screen(alone: Desk):
    alone.begin()
    assert alone.ends(PaperEnd.UNSAID) == [Printed("ticket-0001")]
    assert alone.rig.kept()[-1] == ConfirmTicket(ticket="ticket-0001", holding=Holding.MAYBE)


def test_a_paper_that_nobody_knows_of_is_shown_and_told_to_be_unknown(alone: Desk):
    alone.begin()
    assert alone.ends(PaperEnd.UNKNOWN) == [NotPrinted("ticket-0001", unsure=True)]
    assert alone.rig.kept()[-1] == ConfirmTicket(ticket="ticket-0001", holding=Holding.MAYBE)


def test_a_printer_that_never_ends_is_given_up(alone: Desk):
    alone.begin()
    assert alone.at(100 + PRINT_WITHIN_S - 1) == []
    assert alone.at(100 + PRINT_WITHIN_S) == [NotPrinted("ticket-0001", unsure=True)]
    assert alone.ends(PaperEnd.PRINTED) == [Printed("ticket-0001")], "a late paper is told to the screen"
    assert alone.said().count(ConfirmTicket) == 1
    assert alone.rig.kept()[-1] == ConfirmTicket(ticket="ticket-0001", holding=Holding.MAYBE)


def test_one_of_several_kiosks_asks_and_prints_the_engines_number(one_of_two: Desk):
    assert one_of_two.begin() == []
    assert one_of_two.said() == [IssueTicket]
    slip = one_of_two.reply(result=RESULT)[0].slip  # type: ignore[union-attr]
    assert (slip.number, slip.ahead, slip.wait_min, slip.counters) == ("A042", 3, (5, 15), ("3", "5"))
    one_of_two.ends(PaperEnd.PRINTED)
    assert one_of_two.said() == [IssueTicket, ConfirmTicket]


def test_without_the_engine_one_of_several_gives_its_own_number_at_once(one_of_two: Desk):
    assert one_of_two.begin(online=False)[0].slip.number == "A800"  # type: ignore[union-attr]
    assert one_of_two.said() == [ReportTicket]


def test_after_the_reply_time_the_own_number_serves_the_same_ticket(one_of_two: Desk):
    one_of_two.begin()
    assert one_of_two.at(100.74) == []
    events = one_of_two.at(100.81)
    assert [type(event) for event in events] == [Numbered]
    assert events[0].ticket == "ticket-0001"  # type: ignore[union-attr]
    assert one_of_two.rig.kept()[-1].number == "A800"  # type: ignore[attr-defined]


def test_a_late_reply_with_another_number_is_ignored(one_of_two: Desk):
    one_of_two.begin()
    one_of_two.at(101.0)
    assert one_of_two.reply(result=RESULT, at_s=101.1) == []
    assert one_of_two.ends(PaperEnd.PRINTED) == [Printed("ticket-0001")]
    assert one_of_two.reply(result=RESULT, at_s=102.0) == []
    assert len(one_of_two.press.printed) == 1
    assert one_of_two.said() == [IssueTicket, ReportTicket, ConfirmTicket]


@pytest.mark.parametrize("refusal", [NumbersUsedUp(series="A"), NumbersWithheld(series="A")])
def test_a_refusal_that_is_not_about_the_visitor_leads_to_an_own_number_at_once(one_of_two: Desk, refusal: Refusal):
    one_of_two.begin()
    assert one_of_two.reply(**refused(refusal), at_s=100.05)[0].slip.number == "A800"  # type: ignore[union-attr]
    assert one_of_two.ends(PaperEnd.PRINTED) == [Printed("ticket-0001")]
    assert one_of_two.said() == [IssueTicket, ReportTicket, ConfirmTicket]


def test_with_no_own_number_left_the_visitor_reads_why_the_engine_gives_none(one_of_two: Desk):
    one_of_two.rig.ledger.learn("2026-03-05", {"a": 899}, 1)
    one_of_two.begin()
    refusal = NumbersWithheld(series="A")
    assert one_of_two.reply(**refused(refusal)) == [Denied("ticket-0001", refusal.sentence)]


def test_a_refusal_is_told_in_both_languages_and_nothing_is_printed(one_of_two: Desk):
    one_of_two.begin()
    refusal = QuotaUsedUp(service="pension", quota=5)
    assert one_of_two.reply(**refused(refusal)) == [Denied("ticket-0001", refusal.sentence)]
    assert one_of_two.press.printed == []
    assert one_of_two.rig.ledger.state_of("ticket-0001") is TicketState.REFUSED
    assert not one_of_two.issuing.busy


def test_with_no_own_number_left_the_kiosk_waits_longer_and_then_voids_what_nobody_saw(one_of_two: Desk):
    one_of_two.rig.ledger.learn("2026-03-05", {"a": 899}, 1)
    one_of_two.begin()
    assert one_of_two.at(105.0) == []
    assert one_of_two.at(100 + LAST_RESORT_S) == [Denied("ticket-0001", NO_ANSWER)]
    assert one_of_two.said() == [IssueTicket, VoidTicket]
    assert one_of_two.reply(result=RESULT, at_s=111.0) == [], "a late number is never shown after it was voided"


def test_with_no_own_number_left_a_slow_answer_still_serves(one_of_two: Desk):
    one_of_two.rig.ledger.learn("2026-03-05", {"a": 899}, 1)
    one_of_two.begin()
    one_of_two.at(104.0)
    assert one_of_two.reply(result=RESULT, at_s=104.5)[0].slip.number == "A042"  # type: ignore[union-attr]


def test_a_used_up_series_is_said(tmp_path: Path):
    desk = Desk(tmp_path, last=2)
    desk.rig.ledger.learn("2026-03-05", {"a": 2}, 1)
    assert desk.begin() == [Denied("ticket-0001", NumbersUsedUp(series="A").sentence)]


@pytest.mark.parametrize("result", [None, {}, {"number": 7}, {"number": None}])
def test_an_answer_without_a_number_is_no_number(one_of_two: Desk, result: object):
    one_of_two.begin()
    assert one_of_two.reply(result=result)[0].slip.number == "A800"  # type: ignore[union-attr]


@pytest.mark.parametrize("result", [{"ahead": "3", "wait": 5, "counters": 3}, {"wait": {"low_min": "x"}}, {}])
def test_facts_that_do_not_look_right_are_not_told(result: dict):
    assert facts_of(result) == (None, None, ())


def test_a_disk_that_keeps_nothing_gives_no_number(alone: Desk, monkeypatch: pytest.MonkeyPatch):
    def full(*_: object) -> str:
        raise DiskFull(Path("kiosk.db"))

    monkeypatch.setattr(alone.rig.ledger, "take_own_number", full)
    assert alone.begin() == [Denied("ticket-0001", CANNOT_KEEP)]
    assert alone.press.printed == []
    assert alone.issuing.ledger_state == "full"


def test_a_full_outbox_gives_no_number_and_works_again_later(alone: Desk):
    alone.rig.outbox._bound = 0
    assert alone.begin() == [Denied("ticket-0001", CANNOT_KEEP)]
    alone.rig.outbox._bound = 10
    assert [type(event) for event in alone.begin(order=Order("ticket-0002", "pension"))] == [Numbered]
    assert alone.issuing.ledger_state == "ok"


def test_a_second_ticket_waits_for_the_first(alone: Desk):
    alone.begin()
    events = alone.begin(order=Order("ticket-0002", "pension"))
    assert [type(event) for event in events] == [Denied]
    assert alone.said() == [ReportTicket]
