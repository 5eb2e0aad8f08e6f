"""A wall display alone, on a virtual clock: its last board stays, silence is marked, nothing is spoken late."""

import pytest

from broker.contract.codec import encode
from broker.contract.envelope import EngineState
from broker.runtime.link import LinkState
from display import gallery_hall
from display.board import BoardState
from display.faces import BoardFace
from tests.display.test_app import TOPICS, Rig


@pytest.fixture
def rig() -> Rig:
    made = Rig()
    beat(made)
    made.board(gallery_hall.CALLS[1:], 1, retained=True)
    return made


def beat(rig: Rig) -> None:
    """A live heartbeat."""
    state = EngineState(online=True, epoch=1, at_ms=rig.clock.now_ms(), as_of=5)
    rig.link.deliver(TOPICS.engine(), encode(state))
    rig.station.turn()


def shown(rig: Rig) -> BoardState:
    face = rig.station._face
    assert isinstance(face, BoardFace)
    assert face._drawn is not None
    return face._drawn[0]


@pytest.mark.parametrize("how", ["the link is down", "the link leads nowhere"])
def test_after_fifteen_seconds_the_last_contact_is_marked_and_the_board_stays(rig: Rig, how: str) -> None:
    rig.pass_time(5)
    beat(rig)
    contact_ms, before = rig.clock.now_ms(), shown(rig)
    if how == "the link is down":
        rig.link.options["on_state"](LinkState.WAITING, "")
    rig.pass_time(14.8)
    assert shown(rig).chip == before.chip != "stale"
    rig.pass_time(0.4)
    assert shown(rig).chip == "stale"
    rig.pass_time(3600)
    alone = shown(rig)
    assert (alone.chip, alone.contact_ms) == ("stale", contact_ms)
    assert (alone.hero, alone.rows, alone.paused) == (before.hero, before.rows, before.paused)
    assert before.local is not None
    assert alone.local is not None
    assert 60 <= (alone.local - before.local).total_seconds() / 60 <= 61, "its clock runs"


def test_on_return_the_missed_calls_are_shown_and_none_is_spoken(rig: Rig) -> None:
    rig.link.options["on_state"](LinkState.WAITING, "")
    rig.pass_time(120)
    rig.link.options["on_state"](LinkState.ONLINE, "")
    beat(rig)
    rig.board(gallery_hall.CALLS, 9, retained=True)
    assert shown(rig).chip != "stale"
    assert shown(rig).hero == gallery_hall.CALLS[0]
    assert [how for how, _, _ in rig.voice.told] == ["silent", "silent"]


def test_a_farewell_of_the_engine_is_marked_as_late_as_silence(rig: Rig) -> None:
    gone = EngineState(online=False, epoch=1, at_ms=rig.clock.now_ms())
    rig.link.deliver(TOPICS.engine(), encode(gone))
    rig.pass_time(14)
    assert shown(rig).chip != "stale"
    rig.pass_time(2)
    assert shown(rig).chip == "stale"
