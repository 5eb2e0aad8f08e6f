"""The encoder: exact bytes where printers are particular, and no text that can break a job."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broker.model.hall_base import PrinterProfileName
from kiosk.printer.escpos import (
    MISSING,
    QR_BYTES_LIMIT,
    RASTER_BYTES_LIMIT,
    FieldRow,
    GapRow,
    JobEncoder,
    PictureRow,
    QrRow,
    QrTextTooLong,
    RuleRow,
    TextRow,
    columns_of,
    has_gbk,
    native_qr,
    printable,
    qr_modules,
)
from kiosk.printer.interpreter import Interpreter
from kiosk.printer.pictures import paint_line, paint_qr
from kiosk.printer.profile import UnknownProfile, profile_of
from kiosk.printer.raster import Raster
from tests.kiosk.ticket_samples import printed


def encoded(*rows, make="generic", paper="80", pictures=True):
    return JobEncoder(profile_of(make, paper), paint_line if pictures else None, paint_qr).encode(rows)


def test_a_job_begins_with_reset_and_chinese_mode_and_ends_with_a_partial_cut():
    data = encoded(TextRow("前面"))
    assert data.startswith(b"\x1b@\x1c&")
    assert data.endswith(b"\x1dV\x01")
    assert b"\xc7\xb0\xc3\xe6\n" in data


def test_a_printer_without_cutter_gets_no_cut():
    assert b"\x1dV" not in encoded(TextRow("x"), make="no-cutter")


@pytest.mark.parametrize(("way", "command"), [("partial", b"\x1dV\x01"), ("full", b"\x1dV\x00"), ("none", b"")])
def test_the_paper_is_cut_as_the_profile_says(way, command):
    profile = profile_of("generic", "80", {"cut": way})
    assert JobEncoder(profile).encode([TextRow("x")]).endswith(b"\x1bJ\x78" + command)


@pytest.mark.parametrize("paper", ["58", "80"])
@pytest.mark.parametrize("make", ["generic", "raster-qr", "no-cutter"])
def test_the_encoder_knows_how_much_paper_a_job_takes(make, paper):
    rows = [
        TextRow("滨江区", (2, 2), "centre"), TextRow("A042", (8, 8)), TextRow("\u3bf3头镇", (1, 2)),
        FieldRow("等", "12", (1, 1), (2, 2)),
        RuleRow(), GapRow(300), QrRow("https://x/t/1"), PictureRow(Raster(16, 3, bytes(6))), TextRow(""), TextRow("完"),
    ]  # fmt: skip
    profile = profile_of(make, paper)
    encoder = JobEncoder(profile, paint_line, paint_qr)
    strip, _ = printed(encoder.encode(rows), profile)
    assert encoder.length_dots == strip.length_dots


def test_modes_are_said_only_when_they_change():
    data = encoded(TextRow("a", (2, 2), "centre"), TextRow("b", (2, 2), "centre"))
    assert data.count(b"\x1d!") == 1
    assert data.count(b"\x1ba") == 1


def test_a_label_and_its_larger_value_stand_on_one_line_and_one_base():
    strip, _ = printed(encoded(FieldRow("等", "12", (1, 1), (2, 2))))
    assert strip.text_lines == ["等12"]
    assert {mark.y + 24 * mark.scale[1] for mark in strip.marks} == {48}


def test_hanzi_are_enlarged_by_their_own_command_where_the_make_needs_it():
    row = TextRow("号", (2, 2))
    assert b"\x1c!\x0c" in encoded(row, make="fs-hanzi")
    assert b"\x1c!" not in encoded(row)
    strip, _ = printed(encoded(row, make="fs-hanzi"), size_follows_gs=False)
    assert [mark.scale for mark in strip.marks] == [(2, 2)]
    strip, _ = printed(encoded(row), size_follows_gs=False)
    assert [mark.scale for mark in strip.marks] == [(1, 1)], "the simulator must show what the flag is for"


def test_smoothing_is_only_asked_of_makes_that_know_it():
    assert b"\x1db\x01" in encoded(make="epson")
    assert b"\x1db" not in encoded()


def test_a_native_qr_code_is_five_commands_and_centred():
    data = encoded(QrRow("https://a.cn/t/1"))
    assert native_qr("https://a.cn/t/1", 6) in data
    assert data.count(b"\x1d(k") == 5
    assert data.index(b"\x1ba\x01") < data.index(b"\x1d(k")


def test_a_printer_without_native_qr_gets_the_same_code_as_a_picture():
    text = "https://a.cn/t/1"
    data = encoded(QrRow(text), make="raster-qr")
    assert b"\x1d(k" not in data
    strip, feed = printed(data, profile_of("raster-qr"))
    (picture,) = strip.marks
    assert picture.raster.height * picture.scale[1] == qr_modules(text) * 6
    assert feed.unknown == []


def test_a_qr_code_never_fills_more_than_three_quarters_of_the_paper():
    for length in range(1, QR_BYTES_LIMIT + 1):
        strip, _ = printed(encoded(QrRow("x" * length), paper="58"), profile_of("generic", "58"))
        side = qr_modules("x" * length) * strip.marks[0].module_dots
        assert side <= 288


def test_a_qr_text_that_cannot_be_read_from_paper_is_refused():
    with pytest.raises(QrTextTooLong):
        qr_modules("x" * (QR_BYTES_LIMIT + 1))


def test_our_table_of_qr_versions_agrees_with_the_standard_as_segno_knows_it():
    import segno

    for length in range(1, QR_BYTES_LIMIT + 1):
        text = "a" * length  # lower case: byte mode
        assert segno.make_qr(text, error="m", boost_error=False, mask=0).symbol_size(border=0)[0] == qr_modules(text)


def test_a_line_with_a_character_outside_gbk_becomes_a_picture_and_its_neighbours_do_not():
    strip, _ = printed(encoded(TextRow("甲"), TextRow("㙓头"), TextRow("乙")))
    kinds = [type(mark).__name__ for mark in strip.marks]
    assert kinds == ["Glyph", "Picture", "Glyph"]


def test_without_a_rasteriser_the_missing_letter_mark_is_printed():
    strip, _ = printed(encoded(TextRow("㙓头镇"), pictures=False))
    assert strip.text_lines == [MISSING + "头镇"]


def test_pictures_are_bounded_so_that_a_slow_line_is_not_held_for_minutes():
    rows = [TextRow("䶮" * 24) for _ in range(40)]
    data = encoded(*rows)
    strip, _ = printed(data)
    pictures = sum(type(mark).__name__ == "Picture" for mark in strip.marks)
    assert 10 < pictures < 20
    assert RASTER_BYTES_LIMIT < len(data) < RASTER_BYTES_LIMIT * 11 // 10
    assert strip.text_lines == [MISSING * 24] * (40 - pictures)


def test_a_picture_wider_than_the_paper_is_narrowed_or_cut_but_never_overflows():
    def too_wide(text: str, height: int, limit: int) -> Raster:
        return Raster(2000, height, bytes(250 * height))

    data = JobEncoder(profile_of("generic", "58"), too_wide).encode([TextRow("䶮")])
    strip, _ = printed(data, profile_of("generic", "58"))
    assert strip.marks[0].raster.width <= 384
    assert paint_line("䶮" * 40, 24, 384).width == 384


@pytest.mark.parametrize("size", [(1, 1), (1, 2), (2, 2), (5, 5)])
def test_a_rare_character_has_the_height_of_its_neighbours_at_every_size(size):
    rare, _ = printed(encoded(TextRow("䶮", size)))
    (picture,) = rare.marks
    assert picture.raster.height * picture.scale[1] == 24 * size[1]


def test_control_characters_become_spaces_and_invisible_ones_vanish():
    assert printable("a\x1b@b\nc\u200bd\u202ee\ufefff") == "a @b cdef"
    assert printable("\ud800\ue000") == MISSING * 2
    assert printable("葛\U000e0100\ufe0f") == "葛"
    assert printable("¥\u00a05") == "￥ 5"


@given(st.text(max_size=40))
def test_gbk_never_holds_a_byte_that_could_be_a_command(text):
    for character in printable(text):
        if has_gbk(character):
            code = character.encode("gbk")
            assert len(code) == columns_of(character)
            assert code[0] >= 0x20 and code[0] != 0x7F
            assert len(code) == 1 or (code[0] >= 0x81 and code[1] >= 0x40)


ROW = st.one_of(
    st.builds(
        TextRow,
        st.text(max_size=60),
        st.tuples(st.integers(1, 8), st.integers(1, 8)),
        st.sampled_from(["left", "centre", "right"]),
        st.booleans(),
        st.integers(0, 6),
    ),
    st.builds(
        FieldRow,
        st.text(max_size=30),
        st.text(max_size=30),
        st.tuples(st.integers(1, 2), st.integers(1, 2)),
        st.tuples(st.integers(1, 2), st.integers(1, 2)),
        st.integers(0, 6),
    ),
    st.builds(GapRow, st.integers(0, 600)),
    st.just(RuleRow()),
    st.builds(QrRow, st.text(min_size=1, max_size=40)),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(ROW, max_size=8), st.sampled_from(["generic", "fs-hanzi", "raster-qr", "epson"]), st.booleans())
def test_no_text_breaks_a_job(rows, make, pictures):
    """Every byte is read back as a known command, and the job ends in exactly one cut, whatever the text was."""
    data = encoded(*rows, make=make, pictures=pictures)
    commands = list(Interpreter().feed(data))
    assert sum(command.size for command in commands) == len(data)
    assert [c.name for c in commands].count("GS V") == 1
    assert commands[-1].name == "GS V"
    assert not [c for c in commands if c.name in ("unknown", "control", "DLE EOT")]
    _, feed = printed(data, profile_of(make))
    assert feed.unknown == []


def test_a_raster_counts_its_bytes():
    with pytest.raises(ValueError, match="3 bytes"):
        Raster(9, 2, b"abc")
    square = Raster.from_dots([[True, False], [False, True]]).magnified(2)
    assert [[square.dot(x, y) for x in range(4)] for y in (0, 2)] == [
        [True, True, False, False],
        [False, False, True, True],
    ]


def test_an_unknown_profile_names_the_known_ones():
    with pytest.raises(UnknownProfile, match="generic"):
        profile_of("laser")
    with pytest.raises(UnknownProfile):
        profile_of("generic", "57")
    assert profile_of("generic", "58").columns == 32
    assert {profile_of(name).name for name in get_args(PrinterProfileName)} == set(get_args(PrinterProfileName))
    assert profile_of("generic", "80").columns == 48
