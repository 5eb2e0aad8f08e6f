"""Callers tell each other of wrong PINs: whoever goes from one to the next with a clerk's number gains no tries."""

from __future__ import annotations

import msgspec
import pytest

from broker.contract.codec import decode, encode
from broker.contract.envelope import CLERKS_MOST, WrongPin, WrongPins
from broker.runtime.clock import ManualClock
from caller.console.elsewhere import Wrong
from caller.console.guesses import FORGOTTEN_S, LOCKED_S, WRONG_MOST, Guesses
from caller.guess_news import GuessNews
from tests.caller.bench import CALLER, Bench
from tests.caller.views import hall_with

START_MS = 1_772_600_000_000


class Hall:
    """Callers and what a broker keeps of them. ``carry`` brings what changed to everybody who is connected."""

    def __init__(self, *names: str, late_ms: int = 0) -> None:
        self.kept: dict[str, WrongPins] = {}
        self.clocks = {name: ManualClock(START_MS + late_ms * place) for place, name in enumerate(names)}
        self.guesses: dict[str, Guesses] = {}
        self.news: dict[str, GuessNews] = {}
        self.sent = 0
        for name in names:
            self.start(name)

    def start(self, name: str) -> None:
        """The program begins anew, with nothing in mind but what the broker kept."""
        self.guesses[name] = Guesses()
        self.news[name] = GuessNews(name, self.guesses[name], self.clocks[name])
        self.news[name].connected()
        for caller, news in self.kept.items():
            self.news[name].hear(caller, news, retained=True)

    def carry(self) -> None:
        for teller, news in list(self.news.items()):
            news.tell(lambda told, teller=teller: self._take(teller, told))

    def _take(self, teller: str, told: WrongPins) -> bool:
        self.sent += 1
        self.kept[teller] = decode(encode(told), WrongPins)
        for news in self.news.values():
            news.hear(teller, self.kept[teller], retained=False)
        return True

    def wrong(self, name: str, times: int = 1) -> None:
        for _ in range(times):
            self.guesses[name].wrong("w1", "li", self.clocks[name].machine_s())
        self.carry()

    def proved(self, name: str) -> None:
        self.guesses[name].proved("w1", "li", self.clocks[name].machine_s())
        self.carry()

    def locked_s(self, name: str, clerk: str = "li") -> float:
        return self.guesses[name].locked_s("w9", self.clocks[name].machine_s(), clerk)

    def advance(self, seconds: float) -> None:
        for clock in self.clocks.values():
            clock.advance(seconds)


@pytest.fixture
def hall() -> Hall:
    return Hall("a", "b", "c")


def test_wrong_pins_at_several_callers_are_counted_together(hall: Hall) -> None:
    for name in ("a", "b", "c", "a"):
        hall.wrong(name)
    assert [hall.locked_s(name) for name in "abc"] == [0, 0, 0]
    hall.wrong("b")
    assert [hall.locked_s(name) for name in "abc"] == [LOCKED_S] * 3
    hall.advance(LOCKED_S)
    hall.wrong("c")
    assert [hall.locked_s(name) for name in "abc"] == [2 * LOCKED_S] * 3
    assert hall.locked_s("a", clerk="wu") == 0, "nobody else waits"


def test_a_right_pin_at_one_caller_ends_it_at_all(hall: Hall) -> None:
    hall.wrong("a", 3)
    hall.wrong("b", 3)
    hall.advance(2 * LOCKED_S)
    hall.proved("c")
    hall.advance(1)
    hall.wrong("a", WRONG_MOST - 1)
    assert [hall.locked_s(name) for name in "abc"] == [0, 0, 0]
    hall.wrong("b")
    assert [hall.locked_s(name) for name in "abc"] == [LOCKED_S] * 3


def test_a_proof_that_a_caller_did_not_hear_of_voids_what_it_tells_of_the_time_before(hall: Hall) -> None:
    hall.wrong("a", 7)
    away = hall.news.pop("a")
    hall.advance(3_600)
    hall.proved("b")
    away.hear("b", msgspec.structs.replace(hall.kept["b"], proofs={}), retained=False)
    hall.start("c")
    assert hall.locked_s("c") == 0
    hall.wrong("c", WRONG_MOST - 1)
    assert hall.locked_s("b") == hall.locked_s("c") == 0


def test_a_caller_that_starts_anew_learns_what_was_counted(hall: Hall) -> None:
    hall.wrong("a", WRONG_MOST)
    hall.advance(20)
    hall.start("b")
    assert hall.locked_s("b") == pytest.approx(LOCKED_S - 20)


def test_a_broker_that_forgot_is_told_again(hall: Hall) -> None:
    hall.wrong("a", WRONG_MOST)
    hall.kept.clear()
    for news in hall.news.values():
        news.connected()
    hall.carry()
    hall.start("c")
    assert list(hall.kept) == ["a"] and hall.locked_s("c") == pytest.approx(LOCKED_S)


def test_a_caller_whose_own_count_is_gone_takes_back_what_the_broker_kept_of_it(hall: Hall) -> None:
    hall.wrong("a", WRONG_MOST)
    hall.start("a")
    hall.carry()
    assert hall.kept["a"].wrong == {} and hall.locked_s("b") == 0


def test_what_did_not_go_out_is_told_later(hall: Hall) -> None:
    hall.guesses["a"].wrong("w1", "li", hall.clocks["a"].machine_s())
    hall.news["a"].tell(lambda _: False)
    assert hall.kept == {}
    hall.carry()
    assert hall.kept["a"].wrong["li"].count == 1


def test_nobody_says_anything_while_nobody_types_a_wrong_pin(hall: Hall) -> None:
    hall.carry()
    hall.proved("a")
    hall.guesses["a"].wrong("w1", "", 1.0)  # a card that nobody has: no clerk to count it for
    hall.carry()
    assert hall.sent == 0
    hall.wrong("a")
    hall.carry()
    assert hall.sent == 1


def test_a_clock_that_is_an_hour_ahead_shifts_no_delay_of_what_is_heard_at_once() -> None:
    hall = Hall("a", "b", late_ms=3_600_000)
    hall.wrong("a", WRONG_MOST)
    hall.wrong("b")
    assert hall.locked_s("a") == hall.locked_s("b") == pytest.approx(2 * LOCKED_S)


def test_what_was_kept_by_a_clock_of_the_future_locks_nobody_for_longer_than_the_delay(hall: Hall) -> None:
    hall.kept["a"] = WrongPins(at_ms=START_MS, wrong={"li": WrongPin(count=WRONG_MOST, at_ms=START_MS + 10**10)})
    hall.start("b")
    assert hall.locked_s("b") == LOCKED_S


def test_no_start_with_a_clock_of_the_past_makes_a_kept_proof_newer_than_wrong_pins(hall: Hall) -> None:
    hall.wrong("a")
    hall.advance(3_600)
    hall.proved("b")
    hall.advance(600)
    for tries in range(1, WRONG_MOST + 1):  # each time with the power taken away, from a machine that keeps no time
        hall.clocks["a"] = ManualClock(START_MS)
        guesses = Guesses()
        now_s = hall.clocks["a"].machine_s()
        guesses.know(Wrong("w1", "li", one.count, now_s) for one in hall.guesses["a"].all())
        hall.guesses["a"], hall.news["a"] = guesses, GuessNews("a", guesses, hall.clocks["a"])
        hall.news["a"].connected()
        hall.clocks["a"].advance(1)
        hall.news["a"].hear("b", hall.kept["b"], retained=True)
        hall.wrong("a")
        assert [one.count for one in guesses.all()] == [tries]
    assert hall.locked_s("a") == hall.locked_s("b") == LOCKED_S


def test_a_day_without_wrong_ones_clears_what_a_caller_told_that_is_gone(hall: Hall) -> None:
    hall.wrong("a", WRONG_MOST - 1)
    del hall.news["a"]
    hall.advance(FORGOTTEN_S)
    hall.wrong("b")
    assert hall.locked_s("b") == 0


def test_a_manager_is_told_by_callers_that_counted_some_of_it(hall: Hall) -> None:
    hall.wrong("a", 3)
    hall.wrong("b", 2)
    told = {name: list(hall.guesses[name].guessed(hall.clocks[name].machine_s())) for name in "abc"}
    assert told == {"a": [("clerk", "li", 5)], "b": [("clerk", "li", 5)], "c": []}


def test_of_very_many_clerks_the_newest_are_told(hall: Hall) -> None:
    for number in range(CLERKS_MOST + 1):
        hall.advance(1)
        hall.guesses["a"].wrong("w1", f"clerk-{number}", hall.clocks["a"].machine_s())
    hall.carry()
    told = hall.kept["a"].wrong
    assert len(told) == CLERKS_MOST and "clerk-0" not in told and f"clerk-{CLERKS_MOST}" in told


def test_the_program_hears_the_callers_of_its_hall_and_tells_them(tmp_path) -> None:
    names = {"zh": "呼叫节点", "en": "Caller"}
    bench = Bench(hall_with(callers={CALLER: {"names": names}, "caller-2": {"names": names}}), tmp_path)
    try:
        guesses, app = bench.app._guesses, bench.app
        topics = [topic for topic, _ in app.subscriptions() if "guesses" in topic]
        assert topics == [app.topics.guesses(CALLER), app.topics.guesses("caller-2")]
        bench.connect()
        now_s = bench.clock.machine_s()
        guesses.wrong("w1", "li", now_s)
        bench.turn()
        bench.turn()
        told = [payload for topic, payload in bench.network.published if topic == app.topics.guesses(CALLER)]
        assert [decode(payload, WrongPins).wrong["li"].count for payload in told] == [1]
        at_ms = bench.clock.now_ms()
        other = WrongPins(at_ms=at_ms, wrong={"li": WrongPin(count=WRONG_MOST - 1, at_ms=at_ms)})
        bench.say(app.topics.guesses("caller-2"), encode(other))
        assert guesses.locked_s("w2", now_s, "li") > 0
        bench.say(app.topics.guesses("caller-2"), b"no such thing")
        assert guesses.locked_s("w2", now_s, "li") > 0
    finally:
        bench.stop()
