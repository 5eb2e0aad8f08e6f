"""The whole voice of a display, from a call to the samples on the tape, with real engines and their faults."""

import json
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pygame
import pytest

from broker.model.hall_speech import Speech, SpeechHours, SpeechZone
from broker.model.views import Call
from broker.model.words import TicketStatus
from broker.runtime.clock import SystemClock
from broker.runtime.speaker_address import SpeakerAddressError
from broker.runtime.speech import espeak
from broker.runtime.speech.fine_voice import FineChoice
from broker.runtime.speech.levels import CEILING_DBTP, SPEECH_LUFS, chime, decibels, loudness_lufs, true_peak
from broker.runtime.speech.player import Player
from broker.runtime.speech.studio import Studio
from broker.runtime.speech.voices import VOICES
from display.announcer import Fate, Note, Policy
from display.performer import AFTER_CHIME_S
from display.sound import INBOX_LENGTH, Sound
from display.sound_settings import SoundHealth, SoundSettings, SpokenWav
from display.volume import VolumePeriod, VolumePlan
from tests.display.speech_rig import make_call
from tests.runtime.speech.rig import keep_readings, played, position
from tests.waiting import until

ONE = Policy(languages=("zh",), readings=1, pause_ms=0)
BOTH = Policy(readings=1, pause_ms=0)
CLOCK = SystemClock()
HURRIED = {language: replace(choice, rate=300) for language, choice in VOICES.items()}


class Room:
    """A hall with a loudspeaker on tape: what was said, noted, and when."""

    def __init__(self, tape: Path, settings: SoundSettings) -> None:
        self.tape = tape
        self.said: list[SpokenWav] = []
        self.notes: list[Note] = []
        self.on_part: Callable[[SpokenWav], None] = lambda part: None
        """Called in the sound's own thread: what is told there comes before anything that the sound does later."""
        self.sound = Sound(settings, CLOCK, on_wav=self._heard, on_note=self.notes.append)

    def _heard(self, part: SpokenWav) -> None:
        self.said.append(part)
        self.on_part(part)

    def labels(self) -> list[tuple[str, str]]:
        return [(part.call_id, part.label) for part in self.said]

    def until(self, condition: Callable[[], bool]) -> None:
        until(condition, lambda: (self.labels(), self.notes, self.sound.health()))

    def until_spoken(self, count: int) -> None:
        self.until(lambda: self.sound.health().spoken >= count)

    def messages(self) -> list[str]:
        return [label for call_id, label in self.labels() if call_id == "message"]

    def samples(self, label: str) -> list[np.ndarray]:
        return [np.frombuffer(part.wav[44:], np.int16) for part in self.said if part.label == label]


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Room]]:
    for name in ("SDL_AUDIODRIVER", "SDL_DISKAUDIOFILE", "AUDIODEV", "PULSE_SINK"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    rooms: list[Room] = []

    def build(*, fast: bool = True, **wishes: object) -> Room:
        """``fast``: the tape takes a buffer every millisecond instead of every eleven."""
        monkeypatch.setenv("SDL_DISKAUDIODELAY", "1" if fast else "10")
        tape = tmp_path / "tape.raw"
        keep_readings(tmp_path / "clips")
        usual = {"speaker": f"virtual://speaker?record={tape}&frames=512", "folder": tmp_path / "clips", "policy": ONE}
        made = Room(tape, SoundSettings(**(usual | wishes)))
        rooms.append(made)
        made.sound.start()
        return made

    yield build
    for made in rooms:
        made.sound.stop()
    pygame.mixer.quit()


def call_now(number: str = "A005", counter: str = "3", **facts: object) -> Call:
    return make_call(number, counter, at_ms=CLOCK.now_ms(), **facts)


def test_a_call_is_chimed_and_spoken_in_order_and_gapless_on_the_tape(
    room: Callable[..., Room], tmp_path: Path
) -> None:
    hall = room(policy=BOTH, fast=False, voices=HURRIED, counters=("3",))
    hall.sound.warm_tickets(["A005"])  # on a machine that is busy enough no chime covers the making of the words
    hall.until(lambda: len(list((tmp_path / "clips").glob("*.wav"))) == 4)
    hall.sound.announce(call_now())
    hall.until_spoken(1)
    hall.sound.stop()
    call_id = make_call().call_id
    assert hall.labels() == [(call_id, "chime"), (call_id, "zh"), (call_id, "en")]
    tape = played(hall.tape)
    (rung,), (mandarin,), (english,) = (hall.samples(label) for label in ("chime", "zh", "en"))
    at = position(rung, tape)
    assert at >= 0
    assert len(rung) == len(chime()) + round(AFTER_CHIME_S * 48_000)
    assert position(mandarin, tape, at) == at + len(rung), "no sample between chime and words"
    assert position(english, tape, at) == at + len(rung) + len(mandarin)


def test_the_played_programme_has_the_hall_loudness(room: Callable[..., Room]) -> None:
    hall = room(policy=BOTH)
    hall.sound.announce(call_now())
    hall.until_spoken(1)
    for label in ("zh", "en"):
        (spoken,) = hall.samples(label)
        assert loudness_lufs(spoken / 32767) == pytest.approx(SPEECH_LUFS, abs=0.5)
        assert decibels(true_peak(spoken / 32767)) <= CEILING_DBTP


def test_calls_are_heard_in_the_order_they_were_made_each_once(room: Callable[..., Room]) -> None:
    hall = room()
    board = []
    for number in ("A001", "B002", "C003"):
        board.insert(0, call_now(number))
        hall.sound.show(board)
        hall.sound.show(board)
    hall.until_spoken(3)
    order = [call_id for call_id, label in hall.labels() if label == "zh"]
    assert order == [call.call_id for call in board[::-1]]
    hall.sound.stop()
    tape, at = played(hall.tape), 0
    for spoken in hall.samples("zh"):
        at = position(spoken, tape, at)
        assert at >= 0
        at += len(spoken)


def test_the_chime_sounds_before_the_words_exist(room: Callable[..., Room], monkeypatch: pytest.MonkeyPatch) -> None:
    from broker.runtime.speech.clips import Clips

    made, really, chimed = [], Clips.make, threading.Event()

    def slowly(self: Clips, utterance: object) -> np.ndarray:
        assert chimed.wait(25)
        made.append(time.monotonic())
        return really(self, utterance)

    monkeypatch.setattr(Clips, "make", slowly)
    hall = room()
    hall.sound.announce(call_now())
    hall.until(lambda: bool(hall.said))
    assert hall.said[0].label == "chime"
    assert made == []
    chimed.set()
    hall.until_spoken(1)
    assert len(made) >= 2


def test_calls_on_the_board_before_a_reconnect_stay_unspoken(room: Callable[..., Room]) -> None:
    hall = room()
    old, new = call_now("A001"), call_now("A002")
    hall.sound.silent([old])
    hall.sound.show([new, old])
    hall.until_spoken(1)
    assert {call_id for call_id, _ in hall.labels()} == {new.call_id}


def test_a_served_ticket_is_not_repeated(room: Callable[..., Room]) -> None:
    hall = room(policy=Policy(languages=("zh",), readings=2, repeat_after_ms=700))
    call = call_now()
    served = make_call(at_ms=call.called_at_ms, status=TicketStatus.SERVING)
    hall.on_part = lambda part: hall.sound.show([served]) if part.label == "zh" else None
    hall.sound.show([call])
    hall.until_spoken(1)
    time.sleep(1.2)
    assert [label for _, label in hall.labels()] == ["chime", "zh"]


def test_an_emergency_cuts_a_call_and_comes_back_until_it_is_ended(room: Callable[..., Room]) -> None:
    hall = room(fast=False, voices=HURRIED, emergency_every_s=0.2)
    hall.sound.announce(call_now())
    hall.until(lambda: "zh" in [part.label for part in hall.said])
    for _ in range(3):
        hall.sound.emergency({"zh": "请离开", "en": "Please leave."})
    hall.until(lambda: hall.messages().count("zh") == 3)
    hall.sound.announce(call_now("A006"))
    hall.until(lambda: len(hall.notes) == 2)
    assert [note.why for note in hall.notes] == ["cut by something more important", "an emergency is announced"]
    assert hall.messages()[:6] == ["chime", "zh"] * 3
    hall.sound.emergency(None)
    hall.sound.announce(call_now("A007"))
    hall.until_spoken(1)
    said = len(hall.messages())
    time.sleep(0.5)
    assert len(hall.messages()) == said, "it is over"


def test_an_emergency_is_said_at_a_quiet_hour_too(room: Callable[..., Room], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(VolumePlan, "gain_at", lambda self, minute: None)
    hall = room()
    hall.sound.emergency({"zh": "请离开"})
    hall.until(lambda: "zh" in hall.messages())


def test_an_emergency_that_is_ended_is_cut_in_its_words(room: Callable[..., Room]) -> None:
    hall = room(fast=False)
    hall.sound.emergency({"zh": "请大家不要惊慌，听从工作人员指挥，从最近的出口有序离开大厅"})
    hall.until(lambda: "zh" in hall.messages())
    hall.sound.emergency(None)
    hall.sound.announce(call_now())
    hall.until(lambda: "chime" in [label for call_id, label in hall.labels() if call_id != "message"])
    hall.sound.stop()
    assert position(hall.samples("zh")[0], played(hall.tape)) == -1, "its words were cut"


@pytest.mark.parametrize("speaker", ["none", "virtual://speaker?record=/nowhere/tape.raw"])
def test_where_no_loudspeaker_is_heard_the_serial_module_speaks(speaker: str, room: Callable[..., Room]) -> None:
    hall = room(speaker=speaker, module="virtual://voice-module", emergency_every_s=60)
    hall.sound._module._simulator._pace = 0.02
    hall.sound.announce(call_now())
    hall.until_spoken(1)
    hall.sound.emergency({"zh": "请离开", "en": "Please leave."})
    said = hall.sound._module._simulator.said
    hall.until(lambda: len(said) == 2)
    assert list(said) == ["[v10][t4]请A零零五号，到三号窗口", "[v10][t4]请离开"]
    assert (hall.notes, hall.sound.health().others["module"]) == ([], "ok")


def test_where_no_voice_can_speak_the_serial_module_does(
    room: Callable[..., Room], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("broker.runtime.speech.voice.sys.executable", "/nowhere/python")
    hall = room(module="virtual://voice-module")
    hall.sound._module._simulator._pace = 0.02
    hall.sound.announce(call_now())
    hall.until_spoken(1)
    assert [label for _, label in hall.labels()] == ["chime"]
    assert list(hall.sound._module._simulator.said) == ["[v10][t4]请A零零五号，到三号窗口"]


def test_a_serial_module_that_is_not_there_is_told_and_the_call_noted(room: Callable[..., Room]) -> None:
    hall = room(speaker="none", module="serial:///dev/no-such-module")
    hall.sound.announce(call_now())
    hall.until(lambda: bool(hall.notes))
    assert "no such device" in hall.notes[0].why
    assert hall.sound.health().parts() == {"speaker": "off", "voice": "off", "module": "unavailable"}


def test_a_full_disk_and_a_line_of_calls_too_long_are_told_to_the_staff(
    room: Callable[..., Room], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    hall = room(folder=tmp_path / "file" / "clips", policy=Policy(languages=("zh",), backlog_max=0))
    for number in range(3):
        hall.sound.announce(call_now(f"A00{number}"))
    hall.until(lambda: len(hall.notes) == 3)
    assert hall.sound.health().parts() == {"speaker": "ok", "voice": "ok", "clips": "not_kept", "calls": "behind"}


def test_an_emergency_that_changes_is_said_anew_at_once(room: Callable[..., Room]) -> None:
    hall = room(fast=False, emergency_every_s=60)
    hall.sound.emergency({"zh": "请大家不要惊慌，听从工作人员指挥，从最近的出口有序离开大厅"})
    hall.until(lambda: "zh" in hall.messages())
    hall.sound.emergency({"zh": "请回"})
    hall.until(lambda: hall.messages() == ["chime", "zh"] * 2)


def test_a_sound_test_waits_for_the_call_that_is_being_spoken(room: Callable[..., Room]) -> None:
    hall = room()
    hall.sound.announce(call_now())
    hall.until(lambda: bool(hall.said))
    assert hall.sound.test_tone().result(timeout=25) is None
    assert [label for _, label in hall.labels()] == ["chime", "zh", "chime", "zh", "noise"]
    assert hall.notes == []


def test_a_sound_test_that_nobody_hears_says_why(room: Callable[..., Room], tmp_path: Path) -> None:
    hall = room(speaker=f"virtual://speaker?record={tmp_path}/missing/tape.raw")
    assert hall.sound.test_tone().result(timeout=25) == "the loudspeaker cannot be opened"
    mute = Sound(SoundSettings(speaker="none"), CLOCK)
    assert "no loudspeaker" in mute.test_tone().result(timeout=1)


@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGSTOP])
def test_after_a_blow_to_the_voice_the_next_call_still_speaks(blow: signal.Signals, room: Callable[..., Room]) -> None:
    hall = room()
    hall.sound.announce(call_now("A001"))
    hall.until_spoken(1)
    worker = hall.sound._voices.usual._voices[0]
    os.kill(worker.pid, blow)
    hall.sound.announce(call_now("A002", "4"))
    hall.until_spoken(2)
    assert hall.notes == []


def test_with_every_voice_dead_calls_are_chimed_noted_and_nothing_hangs(
    room: Callable[..., Room], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("broker.runtime.speech.voice.sys.executable", "/nowhere/python")
    hall = room()
    hall.sound.announce(call_now())
    hall.until(lambda: bool(hall.notes))
    assert hall.notes[0].fate is Fate.SCREEN_ONLY
    assert "voice" in hall.notes[0].why
    assert [label for _, label in hall.labels()] == ["chime"]
    health = hall.sound.health()
    assert (health.speaker, health.voice, health.screen_only) == ("ok", "failed", 1)
    assert health.parts() == {"speaker": "ok", "voice": "failed"}


def test_without_any_speech_library_calls_are_chimed_and_the_reason_is_told(
    room: Callable[..., Room], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(espeak, "SYSTEM_NAME", "libnot-there.so.1")
    monkeypatch.setattr(espeak, "find_spec", lambda _name: None)
    hall = room(counters=("1", "2"))
    hall.sound.announce(call_now())
    hall.until(lambda: bool(hall.notes))
    assert [label for _, label in hall.labels()] == ["chime"]
    assert hall.sound.health().voice == "missing"
    assert "apt install espeak-ng" in hall.sound.health().faults[0]


def test_with_the_embedded_library_alone_the_hall_speaks(
    room: Callable[..., Room], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(espeak, "SYSTEM_NAME", "libnot-there.so.1")
    hall = room()
    hall.sound.announce(call_now())
    hall.until_spoken(1)
    assert [label for _, label in hall.labels()] == ["chime", "zh"]


def test_without_a_loudspeaker_calls_are_noted_as_on_the_screen_alone(
    room: Callable[..., Room], tmp_path: Path
) -> None:
    hall = room(speaker=f"virtual://speaker?record={tmp_path}/missing/tape.raw")
    hall.sound.announce(call_now())
    hall.until(lambda: bool(hall.notes))
    assert hall.notes[0].why == "the loudspeaker cannot be opened"
    assert hall.sound.health().speaker == "unavailable"
    assert hall.said == []


def test_a_call_is_as_old_as_the_engines_clock_says_not_ours(room: Callable[..., Room]) -> None:
    hall = room()
    hour_ms = 3_600_000
    hall.sound.keep_time(-hour_ms)
    hall.sound.announce(make_call("A001", at_ms=CLOCK.now_ms() - hour_ms))
    hall.until_spoken(1)
    hall.sound.announce(make_call("A002", at_ms=CLOCK.now_ms() - hour_ms - 30_000))
    hall.until(lambda: bool(hall.notes))
    assert [(note.number, note.why) for note in hall.notes] == [("A002", "it came too late")]


def test_the_hours_of_volume_are_those_of_the_hall() -> None:
    now_ms, tokyo = CLOCK.now_ms(), ZoneInfo("Asia/Tokyo")
    there = datetime.fromtimestamp(now_ms / 1000, tokyo)
    minute = there.hour * 60 + there.minute
    period = VolumePeriod(minute, (minute + 2) % 1440, -12.0)
    sound = Sound(SoundSettings(volume=VolumePlan(0.0, (period,)), zone=tokyo), CLOCK)
    assert sound._gain_db() == -12.0


def test_an_unwritable_clip_folder_costs_no_call(room: Callable[..., Room], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    hall = room(folder=tmp_path / "file" / "clips")
    hall.sound.announce(call_now())
    hall.until_spoken(1)
    assert hall.notes == []


def test_at_a_silent_hour_the_screen_calls_alone(room: Callable[..., Room], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(VolumePlan, "gain_at", lambda self, minute: None)
    hall = room()
    hall.sound.announce(call_now())
    hall.until(lambda: bool(hall.notes))
    assert hall.notes[0].why == "silence is wanted at this hour"


def test_a_ticket_that_cannot_be_spelt_is_noted_and_the_next_is_spoken(room: Callable[..., Room]) -> None:
    hall = room()
    hall.sound.announce(make_call("---", at_ms=CLOCK.now_ms(), call_id="call-bad-1"))
    hall.sound.announce(call_now("A002"))
    hall.until_spoken(1)
    assert [(note.call_id, note.fate) for note in hall.notes] == [("call-bad-1", Fate.SCREEN_ONLY)]


def test_a_fault_of_ours_in_one_call_does_not_silence_the_next(
    room: Callable[..., Room], monkeypatch: pytest.MonkeyPatch
) -> None:
    from display.performer import Performer

    really = Performer.perform

    def stumble(self: Performer, announcement: object, gain_db: float) -> str | None:
        if announcement.call.number == "A001":
            raise ZeroDivisionError
        return really(self, announcement, gain_db)

    monkeypatch.setattr(Performer, "perform", stumble)
    hall = room()
    hall.sound.announce(call_now("A001"))
    hall.sound.announce(call_now("A002"))
    hall.until_spoken(1)
    assert [note.why for note in hall.notes] == ["a fault of the sound"]


def test_whoever_listens_may_fail_without_harm(room: Callable[..., Room]) -> None:
    hall = room()
    hall.sound._on_wav = lambda part: 1 / 0
    hall.sound.announce(call_now())
    hall.until_spoken(1)


def test_counters_are_made_ready_at_the_start_and_tickets_when_told(room: Callable[..., Room], tmp_path: Path) -> None:
    hall = room(counters=("1", "2", "咨询台"), policy=BOTH)
    hall.until(lambda: len(list((tmp_path / "clips").glob("*.wav"))) == 6)
    for _ in range(3):
        hall.sound.warm_tickets(["A001", "A002", "---"])
    hall.until(lambda: len(list((tmp_path / "clips").glob("*.wav"))) == 10)
    clips = hall.sound._voices.studio._clips
    made = clips.made
    hall.sound.announce(call_now("A002", "2"))
    hall.until_spoken(1)
    assert clips.made == made == 10, "the call itself had nothing to make"


def test_telling_never_blocks_and_a_full_inbox_is_counted(room: Callable[..., Room]) -> None:
    hall = room()
    hall.until(lambda: hall.sound._voices is not None)
    hall.sound._inbox.put(lambda: time.sleep(0.5))
    for number in range(INBOX_LENGTH + 50):
        hall.sound.show([call_now(f"A{number:03}")])
    assert hall.sound.health().screen_only >= 50


def test_nothing_is_done_for_a_display_without_a_loudspeaker() -> None:
    sound = Sound(SoundSettings(speaker="none"), CLOCK)
    before = threading.active_count()
    sound.start()
    sound.announce(call_now())
    sound.emergency({"zh": "请离开"})
    assert sound.health() == SoundHealth("off", "off")
    assert threading.active_count() == before
    sound.stop()


def test_a_wrong_address_is_refused_before_anything_starts() -> None:
    with pytest.raises(SpeakerAddressError):
        Sound(SoundSettings(speaker="hdmi://1"), CLOCK)


def test_stopping_in_the_middle_of_a_call_is_quick_and_leaves_no_process(room: Callable[..., Room]) -> None:
    hall = room(fast=False, voices=HURRIED)
    hall.sound.announce(call_now())
    hall.until(lambda: "zh" in [part.label for part in hall.said])
    hall.until(lambda: all(worker.alive for worker in hall.sound._voices.usual._voices))
    pids = [worker.pid for worker in hall.sound._voices.usual._voices]
    hall.sound.stop()
    assert not hall.sound._thread.is_alive()
    assert hall.sound.health().speaker == "stopped"
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_a_speaker_without_a_browser_hands_nothing_on() -> None:
    sound = Sound(SoundSettings(speaker="alsa://default"), CLOCK, on_wav=lambda part: None)
    assert sound._on_wav is None


def test_each_announcement_is_written_down_before_it_is_heard(room: Callable[..., Room], tmp_path: Path) -> None:
    log = tmp_path / "spoken.jsonl"
    hall = room(log=log, voices=HURRIED)
    first = call_now("A005")
    hall.sound.show((first,))
    hall.until(log.exists)
    assert hall.sound.health().spoken == 0, "it is still being said"
    hall.until_spoken(1)
    (line,) = log.read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["call_id"] == first.call_id


def test_the_hall_file_decides_languages_repetitions_rates_words_and_gain(tmp_path: Path) -> None:
    speech = Speech(languages=("zh",), repeat=3, one="yao", rate_zh=180, rate_en=150, gain_db=-4.0, chime=False)
    settings = SoundSettings.from_hall(speech, "alsa://default", ["1", "2"], tmp_path)
    assert settings.policy == Policy(languages=("zh",), readings=3, chime=False)
    assert settings.wording.one == "yao"
    assert settings.voices["zh"].rate == 180
    assert settings.voices["en"].name == VOICES["en"].name
    assert settings.volume.gain_at(0) == -4.0
    assert (settings.speaker, settings.counters, settings.folder) == ("alsa://default", ("1", "2"), tmp_path)
    assert (settings.module, settings.fine) == ("none", None)


def test_the_hall_file_decides_cantonese_zone_module_and_model(tmp_path: Path) -> None:
    quiet = SpeechHours(from_time="12:00", until_time="13:00", quiet=True)
    speech = Speech(
        languages=("yue", "zh"),
        rate_yue=140,
        template_yue="{ticket}到{counter}",
        zones={"east": SpeechZone(gain_db=-6.0, hours=(quiet,))},
        engine="sherpa",
        model="/models/zh",
        model_languages=("zh", "yue"),
        duck_db=-12.0,
        emergency_every_s=15,
    )
    settings = SoundSettings.from_hall(speech, "none", (), tmp_path, module="virtual://voice-module", part="east")
    assert settings.policy.languages == ("yue", "zh")
    assert settings.voices["yue"].rate == 140
    assert settings.wording.template("yue") == "{ticket}到{counter}"
    assert (settings.volume.gain_at(12 * 60), settings.volume.gain_at(13 * 60)) == (None, -6.0)
    assert settings.fine == FineChoice("sherpa", Path("/models/zh"), {"zh": 100, "yue": 93})
    assert (settings.module, settings.is_silent) == ("virtual://voice-module", False)
    assert (settings.duck_db, settings.emergency_every_s) == (-12.0, 15)


def test_the_chimes_are_there_before_the_first_call(room: Callable[..., Room]) -> None:
    chime.cache_clear()
    hall = room()
    hall.until(lambda: chime.cache_info().currsize == 2)  # or the day's first call would wait for one of them
    assert not hall.said


def test_the_chime_sounds_before_its_words_are_ordered_and_those_of_the_next_call_while_it_speaks(
    room: Callable[..., Room], monkeypatch: pytest.MonkeyPatch
) -> None:
    happened: list[tuple[str, str]] = []
    put, order = Player.put, Studio.order
    monkeypatch.setattr(Player, "put", lambda *told: (happened.append(("played", "")), put(*told))[1])
    monkeypatch.setattr(
        Studio,
        "order",
        lambda self, said, urgency: (happened.append(("ordered", said.text)), order(self, said, urgency))[1],
    )
    hall = room()
    board = [call_now("A001")]
    hall.sound.show(board)
    hall.until(lambda: ("played", "") in happened)
    hall.sound.show([call_now("A002", "4"), *board])
    hall.until_spoken(2)
    assert happened[0] == ("played", "")
    first, second = (
        next(at for at, (_, text) in enumerate(happened) if number in text) for number in ("零零一", "零零二")
    )
    assert 0 < first < second
    played = [at for at, (what, _) in enumerate(happened) if what == "played"]
    assert second < played[-2], "ordered before its own chime, while the first call spoke"
