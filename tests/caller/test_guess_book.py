"""Wrong PINs outlive a restart, and managers are told of them."""

import sqlite3
from pathlib import Path

import pytest

from broker.collector.floor.attention_words import fault_words, part_words
from broker.runtime.clock import ManualClock
from broker.runtime.database import open_database
from caller.console.guesses import FORGOTTEN_S, LOCKED_S, LONGEST_S, WRONG_MOST, Guesses, guessed_parts
from caller.guess_book import GuessBook
from tests.caller.views import hall_with


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(1_772_600_000_000)


def book(folder: Path, clock: ManualClock) -> GuessBook:
    made = GuessBook(open_database(folder / "guesses.sqlite"), clock)
    made.start()
    return made


def guess(guesses: Guesses, clock: ManualClock, times: int) -> None:
    for _ in range(times):
        guesses.wrong("w1", "li", clock.machine_s())


def test_a_restart_buys_no_fresh_guesses(tmp_path: Path, clock: ManualClock) -> None:
    guess(book(tmp_path, clock).guesses, clock, WRONG_MOST + 2)
    clock.advance(100)
    again = book(tmp_path, clock).guesses
    assert again.locked_s("w1", clock.machine_s()) == pytest.approx(4 * LOCKED_S - 100)
    assert again.locked_s("w2", clock.machine_s(), "li") == pytest.approx(4 * LOCKED_S - 100)
    assert again.locked_s("w2", clock.machine_s()) == 0


def test_a_right_pin_is_remembered_as_well(tmp_path: Path, clock: ManualClock) -> None:
    first = book(tmp_path, clock).guesses
    guess(first, clock, WRONG_MOST)
    first.proved("w2", "li", clock.machine_s())
    assert book(tmp_path, clock).guesses.all() == ()


def test_a_clock_that_was_set_back_locks_nobody_for_longer_than_the_delay(tmp_path: Path, clock: ManualClock) -> None:
    guess(book(tmp_path, clock).guesses, clock, WRONG_MOST)
    earlier = ManualClock(clock.now_ms() - 900_000_000)
    assert book(tmp_path, earlier).guesses.locked_s("w1", earlier.machine_s()) == LOCKED_S


def test_a_disk_that_keeps_nothing_costs_no_log_in(tmp_path: Path, clock: ManualClock) -> None:
    database = open_database(tmp_path / "guesses.sqlite")
    made = GuessBook(database, clock)
    made.start()
    database.close()
    guess(made.guesses, clock, WRONG_MOST)
    assert made.guesses.locked_s("w1", clock.machine_s()) == LOCKED_S
    with pytest.raises(sqlite3.ProgrammingError):
        database.execute("SELECT 1")


def test_delays_end_at_an_hour_and_all_is_forgotten_after_a_day_without_wrong_ones(clock: ManualClock) -> None:
    guesses = Guesses()
    guess(guesses, clock, 500)
    now_s = clock.machine_s()
    assert guesses.locked_s("w1", now_s) == LONGEST_S
    assert list(guesses.guessed(now_s + FORGOTTEN_S)) == []
    assert guesses.all() == ()


def test_a_manager_is_told_at_which_counter_and_of_whose_pin(clock: ManualClock) -> None:
    hall = hall_with(clerks={"li": {"staff_number": "0107"}})
    guesses = Guesses()
    guess(guesses, clock, WRONG_MOST - 1)
    assert guessed_parts(hall, guesses.guessed(clock.machine_s())) == {}
    guess(guesses, clock, 1)
    parts = guessed_parts(hall, guesses.guessed(clock.machine_s()))
    counter = hall.counters["w1"].name
    assert parts == {f"log-in-{counter}": "guessed:5", "pin-of-0107": "guessed:5"}
    said = [f"{part_words(part).zh}{words.zh}" for part, state in parts.items() if (words := fault_words(state))]
    assert said[0].startswith(f"{counter} 号窗口登录：密码或卡接连不对") and said[1].startswith("工号 0107 的密码：")
