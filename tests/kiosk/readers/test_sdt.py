"""The frames of ID card readers: the published strings, whole round trips, and nothing that noise can do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.readers import sdt
from kiosk.readers.sdt import Answer, Decoder, SdtError, Status
from kiosk.readers.sdt_simulator import CARDS

REQUESTS = {
    "AA AA AA 96 69 00 03 20 01 22": sdt.FIND,
    "AA AA AA 96 69 00 03 20 02 21": sdt.SELECT,
    "AA AA AA 96 69 00 03 30 01 32": sdt.READ,
    "AA AA AA 96 69 00 03 12 FF EE": sdt.ASK_MODULE,
    "AA AA AA 96 69 00 03 30 10 23": b"\x30\x10",  # read with the fingerprint: never asked for, and known
    "AA AA AA 96 69 00 03 30 03 30": b"\x30\x03",  # the newest address: likewise
}
ANSWERS = {
    "AA AA AA 96 69 00 08 00 00 9F 00 00 00 00 97": Answer(Status.FOUND, bytes(4)),
    "AA AA AA 96 69 00 04 00 00 80 84": Answer(Status.NO_CARD),
    "AA AA AA 96 69 00 0C 00 00 90 00 00 00 00 00 00 00 00 9C": Answer(Status.OK, bytes(8)),
    "AA AA AA 96 69 00 04 00 00 81 85": Answer(Status.SELECT_FAILED),
    "AA AA AA 96 69 00 04 00 00 41 45": Answer(Status.READ_FAILED),
}
CARD = CARDS["elder"]
BODIES = st.binary(min_size=2, max_size=60)
NOISE = st.binary(max_size=20) | st.sampled_from([sdt.HEAD, sdt.HEAD[:3], sdt.HEAD + b"\x09\x0a", b"\xaa" * 9])


def read_frame() -> bytes:
    return sdt.encode(bytes((0, 0, Status.OK)) + CARD.data())


@pytest.mark.parametrize("text", REQUESTS)
def test_requests_are_the_published_strings(text: str) -> None:
    assert sdt.encode(REQUESTS[text]) == bytes.fromhex(text)
    assert Decoder().feed(bytes.fromhex(text)) == [REQUESTS[text]]


@pytest.mark.parametrize("text", ANSWERS)
def test_answers_are_understood_as_published(text: str) -> None:
    (body,) = Decoder().feed(bytes.fromhex(text))
    assert sdt.answer_of(body) == ANSWERS[text]


def test_the_answer_to_read_is_as_long_as_published() -> None:
    frame = read_frame()
    assert len(frame) == 1295
    assert frame[5:7] == bytes.fromhex("0508")


def test_the_number_is_found_with_and_without_a_fingerprint() -> None:
    data = CARD.data()
    assert sdt.number_of(data) == CARD.whole_number
    finger = data[:4] + (1024).to_bytes(2, "big") + data[4:] + bytes(1024)
    assert len(sdt.encode(bytes((0, 0, Status.OK)) + finger)) == 2321
    assert sdt.number_of(finger) == CARD.whole_number


@pytest.mark.parametrize("length", [0, 3, 4, 6, 260, 1283, 1285, 2000])
def test_data_of_another_length_hold_no_number(length: int) -> None:
    with pytest.raises(SdtError):
        sdt.number_of((CARD.data() * 2)[:length])


def test_a_card_with_other_places_is_no_residents_card_and_the_refusal_says_nothing_of_it() -> None:
    data = bytearray(CARD.data())
    data[4 + 122 : 4 + 158] = "张三ABCDEFGHIJKLMNOP".encode("utf-16-le")
    with pytest.raises(SdtError) as refused:
        sdt.number_of(bytes(data))
    assert "张三" not in str(refused.value)
    assert "ABCDEF" not in str(refused.value)


def test_an_answer_never_shows_its_data() -> None:
    (body,) = Decoder().feed(read_frame())
    answer = sdt.answer_of(body)
    assert repr(answer) == "Answer(status=144)"


@given(body=BODIES, before=NOISE, after=st.binary(max_size=20))
def test_a_body_comes_back_from_any_noise_and_any_pieces(body: bytes, before: bytes, after: bytes) -> None:
    stream = before + sdt.encode(body) + after
    whole = Decoder()
    bodies = whole.feed(stream) + whole.flush()
    pieces = Decoder()
    assert [one for at in range(len(stream)) for one in pieces.feed(stream[at : at + 1])] + pieces.flush() == bodies
    assert body in bodies
    assert not whole.waiting


@given(body=BODIES, cut=st.data())
def test_a_frame_that_is_cut_gives_nothing(body: bytes, cut: st.DataObject) -> None:
    frame = sdt.encode(body)
    decoder = Decoder()
    kept = frame[: cut.draw(st.integers(0, len(frame) - 1))]
    assert decoder.feed(kept) == []
    assert [one for one in decoder.flush() if one == body] == []


@given(bit=st.integers(0, 8 * 1295 - 1))
def test_one_flipped_bit_gives_no_body(bit: int) -> None:
    frame = bytearray(read_frame())
    frame[bit // 8] ^= 1 << bit % 8
    decoder = Decoder()
    assert decoder.feed(bytes(frame)) + decoder.flush() == []


def test_a_length_that_cannot_be_is_noise_and_the_next_frame_is_found() -> None:
    decoder = Decoder()
    assert decoder.feed(sdt.HEAD + b"\xff\xff" + sdt.encode(sdt.FIND)) == [sdt.FIND]
    assert decoder.noise_bytes == len(sdt.HEAD) + 2


@pytest.mark.parametrize("size", [0, 1, 0x090A, 5000])
def test_a_body_that_no_frame_can_carry_is_refused(size: int) -> None:
    with pytest.raises(SdtError):
        sdt.encode(bytes(size))


def test_what_was_decoded_does_not_stay_in_the_decoder() -> None:
    decoder = Decoder()
    frame = read_frame()
    decoder.feed(frame[:-1])
    held = decoder._pending
    decoder.feed(frame[-1:])
    assert not held
