"""An older picture never replaces a newer one, and a replaced journal freezes nobody."""

import pytest

from broker.runtime.newest import Newest, Position


def test_an_older_picture_never_replaces_a_newer_one() -> None:
    newest = Newest()
    assert newest.take("c1", Position(2, 10))
    assert not newest.take("c1", Position(2, 9))
    assert not newest.take("c1", Position(1, 99))
    assert newest.take("c1", Position(2, 10)), "the same picture, delivered again, does no harm"
    assert newest.take("c1", Position(3, 1)), "a later start of the engine"


def test_each_view_has_its_own_place() -> None:
    newest = Newest()
    assert newest.take("c1", Position(2, 10))
    assert newest.take("c2", Position(1, 1))


@pytest.mark.parametrize("engine", [Position(1, 0), Position(4, 50), Position(5, 39)])
def test_after_a_replaced_or_restored_journal_the_engine_is_believed_again(engine: Position) -> None:
    newest = Newest()
    newest.take("c1", Position(5, 40))
    newest.take("c2", Position(5, 41))
    assert not newest.take("c1", engine)
    newest.engine_at(engine)
    assert newest.take("c1", engine)
    assert newest.take("c2", engine)
    assert not newest.take("c1", Position(engine.epoch, engine.as_of - 1)), "late pictures of the new journal stay out"


@pytest.mark.parametrize("engine", [Position(5, 40), Position(5, 99), Position(6, 0)])
def test_an_ordinary_heartbeat_lets_no_old_picture_in(engine: Position) -> None:
    newest = Newest()
    newest.take("c1", Position(5, 40))
    newest.engine_at(engine)
    assert not newest.take("c1", Position(5, 39))


def test_a_heartbeat_that_is_only_late_lets_no_old_picture_in() -> None:
    newest = Newest()
    newest.take("c1", Position(5, 40, at_ms=2_000))
    newest.engine_at(Position(5, 39, at_ms=1_999))
    assert not newest.take("c1", Position(5, 39, at_ms=1_990))
    newest.engine_at(Position(5, 39, at_ms=7_000))
    assert newest.take("c1", Position(5, 39, at_ms=7_000)), "said later, it is a journal that was put back"
