import msgspec
import pytest

from broker.model.hours import NextOpening
from broker.model.views import KioskView, OpenState, PausedCounter, ServiceLine, WaitRange
from broker.model.words import Names
from kiosk.menu import COUNTER_PAUSED, FULL, NO_COUNTER, NOT_NOW, USED_UP, Circumstances, Menu, menu_of
from tests.kiosk.small_hall import parsed

DAY = "2026-03-05"
HALL = parsed()


def line(service: str = "pension", **changes: object) -> ServiceLine:
    base = ServiceLine(
        service=service,
        names=HALL.services[service].names,
        state="open",
        waiting=4,
        wait=WaitRange(low_min=10, high_min=20),
        counters=("1",),
    )
    return msgspec.structs.replace(base, **changes)


def view(*lines: ServiceLine, **changes: object) -> KioskView:
    base = KioskView(
        kiosk="kiosk-1",
        day=DAY,
        open=OpenState(state="open", hours="09:00-12:00"),
        issuing=True,
        reason="",
        services=lines or (line(),),
        highest={},
    )
    return msgspec.structs.replace(base, **changes)


def menu(shown: KioskView | None, heard: bool = True, **changes: object) -> Menu:
    now = {"day": DAY, "today": DAY, "minute": 600} | changes
    return menu_of(HALL, "kiosk-1", shown, Circumstances(heard=heard, **now))  # type: ignore[arg-type]


def test_with_the_engine_its_view_decides():
    offer = menu(view()).offer("pension")
    assert offer is not None
    assert (offer.open, offer.waiting, offer.wait_min, offer.counters) == (True, 4, (10, 20), ("1",))


@pytest.mark.parametrize(
    ("changes", "reason", "reopens"),
    [
        ({"state": "closed", "reopens": "13:30", "reason": NOT_NOW}, NOT_NOW, "13:30"),
        ({"state": "full", "reason": FULL}, FULL, None),
        ({"state": "paused", "reason": Names("系统升级", "Paused")}, Names("系统升级", "Paused"), None),
        ({"quota_left": 0}, FULL, None),
    ],
)
def test_what_cannot_be_served_stays_with_its_reason(changes: dict, reason: Names, reopens: str | None):
    offer = menu(view(line(**changes))).offer("pension")
    assert offer is not None
    assert (offer.open, offer.reason, offer.reopens) == (False, reason, reopens)


def test_without_an_open_counter_a_ticket_can_be_had_with_a_warning():
    offer = menu(view(line(state="no_counter"))).offer("pension")
    assert offer is not None
    assert (offer.open, offer.reason) == (True, NO_COUNTER)


def test_a_counter_that_pauses_is_named_with_where_to_go_and_only_by_the_engines_word():
    away = PausedCounter(
        counter="c1", counter_name="1", reason="会议", contact=Names("工号 016", "Staff 016"), phone="0432-016",
        since_ms=0, returns_at_ms=None, instead=("2",),
    )  # fmt: skip
    offer = menu(view(line(), paused=(away,))).offer("pension")
    assert offer is not None
    assert (offer.paused, offer.reason) == ((away,), None), "others still serve it"
    alone = menu(view(line(state="no_counter"), paused=(away,))).offer("pension")
    assert alone is not None
    assert (alone.open, alone.reason) == (True, COUNTER_PAUSED)
    unheard = menu(view(line(), paused=(away,)), heard=False).offer("pension")
    assert unheard is not None
    assert unheard.paused == ()


def test_tickets_that_the_view_does_not_count_yet_are_added_and_use_the_quota():
    offer = menu(view(line(quota_left=2)), unreported={"pension": 2}).offer("pension")
    assert offer is not None
    assert (offer.waiting, offer.quota_left, offer.open) == (6, 0, False)


def test_an_own_part_without_a_number_left_is_said():
    offer = menu(view(), used_up=frozenset({"a"})).offer("pension")
    assert offer is not None
    assert (offer.open, offer.reason) == (False, USED_UP)


def test_a_fresh_card_waits_for_the_day():
    assert menu(None, heard=False, day=None).state == "connecting"


def test_the_own_pause_counts_before_the_view_knows_of_it_and_so_does_its_end():
    assert menu(view(), paused=True).state == "paused"
    assert menu(view(issuing=False, reason="x"), paused=False).state == "ready"
    assert menu(view(issuing=False, reason="x")).state == "paused"


def test_all_services_outside_their_hours_close_the_kiosk():
    shut = line(state="closed")
    assert menu(view(shut, line("household", state="closed"), line("company", state="closed"))).state == "closed"


@pytest.mark.parametrize(
    ("minute", "is_open"), [(8 * 60, False), (9 * 60, True), (11 * 60 + 30, False), (14 * 60, True)]
)
def test_alone_the_hours_of_the_hall_file_decide(minute: int, is_open: bool):
    alone = menu(view(day="2026-03-04"), heard=False, minute=minute)
    assert (alone.state, alone.alone) == ("ready" if is_open else "closed", True)
    offer = alone.offer("pension")
    assert offer is not None
    assert (offer.open, offer.waiting, offer.wait_min) == (is_open, None, None)


def test_alone_before_noon_the_reopening_is_told():
    assert menu(None, heard=False, minute=11 * 60 + 45).next_opens == "13:30"


def test_alone_a_service_that_the_hall_file_pauses_says_why_in_both_languages():
    service = msgspec.structs.replace(HALL.services["pension"], paused="搬迁", paused_en="We are moving")
    hall = msgspec.structs.replace(HALL, services={**HALL.services, "pension": service})
    found = menu_of(hall, "kiosk-1", None, Circumstances(heard=False, day=DAY, today=DAY, minute=600)).offer("pension")
    assert found is not None
    assert (found.open, found.reason) == (False, Names("搬迁", "We are moving"))


MONDAY = NextOpening("2026-03-09", "09:00")


@pytest.mark.parametrize("heard", [True, False])
def test_a_hall_that_serves_no_more_today_tells_the_day_and_time_of_its_next_opening(heard: bool):
    shut = view(line(state="closed"), open=OpenState(state="closed", hours="09:00-12:00"))
    found = menu(shut, heard, minute=1200, next_openings={(): MONDAY})
    assert (found.state, found.next_opens, found.next_opening) == ("closed", None, MONDAY)
    assert [offer.next_opening for offer in found.offers] == [MONDAY] * len(found.offers)


def test_an_opening_of_today_comes_before_any_other_and_what_is_open_needs_none():
    later = OpenState(state="break", hours="09:00-12:00 13:30-17:00", next_opens="13:30")
    found = menu(view(line(state="closed", reopens="13:30"), open=later), next_openings={(): MONDAY})
    assert (found.next_opens, found.next_opening) == ("13:30", None)
    assert found.offer("pension").next_opening is None  # type: ignore[union-attr]
    assert menu(view(), next_openings={(): MONDAY}).offer("pension").next_opening is None  # type: ignore[union-attr]


def test_alone_what_was_full_or_paused_today_stays_so_and_is_forgotten_tomorrow():
    full = view(line(state="full", reason=FULL))
    assert menu(full, heard=False).offer("pension").open is False  # type: ignore[union-attr]
    assert menu(full, heard=False, today="2026-03-06").offer("pension").open is True  # type: ignore[union-attr]


def test_alone_with_an_unsure_clock_a_kiosk_rather_gives_a_ticket():
    assert menu(None, heard=False, today=None, minute=None).state == "ready"
    shut = view(*(line(key, state="closed") for key in ("household", "pension", "company")))
    assert menu(shut, heard=False, today=None, minute=None).state == "closed"


def test_only_used_categories_and_kiosk_priorities_are_offered():
    offered = menu(view())
    assert [choice.key for choice in offered.categories] == ["personal", "company"]
    assert [choice.key for choice in offered.priorities] == ["elderly"]
    assert [offer.service for offer in offered.in_category("company")] == ["company"]


def test_why_nobody_gets_a_number_is_said_in_the_visitor_s_language():
    typed = menu(view(issuing=False, reason="打印机换纸"))
    assert typed.reason == Names("打印机换纸", "Paused: 打印机换纸")
    told = menu(view(issuing=False, reason="打印机换纸", reason_en="The printer gets new paper"))
    assert told.reason == Names("打印机换纸", "The printer gets new paper")
    assert menu(view(issuing=False)).reason is None
