"""What somebody must have ready, and may say beforehand: in every manner, all of it."""

from dataclasses import replace
from itertools import product

import pytest

from broker.model.words import NEED_NAMES
from broker.runtime.canvas.ops import Op, Text
from broker.runtime.canvas.theme import MIN_TARGET_PX
from kiosk import events as e
from kiosk import flow
from kiosk import targets as t
from kiosk.gallery import AROUND, LOOKUP, OFFERS, STRESS, WITH_READER
from kiosk.menu import Menu
from kiosk.screens.frame import LANDSCAPE, PORTRAIT
from kiosk.screens.papers import notes_of
from kiosk.screens.view import view
from kiosk.visit import Scene, Step, Visit

SIZES = (PORTRAIT, LANDSCAPE)
MANNERS = [{"larger": larger, "lower": lower} for larger, lower in product((False, True), repeat=2)]
EVERYTHING = replace(LOOKUP, offers=(*WITH_READER.offers, STRESS.offers[0]))


def drawn(visit: Visit, size: tuple[int, int], menu: Menu = EVERYTHING) -> tuple[Op, ...]:
    return view(visit, menu, replace(AROUND, size=size))


def words_of(ops: tuple[Op, ...]) -> str:
    return " | ".join(op.plain for op in ops if isinstance(op, Text))


def targets_of(ops: tuple[Op, ...]) -> list[str]:
    return [op.target for op in ops if op.target is not None]


def touched(visit: Visit, target: str) -> Visit:
    after, _ = flow.step(visit, e.Touched(target), Scene(EVERYTHING, visit.touched_s + 5.0, "ticket-0001"))
    return after


def read_through(service: str, manner: dict[str, bool], size: tuple[int, int]) -> str:
    """Everything one reads who touches what leads on to papers."""
    visit = Visit(step=Step.DETAIL, service=service, **manner)
    ops = drawn(visit, size)
    read = words_of(ops)
    if t.PAPERS not in targets_of(ops):
        return read
    visit = touched(visit, t.PAPERS)
    for _ in range(20):
        ops = drawn(visit, size)
        read += words_of(ops)
        onward = t.target(t.PAGE, visit.papers_page + 1)
        if onward not in targets_of(ops):
            return read
        visit = touched(visit, onward)
    raise AssertionError("the pages have no end")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("manner", MANNERS)
@pytest.mark.parametrize("service", ["pension", "long", "household"])
def test_every_paper_and_every_note_can_be_read_in_every_manner(
    service: str, manner: dict[str, bool], size: tuple[int, int]
) -> None:
    offer = EVERYTHING.offer(service)
    assert offer is not None
    read = read_through(service, manner, size)
    for paper in offer.papers:
        assert paper.zh in read
    if not manner["larger"]:
        for _, names, _ in notes_of(offer):
            assert names.zh in read


def test_low_down_ten_papers_take_pages_and_the_way_back_leads_to_the_service() -> None:
    visit = touched(Visit(step=Step.DETAIL, service="long", larger=True, lower=True, page=2), t.PAPERS)
    ops = drawn(visit, LANDSCAPE)
    assert visit.step is Step.PAPERS and t.target(t.PAGE, 1) in targets_of(ops)
    for op in ops:
        assert op.target is None or min(op.rect.w, op.rect.h) >= MIN_TARGET_PX
    back = touched(touched(visit, t.target(t.PAGE, 1)), t.BACK)
    assert (back.step, back.service, back.page) == (Step.DETAIL, "long", 2)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("manner", MANNERS)
def test_who_hears_badly_says_so_on_the_first_picture_of_a_service(
    manner: dict[str, bool], size: tuple[int, int]
) -> None:
    visit = Visit(step=Step.DETAIL, service="pension", **manner)
    offered = targets_of(drawn(visit, size))
    assert {t.target(t.NEED, need) for need in NEED_NAMES} <= set(offered)
    assert touched(visit, t.target(t.NEED, "hearing")).needs == ("hearing",)
    without = replace(EVERYTHING, priorities=())
    assert t.target(t.NEED, "hearing") in targets_of(drawn(visit, size, without)), "also where nobody goes first"


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("manner", MANNERS)
def test_the_digits_of_a_telephone_can_be_left_in_every_manner_where_the_hall_looks_tickets_up(
    manner: dict[str, bool], size: tuple[int, int]
) -> None:
    visit = Visit(step=Step.DETAIL, service="pension", **manner)
    assert t.PHONE in targets_of(drawn(visit, size))
    assert t.PHONE not in targets_of(drawn(visit, size, replace(EVERYTHING, lookup=False)))
    left = replace(visit, phone_tail="4321")
    assert "尾号已留" in words_of(drawn(left, size)) and touched(left, t.PHONE).phone_tail == ""


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("manner", MANNERS)
def test_the_written_notice_can_be_printed_in_every_manner(manner: dict[str, bool], size: tuple[int, int]) -> None:
    visit = Visit(step=Step.DETAIL, service="pension", **manner)
    if t.NOTICE not in targets_of(drawn(visit, size)):
        visit = touched(visit, t.PAPERS)
    assert t.NOTICE in targets_of(drawn(visit, size))
    assert touched(visit, t.NOTICE).notice == "asked"


def test_a_service_that_goes_away_meanwhile_leaves_a_picture_with_a_way_back() -> None:
    visit = Visit(step=Step.PAPERS, service="pension")
    ops = drawn(visit, PORTRAIT, replace(EVERYTHING, offers=OFFERS[:1]))
    assert t.BACK in targets_of(ops)
