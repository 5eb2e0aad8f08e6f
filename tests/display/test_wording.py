"""The words of a call, and their pronunciation as pinyin."""

import re

import pytest

from broker.model.hall_speech import Speech
from broker.runtime.speech.errors import ReadingsMissing, WordingRefused
from broker.runtime.speech.pronounce import LETTERS, PHRASES, cardinal, mandarin, singly
from broker.runtime.speech.utterance import counter_words, free_utterance, ticket_words
from display.wording import Wording, call_text, call_utterances, clip_templates, counter_utterances, ticket_utterances
from tests.display.speech_rig import make_call
from tests.runtime.speech.rig import fed, pinyin_of

SYLLABLE = re.compile(r"[a-z]{1,6}[1-5]")


def spoken(number: str, counter: str, language: str = "zh", wording: Wording | None = None) -> list[str]:
    return [fed(part) for part in call_utterances(make_call(number, counter), language, wording or Wording())]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("请\x00离开", "请 离开"),
        ("请\u200b离\u202e开", "请离开"),
        ("请\r\n\t离开 ", "请 离开"),
    ],
)
def test_what_no_screen_shows_is_not_said_and_cuts_nothing_off(typed: str, said: str) -> None:
    assert free_utterance(typed, "zh").text == said


def test_a_call_is_worded_as_halls_word_it() -> None:
    assert call_text(make_call("A005", "3"), "zh", Wording()) == "请A零零五号，到三号窗口"
    assert call_text(make_call("A005", "3"), "en", Wording()) == "Number A, 0, 0, 5. Please go to counter 3."


def test_a_call_in_cantonese_has_hanzi_spelt_digits_and_never_the_northern_one() -> None:
    yao = Wording(one="yao")
    assert spoken("A101", "12", "yue", yao) == ["请A一零一号，", "到十二号窗口"]
    assert spoken("A101", "咨询台", "yue", yao) == ["请A一零一号，", "到咨询台"]
    assert fed(free_utterance("请从3号出口离开，电话12345，幺", "yue")) == "请从三号出口离开，电话一二三四五，一"


def test_the_counter_clips_of_cantonese_are_those_of_its_calls() -> None:
    (place,) = counter_utterances("12", "yue", Wording())
    (ticket,) = ticket_utterances("A101", "yue", Wording())
    assert [fed(ticket), fed(place)] == spoken("A101", "12", "yue")


def test_a_call_is_two_clips_with_the_seam_at_the_comma() -> None:
    assert spoken("A005", "3") == ["qing3 ei1 ling2 ling2 wu3 hao4,", "dao4 san1 hao4 chuang1 kou3"]
    assert spoken("A005", "3", "en") == ["Number A, 0, 0, 5.", "Please go to counter 3."]


@pytest.mark.parametrize(
    ("number", "zh", "en"),
    [
        ("A005", "A零零五", "A, 0, 0, 5"),
        ("b120", "B一二零", "B, 1, 2, 0"),
        ("017", "零一七", "0, 1, 7"),
        ("AB-012", "AB零一二", "A, B, 0, 1, 2"),
        ("优012", "优零一二", "优, 0, 1, 2"),
    ],
)
def test_a_ticket_is_spelt_letter_and_digits_singly(number: str, zh: str, en: str) -> None:
    assert ticket_words(number, "zh") == zh
    assert ticket_words(number, "en") == en


def test_a_hall_may_say_yao_for_one_in_tickets_but_never_in_counters() -> None:
    parts = call_utterances(make_call("A101", "11"), "zh", Wording(one="yao"))
    assert [part.text for part in parts] == ["请A幺零幺号，", "到十一号窗口"]
    assert fed(parts[0]) == "qing3 ei1 yao1 ling2 yao1 hao4,"


@pytest.mark.parametrize(
    ("number", "said"),
    [
        *((0, "零"), (2, "二"), (10, "十"), (12, "十二"), (20, "二十"), (21, "二十一"), (99, "九十九"), (100, "一百")),
        *((101, "一百零一"), (105, "一百零五"), (110, "一百一十"), (112, "一百一十二"), (230, "二百三十")),
        *((1000, "一千"), (1001, "一千零一"), (1010, "一千零一十"), (2305, "二千三百零五"), (10000, "一零零零零")),
    ],
)
def test_a_counter_is_a_number_as_one_says_it(number: int, said: str) -> None:
    assert cardinal(number) == said


@pytest.mark.parametrize(
    ("name", "zh", "en"),
    [
        ("3", "到三号窗口", "counter 3."),
        ("03", "到三号窗口", "counter 3."),
        ("105", "到一百零五号窗口", "counter 105."),
        ("3号", "到三号窗口", "counter 3."),
        ("3号窗口", "到三号窗口", "counter 3."),
        ("A3", "到A三号窗口", "counter A, 3."),
        ("咨询台", "到咨询台", "counter 咨询台."),
        ("综合一", "到综合一窗口", "counter 综合一."),
    ],
)
def test_a_counter_that_says_what_it_is_does_not_say_it_twice(name: str, zh: str, en: str) -> None:
    assert call_text(make_call("A005", name), "zh", Wording()).split("，")[1] == zh
    assert call_text(make_call("A005", name), "en", Wording()).endswith(en)


@pytest.mark.parametrize(
    ("number", "counter", "spoken_en"),
    [
        ("优012", "咨询台", ["Number you, 0, 1, 2.", "Please go to counter zi xun tai."]),
        ("A005", "综合一", ["Number A, 0, 0, 5.", "Please go to counter zong he yi."]),
    ],
)
def test_hanzi_in_an_english_call_are_given_to_the_voice_in_latin_letters(
    number: str, counter: str, spoken_en: list[str]
) -> None:
    assert spoken(number, counter, "en") == spoken_en


def test_the_hall_files_own_templates_are_ours() -> None:
    assert Wording(template_zh=Speech().template_zh, template_en=Speech().template_en, one=Speech().one) == Wording()


def test_a_template_of_the_hall_is_followed_with_its_variables() -> None:
    wording = Wording(template_zh="{ticket}号请到{counter}窗口，谢谢")
    assert call_text(make_call("A005", "12"), "zh", wording) == "A零零五号请到十二窗口，谢谢"


@pytest.mark.parametrize(
    ("template", "clips"),
    [
        ("请{ticket}号到{counter}窗口", 1),
        ("请{ticket}号，到{counter}号窗口，谢谢", 2),
        ("您好，请{ticket}号。到{counter}号窗口", 2),
        ("Ticket {ticket}, please go to Counter {counter}.", 2),
        ("请{ticket}号", 1),
    ],
)
def test_a_template_is_cut_only_between_ticket_and_counter(template: str, clips: int) -> None:
    parts = clip_templates(template)
    assert len(parts) == clips
    assert "".join(parts).replace(" ", "") == template.replace(" ", "")
    assert "{ticket}" in "".join(parts)


@pytest.mark.parametrize(
    "template",
    [
        "请{ticket}号",
        "请{ticket}号到{counter}窗口办理{service}",
        "请{ticket号",
        "请{ticket}号到{window}",
        "到{counter}号窗口",
        "请{ticket!r}号到{counter}",
        "{ticket:>999999999}",
        "{}",
        "",
    ],
)
def test_a_template_that_is_not_one_is_refused_with_a_sentence(template: str) -> None:
    with pytest.raises(WordingRefused, match="cannot speak"):
        call_utterances(make_call(), "zh", Wording(template_zh=template))


@pytest.mark.parametrize("number", ["", "---", "A" * 33, "🎫", "\0"])
def test_a_number_that_cannot_be_spelt_is_refused(number: str) -> None:
    with pytest.raises(WordingRefused):
        call_utterances(make_call(number), "zh", Wording())


@pytest.mark.parametrize("text", ["", "   ", "！？", "字" * 201, "\n\t"])
def test_a_free_text_without_words_or_without_end_is_refused(text: str) -> None:
    with pytest.raises(WordingRefused):
        free_utterance(text, "zh")


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(WordingRefused, match="no such language"):
        call_utterances(make_call(), "xx", Wording())


def test_the_clips_made_ahead_are_those_of_the_call_itself() -> None:
    for language in ("zh", "en"):
        for counter in ("3", "105", "咨询台", "3号窗口"):
            ahead = ticket_utterances("A005", language, Wording()) + counter_utterances(counter, language, Wording())
            assert ahead == call_utterances(make_call("A005", counter), language, Wording())


def test_a_template_without_a_seam_has_no_clips_ahead() -> None:
    wording = Wording(template_zh="请{ticket}号到{counter}窗口")
    assert ticket_utterances("A005", "zh", wording) == counter_utterances("3", "zh", wording) == ()


@pytest.mark.parametrize(
    ("text", "pinyin"),
    [
        ("银行业务", "yin2 hang2 ye4 wu4"),
        ("重新取号", "chong2 xin1 qu3 hao4"),
        ("会计证", "kuai4 ji4 zheng4"),
        ("社保卡发卡", "she4 bao3 ka3 fa1 ka3"),
        ("公积金还款", "gong1 ji1 jin1 huan2 kuan3"),
        ("女士", "nv3 shi4"),
        ("12楼，请走楼梯！", "shi2 er4 lou2, qing3 zou3 lou2 ti1."),
        ("<b>请</b>", "bi4 qing3 bi4"),
    ],
)
def test_hall_words_are_read_as_people_read_them(text: str, pinyin: str) -> None:
    assert pinyin_of(text) == pinyin


def test_every_ticket_digit_keeps_its_own_tone() -> None:
    said = ["ling2", "yi1", "er4", "san1", "si4", "wu3", "liu4", "qi1", "ba1", "jiu3"]
    tones = dict(zip("0123456789", said, strict=True))
    for number in range(1000):
        digits = f"{number:03}"
        assert pinyin_of(singly(digits)) == " ".join(tones[digit] for digit in digits)


def test_every_word_given_to_the_voice_is_a_syllable_with_a_tone() -> None:
    words = [*PHRASES.values(), *LETTERS.values()]
    words += [pinyin_of(f"请{letter}零一二号") for letter in LETTERS] + [pinyin_of(counter_words("8", "zh"))]
    for text in words:
        assert all(SYLLABLE.fullmatch(word) for word in text.split()), text


def test_an_ordinary_call_is_read_without_the_dictionary() -> None:
    def missing(hanzi: str) -> list[str]:
        raise ReadingsMissing(hanzi)

    for counter in ("1", "12", "99"):
        for part in call_utterances(make_call("A105", counter), "zh", Wording()):
            assert mandarin(part.text, missing) == fed(part)
    with pytest.raises(ReadingsMissing):
        mandarin("到咨询台", missing)
