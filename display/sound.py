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
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import replace
from datetime import datetime

from broker.model.views import Call
from broker.runtime.clock import Clock
from broker.runtime.speaker_address import parse_speaker_address
from broker.runtime.speech.clips import wav_bytes
from broker.runtime.speech.errors import NoLoudspeaker, SoundError, WordingRefused
from broker.runtime.speech.levels import chime, pink_noise
from broker.runtime.speech.player import Player
from broker.runtime.speech.studio import NoStudio, Urgency
from broker.runtime.speech.utterance import Utterance, free_utterance
from broker.runtime.speech.voices import Voices, open_voices
from display.announcer import Announcement, Announcer, Fate, Note
from display.backing import Backing
from display.ducking import Ducking
from display.film_sound import FilmSound
from display.performer import Cut, Performer, SpokenPart
from display.sound_health import Behind, health_of
from display.sound_messages import SOUND_TEST, Emergency, Message
from display.sound_settings import SoundHealth, SoundSettings, SpokenWav
from display.speech_log import SpeechLog
from display.voice_module import voice_module
from display.wording import call_text, call_utterances, counter_utterances, ticket_utterances

log = logging.getLogger(__name__)

INBOX_LENGTH = 256
MOST_MESSAGES = 8
REMEMBERED_TICKETS = 5_000
IDLE_S, WAITING_S, BACKING_S, CHECK_S = 0.2, 0.03, 0.02, 1.0
TEST_NOISE_S = 3.0
A_CALL = "a call"


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
        self._messages: deque[Message] = deque()
        self._emergency = Emergency(settings.emergency_every_s)
        self._ducking = Ducking(settings.duck_db)
        self._warmed: OrderedDict[str, None] = OrderedDict()
        self._unprepared: list[Call] = []
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sound", daemon=True)
        self._player = Player(self._address)
        self._backing = Backing(self._player.beneath, self._media_db)
        self._module = voice_module(settings.module)
        self._voices: Voices | None = None
        self._performer: Performer | None = None
        self._behind = Behind()
        self._offset_ms = 0
        self._checked_s = 0.0
        self._spoken = 0
        self._screen_only = 0

    def start(self) -> None:
        """Open the loudspeaker and the voice, in the background. Nothing is done where nothing can speak."""
        if not self._settings.is_silent:
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
        self._tell(lambda: self._show(calls), A_CALL)

    def silent(self, calls: Iterable[Call]) -> None:
        """The first board after a (re)connect: what is new on it happened while we were away, and stays unspoken."""
        calls = tuple(calls)
        self._tell(lambda: self._announcer.silent(calls), "the first board")

    def warm_tickets(self, numbers: Iterable[str]) -> None:
        """Make the words of tickets that may be called soon, while there is time; may be told again and again."""
        numbers = tuple(numbers)
        self._tell(lambda: self._warm(numbers), "tickets to make ready")

    def emergency(self, texts: Mapping[str, str] | None) -> None:
        """At once, cutting what is being said, and again and again until told None. May be told as often as one likes.

        ``texts`` by language, ``{"zh": ..., "en": ...}``. Meanwhile no call is spoken, and no hour is quiet.
        """
        told = None if texts is None else self._in_order(texts)
        self._tell(lambda: self._take_emergency(told), "an emergency")

    def test_tone(self) -> "Future[str | None]":
        """Chime, words and three seconds of noise at the loudness of the speech, to set the amplifier by.

        The future holds None once it was played, or the reason why nobody could hear it.
        """
        message = Message(self._in_order(SOUND_TEST), pink_noise(TEST_NOISE_S))
        if not self._tell(lambda: self._add(message), "a sound test"):
            message.heard.set_result("there is no loudspeaker, or it is hopelessly behind")
        return message.heard

    def play_beneath(self, sound: FilmSound) -> None:
        """A film's sound, from its first frame on, where the hall wants it: beneath the voice; it ends with it."""
        if self._settings.media_db is not None and self._has_speaker:
            self._tell(lambda: self._backing.take(sound), "the sound of a film")

    def health(self) -> SoundHealth:
        """As it is now; never blocks."""
        if self._settings.is_silent:
            return SoundHealth("off", "off")
        counts = (self._announcer.backlog, self._spoken, self._screen_only)
        told = health_of(self._player if self._has_speaker else None, self._voices, self._module, counts)
        others = dict(told.others)
        if self._speech_log.refused:
            others["clips"] = "not_kept"
        if self._behind.is_so(time.monotonic()):
            others["calls"] = "behind"
        return replace(told, speaker=told.speaker if self._thread.is_alive() else "stopped", others=others)

    @property
    def _has_speaker(self) -> bool:
        return self._address.kind != "none"

    def _tell(self, word: Callable[[], None], what: str) -> bool:
        if self._settings.is_silent:
            return False
        try:
            self._inbox.put_nowait(word)
        except queue.Full:
            self._screen_only += what == A_CALL
            log.warning("the sound is %d words behind and does not hear of %s", INBOX_LENGTH, what)
            return False
        return True

    def _add(self, message: Message) -> None:
        if len(self._messages) >= MOST_MESSAGES:
            message.heard.set_result("too many wait before it")
        else:
            self._messages.append(message)

    def _in_order(self, texts: Mapping[str, str]) -> dict[str, str]:
        """The hall's languages in its order; written Chinese serves for Mandarin and Cantonese."""
        wanted = self._settings.policy.languages or ("zh", "en")
        spoken = {language: texts.get("zh" if language == "yue" else language, "") for language in wanted}
        return {language: text for language, text in spoken.items() if text}

    def _take_emergency(self, texts: Mapping[str, str] | None) -> None:
        if self._emergency.tell(texts):
            log.warning("an emergency is %s", "over" if texts is None else "announced until it is ended")
            self._announcer.hush(None if texts is None else "an emergency is announced")
            for language, text in (texts or {}).items():
                with contextlib.suppress(WordingRefused):  # it is logged when it is to be said
                    self._voices.studio.orders([free_utterance(text, language)], Urgency.NOW)

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
            if self._voices is not None:
                self._voices.studio.stop()
            if self._module is not None:
                self._module.stop()
            self._player.close()

    def _open(self) -> None:
        for short in (False, True):
            chime(short)  # made here, or the first call of the day would wait for it
        if self._has_speaker:
            self._player.open()
        if self._module is not None:
            self._module.start()
        self._voices = open_voices(self._settings) if self._has_speaker else Voices(NoStudio(NoLoudspeaker()))
        self._performer = Performer(
            self._player,
            self._voices.studio,
            self._settings.wording,
            tick=self._tick,
            wants=lambda language: self._announcer.still_wants(language, self._now_ms()),
            on_part=self._part,
        )
        for name in self._settings.counters:
            self._voices.studio.warm(self._utterances(counter_utterances, name))

    def _turn(self) -> None:
        """Hear what is new, then play one thing if there is one."""
        self._hear(BACKING_S if self._backing.active else WAITING_S if self._announcer.backlog else IDLE_S)
        self._check()
        self._take_notes()
        if self._emergency.due(time.monotonic()) and (message := self._emergency.message) is not None:
            self._play(message)
            self._emergency.said(message, time.monotonic())
        elif self._messages:
            message = self._messages.popleft()
            message.heard.set_result(self._play(message))
        elif (announcement := self._announcer.next(self._now_ms())) is not None:
            failure = self._speak(announcement)
            self._announcer.ended(self._now_ms(), failure)
            self._spoken += failure is None and announcement.reading == 1
            self._take_notes()
        self._prepare()

    def _speak(self, announcement: Announcement) -> str | None:
        """Speak of one call; the reason when nobody could hear it."""
        gain_db = self._gain_db()
        if gain_db is None:
            return "silence is wanted at this hour"
        self._speech_log.begins(announcement, self._now_ms())
        with self._aloud():
            failure = self._performer.perform(announcement, gain_db)
            if failure is not None and self._module is not None:
                failure = self._by_module(call_text(announcement.call, "zh", self._settings.wording), gain_db, failure)
            return failure
        return "cut by something more important"

    def _play(self, message: Message) -> str | None:
        gain_db = self._settings.volume.always_db
        with self._aloud():
            failure = self._performer.play("message", message, gain_db)
            if failure is not None and self._module is not None:
                failure = self._by_module(message.texts.get("zh", ""), gain_db, failure)
            if failure is not None:
                log.warning("a message could not be heard: %s", failure)
            return failure
        return "cut by something more important"

    def _by_module(self, text: str, gain_db: float, failure: str) -> str | None:
        """The serial module says it in Mandarin; the reasons when it cannot either."""
        try:
            self._module.say(text, gain_db, self._tick)
        except SoundError as error:
            return f"{failure}; {error}"
        return None

    @contextlib.contextmanager
    def _aloud(self) -> Iterator[None]:
        """While something sounds: media go down, and what is more important may cut it."""
        self._ducking.speaks(True, time.monotonic())
        try:
            yield
        except Cut:
            pass
        finally:
            self._ducking.speaks(False, time.monotonic())

    def _hear(self, seconds: float) -> None:
        """Take what was told, waiting for the first word at most so long."""
        with contextlib.suppress(queue.Empty):
            self._inbox.get(timeout=seconds)()
            while True:
                self._inbox.get_nowait()()

    def _tick(self, seconds: float) -> None:
        """What goes on while something plays; an emergency that begins, changes or ends cuts it."""
        before = self._emergency.message
        self._prepare()
        self._hear(seconds)
        self._check()
        if self._stopping.is_set() or self._emergency.message is not before:
            raise Cut

    def _check(self) -> None:
        now_s = time.monotonic()
        self._backing.turn(now_s)
        if now_s - self._checked_s >= CHECK_S:
            self._checked_s = now_s
            if self._has_speaker:
                self._player.check()
            if self._module is not None:
                self._module.check()

    def _show(self, calls: tuple[Call, ...]) -> None:
        self._unprepared += self._announcer.show(calls, self._now_ms())

    def _prepare(self) -> None:
        """Have the words made of calls that were heard of. Not before the chime of one that is spoken at once sounds:
        the studio's work would make it late, and its words are ordered behind it anyway."""
        calls, self._unprepared = self._unprepared, []
        for call in calls:
            for language in self._settings.policy.languages:
                with contextlib.suppress(WordingRefused):  # it is logged when its turn comes
                    self._voices.studio.orders(call_utterances(call, language, self._settings.wording), Urgency.SOON)

    def _warm(self, numbers: tuple[str, ...]) -> None:
        for number in numbers:
            if number not in self._warmed:
                self._warmed[number] = None
                self._voices.studio.warm(self._utterances(ticket_utterances, number))
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
            self._behind.take(note, time.monotonic())
            log.info("call %s of %s is %s: %s", note.call_id, note.number, note.fate.value, note.why)
            if self._on_note is not None:
                self._on_note(note)

    def _gain_db(self) -> float | None:
        now = datetime.fromtimestamp(self._now_ms() / 1000, self._settings.zone)
        return self._settings.volume.gain_at(now.hour * 60 + now.minute)

    def _media_db(self, at_s: float) -> float | None:
        """How loud films are at a monotonic moment: at most as recorded, silent in quiet hours and emergencies."""
        hour_db, media_db = self._gain_db(), self._settings.media_db
        if hour_db is None or media_db is None or self._emergency.message is not None:
            return None
        return media_db + min(0.0, hour_db) + self._ducking.gain_db(at_s)

    def _now_ms(self) -> int:
        return self._clock.now_ms() + self._offset_ms
