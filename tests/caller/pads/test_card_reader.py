"""A reader of work cards at a counter: serial and USB simulators, the hand that polls them, the whole caller."""

import logging
import time

import pytest

from broker.model import commands as c
from broker.model.words import CounterStatus
from broker.model.work_cards import hash_card
from broker.runtime.code_lines import AWAY_S
from broker.runtime.evdev_events import pack
from broker.runtime.scanner import Scanner, ScannerSimulator
from broker.runtime.serial_port import SerialPort
from caller.devices import CallerSetupError
from caller.pads.card_reader import SerialCards, card_reader_of
from tests.caller.bench import CALLER, Bench
from tests.caller.views import hall_with, view

LI, WU, STRANGER = "0004512345", "04A1B2C3D4", "0009999999"
NAMES = {"zh": "呼叫节点", "en": "Caller"}
CLERKS = {
    "li": {"staff_number": "0107", "card": hash_card(LI, b"s" * 16)},
    "wu": {"staff_number": "015", "card": hash_card(WU, b"s" * 16)},
}


def hall(cards):
    pad = {"counter": "w1", "caller": CALLER, "address": "virtual://usb-keypad", "cards": cards}
    return hall_with(clerks=CLERKS, callers={CALLER: {"names": NAMES}}, consoles={"block": pad})


@pytest.fixture(params=["virtual://cards", "virtual://usb-cards"])
def bench(request, tmp_path):
    bench = Bench(hall(request.param), tmp_path)
    bench.start()
    bench.show(view(status=CounterStatus.PAUSED, clerk="wu"))
    bench.turn()
    yield bench
    bench.stop()


def lay(bench, number):
    bench.touch("block-cards", number)


def test_a_card_laid_at_the_simulated_reader_stands_in_at_a_paused_counter(bench):
    lay(bench, LI)
    bench.until(lambda: bench.commands)
    assert bench.commands == [c.LogIn(counter="w1", clerk="li")]


def test_an_unknown_card_is_said_in_plain_words_and_asks_nothing(bench):
    lay(bench, STRANGER)
    bench.until(lambda: bench.app.stations["w1"].console.refusal)
    assert bench.app.stations["w1"].console.refusal.code == "no_such_card"
    bench.until(lambda: bench.panel is not None and "此卡没有登记" in [part.state for part in bench.panel.parts])
    assert bench.commands == []


def test_the_virtual_page_sees_the_reader_at_its_counter(bench):
    bench.until(lambda: bench.panel is not None)
    part = next(part for part in bench.panel.parts if part.part == "block-cards")
    assert (part.kind, part.counter) == ("reader", "w1")


def test_health_tells_of_the_reader(bench):
    assert bench.app.health().parts["block-cards"] == "ok"


def test_no_card_number_is_logged_or_published(bench, caplog):
    caplog.set_level(logging.DEBUG)
    lay(bench, STRANGER)
    bench.until(lambda: bench.app.stations["w1"].console.refusal)
    lay(bench, LI)
    bench.until(lambda: bench.commands)
    said = caplog.text + repr(bench.network.published)
    assert not any(secret in said for secret in (STRANGER, LI, "scrypt"))


def test_a_key_that_no_card_number_has_is_logged_without_the_number(tmp_path, caplog):
    bench = Bench(hall("virtual://usb-cards"), tmp_path)
    bench.start()
    lay(bench, "卡0004512345")
    bench.stop()
    assert "no such virtual key" in caplog.text
    assert LI not in caplog.text


class Typed:
    """A USB reader under a clock of its own; what it types is written into its pipe."""

    def __init__(self, folder):
        self.reader = card_reader_of("block", "w1", "virtual://usb-cards", folder)
        self.keypad = self.reader._source._keypad
        self.now_s = 100.0
        self.keypad._monotonic = lambda: self.now_s
        self.reader.start()

    def keys(self, *codes):
        for code in codes:
            self.keypad.simulated.write(pack(code, True) + pack(code, False))

    def poll(self, after_s=0.1):
        self.now_s += after_s
        return self.reader.poll()


@pytest.fixture
def typed(tmp_path):
    typed = Typed(tmp_path)
    yield typed
    typed.reader.stop()


ONE, TWO, A, SHIFT, DOT, ENTER, KEYPAD_ENTER = 2, 3, 30, 42, 52, 28, 96


def test_a_usb_reader_types_digits_and_letters_and_enter(typed):
    typed.keys(ONE, TWO, TWO, SHIFT, A, ENTER)
    assert typed.poll() == ["122A"]


def test_a_card_that_lies_there_counts_once_until_it_was_away(typed):
    for place in range(4):
        typed.keys(ONE, TWO, ENTER)
        assert typed.poll(0.5) == (["12"] if place == 0 else [])
    typed.poll(AWAY_S)
    typed.keys(ONE, TWO, KEYPAD_ENTER)
    assert typed.poll() == ["12"]


def test_a_key_that_is_none_of_a_number_spoils_the_card(typed):
    typed.keys(ONE, DOT, TWO, ENTER)
    assert typed.poll() == ["1?2"]


def test_a_reader_pulled_out_is_told_in_health_and_found_again(typed):
    typed.keypad.simulated.unplug()
    assert typed.poll() == []
    assert typed.reader.fault() == "absent"
    typed.keypad.simulated.plug_in()
    typed.poll(5.0)
    typed.keys(ONE, TWO, ENTER)
    assert typed.poll() == ["12"]


def test_a_reader_that_talks_without_end_is_not_listened_to(typed):
    heard = []
    for place in range(20):
        typed.keys(ONE, *[TWO] * place, ENTER)
        heard += typed.poll()
    assert len(heard) < 10
    assert typed.reader.fault() == "noisy"


def test_a_serial_reader_sends_a_line_framed_as_its_maker_likes(tmp_path):
    simulator = ScannerSimulator()
    simulator.start()
    source = SerialCards(Scanner(SerialPort(simulator.serial_address)))
    try:
        source.start()
        heard = []
        simulator.send(b"\x020004512345\r\n\x03")
        for _ in range(2_500):
            heard += source.poll()
            if heard:
                break
            time.sleep(0.01)
        assert heard == [LI]
        simulator.unplug()
        source.poll()
        assert source.fault() == "offline"
        with pytest.raises(KeyError):
            source.lay(LI)
    finally:
        source.stop()
        simulator.stop()


@pytest.mark.parametrize("address", ["virtual://cards?x=1", "virtual://pad", "serial://x", "sdt:///dev/x", "nonsense"])
def test_an_address_that_is_no_reader_is_refused_by_name(address, tmp_path):
    with pytest.raises(CallerSetupError) as refused:
        card_reader_of("block", "w1", address, tmp_path)
    assert refused.value.setting == "block.cards"
    assert refused.value.zh


def test_a_real_usb_reader_cannot_be_tapped_on_the_virtual_page(tmp_path):
    reader = card_reader_of("block", "w1", "evdev:///dev/input/by-path/none-event-kbd", tmp_path)
    with pytest.raises(KeyError):
        reader.tap(LI)
