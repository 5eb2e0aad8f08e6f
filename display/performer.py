"""One announcement from chime to last word: parts go to the loudspeaker while later parts are still being made.

The chime sounds at once, whether the words are ready or not; they are made meanwhile. Between two languages it is asked
again whether the second is still wanted, so that a call that just came need not wait for it.
"""

import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from broker.runtime.speech.errors import SoundError
from broker.runtime.speech.levels import chime, silence
from broker.runtime.speech.studio import Urgency
from broker.runtime.speech.utterance import Utterance, free_utterance
from display.announcer import Announcement, Chime
from display.sound_messages import Message
from display.wording import Wording, call_utterances

log = logging.getLogger(__name__)

AFTER_CHIME_S = 0.15
BETWEEN_PARTS_S = 0.12
BETWEEN_LANGUAGES_S = 0.35
DECIDE_BEFORE_END_S = 0.4
CLIP_WAIT_S = 6.0
TICK_S = 0.015
NO_LOUDSPEAKER = "the loudspeaker cannot be opened"


class Cut(Exception):
    """What is being said must stop now."""


class MakesClips(Protocol):
    """The studio."""

    def orders(self, utterances: Sequence[Utterance], urgency: Urgency) -> list["Future[np.ndarray]"]: ...


class Plays(Protocol):
    """The loudspeaker."""

    @property
    def is_busy(self) -> bool: ...

    @property
    def is_heard(self) -> bool: ...

    @property
    def has_room(self) -> bool: ...

    def put(self, part: np.ndarray, gain_db: float = 0.0) -> np.ndarray: ...

    def remaining_s(self) -> float: ...

    def interrupt(self) -> None: ...


@dataclass(frozen=True)
class SpokenPart:
    """A part handed to the loudspeaker, ``samples16`` as played, one channel; ``label`` chime, zh, en or noise."""

    call_id: str
    label: str
    samples16: np.ndarray


class Performer:
    """Performs one thing at a time; ``tick`` is called while waiting, must return soon, and may raise Cut."""

    def __init__(
        self,
        player: Plays,
        studio: MakesClips,
        wording: Wording,
        *,
        tick: Callable[[float], None],
        wants: Callable[[str], bool],
        on_part: Callable[[SpokenPart], None],
    ) -> None:
        self._player = player
        self._studio = studio
        self._wording = wording
        self._tick = tick
        self._wants = wants
        self._on_part = on_part

    def perform(self, announcement: Announcement, gain_db: float) -> str | None:
        """Play it to its end; the reason when no word of it could be heard, else None. Raises Cut, sound stopped."""
        if not self._player.is_heard:
            return NO_LOUDSPEAKER
        try:
            return self._perform(announcement, gain_db)
        except Cut:
            self._player.interrupt()
            raise

    def play(self, label: str, message: Message, gain_db: float) -> str | None:
        """A message outside of any call: chime, the texts by language, then a sound. As ``perform`` otherwise."""
        if not self._player.is_heard:
            return NO_LOUDSPEAKER
        try:
            return self._play(label, message, gain_db)
        except Cut:
            self._player.interrupt()
            raise

    def _play(self, label: str, message: Message, gain_db: float) -> str | None:
        said, failure = False, None
        self._put(label, "chime", _with_pause(chime(), AFTER_CHIME_S), gain_db)
        for language, text in message.texts.items():
            try:
                self._say(label, language, [free_utterance(text, language)], gain_db)
                said = True
            except SoundError as error:
                log.warning("a message is not spoken in %s: %s", language, error)
                failure = str(error)
        if message.sound is not None:
            self._put(label, "noise", message.sound, gain_db)
        self._until_quiet()
        return None if said else failure

    def _perform(self, announcement: Announcement, gain_db: float) -> str | None:
        call_id = announcement.call.call_id
        if announcement.chime is not Chime.NONE:
            rung = chime(announcement.chime is Chime.SHORT)
            self._put(call_id, "chime", _with_pause(rung, AFTER_CHIME_S), gain_db)
        said, failure = False, None
        for language in announcement.languages:
            if said and not self._wanted_at_the_seam(language):
                break
            try:
                self._say(call_id, language, call_utterances(announcement.call, language, self._wording), gain_db)
                said = True
            except SoundError as error:
                log.warning("call %s is not spoken in %s: %s", call_id, language, error)
                failure = str(error)
        self._until_quiet()
        if not self._player.is_heard:
            return "the loudspeaker failed meanwhile"
        return None if said else failure

    def _say(self, call_id: str, language: str, utterances: Sequence[Utterance], gain_db: float) -> None:
        """Put one language's words behind what plays; raises SoundError when they cannot be made in time."""
        orders = self._studio.orders(utterances, Urgency.NOW)
        deadline_s = time.monotonic() + CLIP_WAIT_S
        joined: list[np.ndarray] = []
        for order in orders:
            joined += [self._clip(order, deadline_s), silence(BETWEEN_PARTS_S)]
        joined[-1] = silence(BETWEEN_LANGUAGES_S)
        self._put(call_id, language, np.concatenate(joined), gain_db)

    def _clip(self, order: "Future[np.ndarray]", deadline_s: float) -> np.ndarray:
        while not order.done():
            if time.monotonic() > deadline_s:
                raise SoundError(f"the words were not ready within {CLIP_WAIT_S:.0f} s")
            try:
                return order.result(timeout=TICK_S / 3)
            except NotYet:
                self._tick(TICK_S / 3)
        return order.result()

    def _put(self, call_id: str, label: str, part: np.ndarray, gain_db: float) -> None:
        while not self._player.has_room:
            self._tick(TICK_S)
        played = self._player.put(part, gain_db)
        self._on_part(SpokenPart(call_id, label, played[:, 0]))

    def _wanted_at_the_seam(self, language: str) -> bool:
        """Decide as late as a gapless joint allows: when what plays is nearly over."""
        while not self._player.has_room or self._player.remaining_s() > DECIDE_BEFORE_END_S:
            self._tick(TICK_S)
        return self._wants(language)

    def _until_quiet(self) -> None:
        while self._player.is_busy:
            self._tick(TICK_S)


def _with_pause(part: np.ndarray, seconds: float) -> np.ndarray:
    return np.concatenate((part, silence(seconds)))
