"""Log-in and log-out at a counter, and who was not on post before the hall opened."""

from broker.model import commands as c
from broker.model import events as e
from broker.model import refusals as r
from broker.model.hall_file import parse_hall
from broker.model.pins import SALT_BYTES, hash_pin, may_be_pin, pin_fits
from broker.model.words import CounterStatus
from tests.engine.bench_hall import HallAtWork, view
from tests.engine.test_cover import pass_minutes, tick
from tests.halls import DAY, OPENS_MS, SMALL, small_hall

MINUTE_MS = 60_000


def early_hall(minutes: int = 30) -> HallAtWork:
    """A hall whose clerks log in, some minutes before it opens."""
    hall = HallAtWork(parse_hall(SMALL + "[rules]\nclerks_log_in = true\n"))
    hall.now_ms = OPENS_MS - minutes * MINUTE_MS
    return hall.open_day()


def taken(hall: HallAtWork) -> list[e.AttendanceTaken]:
    return [event for event in hall.events if isinstance(event, e.AttendanceTaken)]


def test_who_logs_in_stands_at_the_counter_and_opens_it() -> None:
    hall = early_hall()
    assert hall.done(c.LogIn(counter="c1", clerk="a2")) == {"clerk": "a2"}
    shown = view(hall, "counter", "c1")
    assert (shown.status, shown.staff_number, shown.post.since_ms) == (CounterStatus.CLOSED, "017", hall.now_ms)
    hall.wait(60)
    hall.done(c.OpenCounter(counter="c1"))
    shown = view(hall, "counter", "c1")
    assert (shown.status, shown.clerk, shown.post.since_ms) == (CounterStatus.OPEN, "a2", hall.now_ms - 60_000)


def test_said_twice_it_changes_nothing() -> None:
    hall = early_hall()
    hall.done(c.LogIn(counter="c1", clerk="a1"))
    before = len(hall.events)
    assert hall.done(c.LogIn(counter="c1", clerk="a1")) == {"clerk": "a1"}
    assert len(hall.events) == before


def test_a_counter_does_not_open_by_itself_where_clerks_log_in() -> None:
    hall = early_hall()
    assert isinstance(hall.refused(c.OpenCounter(counter="c1")), r.NobodyLoggedIn)
    hall.done(c.OpenCounter(counter="c1", clerk="a1"))


def test_nobody_is_at_two_counters_and_nobody_drives_another_out_of_an_open_one() -> None:
    hall = early_hall()
    hall.done(c.LogIn(counter="c1", clerk="a1"))
    assert isinstance(hall.refused(c.LogIn(counter="c2", clerk="a1")), r.ClerkElsewhere)
    assert isinstance(hall.refused(c.LogIn(counter="c2", clerk="zz")), r.UnknownClerk)
    hall.done(c.OpenCounter(counter="c1"))
    assert isinstance(hall.refused(c.LogIn(counter="c1", clerk="a2")), r.CounterAlready)


def test_another_clerk_at_a_closed_counter_relieves_the_first() -> None:
    hall = early_hall()
    hall.done(c.LogIn(counter="c1", clerk="a1"))
    hall.done(c.LogIn(counter="c1", clerk="a2"))
    assert [type(event).__name__ for event in hall.events[-2:]] == ["ClerkLoggedOut", "ClerkLoggedIn"]
    hall.done(c.LogIn(counter="c2", clerk="a1"))


def test_logging_out_closes_the_counter_but_never_on_a_visitor() -> None:
    hall = early_hall()
    assert isinstance(hall.refused(c.LogOut(counter="c1")), r.NobodyLoggedIn)
    hall.done(c.LogIn(counter="c1", clerk="a1"))
    hall.done(c.LogOut(counter="c1"))
    assert view(hall, "counter", "c1").staff_number is None
    hall.done(c.OpenCounter(counter="c1", clerk="a1"))
    hall.now_ms = OPENS_MS
    tick(hall)
    hall.take_ticket()
    hall.call()
    assert isinstance(hall.refused(c.LogOut(counter="c1")), r.CounterBusy)
    hall.done(c.FinishService(counter="c1"))
    hall.done(c.LogOut(counter="c1"))
    assert view(hall, "counter", "c1").status is CounterStatus.CLOSED


def test_who_is_not_on_post_five_minutes_before_the_opening_is_listed_once() -> None:
    hall = early_hall()
    hall.done(c.LogIn(counter="c2", clerk="a2"))
    pass_minutes(hall, 24)
    assert taken(hall) == []
    pass_minutes(hall, 60)
    [attendance] = taken(hall)
    assert (attendance.session, attendance.absent) == ("day", ("a1",))
    assert attendance.at_ms == attendance.due_ms == OPENS_MS - 5 * MINUTE_MS
    assert view(hall, "counter", "c1").post.absent_since_ms == attendance.due_ms
    assert view(hall, "counter", "c2").post.absent_since_ms is None


def test_who_comes_late_is_no_longer_absent() -> None:
    hall = early_hall()
    pass_minutes(hall, 28)
    hall.done(c.LogIn(counter="c1", clerk="a1"))
    post = view(hall, "counter", "c1").post
    assert (post.expected, post.absent_since_ms, post.came_late_ms) == ("016", None, hall.now_ms)


def test_a_post_that_another_keeps_is_not_missed() -> None:
    hall = early_hall()
    hall.done(c.LogIn(counter="c1", clerk="a2"))
    pass_minutes(hall, 26)
    assert taken(hall)[0].absent == (), "017 is on post at counter 1, so nobody misses 016 there, nor 017 at counter 2"


def test_a_server_just_started_says_of_nobody_that_he_is_absent() -> None:
    hall = early_hall(minutes=4)
    hall.done(c.PassTime(steady_ms=0), device="server", role="server")
    assert taken(hall) == []
    hall.wait(300)
    hall.done(c.PassTime(steady_ms=300_000), device="server", role="server")
    assert taken(hall)[0].absent == ("a1", "a2")


def opened_late(hall: HallAtWork, *spans: tuple[str, int, int]) -> HallAtWork:
    """The day opens now, with sessions of (name, opens, closes) in minutes from now."""
    sessions = tuple(
        c.SessionTimes(name, hall.now_ms + opens * MINUTE_MS, hall.now_ms + closes * MINUTE_MS, hall.now_ms)
        for name, opens, closes in spans
    )
    hall.done(c.OpenDay(day=DAY, sessions=sessions), device="server", role="server")
    return hall


def test_a_day_opened_in_the_middle_of_its_session_is_counted_at_once() -> None:
    hall = HallAtWork(parse_hall(SMALL + "[rules]\nclerks_log_in = true\n"))
    opened_late(hall, ("day", -60, 60))
    tick(hall)
    [attendance] = taken(hall)
    assert (attendance.absent, attendance.unseen) == (("a1", "a2"), ())
    assert attendance.due_ms == hall.now_ms - 65 * MINUTE_MS


def test_a_session_that_was_over_before_anybody_looked_is_on_record_and_accuses_nobody() -> None:
    hall = HallAtWork(parse_hall(SMALL + "[rules]\nclerks_log_in = true\n"))
    opened_late(hall, ("morning", -240, -60), ("afternoon", 30, 240))
    hall.done(c.LogIn(counter="c1", clerk="a1"))
    hall.done(c.PassTime(steady_ms=0), device="server", role="server")
    [attendance] = taken(hall)
    assert (attendance.session, attendance.absent, attendance.unseen) == ("morning", (), ("a2",))
    assert view(hall, "counter", "c2").post.absent_since_ms is None
    pass_minutes(hall, 60)
    assert [(one.session, one.absent) for one in taken(hall)[1:]] == [("afternoon", ("a2",))]


def test_a_program_started_minutes_before_a_session_ends_leaves_it_on_record() -> None:
    hall = early_hall()
    hall.now_ms = hall.state.sessions[0].closes_ms - 60_000
    hall.done(c.PassTime(steady_ms=1_000), device="server", role="server")
    assert taken(hall) == [], "it has not listened for long"
    hall.wait(60)
    hall.done(c.PassTime(steady_ms=61_000), device="server", role="server")
    hall.done(c.PassTime(steady_ms=62_000), device="server", role="server")
    [attendance] = taken(hall)
    assert (attendance.absent, attendance.unseen) == ((), ("a1", "a2"))


def test_the_next_day_everybody_is_expected_again() -> None:
    hall = early_hall()
    pass_minutes(hall, 26)
    hall.done(c.LogIn(counter="c1", clerk="a1"))
    hall.now_ms += 14 * 3_600_000
    session = c.SessionTimes("day", OPENS_MS + 86_400_000, OPENS_MS + 90_000_000, OPENS_MS + 90_000_000)
    hall.done(c.OpenDay(day="2026-03-05", sessions=(session,)), device="server", role="server")
    assert hall.state.day > DAY
    post = view(hall, "counter", "c1").post
    assert (post.since_ms, post.absent_since_ms, post.came_late_ms) == (None, None, None)


def test_a_pin_is_kept_as_a_salted_hash_and_found_again() -> None:
    first, second = hash_pin("2468", b"a" * SALT_BYTES), hash_pin("2468", b"b" * SALT_BYTES)
    assert first != second
    assert "2468" not in first.replace(bytes(b"a" * SALT_BYTES).hex(), "").split(":")
    assert pin_fits("2468", first)
    assert pin_fits("2468", second)
    assert not pin_fits("2469", first)
    assert not pin_fits("2468", "")
    assert not pin_fits("", first)


def test_a_pin_is_four_digits_and_not_one_digit_again_and_again() -> None:
    typed = ("123", "1234", "12345", "1111", "12a4", "１２３４", "")
    assert [pin for pin in typed if may_be_pin(pin)] == ["1234"]


def test_a_hall_file_takes_the_hash_and_no_pin() -> None:
    kept = hash_pin("2468", b"a" * SALT_BYTES)
    text = SMALL.replace('staff_number = "016"', f'staff_number = "016"\npin = "{kept}"')
    assert pin_fits("2468", parse_hall(text).clerks["a1"].pin)


def test_a_counter_that_is_opened_without_saying_by_whom_has_nobody_logged_in() -> None:
    """A manager may open it, or a key: its usual clerk is taken to serve, and nobody says that he is there."""
    hall = HallAtWork(small_hall()).open_day()
    hall.done(c.OpenCounter(counter="c1"))
    shown = view(hall, "counter", "c1")
    assert (shown.clerk, shown.assumed, shown.post.since_ms) == ("a1", True, None)
    hall.wait(60)
    assert hall.done(c.LogIn(counter="c1", clerk="a1")) == {"clerk": "a1"}
    shown = view(hall, "counter", "c1")
    assert (shown.clerk, shown.assumed, shown.status) == ("a1", False, CounterStatus.OPEN)
    assert shown.post.since_ms is not None
    before = len(hall.events)
    hall.done(c.LogIn(counter="c1", clerk="a1"))
    assert len(hall.events) == before
    hall.done(c.CloseCounter(counter="c1"))
    hall.done(c.OpenCounter(counter="c1", clerk="a1"))
    assert not view(hall, "counter", "c1").assumed, "who opens it under the own name is there"


def test_nobody_drives_an_assumed_clerk_out_of_an_open_counter() -> None:
    hall = HallAtWork(small_hall()).open_day()
    hall.done(c.OpenCounter(counter="c1"))
    assert isinstance(hall.refused(c.LogIn(counter="c1", clerk="a2")), r.CounterAlready)
