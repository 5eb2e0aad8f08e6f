"""The duty rota: planned by day, changed for a reason, and a session that opens short of it is told once."""

import pytest

from broker.contract.codec import decode_envelope, encode_envelope
from broker.contract.envelope import COMMAND_LIMIT_BYTES
from broker.model import commands as c
from broker.model import events as e
from broker.model.commands.rota import POSTS_MOST
from broker.model.hall_file import parse_hall
from tests.engine.bench_hall import HallAtWork
from tests.halls import CLOSES_MS, DAY, OPENS_MS, SMALL

ROTA = "\n[rota]\non = true\n"
MINUTE_MS = 60_000


def hall_at_work(more: str = ROTA) -> HallAtWork:
    return HallAtWork(parse_hall(SMALL + more)).open_day()


def plan(*posts: c.RotaPost, day: str = DAY, reason: str = "", leader: str | None = None) -> c.MakeRota:
    sessions = (c.RotaSession(session="day", posts=posts),) if posts else ()
    return c.MakeRota(day=day, leader=leader, sessions=sessions, reason=reason)


def looked(work: HallAtWork, at_ms: int, steady_ms: int | None = None) -> list[e.RotaLooked]:
    work.now_ms = at_ms
    events = work.ask(c.PassTime(steady_ms=steady_ms), "server", "server").events
    return [event for event in events if isinstance(event, e.RotaLooked)]


def test_a_session_that_opens_short_of_the_rota_is_told_once_with_what_is_closed() -> None:
    work = hall_at_work()
    work.done(plan(c.RotaPost("c1"), c.RotaPost("c2")), by="ann")
    work.open_counters("c2")
    assert looked(work, OPENS_MS + 5 * MINUTE_MS - 1) == []
    (one,) = looked(work, OPENS_MS + 5 * MINUTE_MS)
    assert (one.planned, one.closed, one.until_ms) == (2, ("c1",), CLOSES_MS)
    assert looked(work, OPENS_MS + 6 * MINUTE_MS) == []


def test_a_session_that_opens_as_planned_is_on_record_too_and_a_counter_that_closes_later_is_no_matter() -> None:
    work = hall_at_work()
    work.done(plan(c.RotaPost("c1")), by="ann")
    work.open_counters("c1")
    (one,) = looked(work, OPENS_MS + 5 * MINUTE_MS)
    assert one.closed == ()
    work.done(c.CloseCounter(counter="c1"))
    assert looked(work, OPENS_MS + 60 * MINUTE_MS) == []


def test_what_nobody_could_see_is_not_on_record() -> None:
    work = hall_at_work()
    work.done(plan(c.RotaPost("c1")), by="ann")
    assert looked(work, OPENS_MS + 10 * MINUTE_MS, steady_ms=1) == [], "the program has just been started"
    assert looked(work, CLOSES_MS) == [], "the session is over"


def test_in_an_emergency_nobody_is_missed_until_it_is_over() -> None:
    work = hall_at_work()
    work.done(plan(c.RotaPost("c1")), by="ann")
    work.done(c.BeginEmergency(zh="请撤离", en="Leave"), by="ann")
    assert looked(work, OPENS_MS + 10 * MINUTE_MS) == []
    work.done(c.EndEmergency(), by="ann")
    assert [one.closed for one in looked(work, OPENS_MS + 11 * MINUTE_MS)] == [("c1",)]


def test_a_planned_day_is_changed_for_a_reason_alone_and_the_same_again_is_no_change() -> None:
    work = hall_at_work()
    work.done(plan(c.RotaPost("c1", "a1")), by="ann")
    work.done(plan(c.RotaPost("c1", "a1")), by="ann")
    assert work.refused(plan(c.RotaPost("c2")), by="ann").code == "reason_needed"
    assert work.refused(plan(c.RotaPost("c2"), reason="找 13812345678"), by="ann").code == "personal_number_typed"
    work.done(plan(c.RotaPost("c2"), reason="培训"), by="ann")
    made = [event for event in work.events if isinstance(event, e.RotaMade)]
    assert [(one.sessions[0].posts[0].counter, one.reason, one.by) for one in made] == [
        ("c1", "", "ann"),
        ("c2", "培训", "ann"),
    ]


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        (plan(c.RotaPost("c1"), day="2026-03-03"), "rota_day_over"),
        (plan(c.RotaPost("c99")), "unknown_counter"),
        (plan(c.RotaPost("c1", "nobody")), "unknown_clerk"),
        (plan(leader="nobody"), "unknown_clerk"),
        (plan(c.RotaPost("c1"), c.RotaPost("c1")), "rota_twice"),
        (plan(c.RotaPost("c1", "a1"), c.RotaPost("c2", "a1")), "rota_twice"),
        (c.MakeRota(day=DAY, sessions=(c.RotaSession(session="night", posts=(c.RotaPost("c1"),)),)), "unknown_session"),
        (c.MakeRota(day=DAY, sessions=(c.RotaSession(session="day", posts=(c.RotaPost("c1"),)),) * 2), "rota_twice"),
        (
            c.MakeRota(day=DAY, sessions=(c.RotaSession(session="d", posts=(c.RotaPost("c1"),) * 20),) * 2),
            "rota_too_large",
        ),
    ],
)
def test_what_is_wrong_is_refused_and_plans_nothing(wish: c.MakeRota, code: str) -> None:
    work = hall_at_work()
    assert work.refused(wish, by="ann").code == code
    assert work.state.rota == {}


def test_a_hall_without_a_rota_plans_nothing() -> None:
    assert hall_at_work(more="").refused(plan(c.RotaPost("c1")), by="ann").code == "rota_not_kept"


def test_the_largest_day_with_the_longest_names_fits_into_one_message() -> None:
    posts = [c.RotaPost(f"{n:032}", f"{n:032}") for n in range(POSTS_MOST)]
    sessions = tuple(c.RotaSession(session=f"{n:032}", posts=tuple(posts[n::8])) for n in range(8))
    wish = c.MakeRota(day=DAY, leader="x" * 32, sessions=sessions, reason="长" * 200)
    frame = encode_envelope(wish, device="collector", id="x" * 64, by="y" * 64)
    assert len(frame) <= COMMAND_LIMIT_BYTES and decode_envelope(frame)[1] == wish
