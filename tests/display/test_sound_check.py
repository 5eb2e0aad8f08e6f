"""The installer's command: is there sound, and if not, why."""

from pathlib import Path

import pytest

from display.__main__ import main
from tests.halls import SMALL


@pytest.fixture
def hall_file(tmp_path: Path) -> Path:
    """The small hall with a display whose loudspeaker is to be written in."""
    file = tmp_path / "hall.toml"
    file.write_text(SMALL, encoding="utf-8")
    return file


def with_speaker(file: Path, speaker: str, more: str = "") -> str:
    """Rewrite the file's displays to one with this loudspeaker."""
    import tomllib

    text = file.read_text(encoding="utf-8")
    name = next(iter(tomllib.loads(text)["displays"]))
    begins = text.index("[displays")
    ends = text.find("\n[", begins + 1)
    shown = 'names = { zh = "屏", en = "Board" }\nscreen = "virtual://screen?size=1920x1080"'
    table = f'[displays.{name}]\n{shown}\nspeaker = "{speaker}"\n{more}\n'
    file.write_text(text[:begins] + table + (text[ends:] if ends > 0 else ""), encoding="utf-8")
    return name


def test_a_call_and_the_noise_are_on_the_tape(hall_file: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    monkeypatch.setenv("SDL_DISKAUDIODELAY", "1")
    tape = hall_file.with_name("tape.raw")
    name = with_speaker(hall_file, f"virtual://speaker?record={tape}")
    assert main(["--sound-check", str(hall_file), name]) == 0
    assert "已播放 · played" in capsys.readouterr().out
    assert tape.stat().st_size > 10 * 4 * 48_000, "chime, two languages, chime, two languages, three seconds of noise"


def test_a_loudspeaker_that_cannot_be_opened_is_said_so(hall_file: Path, tmp_path: Path, capsys) -> None:
    name = with_speaker(hall_file, f"virtual://speaker?record={tmp_path}/missing/tape.raw")
    assert main(["--sound-check", str(hall_file), name]) == 1
    told = capsys.readouterr().out
    assert "speaker: unavailable" in told
    assert "not played: the loudspeaker cannot be opened" in told


def test_a_display_without_any_sound_and_one_that_is_not_there_are_said_so(hall_file: Path, capsys) -> None:
    name = with_speaker(hall_file, "none")
    assert main(["--sound-check", str(hall_file), name]) == 1
    assert "neither a loudspeaker nor a voice module" in capsys.readouterr().out
    assert main(["--sound-check", str(hall_file), "board-9"]) == 78
    assert "there is no display" in capsys.readouterr().err
