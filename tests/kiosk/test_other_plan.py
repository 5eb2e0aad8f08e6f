"""A kiosk was added to the server's hall file at midday: the parts of the others moved, and they do not know it yet."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from broker.contract.codec import encode
from broker.contract.envelope import EngineState, RefusalMessage
from broker.model.commands import IssueTicket, ReportTicket
from broker.model.fingerprint import numbering_fingerprint
from broker.model.hall import Hall
from broker.model.numbers import ranges_of
from broker.model.refusals import NumbersUsedUp
from kiosk.flow import Step
from kiosk.issuing import LAST_RESORT_S, NO_ANSWER, OTHER_PLAN
from kiosk.menu import ASK_AT_DESK
from kiosk.ticket import PaperEnd
from tests.kiosk.app_bench import Bench
from tests.kiosk.small_hall import parsed

ONE, TWO = parsed("kiosk-1"), parsed("kiosk-1", "kiosk-2")
THREE = parsed("kiosk-1", "kiosk-2", "kiosk-3")


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path, TWO).goes_online()
    yield made
    made.close()


def beats(bench: Bench, hall: Hall | None, retained: bool = False) -> None:
    """A heartbeat of a server with that hall file; None: one that does not say."""
    numbering = {} if hall is None else {kiosk: numbering_fingerprint(hall, kiosk) for kiosk in hall.kiosks}
    at = bench.hand.now_ms()
    state = EngineState(online=True, epoch=1, at_ms=at, as_of=bench.as_of, numbering=numbering)
    bench.app.engine.take_state(encode(state), retained)
    bench.turn()


def asks_for_a_ticket(bench: Bench) -> None:
    bench.turn(130.0)
    bench.hears()
    bench.tap("service/pension", "take")


def numbers(bench: Bench) -> list[str]:
    return [slip.number for _, slip in bench.press.printed]


def ticket(bench: Bench) -> str:
    return bench.said(IssueTicket)[-1].ticket  # type: ignore[attr-defined]


def test_the_old_part_is_the_new_part_of_somebody_else() -> None:
    assert set(ranges_of(TWO, "a")["kiosk-1"].__dict__.values()) == set(
        ranges_of(THREE, "a")["kiosk-2"].__dict__.values()
    )


def test_no_own_number_is_given_while_the_server_cuts_otherwise_and_the_engines_are(bench: Bench) -> None:
    beats(bench, THREE)
    asks_for_a_ticket(bench)
    bench.turn(2.0)
    assert numbers(bench) == [], "an own number after 0.8 s could be the new kiosk's"
    bench.answer(f"{ticket(bench)}.issue", result={"number": "A005"})
    bench.turn()
    assert numbers(bench) == ["A005"]
    assert bench.app.parts_health(bench.hand.machine_s())["numbers"] == "other-plan"


def test_an_engine_that_does_not_answer_is_waited_for_and_then_the_desk_is_named(bench: Bench) -> None:
    beats(bench, THREE)
    asks_for_a_ticket(bench)
    bench.turn(LAST_RESORT_S + 1.0)
    assert numbers(bench) == [] and bench.said(ReportTicket) == []
    assert (bench.app.visit.step, bench.app.visit.note) == (Step.NOTE, NO_ANSWER)


def test_numbers_that_the_engine_has_none_of_are_not_replaced_by_own_ones(bench: Bench) -> None:
    beats(bench, THREE)
    asks_for_a_ticket(bench)
    refusal = NumbersUsedUp(series="A")
    told = RefusalMessage(code="numbers_used_up", sentence=refusal.sentence)
    bench.answer(f"{ticket(bench)}.issue", kind="refused", refusal=told)
    bench.turn()
    assert numbers(bench) == [] and bench.app.visit.note == OTHER_PLAN


def test_out_of_reach_the_visitor_is_sent_to_the_desk_at_once(bench: Bench) -> None:
    beats(bench, THREE)
    bench.app.on_linked(False)
    bench.turn(130.0)
    offer = bench.app.offering.menu(bench.hand.machine_s()).offer("pension")
    assert offer is not None and not offer.open and offer.reason == ASK_AT_DESK


def test_the_same_hall_file_again_gives_own_numbers_again(bench: Bench) -> None:
    beats(bench, THREE)
    beats(bench, TWO)
    bench.app.on_linked(False)
    bench.turn(130.0)
    bench.tap("service/pension", "take")
    assert numbers(bench) == ["A800"]
    assert "numbers" not in bench.app.parts_health(bench.hand.machine_s())


@pytest.mark.parametrize("hall", [None, TWO])
def test_an_engine_that_agrees_or_does_not_say_changes_nothing(bench: Bench, hall: Hall | None) -> None:
    beats(bench, hall)
    asks_for_a_ticket(bench)
    bench.turn(1.0)
    assert numbers(bench) == ["A800"], "within 0.8 s"


def test_the_only_kiosk_of_a_series_asks_as_soon_as_it_is_no_longer_the_only_one(tmp_path: Path) -> None:
    bench = Bench(tmp_path, ONE).goes_online()
    asks_for_a_ticket(bench)
    bench.press.end(PaperEnd.PRINTED)
    beats(bench, TWO)
    bench.tap("done")
    asks_for_a_ticket(bench)
    assert numbers(bench) == ["A001"] and len(bench.said(IssueTicket)) == 1
    bench.close()


def test_what_the_engine_said_last_outlives_a_restart_out_of_reach(tmp_path: Path) -> None:
    bench = Bench(tmp_path, TWO).goes_online()
    beats(bench, THREE, retained=True)
    bench.close()
    again = Bench(tmp_path, TWO)
    again.turn()
    assert again.app.other_plan(), "the old file is still the old file"
    again.close()
    updated = Bench(tmp_path, THREE)
    assert not updated.app.other_plan()
    updated.close()


def test_a_disk_that_cannot_keep_it_does_not_make_it_forgotten(bench: Bench) -> None:
    bench.rig.connection.execute("PRAGMA query_only=ON")
    beats(bench, THREE)
    assert bench.app.other_plan()
    bench.rig.connection.execute("PRAGMA query_only=OFF")
    beats(bench, THREE)
    kept = bench.rig.connection.execute("SELECT name FROM numbering").fetchone()
    assert kept == (numbering_fingerprint(THREE),)


def test_an_older_server_put_back_does_not_leave_the_kiosk_without_own_numbers_for_good(tmp_path: Path) -> None:
    bench = Bench(tmp_path, TWO).goes_online()
    beats(bench, THREE)
    beats(bench, None, retained=True)
    assert bench.app.other_plan(), "what the broker kept may be older than what was said"
    beats(bench, None)
    assert not bench.app.other_plan()
    bench.close()
    again = Bench(tmp_path, TWO)
    assert not again.app.other_plan(), "also after the next start"
    again.close()
