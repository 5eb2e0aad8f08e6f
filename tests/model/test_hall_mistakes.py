"""Each mistake is found at its own path, and nothing else is complained of."""

import pytest

from broker.model.hall_file import HallFileError, hall_of, parse_hall
from broker.model.ratings import PAPER_FORM, PHONE, SIGN_CODE
from tests.halls import SMALL
from tests.model.hall_edits import base, edited
from tests.model.hall_mistake_table import ROWS, Row


def name(row: Row) -> str:
    return f"{row.code}-{row.path}"


def test_the_base_of_all_rows_has_no_mistake():
    assert hall_of(base()).hall.id == "small-hall"


@pytest.mark.parametrize("row", ROWS, ids=name)
def test_a_mistake_is_said_once_at_its_own_path(row: Row):
    with pytest.raises(HallFileError) as caught:
        hall_of(edited(row.edits))
    assert [(mistake.path, mistake.code) for mistake in caught.value.mistakes] == [(row.path, row.code)]


@pytest.mark.parametrize("row", ROWS, ids=name)
def test_a_mistake_is_said_in_both_languages_without_the_words_of_a_library(row: Row):
    with pytest.raises(HallFileError) as caught:
        hall_of(edited(row.edits))
    (mistake,) = caught.value.mistakes
    assert any("一" <= character <= "鿿" for character in mistake.zh)
    assert not any("一" <= character <= "鿿" for character in mistake.sentence if character not in _given(row))
    for foreign in ("Expected", "`", "object", "regex", "Traceback", "msgspec", "dict", "str,", "{'", "None"):
        assert foreign not in mistake.sentence, mistake.sentence
        assert foreign not in mistake.zh, mistake.zh
    assert "\n" not in str(mistake)


def _given(row: Row) -> str:
    """What the installer wrote may be repeated to them."""
    return repr(row.edits)


@pytest.mark.parametrize("taken", [PAPER_FORM, PHONE, SIGN_CODE])
def test_no_device_is_named_as_a_way_to_rate_or_its_ratings_would_count_as_that(taken: str):
    with pytest.raises(HallFileError) as caught:
        parse_hall(SMALL.replace("[keypads.keypad-1", f"[keypads.{taken}"))
    assert [mistake.code for mistake in caught.value.mistakes] == ["device_name_taken"]
