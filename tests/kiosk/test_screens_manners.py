"""What is loud and what is quiet on a picture, and that what it says is so."""

from dataclasses import replace

import pytest

from broker.runtime.canvas.ops import Box, Op, Text
from broker.runtime.canvas.theme import AMBER
from kiosk.gallery import APPOINTMENTS, AROUND, BOOKED, EARLY
from kiosk.menu import Menu
from kiosk.screens.frame import LANDSCAPE, PORTRAIT
from kiosk.screens.view import view
from kiosk.visit import Visit

MANNERS = [{}, {"larger": True}, {"language": "en"}]
SIZES = [PORTRAIT, LANDSCAPE]


def drawn(visit: Visit, menu: Menu, size: tuple[int, int] = PORTRAIT) -> tuple[Op, ...]:
    return view(visit, menu, replace(AROUND, size=size))


def said(ops: tuple[Op, ...]) -> str:
    return " | ".join(op.plain for op in ops if isinstance(op, Text))


def loud(ops: tuple[Op, ...]) -> list[str | None]:
    return [op.target for op in ops if isinstance(op, Box) and op.target and op.fill == AMBER]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("manner", MANNERS)
def test_who_is_too_early_is_not_led_to_an_ordinary_number_but_may_take_one(manner: dict, size: tuple[int, int]):
    early = replace(BOOKED, note=EARLY, **manner)
    ops = drawn(early, APPOINTMENTS, size)
    assert loud(ops) == ["home"]
    assert "ordinary" in [op.target for op in ops]
    assert loud(drawn(replace(early, note=BOOKED.note), APPOINTMENTS, size)) == ["ordinary"]
    assert loud(drawn(early, replace(APPOINTMENTS, state="paused"), size)) == [], "none are given"
