"""Nothing happens but that time passes: what is shown must not stay behind."""

from broker.engine.project import project
from broker.model import commands as c
from broker.model import events as e
from broker.model.words import Level
from tests.engine.bench_hall import HallAtWork
from tests.halls import CLOSES_MS, small_hall

LAST_TICKET_MS = CLOSES_MS - 1_800_000


def at_work() -> HallAtWork:
    return HallAtWork(small_hall()).open_day()


def passed(work: HallAtWork, now_ms: int) -> list[object]:
    """What happens as the server lets time pass then."""
    work.now_ms, before = now_ms, len(work.events)
    work.ask(c.PassTime(), "server", "server")
    return work.events[before:]


def states(work: HallAtWork) -> set[str]:
    kiosk = project(work.hall, work.state)["kiosk", "kiosk-1"]
    return {line.state for line in kiosk.services}  # type: ignore[attr-defined]


def test_menus_shut_at_the_last_ticket_though_nobody_does_anything() -> None:
    work = at_work()
    assert passed(work, LAST_TICKET_MS - 1) == []
    assert "closed" not in states(work)
    assert passed(work, LAST_TICKET_MS) == [e.IssuingEnded(at_ms=LAST_TICKET_MS, session="day")]
    assert states(work) == {"closed"}
    assert work.refused(c.IssueTicket(ticket="too-late-0001", service="pension")).code == "hall_closed"


def test_the_last_ticket_is_told_once_and_the_session_goes_on() -> None:
    work = at_work()
    passed(work, LAST_TICKET_MS)
    assert passed(work, LAST_TICKET_MS + 60_000) == []
    assert work.state.session == "day"
    assert passed(work, CLOSES_MS) == [e.SessionBegan(at_ms=CLOSES_MS, session=None)]
    assert work.state.issuing_ended is None


def test_a_rating_at_the_last_ticket_moves_nothing_that_is_shown() -> None:
    work = at_work()
    work.open_counters("c2")
    work.take_ticket("pension")
    work.call("c2")
    work.now_ms = LAST_TICKET_MS - 5_000
    work.done(c.FinishService(counter="c2"))
    shown = project(work.hall, work.state)
    visit = next(iter(work.state.visits))
    work.now_ms = LAST_TICKET_MS + 1_000
    rated = c.RecordEvaluation(
        evaluation="rating-0001", visit=visit, level=Level.SATISFIED, device="phone", pressed_at_ms=work.now_ms
    )
    work.done(rated, device="collector", role="collector")
    now = project(work.hall, work.state)
    assert {key for key in now if now[key] != shown[key]} <= {("counter", "c2")}
    assert "closed" not in states(work)
    passed(work, LAST_TICKET_MS + 1_500)
    assert states(work) == {"closed"}
