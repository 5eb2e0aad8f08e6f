"""Addresses, waits between attempts and the inbox: the parts of the link that need no network."""

import random
import threading

import pytest

from broker.runtime.errors import SettingError
from broker.runtime.link.inbox import Inbox, StateChange
from broker.runtime.link.parts import LIFE, Backoff, LinkOptions, LinkState, Message, parse_address


def message(number: int) -> Message:
    return Message("t", b"%d" % number, 1, False, False, 1, number)


@pytest.mark.parametrize(
    ("url", "text", "encrypted"),
    [
        ("mqtt://10.0.0.2", "mqtt://10.0.0.2:1883", False),
        ("mqtts://hall.example:8884/", "mqtts://hall.example:8884/", True),
        ("mqtt://[::1]:1999", "mqtt://[::1]:1999", False),
        ("wss://hall.example/mqtt", "wss://hall.example:443/mqtt", True),
    ],
)
def test_an_address_is_read_with_its_default_port(url: str, text: str, encrypted: bool) -> None:
    address = parse_address(url)
    assert (str(address), address.encrypted) == (text, encrypted)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "localhost:1883",
        "http://a",
        "mqtt://",
        "mqtt://a:b",
        "mqtt://a:70000",
        "mqtt://a/path",
        "mqtt://a?x=1",
        "mqtt://[::1",
    ],
)
def test_a_bad_address_is_refused(url: str) -> None:
    with pytest.raises(SettingError):
        parse_address(url)


def test_a_password_in_an_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(SettingError) as caught:
        parse_address("mqtt://user:hunter2@hall")
    assert "hunter2" not in str(caught.value)


def test_options_do_not_show_the_password() -> None:
    assert "hunter2" not in repr(LinkOptions(username="kiosk", password="hunter2"))


def test_waits_grow_to_the_longest_and_start_over_after_a_settled_connection() -> None:
    backoff = Backoff((1.0, 1.0), 15.0, uniform=lambda low, high: high)
    assert [backoff.next_s(0.0) for _ in range(6)] == [1, 2, 4, 8, 15, 15]
    assert backoff.next_s(3.0) == 15
    assert backoff.next_s(60.0) == 1


def test_a_hundred_devices_do_not_come_back_in_one_instant() -> None:
    chance = random.Random(1)
    waits = sorted(Backoff((1.0, 3.0), 15.0, uniform=chance.uniform).next_s(60.0) for _ in range(100))
    assert waits[0] >= 1.0 and waits[-1] <= 3.0
    busiest = max(sum(start <= wait < start + 0.25 for wait in waits) for start in waits)
    assert busiest < 30


def test_the_longest_waits_are_spread_too() -> None:
    chance = random.Random(1)
    waits = []
    for _ in range(100):
        backoff = Backoff((1.0, 3.0), 15.0, uniform=chance.uniform)
        waits.append([backoff.next_s(0.0) for _ in range(9)][-1])
    assert max(waits) <= 15.0 and max(waits) - min(waits) > 4.0


def test_every_state_has_a_row_and_the_end_is_final() -> None:
    assert set(LIFE) == set(LinkState)
    assert LIFE[LinkState.STOPPED] == ()


def test_a_full_inbox_drops_the_newest_message_and_remembers_it() -> None:
    inbox = Inbox(2)
    assert [inbox.put_message(message(n)) for n in range(3)] == [True, True, False]
    assert not inbox.take_overflow()  # not before the rest was read
    assert [inbox.take(0).payload for _ in range(2)] == [b"0", b"1"]
    assert inbox.take_overflow()
    assert not inbox.take_overflow()


def test_changes_of_state_find_room_in_a_full_inbox_and_keep_their_place() -> None:
    inbox = Inbox(1)
    inbox.put_message(message(1))
    inbox.put_state(StateChange(LinkState.WAITING, ""))
    inbox.put_message(message(2))
    assert inbox.take(0) == message(1)
    assert inbox.take(0) == StateChange(LinkState.WAITING, "")
    assert inbox.take(0) is None


def test_unread_changes_of_state_are_bounded_and_the_newest_stays() -> None:
    inbox = Inbox(1)
    for number in range(1_000):
        inbox.put_state(StateChange(LinkState.WAITING, str(number)))
    taken = []
    while (item := inbox.take(0)) is not None:
        taken.append(item)
    assert len(taken) <= 64
    assert taken[-1].reason == "999"


def test_a_waiting_loop_is_woken_by_a_message() -> None:
    inbox = Inbox(5)
    threading.Timer(0.02, inbox.put_message, args=(message(7),)).start()
    assert inbox.take(30.0) == message(7)


def on(topic: str, number: int) -> Message:
    return Message(topic, b"%d" % number, 1, False, False, 1, number)


def test_lanes_are_served_in_turn_and_keep_their_own_order() -> None:
    inbox = Inbox(1_000, lane_of=lambda topic: topic, lane_bound=100)
    for number in range(50):
        inbox.put_message(on("flood", number))
    for number in range(3):
        inbox.put_message(on("press", number))
    taken = [inbox.take(0) for _ in range(53)]
    presses = [place for place, item in enumerate(taken) if item.topic == "press"]
    assert presses == [1, 3, 5], "whoever sends one waits for one of the others"
    assert [item.mid for item in taken if item.topic == "flood"] == list(range(50))
    assert inbox.take(0) is None


def test_a_full_lane_leaves_room_for_others_and_wants_no_new_subscription() -> None:
    inbox = Inbox(1_000, lane_of=lambda topic: topic, lane_bound=100)
    assert sum(inbox.put_message(on("flood", number)) for number in range(5_000)) == 100
    assert inbox.put_message(on("press", 1))
    inbox.put_state(StateChange(LinkState.ONLINE, ""))
    taken = [inbox.take(0) for _ in range(102)]
    assert isinstance(taken[2], StateChange)
    assert inbox.take(0) is None
    assert not inbox.take_overflow()
    assert inbox.put_message(on("flood", 1)), "there is room again"


def test_all_lanes_together_are_bounded() -> None:
    inbox = Inbox(10, lane_of=lambda topic: topic, lane_bound=100)
    assert sum(inbox.put_message(on(f"t{number}", number)) for number in range(50)) == 10
