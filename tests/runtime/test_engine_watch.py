"""One rule for all who ask whether the engine is alive."""

import pytest

from broker.contract.envelope import ENGINE_SILENT_S, EngineState
from broker.runtime.clock import ManualClock
from broker.runtime.engine_watch import EngineWatch

AT_MS = 1_772_500_000_000


def state(age_s: float = 0.0, online: bool = True) -> EngineState:
    return EngineState(online=online, epoch=1, at_ms=AT_MS - round(age_s * 1000))


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(AT_MS)


@pytest.fixture
def watch(clock: ManualClock) -> EngineWatch:
    return EngineWatch(clock)


def test_an_engine_that_was_never_heard_is_not_alive(watch: EngineWatch) -> None:
    assert (watch.alive(), watch.silent_s(), watch.contact) == (False, None, None)


def test_the_engine_is_alive_for_fifteen_seconds_after_its_last_word(watch: EngineWatch, clock: ManualClock) -> None:
    watch.take(state(), retained=False)
    clock.advance(ENGINE_SILENT_S - 0.1)
    assert watch.alive()
    clock.advance(0.2)
    assert not watch.alive()
    watch.spoke()
    assert watch.alive()


@pytest.mark.parametrize("retained", [True, False])
def test_a_farewell_ends_it_at_once_and_the_last_contact_stays_known(
    watch: EngineWatch, clock: ManualClock, retained: bool
) -> None:
    watch.take(state(), retained=False)
    heard = watch.contact
    clock.advance(1)
    watch.take(state(online=False), retained=retained)
    assert (watch.alive(), watch.silent_s(), watch.contact) == (False, None, heard)


@pytest.mark.parametrize(("age_s", "alive"), [(1, True), (14, True), (16, False), (3600, False), (-3600, False)])
def test_a_kept_heartbeat_counts_only_while_it_is_young(watch: EngineWatch, age_s: int, alive: bool) -> None:
    watch.take(state(age_s), retained=True)
    assert watch.alive() is alive


def test_a_kept_heartbeat_counts_no_longer_than_its_age_leaves_it(watch: EngineWatch, clock: ManualClock) -> None:
    watch.take(state(age_s=12), retained=True)
    assert watch.silent_s() == pytest.approx(12)
    clock.advance(4)
    assert not watch.alive()


def test_a_kept_heartbeat_never_makes_a_younger_contact_older(watch: EngineWatch) -> None:
    watch.take(state(), retained=False)
    watch.take(state(age_s=9), retained=True)
    assert watch.silent_s() == 0


def test_a_kept_heartbeat_says_nothing_to_an_unsure_clock(watch: EngineWatch, clock: ManualClock) -> None:
    clock.is_sure = False
    watch.take(state(), retained=True)
    assert not watch.alive()
    watch.take(state(), retained=False)
    assert watch.alive()
