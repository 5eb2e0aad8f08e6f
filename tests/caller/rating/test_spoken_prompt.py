"""The prompt to rate is spoken once a visit, by real voices into a simulated loudspeaker, and keeps nobody waiting."""

from pathlib import Path

import pytest

from broker.model.hall_file import HallFileError, parse_hall
from caller.evaluator.words import ASK
from caller.node import spoken_prompt_of
from tests.halls import SMALL
from tests.runtime.speech.rig import keep_readings, patient_voices
from tests.waiting import until

ALOUD = SMALL.replace('lines.a = "virtual://rs485"', 'lines.a = "virtual://rs485"\nspeaker = "virtual://speaker"')


def test_without_a_loudspeaker_the_prompt_is_only_shown(tmp_path: Path) -> None:
    assert spoken_prompt_of(parse_hall(SMALL), "desk-1", tmp_path) is None
    with pytest.raises(HallFileError, match=r"callers\.desk-1\.speaker"):
        parse_hall(ALOUD.replace("virtual://speaker", "serial:///dev/hall/voice"))


def test_each_visit_is_asked_about_aloud_once_in_the_halls_languages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SDL_DISKAUDIODELAY", "1")  # a tape runs faster than a loudspeaker
    patient_voices(monkeypatch)
    keep_readings(tmp_path / "clips")
    for limit in ("CLIP_WAIT_S", "LATE_S"):  # after these a visitor has gone; here it is only the machine that is slow
        monkeypatch.setattr(f"caller.rating.spoken_prompt.{limit}", 60.0)
    taped = ALOUD.replace("virtual://speaker", f"virtual://speaker?record={tmp_path}/tape.raw&frames=512")
    voice = spoken_prompt_of(parse_hall(taped), "desk-1", tmp_path)
    assert voice is not None
    voice.start()
    try:
        for visit in ("visit-1", "visit-1", "visit-2", "visit-1"):
            voice.ask(visit)
        until(lambda: len(voice.spoken) >= 4, lambda: voice.spoken)
        assert voice.spoken == [ASK.zh, ASK.en] * 2
        assert voice.health() == "ok"
    finally:
        voice.stop()
    assert voice.health() == "stopped"


def test_more_than_can_be_said_is_left_to_the_screens_and_blocks_nobody(tmp_path: Path) -> None:
    voice = spoken_prompt_of(parse_hall(ALOUD), "desk-1", tmp_path)
    assert voice is not None
    for number in range(1_000):
        voice.ask(f"visit-{number}")
    assert voice.spoken == [] and voice.health() == "stopped", "nothing was started"
