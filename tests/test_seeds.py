"""The page that says what published standards ask, and what answers it, tells the truth about itself."""

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "seeds.md").read_text(encoding="utf-8")
SEEDS = ("Suzhou", "Jilin", "Shangluo", "Yunnan")
NONE = "—"


class Row(NamedTuple):
    article: str
    says: str
    answer: str
    proof: str

    @property
    def is_open(self) -> bool:
        return self.answer.startswith(("not yet: ", "not ours: "))


def rows() -> list[Row]:
    """The rows of the four standards: one line of the page each."""
    cells = [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in PAGE.splitlines()]
    found = [row for row in cells if re.match(rf"({'|'.join(SEEDS)}) \d", row[0])]
    assert all(len(row) == 4 for row in found), [row[0] for row in found if len(row) != 4]
    return [Row(*row) for row in found]


@cache
def _code_of_the_pages() -> str:
    return "".join(path.read_text(encoding="utf-8") for path in (ROOT / "broker" / "collector").rglob("*.py"))


def test_each_standard_has_rows_and_no_article_stands_there_twice() -> None:
    articles = [row.article for row in rows()]
    assert len(articles) == len(set(articles))
    assert {article.split()[0] for article in articles} == set(SEEDS)


def test_no_row_is_empty_and_each_that_is_answered_is_proved_by_a_test() -> None:
    for row in rows():
        assert row.says and row.answer and row.proof, row
        if row.is_open:
            assert row.proof == NONE and len(row.answer) > len("not ours: why"), row
        else:
            assert "::" in row.proof and "not yet" not in row.answer, row


def test_every_test_that_is_named_exists() -> None:
    for row in rows():
        for named in re.findall(r"`([^`]+)`", row.proof):
            file, name = named.split("::")
            assert re.search(rf"^ *(async )?def {name}\(", (ROOT / file).read_text(encoding="utf-8"), re.M), named


def test_every_file_and_page_that_is_named_exists() -> None:
    for row in rows():
        for named in re.findall(r"`([^`]+)`", row.answer):
            if named.startswith("/"):
                assert re.search(rf'[("]{named}"', _code_of_the_pages()), f"{row.article}: no page {named}"
            elif "/" in named:
                assert (ROOT / named).is_file(), f"{row.article}: no file {named}"


def test_the_page_counts_what_is_not_answered_yet() -> None:
    missing = [row for row in rows() if row.answer.startswith("not yet: ")]
    assert f"**Not yet: {len(missing)} of {len(rows())} rows.**" in PAGE
