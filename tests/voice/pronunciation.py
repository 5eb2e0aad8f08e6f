"""What espeak-ng makes of our pinyin, from its own phoneme trace, against pypinyin's dictionary.

The hanzi of a call should sound as the dictionary says: tones in Chao's numbers, third-tone sandhi included.
"""

import re
import string
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from pypinyin import Style, pinyin

from broker.runtime.speech import espeak
from broker.runtime.speech.pronounce import LETTERS
from broker.runtime.speech.utterance import Utterance
from broker.runtime.speech.voices import VOICES
from display.wording import Wording, call_utterances
from tests.display.speech_rig import make_call
from tests.runtime.speech.rig import fed, phonemes

SEAMLESS = "请{ticket}号到{counter}号窗口"
"""A template without a comma: the whole call is one clip, and tones follow one another all through it."""
ORIGINS: tuple[espeak.Origin, ...] = ("system", "embedded")
AT_ONCE = 2_000

CHAO = {"1": "55", "2": "35", "3": "214", "4": "51"}
SOUNDS = {
    "ling": "l i N",
    "yi": "j i",
    "er": "@ r",
    "san": "s a n",
    "si": "s i[",
    "wu": "w u",
    "liu": "l iou",
    "qi": "tS;h i",
    "ba": "p A",
    "jiu": "tS; iou",
    "shi": "s. i.",
    "bai": "p ai",
    "yao": "j Au",
    "qing": "tS;h i N",
    "hao": "X Au",
    "dao": "t Au",
    "chuang": "ts.h wA N",
    "kou": "kh ou",
}
"""espeak-ng's name of each syllable in a call: onset, vowel, ending, as its phoneme table has them."""
_SOUNDS_OF_A_TO_Z = """ei55, pi51, sei55, ti51, ji51, ai35 fu33, tS;i51, ei55 ts.hi.22, ai51, ts.ei51, khei55,
ai35 lou33, ai35 mu33, @55n, ou55, phi51, khiou51, A51 @r35, ai35 si[33, thi51, jiou55, wei55,
tA35 pu51 liou35, ai35 kho-33 si[11, wai55, tsei51"""
LETTER_SOUNDS = dict(zip(string.ascii_uppercase, _SOUNDS_OF_A_TO_Z.replace("\n", " ").split(", "), strict=True))


@dataclass(frozen=True)
class Misread:
    """A clip that does not sound as the dictionary says."""

    text: str
    said: list[str]
    should: list[str]


@dataclass(frozen=True)
class Verdict:
    """So many calls, made of so many clips, and those that are wrong."""

    calls: int
    clips: int
    wrong: list[Misread]


def expected(hanzi: str) -> list[str]:
    """Phonemes of a phrase of hanzi by pypinyin's dictionary, in espeak-ng's letters, with third-tone sandhi."""
    syllables = [word[0] for word in pinyin(hanzi, style=Style.TONE3)]
    tones = [CHAO[word[-1]] for word in syllables]
    for place, tone in enumerate(tones):
        if tone == "214" and place + 1 < len(tones):
            tones[place] = "35" if tones[place + 1] == "214" else "21"
    said = []
    for word, tone in zip(syllables, tones, strict=True):
        onset, vowel, *ending = SOUNDS[word[:-1]].split() if word[:-1] != "er" else ("", "@", "r")
        said.append(onset + vowel + ("r" + tone if ending == ["r"] else tone + "".join(ending)))
    return said


def expected_of(text: str) -> list[str]:
    """Of one clip of a call: perhaps 请, perhaps a letter (no third tone follows 请 then), then hanzi."""
    before, letter, after = re.fullmatch(r"(请?)([A-Z]?)([^，]+)，?", text).groups()
    if not letter:
        return expected(before + after)
    first = [sound.replace("214", "21") for sound in expected(before)] if before else []
    return first + LETTER_SOUNDS[letter].split() + expected(after)


def tickets(count: int) -> list[str]:
    """Every three digits, and with more than a thousand other letters before them; letters by turns."""
    letters = sorted(LETTERS)
    return [f"{letters[(place + place // 1000) % len(letters)]}{place % 1000:03}" for place in range(count)]


def clips(numbers: Iterable[str], counters: Sequence[str], wording: Wording) -> Iterator[Utterance]:
    """Every clip that is spoken when any of the tickets is called to any of the counters; each once where it can."""
    counters = list(counters)
    for number in numbers:
        parts = call_utterances(make_call(number, counters[0]), "zh", wording)
        if len(parts) == 1:
            for counter in counters:
                yield from call_utterances(make_call(number, counter), "zh", wording)
        else:
            yield parts[0]
    if len(call_utterances(make_call("A001", counters[0]), "zh", wording)) > 1:
        for counter in counters:
            yield call_utterances(make_call("A001", counter), "zh", wording)[1]


def judge(origin: espeak.Origin, numbers: list[str], counters: list[str], wording: Wording) -> Verdict:
    """Have one build of espeak-ng read them all; raises NoSpeechLibrary where it is missing."""
    library = espeak.find_speech_library((origin,))
    count, wrong = 0, []
    wanted = clips(numbers, counters, wording)
    while some := list(islice(wanted, AT_ONCE)):
        count += len(some)
        heard = phonemes(library, VOICES["zh"].name, [fed(part) for part in some])
        for part, said in zip(some, heard, strict=True):
            should = expected_of(part.text)
            if said != should:
                wrong.append(Misread(part.text, said, should))
    return Verdict(len(numbers) * len(counters), count, wrong)
