"""Which notices of the hall stand on a ticket: paper is kept, so a line of some days or hours is none for it."""

import msgspec

from broker.model.hall import HallNotice
from kiosk.paper import paper_of
from kiosk.ticket import Order, Slip
from tests.halls import small_hall


def test_a_notice_with_a_schedule_stands_on_boards_and_not_on_paper() -> None:
    always = HallNotice(zh="请带好随身物品", en="Mind your belongings")
    lunch = HallNotice(zh="中午值班", en="Lunch duty", from_time="12:00")
    hall = msgspec.structs.replace(small_hall(), notices={"lunch": lunch, "always": always})
    order = Order("ticket-0001", "pension", None, "zh")
    paper = paper_of(hall, order, Slip("A001", "pension", hall.services["pension"].names), "")
    assert paper.notices_zh == ("请带好随身物品",)
