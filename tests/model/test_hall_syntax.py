"""A text that is no TOML: one mistake, with its line and words for a person who never heard of TOML."""

import sys

import pytest

from broker.model.hall_file import HALL_LIMIT_BYTES, HallFileError, parse_hall
from broker.model.hall_syntax import LINE_LIMIT, WIDE, read_toml

SYNTAX = (
    ("a = 1\nlast = 2\nlast = 3\n", "line 3", "syntax_twice"),
    ("[series.a]\n[series.b]\n[series.a]\n", "line 3", "syntax_twice"),
    ("a = { b = 1, b = 2 }", "line 1", "syntax_twice"),
    ("a = { b = 1 }\na.c = 2", "line 2", "syntax_twice"),
    ('id = "small\nphone = ""\n', "line 1", "syntax_character"),
    ('id = "small', "line 1", "syntax_unclosed_text"),
    ('days = ["mon", "tue"', "line 1", "syntax_unclosed"),
    ("[series.a\nletter = 1", "line 1", "syntax_unclosed"),
    ('letter "A"', "line 1", "syntax_no_equals"),
    ('= "A"', "line 1", "syntax_key"),
    ("大厅 = 1", "line 1", "syntax_key"),
    ("letter = A", "line 1", "syntax_value"),
    ("hidden = yes", "line 1", "syntax_value"),
    ("opens = 9:00", "line 1", "syntax_too_much"),
    ("first = 1 last = 2", "line 1", "syntax_too_much"),
    ('id = "\x00"', "line 1", "syntax_character"),
    (r'photo = "C:\qa"', "line 1", "syntax_backslash"),
    ('\n\nname = “3”\n"', "line 3", "syntax_wide"),
    ('days = ["mon"，"tue"]', "line 1", "syntax_wide"),
    ("first ＝ 1", "line 1", "syntax_wide"),
    ('name = "3”', "line 1", "syntax_wide"),
    ("a = " + "[\n" * 5000, "hall.toml", "syntax_too_deep"),
    ("a = 1e", "line 1", "syntax_too_much"),
    ("\n#" + "x" * 2000, "line 2", "line_too_long"),
)


@pytest.mark.parametrize(("text", "path", "code"), SYNTAX)
def test_a_text_that_is_no_toml_is_refused_with_its_line(text: str, path: str, code: str):
    with pytest.raises(HallFileError) as caught:
        parse_hall(text)
    (mistake,) = caught.value.mistakes
    assert (mistake.path, mistake.code) == (path, code)
    assert mistake.zh and mistake.sentence and "{" not in mistake.sentence.replace("{ticket}", "")


def test_a_name_that_is_written_twice_is_named_but_its_value_is_not_repeated():
    with pytest.raises(HallFileError) as caught:
        read_toml('phone = "1"\nphone = "secret"\n')
    assert "'phone' is written a second time" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_wide_characters_inside_texts_and_remarks_are_nobodys_mistake():
    assert read_toml('names = { zh = "请“先”取号，再等候：" } # 说明，全角：可以\n') == {
        "names": {"zh": "请“先”取号，再等候："}
    }


def test_every_wide_character_is_told_with_its_plain_form():
    for wide, plain in WIDE.items():
        with pytest.raises(HallFileError) as caught:
            read_toml(f"first {wide} 1")
        (mistake,) = caught.value.mistakes
        assert mistake.code == "syntax_wide"
        assert (plain if plain != " " else "space") in mistake.sentence


def test_a_message_of_the_parser_that_we_do_not_know_is_passed_on():
    from broker.model.hall_syntax import _mistake

    mistake = _mistake("x", "Something new (at line 1, column 1)")
    assert (mistake.path, mistake.code) == ("line 1", "syntax_other")
    assert "Something new" in mistake.sentence


def test_a_mark_at_the_beginning_that_windows_editors_write_is_no_mistake():
    assert read_toml("\ufeffa = 1") == {"a": 1}


def test_line_ends_of_windows_are_no_mistake():
    assert read_toml("a = 1\r\nb = 2\r\n") == {"a": 1, "b": 2}


def test_a_text_over_the_limit_is_refused_before_it_is_parsed():
    with pytest.raises(HallFileError) as caught:
        parse_hall("[" * (HALL_LIMIT_BYTES + 1), "big.toml")
    assert [(m.path, m.code) for m in caught.value.mistakes] == [("big.toml", "file_too_large")]


def test_the_limit_counts_bytes_not_characters():
    with pytest.raises(HallFileError) as caught:
        parse_hall("#厅厅厅\n" * (HALL_LIMIT_BYTES // 11 + 1))
    assert caught.value.mistakes[0].code == "file_too_large"


def test_the_deepest_tables_that_a_line_can_make_are_no_problem_for_the_checks():
    deep = "a" + ".a" * (LINE_LIMIT // 2 - 3)
    with pytest.raises(HallFileError) as caught:
        parse_hall(f"[{deep}]\n{deep}=1\n")
    assert ("a", "unknown_key") in [(mistake.path, mistake.code) for mistake in caught.value.mistakes]


def test_a_number_longer_than_python_reads_is_a_mistake_of_its_own():
    usual = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(640)
    try:
        with pytest.raises(HallFileError) as caught:
            parse_hall("a = " + "9" * 700)
    finally:
        sys.set_int_max_str_digits(usual)
    assert [mistake.code for mistake in caught.value.mistakes] == ["syntax_number"]
