"""The serial voice module: the display's driver against a simulated module on a pseudo-terminal."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from broker.model.address import BadAddress
from broker.runtime.frames.voice_simulator import SimulatedModule
from broker.runtime.serial_port import SerialAddress
from display.voice_module import ModuleFailed, VoiceModule, voice_module
from tests.waiting import until

CALL = "请A零零五号，到三号窗口"


@pytest.fixture
def module(tmp_path: Path) -> Iterator[Callable[..., tuple[VoiceModule, SimulatedModule]]]:
    made: list[VoiceModule] = []

    def build() -> tuple[VoiceModule, SimulatedModule]:
        simulated = SimulatedModule(tmp_path / f"voice-{len(made)}", pace=0.02)
        driver = VoiceModule(None, simulated)
        made.append(driver)
        driver.start()
        return driver, simulated

    yield build
    for driver in made:
        driver.stop()


Module = Callable[..., tuple[VoiceModule, SimulatedModule]]


def test_a_call_is_said_with_the_volume_of_the_hour(module: Module) -> None:
    driver, simulated = module()
    driver.say(CALL)
    driver.say(CALL, gain_db=-12.0)
    driver.say(CALL, gain_db=-60.0)
    assert list(simulated.said) == [f"[v10][t4]{CALL}", f"[v6][t4]{CALL}", f"[v1][t4]{CALL}"]
    assert (driver.fault, driver.answers) == (None, True)


def test_a_refused_text_is_told_again_and_a_second_refusal_is_a_fault(module: Module) -> None:
    driver, simulated = module()
    simulated.refusals = 1
    driver.say(CALL)
    assert len(simulated.said) == 1
    simulated.refusals = 2
    with pytest.raises(ModuleFailed, match="refused the text twice"):
        driver.say(CALL)
    assert driver.fault == "it refused the text twice"
    driver.say(CALL)
    assert driver.fault is None


def test_a_question_that_the_line_forgets_holds_up_no_call(module: Module, monkeypatch: pytest.MonkeyPatch) -> None:
    driver, _ = module()
    monkeypatch.setattr("display.voice_module.LOST_S", 0.05)
    monkeypatch.setattr("display.voice_module.SECONDS_A_BYTE", 0.001)
    monkeypatch.setattr(driver._line, "ask", lambda asked: True)
    driver.say(CALL)
    assert not driver.answers, "as good as a mute module: its words are waited for by their length"


def test_a_look_at_the_line_while_a_question_waits_loses_no_answer(module: Module) -> None:
    driver, simulated = module()

    def looks_meanwhile(seconds: float) -> None:
        time.sleep(0.05)  # the answer comes; then the sound's own look each second falls just here
        driver.check()

    driver.say(CALL, tick=looks_meanwhile)
    assert driver.answers
    assert len(simulated.said) == 1


def test_answers_in_noise_are_understood(module: Module) -> None:
    driver, simulated = module()
    simulated.faults.noise_before = b"\x00\xfd\x80"
    driver.say(CALL)
    assert driver.answers


def test_a_module_wired_one_way_speaks_without_any_answer(module: Module, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("display.voice_module.LEAST_S", 0.05)
    monkeypatch.setattr("display.voice_module.SECONDS_A_BYTE", 0.0)
    driver, simulated = module()
    simulated.mute = True
    driver.say(CALL)
    assert list(simulated.said) == [f"[v10][t4]{CALL}"]
    assert (driver.answers, driver.fault) == (False, None)


def test_what_interrupts_the_waiting_silences_the_module(module: Module) -> None:
    class Enough(Exception):
        pass

    def tick(seconds: float) -> None:
        if seconds:
            raise Enough

    driver, simulated = module()
    with pytest.raises(Enough):
        driver.say(CALL, tick=tick)
    until(lambda: simulated.stopped)


def test_a_module_that_is_not_there_is_a_fault_and_never_waited_for() -> None:
    driver = VoiceModule(SerialAddress("/dev/there-is-no-voice-module"))
    driver.start()
    assert "no such device" in driver.fault
    with pytest.raises(ModuleFailed, match="no such device"):
        driver.say(CALL)
    driver.stop()


def test_a_line_that_is_pulled_is_a_fault_of_the_module_until_it_is_back(module: Module) -> None:
    driver, simulated = module()
    driver.say(CALL)
    simulated.unplug()
    with pytest.raises(ModuleFailed):
        driver.say(CALL)
    assert driver.fault is not None
    simulated.plug_in()
    until(lambda: driver.check() or driver.fault is None)
    driver.say(CALL)
    assert len(simulated.said) == 2


def test_an_adapter_that_hears_itself_is_not_taken_for_the_module(module: Module, monkeypatch) -> None:
    """The text of a call holds the bytes A, E and O, which a module would answer with."""
    monkeypatch.setattr("display.voice_module.LEAST_S", 0.05)
    monkeypatch.setattr("display.voice_module.SECONDS_A_BYTE", 0.0)
    driver, simulated = module()
    simulated.faults.echo = simulated.mute = True
    for number in ("AEO", "A005", "E071"):
        driver.say(number)
    assert [text.partition("[t4]")[2] for text in simulated.said] == ["AEO", "A005", "E071"]
    assert not driver.answers


@pytest.mark.parametrize(
    ("address", "said"),
    [("p9:///dev/hall/voice", "makes: p6"), ("virtual://voice-module?make=p2", "no make of voice modules 'p2'")],
)
def test_a_make_that_is_not_there_is_named_with_those_that_are(address: str, said: str) -> None:
    with pytest.raises(BadAddress, match=said):
        voice_module(address)


def test_the_make_of_a_module_is_the_scheme_of_its_address() -> None:
    assert voice_module("none") is None
    for address in ("serial:///dev/hall/voice", "p6:///dev/hall/voice?baud=115200"):
        module = voice_module(address)
        assert module is not None
        assert module._address.path == "/dev/hall/voice"
