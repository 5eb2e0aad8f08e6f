"""Open streams hold threads: nobody can take all their places, neither one stranger nor one account."""

from collections.abc import Callable

import pytest
from flask import Flask

from broker.collector.errors import TooManyWatchers
from broker.collector.safety.limits import Seats, counted_as
from broker.collector.web import WebOptions, far_end
from tests.collector.conftest import Browser

STRANGER, NEIGHBOUR = "203.0.113.9", "198.51.100.4"


def sat(seats: Seats, who: str | None, tries: int = 100) -> int:
    """How many places one gets."""
    taken = 0
    for _ in range(tries):
        try:
            seats.sit(who)
        except TooManyWatchers:
            break
        taken += 1
    return taken


def test_one_takes_a_share_and_others_find_room() -> None:
    seats = Seats(16, 4)
    assert [sat(seats, who) for who in (STRANGER, NEIGHBOUR, STRANGER)] == [4, 4, 0]
    assert sat(seats, None) == 8
    assert sat(seats, "192.0.2.1") == 0, "all are taken"


def test_whoever_rises_may_sit_again_and_leaves_nothing_behind() -> None:
    seats = Seats(16, 4)
    for number in range(2_000):
        seats.sit(f"192.0.2.{number}")
        seats.rise(f"192.0.2.{number}")
    assert seats.taken == 0
    assert not seats._of
    assert sat(seats, STRANGER) == 4


def test_the_newest_place_of_one_person_takes_the_oldest_ones() -> None:
    seats, asked = Seats(16, 4), list[int]()
    leaves = [lambda number=number: asked.append(number) for number in range(7)]
    for leave in leaves:
        seats.sit("manager", leave)
    assert asked == [0, 1, 2]
    assert seats.taken == 7, "they hold a thread each until they have left"
    for leave in leaves:
        seats.rise("manager", leave)
    assert seats.taken == 0
    assert not (seats._of or seats._movable or seats._leaving)


def test_whoever_is_asked_to_leave_and_stays_still_fills_the_house() -> None:
    seats, asked = Seats(6, 2), list[int]()
    for number in range(4):
        seats.sit("manager", lambda number=number: asked.append(number))  # type: ignore[misc]
    with pytest.raises(TooManyWatchers):
        seats.sit("manager", lambda: asked.append(99))
    assert asked == [0, 1]
    assert seats.taken == 4
    assert sat(seats, NEIGHBOUR) == 2, "there is room for others"
    with pytest.raises(TooManyWatchers):
        seats.sit("clerk", lambda: asked.append(99))


def test_nobody_is_moved_for_another_person_nor_for_a_stranger() -> None:
    seats, asked = Seats(16, 2), list[str]()
    for who in ("manager", "clerk"):
        for _ in range(2):
            seats.sit(who, lambda who=who: asked.append(who))  # type: ignore[misc]
    assert sat(seats, STRANGER) == 2
    assert asked == []


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        (STRANGER, STRANGER),
        ("2001:db8:1:2:3::9", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.9", STRANGER),
        ("::1", "::1"),
        ("fe80::9%eth0", "fe80::9%eth0"),
        ("?", "?"),
    ],
)
def test_one_line_counts_as_one_however_many_addresses_it_has(address: str, counted: str) -> None:
    assert counted_as(address) == counted


def test_who_takes_another_ipv6_address_for_each_guess_is_stopped_all_the_same(app: Flask) -> None:
    stranger, answers = app.test_client(), []
    for turn in range(40):
        here = {"REMOTE_ADDR": f"2001:db8:5:6::{turn:x}"}
        answers.append(stranger.get("/api/tickets/no-such-ticket", environ_base=here).status_code)
    assert answers.count(429) >= 9
    elsewhere = {"REMOTE_ADDR": "2001:db8:5:7::1"}
    assert stranger.get("/api/tickets/no-such-ticket", environ_base=elsewhere).status_code == 404


@pytest.mark.parametrize(
    ("near", "told", "public_url", "far"),
    [
        (STRANGER, None, "", STRANGER),
        (STRANGER, NEIGHBOUR, "https://hall.example", STRANGER),  # only a proxy of this machine is believed
        ("127.0.0.1", None, "", None),
        ("127.0.0.1", None, "https://hall.example", None),
        ("127.0.0.1", STRANGER, "https://hall.example", STRANGER),
        ("::1", f"{NEIGHBOUR}, {STRANGER}", "https://hall.example", STRANGER),  # the proxy's own word comes last
        ("127.0.0.1", STRANGER, "", None),  # no proxy is expected here
        ("127.0.0.1", "somebody", "https://hall.example", None),
        ("127.0.0.1", "127.0.0.1", "https://hall.example", None),
        ("127.0.0.1", "2001:DB8::1", "https://hall.example", "2001:db8::/64"),
        ("2001:db8::77", None, "", "2001:db8::/64"),
    ],
)
def test_who_is_at_the_other_end(app: Flask, near: str, told: str | None, public_url: str, far: str | None) -> None:
    headers = {} if told is None else {"X-Forwarded-For": told}
    with app.test_request_context("/api/events", headers=headers, environ_base={"REMOTE_ADDR": near}):
        assert far_end(WebOptions(public_url=public_url)) == far


class TestStreams:
    @pytest.fixture
    def options(self) -> WebOptions:
        return WebOptions(listen="0.0.0.0", stream_s=2.0, quiet_s=0.05)

    def streams(self, browser: Browser, address: str, wanted: int) -> list[int]:
        """The statuses of so many streams of one address, all left open."""
        found = [
            browser.client.get("/api/events", buffered=False, environ_base={"REMOTE_ADDR": address})
            for _ in range(wanted)
        ]
        self.open = [*getattr(self, "open", []), *found]
        return [answer.status_code for answer in found]

    def test_a_stranger_cannot_take_all_places(self, app: Flask, browser: Browser) -> None:
        most = WebOptions.public_streams // 4
        assert self.streams(browser, STRANGER, most + 2) == [200] * most + [503] * 2
        assert self.streams(browser, NEIGHBOUR, 1) == [200]
        web = app.extensions["jiaohao"]
        assert web.public_seats.taken == most + 1
        for answer in self.open:
            answer.close()
        assert web.public_seats.taken == 0
        assert self.streams(browser, STRANGER, 1) == [200]

    def test_neither_can_one_account(self, logged_in: Callable[[str], Browser]) -> None:
        most = WebOptions.staff_streams // 3
        # As many again may be ending: here nobody reads them, so they never do.
        assert self.streams(logged_in("clerk"), STRANGER, 2 * most + 1) == [200] * 2 * most + [503]
        assert self.streams(logged_in("manager"), STRANGER, 1) == [200]
        for answer in self.open:
            answer.close()
