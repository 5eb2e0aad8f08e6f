"""The private output with real voices: what reaches the device, what cuts it, and what happens when a part is dead."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from broker.runtime.speaker_address import parse_speaker_address
from broker.runtime.speech.voices import VOICES, VoiceSettings
from kiosk.guidance.earphone import Earphone
from kiosk.guidance.mind import Say
from kiosk.guidance.spoken import Piece
from tests.runtime.speech.rig import keep_readings, patient_voices, played
from tests.waiting import until

HURRIED = {language: replace(choice, rate=300) for language, choice in VOICES.items()}
PATIENCE_S = 30.0
GAIN_DB = -12.0
LONG = tuple(Piece("zh", f"请先看看材料带齐了吗，第{number}项") for number in range(12))


def say(*texts: str, language: str = "zh", gain_db: float = GAIN_DB) -> Say:
    return Say(tuple(Piece(language, text) for text in texts), gain_db)


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    patient_voices(monkeypatch)
    monkeypatch.setattr("kiosk.guidance.earphone.CLIP_WAIT_S", PATIENCE_S)


@pytest.fixture
def tape(tmp_path: Path) -> Path:
    return tmp_path / "earphone.raw"


@pytest.fixture
def earphone(tmp_path: Path, tape: Path) -> Iterator[Earphone]:
    made = _earphone(f"virtual://earphone?record={tape}", tmp_path)
    made.start()
    yield made
    made.stop()


def _earphone(address: str, folder: Path) -> Earphone:
    keep_readings(folder / "clips")
    return Earphone(parse_speaker_address(address), VoiceSettings(folder=folder / "clips", voices=HURRIED))


def test_words_in_both_languages_reach_the_device(earphone: Earphone, tape: Path) -> None:
    earphone.say(Say((Piece("zh", "请取走号票"), Piece("en", "Take your ticket"), Piece("zh", "A零四二")), GAIN_DB))
    until(lambda: len(earphone.spoken) == 3 and not earphone.speaking, "three pieces")
    assert earphone.spoken == ["请取走号票", "Take your ticket", "A零四二"]
    assert earphone.health() == {"earphone": "ok", "voice": "ok"}
    earphone.stop()
    sound = played(tape)
    assert np.abs(sound.astype(np.int32)).max() > 1000
    assert np.count_nonzero(sound) / 48_000 > 0.6


def test_what_comes_next_cuts_what_is_being_said(earphone: Earphone) -> None:
    earphone.say(Say(LONG, GAIN_DB))
    until(lambda: len(earphone.spoken) >= 1, "the long text begins")
    earphone.say(say("已通知工作人员"))
    until(lambda: "已通知工作人员" in earphone.spoken and not earphone.speaking, "the next words")
    assert len(earphone.spoken) < len(LONG)
    assert earphone.spoken[-1] == "已通知工作人员"


def test_silence_is_silence_at_once(earphone: Earphone) -> None:
    earphone.say(Say(LONG, GAIN_DB))
    until(lambda: len(earphone.spoken) >= 1, "the long text begins")
    earphone.say(Say((), GAIN_DB))
    until(lambda: not earphone.speaking, "silence")
    said = len(earphone.spoken)
    time.sleep(0.5)
    assert len(earphone.spoken) == said < len(LONG)


def test_the_volume_is_that_of_the_order(earphone: Earphone, tape: Path) -> None:
    peaks = []
    for gain_db in (-18.0, 0.0):
        before = tape.stat().st_size // 4 * 4 if tape.exists() else 0
        earphone.say(say("返回首页", gain_db=gain_db))
        until(lambda before=before: said_and_silent(tape, before), "the words, and silence after them")
        part = np.fromfile(tape, np.int16, offset=before)
        peaks.append(int(np.abs(part.astype(np.int32)).max()))
    assert 6 < peaks[1] / peaks[0] < 10  # 18 dB are a factor of 7.9


def said_and_silent(tape: Path, before: int) -> bool:
    """Whether the tape holds sound behind ``before``, and half a second of silence behind that."""
    part = np.fromfile(tape, np.int16, offset=before) if tape.exists() else np.zeros(0, np.int16)
    loud = np.flatnonzero(part)
    return len(loud) > 0 and len(part) - int(loud[-1]) > 48_000


def test_only_single_signs_of_what_was_typed_are_kept_on_disk(earphone: Earphone, tmp_path: Path) -> None:
    for digit in "4321":
        earphone.say(say(digit))
        until(lambda digit=digit: earphone.spoken[-1:] == [digit], f"{digit} is said")
    until(lambda: not earphone.speaking, "all is said")
    assert len(list((tmp_path / "clips").glob("*.wav"))) == 4


def test_a_text_that_cannot_be_said_is_passed_over(earphone: Earphone) -> None:
    earphone.say(say("？！", "请稍候"))
    until(lambda: earphone.spoken == ["请稍候"], "the rest")


def test_words_are_made_ready_while_nobody_listens(earphone: Earphone, tmp_path: Path) -> None:
    earphone.warm([Piece("zh", "请稍候"), Piece("en", "One moment, please")])
    until(lambda: len(list((tmp_path / "clips").glob("*.wav"))) == 2, "two clips")
    assert earphone.spoken == []


def test_without_a_device_the_kiosk_hears_of_it_and_goes_on(tmp_path: Path) -> None:
    made = _earphone("alsa://no_such_device_here", tmp_path)
    made.start()
    until(lambda: made.health()["earphone"] == "unavailable", "the fault is told")
    made.say(say("请稍候"))
    until(lambda: not made.speaking, "it does not wait for a device")
    made.stop()
    assert made.health() == {"earphone": "stopped"}


def test_dead_voices_are_told_and_waited_for_by_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("broker.runtime.speech.voice.sys.executable", "/nowhere/python")
    made = _earphone("virtual://earphone", tmp_path)
    made.start()
    made.say(say("请稍候"))
    until(lambda: made.health().get("voice") == "failed", "the fault is told")
    until(lambda: not made.speaking, "nobody waits")
    assert made.spoken == []
    made.stop()


def test_nobody_waits_for_an_earphone_whose_thread_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(settings: VoiceSettings) -> None:
        raise OSError("no room for the clips")

    monkeypatch.setattr("kiosk.guidance.earphone.open_voices", fails)
    made = _earphone("virtual://earphone", tmp_path)
    made.start()
    until(lambda: made.health() == {"earphone": "stopped"}, "the fault is told")
    made.say(say("请稍候"))
    assert not made.speaking
    made.stop()


def test_a_killed_worker_is_replaced_and_the_words_are_said(earphone: Earphone) -> None:
    earphone.say(say("请稍候"))
    until(lambda: earphone.spoken == ["请稍候"], "the first words")
    voices = earphone._voices
    assert voices is not None and voices.usual is not None
    for voice in voices.usual._voices:
        if voice.pid is not None:
            voice._process.kill()
    earphone.say(say("正在打印"))
    until(lambda: earphone.spoken[-1] == "正在打印", "the next words")


def test_a_simulated_device_tells_in_writing_what_it_says_now_and_no_more(earphone: Earphone) -> None:
    assert earphone.captions() == ()
    earphone.say(say("请取走号票", "完成"))
    until(lambda: len(earphone.spoken) == 2 and not earphone.speaking, "both")
    assert earphone.captions() == ("请取走号票", "完成")
    earphone.say(say("返回首页"))
    until(lambda: len(earphone.spoken) == 3 and not earphone.speaking, "the next words")
    assert earphone.captions() == ("返回首页",)
    earphone.say(Say((), GAIN_DB))
    until(lambda: earphone.captions() == (), "silence leaves nothing to be read")


def test_what_a_real_device_says_is_read_by_nobody(tmp_path: Path) -> None:
    assert _earphone("alsa://no-such-device", tmp_path).captions() is None
