from datetime import datetime, timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from broker.contract.envelope import ENGINE_SILENT_S
from broker.model.views import BoardView, Call, Notice
from broker.model.words import Names, TicketStatus
from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.ops import Icon
from broker.runtime.newest import Position
from display import gallery_hall
from display.board import HERO_LEAST_S, LINGER_HERO_S, RING_S, BoardMind, BoardState
from display.board_cards import why_not
from display.gallery_boards import make_counter
from display.gallery_hall import make_call, make_line, make_pause
from display.room import NameRoom, Room, page_of, worth_showing

SERVICE = gallery_hall.SERVICES["social"]
NOON = gallery_hall.NOON


def call(number: str, counter: str = "3", *, recall: int = 0, status: TicketStatus = TicketStatus.CALLED) -> Call:
    return make_call(number, counter, SERVICE, 0, recall=recall, status=status)


def board(*calls: Call, **changes: object) -> BoardView:
    return msgspec.structs.replace(gallery_hall.BOARD, calls=calls, **changes)


class Rig:
    """A mind with a clock; `shows` takes a board as it comes over the wire."""

    def __init__(self, *first: Call, room: Room | None = None) -> None:
        self.mind = BoardMind(gallery_hall.HALL, room)
        self.now_s = 1000.0
        self.position = 0
        self.shows(*first)

    def shows(self, *calls: Call, **changes: object) -> BoardState:
        self.position += 1
        self.mind.heard(self.now_s, gallery_hall.NOW_MS)
        self.mind.take(board(*calls, **changes), Position(1, self.position), self.now_s)
        return self.look()

    def look(self, local: datetime | None = NOON) -> BoardState:
        return self.mind.look(self.now_s, local)

    def after(self, seconds: float) -> BoardState:
        self.now_s += seconds
        return self.look()


def numbers(state: BoardState) -> list[str]:
    return [row.number for row in state.rows]


def test_a_new_call_is_the_hero_at_once_and_the_old_one_drops_to_the_first_row() -> None:
    rig = Rig(call("A001"))
    state = rig.shows(call("A002"), call("A001"))
    assert state.hero is not None
    assert state.hero.number == "A002"
    assert numbers(state) == ["A001"]


def test_the_ring_pulses_three_times_a_second_long_then_stays_then_rests() -> None:
    rig = Rig(call("A001"))
    rig.shows(call("A002"), call("A001"))
    start_s = rig.now_s
    pulses = []
    for i in range(60):
        rig.now_s = start_s + i * 0.1 + 0.05
        pulses.append(rig.look().ring)
    assert pulses[:30] == ([True] * 5 + [False] * 5) * 3
    assert all(pulses[30:])
    rig.now_s = start_s + 14.9
    assert rig.look().ring
    rig.now_s = start_s + 15.1
    assert not rig.look().ring


def test_a_second_call_waits_behind_a_young_hero_but_is_on_the_board_at_once() -> None:
    rig = Rig(call("A001"))
    rig.shows(call("A002"), call("A001"))
    state = rig.shows(call("B007"), call("A002"), call("A001"))
    assert state.hero is not None
    assert state.hero.number == "A002"
    assert [(row.number, row.fresh) for row in state.rows] == [("B007", True), ("A001", False)]
    state = rig.after(HERO_LEAST_S + 0.01)
    assert state.hero is not None
    assert state.hero.number == "B007"
    assert state.ring
    assert [(row.number, row.fresh) for row in state.rows] == [("A002", False), ("A001", False)]


def test_calls_in_a_burst_become_heroes_in_the_order_they_were_made() -> None:
    rig = Rig(call("A001"))
    rig.shows(call("D004"), call("C003"), call("B002"), call("A001"))
    seen = []
    for _ in range(4):
        state = rig.look()
        seen.append(state.hero.number if state.hero else None)
        rig.after(HERO_LEAST_S + 0.01)
    assert seen == ["B002", "C003", "D004", "D004"]


def test_the_first_board_after_connecting_is_shown_without_a_pulse() -> None:
    rig = Rig(call("A001"))
    assert not rig.look().ring
    rig.mind.connected()
    state = rig.shows(call("A005"), call("A001"))
    assert state.hero is not None
    assert state.hero.number == "A005"
    assert not state.ring
    state = rig.shows(call("A006"), call("A005"), call("A001"))
    assert state.hero is not None
    assert (state.hero.number, state.ring) == ("A006", True)


def test_an_older_picture_never_replaces_a_newer_one() -> None:
    rig = Rig(call("A001"))
    rig.shows(call("A002"), call("A001"))
    assert not rig.mind.take(board(call("A001")), Position(1, 1), rig.now_s)
    assert not rig.mind.take(board(call("Z999")), Position(0, 99), rig.now_s)
    state = rig.look()
    assert state.hero is not None
    assert state.hero.number == "A002"


def test_a_server_that_lost_its_memory_is_believed_again() -> None:
    rig = Rig(call("A001"))
    rig.mind.engine_at(Position(0, 1))
    assert rig.mind.take(board(call("B001")), Position(0, 1), rig.now_s)
    assert [c.number for c in (rig.look().hero,) if c] == ["B001"]


def test_a_recall_rings_again_at_once_without_waiting_its_turn() -> None:
    rig = Rig(call("A001"))
    rig.shows(call("A002"), call("A001"))
    rig.after(1.7)
    state = rig.shows(call("A002", recall=1), call("A001"))
    assert state.hero is not None
    assert (state.hero.recall, state.ring) == (1, True)
    rig.after(0.6)
    assert not rig.look().ring


def test_the_ring_ends_when_the_visitor_has_come() -> None:
    rig = Rig(call("A001"))
    rig.shows(call("A002"), call("A001"))
    state = rig.shows(call("A002", status=TicketStatus.SERVING), call("A001"))
    assert state.hero is not None
    assert not state.ring


def test_a_served_hero_makes_way_for_the_next_call_at_once() -> None:
    rig = Rig(call("A001"))
    rig.shows(call("A002"), call("A001"))
    rig.shows(call("B007"), call("A002"), call("A001"))
    state = rig.shows(call("B007"), call("A002", status=TicketStatus.SERVING), call("A001"))
    assert state.hero is not None
    assert state.hero.number == "B007"


def test_a_call_whose_visitor_came_before_its_picture_did_is_the_hero_without_a_ring() -> None:
    rig = Rig(call("A001", status=TicketStatus.SERVED))
    missed = call("A002", status=TicketStatus.SERVING)
    state = rig.shows(missed, call("A001", status=TicketStatus.SERVED))
    assert state.hero is not None
    assert (state.hero.number, state.ring, numbers(state)) == ("A002", False, ["A001"])
    waits = Rig(call("A001"))
    state = waits.shows(missed, call("A001"))
    assert state.hero is not None
    assert state.hero.number == "A001", "whose visitor has not come yet"
    state = waits.shows(missed, call("A001", status=TicketStatus.SERVED))
    assert state.hero is not None
    assert state.hero.number == "A002"


def test_a_call_that_was_taken_back_disappears() -> None:
    rig = Rig(call("A001"))
    rig.shows(call("A002"), call("A001"))
    state = rig.shows(call("A001"))
    assert state.hero is not None
    assert (state.hero.number, state.ring, numbers(state)) == ("A001", False, [])


def test_a_ticket_stands_on_the_board_once() -> None:
    rig = Rig(call("A001"))
    state = rig.shows(call("A002", "7"), call("A003", "4"), call("A002", "3"), call("A001"))
    assert sorted([*numbers(state), state.hero.number if state.hero else ""]) == ["A001", "A002", "A003"]


def test_silence_is_marked_after_fifteen_seconds_and_the_board_stays() -> None:
    rig = Rig(call("A001"))
    assert rig.after(ENGINE_SILENT_S - 0.1).chip == "open"
    state = rig.after(0.2)
    assert (state.chip, state.contact_ms) == ("stale", gallery_hall.NOW_MS)
    assert state.hero is not None
    rig.mind.heard(rig.now_s, gallery_hall.NOW_MS + 1)
    assert rig.look().chip == "open"


def test_before_the_first_board_the_hall_file_speaks() -> None:
    mind = BoardMind(gallery_hall.HALL)
    state = mind.look(5.0, NOON)
    assert (state.hall, state.hero, state.chip, state.services) == (gallery_hall.HALL, None, "connecting", ())


def test_pages_of_services_turn_every_eight_seconds_but_not_while_a_call_pulses() -> None:
    lines = tuple(make_line("tax", 1, None) for _ in range(8))
    rig = Rig(room=Room(services=5, services_paged=4))
    assert rig.shows(services=lines).pages == 2
    assert rig.look().page == 0
    rig.after(7.0)
    rig.shows(call("A001"), services=lines)
    assert rig.after(1.5).page == 0
    assert rig.after(2.0).page == 1
    assert rig.after(8.1).page == 0


def test_paused_counters_turn_with_the_pages() -> None:
    rig = Rig()
    paused = tuple(make_pause(str(n), instead=("7",)) for n in range(2))
    state = rig.shows(paused=paused)
    assert (state.paused, state.told) == (("0", "1"), paused[0])
    assert rig.after(8.1).told == paused[1]
    assert rig.after(8.1).told == paused[0]
    assert rig.shows(paused=()).told is None


def test_a_long_name_leaves_a_page_fewer_services() -> None:
    room = Room(services=5, services_paged=4, names=(NameRoom(5, 296, 2), NameRoom(4, 388, 2), NameRoom(3, 541, 2)))
    lines = tuple(make_line("tax", 1, None) for _ in range(5))
    assert len(Rig(room=room).shows(services=lines).services) == 5
    long = make_line(
        "x", 1, None, names=Names("养老、医疗保险和公积金转出", "Transfer Out of Insurance and Housing Fund")
    )
    longer = make_line("x", 1, None, names=Names("社会保险公积金养老医疗失业工伤转出登记", "Transfer"))
    assert len(Rig(room=room).shows(services=(*lines[1:], long)).services) == 3, "two even pages of at most four"
    assert len(Rig(room=room).shows(services=(*lines[1:4], long)).services) == 4
    assert len(Rig(room=room).shows(services=(*lines[1:4], longer)).services) == 2, "two even pages of at most three"


def test_calls_of_a_hall_that_closed_are_history_once_nobody_is_at_a_counter() -> None:
    rig = Rig(call("A001"))
    assert rig.shows(call("A001", status=TicketStatus.SERVING), open=gallery_hall.CLOSED).hero is not None
    state = rig.shows(call("A001", status=TicketStatus.SERVED), open=gallery_hall.CLOSED)
    assert (state.hero, state.rows) == (None, ())


def test_a_clock_that_cannot_be_trusted_is_not_shown() -> None:
    assert Rig(call("A001")).look(None).local is None


def test_of_many_services_those_with_a_line_are_shown() -> None:
    quiet = tuple(make_line("tax", 0, None) for _ in range(20))
    room = Room(services=5, services_paged=4)
    busy = (make_line("social", 3, (5, 9)), make_line("fund", 0, None, "full"))
    assert worth_showing((*quiet, *busy), room) == busy
    assert worth_showing(quiet, room) == quiet[:5]
    assert worth_showing(quiet[:12], room) == quiet[:12]


def test_a_service_without_numbers_left_has_no_tick_as_its_sign() -> None:
    for low in (False, True):
        ops = why_not(make_line("fund", 0, None, "full"), Rect(0, 0, 600, 90), low=low)
        assert [op.name for op in ops if isinstance(op, Icon)] == ["pause"], "as on the kiosks"


def test_no_service_is_shown_once_all_are_closed_for_the_day() -> None:
    shut = tuple(make_line("tax", 0, None, "closed") for _ in range(4))
    assert worth_showing(shut, Room()) == ()
    assert worth_showing((*shut, make_line("tax", 0, None, "closed", reopens="13:30")), Room()) != ()


def test_notices_are_shown_at_their_time_and_urgent_ones_apart() -> None:
    at_ms = gallery_hall.NOW_MS
    notices = (
        Notice(notice="now", zh="今天", en="Today"),
        Notice(notice="later", zh="以后", en="Later", from_ms=at_ms + 60_000),
        Notice(notice="over", zh="过去", en="Over", until_ms=at_ms),
        Notice(notice="still", zh="还在", en="Still", from_ms=at_ms, until_ms=at_ms + 60_000),
        Notice(notice="power", zh="停电", en="Power cut", urgent=True),
    )
    rig = Rig()
    state = rig.shows(notices=notices)
    assert [notice.zh for notice in state.notices] == ["今天", "还在"]
    assert state.urgent == Names("停电", "Power cut")
    state = rig.look(NOON + timedelta(minutes=1))
    assert [notice.zh for notice in state.notices] == ["今天", "以后"]
    assert [notice.zh for notice in rig.look(None).notices] == ["今天", "过去"], "without a clock none begins or ends"


def test_an_urgent_notice_that_its_band_would_cut_runs_in_the_line_below_too() -> None:
    short = Notice(notice="power", zh="停电", en="Power cut", urgent=True)
    long = Notice(notice="fire", zh="因线路检修今日下午停电，" * 6, en="Power cut this afternoon. " * 6, urgent=True)
    state = Rig().shows(notices=(Notice(notice="now", zh="今天", en="Today"), short, long))
    assert [notice.zh for notice in state.notices] == [long.zh, "今天"]


def test_whoever_may_not_hear_is_large_for_longer_and_stays_on_top_of_the_rows_until_they_came() -> None:
    rig = Rig(call("A001"))
    quiet = msgspec.structs.replace(call("A002"), linger=True)
    rig.shows(quiet, call("A001"))
    rig.shows(call("B007"), quiet, call("A001"))
    state = rig.after(HERO_LEAST_S + 0.01)
    assert state.hero is not None
    assert state.hero.number == "A002"
    state = rig.after(LINGER_HERO_S - HERO_LEAST_S)
    assert state.hero is not None
    assert (state.hero.number, numbers(state)) == ("B007", ["A002", "A001"])
    many = [call(f"C{n:03d}", status=TicketStatus.SERVING) for n in range(6)]
    assert numbers(rig.shows(*many, call("B007"), quiet))[0] == "A002"
    came = msgspec.structs.replace(quiet, status=TicketStatus.SERVING)
    assert numbers(rig.shows(*many, call("B007"), came))[-1] == "A002"


def test_the_page_with_the_counter_that_calls_is_shown_while_it_is_news() -> None:
    counters = tuple(make_counter(str(n)) for n in range(30))
    rig = Rig(call("A001", "1"), room=Room(counters=10))
    rig.shows(call("A001", "1"), counters=counters)
    state = rig.shows(call("A002", "25"), call("A001", "1"), counters=counters)
    assert (state.page, state.pages) == (2, 3)
    assert "c25" in [line.counter for line in state.counters]
    assert rig.after(RING_S + 1).page != 2


def test_an_emergency_is_there_until_a_board_comes_without_it() -> None:
    rig = Rig(call("A001"))
    assert rig.shows(call("A001"), emergency=gallery_hall.EMERGENCY).emergency == gallery_hall.EMERGENCY
    rig.mind.connected()
    assert rig.after(ENGINE_SILENT_S * 100).emergency == gallery_hall.EMERGENCY
    assert rig.shows(call("A001")).emergency is None


@given(st.lists(st.integers(), max_size=40), st.integers(1, 9))
def test_pages_show_everything_once_and_none_is_too_full(things: list[int], room: int) -> None:
    _, _, pages = page_of(tuple(things), room, 0)
    shown = [page_of(tuple(things), room, turn)[0] for turn in range(pages)]
    assert [thing for page in shown for thing in page] == things
    assert all(len(page) <= room for page in shown)
    assert not things or max(map(len, shown)) - min(map(len, shown)) <= max(1, pages - 1)


@given(st.lists(st.tuples(st.integers(1, 30), st.floats(0, 6), st.booleans()), max_size=40))
def test_whatever_happens_every_called_number_is_on_the_board(story: list[tuple[int, float, bool]]) -> None:
    rig = Rig()
    calls: list[Call] = []
    for step, (number, pause_s, lost) in enumerate(story):
        fresh = make_call(f"A{number:03d}", "3", SERVICE, 0, recall=step)
        calls = [fresh, *(c for c in calls if c.number != fresh.number)][:8]
        if lost:
            rig.mind.connected()
        state = rig.shows(*calls)
        shown = {row.number for row in state.rows} | ({state.hero.number} if state.hero else set())
        assert shown == {c.number for c in calls}
        rig.after(pause_s)
