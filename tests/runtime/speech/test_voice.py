"""Voices in guarded processes: real engines, and every fault that was ever seen of them."""

import contextlib
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from broker.runtime.speech import espeak, voice, voice_worker
from broker.runtime.speech.errors import (
    NoSpeechLibrary,
    VoiceDied,
    VoiceError,
    VoiceFailed,
    VoiceSaidTooLittle,
    VoiceTimedOut,
    WordingRefused,
)
from broker.runtime.speech.espeak import SpeechLibrary, find_speech_library
from broker.runtime.speech.pronounce import LETTERS, PHRASES, cantonese, latin, mandarin
from broker.runtime.speech.utterance import TEXT_LENGTH
from broker.runtime.speech.voice import GuardedVoice, Recording, VoiceChoice, WorkerVoice, check_speech, count_words
from tests.runtime.small_disk import fill, small_disk
from tests.runtime.speech.rig import library_or_skip

MANDARIN = VoiceChoice("cmn-latn-pinyin+f2", 175)
ENGLISH = VoiceChoice("en-us+f2", 155)
CALL = "qing3 ei1 ling2 ling2 wu3 hao4,"
PATIENT = {"answer_s": 25.0, "start_s": 25.0}
"""What is tested is what is said, never how fast a loaded machine says it."""


@pytest.fixture(scope="module")
def library() -> SpeechLibrary:
    return find_speech_library()


@contextlib.contextmanager
def worker(engine: str, library: SpeechLibrary, **wishes: object) -> Iterator[WorkerVoice]:
    voice = WorkerVoice(engine, library, **(PATIENT | wishes))
    try:
        yield voice
    finally:
        voice.stop()


LONGEST_SYLLABLE = "zhuang4"
WRITTEN = [
    *(letter * TEXT_LENGTH for letter in LETTERS),
    "装" * TEXT_LENGTH,
    *("9999" + between for between in (" ", ",", "。")),
    "7777装",
    *PHRASES,
]


@pytest.mark.parametrize("text", WRITTEN)
def test_whatever_a_clip_says_is_short_enough_for_a_voice(text: str) -> None:
    whole = (text * TEXT_LENGTH)[:TEXT_LENGTH]
    for language in (mandarin, latin):
        assert len(language(whole, lambda hanzi: [LONGEST_SYLLABLE] * len(hanzi))) <= voice.TEXT_LENGTH
    assert len(cantonese(whole)) <= voice.TEXT_LENGTH


def test_an_emergency_of_two_hundred_hanzi_is_said_to_its_end(library: SpeechLibrary) -> None:
    text = " ".join(["shuang1"] * TEXT_LENGTH)
    with worker("espeak", library) as speaker:
        assert speaker.say(text, MANDARIN).seconds > 60
        slow = speaker.say(" ".join(["da2 bu4 liu2"] * TEXT_LENGTH), VoiceChoice(MANDARIN.name, 80))
        assert 200 < slow.seconds < voice.LONGEST_S


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.mark.parametrize("engine", ["pyttsx3", "espeak"])
@pytest.mark.parametrize("origin", ["system", "embedded"])
def test_each_engine_speaks_on_each_library(engine: str, origin: espeak.Origin) -> None:
    with worker(engine, library_or_skip(origin)) as voice:
        for text, choice, least_s, most_s in (
            (CALL, MANDARIN, 1.2, 2.5),
            ("Please go to counter 3.", ENGLISH, 1.2, 2.5),
        ):
            recording = voice.say(text, choice)
            assert least_s < recording.seconds < most_s
            assert recording.rate_hz == 22_050
            assert np.abs(recording.samples).max() > 5_000


def test_pyttsx3_never_says_success_with_nothing_and_keeps_its_process(library: SpeechLibrary) -> None:
    with worker("pyttsx3", library) as voice:
        voice.start()
        pid = voice.pid
        lengths = [voice.say(CALL, MANDARIN).seconds for _ in range(20)]
        assert max(lengths) - min(lengths) < 0.2
        assert voice.pid == pid


def test_two_voices_in_turn_do_not_leak_into_each_other(library: SpeechLibrary) -> None:
    with worker("pyttsx3", library) as voice, worker("espeak", library) as other:
        for text, choice in ((CALL, MANDARIN), ("Number A, 0 0 5.", ENGLISH), (CALL, MANDARIN)):
            assert voice.say(text, choice).seconds == pytest.approx(other.say(text, choice).seconds, abs=0.15)


@pytest.mark.parametrize("engine", ["pyttsx3", "espeak"])
def test_an_unknown_voice_is_a_failure_and_not_somebody_elses_voice(engine: str, library: SpeechLibrary) -> None:
    with worker(engine, library) as voice:
        with pytest.raises(VoiceFailed):
            voice.say(CALL, VoiceChoice("no-such-voice", 160))
        assert voice.say(CALL, MANDARIN).seconds > 1


@pytest.mark.parametrize("text", ["", "  ", "a\0b", "字" * 2601])
def test_a_text_no_engine_should_see_is_refused_before_it_gets_there(text: str, library: SpeechLibrary) -> None:
    with worker("espeak", library) as voice, pytest.raises(WordingRefused):
        voice.say(text, MANDARIN)


@pytest.mark.parametrize("engine", ["pyttsx3", "espeak"])
def test_a_killed_worker_is_started_again_by_the_next_call(engine: str, library: SpeechLibrary) -> None:
    with worker(engine, library) as voice:
        voice.start()
        os.kill(voice.pid, signal.SIGKILL)
        voice._process.wait(timeout=25)
        assert voice.say(CALL, MANDARIN).seconds > 1


def test_a_stopped_worker_is_ended_at_the_deadline_and_replaced(library: SpeechLibrary) -> None:
    with worker("pyttsx3", library, answer_s=0.3) as voice:
        voice.start()
        pid = voice.pid
        os.kill(pid, signal.SIGSTOP)
        with pytest.raises(VoiceTimedOut):
            voice.say(CALL, MANDARIN)
        assert is_gone(pid)
        voice._answer_s = 25
        assert voice.say(CALL, MANDARIN).seconds > 1


def test_a_full_disk_hangs_pyttsx3_and_the_second_voice_speaks(library: SpeechLibrary, tmp_path: Path) -> None:
    with small_disk(tmp_path / "small", 16) as folder:
        fill(folder)
        voices = [
            WorkerVoice("pyttsx3", library, answer_s=0.6, start_s=25, scratch=folder),
            WorkerVoice("espeak", library, **PATIENT),
        ]
        guarded = GuardedVoice(voices)
        try:
            for _ in range(3):
                assert guarded.say(CALL, MANDARIN).seconds > 1
            assert (guarded.speaks_with, guarded.state) == ("espeak", "second")
            assert "pyttsx3" in guarded.faults
        finally:
            guarded.stop()


def test_a_scratch_folder_that_is_gone_does_not_silence_the_hall(library: SpeechLibrary, tmp_path: Path) -> None:
    voices = [
        WorkerVoice("pyttsx3", library, answer_s=0.6, start_s=25, scratch=tmp_path / "gone"),
        WorkerVoice("espeak", library, scratch=tmp_path / "gone", **PATIENT),
    ]
    guarded = GuardedVoice(voices)
    try:
        assert guarded.say(CALL, MANDARIN).seconds > 1
        assert guarded.speaks_with == "espeak"
    finally:
        guarded.stop()


def test_kills_and_stops_among_many_utterances_lose_none(library: SpeechLibrary) -> None:
    minutes = iter(range(0, 100_000, 60))
    first = WorkerVoice("pyttsx3", library, answer_s=0.5, start_s=25)
    guarded = GuardedVoice([first, WorkerVoice("espeak", library, **PATIENT)], now_s=lambda: next(minutes))
    guarded.start()
    hurt = 0
    try:
        for number in range(16):
            if number % 4 == 1:
                os.kill(first.pid, signal.SIGSTOP if number % 8 == 1 else signal.SIGKILL)
                hurt += 1
            assert guarded.say(CALL, MANDARIN).seconds > 1
            guarded.heal()
            assert first.alive, "healed"
    finally:
        guarded.stop()
    assert hurt == 4
    assert guarded.failures >= 2, "the stopped ones"


def test_no_worker_outlives_its_display(library: SpeechLibrary, tmp_path: Path) -> None:
    with worker("pyttsx3", library, scratch=tmp_path) as voice:
        voice.start()
        pid = voice.pid
        voice.say(CALL, MANDARIN)
        assert list(tmp_path.iterdir()) == [], "a killed display leaves nothing"
    assert is_gone(pid)
    assert list(tmp_path.iterdir()) == []


def test_a_worker_ends_by_itself_when_its_display_is_killed(library: SpeechLibrary) -> None:
    with worker("espeak", library) as voice:
        voice.start()
        process = voice._process
        process.stdin.close()  # what the kernel does when the display dies
        assert process.wait(timeout=25) == 0


def lying_engine(folder: Path, body: str) -> Path:
    """An interpreter that answers the protocol with nonsense."""
    script = folder / "python"
    script.write_text(f"#!{sys.executable}\nimport sys, time\nout = sys.stdout.buffer\n{body}\n")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return script


READY = 'out.write(b\'{"ready": "liar"}\\n\'); out.flush(); sys.stdin.readline()\n'


HEARD = (
    'import json\nout.write(b\'{"ready": "liar"}\\n\'); out.flush(); number = json.loads(sys.stdin.readline())["id"]\n'
)
SAYS = (
    'out.write(json.dumps({"id": number, "rate_hz": 22050, "bytes": %d}).encode() + b"\\n" + bytes(%s)); out.flush()\n'
)
EMPTY, SILENT, LOUD = SAYS % (0, "0"), SAYS % (90_000, "90000"), SAYS % (90_000, "[0, 64] * 45000")


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("raise SystemExit(3)", VoiceDied),
        ('out.write(b\'{"error": "no engine"}\\n\')', VoiceDied),
        ("out.write(b'not json\\n')", VoiceDied),
        ("out.write(b'[]\\n')", VoiceDied),
        ("out.write(b'x' * 5000); out.flush(); time.sleep(99)", VoiceDied),
        ("time.sleep(99)", VoiceTimedOut),
        (READY + 'out.write(b\'{"id": 99, "error": "x"}\\n\')', VoiceDied),
        (READY + 'out.write(b\'{"id": 1, "rate_hz": 22050, "bytes": 99999999999}\\n\')', VoiceDied),
        (READY + 'out.write(b\'{"id": 1, "rate_hz": 0, "bytes": 4}\\n\')', VoiceDied),
        (READY + "out.write(b'{\"id\": 1}\\n')", VoiceDied),
        (READY + 'out.write(b\'{"id": 1, "rate_hz": 22050, "bytes": 90000}\\nshort\')', VoiceDied),
        (HEARD + EMPTY, VoiceSaidTooLittle),
        (HEARD + SILENT, VoiceSaidTooLittle),
        (READY + 'out.write(b\'{"id": 1, "error": "no"}\\n\'); out.flush(); time.sleep(99)', VoiceFailed),
    ],
)
def test_whatever_an_engine_answers_is_a_typed_failure_in_time(
    body: str, error: type[VoiceError], library: SpeechLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(lying_engine(tmp_path, body)))
    limit_s = 0.5 if error is VoiceTimedOut else 25.0
    with worker("espeak", library, answer_s=limit_s, start_s=limit_s) as voice, pytest.raises(error):
        voice.say(CALL, MANDARIN)


def test_who_says_nothing_is_ended_and_a_fresh_one_says_it(
    library: SpeechLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = tmp_path / "first"
    body = f"{HEARD}import os, pathlib\nfirst = pathlib.Path({str(first)!r})\n"
    body += (
        f"if first.exists():\n    {LOUD}else:\n    first.write_text(str(os.getpid()))\n    {EMPTY}sys.stdin.readline()"
    )
    monkeypatch.setattr(sys, "executable", str(lying_engine(tmp_path, body)))
    with worker("espeak", library) as voice:
        assert voice.say(CALL, MANDARIN).seconds > 1
        assert first.read_text() != str(voice.pid)
        assert is_gone(int(first.read_text()))


def test_who_says_nothing_twice_is_a_fault_and_the_second_voice_speaks(
    library: SpeechLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    starts = tmp_path / "starts"
    body = f"open({str(starts)!r}, 'a').write('x')\n{HEARD}{EMPTY}sys.stdin.readline()"
    monkeypatch.setattr(sys, "executable", str(lying_engine(tmp_path, body)))
    guarded = GuardedVoice([WorkerVoice("pyttsx3", library, **PATIENT), Scripted("second", [])])
    guarded.start()
    try:
        assert guarded.say(CALL, MANDARIN).seconds == 1
        assert (guarded.speaks_with, guarded.state) == ("second", "second")
        assert "0.00 s of sound" in guarded.faults["pyttsx3"]
        assert starts.read_text() == "xx", "one fresh start, and no third"
    finally:
        guarded.stop()


def test_an_engine_that_is_still_busy_cancels_nothing_of_what_is_said_next(
    library: SpeechLibrary, tmp_path: Path
) -> None:
    """Seen on loaded machines: espeak-ng's thread still set a parameter, and pyttsx3 cancelled the first words."""
    program = [sys.executable, "-P", str(Path(__file__).with_name("busy_espeak.py")), voice_worker.__file__]
    program += [library.path, library.data or "", str(tmp_path / "words.wav")]
    told = subprocess.run(program, capture_output=True, text=True, timeout=100, check=True).stdout.split()
    assert [float(seconds) for seconds in told] == pytest.approx([1.93] * 3, abs=0.1)


def test_a_missing_interpreter_is_a_dead_voice(library: SpeechLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with worker("espeak", library) as voice, pytest.raises(VoiceDied):
        voice.say(CALL, MANDARIN)


class Scripted:
    """A voice that fails as told: each entry an error or None for success."""

    def __init__(self, name: str, script: list[VoiceError | None], alive: bool = True) -> None:
        self.name, self.script, self.alive, self.asked, self.started = name, script, alive, 0, 0

    def start(self) -> None:
        self.started += 1
        self.alive = True

    def say(self, text: str, choice: VoiceChoice) -> Recording:
        self.asked += 1
        error = self.script.pop(0) if self.script else None
        if error is not None:
            self.alive = not isinstance(error, VoiceDied)
            raise error
        return Recording(np.ones(22_050, np.int16), 22_050)

    def stop(self) -> None:
        self.alive = False


def test_a_voice_that_failed_rests_longer_each_time_and_is_started_again_when_nobody_waits() -> None:
    now_s = [0.0]
    first, second = Scripted("first", [VoiceDied("first", "x")] * 2), Scripted("second", [])
    guarded = GuardedVoice([first, second], now_s=lambda: now_s[0])
    guarded.say(CALL, MANDARIN)
    assert (guarded.speaks_with, guarded.state) == ("second", "second")
    guarded.heal()
    assert first.started == 0, "it rests"
    now_s[0] = 2.1
    guarded.heal()
    assert first.started == 1
    guarded.say(CALL, MANDARIN)
    now_s[0] = 2.1 + 3.9
    guarded.heal()
    assert first.started == 1, "it rests twice as long"
    now_s[0] = 2.1 + 4.1
    guarded.heal()
    guarded.say(CALL, MANDARIN)
    assert (guarded.speaks_with, guarded.state, guarded.faults) == ("first", "ok", {})


def test_when_every_voice_fails_the_reason_is_told() -> None:
    guarded = GuardedVoice([Scripted("one", [VoiceFailed("one", "a")]), Scripted("two", [VoiceFailed("two", "b")])])
    with pytest.raises(VoiceFailed, match="two failed: b"):
        guarded.say(CALL, MANDARIN)
    assert guarded.state == "failed"


@pytest.mark.parametrize(
    ("text", "words"), [("Please go to counter 3.", 5), (CALL, 6), ("请A零零五号", 5), (". , !", 1), ("", 1)]
)
def test_words_are_counted_as_they_take_time(text: str, words: int) -> None:
    assert count_words(text) == words


def test_speech_that_is_too_short_for_its_words_is_not_believed() -> None:
    loud = np.full(22_050 // 3, 9_000, np.int16)
    check_speech(Recording(loud, 22_050), "qing3 ei1", MANDARIN, "x")
    with pytest.raises(VoiceFailed, match="were expected"):
        check_speech(Recording(loud, 22_050), CALL, MANDARIN, "x")


def test_without_any_library_it_is_said_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(espeak, "SYSTEM_NAME", "libnot-there.so.1")
    monkeypatch.setattr(espeak, "find_spec", lambda _name: None)
    with pytest.raises(NoSpeechLibrary, match=r"apt install espeak-ng, or pip install espeakng-loader") as caught:
        find_speech_library()
    assert set(caught.value.tried) == {"system", "embedded"}


def test_the_embedded_library_is_taken_when_the_systems_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(espeak, "SYSTEM_NAME", "libnot-there.so.1")
    found = find_speech_library()
    assert found.origin == "embedded"
    assert found.version.startswith("1.5")
    assert "embedded" in found.sentence


def test_the_worker_prints_nothing_into_its_answers(library: SpeechLibrary, tmp_path: Path) -> None:
    """pyttsx3 prints "Audio saved to ..." for each file; read as an answer it would shift every later one."""
    with worker("pyttsx3", library, scratch=tmp_path) as voice:
        texts = ["one", "one two three", "one two three four five six"]
        seconds = [voice.say(text, ENGLISH).seconds for text in texts]
        assert seconds == sorted(seconds)
        assert 0 < seconds[0] < seconds[-1]
