"""The voice of a display, as the rest of the display sees it: told of calls, it speaks them, and never blocks anybody.

One thread owns the mind (``announcer``) and the loudspeaker, another makes the clips. Every method here only puts a
word into a bounded queue; when the queue is full the call is on the screen alone, and the log says so.
"""

import contextlib
import logging
import queue
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from broker.model.views import Call
from broker.runtime.clock import Clock
from broker.runtime.speaker_address import parse_speaker_address
from display.announcer import Announcer, Fate, Note
from display.clips import ClipFolder, Clips, wav_bytes
from display.espeak import find_speech_library
from display.levels import pink_noise
from display.performer import Cut, Performer, SpokenPart
from display.player import Player
from display.sound_errors import NoSpeechLibrary, WordingRefused
from display.sound_settings import SoundHealth, SoundSettings, SpokenWav
from display.speech_log import SpeechLog
from display.studio import NoStudio, Studio, Urgency
from display.voice import GuardedVoice, guarded_voice
from display.wording import Utterance, call_utterances, counter_utterances, ticket_utterances

log = logging.getLogger(__name__)

INBOX_LENGTH = 256
MOST_MESSAGES = 8
REMEMBERED_TICKETS = 5_000
IDLE_S, WAITING_S, CHECK_S = 0.2, 0.03, 1.0


@dataclass(frozen=True)
class _Message:
    """Words outside of any call; the urgent ones cut a call, the others wait for it."""

    texts: dict[str, str]
    sound: np.ndarray | None = None
    urgent: bool = True


class Sound:
    """``start``, then ``silent`` with the first board, then ``show`` with every board; or ``announce`` call by call."""

    def __init__(
        self,
        settings: SoundSettings,
        clock: Clock,
        *,
        on_wav: Callable[[SpokenWav], None] | None = None,
        on_note: Callable[[Note], None] | None = None,
    ) -> None:
        """Raises SpeakerAddressError. Callbacks run in the sound's thread; ``on_wav`` only for a virtual speaker."""
        self._address = parse_speaker_address(settings.speaker)
        self._settings = settings
        self._clock = clock
        self._on_wav = on_wav if self._address.kind == "virtual" else None
        self._on_note = on_note
        self._announcer = Announcer(settings.policy)
        self._speech_log = SpeechLog(settings.log, clock)
        self._inbox: queue.Queue[Callable[[], None]] = queue.Queue(INBOX_LENGTH)
        self._messages: deque[_Message] = deque(maxlen=MOST_MESSAGES)
        self._warmed: OrderedDict[str, None] = OrderedDict()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sound", daemon=True)
        self._player = Player(self._address)
        self._studio: Studio | NoStudio | None = None
        self._voice: GuardedVoice | None = None
        self._voice_fault: str | None = None
        self._performer: Performer | None = None
        self._offset_ms = 0
        self._in_a_call = False
        self._checked_s = 0.0
        self._spoken = 0
        self._screen_only = 0

    def start(self) -> None:
        """Open the loudspeaker and the voice, in the background. Nothing is done for the speaker ``none``."""
        if self._address.kind != "none":
            self._thread.start()

    def stop(self) -> None:
        """End within some seconds; what is being said is cut."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout=15)

    def keep_time(self, offset_ms: int) -> None:
        """How far the engine's clock is ahead of ours: a call's age is judged by the clock that made it."""
        self._offset_ms = offset_ms

    def announce(self, call: Call) -> None:
        """One call, just made."""
        self.show((call,))

    def show(self, calls: Iterable[Call]) -> None:
        """The board's calls, newest first, as often as they change: new ones are spoken, served ones no longer."""
        calls = tuple(calls)
        self._tell(lambda: self._show(calls), "a call")

    def silent(self, calls: Iterable[Call]) -> None:
        """The first board after a (re)connect: what is new on it happened while we were away, and stays unspoken."""
        calls = tuple(calls)
        self._tell(lambda: self._announcer.silent(calls), "the first board")

    def warm_tickets(self, numbers: Iterable[str]) -> None:
        """Make the words of tickets that may be called soon, while there is time; may be told again and again."""
        numbers = tuple(numbers)
        self._tell(lambda: self._warm(numbers), "tickets to make ready")

    def interrupt(self, texts: dict[str, str], times: int = 2) -> None:
        """An emergency: at once, cutting what is being said. ``texts`` by language, e.g. ``{"zh": ..., "en": ...}``."""
        wanted = [_Message(dict(texts))] * max(1, min(times, 3))
        self._tell(lambda: self._messages.extend(wanted), "an emergency message")

    def test_tone(self) -> None:
        """Chime, words and three seconds of noise at the loudness of the speech, to set the amplifier by."""
        texts = {"zh": "声音测试", "en": "Sound test."}
        message = _Message(texts, pink_noise(3.0), urgent=False)
        self._tell(lambda: self._messages.append(message), "a sound test")

    def health(self) -> SoundHealth:
        """As it is now; never blocks."""
        if self._address.kind == "none":
            return SoundHealth("off", "off")
        speaker = "unavailable" if self._player.fault else "ok"
        faults = [fault for fault in (self._player.fault, self._voice_fault) if fault]
        voice = "missing" if self._voice_fault else "ok"
        if self._voice is not None:
            voice = self._voice.state
            faults += list(self._voice.faults.values())
        return SoundHealth(
            speaker if self._thread.is_alive() else "stopped",
            voice,
            self._announcer.backlog,
            self._spoken,
            self._screen_only,
            tuple(faults),
        )

    def _tell(self, word: Callable[[], None], what: str) -> None:
        if self._address.kind == "none":
            return
        try:
            self._inbox.put_nowait(word)
        except queue.Full:
            self._screen_only += 1
            log.warning("the sound is %d words behind: %s stays on the screen alone", INBOX_LENGTH, what)

    def _run(self) -> None:
        """The sound's thread: one bad call must not silence the hall."""
        try:
            self._open()
            while not self._stopping.is_set():
                try:
                    self._turn()
                except Exception:
                    log.exception("the sound stumbled")
                    self._announcer.ended(self._now_ms(), "a fault of the sound")
                    time.sleep(IDLE_S)
        except Exception:
            log.exception("the sound cannot start")
        finally:
            if self._studio is not None:
                self._studio.stop()
            self._player.close()

    def _open(self) -> None:
        self._player.open()
        self._studio = self._open_studio()
        self._performer = Performer(
            self._player,
            self._studio,
            self._settings.wording,
            tick=self._tick,
            wants=lambda language: self._announcer.still_wants(language, self._now_ms()),
            on_part=self._part,
        )
        for name in self._settings.counters:
            self._studio.warm(self._utterances(counter_utterances, name))

    def _open_studio(self) -> Studio | NoStudio:
        settings = self._settings
        try:
            library = find_speech_library(settings.library)
        except NoSpeechLibrary as error:
            self._voice_fault = str(error)
            log.error("%s; until then calls are chimed, not spoken", error)
            return NoStudio(error)
        log.info("%s", library.sentence)
        folder = None if settings.folder is None else ClipFolder(settings.folder, settings.folder_bytes)
        if folder is not None:
            folder.open()
        self._voice = guarded_voice(library)
        studio = Studio(Clips(self._voice, f"espeak-ng {library.version}", settings.voices, folder), self._voice)
        studio.start()
        return studio

    def _turn(self) -> None:
        """Hear what is new, then play one thing if there is one."""
        self._hear(WAITING_S if self._announcer.backlog else IDLE_S)
        self._check()
        self._take_notes()
        if self._messages:
            self._play(self._messages.popleft())
            return
        announcement = self._announcer.next(self._now_ms())
        if announcement is None:
            return
        gain_db = self._gain_db()
        failure: str | None = "silence is wanted at this hour"
        if gain_db is not None:
            try:
                self._in_a_call = True
                self._speech_log.begins(announcement, self._now_ms())
                failure = self._performer.perform(announcement, gain_db)
            except Cut:
                failure = "cut by something more important"
            finally:
                self._in_a_call = False
        self._announcer.ended(self._now_ms(), failure)
        self._spoken += failure is None and announcement.reading == 1
        self._take_notes()

    def _play(self, message: _Message) -> None:
        if not self._player.is_heard:
            log.warning("a message could not be heard: %s", self._player.fault)
            return
        with contextlib.suppress(Cut):
            self._performer.play("message", message.texts, message.sound, self._settings.volume.gain_db)

    def _hear(self, seconds: float) -> None:
        """Take what was told, waiting for the first word at most so long."""
        with contextlib.suppress(queue.Empty):
            self._inbox.get(timeout=seconds)()
            while True:
                self._inbox.get_nowait()()

    def _tick(self, seconds: float) -> None:
        """What goes on while something plays."""
        self._hear(seconds)
        self._check()
        if self._stopping.is_set() or (self._in_a_call and any(message.urgent for message in self._messages)):
            raise Cut

    def _check(self) -> None:
        now_s = time.monotonic()
        if now_s - self._checked_s >= CHECK_S:
            self._checked_s = now_s
            self._player.check()

    def _show(self, calls: tuple[Call, ...]) -> None:
        for call in self._announcer.show(calls, self._now_ms()):
            for language in self._settings.policy.languages:
                with contextlib.suppress(WordingRefused):  # it is logged when its turn comes
                    for utterance in call_utterances(call, language, self._settings.wording):
                        self._studio.order(utterance, Urgency.SOON)

    def _warm(self, numbers: tuple[str, ...]) -> None:
        for number in numbers:
            if number not in self._warmed:
                self._warmed[number] = None
                self._studio.warm(self._utterances(ticket_utterances, number))
        while len(self._warmed) > REMEMBERED_TICKETS:
            self._warmed.popitem(last=False)

    def _utterances(self, words: Callable[..., tuple[Utterance, ...]], name: str) -> list[Utterance]:
        made: list[Utterance] = []
        for language in self._settings.policy.languages:
            try:
                made += words(name, language, self._settings.wording)
            except WordingRefused as error:
                log.warning("%s", error)
        return made

    def _part(self, part: SpokenPart) -> None:
        if self._on_wav is not None:
            try:
                self._on_wav(SpokenWav(part.call_id, part.label, wav_bytes(part.samples16)))
            except Exception:
                log.exception("what is spoken could not be handed on")

    def _take_notes(self) -> None:
        for note in self._announcer.take_notes():
            self._screen_only += note.fate is Fate.SCREEN_ONLY
            log.info("call %s of %s is %s: %s", note.call_id, note.number, note.fate.value, note.why)
            if self._on_note is not None:
                self._on_note(note)

    def _gain_db(self) -> float | None:
        now = datetime.fromtimestamp(self._now_ms() / 1000, self._settings.zone)
        return self._settings.volume.gain_at(now.hour * 60 + now.minute)

    def _now_ms(self) -> int:
        return self._clock.now_ms() + self._offset_ms
