"""What a setting must be, in words: numbers of a list are numbers, not texts."""

from broker.model.hall import Rules
from broker.model.hall_types import expectation, finding

SLOT = Rules.__annotations__["appointment_slot_min"]


def test_one_of_several_numbers_is_asked_for_without_quotes() -> None:
    assert expectation(SLOT).en == "one of 5, 10, 15, 20, 30, 60"
    assert expectation(SLOT).zh == "5、10、15、20、30、60 之一"
    assert finding(7, SLOT).en == "the number 7"
    assert finding("30", SLOT).en.endswith("write it without quotes")
    assert finding("30", SLOT).zh.endswith("请去掉引号")
