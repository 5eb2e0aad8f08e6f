"""build, diff and explain as typed: what they say, what they end with, and that no secret is told."""

from pathlib import Path

import pytest

from broker.runtime.process import ExitCode
from firmware_config.__main__ import main
from tests.firmware_config.build.office import FILE, PASSWORD, text


@pytest.fixture
def password(tmp_path: Path) -> Path:
    file = tmp_path / "wifi"
    file.write_text(f"{PASSWORD}\n")
    return file


def built(tmp_path: Path, password: Path, hall: Path = FILE) -> int:
    return main(["build", str(hall), "--out", str(tmp_path / "cards"), "--wifi-password-file", str(password)])


def test_a_build_is_told_and_a_second_one_changes_nothing(
    tmp_path: Path, password: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert built(tmp_path, password) == ExitCode.DONE
    assert sorted(one.name for one in (tmp_path / "cards").iterdir()) == [
        "pi-board", "pi-caller", "pi-kiosk", "pi-sign", "server"
    ]  # fmt: skip
    assert "新增 new" in capsys.readouterr().out
    assert built(tmp_path, password) == ExitCode.DONE
    assert capsys.readouterr().out.count("没有变化 nothing changed") == 5


def test_diff_shows_the_lines_and_hides_the_password(
    tmp_path: Path, password: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    built(tmp_path, password)
    out = ["--out", str(tmp_path / "cards"), "--wifi-password-file", str(password)]
    capsys.readouterr()
    assert main(["diff", str(FILE), *out]) == 0 and "nothing would change" in capsys.readouterr().out
    changed = tmp_path / "hall.toml"
    changed.write_text(text(**{"10.20.0.51/24": "10.20.0.52/24"}), encoding="utf-8")
    assert main(["diff", str(changed), *out, "--machine", "pi-sign"]) == 1
    told = capsys.readouterr().out
    assert "改动 changed: pi-sign/boot/network-config" in told and PASSWORD not in told
    assert '-address = "10.20.0.51/24"' in told and '+address = "10.20.0.52/24"' in told
    assert "pi-kiosk" not in told.replace("[machines.pi-kiosk]", "")
    assert main(["diff", str(FILE), *out]) == 0, "a look changes nothing"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["build", str(FILE), "--out", "OUT"], "hall-signs"),
        (["build", str(FILE.parent / "one_kiosk.toml"), "--out", "OUT"], "no [machines]"),
        (["explain", str(FILE), "--machine", "pi-9"], "there is no machine pi-9"),
        (["build", "missing.toml", "--out", "OUT"], "no such file"),
    ],
)
def test_what_cannot_be_built_is_said_in_both_languages_and_writes_nothing(
    tmp_path: Path, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "cards"
    assert main([str(out) if one == "OUT" else one for one in arguments]) == ExitCode.CONFIGURATION
    told = capsys.readouterr().err
    assert said in told and any("一" <= letter <= "鿿" for letter in told)
    assert not out.exists(), "a hall is built whole or not at all"


def test_a_board_that_cannot_is_a_mistake_of_the_hall_file(
    tmp_path: Path, password: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changed = tmp_path / "hall.toml"
    changed.write_text(text(**{'recall = "gpio://13"': 'recall = "gpio://3"'}), encoding="utf-8")
    assert built(tmp_path, password, changed) == ExitCode.CONFIGURATION
    told = capsys.readouterr().err
    assert "consoles.console-2.keys.recall" in told and "machines.pi-caller.clock" in told


def test_explain_names_programs_gear_and_places(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", str(FILE), "--machine", "pi-kiosk"]) == ExitCode.DONE
    told = capsys.readouterr().out
    assert "jiaohao-kiosk-1.service: python -m kiosk /etc/jiaohao/hall.toml kiosk-1" in told
    assert "kiosks.kiosk-1.printer = serial:///dev/hall/printer  (usb0:1)" in told
    assert "kiosks.kiosk-1.buttons.pension.address = gpio://17" in told
