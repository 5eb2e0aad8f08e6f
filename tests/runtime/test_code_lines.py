"""Codes out of what scanners send: every line whole and once, whatever is on the cable."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.runtime.code_lines import AT_ONCE_MOST, AWAY_S, LONGEST_BYTES, SILENCE_S, Lines, Once, Scanned


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n", b"\n\r\r\n"])
def test_any_usual_end_ends_a_line(end: bytes) -> None:
    assert Lines().feed(b"A042" + end, 0.0) == ["A042"]


def test_a_line_in_pieces_is_one_line() -> None:
    lines = Lines()
    assert [lines.feed(bytes([byte]), at / 100) for at, byte in enumerate(b"A042\r")] == [[], [], [], [], ["A042"]]


def test_a_line_without_an_end_ends_with_silence() -> None:
    lines = Lines()
    assert lines.feed(b"A042", 0.0) == []
    assert lines.feed(b"", SILENCE_S - 0.01) == []
    assert lines.feed(b"", SILENCE_S) == ["A042"]
    assert lines.feed(b"", 9.0) == []


def test_the_next_code_after_silence_is_not_joined_to_the_last() -> None:
    lines = Lines()
    lines.feed(b"A042", 0.0)
    assert lines.feed(b"B007\r", 1.0) == ["A042", "B007"]


def test_a_line_too_long_is_dropped_whole_and_the_next_one_is_read() -> None:
    lines = Lines()
    assert lines.feed(b"x" * (LONGEST_BYTES + 1) + b"A042\rB007\r", 0.0) == ["B007"]
    assert lines.dropped == 1
    assert lines.feed(b"x" * LONGEST_BYTES + b"\r", 1.0) == ["x" * LONGEST_BYTES]


def test_after_a_long_line_without_an_end_silence_begins_anew() -> None:
    lines = Lines()
    assert lines.feed(b"x" * 9_000, 0.0) == []
    assert lines.feed(b"A042\r", 5.0) == ["A042"]


@pytest.mark.parametrize("code", ["预约码1234", "https://hall.example/t/8F3K"])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-8-sig"])
def test_both_usual_encodings_are_read(code: str, encoding: str) -> None:
    assert Lines().feed(code.encode(encoding) + b"\r", 0.0) == [code]


def test_controls_within_a_line_are_left_out_and_a_line_of_them_is_none() -> None:
    lines = Lines()
    assert lines.feed(b"\x02A0\x0042\x03\r\x00\x01\r\xff\xff\xff\r \r", 0.0) == ["A042"]
    assert lines.dropped == 3


def test_a_line_that_talks_without_end_is_bounded() -> None:
    lines = Lines()
    assert len(lines.feed(b"A1\r" * 900, 0.0)) == AT_ONCE_MOST
    assert lines.dropped == 900 - AT_ONCE_MOST


def test_a_code_held_before_the_window_counts_once_until_it_was_away() -> None:
    once = Once()
    assert once.new("A042", 0.0)
    assert not any(once.new("A042", at) for at in (0.1, 2.0, 4.0, 6.5))
    assert once.new("B007", 6.6)
    assert once.new("A042", 6.5 + AWAY_S)


def test_a_scanned_text_is_in_no_text_made_of_it() -> None:
    assert "1234" not in repr(Scanned("1234"))


@given(st.binary(max_size=300), st.integers(1, 9))
def test_any_bytes_in_any_pieces_are_the_same_lines(data: bytes, step: int) -> None:
    whole, pieces = Lines(), Lines()
    expected = whole.feed(data, 0.0)
    found = [text for at in range(0, len(data), step) for text in pieces.feed(data[at : at + step], 0.0)]
    assert found[:AT_ONCE_MOST] == expected
    assert all(text == text.strip() and text.isprintable() for text in found)
