"""P6, the serial voice module: its frames byte for byte, and texts that fit them."""

from functools import reduce
from operator import xor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.runtime.frames.driver import FrameError, VoiceOrder
from broker.runtime.frames.p6 import (
    QUERY,
    STOP,
    TEXT_BYTES,
    Answer,
    AnswerDecoder,
    Order,
    OrderDecoder,
    Said,
    describe,
    encode,
    ordered,
    pieces,
    speak,
)


def test_the_frames_are_those_found_in_halls() -> None:
    said = speak("请A005号到3号窗口".encode("gbk"))
    assert said == bytes.fromhex("FD00140101C7EB41303035BAC5B5BD33BAC5B4B0BFDAEB")
    assert bytes.fromhex("FD000202FD") == STOP
    assert bytes.fromhex("FD000221DE") == QUERY


def test_music_stands_above_the_code_of_the_characters() -> None:
    assert speak(b"", music=3)[4] == 3 << 3 | 1


def test_a_text_that_is_too_long_for_a_frame_is_refused() -> None:
    with pytest.raises(FrameError, match="201 bytes"):
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
        assert reduce(xor, made) == 0, "a frame with its check byte cancels out"
        assert int.from_bytes(made[1:3], "big") == len(made) - 3


def test_noise_between_answers_is_passed_over() -> None:
    assert AnswerDecoder().feed(b"\x00\xffA\x10O") == [Said(Answer.TAKEN), Said(Answer.IDLE)]


def test_orders_with_a_wrong_check_byte_length_or_command_are_not_obeyed() -> None:
    spoilt = bytearray(speak("请".encode("gbk")))
    spoilt[-1] ^= 1
    decoder = OrderDecoder()
    found = decoder.feed(b"\xfd\xff\xff" + spoilt + b"\xfd\x00\x02\x44\xbb" + STOP)
    assert [ordered(order) for order in found] == [VoiceOrder("stop")]
    assert decoder.damaged == {0: 1}


def test_a_text_in_another_coding_is_no_order_to_us() -> None:
    (order,) = OrderDecoder().feed(encode(Order(1, b"\x03" + "请".encode("utf-16-be"))))
    assert ordered(order) is None
    assert "not GBK" in describe(order)
