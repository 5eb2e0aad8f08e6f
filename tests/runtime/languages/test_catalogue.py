"""What a catalogue may hold, what is refused, and in which words."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broker.model.phrases import phrase
from broker.model.words import Names
from broker.runtime.languages.catalogue import LIMIT_BYTES, CatalogueRefused, read_catalogue, skeleton
from broker.runtime.languages.faults import placeholders
from broker.runtime.languages.letters import BUNDLED, SYSTEM, characters_of, drawable, shaped_script
from broker.runtime.languages.lexicon import CHINESE, ENGLISH, Language

LETTERS = frozenset(characters_of(BUNDLED[0]) & characters_of(BUNDLED[1]))
HEAD = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'


def entry(said: str, source: str = "{count} waiting", extra: str = "") -> str:
    return f'{extra}msgid "{source}"\nmsgstr "{said}"\n\n'


def read(folder: Path, *entries: str) -> dict[tuple[str, str], str]:
    file = folder / "xx.po"
    file.write_text(HEAD + "".join(entries), encoding="utf-8")
    return dict(read_catalogue(file, LETTERS))


def refused(folder: Path, *entries: str) -> CatalogueRefused:
    with pytest.raises(CatalogueRefused) as caught:
        read(folder, *entries)
    return caught.value


def test_words_are_found_by_their_english_text_and_their_facts_keep_the_translations_order(tmp_path: Path):
    korean = Language("ko", "한국어", read(tmp_path, entry("대기 {count}명")))
    assert korean.say(phrase("等候 {count} 人", "{count} waiting", count=6)) == "대기 6명"


def test_a_fact_that_is_a_name_is_said_in_the_same_language(tmp_path: Path):
    words = read(tmp_path, entry("이 기기: {kiosk}", "This is {kiosk}"), entry("1호 발급기", "Kiosk 1"))
    this = phrase("本机：{kiosk}", "This is {kiosk}", kiosk=Names("一号取号机", "Kiosk 1"))
    assert Language("ko", "한국어", words).say(this) == "이 기기: 1호 발급기"


def test_what_is_missing_empty_or_fuzzy_is_said_in_english(tmp_path: Path):
    words = read(tmp_path, entry("", "Back"), entry("뒤로?", "Home", "#, fuzzy\n"))
    korean = Language("ko", "한국어", words)
    assert [korean.say(Names("返", back)) for back in ("Back", "Home", "Next")] == ["Back", "Home", "Next"]
    assert korean.find(Names("返回", "Back")) is None


def test_what_a_chinese_catalogue_lacks_is_said_in_chinese():
    assert Language("zh-hant", "繁體中文").say(Names("养老保险", "Pension")) == "养老保险"


def test_the_two_languages_of_every_hall_need_no_catalogue():
    names = Names("取号", "Take a number")
    assert (CHINESE.say(names), ENGLISH.say(names)) == ("取号", "Take a number")


def test_one_english_text_with_two_meanings_is_told_apart_by_the_chinese(tmp_path: Path):
    words = read(tmp_path, entry("下一頁", "Next", 'msgctxt "下一页"\n'), entry("下一步", "Next", 'msgctxt "下一步"\n'))
    hant = Language("zh-hant", "繁體中文", words)
    assert (hant.say(Names("下一页", "Next")), hant.say(Names("下一步", "Next"))) == ("下一頁", "下一步")


@pytest.mark.parametrize(
    "said",
    ["대기 명", "대기 {counts}명", "대기 {count} {more}", "대기 {count:3}명", "대기 {count!r}", "대기 {count", "{0}"],
)
def test_a_wrong_placeholder_is_refused_with_line_and_remedy(tmp_path: Path, said: str):
    error = refused(tmp_path, entry(said))
    assert "line 4" in str(error) and "{count}" in str(error)
    assert "第 4 行" in error.zh and "占位符" in error.zh


def test_an_attribute_of_a_fact_cannot_be_asked_for(tmp_path: Path):
    assert refused(tmp_path, entry("{count.__class__}")).faults


@pytest.mark.parametrize(
    ("said", "script"),
    [
        ("དཔུང་ཁྱེར", "Tibetan"),
        ("نۆۋەت", "Arabic"),
        ("ᠳᠤᠭᠠᠷ", "Mongolian"),
        ("कतार", "Devanagari"),
        ("คิว", "Thai"),
        ("תור", "Hebrew"),
        ("q̃", "combining marks"),
    ],
)
def test_a_script_that_needs_shaping_is_refused_by_its_name(tmp_path: Path, said: str, script: str):
    error = refused(tmp_path, entry(said, "Back"))
    assert script in str(error) and "shap" in str(error)
    assert script in error.zh


@pytest.mark.parametrize("said", ["뒤로", "Назад", "Quay lại", "返る", "ꀀ"])
def test_scripts_that_need_no_shaping_are_known_as_such(said: str):
    assert shaped_script(said) is None


def test_a_letter_in_no_font_is_named_with_its_code_and_the_package_that_may_have_it(tmp_path: Path):
    error = refused(tmp_path, entry("ꀀ", "Back"))
    assert "U+A000" in str(error) and "fonts-noto-cjk" in str(error)


def test_line_breaks_and_invisible_letters_are_refused(tmp_path: Path):
    assert "one line" in str(refused(tmp_path, entry("뒤\\n로", "Back")))
    assert "invisible" in str(refused(tmp_path, entry("뒤\u200b로", "Back")))


def test_all_faults_are_told_at_once_and_many_are_counted(tmp_path: Path):
    error = refused(tmp_path, *(entry(f"{n}", f"{{count}} of {n}") for n in range(20)))
    assert len(error.faults) == 20
    assert "and 8 more" in str(error) and "还有 8 处" in error.zh


def test_plural_forms_are_refused(tmp_path: Path):
    plural = 'msgid "one"\nmsgid_plural "many"\nmsgstr[0] "하나"\n'
    assert "msgid_plural" in str(refused(tmp_path, plural))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b'msgid "Back"\nmsgstr "\xff\xfe"\n', "UTF-8"),
        (b'msgid "Back\nmsgstr\n', "no .po file"),
        (b"hello", "no .po file"),
        (b'msgid "a"\nmsgstr "b"\nmsgid "a"\nmsgstr "c"\n', 'line 3: "a" stands twice'),
        (b"#" * (LIMIT_BYTES + 1), "larger than"),
    ],
)
def test_a_file_that_is_no_catalogue_is_refused(tmp_path: Path, content: bytes, why: str):
    file = tmp_path / "xx.po"
    file.write_bytes(content)
    with pytest.raises(CatalogueRefused, match=why):
        read_catalogue(file, LETTERS)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path):
    for path in (tmp_path / "none.po", tmp_path):
        with pytest.raises(CatalogueRefused, match="no such file"):
            read_catalogue(path, LETTERS)


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.binary(max_size=300), st.text(alphabet='msgidtrcx_p"\\{}#~|,[]0\n ', max_size=200)))
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes | str):
    file = tmp_path_factory.mktemp("po") / "xx.po"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    try:
        read_catalogue(file, LETTERS)
    except CatalogueRefused as error:
        assert error.faults and error.zh


def test_placeholders_are_plain_names_only():
    assert placeholders("{a} and {b}, {a}") == {"a", "b"}
    assert placeholders("nothing") == frozenset()
    assert placeholders("{{a}}") == frozenset()
    assert placeholders("{a.b}") is placeholders("{}") is placeholders("}") is None


def test_a_skeleton_is_a_catalogue_that_can_be_read_and_says_each_text_once(tmp_path: Path):
    texts = [Names("下一页", "Next"), Names("下一步", "Next"), Names("他说“好”", 'He said "yes" \\ no')]
    file = tmp_path / "xx.po"
    file.write_text(skeleton("xx", texts), encoding="utf-8")
    assert read_catalogue(file, LETTERS) == {}
    assert file.read_text(encoding="utf-8").count('msgid "Next"') == 1
    assert "下一步" in file.read_text(encoding="utf-8")


def test_the_bundled_fonts_have_korean_and_traditional_chinese():
    korean = (bytes((row, cell)) for row in range(0xB0, 0xC9) for cell in range(0xA1, 0xFF))
    syllables = {ord(text) for pair in korean if (text := pair.decode("euc_kr", errors="ignore"))}
    assert len(syllables) == 2350 and syllables <= LETTERS
    cells = (*range(0x40, 0x7F), *range(0xA1, 0xFF))
    big5 = (bytes((row, cell)) for row in range(0xA4, 0xC6) for cell in cells)
    usual = {ord(text) for pair in big5 if (text := pair.decode("big5", errors="ignore"))}
    assert len(usual) > 5000 and usual <= LETTERS


@pytest.mark.skipif(not SYSTEM[0].exists(), reason="fonts-noto-cjk is not installed here")
def test_the_systems_font_adds_to_what_can_be_drawn():
    assert ord("ㄅ") in drawable() and len(drawable()) > len(LETTERS)
