"""What an espeak-ng is fed: Mandarin as pinyin with tone digits, so that every build reads it alike. Pure.

espeak-ng 1.51 (Debian bookworm) reads hanzi of its voice ``cmn`` as English letters and has many wrong readings of
polyphones; 1.52 says "yí hào" for 一号. Both read pinyin with digits (``qing3 ei1 ling2 hao4``) rightly, third-tone
sandhi included, with the voice ``cmn-latn-pinyin``. Latin letters must be pinyin too: the voice reads a bare E like 一
and R like 二. Cantonese stays in hanzi: both builds' voice ``yue`` reads the words of a call rightly, and letters in
English, as one says them there.
"""

import re
from collections.abc import Callable, Iterator, Sequence

DIGITS = "零一二三四五六七八九"
LETTERS = {
    "A": "ei1",
    "B": "bi4",
    "C": "sei1",
    "D": "di4",
    "E": "yi4",
    "F": "ai2 fu5",
    "G": "ji4",
    "H": "ei1 chi5",
    "I": "ai4",
    "J": "zhei4",
    "K": "kei1",
    "L": "ai2 lou5",
    "M": "ai2 mu5",
    "N": "en1",
    "O": "ou1",
    "P": "pi4",
    "Q": "kiu4",
    "R": "a4 er2",
    "S": "ai2 si5",
    "T": "ti4",
    "U": "you1",
    "V": "wei1",
    "W": "da2 bu4 liu2",
    "X": "ai2 ke5 si5",
    "Y": "wai1",
    "Z": "zei4",
}

PHRASES = {
    "号窗口": "hao4 chuang1 kou3",
    "号柜台": "hao4 gui4 tai2",
    "一次性告知": "yi2 ci4 xing4 gao4 zhi1",
    "一件事": "yi2 jian4 shi4",
    "一窗受理": "yi4 chuang1 shou4 li3",
    "一窗通办": "yi4 chuang1 tong1 ban4",
    "一站式": "yi2 zhan4 shi4",
    "一网通办": "yi4 wang3 tong1 ban4",
    "不动产": "bu2 dong4 chan3",
    "不见面": "bu2 jian4 mian4",
    "不便": "bu2 bian4",
    "不用": "bu2 yong4",
    "上一页": "shang4 yi2 ye4",
    "上一项": "shang4 yi2 xiang4",
    "下一页": "xia4 yi2 ye4",
    "下一项": "xia4 yi2 xiang4",
    "下一步": "xia4 yi2 bu4",
    "下一位": "xia4 yi2 wei4",
    "点一下": "dian3 yi2 xia4",
    "一遍": "yi2 bian4",
    "一张": "yi4 zhang1",
    "一寸": "yi2 cun4",
    "选中": "xuan3 zhong4",
    "补打的": "bu3 da3 de5",
    "先生": "xian1 sheng5",
    "女士": "nv3 shi4",
    "大夫": "dai4 fu5",
    "还款": "huan2 kuan3",
    "还贷": "huan2 dai4",
    "还卡": "huan2 ka3",
    "返还": "fan3 huan2",
    "退还": "tui4 huan2",
    "发卡": "fa1 ka3",
    "总行": "zong3 hang2",
    "支行": "zhi1 hang2",
    "分行": "fen1 hang2",
    "行长": "hang2 zhang3",
    "银行": "yin2 hang2",
    "重新": "chong2 xin1",
    "重复": "chong2 fu4",
    "长护险": "chang2 hu4 xian3",
    "长者": "zhang3 zhe3",
    "会计": "kuai4 ji4",
    "处理": "chu3 li3",
    "便民": "bian4 min2",
    "存折": "cun2 zhe2",
    "调解": "tiao2 jie3",
    "薄荷": "bo4 he5",
}
"""Readings fixed here because a dictionary alone gets them wrong, or must never begin to get them wrong."""

CERTAIN = {
    "请": "qing3",
    "到": "dao4",
    "号": "hao4",
    "零": "ling2",
    "一": "yi1",
    "二": "er4",
    "三": "san1",
    "四": "si4",
    "五": "wu3",
    "六": "liu4",
    "七": "qi1",
    "八": "ba1",
    "九": "jiu3",
    "十": "shi2",
    "幺": "yao1",
}
"""Read the same in any order: the words of an ordinary call, which is spoken also where no dictionary can be opened."""

Read = Callable[[str], Sequence[str]]
"""Hanzi -> their syllables with tone digits: a dictionary, asked for what is neither certain nor a phrase of ours."""

_PAUSES = {**dict.fromkeys("，、,；：", ","), **dict.fromkeys("。.！!？?", ".")}
_PHRASE = "|".join(sorted(map(re.escape, PHRASES), key=len, reverse=True))
_HANZI = "〇\u3400-\u9fff"
_HANZI_RUN = re.compile(f"[{_HANZI}]+")
_NUMBER = re.compile("[0-9]+")
_PIECE = re.compile(
    rf"(?P<phrase>{_PHRASE})|(?P<number>[0-9]+)|(?P<letter>[A-Za-z])|(?P<pause>[{''.join(_PAUSES)}])"
    rf"|(?P<hanzi>[{_HANZI}]+?)(?={_PHRASE}|[^{_HANZI}]|$)"
)


def cardinal(number: int) -> str:
    """A whole number as it is said: 12 十二, 105 一百零五, 110 一百一十; from 10 000 on digit by digit."""
    if number >= 10_000:
        return singly(str(number))
    if number < 10:
        return DIGITS[number]
    said, gap = "", False
    for worth, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, worth)
        if digit:
            said += ("零" if gap and said else "") + DIGITS[digit] + unit
        gap = not digit
    return said.removeprefix("一") if said.startswith("一十") else said


def singly(digits: str, one: str = "一") -> str:
    """``105`` -> ``一零五``, or ``幺零五`` where the hall says 幺 so that one and seven are not confused."""
    return "".join(DIGITS[int(digit)] for digit in digits).replace("一", one)


def mandarin(text: str, read: Read) -> str:
    """``请A零零五号`` -> ``qing3 ei1 ling2 ling2 wu3 hao4``; what is no word, letter, digit or pause is left out."""
    said = ""
    for piece in _pieces(text, read):
        said += piece if piece in (",", ".") else (" " + piece if said and piece else piece)
    return said


def latin(text: str, read: Read) -> str:
    """``counter 咨询台`` -> ``counter zi xun tai``: an English voice would say "Chinese letter" for each hanzi."""

    def toneless(found: re.Match[str]) -> str:
        return " ".join(syllable.rstrip("12345") for syllable in mandarin(found[0], read).split())

    return _HANZI_RUN.sub(toneless, text)


def can_be_spoken(text: str, language: str) -> bool:
    """Whether anything in it is a word to a voice of this language."""
    if language != "zh":
        return any(sign.isalnum() for sign in text)
    return any(found["pause"] is None for found in _PIECE.finditer(text))


def cantonese(text: str) -> str:
    """``到3号窗口`` -> ``到三号窗口``: numbers as they are said, and never 幺, which the voice misreads."""
    said = _NUMBER.sub(lambda found: cardinal(int(found[0])) if len(found[0]) <= 4 else singly(found[0]), text)
    return said.replace("幺", "一")


def _pieces(text: str, read: Read) -> Iterator[str]:
    for found in _PIECE.finditer(text):
        word = found.group()
        if found["number"]:
            yield _pinyin(cardinal(int(word)) if len(word) <= 4 else singly(word), read)
        elif found["letter"]:
            yield LETTERS[word.upper()]
        elif found["pause"]:
            yield _PAUSES[word]
        elif found["phrase"]:
            yield PHRASES[word]
        else:
            yield _pinyin(word, read)


def _pinyin(hanzi: str, read: Read) -> str:
    certain = all(sign in CERTAIN for sign in hanzi)
    return " ".join([CERTAIN[sign] for sign in hanzi] if certain else read(hanzi))
