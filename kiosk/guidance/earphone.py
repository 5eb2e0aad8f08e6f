"""The private output: says what it is told at once, in a thread of its own, and never keeps anybody waiting.

Words are made in the guarded worker processes of the shared voices; what was begun is cut by what comes next. Where
there is no device or no voice the kiosk works on in silence, and its health says so.
"""

import contextlib
import logging
import threading
import time
from collections import deque
from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet
from itertools import islice

import numpy as np

from broker.runtime.speaker_address import SpeakerAddress
from broker.runtime.speech.errors import SoundError, WordingRefused
from broker.runtime.speech.levels import silence
from broker.runtime.speech.player import Player
from broker.runtime.speech.studio import Urgency
from broker.runtime.speech.utterance import Utterance, free_utterance
from broker.runtime.speech.voices import Voices, VoiceSettings, open_voices
from kiosk.guidance.mind import Say
from kiosk.guidance.spoken import Piece

logger = logging.getLogger(__name__)

BETWEEN_PIECES_S = 0.22
CLIP_WAIT_S = 6.0
AHEAD = 3
"""Pieces ordered before they are needed: enough that none is waited for, few to throw away at the next key."""
CAPTIONS_MOST = 11
"""Beside the newest one: a panel is no protocol."""
TICK_S, IDLE_S, CHECK_S = 0.015, 0.2, 1.0


class Superseded(Exception):
    """Something else is to be said."""


class Earphone:
    """``start``, then ``say`` as often as one likes; only the last words count."""

    def __init__(self, address: SpeakerAddress, settings: VoiceSettings) -> None:
        self._settings = settings
        self._simulated = address.kind == "virtual"
        self._player = Player(address)
        self._voices: Voices | None = None
        self._wanted: Say | None = None
        self._warm: deque[Piece] = deque()
        self._changed = threading.Condition()
        self._stopping = False
        self._busy = False
        self._thread = threading.Thread(target=self._run, name="earphone", daemon=True)
        self.spoken: list[str] = []
        """The last texts that went to the device, for the tests; at most 64."""
        self._heard: tuple[str, ...] = ()

    def start(self) -> None:
        """Open device and voices, in the background."""
        self._thread.start()

    def stop(self) -> None:
        """End within some seconds; what is being said is cut."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        if self._thread.is_alive():
            self._thread.join(timeout=15)

    def say(self, order: Say) -> None:
        """From now on this and nothing else."""
        with self._changed:
            self._wanted = order
            self._changed.notify()

    def warm(self, pieces: Iterable[Piece]) -> None:
        """Make these ready while nothing else is to be done, one at a time: a kiosk that starts has better to do."""
        with self._changed:
            self._warm.extend(pieces)

    def captions(self) -> tuple[str, ...] | None:
        """The words that went to a simulated device since the last order; None of a real one, which is private."""
        return self._heard if self._simulated else None

    @property
    def speaking(self) -> bool:
        """Whether something is being said, or about to be: never where nobody is left to say it."""
        with self._changed:
            wanted = self._wanted is not None and bool(self._wanted.pieces)
            return self._thread.is_alive() and (self._busy or wanted)

    def health(self) -> dict[str, str]:
        """``earphone``: ok, unavailable, stopped; ``voice`` and ``pinyin`` as a display tells its own."""
        if not self._thread.is_alive():
            return {"earphone": "stopped"}
        parts = {"earphone": "unavailable" if self._player.fault else "ok"}
        parts["voice"] = "ok" if self._voices is None else self._voices.state
        return parts if self._voices is None or self._voices.reader_fault is None else {**parts, "pinyin": "missing"}

    # -- the thread ------------------------------------------------

    def _run(self) -> None:
        try:
            self._player.open()
            self._voices = open_voices(self._settings)
            while not self._stopping:
                try:
                    self._turn()
                except Exception:
                    logger.exception("the voice guidance stumbled")
                    time.sleep(IDLE_S)
        except Exception:
            logger.exception("the voice guidance cannot start")
        finally:
            if self._voices is not None:
                self._voices.studio.stop()
            self._player.close()

    def _turn(self) -> None:
        with self._changed:
            if self._wanted is None and not self._stopping:
                self._changed.wait(IDLE_S)
            order, self._wanted = self._wanted, None
            self._busy = order is not None and bool(order.pieces)
            idle = order is None and bool(self._warm)
            warm = [self._warm.popleft()] if idle else []
        if order is not None:
            try:
                self._perform(order)
            except Superseded:
                pass
            finally:
                self._busy = False
        self._voices.studio.warm(self._utterances(warm))
        self._player.check()

    def _perform(self, order: Say) -> None:
        self._player.interrupt()
        self._heard = ()
        waiting = iter(self._utterances(order.pieces))
        orders: list[tuple[Utterance, Future[np.ndarray]]] = []
        try:
            while True:
                for utterance in islice(waiting, AHEAD - len(orders)):
                    orders.append((utterance, self._voices.studio.orders([utterance], Urgency.NOW)[0]))
                if not orders:
                    break
                self._speak(*orders.pop(0), order.gain_db)
            while self._player.is_busy:
                self._tick()
        except Superseded:
            self._player.interrupt()
            raise
        finally:
            for _, clip in orders:
                clip.cancel()

    def _speak(self, utterance: Utterance, clip: "Future[np.ndarray]", gain_db: float) -> None:
        try:
            samples = self._clip(clip)
        except SoundError as error:
            logger.warning("a text of the guidance stays unsaid: %s", error)
            return
        while not self._player.has_room:
            self._tick()
        self._player.put(np.concatenate((samples, silence(BETWEEN_PIECES_S))), gain_db)
        self.spoken = [*self.spoken[-63:], utterance.text]
        self._heard = (*self._heard[-CAPTIONS_MOST:], utterance.text)

    def _clip(self, clip: "Future[np.ndarray]") -> np.ndarray:
        until_s = time.monotonic() + CLIP_WAIT_S
        while not clip.done():
            if time.monotonic() > until_s:
                raise SoundError(f"the words were not ready within {CLIP_WAIT_S:.0f} s")
            with contextlib.suppress(NotYet):
                return clip.result(timeout=TICK_S / 3)
            self._tick(0.0)
        return clip.result()

    def _tick(self, seconds: float = TICK_S) -> None:
        """What goes on while something plays; raises Superseded when it is no longer wanted."""
        with self._changed:
            if self._wanted is None and not self._stopping and seconds:
                self._changed.wait(seconds)
            if self._wanted is not None or self._stopping:
                raise Superseded
        self._player.check()

    def _utterances(self, pieces: Sequence[Piece]) -> Iterable[Utterance]:
        for piece in pieces:
            try:
                yield free_utterance(piece.text, piece.language)
            except WordingRefused as error:
                logger.warning("%s", error)
