"""办事指引: what to do first, and after it. Nobody is sent to a kiosk that gives no numbers now. Pure."""

from __future__ import annotations

from broker.model.words import Names
from display import phrases
from display.board import BoardState
from display.reopening import opens_again

Step = tuple[str, Names]


def gives_numbers(state: BoardState) -> bool:
    """Whether a number can be had now, as far as anybody knows."""
    return state.open is None or state.open.state == "open" or any(line.state == "open" for line in state.services)


def first_thing(state: BoardState) -> Names:
    """What to do first; while the hall is shut, when it serves again."""
    if state.open is None or gives_numbers(state):
        return phrases.TAKE_FIRST
    return opens_again(state.open) or phrases.come_at(state.open.hours)


def steps_of(state: BoardState) -> tuple[Step, ...]:
    """The guide: while the hall is shut it begins with when to come, and then goes on as ever."""
    if gives_numbers(state):
        return phrases.STEPS
    ticket, _, counter = phrases.STEPS
    return (("clock", first_thing(state)), ticket, counter)
