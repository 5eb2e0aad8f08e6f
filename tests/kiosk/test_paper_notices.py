"""Which notices of the hall stand on a ticket: paper is kept, so a line of some days or hours is none for it."""

from pathlib import Path

import msgspec

from broker.model.hall import HallNotice
from broker.runtime.hall_source import load_hall
from kiosk.paper import paper_of
from kiosk.printer.profile import profile_of
from kiosk.printer.typesetting import Text
from kiosk.ticket import Order, Slip
from kiosk.ticket_layout import compose
from tests.halls import small_hall

ROOT = Path(__file__).parents[2]


def test_a_notice_with_a_schedule_stands_on_boards_and_not_on_paper() -> None:
    always = HallNotice(zh="请带好随身物品", en="Mind your belongings")
    lunch = HallNotice(zh="中午值班", en="Lunch duty", from_time="12:00")
    hall = msgspec.structs.replace(small_hall(), notices={"lunch": lunch, "always": always})
    order = Order("ticket-0001", "pension", None, "zh")
    paper = paper_of(hall, order, Slip("A001", "pension", hall.services["pension"].names), "")
    assert paper.notices_zh == ("请带好随身物品",)


def test_a_notice_that_a_ticket_says_already_stands_on_boards_alone() -> None:
    rule = HallNotice(zh="过号请重新排队", en="Missed? Rejoin", on_ticket=False)
    always = HallNotice(zh="请带好随身物品", en="Mind your belongings")
    hall = msgspec.structs.replace(small_hall(), notices={"rule": rule, "always": always})
    order = Order("ticket-0001", "pension", None, "zh")
    paper = paper_of(hall, order, Slip("A001", "pension", hall.services["pension"].names), "")
    assert paper.notices_zh == ("请带好随身物品",) and paper.missed_rule is not None


def test_the_shipped_town_hall_says_once_on_a_ticket_what_becomes_of_a_missed_number() -> None:
    hall = load_hall(ROOT / "firmware_config" / "halls" / "town_hall.toml")
    service = next(iter(hall.services))
    for language, word in (("zh", "过号"), ("en", "Missed")):
        order = Order("ticket-0001", service, None, language)
        paper = paper_of(hall, order, Slip("A001", service, hall.services[service].names), "")
        lines = compose(paper, profile_of())
        said = [line.text for line in lines if isinstance(line, Text)]
        assert sum(word in words for words in said) == 1, said
