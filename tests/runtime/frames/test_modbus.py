"""Modbus frames: made, found in a stream, and refused. The foreign judge is in test_modbus_foreign."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.runtime.frames import modbus as b
from broker.runtime.frames.modbus import AnswerDecoder, Decoder, Frame, Function, RequestDecoder, Trouble

units = st.integers(1, 247)
addresses = st.integers(0, 0xFF00)
words = st.lists(st.integers(0, 0xFFFF), min_size=1, max_size=123)
requests = st.one_of(
    st.builds(
        b.read_request,
        units,
        st.sampled_from([Function(code) for code in (1, 2, 3, 4)]),
        addresses,
        st.integers(1, 125),
    ),
    st.builds(b.write_coils, units, addresses, st.lists(st.booleans(), min_size=1, max_size=200)),
    st.builds(b.write_registers, units, addresses, words),
    st.builds(b.write_coil, units, addresses, st.booleans()),
    st.builds(b.write_register, units, addresses, st.integers(0, 0xFFFF)),
)


def read_answer(unit: int, function: int, data: bytes) -> Frame:
    return Frame(unit, function, bytes((len(data),)) + data)


answers = st.one_of(
    st.builds(read_answer, units, st.sampled_from([1, 2, 3, 4]), st.binary(min_size=1, max_size=250)),
    st.builds(Frame, units, st.sampled_from([5, 6, 15, 16]), st.binary(min_size=4, max_size=4)),
    st.builds(
        Frame,
        units,
        st.sampled_from([code | 0x80 for code in (1, 2, 3, 4, 5, 6, 15, 16)]),
        st.binary(min_size=1, max_size=1),
    ),
)


@pytest.mark.parametrize("decoder", [AnswerDecoder, RequestDecoder, Decoder])
@given(st.data())
def test_frames_come_through_in_any_chunks(decoder, data):
    frames = {AnswerDecoder: answers, RequestDecoder: requests, Decoder: st.one_of(answers, requests)}[decoder]
    sent = data.draw(st.lists(frames, max_size=5))
    stream = b"".join(b.encode(frame) for frame in sent)
    found, received, at = decoder(), [], 0
    while at < len(stream):
        size = data.draw(st.integers(1, len(stream) - at))
        received += found.feed(stream[at : at + size])
        at += size
    assert received == sent
    assert (found.noise_bytes, found.waiting) == (0, False)


@given(requests)
def test_the_length_of_an_answer_is_known_when_it_is_asked_for(request):
    (answer,) = [frame for frame in [_answered(request)] if b.answers(frame, request)]
    assert len(b.encode(answer)) == b.answer_bytes(request)


def _answered(request: Frame) -> Frame:
    """The answer of a device that has everything and holds zeros."""
    if request.function in (5, 6, 15, 16):
        return Frame(request.unit, request.function, request.data[:4])
    count = int.from_bytes(request.data[2:4], "big")
    return read_answer(request.unit, request.function, bytes((count + 7) // 8 if request.function < 3 else 2 * count))


@given(answers, st.binary(max_size=40))
def test_an_answer_behind_noise_is_found_once_the_line_was_quiet(answer, noise):
    decoder = AnswerDecoder()
    decoder.feed(noise)
    decoder.flush()
    assert decoder.feed(b.encode(answer)) == [answer]


@given(answers, st.binary(min_size=1, max_size=12))
def test_noise_glued_to_an_answer_does_not_hide_it_for_longer_than_the_next_silence(answer, noise):
    decoder = AnswerDecoder()
    found = decoder.feed(noise + b.encode(answer)) + decoder.flush()
    assert answer in found
    assert not decoder.waiting


@given(st.binary(max_size=600))
def test_any_bytes_are_read_without_an_error_and_what_comes_out_is_whole(stream):
    for decoder in (AnswerDecoder(), RequestDecoder(), Decoder()):
        for frame in decoder.feed(stream) + decoder.flush():
            assert b.encode(frame) in stream
            assert b.describe(frame)
        assert not decoder.waiting


@given(answers, st.data())
def test_two_wrong_bits_are_always_noticed(answer, data):
    sample = bytearray(b.encode(answer))
    bits = data.draw(st.sets(st.integers(16, len(sample) * 8 - 1), min_size=1, max_size=2))
    for bit in bits:
        sample[bit // 8] ^= 1 << bit % 8
    if b.answer_size(bytes(sample[:7])) == len(sample):  # a wrong length is another matter: see the noise above
        assert answer not in AnswerDecoder().feed(bytes(sample))


@pytest.mark.parametrize("count", [1, 7, 8, 9, 16, 49])
def test_bits_come_back_from_their_bytes(count):
    bits = tuple(place % 3 == 0 for place in range(count))
    assert b.unpack_bits(b.pack_bits(bits), count) == bits


def test_answers_are_read_and_an_exception_is_an_error_of_its_own():
    request = b.read_request(7, Function.READ_INPUT_REGISTERS, 0, 2)
    assert b.registers_in(Frame(7, 4, b"\x04\x4a\x48\x01\x00"), request) == (0x4A48, 0x0100)
    coils = b.read_request(7, Function.READ_COILS, 0, 3)
    assert b.bits_in(Frame(7, 1, b"\x01\x05"), coils) == (True, False, True)
    with pytest.raises(b.Refused, match=r"unit 7 refuses: exception 2 \(address\)") as caught:
        b.registers_in(Frame(7, 0x84, b"\x02"), request)
    assert (caught.value.unit, caught.value.code) == (7, 2)
    with pytest.raises(b.BadAnswer):
        b.registers_in(Frame(8, 4, b"\x04\x4a\x48\x01\x00"), request)


@pytest.mark.parametrize(
    ("answer", "fits"),
    [
        (Frame(7, 16, bytes.fromhex("00010002")), True),
        (Frame(7, 16, bytes.fromhex("00010003")), False),
        (Frame(7, 15, bytes.fromhex("00010002")), False),
        (Frame(7, 0x90, b"\x02"), True),
        (Frame(7, 0x90, b"\x02\x02"), False),
    ],
)
def test_a_write_is_answered_by_its_own_place_and_count(answer, fits):
    assert b.answers(answer, b.write_registers(7, 1, [5, 6])) is fits


@pytest.mark.parametrize(
    ("wrong", "trouble"),
    [
        (lambda: b.read_request(1, Function.READ_COILS, 0, 2001), Trouble.VALUE),
        (lambda: b.read_request(1, Function.READ_INPUT_REGISTERS, 0, 126), Trouble.VALUE),
        (lambda: b.read_request(1, Function.READ_INPUT_REGISTERS, 0xFFFF, 2), Trouble.ADDRESS),
        (lambda: b.write_registers(1, 0, []), Trouble.VALUE),
        (lambda: b.write_registers(1, 0, [0x10000]), Trouble.VALUE),
        (lambda: b.write_coil(1, -1, True), Trouble.ADDRESS),
    ],
)
def test_what_the_standard_does_not_allow_is_never_sent(wrong, trouble):
    with pytest.raises(b.BadRequest) as caught:
        wrong()
    assert caught.value.trouble is trouble


def test_a_frame_longer_than_the_standard_is_never_sent():
    with pytest.raises(b.ModbusError, match="256 bytes"):
        b.encode(Frame(1, 3, bytes(253)))
    with pytest.raises(b.ModbusError, match="one byte"):
        b.encode(Frame(256, 3))
