"""The serial voice module: its frames byte for byte, and the driver against a simulated module on a pseudo-terminal."""

import time
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.runtime.serial_port import SerialAddress
from display.voice_module import ModuleFailed, VoiceModule
from display.voice_module_frames import QUERY, STOP, TEXT_BYTES, Answer, Reader, check, frame, pieces, speak
from display.voice_module_simulator import SimulatedModule

CALL = "请A零零五号，到三号窗口"


def test_the_frames_are_those_found_in_halls() -> None:
    said = speak("请A005号到3号窗口".encode("gbk"))
    assert said == bytes.fromhex("FD00140101C7EB41303035BAC5B5BD33BAC5B4B0BFDAEB")
    assert bytes.fromhex("FD000202FD") == STOP
    assert bytes.fromhex("FD000221DE") == QUERY


def test_music_stands_above_the_code_of_the_characters() -> None:
    assert speak(b"", music=3)[4] == 3 << 3 | 1


def test_a_text_that_is_too_long_for_a_frame_is_refused() -> None:
    with pytest.raises(ValueError, match="201 bytes"):
        speak(b"a" * 201)


def test_a_long_text_is_cut_behind_a_pause_and_nothing_is_lost() -> None:
    text = "请大家有序离开，不要使用电梯。" * 20
    cut = [piece.decode("gbk").partition("[t4]") for piece in pieces(text)]
    assert "".join(words for _, _, words in cut) == text
    assert all(orders + sign == "[v10][t4]" for orders, sign, _ in cut)
    assert all(words[-1] in "，。" for _, _, words in cut)


def test_words_that_would_be_orders_to_the_module_and_signs_it_cannot_know_are_left_out() -> None:
    assert list(pieces("[v16]请😀到\x07三号", volume=2)) == ["[v2][t4]v16请到三号".encode("gbk")]
    assert list(pieces("😀")) == []


@given(st.text(max_size=400), st.integers(-5, 30))
def test_whatever_the_text_each_piece_fits_and_its_frame_checks(text: str, volume: int) -> None:
    for piece in pieces(text, volume):
        made = speak(piece)
        assert len(piece) <= TEXT_BYTES
        assert check(made) == 0, "a frame with its check byte cancels out"
        assert int.from_bytes(made[1:3], "big") == len(made) - 3


def test_noise_between_answers_is_passed_over() -> None:
    assert Reader().feed(b"\x00\xffA\x10O") == [Answer.TAKEN, Answer.IDLE]
    assert frame(0x21) == QUERY


@pytest.fixture
def module() -> Iterator[Callable[..., tuple[VoiceModule, SimulatedModule]]]:
    made: list[VoiceModule] = []

    def build() -> tuple[VoiceModule, SimulatedModule]:
        simulated = SimulatedModule(pace=0.02)
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


def test_answers_in_noise_are_understood(module: Module) -> None:
    driver, simulated = module()
    simulated.noise = b"\x00\xfd\x80"
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
    deadline_s = time.monotonic() + 5
    while not simulated.stopped:
        assert time.monotonic() < deadline_s
        time.sleep(0.005)


def test_a_module_that_is_not_there_is_a_fault_and_never_waited_for() -> None:
    driver = VoiceModule(SerialAddress("/dev/there-is-no-voice-module"))
    driver.start()
    assert "no such device" in driver.fault
    with pytest.raises(ModuleFailed, match="no such device"):
        driver.say(CALL)
    driver.stop()


def test_a_line_that_is_pulled_is_a_fault_of_the_module(module: Module) -> None:
    driver, simulated = module()
    driver.say(CALL)
    simulated.stop()
    with pytest.raises(ModuleFailed):
        driver.say(CALL)
    assert driver.fault is not None


def test_frames_with_a_wrong_check_byte_or_length_are_not_obeyed() -> None:
    simulated = SimulatedModule()
    simulated._far = -1
    simulated.mute = True
    spoilt = bytearray(speak("请".encode("gbk")))
    spoilt[-1] ^= 1
    simulated._pending += b"\xfd\xff\xff" + spoilt + STOP
    while (found := simulated._next_frame()) is not None:
        simulated._obey(found)
    assert (list(simulated.said), simulated.stopped) == ([], 1)
