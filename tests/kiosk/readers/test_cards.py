"""What may be known of a person: a mask, an age, a key that leads nowhere without the hall's secret."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.model.person_keys import masked
from broker.model.personal_numbers import found_in
from broker.runtime.errors import DataFolderUnusable, SettingError
from broker.runtime.person_secret import ENVIRONMENT_NAME, FILE_NAME, hall_secret
from kiosk.readers.cards import UNREAD, CardUnread, Persons, age_on
from kiosk.readers.sdt_simulator import CARDS

SECRET = b"0123456789abcdef"
NUMBER = CARDS["elder"].whole_number
DAY = "2026-03-05"
PERSONS = Persons(SECRET, "hall")


def test_a_key_is_32_hexadecimal_digits_and_the_same_at_every_kiosk_of_the_hall() -> None:
    key = PERSONS.key(NUMBER, DAY)
    assert key == Persons(SECRET, "hall").key(NUMBER, DAY)
    assert len(key) == 32
    assert set(key) <= set("0123456789abcdef")


def test_no_key_of_one_day_hall_secret_or_person_is_that_of_another() -> None:
    keys = {
        PERSONS.key(NUMBER, DAY),
        PERSONS.key(NUMBER, "2026-03-06"),
        Persons(SECRET, "other").key(NUMBER, DAY),
        Persons(SECRET[::-1], "hall").key(NUMBER, DAY),
        PERSONS.key(CARDS["young"].whole_number, DAY),
    }
    assert len(keys) == 5


def test_a_typed_small_x_is_the_same_person() -> None:
    assert PERSONS.known("11010519491231002x", DAY) == PERSONS.known("11010519491231002X", DAY)


def test_a_mask_shows_neither_birth_nor_sex_nor_what_a_search_for_numbers_finds() -> None:
    assert masked("11010519491231002X") == "110***********00*X"
    for card in CARDS.values():
        shown = masked(card.whole_number)
        assert found_in(shown) is None
        assert card.whole_number[3:14] not in shown
        assert shown[16] == "*"


@pytest.mark.parametrize(("day", "age"), [("2026-09-22", 77), ("2026-09-23", 78), ("1948-09-23", 0), ("1900-01-01", 0)])
def test_a_birthday_makes_a_year(day: str, age: int) -> None:
    assert age_on(NUMBER, day) == age


def test_two_persons_who_differ_only_in_sex_look_alike_but_for_the_check_digit() -> None:
    assert masked("110105194912310021")[:-1] == masked("110105194912310011")[:-1]


@given(st.text(alphabet="0123456789X", min_size=18, max_size=18))
def test_a_mask_is_as_long_as_the_number_and_shows_six_places_at_most(number: str) -> None:
    shown = masked(number)
    assert len(shown) == 18
    assert sum(character != "*" for character in shown) <= 6


def test_a_secret_that_could_be_guessed_is_refused() -> None:
    with pytest.raises(ValueError, match="16 at least"):
        Persons(b"short", "hall")


def test_every_reason_is_said_in_both_languages() -> None:
    for why in UNREAD:
        names = CardUnread(why).names
        assert names.zh
        assert names.en


# -- the hall's secret ------------------------------------------------


def test_all_programs_of_a_machine_share_one_secret_and_keep_it_over_a_restart(tmp_path) -> None:
    first = hall_secret(tmp_path / "kiosk-1", {})
    assert hall_secret(tmp_path / "kiosk-2", {}) == first == hall_secret(tmp_path / "kiosk-1", {})
    assert (tmp_path / FILE_NAME).stat().st_mode & 0o077 == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == [FILE_NAME]


def test_two_machines_without_a_common_word_do_not_agree(tmp_path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert hall_secret(tmp_path / "a" / "k", {}) != hall_secret(tmp_path / "b" / "k", {})


def test_the_halls_word_wins_over_the_file_and_is_not_written(tmp_path) -> None:
    word = {ENVIRONMENT_NAME: "a word of the whole hall"}
    assert hall_secret(tmp_path / "kiosk", word) == b"a word of the whole hall"
    assert list(tmp_path.iterdir()) == []


def test_a_word_or_a_file_too_short_is_a_mistake_of_the_setting(tmp_path) -> None:
    with pytest.raises(SettingError, match="16 characters") as refused:
        hall_secret(tmp_path / "kiosk", {ENVIRONMENT_NAME: "opensesame"})
    assert "opensesame" not in str(refused.value)
    (tmp_path / FILE_NAME).write_text("short\n")
    with pytest.raises(SettingError, match="fewer"):
        hall_secret(tmp_path / "kiosk", {})


def test_a_secret_of_any_bytes_can_be_given_to_every_kiosk(tmp_path) -> None:
    (tmp_path / FILE_NAME).write_bytes(bytes(range(128, 160)))
    assert hall_secret(tmp_path / "kiosk", {}) == bytes(range(128, 160))


def test_a_folder_that_cannot_hold_the_secret_is_said(tmp_path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DataFolderUnusable):
        hall_secret(tmp_path / "file" / "kiosk", {})
