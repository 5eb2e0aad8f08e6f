"""What the engine keeps of the collector's audit log: a line in the journal, and nothing else moves."""

import pytest

from broker.contract.codec import CodecError, decode_envelope, encode_envelope
from broker.engine.project import project
from broker.model import commands as c
from broker.model import events as e
from tests.engine.bench_hall import HallAtWork
from tests.halls import small_hall

HEAD = c.KeepAuditHead(sequence=120, digest="0f" * 32)


def test_a_head_is_kept_as_it_was_told_and_no_screen_changes() -> None:
    work = HallAtWork(small_hall()).open_day().open_counters("c1")
    before = project(work.hall, work.state)
    work.wait(30)
    assert work.done(HEAD) == {"sequence": 120}
    assert work.events[-1] == e.AuditHeadKept(at_ms=work.now_ms, sequence=120, digest="0f" * 32)
    assert project(work.hall, work.state) == before


def test_it_is_kept_also_while_no_day_is_open() -> None:
    work = HallAtWork(small_hall())
    work.done(HEAD)
    assert isinstance(work.events[-1], e.AuditHeadKept)


def test_no_device_of_the_hall_tells_a_head() -> None:
    work = HallAtWork(small_hall()).open_day()
    for device, role in (("kiosk-1", "kiosk"), ("desk-1", "caller"), ("display-1", "display")):
        assert work.ask(HEAD, device, role).refusal.code == "not_allowed"


@pytest.mark.parametrize(("sequence", "digest"), [(0, "0f" * 32), (1, "0f" * 31), (1, "0F" * 32), (1, "zz" * 32)])
def test_what_is_no_head_is_refused_at_the_door(sequence: int, digest: str) -> None:
    with pytest.raises(CodecError):
        decode_envelope(
            encode_envelope(c.KeepAuditHead(sequence=sequence, digest=digest), id="audit-000001", device="collector")
        )
