from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.model.words import Names
from broker.runtime.code_lines import Scanned
from kiosk import events as e
from kiosk import flow
from kiosk.found import FoundTicket
from kiosk.gallery import LOOKUP, MENU, OFFERS, SLIP
from kiosk.readers.cards import CardPresent, CardRead, CardUnread
from kiosk.ticket import Order
from kiosk.visit import ARROWS, Scene, Step, Visit

PLAIN = replace(OFFERS[3], papers=(), online=None)
MENU_PLAIN = replace(MENU, offers=(PLAIN, *OFFERS[:2], OFFERS[7]), priorities=())
FULL_MENU = replace(
    LOOKUP, reader="ok", offers=tuple(replace(offer, real_name=offer.service == "pension") for offer in OFFERS)
)
NO = Names("今日号已取完", "Full today")


class Person:
    """Touches one after the other, a second apart."""

    def __init__(self, menu=MENU_PLAIN) -> None:
        self.menu, self.now_s, self.visit = menu, 100.0, Visit()
        self.tickets, self.wishes = 0, []

    def happens(self, event: e.Event, after_s: float = 1.0) -> "Person":
        self.now_s += after_s
        self.tickets += 1
        scene = Scene(self.menu, self.now_s, f"ticket-{self.tickets:04d}")
        self.visit, wishes = flow.step(self.visit, event, scene)
        self.wishes += wishes
        return self

    def touches(self, *targets: str, after_s: float = 1.0) -> "Person":
        for target in targets:
            self.happens(e.Touched(target), after_s)
        return self

    def waits(self, seconds: float) -> "Person":
        return self.happens(e.Passed(), seconds)

    def gets_number(self) -> "Person":
        return self.happens(e.Numbered(self.visit.ticket or "", SLIP))


@pytest.mark.parametrize(
    ("targets", "step"),
    [
        (["service/pension"], Step.DETAIL),
        (["service/pension", "back"], Step.HOME),
        (["service/pension", "take"], Step.TAKING),
        (["service/estate"], Step.TAKING),
        (["service/vehicle"], Step.DETAIL),
        (["service/vehicle", "take"], Step.NOTE),
        (["category/personal"], Step.CATEGORY),
        (["category/personal", "service/pension"], Step.DETAIL),
        (["category/personal", "service/pension", "back"], Step.CATEGORY),
        (["category/personal", "back"], Step.HOME),
        (["category/nowhere"], Step.HOME),
        (["service/nowhere"], Step.HOME),
        (["missed"], Step.MISSED),
        (["missed", "key/A", "key/0", "key/4", "send"], Step.CHECKING),
        (["missed", "key/A", "send"], Step.MISSED),
        (["missed", "back"], Step.HOME),
        (["help"], Step.HELP),
        (["service/pension", "help"], Step.HELP),
        (["service/pension", "help", "back"], Step.DETAIL),
        (["service/pension", "home"], Step.HOME),
        (["take"], Step.HOME),
        (["unknown", "done", "class/elderly"], Step.HOME),
    ],
)
def test_each_way_through_the_screens(targets: list[str], step: Step):
    assert Person().touches(*targets).visit.step is step


def test_a_service_with_nothing_to_read_gives_a_ticket_at_one_touch():
    person = Person().touches("service/estate")
    assert person.wishes == [e.Issue(Order("ticket-0001", "estate", None, "zh"))]


def test_the_required_papers_come_before_the_ticket():
    person = Person().touches("service/pension")
    assert person.visit.step is Step.DETAIL
    assert person.wishes == []
    person.touches("take")
    assert person.wishes == [e.Issue(Order("ticket-0002", "pension", None, "zh"))]


def test_the_language_of_the_screen_is_the_language_of_the_ticket():
    person = Person().touches("language", "service/estate")
    assert person.wishes == [e.Issue(Order("ticket-0002", "estate", None, "en"))]


def test_a_claim_of_priority_goes_with_the_order_and_can_be_undone():
    person = Person(MENU).touches("service/pension", "claim", "class/elderly")
    assert (person.visit.step, person.visit.priority) == (Step.DETAIL, "elderly")
    undone = replace(person.touches("unclaim").visit)
    assert undone.priority is None
    person.touches("claim", "class/military", "take")
    assert person.wishes[-1].order.priority == "military"


def test_a_class_that_is_not_offered_is_not_claimed():
    person = Person(MENU).touches("service/pension", "claim", "class/king")
    assert person.visit.priority is None


@pytest.mark.parametrize("after_s", [0.0, 0.1, 0.3, 0.39])
def test_a_double_touch_is_one_ticket(after_s: float):
    person = Person().touches("service/estate").touches("service/estate", after_s=after_s)
    person.gets_number().touches("service/estate", "take", "done", after_s=0.01)
    assert len([wish for wish in person.wishes if isinstance(wish, e.Issue)]) == 1


def test_a_second_touch_right_after_the_number_came_does_not_wipe_it():
    person = Person().touches("service/estate").gets_number()
    person.happens(e.Printed(person.visit.ticket or ""), 0.05).touches("done", after_s=0.1)
    assert person.visit.step is Step.TICKET
    assert person.touches("done").visit.step is Step.HOME


def test_a_quick_touch_at_another_place_is_meant():
    person = Person().happens(e.Touched("service/pension", (100, 100)))
    assert person.happens(e.Touched("take", (130, 90)), 0.1).visit.step is Step.DETAIL
    assert person.happens(e.Touched("take", (500, 900)), 0.1).visit.step is Step.TAKING


def test_a_physical_button_takes_a_ticket_at_once_and_a_second_press_is_the_same_wish():
    person = Person().happens(e.Pressed("pension")).happens(e.Pressed("pension"), 0.2)
    person.gets_number().happens(e.Pressed("pension"), 0.1)
    person.happens(e.Printed(person.visit.ticket or ""), 0.1).happens(e.Pressed("pension"), 0.5)
    assert len(person.wishes) == 1
    person.happens(e.Pressed("pension"), 3.0)
    assert len(person.wishes) == 2


def test_a_button_for_another_service_serves_the_next_person_once_the_ticket_is_out():
    person = Person().happens(e.Pressed("pension")).gets_number().happens(e.Pressed("household"), 0.1)
    assert len(person.wishes) == 1
    person.happens(e.Printed(person.visit.ticket or "")).happens(e.Pressed("household"))
    assert [wish.order.service for wish in person.wishes] == ["pension", "household"]


def test_a_button_of_a_closed_service_says_why():
    person = Person().happens(e.Pressed("vehicle"))
    assert (person.visit.step, person.visit.note) == (Step.NOTE, OFFERS[7].reason)


def test_the_number_is_shown_as_soon_as_it_is_kept_and_the_paper_comes_after():
    person = Person().touches("service/estate").gets_number()
    assert (person.visit.step, person.visit.slip, person.visit.printed) == (Step.TICKET, SLIP, False)
    person.happens(e.Printed(person.visit.ticket or ""))
    assert person.visit.printed


def test_printer_trouble_keeps_the_number_on_the_screen():
    person = Person().touches("service/estate").gets_number().happens(e.NotPrinted("ticket-0001"))
    assert (person.visit.step, person.visit.slip) == (Step.NO_PAPER, SLIP)


def test_a_paper_that_comes_late_after_all_is_told():
    person = Person().touches("service/estate").gets_number().happens(e.NotPrinted("ticket-0001"))
    person.happens(e.Printed("ticket-0001"))
    assert (person.visit.step, person.visit.printed) == (Step.TICKET, True)


def test_help_during_printing_is_called_without_leaving_the_number():
    person = Person().touches("service/estate").gets_number().touches("help")
    assert person.visit.step is Step.TICKET
    assert person.wishes[-1] == e.CallStaff()
    person.happens(e.NotPrinted("ticket-0001"))
    assert person.visit.step is Step.NO_PAPER


def test_news_of_another_ticket_changes_nothing():
    person = Person().touches("service/estate")
    before = person.visit
    for event in (e.Numbered("other-ticket", SLIP), e.Printed("x"), e.NotPrinted("x"), e.Denied("x", NO)):
        assert person.happens(event).visit == before


def test_a_refusal_is_shown_and_done_leads_home():
    person = Person().touches("service/estate").happens(e.Denied("ticket-0001", NO))
    assert (person.visit.step, person.visit.note, person.visit.ticket) == (Step.NOTE, NO, None)
    assert person.touches("done").visit.step is Step.HOME


@pytest.mark.parametrize("state", ["paused", "closed", "connecting"])
def test_a_ticket_begun_before_the_pause_is_not_issued_after_it(state: str):
    person = Person().touches("service/pension")
    person.menu = replace(MENU_PLAIN, state=state)
    person.touches("take")
    assert person.visit.step is Step.NOTE
    assert person.wishes == []


def test_a_typed_number_begins_with_a_letter_and_stays_short():
    person = Person().touches("missed", "key/4", "key/b", "key/A", "key/0", "key/4", "key/2", "key/7", "key/9")
    assert person.visit.typed == "B0427"
    assert person.touches("erase", "erase").visit.typed == "B04"
    person.touches("send")
    assert person.wishes == [e.Rejoin("B04")]
    person.happens(e.Answered(NO, good=False))
    assert (person.visit.step, person.visit.note, person.visit.typed) == (Step.NOTE, NO, "")


def test_an_answer_about_a_missed_number_that_nobody_waits_for_is_dropped():
    person = Person()
    assert person.happens(e.Answered(NO, good=True)).visit.step is Step.HOME


# -- time ------------------------------------------------


def test_the_home_screen_of_nobody_never_times_out():
    assert flow.idle_left_s(Visit(), 1e9) == float("inf")


@pytest.mark.parametrize("targets", [["language"], ["larger"], ["lower"], ["page/1"], ["service/pension"], ["missed"]])
def test_whatever_somebody_left_behind_is_wiped(targets: list[str]):
    person = Person().touches(*targets).waits(91.0)
    assert person.visit == flow.fresh(Scene(person.menu, person.now_s, ""))


def test_the_time_out_warns_twenty_seconds_before_and_not_earlier():
    person = Person().touches("service/pension")
    assert flow.warned_s(person.visit, person.now_s + 24.9) is None
    assert flow.warned_s(person.visit, person.now_s + 25.1) == 20
    assert flow.warned_s(person.visit, person.now_s + 44.5) == 1


def test_in_the_larger_manner_there_is_twice_the_time():
    person = Person().touches("larger", "service/pension")
    assert flow.idle_left_s(person.visit, person.now_s + 46) == pytest.approx(44)
    assert flow.warned_s(person.visit, person.now_s + 69) is None
    assert flow.warned_s(person.visit, person.now_s + 71) == 19


def test_one_touch_anywhere_extends_ten_times_and_more_and_does_nothing_else():
    person = Person().touches("service/pension")
    for target in ["stay", "take", "back", "help", "home"] * 3:
        person.touches(target, after_s=44.0)
        assert person.visit.step is Step.DETAIL
    assert person.wishes == []


def test_nothing_times_out_while_the_number_is_on_its_way():
    person = Person().touches("service/estate").waits(300)
    assert person.visit.step is Step.TAKING
    person.gets_number().waits(300)
    assert person.visit.step is Step.TICKET


def test_a_number_that_is_only_on_the_screen_stays_for_a_minute_and_a_half():
    person = Person().touches("service/estate").gets_number().happens(e.NotPrinted("ticket-0001")).waits(80)
    assert person.visit.slip == SLIP
    assert person.waits(11).visit.slip is None


def test_done_forgets_the_person_and_home_keeps_how_they_see():
    person = Person().touches("language", "larger", "service/pension", "home")
    assert (person.visit.language, person.visit.larger, person.visit.service) == ("en", True, None)
    person.touches("service/estate").gets_number().happens(e.Printed(person.visit.ticket or "")).touches("done")
    assert (person.visit.language, person.visit.larger, person.visit.slip) == ("zh", False, None)


# -- whatever happens ------------------------------------------------

WORDS = (
    "service/estate service/pension service/vehicle service/x category/personal page/0 page/2 page/x back home take",
    "claim unclaim class/elderly class/x missed key/A key/7 key/AB erase send done stay language larger lower help",
    "more copies copy/t0 copy/x find rate face/satisfied face/x phone agent notice key/4 key/4 key/4",
    "nonsense ///",
)
TARGETS = st.sampled_from(" ".join(WORDS).split(" "))
EVENTS = st.one_of(
    TARGETS.map(e.Touched),
    st.sampled_from(["estate", "pension", "vehicle", "x"]).map(e.Pressed),
    st.just(e.Passed()),
    st.sampled_from(["numbered", "printed", "not_printed", "denied", "rejoined"]),
    st.sampled_from(
        [
            e.Found((FoundTicket("A042", "pension", 3),)),
            e.CopyEnded(True),
            e.NoticeEnded(False),
            CardRead("1*", 70, "a" * 32),
            CardRead("2*", 20, "b" * 32),
            CardUnread("moved"),
            CardPresent(),
            Scanned("X"),
        ]
    ),
)


@given(happenings=st.lists(st.tuples(EVENTS, st.floats(0, 60)), max_size=60), few=st.booleans())
def test_no_order_of_events_leaves_the_table_or_begins_two_tickets_at_once(happenings, few: bool):
    person = Person(MENU_PLAIN if few else FULL_MENU)
    begun = 0
    for event, after_s in happenings:
        before, wishes = person.visit, len(person.wishes)
        ticket = before.ticket or "none"
        named = {
            "numbered": e.Numbered(ticket, SLIP),
            "printed": e.Printed(ticket),
            "not_printed": e.NotPrinted(ticket),
            "denied": e.Denied(ticket, NO),
            "rejoined": e.Answered(NO, True),
        }
        person.happens(named.get(event, event) if isinstance(event, str) else event, after_s)
        after = person.visit
        assert (
            after.step is before.step
            or after.step is Step.HOME
            or after.step in ARROWS[before.step] | (ARROWS[Step.HOME])
        )
        new = [wish for wish in person.wishes[wishes:] if isinstance(wish, e.Issue)]
        begun += len(new)
        if new:
            assert not flow.issuing(before)
            assert (after.step, after.ticket) == (Step.TAKING, new[0].order.ticket)
        if flow.issuing(before) and before.slip is not None:
            assert after.slip == before.slip, "a number on its way to paper may not leave the screen"


def test_the_arrows_name_every_step():
    assert set(ARROWS) == set(Step) == set(flow.HANDLERS)
