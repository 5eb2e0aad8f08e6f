"""The guide on a board: nobody is sent to a kiosk that gives no numbers now."""

import msgspec
import pytest

from broker.model.views import OpenState
from broker.model.words import Names
from broker.runtime.canvas.ops import Text
from display import gallery, gallery_hall, phrases
from display.guide import steps_of
from tests.display.test_board import Rig

SHUT = tuple(gallery_hall.make_line(line.service, 0, None, "closed") for line in gallery_hall.BOARD.services)


@pytest.mark.parametrize(
    ("now", "first"),
    [
        (OpenState(state="closed", hours="09:00-12:00", next_opens="13:30"), "13:30 开始服务"),
        (OpenState(state="closed", hours="09:00-12:00 13:30-17:00"), phrases.come_at("09:00-12:00 13:30-17:00").zh),
        (OpenState(state="closed", hours=""), phrases.COME_LATER.zh),
    ],
)
def test_while_the_hall_is_shut_the_guide_begins_with_when_to_come(now: OpenState, first: str) -> None:
    state = Rig().shows(open=now, services=SHUT)
    steps = steps_of(state)
    assert (steps[0][0], steps[0][1].zh) == ("clock", first)
    assert [icon for icon, _ in steps] == ["clock", "ticket", "arrow-right"]
    assert all(isinstance(names, Names) and names.en for _, names in steps)


def test_while_numbers_are_given_it_begins_with_the_kiosk() -> None:
    assert steps_of(Rig().shows()) == phrases.STEPS
    early = msgspec.structs.replace(gallery_hall.CLOSED, state="closed")
    one_open = (gallery_hall.make_line("social", 0, None, "open"), *SHUT[1:])
    assert steps_of(Rig().shows(open=early, services=one_open)) == phrases.STEPS


def test_every_picture_of_a_shut_hall_says_when_before_it_says_where() -> None:
    pictures = [ops for name, _, ops in gallery.screens() if "closed" in name and name.split("-")[0] != "sign"]
    guides = 0
    for ops in pictures:
        said = [op.plain for op in ops if isinstance(op, Text)]
        for place in (number for number, words in enumerate(said) if words.startswith(phrases.GUIDE.zh)):
            guides += 1
            assert not said[place + 1].startswith(phrases.STEPS[0][1].zh), said[place : place + 6]
    assert guides >= 2
