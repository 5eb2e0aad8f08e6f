"""The voice of a caller's evaluators: asks the visitor to rate, once a visit, through this machine's loudspeaker.

A thread of its own makes the words in the guarded workers of the shared voices and plays them, so no key ever waits.
Whoever is asked meanwhile at another counter is asked after it; what waits too long is left to the screens.
"""

import contextlib
import logging
import queue
import threading
import time
from collections import OrderedDict
from concurrent.futures import TimeoutError as NotYet

import numpy as np

from broker.runtime.speaker_address import SpeakerAddress
from broker.runtime.speech.errors import SoundError, WordingRefused
from broker.runtime.speech.levels import silence
from broker.runtime.speech.player import Player
from broker.runtime.speech.studio import Urgency
from broker.runtime.speech.utterance import Utterance, free_utterance
from broker.runtime.speech.voices import Voices, VoiceSettings, open_voices
from caller.evaluator.words import ASK

log = logging.getLogger(__name__)

WAITING_MOST, LATE_S = 4, 12.0
BETWEEN_S, CLIP_WAIT_S = 0.3, 6.0
TICK_S, IDLE_S = 0.02, 0.2
REMEMBERED = 500


class SpokenPrompt:
    """``start``, then ``ask`` for each visit. ``languages`` in the hall's order."""

    def __init__(
        self, address: SpeakerAddress, settings: VoiceSettings, languages: tuple[str, ...], gain_db: float
    ) -> None:
        self._settings, self._languages, self._gain_db = settings, languages, gain_db
        self._player = Player(address)
        self._voices: Voices | None = None
        self._waiting: queue.Queue[float] = queue.Queue(WAITING_MOST)
        self._asked: OrderedDict[str, None] = OrderedDict()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="spoken-prompt", daemon=True)
        self.spoken: list[str] = []
        """The last texts that went to the loudspeaker; at most 64."""

    def start(self) -> None:
        """Open loudspeaker and voices, in the background."""
        self._thread.start()

    def stop(self) -> None:
        """End; what is being said is cut."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout=15)

    def ask(self, visit: str) -> None:
        """Say it once for this visit; never blocks."""
        if visit in self._asked:
            return
        self._asked[visit] = None
        while len(self._asked) > REMEMBERED:
            self._asked.popitem(last=False)
        try:
            self._waiting.put_nowait(time.monotonic())
        except queue.Full:
            log.info("a prompt to rate is on the screen alone: %d wait to be spoken", WAITING_MOST)

    def health(self) -> str:
        """``ok``, ``unavailable`` (no loudspeaker) or ``stopped``."""
        if not self._thread.is_alive():
            return "stopped"
        return "unavailable" if self._player.fault else "ok"

    # -- the thread ------------------------------------------------

    def _run(self) -> None:
        try:
            self._player.open()
            self._voices = open_voices(self._settings)
            self._voices.studio.warm(self._utterances())
            while not self._stopping.is_set():
                try:
                    self._turn()
                except Exception:
                    log.exception("the spoken prompt stumbled")
                    time.sleep(IDLE_S)
        except Exception:
            log.exception("the prompt cannot be spoken")
        finally:
            if self._voices is not None:
                self._voices.studio.stop()
            self._player.close()

    def _turn(self) -> None:
        self._player.check()
        try:
            asked_s = self._waiting.get(timeout=IDLE_S)
        except queue.Empty:
            return
        if time.monotonic() - asked_s > LATE_S:
            return
        assert self._voices is not None
        utterances = self._utterances()
        for utterance, clip in zip(utterances, self._voices.studio.orders(utterances, Urgency.NOW), strict=True):
            try:
                samples = self._made(clip)
            except SoundError as error:
                log.warning("the prompt to rate stays unsaid: %s", error)
                continue
            while not self._player.has_room and not self._stopping.is_set():
                time.sleep(TICK_S)
            self._player.put(np.concatenate((samples, silence(BETWEEN_S))), self._gain_db)
            self.spoken = [*self.spoken[-63:], utterance.text]
        while self._player.is_busy and not self._stopping.is_set():
            self._player.check()
            time.sleep(TICK_S)

    def _made(self, clip: object) -> np.ndarray:
        until_s = time.monotonic() + CLIP_WAIT_S
        while time.monotonic() < until_s and not self._stopping.is_set():
            with contextlib.suppress(NotYet):
                return clip.result(timeout=TICK_S)  # type: ignore[attr-defined, no-any-return]
        raise SoundError(f"the words were not ready within {CLIP_WAIT_S:.0f} s")

    def _utterances(self) -> list[Utterance]:
        made = []
        for language in self._languages:
            try:
                made.append(free_utterance(ASK.en if language == "en" else ASK.zh, language))
            except WordingRefused as error:
                log.warning("%s", error)
        return made
