"""Mandarin tickets by ear: forced choice between 28 recordings of another build, another voice, another dictionary.

What our voice says (our pinyin, espeak-ng of Debian) is compared with what espeak-ng 1.52 of PyPI reads from the plain
hanzi with its own dictionary: the true ticket and the 27 that differ in one digit. The nearest by MFCC and dynamic time
warping is what was "heard". It is no recogniser, and both sides are of one family of voices: it shows that the right
digits are said in the right order and told apart. Controls must fail: a wrong digit, another language's voice, and the
build of espeak-ng that cannot read hanzi reading hanzi.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from broker.runtime.speech import espeak
from broker.runtime.speech.levels import resampled, trimmed
from broker.runtime.speech.utterance import free_utterance, ticket_words
from broker.runtime.speech.voice import Recording, VoiceChoice, WorkerVoice
from broker.runtime.speech.voices import VOICES
from display.wording import Wording, ticket_utterances
from tests.runtime.speech.rig import fed

RATE_HZ, FRAME, HOP, SPECTRUM = 16_000, 400, 160, 512
FILTERS, COEFFICIENTS = 26, 13
REFERENCE = VoiceChoice("cmn+f2", 175)
"""1.52's own reading of hanzi."""


@dataclass(frozen=True)
class Choice:
    """Of ``trials`` tickets so many were taken for what they should be; ``distance`` is the mean to the nearest."""

    trials: int
    taken: int
    distance: float


class Ear:
    """Knows the reference's recordings and chooses among them."""

    def __init__(self, reference: WorkerVoice) -> None:
        self._reference = reference
        self._known: dict[str, np.ndarray] = {}

    def nearest(self, said: Recording, candidates: list[str]) -> tuple[str, float]:
        """The ticket whose recording is nearest, and how far it is."""
        features = mfcc(said)
        distances = [warped(features, self._recording(number)) for number in candidates]
        best = int(np.argmin(distances))
        return candidates[best], distances[best]

    def _recording(self, number: str) -> np.ndarray:
        if number not in self._known:
            self._known[number] = mfcc(self._reference.say(f"请{ticket_words(number, 'zh')}号", REFERENCE))
        return self._known[number]


def one_digit_different(number: str) -> list[str]:
    """The ticket itself and its 27 neighbours."""
    digits = number[1:]
    others = [
        number[0] + digits[:place] + other + digits[place + 1 :]
        for place in range(3)
        for other in "0123456789"
        if other != digits[place]
    ]
    return [number, *others]


def choose(count: int, say: Callable[[str], Recording], ear: Ear, seed: int = 11, *, wrong: bool = False) -> Choice:
    """How many of so many tickets are taken for themselves; ``wrong`` says one digit wrong on purpose."""
    chance, taken, far = random.Random(seed), 0, []
    for place in range(count):
        number = f"{'ABCDFGHKLMPS'[place % 12]}{chance.randrange(1000):03}"
        candidates = one_digit_different(number)
        heard, distance = ear.nearest(say(chance.choice(candidates[1:]) if wrong else number), candidates)
        taken += heard == number
        far.append(distance)
    return Choice(count, taken, float(np.mean(far)))


def ours(voice: WorkerVoice) -> Callable[[str], Recording]:
    """As the hall hears it: our words for a ticket, our choice of voice."""
    return lambda number: voice.say(fed(ticket_utterances(number, "zh", Wording())[0]), VOICES["zh"])


def broken(voice: WorkerVoice) -> Callable[[str], Recording]:
    """Hanzi to a build that reads hanzi as English letters (espeak-ng 1.51)."""
    return lambda number: voice.say(f"请{ticket_words(number, 'zh')}号", VoiceChoice("cmn+f2", 175))


def english(voice: WorkerVoice) -> Callable[[str], Recording]:
    """The English words of the ticket."""
    return lambda number: voice.say(fed(free_utterance(ticket_words(number, "en"), "en")), VOICES["en"])


def voices() -> tuple[WorkerVoice, WorkerVoice]:
    """(what is judged, the reference); raises NoSpeechLibrary where one of the two builds is missing."""
    judged, reference = (espeak.find_speech_library((origin,)) for origin in ("system", "embedded"))
    return tuple(WorkerVoice("espeak", library, answer_s=20.0, start_s=30.0) for library in (judged, reference))


def mfcc(said: Recording) -> np.ndarray:
    """13 coefficients a frame of 25 ms, every 10 ms, the mean of each taken out: (frames, 13)."""
    clear = trimmed(resampled(said.samples.astype(np.float32) / 32768, said.rate_hz))
    third = np.fft.irfft(np.fft.rfft(clear)[: len(clear) // 6 + 1], len(clear) // 3) / 3
    sound = np.append(third[0], third[1:] - 0.97 * third[:-1])
    frames = np.lib.stride_tricks.sliding_window_view(sound, FRAME)[::HOP] * np.hamming(FRAME)
    power = np.abs(np.fft.rfft(frames, SPECTRUM)) ** 2
    energies = np.log(np.maximum(power @ _mel_filters().T, 1e-10))
    spread = np.cos(np.pi * np.arange(COEFFICIENTS)[:, None] * (np.arange(FILTERS) + 0.5) / FILTERS)
    found = energies @ spread.T
    return (found - found.mean(axis=0)) / found.std()


def warped(one: np.ndarray, other: np.ndarray) -> float:
    """Mean distance along the cheapest way through both, by anti-diagonals."""
    cost = np.sqrt(((one[:, None, :] - other[None, :, :]) ** 2).sum(axis=2))
    rows, columns = cost.shape
    total = np.full((rows + 1, columns + 1), np.inf)
    total[0, 0] = 0.0
    for diagonal in range(rows + columns - 1):
        row = np.arange(max(0, diagonal - columns + 1), min(rows, diagonal + 1))
        column = diagonal - row
        before = np.minimum(np.minimum(total[row, column + 1], total[row + 1, column]), total[row, column])
        total[row + 1, column + 1] = cost[row, column] + before
    return float(total[rows, columns] / (rows + columns))


@lru_cache(maxsize=1)
def _mel_filters() -> np.ndarray:
    """Triangles evenly spaced in mel from 0 to 8 kHz: (26, 257)."""
    top = 2595 * np.log10(1 + RATE_HZ / 2 / 700)
    hertz = 700 * (10 ** (np.linspace(0, top, FILTERS + 2) / 2595) - 1)
    bins = np.fft.rfftfreq(SPECTRUM, 1 / RATE_HZ)
    rising = (bins - hertz[:-2, None]) / (hertz[1:-1] - hertz[:-2])[:, None]
    falling = (hertz[2:, None] - bins) / (hertz[2:] - hertz[1:-1])[:, None]
    return np.maximum(0, np.minimum(rising, falling))
