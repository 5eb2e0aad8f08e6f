"""The hall file as a whole: all mistakes at once, whatever the values; the sentences; the editor schema."""

import json
from string import Formatter
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from broker.model.hall import Hall
from broker.model.hall_file import HallFileError, Mistake, editor_schema, hall_of, parse_hall
from broker.model.hall_mistakes import complain
from broker.model.hall_sentences import SENTENCES
from broker.model.hall_types import PATTERNS
from tests.model.hall_edits import CUT, base, edited
from tests.model.hall_mistake_table import ROWS
from tests.model.test_hall_syntax import SYNTAX

FILE_CODES = {
    "file_missing",
    "file_is_none",
    "file_unreadable",
    "file_too_large",
    "file_not_utf8",
    "unknown_time_zone",
    "no_time_zone_data",
    "syntax_other",
    "syntax_number",
}
"""Kinds that belong to the file or the machine; they have tests of their own."""


def mistakes_of(raw: dict[str, Any], **options: Any) -> list[tuple[str, str]]:
    with pytest.raises(HallFileError) as caught:
        hall_of(raw, **options)
    return [(mistake.path, mistake.code) for mistake in caught.value.mistakes]


def test_many_mistakes_are_all_said_at_once_in_order_of_their_paths():
    edits = {
        "series.b.letter": "A",
        "services.pension.categroy": "unit",
        "kiosks.kiosk-1.printer": "usb://1",
        "displays.display-1.counters": ["counter-9"],
        "sessions.afternoon.opens": "11:00",
        "hall.names.zh": "TODO",
        "speech.template_en": "Hello",
    }
    assert mistakes_of(edited(edits)) == [
        ("displays.display-1.counters", "unknown_reference"),
        ("hall.names.zh", "placeholder"),
        ("kiosks.kiosk-1.printer", "address_scheme"),
        ("series.b.letter", "letter_taken"),
        ("services.pension.categroy", "unknown_key"),
        ("sessions.afternoon", "sessions_overlap"),
        ("speech.template_en", "template_fields"),
    ]


def test_a_mistake_of_form_hides_only_the_cross_checks_that_read_the_same_table():
    edits = {"services.pension.mean_minutes": "long", "series.b.letter": "A", "counters.counter-1.services.card": 1}
    assert mistakes_of(edited(edits)) == [
        ("series.b.letter", "letter_taken"),
        ("services.pension.mean_minutes", "wrong_value"),
    ]


def test_an_empty_file_says_what_every_hall_needs():
    assert mistakes_of({}) == [
        (name, "required") for name in ("categories", "counters", "hall", "series", "services", "sessions")
    ]


def test_one_path_is_complained_of_once_when_a_placeholder_explains_it():
    assert mistakes_of(edited({"hall.id": "<id>", "sessions.morning.opens": "待填"})) == [
        ("hall.id", "placeholder"),
        ("sessions.morning.opens", "placeholder"),
    ]


@pytest.mark.parametrize("text", ["Todos los Santos", "XX", "a < b", "fixme-not"[5:]])
def test_words_that_only_look_like_placeholders_are_welcome(text: str):
    assert hall_of(edited({"hall.names.en": text})).hall.names.en == text


def test_a_time_zone_is_checked_with_what_the_machine_knows():
    assert mistakes_of(base(), is_time_zone=lambda name: False) == [("hall.time_zone", "no_time_zone_data")]
    unknown = edited({"hall.time_zone": "Asia/Nowhere"})
    assert mistakes_of(unknown, is_time_zone=lambda name: name == "Asia/Shanghai") == [
        ("hall.time_zone", "unknown_time_zone")
    ]
    assert hall_of(base(), is_time_zone=lambda name: True) == hall_of(base())


def test_more_checks_are_asked_and_are_silent_about_paths_already_complained_of():
    def grumble(hall: Hall):
        yield complain("series.b.letter", "days_empty")
        yield complain("series.a.letter", "days_empty")

    rows = [(grumble, "series")]
    assert mistakes_of(edited({"series.b.letter": "A"}), more_checks=rows) == [
        ("series.a.letter", "days_empty"),
        ("series.b.letter", "letter_taken"),
    ]
    assert mistakes_of(edited({"series.b.letter": "O"}), more_checks=rows) == [("series.b.letter", "wrong_value")]


def test_the_error_reads_as_a_list_with_the_file_in_front():
    with pytest.raises(HallFileError) as caught:
        hall_of(edited({"hall.id": CUT, "speech.repeat": 9}), "town.toml")
    lines = str(caught.value).splitlines()
    assert lines[0] == "town.toml: 2 处需要修改 / 2 things to mend"
    assert [line.split(":")[0] for line in lines[1:]] == ["  hall.id", "  speech.repeat"]


def test_a_mistake_made_elsewhere_without_chinese_is_still_readable():
    assert str(Mistake("a.b", "is wrong")) == "a.b: is wrong"


def test_a_telephone_number_is_never_repeated_in_a_message():
    with pytest.raises(HallFileError) as caught:
        hall_of(edited({"clerks.clerk-1.phone": "13800000000 home"}))
    assert "13800000000" not in str(caught.value)


def test_a_long_or_strange_text_is_shown_short_and_printable():
    with pytest.raises(HallFileError) as caught:
        hall_of(edited({"series.a.letter": "\x1b[31m" + "A" * 500}))
    assert "\x1b" not in str(caught.value)
    assert len(str(caught.value)) < 400


# -- the sentences ------------------------------------------------


def test_every_kind_of_mistake_is_made_by_a_row_of_a_table():
    made = {row.code for row in ROWS} | {code for _, _, code in SYNTAX} | FILE_CODES
    assert made == set(SENTENCES)


@pytest.mark.parametrize("code", SENTENCES)
def test_both_languages_of_a_sentence_tell_the_same_facts(code: str):
    def fields(template: str) -> set[str | None]:
        return {field for _, field, _, _ in Formatter().parse(template) if field is not None}

    names = SENTENCES[code]
    assert fields(names.zh) == fields(names.en)
    assert names.zh.strip() == names.zh and names.en.strip() == names.en


# -- whatever the values ------------------------------------------------

NAMES = st.sampled_from(["a", "pension", "counter-1", "names", "zh", "series", "services", "x y", "", "号", "\ud800"])
SCALARS = st.one_of(
    st.integers(),
    st.floats(),
    st.booleans(),
    st.text(max_size=8),
    st.sampled_from(["09:00", "gpio://17", "p1://a/1", "virtual://pad/5", "TODO", "A", "2026-01-01", "workday"]),
    st.dates(),
    st.times(),
    st.datetimes(),
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4), max_leaves=12
)
TABLES = st.dictionaries(
    st.sampled_from([*Hall.__struct_fields__, "unknown", ""]), VALUES | st.dictionaries(NAMES, VALUES), max_size=6
)


@given(TABLES)
@example({"sessions": {"a": {}}, "hall": []})
@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.too_slow])
def test_no_values_whatever_raise_anything_but_the_error_of_hall_files(raw: dict[str, Any]):
    with pytest.raises(HallFileError):
        hall_of(raw)


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, item in inner for found in _paths(item, (*path, key)))]


PATHS = [path for path in _paths(base()) if path]


@given(st.lists(st.tuples(st.sampled_from(PATHS), VALUES), min_size=1, max_size=4))
@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])
def test_a_good_hall_with_any_values_exchanged_is_a_hall_or_the_error_of_hall_files(changes):
    raw = base()
    for path, value in changes:
        table: Any = raw
        try:
            for key in path[:-1]:
                table = table[key]
            if isinstance(table, dict) and not isinstance(path[-1], str):
                continue  # TOML has no such key
            table[path[-1]] = value
        except (TypeError, KeyError, IndexError):
            continue  # an earlier change took the place away
    try:
        hall = hall_of(raw)
    except HallFileError as error:
        assert error.mistakes and all(m.path and m.zh and m.sentence for m in error.mistakes)
    else:
        assert isinstance(hall, Hall)


@given(st.text(max_size=400) | st.binary(max_size=400).map(lambda raw: raw.decode("latin-1")))
@settings(deadline=None)
def test_no_text_whatever_raises_anything_but_the_error_of_hall_files(text: str):
    with pytest.raises(HallFileError):
        parse_hall(text)


# -- the editor schema ------------------------------------------------


def patterns(node: Any) -> set[str]:
    found = {node["pattern"]} if isinstance(node, dict) and isinstance(node.get("pattern"), str) else set()
    inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return found.union(*(patterns(item) for item in inner))


def test_every_pattern_of_the_declaration_has_words():
    said = {pattern.removesuffix(r"(?!\n)") for pattern in PATTERNS}
    assert patterns(editor_schema()) == said


def test_the_schema_uses_no_pattern_that_editors_cannot_read():
    assert not any("(?" in pattern or r"\d" in pattern for pattern in patterns(editor_schema()))


def test_the_schema_describes_all_tables_and_is_json():
    schema = json.loads(json.dumps(editor_schema()))
    assert set(schema["$defs"]["Hall"]["properties"]) == set(Hall.__struct_fields__)
