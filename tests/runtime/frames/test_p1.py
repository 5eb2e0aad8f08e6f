"""P1 frames: the sample frames, and a decoder that noise cannot lead astray."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.runtime.frames import p1
from broker.runtime.frames.p1 import Decoder, Frame, Key, KeyPress, RatingPress

VECTORS = json.loads((Path(__file__).parent / "vectors" / "p1.json").read_text("utf-8"))["vectors"]
frames = st.builds(
    Frame,
    st.integers(0, 255),
    st.integers(0, 255),
    st.binary(max_size=p1.LONGEST_DATA),
)


def decode(stream: bytes) -> list[Frame]:
    decoder = Decoder()
    return decoder.feed(stream) + decoder.flush()


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_a_sample_frame_is_read_and_written_to_the_byte(vector):
    sample = bytes.fromhex(vector["bytes"])
    frame = Frame(vector["unit"], vector["function"], bytes.fromhex(vector["data"]))
    assert p1.encode(frame) == sample
    assert decode(sample) == [frame]


@pytest.mark.parametrize(
    ("frame", "name"),
    [
        (p1.key_frame(3, "", Key.CALL), "terminal 3 sends the call key"),
        (p1.show(3, None, "A005"), "terminal 3 shows ticket 005"),
        (p1.show(3, 12, None), "terminal 3 shows 12 waiting"),
        (p1.beep(3), "terminal 3 beeps"),
        (p1.stars(3, 5), "evaluator 3 lights five stars"),
        (p1.start_rating(3), "evaluator 3 starts a rating"),
        (p1.result_frame(3, 0), "evaluator 3 reports key 0"),
        (p1.acknowledge(p1.result_frame(3, 0)), "host acknowledges key 0 of evaluator 3"),
    ],
)
def test_each_message_builds_its_sample_frame(frame, name):
    sample = next(vector["bytes"] for vector in VECTORS if vector["name"] == name)
    assert p1.encode(frame).hex(" ").upper() == sample


def test_keys_carry_the_digits_typed_before_them():
    assert p1.read(Frame(3, 1, b"\x0c")) == KeyPress(3, "", Key.CALL)
    assert p1.read(Frame(3, 1, b"\x06\x0f")) == KeyPress(3, "6", Key.CONFIRM)
    assert p1.read(Frame(3, 1, b"\x04\x02\x0c")) == KeyPress(3, "42", Key.CALL)
    assert p1.read(Frame(3, 1, b"\x01\x04\x02\x0c"), most_digits=3) == KeyPress(3, "142", Key.CALL)
    assert p1.read(Frame(3, 1, b"\x99")) == KeyPress(3, "", None)


@pytest.mark.parametrize(
    "frame",
    [
        Frame(3, 1, b""),  # no key
        Frame(3, 1, b"\x01\x04\x02\x0c"),  # more digits than the terminal can send
        Frame(3, 1, b"\x0b\x0c"),  # a key where a digit belongs
        Frame(3, 2, b"\x05"),  # only the host says so
        Frame(3, 3, b""),
        Frame(3, 0x11, b""),
        Frame(3, 0x11, b"\x00\x01"),
    ],
)
def test_a_frame_that_no_device_sends_means_nothing(frame):
    assert p1.read(frame) is None


def test_an_evaluator_key_is_kept_as_it_came():
    assert p1.read(Frame(7, 0x11, b"\x04")) == RatingPress(7, "4")


def test_a_key_frame_is_acknowledged_by_itself_whatever_its_function():
    for function in (0x01, 0x10, 0x44):
        frame = Frame(3, function, b"\x0c")
        assert p1.acknowledge(frame) == frame


@pytest.mark.parametrize(
    ("waiting", "number", "text"),
    [
        (12, "A005", "012005"),
        (0, None, "000   "),
        (None, "B142", "   142"),
        (None, None, "      "),
        (1234, "C42", "999 42"),
        (-1, "D1042", "000042"),
    ],
)
def test_the_six_digits_show_waiting_left_and_ticket_right(waiting, number, text):
    assert p1.shown_text(p1.show(3, waiting, number).data) == text


@pytest.mark.parametrize("frame", [Frame(256, 1), Frame(-1, 1), Frame(3, 300), Frame(3, 1, bytes(7))])
def test_what_p1_cannot_carry_is_refused(frame):
    with pytest.raises(p1.P1Error):
        p1.encode(frame)


def test_a_damaged_frame_does_not_hide_the_next_one():
    good = p1.encode(p1.key_frame(3, "", Key.CALL))
    long = p1.encode(p1.show(3, 12, "A005"))
    for cut in range(1, len(long)):
        assert decode(long[:cut] + good) == [p1.key_frame(3, "", Key.CALL)]


def test_noise_is_counted_and_nothing_of_it_is_kept():
    decoder = Decoder()
    assert decoder.feed(b"\x00\x55" * 5_000) == []
    assert decoder.noise_bytes == 10_000
    assert decoder.feed(b"\xff\x68\x03\x03") == []
    assert decoder.flush() == []
    assert decoder.noise_bytes == 10_004
    assert decoder.feed(p1.encode(p1.beep(3))) == [p1.beep(3)]


@given(st.lists(frames, max_size=6), st.data())
def test_frames_come_through_in_any_chunks(sent, data):
    stream = b"".join(p1.encode(frame) for frame in sent)
    decoder, received, at = Decoder(), [], 0
    while at < len(stream):
        size = data.draw(st.integers(1, len(stream) - at))
        received += decoder.feed(stream[at : at + size])
        at += size
    assert received == sent
    assert decoder.noise_bytes == 0


@given(frames, st.binary(max_size=40).filter(lambda noise: 0xFF not in noise), st.data())
def test_noise_around_a_frame_changes_nothing_about_it(frame, noise, data):
    cut = data.draw(st.integers(0, len(noise)))
    assert decode(noise[:cut] + p1.encode(frame) + noise[cut:]) == [frame]


@given(st.binary(max_size=300))
def test_any_bytes_are_read_without_an_error_and_only_valid_frames_come_out(stream):
    for frame in decode(stream):
        assert p1.encode(frame) in stream
        p1.read(frame)  # may mean nothing, never raises


@given(frames, st.data())
def test_a_flipped_bit_loses_the_frame_and_never_makes_another(frame, data):
    """One flipped bit changes a mark, a length or the sum's balance: none of them can pass as another frame."""
    good = p1.encode(frame)
    bit = data.draw(st.integers(0, len(good) * 8 - 1))
    damaged = bytearray(good)
    damaged[bit // 8] ^= 1 << (bit % 8)
    assert decode(bytes(damaged)) == []


@given(st.integers(0, 255), st.sampled_from(list(p1.BYTE_OF)), st.text("0123456789", max_size=2), st.data())
def test_two_flipped_bits_make_another_press_only_where_the_sum_cannot_tell(unit, key, digits, data):
    frame = p1.key_frame(unit, digits, key)
    good = p1.encode(frame)
    bits = data.draw(st.lists(st.integers(0, len(good) * 8 - 1), min_size=2, max_size=4, unique=True))
    damaged = bytearray(good)
    for bit in bits:
        damaged[bit // 8] ^= 1 << (bit % 8)
    for other in decode(bytes(damaged)):
        body = bytes((other.unit, other.function)) + other.data
        assert p1.encode(other) in bytes(damaged)
        assert damaged[damaged.rindex(0x16) - 1] == sum(body) & 0xFF
