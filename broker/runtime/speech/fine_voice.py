"""A slower, finer voice beside espeak-ng: it fills the store of clips in the background and is never waited for.

A call is spoken with it when all its words of a language are in the store already; otherwise espeak-ng speaks as ever,
and the words are made for the next time. Its engine runs in a worker process of its own, at the lowest priority; a
missing model, a missing package, a dead or slow worker only mean that espeak-ng goes on speaking.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

import numpy as np

from broker.runtime.speech.clips import ClipFolder, Clips, as_written
from broker.runtime.speech.errors import SoundError
from broker.runtime.speech.levels import mastered16
from broker.runtime.speech.studio import Studio, Urgency
from broker.runtime.speech.utterance import Utterance
from broker.runtime.speech.voice import GuardedVoice, VoiceChoice, WorkerVoice

log = logging.getLogger(__name__)

START_S, ANSWER_S = 60.0, 30.0  # a model of some 100 MB from a card, a sentence on a Raspberry Pi


@dataclass(frozen=True)
class FineChoice:
    """``engine`` with the model at ``model`` speaks ``rates``: the tempo of each language in percent of its own."""

    engine: Literal["piper", "sherpa"]
    model: Path
    rates: dict[str, int]

    @property
    def identity(self) -> str:
        """Names engine and model for the keys of clips: another file in the same place is another voice."""
        try:
            files = sorted(self.model.glob("*.onnx")) if self.model.is_dir() else [self.model]
            facts = [f"{file.name} {file.stat().st_size} {file.stat().st_mtime_ns}" for file in files]
        except OSError:
            facts = []
        return " ".join((self.engine, str(self.model), *facts))


class UsualStudio(Protocol):
    """The studio of the voice that always speaks."""

    def orders(self, utterances: Sequence[Utterance], urgency: Urgency) -> list["Future[np.ndarray]"]: ...

    def warm(self, utterances: Iterable[Utterance]) -> None: ...

    def stop(self) -> None: ...


class FineStudio:
    """Hands out the fine clips that are there, the usual ones otherwise."""

    def __init__(
        self,
        usual: UsualStudio,
        choice: FineChoice,
        folder: ClipFolder | None,
        words: Callable[[Utterance], str] = as_written,
        background: Callable[[np.ndarray, int], np.ndarray] = mastered16,
    ) -> None:
        self._usual = usual
        self._languages = frozenset(choice.rates)
        worker = WorkerVoice(choice.engine, model=choice.model, answer_s=ANSWER_S, start_s=START_S)
        self.voice = GuardedVoice([worker])
        voices = {language: VoiceChoice(language, rate) for language, rate in choice.rates.items()}
        self._clips = Clips(self.voice, choice.identity, voices, folder, words, background)
        self._studio = Studio(self._clips, self.voice)

    def start(self) -> None:
        """Begin to fill the store."""
        self._studio.start()

    def orders(self, utterances: Sequence[Utterance], urgency: Urgency) -> list["Future[np.ndarray]"]:
        """All fine or none: two voices in one sentence would confuse."""
        if all(utterance.language in self._languages for utterance in utterances):
            ready = [self._ready(utterance) for utterance in utterances]
            if all(clip is not None for clip in ready):
                return [_done(clip) for clip in ready if clip is not None]
            self._studio.warm(utterances)
        return self._usual.orders(utterances, urgency)

    def _ready(self, utterance: Utterance) -> np.ndarray | None:
        try:
            return self._clips.ready(utterance)
        except SoundError:  # how it is read is not known yet
            return None

    def warm(self, utterances: Iterable[Utterance]) -> None:
        """First by the usual voice, which is quick; then finely."""
        wanted = list(utterances)
        self._usual.warm(wanted)
        self._studio.warm(utterance for utterance in wanted if utterance.language in self._languages)

    def stop(self) -> None:
        """End both."""
        self._studio.stop()
        self._usual.stop()


def _done(clip: np.ndarray) -> "Future[np.ndarray]":
    result: Future[np.ndarray] = Future()
    result.set_result(clip)
    return result
