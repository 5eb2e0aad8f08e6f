"""Which languages a hall offers, what is missing, and what whoever sets it up is told."""

import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from broker.model.hall import Hall
from broker.model.hall_file import parse_hall
from broker.model.words import Names
from broker.runtime.canvas.metrics import MISSING_SIGN, Fonts
from broker.runtime.languages.catalogue import CATALOGUES, TEMPLATE, read_catalogue
from broker.runtime.languages.letters import BUNDLED, characters_of
from broker.runtime.languages.lexicon import language_named, other_than
from broker.runtime.languages.offered import hall_texts, languages_of, missing, shipped
from broker.runtime.languages.report import catalogue_to_fill, language_report
from tests.halls import SMALL, small_hall

ROOT = Path(__file__).parents[3]
TOOL = runpy.run_path(str(ROOT / "script" / "languages.py"))
LETTERS = frozenset(characters_of(BUNDLED[0]) & characters_of(BUNDLED[1]))


def hall_with(languages: str) -> Hall:
    return parse_hall(f"{SMALL}\n{languages}\n")


def test_every_text_of_the_kiosk_stands_in_the_template():
    listed = {names.en for names in TOOL["texts"]()}
    written = set(re.findall(r'^msgid "(.+)"$', TEMPLATE.read_text(encoding="utf-8"), re.MULTILINE))
    short = {text.replace('"', '\\"') for text in listed if len(text) < 80}
    assert short <= written, "run script/languages.py"
    assert len(listed) > 200


def test_no_text_of_the_kiosk_is_put_together_where_no_catalogue_can_have_it():
    assert TOOL["untranslatable"]() == TOOL["UNTRANSLATABLE"], "use phrase(), so that other languages can say it"


@pytest.mark.parametrize("key", shipped())
def test_a_shipped_catalogue_is_complete_and_draws_with_the_bundled_fonts_alone(key: str):
    words = read_catalogue(CATALOGUES / f"{key}.po", LETTERS)
    said = {en for _, en in words}
    assert [names.en for names in TOOL["texts"]() if names.en not in said] == []


@pytest.mark.parametrize("key", shipped())
def test_every_character_of_a_shipped_catalogue_is_in_both_weights(key: str):
    fonts = Fonts(system_folder=Path("/nowhere"))
    fonts.start()
    text = "".join(read_catalogue(CATALOGUES / f"{key}.po", LETTERS).values())
    for bold in (True, False):
        assert [c for c in set(text) if fonts.runs(c, bold)[0][1] == MISSING_SIGN] == []


def test_korean_and_traditional_chinese_are_shipped():
    assert shipped() == ("ko", "zh-hant")


def test_a_shipped_language_needs_only_its_name(tmp_path: Path):
    offered, refused = languages_of(hall_with('[languages.ko]\nname = "한국어"'), tmp_path)
    assert [(language.key, language.name) for language in offered] == [
        ("zh", "中文"), ("en", "English"), ("ko", "한국어")
    ]  # fmt: skip
    assert refused == []
    assert language_named("ko", offered).say(Names("返回", "Back")) == "뒤로"


def test_beside_traditional_chinese_the_first_language_is_called_simplified(tmp_path: Path):
    offered, _ = languages_of(hall_with('[languages.zh-hant]\nname = "繁體中文"'), tmp_path)
    assert offered[0].name == "简体中文"
    assert other_than(offered[2]).key == "en" and other_than(offered[1]).key == "zh"


def test_the_halls_catalogue_beside_its_file_wins_over_the_products(tmp_path: Path):
    (tmp_path / "own.po").write_text('msgid "Back"\nmsgstr "돌아가기"\n\nmsgid "Pension"\nmsgstr "연금"\n', "utf-8")
    offered, refused = languages_of(hall_with('[languages.ko]\nname = "한국어"\ncatalogue = "own.po"'), tmp_path)
    assert refused == []
    assert [offered[2].say(Names("", en)) for en in ("Back", "Pension", "Call staff")] == [
        "돌아가기", "연금", "직원 호출"
    ]  # fmt: skip


def test_a_refused_language_leaves_the_others_alone(tmp_path: Path):
    (tmp_path / "bad.po").write_text('msgid "{count} waiting"\nmsgstr "many"\n', "utf-8")
    languages = '[languages.ja]\nname = "日本語"\ncatalogue = "bad.po"\n[languages.ko]\nname = "한국어"'
    offered, refused = languages_of(hall_with(languages), tmp_path)
    assert [language.key for language in offered] == ["zh", "en", "ko"]
    assert [Path(error.where).name for error in refused] == ["bad.po"]


@pytest.mark.parametrize(
    ("table", "what"),
    [
        ('[languages.ja]\nname = "日本語"', "no words for this language"),
        ('[languages.ug]\nname = "ئۇيغۇرچە"\ncatalogue = "ug.po"', "Arabic"),
        ('[languages.ja]\nname = "日本語"\ncatalogue = "none.po"', "no such file"),
    ],
)
def test_a_language_that_cannot_be_shown_is_refused_with_a_reason(tmp_path: Path, table: str, what: str):
    lines, usable = language_report(hall_with(table), tmp_path)
    assert not usable
    assert what in "\n".join(lines)


def test_the_report_counts_what_is_missing_and_says_how_to_get_it(tmp_path: Path):
    hall = hall_with('[languages.ko]\nname = "한국어"')
    own = hall_texts(hall)
    lines, usable = language_report(hall, tmp_path)
    assert usable
    assert f"{len(own)} texts are missing and shown in English" in lines[0] and "缺" in lines[0]
    assert "words HALL.toml ko" in lines[1]


def test_a_filled_skeleton_makes_a_language_complete(tmp_path: Path):
    hall = hall_with('[languages.ko]\nname = "한국어"\ncatalogue = "own.po"')
    text = catalogue_to_fill(hall_with('[languages.ko]\nname = "한국어"'), tmp_path, "ko")
    (tmp_path / "own.po").write_text(re.sub(r'(msgid "[^"]+"\nmsgstr )""', r'\1"이름"', text), "utf-8")
    offered, refused = languages_of(hall, tmp_path)
    assert refused == [] and missing(hall, offered[2]) == []
    assert language_report(hall, tmp_path)[0] == ["한국어 (ko)：词语齐全 / every word is there"]


def test_a_catalogue_that_is_named_but_not_made_yet_can_be_made(tmp_path: Path):
    hall = hall_with('[languages.ko]\nname = "한국어"\ncatalogue = "own.po"')
    lines, usable = language_report(hall, tmp_path)
    assert not usable and "broker words" in lines[0]
    text = catalogue_to_fill(hall, tmp_path, "ko")
    assert 'msgid "Pension"' in text and 'msgid "Take a number"' not in text


def test_a_new_language_starts_with_everything(tmp_path: Path):
    text = catalogue_to_fill(small_hall(), tmp_path, "ja")
    assert 'msgid "Take a number"' in text and 'msgid "Pension"' in text


def test_describe_refuses_a_hall_whose_language_cannot_be_shown(tmp_path: Path):
    source = (ROOT / "firmware_config" / "halls" / "one_kiosk.toml").read_text(encoding="utf-8")
    file = tmp_path / "hall.toml"
    file.write_text(source + '\n[languages.ja]\nname = "日本語"\n', encoding="utf-8")
    command = [sys.executable, "-m", "broker", "describe", str(file)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode != 0
    assert "languages.ja" in run.stdout and "写 catalogue" in run.stdout


def test_the_shipped_halls_parse_with_their_languages():
    for path in sorted((ROOT / "firmware_config" / "halls").glob("*.toml")):
        hall = parse_hall(path.read_text(encoding="utf-8"))
        offered, refused = languages_of(hall, path.parent)
        assert refused == []
        assert [missing(hall, language) for language in offered[2:]] == [[] for _ in hall.languages], path.name
