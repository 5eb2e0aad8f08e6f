"""The order in which the suite's files are taken loses none of them and keeps the long ones from its end."""

from itertools import pairwise
from pathlib import Path

import pytest

from tests.order import LONG_S, in_order

ROOT = Path(__file__).parent.parent
EVERY = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "tests").rglob("test_*.py"))


def test_every_long_file_exists() -> None:
    assert set(LONG_S) <= set(EVERY)


@pytest.mark.parametrize("files", [EVERY, EVERY[::-1], EVERY[:1], sorted(LONG_S), []])
def test_every_file_comes_once(files: list[str]) -> None:
    assert sorted(in_order(files)) == sorted(files)


def test_the_longest_come_first_and_the_last_tenth_is_short_ones_in_their_own_order() -> None:
    ordered = in_order(EVERY)
    long = [file for file in ordered if file in LONG_S]
    assert ordered[0] == long[0] == max(LONG_S, key=LONG_S.__getitem__)
    assert [LONG_S[file] for file in long] == sorted(LONG_S.values(), reverse=True)
    assert not set(ordered[-len(ordered) // 10 :]) & set(LONG_S)
    assert [file for file in ordered if file not in LONG_S] == [file for file in EVERY if file not in LONG_S]


def test_no_two_long_files_follow_each_other_in_the_whole_suite() -> None:
    ordered = in_order(EVERY)
    assert not [pair for pair in pairwise(ordered) if set(pair) <= set(LONG_S)]
