"""One announcement, performed for a loudspeaker that only keeps count of time."""

from collections.abc import Sequence
from concurrent.futures import Future

import numpy as np
import pytest

from broker.runtime.speech.errors import VoiceFailed
from broker.runtime.speech.levels import RATE_HZ
from broker.runtime.speech.studio import Urgency
from broker.runtime.speech.utterance import Utterance
from display.announcer import Announcement, Chime
from display.performer import BETWEEN_LANGUAGES_S, BETWEEN_PARTS_S, DECIDE_BEFORE_END_S, Cut, Performer, SpokenPart
from display.sound_messages import Message
from display.wording import Wording
from tests.display.speech_rig import make_call

CLIP_S = 2.0


class Loudspeaker:
    """Plays in the time of the hall below."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.ends_s: list[float] = []
        self.put_at_s: list[float] = []
        self.interrupted = 0
        self.is_heard = True

    def _playing(self) -> list[float]:
        return [end_s for end_s in self.ends_s if end_s > self.now_s]

    @property
    def is_busy(self) -> bool:
        return bool(self._playing())

    @property
    def has_room(self) -> bool:
        return len(self._playing()) < 2

    def put(self, part: np.ndarray, gain_db: float = 0.0) -> np.ndarray:
        assert self.has_room
        self.put_at_s.append(self.now_s)
        self.ends_s.append(max([self.now_s, *self.ends_s[-1:]]) + len(part) / RATE_HZ)
        return np.repeat((part * 32767).astype(np.int16)[:, None], 2, axis=1)

    def remaining_s(self) -> float:
        return max([0.0, *(end_s - self.now_s for end_s in self._playing())])

    def interrupt(self) -> None:
        self.interrupted += 1
        self.ends_s.clear()


class Hall:
    """A performer and what it needs; a studio that is always ready, or fails for the languages named."""

    def __init__(self, fails: tuple[str, ...] = ()) -> None:
        self.speaker = Loudspeaker()
        self.parts: list[SpokenPart] = []
        self.ordered: list[str] = []
        self.asked_at_s: list[float] = []
        self.answer = True
        self.cut_at_s = float("inf")
        self._fails = fails
        self.performer = Performer(
            self.speaker, self, Wording(), tick=self._tick, wants=self._wants, on_part=self.parts.append
        )

    def orders(self, utterances: Sequence[Utterance], urgency: Urgency) -> list["Future[np.ndarray]"]:
        return [self._order(utterance) for utterance in utterances]

    def _order(self, utterance: Utterance) -> "Future[np.ndarray]":
        self.ordered.append(utterance.text)
        result: Future[np.ndarray] = Future()
        if utterance.language in self._fails:
            result.set_exception(VoiceFailed("hall", "told to"))
        else:
            result.set_result(np.full(round(CLIP_S * RATE_HZ), 0.1, np.float32))
        return result

    def perform(self, *languages: str, chime: Chime = Chime.FULL) -> str | None:
        return self.performer.perform(Announcement(make_call(), chime, languages, 1), 0.0)

    def labels(self) -> list[str]:
        return [part.label for part in self.parts]

    def _tick(self, seconds: float) -> None:
        self.speaker.now_s += seconds
        if self.speaker.now_s >= self.cut_at_s:
            raise Cut

    def _wants(self, language: str) -> bool:
        self.asked_at_s.append(self.speaker.now_s)
        return self.answer


def test_whether_the_second_language_is_wanted_is_asked_when_the_first_is_nearly_over() -> None:
    hall = Hall()
    assert hall.perform("zh", "en") is None
    assert hall.labels() == ["chime", "zh", "en"]
    words_end_s = 1.15 + 2 * CLIP_S + BETWEEN_PARTS_S + BETWEEN_LANGUAGES_S
    assert words_end_s - DECIDE_BEFORE_END_S <= hall.asked_at_s[0] < words_end_s
    assert hall.speaker.put_at_s[2] < words_end_s, "in time to follow without a gap"


def test_a_second_language_no_longer_wanted_is_neither_said_nor_made() -> None:
    hall = Hall()
    hall.answer = False
    assert hall.perform("zh", "en") is None
    assert hall.labels() == ["chime", "zh"]
    assert len(hall.ordered) == 2


def test_the_words_are_two_clips_with_a_breath_between_and_a_pause_behind() -> None:
    hall = Hall()
    hall.perform("zh", chime=Chime.NONE)
    (words,) = hall.parts
    clip, breath = round(CLIP_S * RATE_HZ), round(BETWEEN_PARTS_S * RATE_HZ)
    assert len(words.samples16) == 2 * clip + breath + round(BETWEEN_LANGUAGES_S * RATE_HZ)
    assert not words.samples16[clip : clip + breath].any()
    assert not words.samples16[2 * clip + breath :].any()
    assert words.samples16[clip + breath]


def test_a_cut_silences_the_loudspeaker_at_once() -> None:
    hall = Hall()
    hall.cut_at_s = 2.0
    with pytest.raises(Cut):
        hall.perform("zh", "en")
    assert hall.speaker.interrupted == 1
    assert not hall.speaker.is_busy
    assert hall.labels() == ["chime", "zh"]


def test_a_message_is_cut_as_well() -> None:
    hall = Hall()
    hall.cut_at_s = 2.0
    with pytest.raises(Cut):
        hall.performer.play("message", Message({"zh": "请离开"}), 0.0)
    assert hall.speaker.interrupted == 1


def test_when_the_first_language_fails_the_second_is_tried_unasked() -> None:
    hall = Hall(fails=("zh",))
    assert hall.perform("zh", "en") is None
    assert hall.labels() == ["chime", "en"]
    assert hall.asked_at_s == []


def test_when_no_language_can_be_spoken_the_reason_is_told() -> None:
    hall = Hall(fails=("zh", "en"))
    assert hall.perform("zh", "en") == "voice hall failed: told to"
    assert hall.labels() == ["chime"]


def test_a_chime_alone_is_an_announcement_too() -> None:
    hall = Hall()
    assert hall.perform() is None
    assert hall.labels() == ["chime"]


def test_nothing_is_played_for_nobody() -> None:
    hall = Hall()
    hall.speaker.is_heard = False
    assert hall.perform("zh") == "the loudspeaker cannot be opened"
    assert hall.parts == []


def test_words_that_never_come_are_given_up_after_some_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("display.performer.CLIP_WAIT_S", 0.05)
    hall = Hall()
    monkeypatch.setattr(hall, "_order", lambda utterance: Future())
    assert "not ready" in hall.perform("zh")
