"""The hall file on disk: what is wrong with the file itself is said like any other mistake."""

import os
from pathlib import Path
from typing import Any

import pytest

from broker.model.hall_address_checks import SERIAL_OPTIONS
from broker.model.hall_file import HALL_LIMIT_BYTES, HallFileError
from broker.runtime import hall_source
from broker.runtime.hall_source import is_time_zone, load_hall
from broker.runtime.serial_port import SerialAddress
from tests.model.hall_edits import HALLS

SHIPPED = (HALLS / "one_kiosk.toml").read_text(encoding="utf-8")


def written(folder: Path, content: str | bytes, name: str = "my hall.toml") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def mistakes_of(path: Path | str) -> list[tuple[str, str]]:
    with pytest.raises(HallFileError) as caught:
        load_hall(path)
    return [(mistake.path, mistake.code) for mistake in caught.value.mistakes]


def test_a_good_file_is_a_hall_whether_named_by_path_or_text(tmp_path: Path):
    path = written(tmp_path, SHIPPED)
    assert load_hall(path) == load_hall(str(path))
    assert load_hall(path).hall.id == "small-hall"


@pytest.mark.parametrize("change", [lambda text: "\ufeff" + text, lambda text: text.replace("\n", "\r\n")])
def test_a_file_saved_by_a_windows_editor_is_the_same_hall(tmp_path: Path, change):
    assert load_hall(written(tmp_path, change(SHIPPED))) == load_hall(HALLS / "one_kiosk.toml")


def test_a_missing_file_is_said_with_its_name(tmp_path: Path):
    assert mistakes_of(tmp_path / "nowhere.toml") == [("nowhere.toml", "file_missing")]
    assert mistakes_of(tmp_path / "no folder" / "hall.toml") == [("hall.toml", "file_missing")]


def test_what_is_no_file_is_not_read(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe.toml")  # opening it would wait for a writer for ever
    assert mistakes_of(tmp_path / "pipe.toml") == [("pipe.toml", "file_is_none")]
    assert mistakes_of(tmp_path) == [(tmp_path.name, "file_is_none")]
    assert mistakes_of("/dev/zero") == [("zero", "file_is_none")]


@pytest.mark.parametrize("path", ["a\0b.toml", "x" * 300 + ".toml"])
def test_a_name_that_no_file_can_have_is_a_mistake_and_no_crash(path: str):
    assert [code for _, code in mistakes_of(path)] == ["file_unreadable"]


def test_a_file_that_may_not_be_read_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def refuse(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    path = written(tmp_path, SHIPPED)
    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(HallFileError, match="Permission denied") as caught:
        load_hall(path)
    assert [mistake.code for mistake in caught.value.mistakes] == ["file_unreadable"]


def test_a_large_file_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "huge.toml"
    with path.open("wb") as file:
        file.truncate(HALL_LIMIT_BYTES + 1)
    monkeypatch.setattr(Path, "read_bytes", lambda self: pytest.fail("read all the same"))
    assert mistakes_of(path) == [("huge.toml", "file_too_large")]


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_a_file_in_another_encoding_is_said_with_its_line(tmp_path: Path, encoding: str):
    path = written(tmp_path, "id = 1\nzh = '大厅'\n".encode(encoding))
    with pytest.raises(HallFileError) as caught:
        load_hall(path)
    (mistake,) = caught.value.mistakes
    assert mistake.code == "file_not_utf8"
    assert f"line {2 if encoding == 'gb18030' else 1} " in mistake.sentence


def test_an_empty_file_says_what_every_hall_needs(tmp_path: Path):
    assert ("hall", "required") in mistakes_of(written(tmp_path, ""))


def test_the_error_names_the_file_and_all_its_mistakes(tmp_path: Path):
    text = SHIPPED.replace('letter = "B"', 'letter = "A"').replace("Asia/Shanghai", "Asia/Shanhai")
    path = written(tmp_path, text, "west.toml")
    with pytest.raises(HallFileError) as caught:
        load_hall(path)
    assert caught.value.file == "west.toml"
    assert str(caught.value).startswith("west.toml: 2 处需要修改")
    assert [m.path for m in caught.value.mistakes] == ["hall.time_zone", "series.b.letter"]


# -- time zones ------------------------------------------------


@pytest.mark.parametrize("name", ["Asia/Shanghai", "Asia/Urumqi", "UTC", "Europe/London"])
def test_zones_of_the_world_are_known(name: str):
    assert is_time_zone(name)


@pytest.mark.parametrize(
    "name", ["", "Asia", "Asia/Nowhere", "../../etc/passwd", "/etc/localtime", "A\0", "x" * 300, "."]
)
def test_what_is_no_zone_is_no_error_either(name: str):
    assert not is_time_zone(name)


def test_a_machine_without_zone_data_is_told_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def none(name: str) -> None:
        raise KeyError(name)

    monkeypatch.setattr(hall_source, "ZoneInfo", none)
    with pytest.raises(HallFileError, match="tzdata") as caught:
        load_hall(written(tmp_path, SHIPPED))
    assert [mistake.code for mistake in caught.value.mistakes] == ["no_time_zone_data"]


# -- what only the drivers know ------------------------------------------------

DRIVERS: tuple[tuple[str, str, str], ...] = (
    ('"virtual://screen?size=1920x1080"', '"window://0?size=10x10"', "displays.display-1.screen"),
    ('"virtual://screen?size=1920x1080"', '"window://0?fulscreen=1"', "displays.display-1.screen"),
    ('"virtual://pad/13"', '"gpio://13?bounce=5"', "consoles.console-2.keys.recall"),
    ('"virtual://pad/13"', '"gpio://13?hold_ms=soon"', "consoles.console-2.keys.recall"),
    ('"virtual://pad/13"', '"gpio://"', "consoles.console-2.keys.recall"),
    ('"virtual://pad/17?lamp=27"', '"gpio://17?pull=left"', "kiosks.kiosk-1.buttons.pension.address"),
    (
        '"virtual://pad/17?lamp=27"',
        '"gpio://17"\nlamp = "gpio://27?active=sometimes"',
        "kiosks.kiosk-1.buttons.pension.lamp",
    ),
    ("[consoles.console-2.keys]", '[consoles.console-2.lamps]\nwait = "gpio://9?pull=up"\n[consoles.console-2.keys]',
     "consoles.console-2.lamps.wait"),
    ('"virtual://printer"', '"serial:///dev/x?baud=abc"', "kiosks.kiosk-1.printer"),
    ('"virtual://printer"', '"serial:///dev/x?flow=left"', "kiosks.kiosk-1.printer"),
    ('"virtual://rs485"', '"serial:///dev/x?parity=X"', "callers.caller-1.lines.a"),
    ('"virtual://speaker"', '"alsa://?frames=9"', "displays.display-1.speaker"),
    ('"virtual://speaker"', '"alsa://default?loud=1"', "displays.display-1.speaker"),
    ('"virtual://speaker"', '"virtual://speaker?record=tape.raw"', "displays.display-1.speaker"),
)  # fmt: skip


@pytest.mark.parametrize(("old", "new", "path"), DRIVERS)
def test_an_address_that_its_driver_would_refuse_is_a_mistake_of_the_file(
    tmp_path: Path, old: str, new: str, path: str
):
    assert old in SHIPPED
    assert mistakes_of(written(tmp_path, SHIPPED.replace(old, new, 1))) == [(path, "address_unreadable")]


@pytest.mark.parametrize(("old", "new", "path"), DRIVERS)
def test_a_driver_refuses_in_both_languages_without_mixing_them(tmp_path: Path, old: str, new: str, path: str):
    with pytest.raises(HallFileError) as caught:
        load_hall(written(tmp_path, SHIPPED.replace(old, new, 1)))
    (mistake,) = caught.value.mistakes
    assert any("一" <= character <= "鿿" for character in mistake.zh)
    assert not any("一" <= character <= "鿿" for character in mistake.sentence)
    english = ("must", "unknown", "option", "address", "needs", "missing", "地址不能用（")
    assert not any(word in mistake.zh for word in english), mistake.zh


def test_a_mistake_of_an_address_is_said_once_even_if_the_driver_finds_it_too(tmp_path: Path):
    text = SHIPPED.replace('"virtual://pad/13"', '"gpio://28"')
    assert mistakes_of(written(tmp_path, text)) == [("consoles.console-2.keys.recall", "pin_impossible")]


def test_the_serial_options_of_the_hall_file_are_those_of_the_driver():
    good: dict[str, Any] = {"baud": 9600, "flow": "none", "parity": "E", "bits": 8, "stop": 1}
    assert set(good) == set(SERIAL_OPTIONS)
    query = "&".join(f"{name}={value}" for name, value in good.items())
    assert SerialAddress.parse(f"serial:///dev/x?{query}").parity == "E"
