"""Marks for tickets: looked for beside the hall file, and one that cannot be printed is named before a hall opens."""

import io
import re
from pathlib import Path

import msgspec
import pytest
from PIL import Image

from broker.model.hall import Hall
from kiosk.__main__ import main
from kiosk.file_check import check_logos
from tests.halls import SMALL, small_hall


def hall_with_logo(logo: str) -> Hall:
    hall = small_hall()
    name, kiosk = next(iter(hall.kiosks.items()))
    return msgspec.structs.replace(hall, kiosks={**hall.kiosks, name: msgspec.structs.replace(kiosk, logo=logo)})


def mark() -> bytes:
    file = io.BytesIO()
    Image.new("L", (80, 40), 0).save(file, "PNG")
    return file.getvalue()


def test_a_mark_beside_the_hall_file_can_be_printed(tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(mark())
    for logo in ("logo.png", str(tmp_path / "logo.png")):
        lines, good = check_logos(hall_with_logo(logo), tmp_path)
        assert good
        assert "can be printed" in lines[0]


@pytest.mark.parametrize("content", [None, b"no picture", mark()[:60]])
def test_a_mark_that_is_missing_or_no_picture_is_named(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "logo.png").write_bytes(content)
    lines, good = check_logos(hall_with_logo("logo.png"), tmp_path)
    assert not good
    assert str(tmp_path / "logo.png") in lines[0]
    assert "cannot be used" in lines[0]


def test_a_hall_without_marks_has_nothing_to_say(tmp_path: Path) -> None:
    assert check_logos(small_hall(), tmp_path) == ([], True)


def test_the_command_says_it_with_its_exit_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hall = tmp_path / "hall.toml"
    hall.write_text(SMALL, encoding="utf-8")
    assert main(["--check", str(hall)]) == 0
    hall.write_text(re.sub(r"(\[kiosks\.[^\]]*\]\n)", r'\1logo = "nowhere.png"\n', SMALL, count=1), encoding="utf-8")
    assert main(["--check", str(hall)]) == 1
    assert "nowhere.png" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main([str(hall)])
