"""A finer voice in the background, spoken for by stand-ins: no model was loaded, none may be fetched.

The stand-ins have the interface of piper-tts 1.8 and sherpa-onnx 2.0 and are found by the worker as the real packages
would be, so the worker's own code, the pipe and the store of clips are the real ones.
"""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path

import numpy as np
import pytest

from broker.runtime.speech.clips import ClipFolder
from broker.runtime.speech.errors import VoiceDied
from broker.runtime.speech.fine_voice import FineChoice, FineStudio
from broker.runtime.speech.studio import Urgency
from broker.runtime.speech.utterance import Utterance
from broker.runtime.speech.voice import VoiceChoice, WorkerVoice
from tests.waiting import until

PIPER = """
import array, math, pathlib

class SynthesisConfig:
    def __init__(self, length_scale=1.0):
        self.length_scale = length_scale

class Chunk:
    sample_rate = 16000
    def __init__(self, seconds):
        tone = (int(9000 * math.sin(place / 9)) for place in range(int(16000 * seconds)))
        self.audio_int16_bytes = array.array("h", tone).tobytes()

class PiperVoice:
    @classmethod
    def load(cls, model, download_dir=None):
        if not pathlib.Path(model).is_file():
            raise FileNotFoundError(model)
        return cls()

    def synthesize(self, text, config):
        if "fail" in text:
            raise RuntimeError("the model stumbled")
        with open(pathlib.Path(__file__).with_name("asked.txt"), "a") as file:
            file.write(text + "\\n")
        yield Chunk(0.3 * len(text) * config.length_scale)
        yield Chunk(0.1)
"""
SHERPA = """
import math

class Config:
    def __init__(self, **parts):
        self.parts = parts

    def validate(self):
        return bool(self.parts["model"].parts["vits"].parts["model"])

OfflineTtsConfig = OfflineTtsModelConfig = OfflineTtsVitsModelConfig = Config

class Audio:
    sample_rate = 22050
    def __init__(self, seconds):
        self.samples = [math.sin(place / 9) * 1.2 for place in range(int(22050 * seconds))]

class OfflineTts:
    def __init__(self, config):
        pass

    def generate(self, text, sid=0, speed=1.0):
        return Audio(0.3 * len(text) / speed)
"""
WORDS = Utterance("zh", "请A零零五号，")
PLACE = Utterance("zh", "到三号窗口")
ENGLISH = Utterance("en", "Number A, 0, 0, 5.")
USUAL = np.full(10, 0.5, np.float32)


class UsualStudio:
    """Is always ready."""

    def __init__(self) -> None:
        self.warmed: list[Utterance] = []
        self.ordered: list[Utterance] = []

    def orders(self, utterances: tuple[Utterance, ...], urgency: Urgency) -> list["Future[np.ndarray]"]:
        self.ordered += utterances
        results: list[Future[np.ndarray]] = [Future() for _ in utterances]
        for result in results:
            result.set_result(USUAL)
        return results

    def warm(self, utterances: list[Utterance]) -> None:
        self.warmed += utterances

    def stop(self) -> None: ...


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder where the worker finds both packages; their versions are asked by name."""
    folder = tmp_path / "packages"
    for name, dist, code in (("piper", "piper_tts", PIPER), ("sherpa_onnx", "sherpa_onnx", SHERPA)):
        (folder / name).mkdir(parents=True)
        (folder / name / "__init__.py").write_text(code)
        (folder / f"{dist}-9.dist-info").mkdir()
        (folder / f"{dist}-9.dist-info" / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {dist}\nVersion: 9\n")
    monkeypatch.setenv("PYTHONPATH", str(folder))
    return folder


@pytest.fixture
def studio(tmp_path: Path, packages: Path) -> Iterator[Callable[..., tuple[FineStudio, UsualStudio]]]:
    made: list[FineStudio] = []

    def build(model: Path | None = None) -> tuple[FineStudio, UsualStudio]:
        if model is None:
            model = tmp_path / "voice.onnx"
            stand_in(model)
        folder, usual = ClipFolder(tmp_path / "clips", least_free_bytes=0), UsualStudio()
        folder.open()
        fine = FineStudio(usual, FineChoice("piper", model, {"zh": 100}), folder)
        made.append(fine)
        fine.start()
        return fine, usual

    yield build
    for fine in made:
        fine.stop()


def stand_in(model: Path, phonemes: str = "espeak") -> Path:
    model.write_bytes(b"a stand-in")
    Path(f"{model}.json").write_text(json.dumps({"phoneme_type": phonemes}))
    return model


def clips_of(fine: FineStudio, *words: Utterance) -> list[np.ndarray]:
    return [result.result(0) for result in fine.orders(words, Urgency.NOW)]


Build = Callable[..., tuple[FineStudio, UsualStudio]]


def test_a_call_is_spoken_by_the_usual_voice_until_all_its_words_are_fine(studio: Build) -> None:
    fine, _ = studio()
    assert clips_of(fine, WORDS, PLACE)[0] is USUAL
    until(lambda: clips_of(fine, WORDS)[0] is not USUAL)
    until(lambda: all(clip is not USUAL for clip in clips_of(fine, WORDS, PLACE)))
    assert all(len(clip) > 48_000 for clip in clips_of(fine, WORDS, PLACE))


def test_words_are_made_by_both_when_a_ticket_is_issued_and_read_as_people_read(studio: Build, packages: Path) -> None:
    fine, usual = studio()
    fine.warm([WORDS, ENGLISH])
    assert usual.warmed == [WORDS, ENGLISH]
    until(lambda: clips_of(fine, WORDS)[0] is not USUAL)
    assert (packages / "piper" / "asked.txt").read_text().splitlines() == ["请A零零五号，"]


def test_a_language_the_model_does_not_speak_is_left_to_the_usual_voice(studio: Build) -> None:
    fine, usual = studio()
    assert clips_of(fine, ENGLISH) == [USUAL]
    assert usual.ordered == [ENGLISH]


def test_a_model_that_is_not_there_costs_nothing_but_a_fault_in_the_health(studio: Build, tmp_path: Path) -> None:
    fine, _ = studio(tmp_path / "missing.onnx")
    assert clips_of(fine, WORDS)[0] is USUAL
    until(lambda: fine.voice.state == "failed")
    assert clips_of(fine, WORDS)[0] is USUAL
    assert "FileNotFoundError" in fine.voice.faults["piper"]


def test_a_text_the_model_stumbles_over_stays_with_the_usual_voice(studio: Build) -> None:
    fine, _ = studio()
    bad = Utterance("zh", "fail")
    assert clips_of(fine, bad)[0] is USUAL
    until(lambda: bool(fine.voice.faults))
    assert "stumbled" in fine.voice.faults["piper"]
    assert clips_of(fine, bad)[0] is USUAL


def test_another_model_in_the_same_place_is_another_voice(tmp_path: Path) -> None:
    model = tmp_path / "voice.onnx"
    model.write_bytes(b"one")
    first = FineChoice("piper", model, {"zh": 100}).identity
    model.write_bytes(b"another")
    assert FineChoice("piper", model, {"zh": 100}).identity != first
    assert FineChoice("piper", tmp_path / "missing", {"zh": 100}).identity


def test_the_tempo_is_that_of_the_hall(tmp_path: Path, packages: Path) -> None:
    model = stand_in(tmp_path / "voice.onnx")
    voice = WorkerVoice("piper", model=model, start_s=20)
    try:
        usual = voice.say("到三号窗口", VoiceChoice("zh", 100))
        slow = voice.say("到三号窗口", VoiceChoice("zh", 50))
    finally:
        voice.stop()
    assert (round(usual.seconds, 1), round(slow.seconds, 1)) == (1.6, 3.1)


def test_a_folder_with_a_vits_model_is_spoken_by_sherpa_and_an_empty_one_refused(
    tmp_path: Path, packages: Path
) -> None:
    (tmp_path / "model").mkdir()
    voice = WorkerVoice("sherpa", model=tmp_path / "model", start_s=20)
    try:
        with pytest.raises(VoiceDied, match="no model that sherpa-onnx knows"):
            voice.start()
        (tmp_path / "model" / "model.onnx").write_bytes(b"a stand-in")
        said = voice.say("到三号窗口", VoiceChoice("zh", 125))
    finally:
        voice.stop()
    assert (said.rate_hz, round(said.seconds, 1)) == (22050, 1.2)
    assert said.samples.max() == 32767, "louder than full scale is held at full scale"


def test_what_a_chinese_voice_of_piper_would_fetch_must_be_beside_it(tmp_path: Path, packages: Path) -> None:
    voice = WorkerVoice("piper", model=stand_in(tmp_path / "voice.onnx", "pinyin"), start_s=20)
    try:
        with pytest.raises(VoiceDied, match="g2pW is missing"):
            voice.start()
        (tmp_path / "g2pW").mkdir()
        voice.start()
    finally:
        voice.stop()


def test_a_package_that_is_not_installed_is_a_clean_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHONPATH", raising=False)
    voice = WorkerVoice("piper", model=tmp_path / "voice.onnx", start_s=20)
    with pytest.raises(VoiceDied, match="ModuleNotFoundError"):
        voice.start()
    voice.stop()
