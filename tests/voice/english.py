"""English calls played to pocketsphinx, with its own model and a grammar of calls. It judges 16 kHz, the call is 48.

Its default beams give empty answers for a grammar, hence the wide ones. Letters that do not rhyme: among B, C, D, E, G,
P, T, V, Z it errs as people do.
"""

import random
from dataclasses import dataclass

import numpy as np

from broker.runtime.speech import espeak
from broker.runtime.speech.clips import Clips
from broker.runtime.speech.levels import silence
from broker.runtime.speech.voice import WorkerVoice
from broker.runtime.speech.voices import VOICES
from display.wording import Wording, call_utterances
from tests.display.speech_rig import make_call
from tests.runtime.speech.rig import fed

LETTERS = "AFHKMRWX"
GRAMMAR = """#JSGF V1.0;
grammar call;
<letter> = a. | f. | h. | k. | m. | r. | w. | x.;
<digit> = zero | one | two | three | four | five | six | seven | eight | nine;
<counter> = <digit> | ten | eleven | twelve | thirteen | fourteen | fifteen;
public <call> = number <letter> <digit> <digit> <digit> please go to counter <counter>;
"""
NAMES = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]


@dataclass
class Heard:
    """Of ``calls``, so many were understood in full, in the letter, in all digits, in the counter."""

    calls: int = 0
    whole: int = 0
    letter: int = 0
    digits: int = 0
    counter: int = 0


def listen(count: int, seed: int = 7) -> Heard:
    """Let a foreign recogniser write down so many calls."""
    from pocketsphinx import Decoder

    decoder = Decoder(lm=None, beam=1e-100, pbeam=1e-100, wbeam=1e-80, bestpath=False, loglevel="FATAL")
    decoder.add_jsgf_string("call", GRAMMAR)
    decoder.activate_search("call")
    chance, heard = random.Random(seed), Heard()
    voice = WorkerVoice("espeak", espeak.find_speech_library(), answer_s=20.0, start_s=30.0)
    clips = Clips(voice, "test", VOICES, words=fed)
    try:
        for place in range(count):
            number, counter = f"{LETTERS[place % 8]}{chance.randrange(1000):03}", chance.randrange(1, 13)
            parts = [clips.make(part) for part in call_utterances(make_call(number, str(counter)), "en", Wording())]
            call = np.concatenate([silence(0.2), parts[0], silence(0.12), parts[1], silence(0.2)])
            _judge(heard, decoded(decoder, call).split(), number, counter)
    finally:
        voice.stop()
    return heard


def _judge(heard: Heard, words: list[str], number: str, counter: int) -> None:
    right = (
        words[1:2] == [f"{number[0].lower()}."],
        words[2:5] == [NAMES[int(digit)] for digit in number[1:]],
        words[-1:] == [NAMES[counter]],
    )
    heard.calls += 1
    heard.whole += all(right)
    heard.letter += right[0]
    heard.digits += right[1]
    heard.counter += right[2]


def decoded(decoder: object, call: np.ndarray) -> str:
    """What the recogniser makes of a programme at 48 kHz."""
    third = np.fft.irfft(np.fft.rfft(call)[: len(call) // 6 + 1], len(call) // 3) / 3
    decoder.start_utt()
    decoder.process_raw((np.clip(third, -1, 1) * 32767).astype(np.int16).tobytes(), full_utt=True)
    decoder.end_utt()
    hypothesis = decoder.hyp()
    return hypothesis.hypstr if hypothesis else ""
