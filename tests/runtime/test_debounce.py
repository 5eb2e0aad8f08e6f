"""A contact chatters; a key press is one press."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from broker.runtime.debounce import Contact, ContactChange

PRESSED, RELEASED = ContactChange.PRESSED, ContactChange.RELEASED


def play(contact: Contact, edges: list[tuple[float, bool]], until_s: float) -> list[ContactChange]:
    changes = []
    for at_s, pressed in edges:
        changes += contact.edge(at_s, pressed)
    return changes + contact.tick(until_s)


def test_a_clean_press_is_reported_once_the_line_was_quiet_for_the_settle_time():
    contact = Contact(bounce_s=0.03, settle_s=0.008)
    contact.begin(0.0, False)
    assert contact.edge(1.0, True) == []
    assert contact.tick(1.007) == []
    assert contact.tick(1.0081) == [PRESSED]
    assert contact.tick(5.0) == []


def test_a_release_counts_only_after_the_whole_bounce_time():
    contact = Contact(bounce_s=0.03, settle_s=0.008)
    contact.begin(0.0, False)
    assert play(contact, [(1.0, True), (1.5, False)], 1.529) == [PRESSED]
    assert contact.tick(1.531) == [RELEASED]


def test_a_settle_time_longer_than_the_bounce_time_is_cut_to_it():
    contact = Contact(bounce_s=0.005)
    contact.begin(0.0, False)
    assert play(contact, [(1.0, True)], 1.0051) == [PRESSED]


def test_a_chattering_press_and_release_is_one_press_and_one_release():
    contact = Contact(bounce_s=0.03)
    contact.begin(0.0, False)
    chatter = [(1.000 + i * 0.003, i % 2 == 0) for i in range(9)]
    release = [(1.500 + i * 0.003, i % 2 == 1) for i in range(9)]
    assert play(contact, chatter + release, 2.0) == [PRESSED, RELEASED]


def test_a_spike_shorter_than_the_settle_time_is_nothing():
    contact = Contact(bounce_s=0.03, settle_s=0.008)
    contact.begin(0.0, False)
    assert play(contact, [(1.0, True), (1.007, False)], 3.0) == []


def test_a_resent_edge_does_not_prolong_the_wait_nor_press_twice():
    contact = Contact(bounce_s=0.03)
    contact.begin(0.0, False)
    assert play(contact, [(1.0, True), (1.01, True), (1.02, True), (1.04, True)], 1.05) == [PRESSED]


def test_edges_read_late_still_make_the_press_that_lay_between_two_polls():
    contact = Contact(bounce_s=0.03)
    contact.begin(0.0, False)
    assert play(contact, [(1.0, True), (1.2, False)], 4.0) == [PRESSED, RELEASED]


def test_a_key_down_at_the_start_is_stuck_and_not_pressed():
    contact = Contact(bounce_s=0.03)
    assert contact.begin(0.0, True) == [ContactChange.STUCK]
    assert contact.stuck
    assert contact.tick(100.0) == []
    assert play(contact, [(101.0, False)], 102.0) == [ContactChange.FREED]
    assert play(contact, [(103.0, True)], 104.0) == [PRESSED]


def test_a_long_press_is_held_once_and_then_stuck():
    contact = Contact(bounce_s=0.03, hold_s=0.8, stuck_s=10.0)
    contact.begin(0.0, False)
    assert play(contact, [(1.0, True)], 1.1) == [PRESSED]
    assert contact.tick(1.8) == [ContactChange.HELD]
    assert contact.tick(9.0) == []
    assert contact.tick(11.0) == [ContactChange.STUCK]
    assert play(contact, [(12.0, False)], 13.0) == [ContactChange.FREED]


@given(st.lists(st.tuples(st.floats(0, 100), st.booleans()), max_size=60))
def test_presses_and_releases_alternate_whatever_the_line_does(edges):
    contact = Contact(bounce_s=0.03)
    contact.begin(0.0, False)
    ends = (RELEASED, ContactChange.FREED)
    seen = [c for c in play(contact, edges, 1_000.0) if c is PRESSED or c in ends]
    assert all(change is PRESSED for change in seen[::2])
    assert all(change in ends for change in seen[1::2])


@given(st.lists(st.floats(0, 0.029), min_size=1, max_size=40))
def test_chatter_faster_than_the_bounce_time_is_one_press_at_most(gaps):
    assert chattered(gaps).count(PRESSED) <= 1


@given(st.lists(st.floats(0, 0.0079), min_size=1, max_size=40))
def test_no_chatter_faster_than_the_settle_time_presses_by_itself(gaps):
    assert PRESSED not in chattered(gaps)


def chattered(gaps: list[float]) -> list[ContactChange]:
    contact = Contact(bounce_s=0.03, settle_s=0.008)
    contact.begin(0.0, False)
    at_s, changes = 1.0, []
    for index, gap_s in enumerate(gaps):
        changes += contact.edge(at_s, index % 2 == 0)
        at_s += gap_s
    changes += contact.edge(at_s, False)
    return changes + contact.tick(at_s + 1)
