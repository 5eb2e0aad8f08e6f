"""Clips in memory and on disk, the folder's bound and faults, and the studio that makes them in order."""

import logging
import os
import threading
import wave
from pathlib import Path

import numpy as np
import pytest

from broker.runtime.speech.clips import ClipFolder, Clips, as_float, wav_bytes
from broker.runtime.speech.errors import ReadingsMissing, ReadingsNotYet, VoiceFailed
from broker.runtime.speech.levels import RATE_HZ
from broker.runtime.speech.studio import MOST_ORDERS, NoStudio, OrdersFull, Studio, Urgency
from broker.runtime.speech.utterance import Utterance
from broker.runtime.speech.voice import Recording, VoiceChoice
from tests.runtime.small_disk import fill, make_read_only, small_disk
from tests.waiting import until

CHOICES = {"zh": VoiceChoice("cmn-latn-pinyin", 175), "en": VoiceChoice("en-us", 155)}
TONE = (np.sin(np.arange(22_050) / 10) * 9_000).astype(np.int16)


def words(text: str = "请A零零五号，", language: str = "zh") -> Utterance:
    return Utterance(language, text)


class Speaker:
    """A voice that counts what it is asked."""

    def __init__(self, fails: bool = False) -> None:
        self.asked: list[str] = []
        self.fails = fails
        self.healed = 0

    def say(self, text: str, choice: VoiceChoice) -> Recording:
        self.asked.append(text)
        if self.fails:
            raise VoiceFailed("counted", "told to")
        return Recording(TONE, 22_050)

    def heal(self) -> bool:
        self.healed += 1
        return False

    def stop(self) -> None:
        self.fails = True


@pytest.fixture
def folder(tmp_path: Path) -> ClipFolder:
    made = ClipFolder(tmp_path / "clips")
    made.open()
    return made


def files(folder: ClipFolder) -> list[Path]:
    return sorted(folder._folder.iterdir())


def test_a_clip_is_made_once_and_then_comes_from_memory(folder: ClipFolder) -> None:
    voice = Speaker()
    clips = Clips(voice, "engine 1", CHOICES, folder)
    assert clips.ready(words()) is None
    made = clips.make(words())
    assert (clips.make(words()) == made).all()
    assert (clips.ready(words()) == made).all()
    assert len(voice.asked) == 1


def test_after_a_restart_a_clip_comes_from_disk_sample_for_sample(folder: ClipFolder) -> None:
    made = Clips(Speaker(), "engine 1", CHOICES, folder).make(words())
    voice = Speaker()
    again = Clips(voice, "engine 1", CHOICES, folder).make(words())
    assert (again == made).all()
    assert voice.asked == []


def test_a_clip_on_disk_is_a_wave_file_anybody_can_play(folder: ClipFolder) -> None:
    made = Clips(Speaker(), "engine 1", CHOICES, folder).make(words())
    (path,) = files(folder)
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE_HZ)
        assert file.getnframes() == len(made)


def test_everything_that_changes_the_sound_changes_the_key() -> None:
    def key(engine: str = "e 1", voice: str = "v", rate: int = 160, text: str = "t", language: str = "zh") -> str:
        return Clips(Speaker(), engine, {language: VoiceChoice(voice, rate)}).key(words(text, language))

    others = [key(engine="e 2"), key(voice="w"), key(rate=161), key(text="u")]
    assert len({key(), *others}) == 5
    assert key() == key()


@pytest.mark.parametrize("damage", [b"", b"RIFF", b"not a wave file at all" * 9, wav_bytes(TONE)[:-9_000]])
def test_a_file_damaged_by_a_power_cut_is_made_again(damage: bytes, folder: ClipFolder) -> None:
    made = Clips(Speaker(), "engine 1", CHOICES, folder).make(words())
    (path,) = files(folder)
    path.write_bytes(damage)
    voice = Speaker()
    assert (Clips(voice, "engine 1", CHOICES, folder).make(words()) == made).all()
    assert len(voice.asked) == 1
    assert path.stat().st_size > 10_000


def test_a_silent_file_is_no_clip(folder: ClipFolder) -> None:
    folder.put("silent", np.zeros(1_000, np.int16))
    assert folder.get("silent") is None
    assert files(folder) == []


def test_the_folder_is_bounded_and_the_longest_unused_goes_first(tmp_path: Path) -> None:
    size = len(wav_bytes(TONE))
    folder = ClipFolder(tmp_path, limit_bytes=3 * size)
    folder.open()
    for key in ("a", "b", "c"):
        folder.put(key, TONE)
    assert folder.get("a") is not None
    folder.put("d", TONE)
    assert [path.stem for path in files(folder)] == ["a", "c", "d"]
    assert folder.size_bytes == 3 * size


def test_a_folder_found_too_large_is_cut_by_last_use_and_cleared_of_halves(tmp_path: Path) -> None:
    for age_s, name in enumerate(("new.wav", "old.wav", "older.wav")):
        (tmp_path / name).write_bytes(wav_bytes(TONE))
        os.utime(tmp_path / name, (1_000_000 - age_s, 1_000_000 - age_s))
    (tmp_path / "half.123.part").write_bytes(b"x")
    folder = ClipFolder(tmp_path, limit_bytes=2 * len(wav_bytes(TONE)))
    folder.open()
    assert [path.name for path in files(folder)] == ["new.wav", "old.wav"]
    assert "new" in folder
    assert "older" not in folder


def test_a_full_disk_costs_time_but_no_speech(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with small_disk(tmp_path / "small", 64) as place:
        folder = ClipFolder(place / "clips", least_free_bytes=-(1 << 30))
        folder.open()
        fill(place)
        voice = Speaker()
        clips = Clips(voice, "engine 1", CHOICES, folder)
        for text in ("one", "two", "three", "one"):
            assert clips.make(words(text)).any()
        assert voice.asked == ["one", "two", "three"], "memory still serves"
        assert "No space left" in folder.fault
        assert len([record for record in caplog.records if record.levelno == logging.WARNING]) == 1, "said once"
        (place / "filler").unlink()
        clips.make(words("four"))
        assert folder.fault is None or "No space" in folder.fault


def test_clips_leave_the_last_room_of_a_disk_to_the_tickets(tmp_path: Path) -> None:
    with small_disk(tmp_path / "small", 512) as place:
        folder = ClipFolder(place / "clips", least_free_bytes=300_000)
        folder.open()
        clips = Clips(Speaker(), "engine 1", CHOICES, folder)
        for number in range(9):
            assert clips.make(words(str(number))).any()
        assert "the disk is nearly full" in folder.fault
        assert 0 < len(files(folder)) < 9


def test_a_read_only_disk_costs_time_but_no_speech(tmp_path: Path) -> None:
    with small_disk(tmp_path / "small", 512) as place:
        folder = ClipFolder(place / "clips", least_free_bytes=0)
        folder.open()
        make_read_only(place)
        assert Clips(Speaker(), "engine 1", CHOICES, folder).make(words()).any()
        assert "Read-only" in folder.fault


def test_a_folder_that_cannot_be_made_costs_time_but_no_speech(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    folder = ClipFolder(tmp_path / "file" / "clips")
    folder.open()
    assert Clips(Speaker(), "engine 1", CHOICES, folder).make(words()).any()
    assert folder.fault is not None


def test_memory_is_bounded_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("broker.runtime.speech.clips.MEMORY_BYTES", 250_000)
    clips = Clips(Speaker(), "engine 1", CHOICES)
    for number in range(9):
        clips.make(words(str(number)))
    assert sum(clip.nbytes for clip in clips._memory.values()) <= 250_000
    assert clips.ready(words("8")) is not None
    assert clips.ready(words("0")) is None


def test_of_what_the_disk_keeps_only_the_latest_stay_in_memory(
    folder: ClipFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("broker.runtime.speech.clips.RECENT_BYTES", 250_000)
    voice = Speaker()
    clips = Clips(voice, "engine 1", CHOICES, folder)
    made = [clips.make(words(str(number))) for number in range(9)]
    assert sum(clip.nbytes for clip in clips._memory.values()) <= 250_000
    assert all((clips.ready(words(str(number))) == made[number]).all() for number in range(9))
    assert len(voice.asked) == 9


def test_what_is_prepared_takes_no_memory_where_the_disk_keeps_it(folder: ClipFolder, tmp_path: Path) -> None:
    clips = Clips(Speaker(), "engine 1", CHOICES, folder)
    clips.prepare(words())
    assert not clips._memory
    assert clips.ready(words()) is not None
    (tmp_path / "file").write_text("in the way")
    nowhere = ClipFolder(tmp_path / "file" / "clips")
    nowhere.open()
    without = Clips(Speaker(), "engine 1", CHOICES, nowhere)
    without.prepare(words())
    assert without.ready(words()) is not None


def test_the_use_of_a_file_is_noted_once_an_hour_and_not_at_every_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "clip.wav"
    path.write_bytes(wav_bytes(TONE))
    os.utime(path, (1_000_000, 1_000_000))
    folder = ClipFolder(tmp_path)
    folder.open()
    assert folder.get("clip") is not None
    assert path.stat().st_mtime > 1_000_000
    os.utime(path, (1_000_000, 1_000_000))
    assert folder.get("clip") is not None
    assert path.stat().st_mtime == 1_000_000
    monkeypatch.setattr("broker.runtime.speech.clips.NOTED_EVERY_S", 0.0)
    assert folder.get("clip") is not None
    assert path.stat().st_mtime > 1_000_000


def test_what_is_prepared_is_not_read_again_from_disk(folder: ClipFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    Clips(Speaker(), "engine 1", CHOICES, folder).make(words())
    voice = Speaker()
    clips = Clips(voice, "engine 1", CHOICES, folder)
    monkeypatch.setattr(folder, "get", lambda key: pytest.fail(f"{key} was read"))
    clips.prepare(words())
    assert voice.asked == []


def test_wav_bytes_and_samples_are_each_others_inverse() -> None:
    assert as_float(np.array([0, 32767, -32767], np.int16)).tolist() == [0.0, 1.0, -1.0]
    assert wav_bytes(TONE)[44:] == TONE.tobytes()


class Slow:
    """Clips whose making can be held up, in order to see who is served first."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.made: list[str] = []
        self.unreadable: dict[str, ReadingsMissing] = {}

    def make(self, utterance: Utterance) -> np.ndarray:
        self.go.wait(25)
        self.made.append(utterance.text)
        if utterance.text == "bad":
            raise VoiceFailed("slow", "told to")
        if utterance.text == "bug":
            raise ZeroDivisionError
        if utterance.text in self.unreadable:
            raise self.unreadable[utterance.text]
        return as_float(TONE)

    def prepare(self, utterance: Utterance) -> None:
        self.make(utterance)


@pytest.fixture
def slow() -> Slow:
    return Slow()


def test_what_is_announced_is_made_before_what_waits_and_that_before_what_may_be_useful(slow: Slow) -> None:
    studio = Studio(slow, Speaker())
    studio.start()
    first = studio.order(words("first"), Urgency.SOON)
    until(lambda: studio.waiting == 0)
    studio.warm([words("counter 1")])
    soon, now = studio.order(words("soon"), Urgency.SOON), studio.order(words("now"), Urgency.NOW)
    slow.go.set()
    assert all(order.result(25).any() for order in (first, soon, now))
    until(lambda: "counter 1" in slow.made)
    studio.stop()
    assert slow.made == ["first", "now", "soon", "counter 1"]


def test_who_waits_for_a_clip_does_not_wait_for_one_that_may_be_useful(slow: Slow) -> None:
    class Stuck(Slow):
        def prepare(self, utterance: Utterance) -> None:
            slow.go.wait(25)
            self.made.append(utterance.text)

    stuck = Stuck()
    stuck.go.set()
    studio = Studio(stuck, Speaker())
    studio.start()
    studio.warm([words("counter 1")])
    until(lambda: studio.waiting == 0)
    assert studio.order(words("now"), Urgency.NOW).result(25).any()
    assert stuck.made == ["now"]
    slow.go.set()
    studio.stop()


def test_between_clips_that_nobody_waits_for_the_studio_rests_but_never_from_one_that_is_awaited(
    slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("broker.runtime.speech.studio.REST_PER_WORK", 1e12)
    monkeypatch.setattr("broker.runtime.speech.studio.LONGEST_REST_S", 3_600.0)
    slow.go.set()
    studio = Studio(slow, Speaker())
    studio.start()
    studio.warm([words("counter 1"), words("counter 2")])
    until(lambda: slow.made == ["counter 1"])
    for urgency in (Urgency.SOON, Urgency.NOW):
        assert studio.order(words(urgency.name), urgency).result(25).any()
    assert slow.made == ["counter 1", "SOON", "NOW"]
    assert studio.waiting == 1
    studio.stop()


def test_a_failure_reaches_who_ordered_and_the_studio_goes_on(slow: Slow) -> None:
    slow.go.set()
    studio = Studio(slow, Speaker())
    studio.start()
    studio.warm([words("bad"), words("bug")])
    orders = [studio.order(words(text), Urgency.NOW) for text in ("bad", "bug", "good")]
    with pytest.raises(VoiceFailed):
        orders[0].result(25)
    with pytest.raises(ZeroDivisionError):
        orders[1].result(25)
    assert orders[2].result(25).any()
    studio.stop()


def test_what_cannot_be_read_yet_keeps_nobody_waiting_and_is_made_as_soon_as_it_can(slow: Slow) -> None:
    slow.go.set()
    slow.unreadable = {"counter": ReadingsNotYet(), "hanzi": ReadingsNotYet()}
    studio = Studio(slow, Speaker())
    studio.start()
    studio.warm([words("counter")])
    hanzi = studio.order(words("hanzi"), Urgency.NOW)
    assert studio.order(words("digits"), Urgency.LATER).result(25).any()
    assert not hanzi.done()
    slow.unreadable = {}
    assert hanzi.result(25).any()
    until(lambda: slow.made[-1] == "counter")
    assert studio.waiting == 0
    studio.stop()


def test_what_can_never_be_read_fails_and_what_waits_at_the_end_is_told(slow: Slow) -> None:
    slow.go.set()
    slow.unreadable = {"gone": ReadingsMissing("no dictionary"), "wait": ReadingsNotYet()}
    studio = Studio(slow, Speaker())
    studio.start()
    waits = studio.order(words("wait"), Urgency.NOW)
    with pytest.raises(ReadingsMissing, match="no dictionary"):
        studio.order(words("gone"), Urgency.NOW).result(25)
    studio.stop()
    with pytest.raises(ReadingsNotYet):
        waits.result(25)


def test_orders_are_bounded_and_the_urgent_have_room_when_the_useful_have_none(slow: Slow) -> None:
    studio = Studio(slow, Speaker())
    studio.warm(words(str(number)) for number in range(MOST_ORDERS + 500))
    assert studio.waiting == MOST_ORDERS
    orders = [studio.order(words("now"), Urgency.NOW) for _ in range(101)]
    assert not orders[0].done()
    with pytest.raises(OrdersFull):
        orders[100].result(0)
    studio.stop()
    assert orders[0].cancelled()


def test_a_voice_is_healed_while_nobody_waits(slow: Slow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("broker.runtime.speech.studio.HEAL_EVERY_S", 0.01)
    voice = Speaker()
    studio = Studio(slow, voice)
    studio.start()
    until(lambda: voice.healed >= 3)
    studio.stop()


def test_where_there_is_no_library_every_order_fails_with_the_reason() -> None:
    studio = NoStudio(VoiceFailed("none", "nothing is installed"))
    studio.warm([words()])
    with pytest.raises(VoiceFailed, match="nothing is installed"):
        studio.orders([words()], Urgency.NOW)[0].result(0)
    studio.stop()
