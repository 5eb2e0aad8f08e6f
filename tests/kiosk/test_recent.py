"""Copies are for whoever just took a ticket: a few, soon, and never the whole roll."""

from pathlib import Path

import pytest

from broker.model.words import Names
from kiosk.events import CopyEnded, NoticeEnded
from kiosk.extra_papers import ExtraPapers
from kiosk.recent import COPIES_EACH, COPY_WITHIN_S, PAPERS_MOST, PAPERS_WITHIN_S, RECENT_MOST, Recent, Thrift
from kiosk.ticket import Order, Slip
from kiosk.visit import Step
from tests.halls import lobby_hall
from tests.kiosk.app_bench import PaperPress
from tests.kiosk.citizen_rig import Citizen, hall_at_work

SLIP = Slip("A001", "pension", Names("养老", "Pension"))


@pytest.fixture
def citizen(tmp_path: Path) -> Citizen:
    return Citizen(hall_at_work(tmp_path, lobby_hall()))


def copies_one(citizen: Citizen) -> None:
    citizen.taps("more", "copies")
    citizen.taps(next(target for target in citizen.can_tap if target.startswith("copy/"))).paper_comes()
    citizen.leaves()


def test_a_ticket_is_copied_a_few_times_and_no_more(citizen: Citizen) -> None:
    citizen.takes("pension")
    for _ in range(COPIES_EACH):
        copies_one(citizen)
    assert len(citizen.press.copies) == COPIES_EACH
    assert "copies" not in citizen.taps("more").can_tap


def test_nobody_copies_the_ticket_of_whoever_left_long_ago(citizen: Citizen) -> None:
    citizen.takes("pension")
    citizen.taps("more", "copies")
    citizen.waits(COPY_WITHIN_S)
    assert citizen.step is Step.HOME
    assert "copies" not in citizen.taps("more").can_tap


def test_nothing_of_who_took_a_ticket_is_kept_for_its_copy() -> None:
    recent = Recent()
    order = Order(
        "t1", "pension", "elderly", "en", True, "a" * 32, "b" * 32, "4321", ("hearing",), "ABC123", "booked-1"
    )
    recent.gave(order, SLIP, 0.0)
    [(kept, slip)] = recent.offered(1.0)
    assert (kept.language, kept.large, kept.service, slip) == ("en", True, "pension", SLIP)
    assert (kept.priority, kept.person, kept.principal, kept.phone_tail, kept.needs, kept.code) == (
        None, None, None, None, (), None,
    )  # fmt: skip


def test_what_is_offered_no_more_is_not_printed() -> None:
    recent = Recent()
    for number in range(RECENT_MOST + 1):
        recent.gave(Order(f"t{number}", "pension"), SLIP, float(number))
    assert recent.copy_of("t0", 9.0) is None
    assert recent.copy_of("t1", COPY_WITHIN_S + 1) is None
    assert recent.copy_of("t1", 9.0) is not None
    assert recent.copy_of("nobody", 9.0) is None


def test_papers_that_are_no_tickets_do_not_empty_the_roll() -> None:
    thrift = Thrift()
    assert [thrift.allows(1.0) for _ in range(PAPERS_MOST + 5)] == [True] * PAPERS_MOST + [False] * 5
    assert not thrift.allows(PAPERS_WITHIN_S)
    assert thrift.allows(PAPERS_WITHIN_S + 1)


def test_who_prints_without_end_is_told_that_nothing_comes() -> None:
    press = PaperPress()
    papers = ExtraPapers(press, lambda: "job", lambda: None)
    for second in range(PAPERS_MOST):
        papers.notice("pension", "zh", False, second)
        assert not papers.take_events()
    papers.notice("pension", "zh", False, PAPERS_MOST)
    papers.copy(Order("t1", "pension"), SLIP, PAPERS_MOST)
    assert papers.take_events() == [NoticeEnded(printed=False), CopyEnded(printed=False)]
    assert (len(press.notices), press.copies) == (PAPERS_MOST, [])
