"""What an installer is told before a hall opens: which texts are too small from the seats, which media are found."""

from pathlib import Path
from typing import get_args

import msgspec
import pytest

from broker.model.hall import Hall
from broker.model.words import Names
from broker.runtime.hall_source import load_hall
from display import board_check
from display.__main__ import main
from display.board_check import check_boards
from display.gallery_pictures import hills
from display.layout import Layout
from display.name_check import NAMED
from tests.display.test_film import clip, needs_ffmpeg
from tests.halls import small_hall


def hall_with(**changes: object) -> Hall:
    hall = small_hall()
    name, display = next(iter(hall.displays.items()))
    return msgspec.structs.replace(hall, displays={name: msgspec.structs.replace(display, **changes)})


def told(hall: Hall) -> tuple[str, bool]:
    lines, good = check_boards(hall, list(hall.displays))
    return "\n".join(lines), good


def test_a_large_panel_near_by_is_said_to_be_good() -> None:
    text, good = told(hall_with(inches=75, distance_m=8))
    assert good
    assert "everything can be read" in text


def test_a_small_panel_far_away_is_told_tier_by_tier_with_what_to_do() -> None:
    text, good = told(hall_with(inches=32, distance_m=15))
    assert not good
    assert "最近叫号" in text
    assert "recent numbers are" in text
    assert "seat people within" in text
    assert "or choose a layout that shows less" in text
    larger = int(text.rpartition("take a panel of ")[2].split()[0])
    again, good_then = told(hall_with(inches=larger, distance_m=15))
    assert good_then, again


def test_who_follows_the_advice_on_distance_can_read() -> None:
    text, _ = told(hall_with(inches=32, distance_m=15))
    near = float(text.partition("seat people within ")[2].split()[0])
    assert told(hall_with(inches=32, distance_m=near))[1]
    assert not told(hall_with(inches=32, distance_m=near + 0.2))[1]


def test_media_are_counted_and_a_missing_decoder_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a.png", "b.JPG", "c.mp4", "notes.txt"):
        (tmp_path / name).write_bytes(hills() if name != "c.mp4" else b"x")
    monkeypatch.setattr(board_check, "find_decoder", lambda: None)
    text, good = told(hall_with(media=str(tmp_path)))
    assert good
    assert "2 pictures, 1 videos" in text
    assert "apt install ffmpeg" in text
    assert "no place for pictures" in told(hall_with(media=str(tmp_path), layout="staff"))[0]
    nowhere = told(hall_with(media=str(tmp_path / "nowhere")))[0]
    assert "请建这个文件夹" in nowhere and "make this folder" in nowhere and "No such file" in nowhere


def test_files_lie_beside_the_hall_file_and_each_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    media = tmp_path / "media"
    media.mkdir()
    (media / "good.png").write_bytes(hills())
    hall = hall_with(media="media", inches=75)
    lines, good = check_boards(hall, list(hall.displays), tmp_path)
    assert good, lines
    assert "1 pictures" in lines[-1]
    (media / "torn.png").write_bytes(hills()[:2000])
    lines, good = check_boards(hall, list(hall.displays), tmp_path)
    assert not good
    assert str(media / "torn.png") in lines[-1]
    assert "打不开" in lines[-1]
    assert not check_boards(hall, list(hall.displays), tmp_path / "elsewhere")[1]


@needs_ffmpeg
def test_a_video_without_a_picture_is_named_and_a_good_one_is_not(tmp_path: Path) -> None:
    (tmp_path / "good.mp4").write_bytes(clip())
    (tmp_path / "torn.mp4").write_bytes(clip()[:600])
    lines, good = check_boards(hall := hall_with(media="."), list(hall.displays), tmp_path)
    assert not good
    assert [line.partition(":")[0].strip() for line in lines if "打不开" in line] == [str(tmp_path / "torn.mp4")]


def test_a_photo_that_is_missing_or_no_picture_is_named_with_its_clerk(tmp_path: Path) -> None:
    hall = hall_with(inches=75)
    key, clerk = next(iter(hall.clerks.items()))
    hall = msgspec.structs.replace(hall, clerks={key: msgspec.structs.replace(clerk, photo="photos/a.jpg")})
    lines, good = check_boards(hall, list(hall.displays), tmp_path)
    assert not good
    assert lines[-1].startswith(f"clerks.{key}: {tmp_path / 'photos/a.jpg'}")
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos/a.jpg").write_bytes(hills())
    assert check_boards(hall, list(hall.displays), tmp_path)[1]


def test_the_command_checks_all_boards_without_opening_a_screen(capsys, tmp_path: Path) -> None:
    hall = Path("firmware_config/halls/town_hall.toml")
    assert main(["--check", str(hall)]) == 0
    assert capsys.readouterr().out.count("everything can be read") == 3
    far = tmp_path / "far.toml"
    far.write_text(hall.read_text(encoding="utf-8").replace("distance_m = 10", "distance_m = 40"), encoding="utf-8")
    assert main(["--check", str(far), "display-lobby"]) == 1
    assert "有文字太小" in capsys.readouterr().out


def test_without_a_name_there_is_nothing_to_run(capsys) -> None:
    with pytest.raises(SystemExit):
        main(["firmware_config/halls/town_hall.toml"])
    assert "name a display or sign" in capsys.readouterr().err


def test_the_examples_of_other_layouts_in_the_shipped_hall_file_are_right(tmp_path: Path) -> None:
    """What stands there as a comment works when the marks are taken away."""
    text = Path("firmware_config/halls/town_hall.toml").read_text(encoding="utf-8")
    first, marker, rest = text.partition("# 其他布局")
    assert marker
    heading, _, rest = rest.partition("\n")
    block, _, after = rest.partition("\n\n")
    bare = "\n".join(line.removeprefix("# ") for line in block.splitlines())
    file = tmp_path / "hall.toml"
    file.write_text(f"{first}{marker}{heading}\n{bare}\n\n{after}".replace("# media", "media"), encoding="utf-8")
    hall = load_hall(file)
    assert {display.layout for display in hall.displays.values()} == set(get_args(Layout))
    assert hall.displays["display-lobby"].media == "/srv/hall/media"


SIZES = {"landscape": "1920x1080", "portrait": "1080x1920"}


@pytest.mark.parametrize("shape", SIZES)
@pytest.mark.parametrize("layout", NAMED)
@pytest.mark.parametrize("file", sorted(path.name for path in Path("firmware_config/halls").glob("*.toml")))
def test_no_board_cuts_the_name_of_a_service_of_a_shipped_hall(file: str, layout: Layout, shape: str) -> None:
    if layout in SIZES and layout != shape:
        layout = "services"
    hall = load_hall(Path("firmware_config/halls") / file)
    changes = {"layout": layout, "screen": f"virtual://board?size={SIZES[shape]}", "counters": None, "zone": None}
    displays = {name: msgspec.structs.replace(display, **changes) for name, display in hall.displays.items()}
    hall = msgspec.structs.replace(hall, displays=displays)
    text, _ = told(hall)
    assert "the name is too long" not in text


def test_a_name_that_no_board_can_show_whole_is_named_with_its_service() -> None:
    hall = hall_with(inches=75)
    key, service = next(iter(hall.services.items()))
    names = Names("城乡居民基本养老保险待遇领取资格认证及其延期申请和有关材料补正", "Certification")
    services = {**hall.services, key: msgspec.structs.replace(service, names=names)}
    text, good = told(msgspec.structs.replace(hall, services=services))
    assert not good
    assert f"services.{key}: 名称太长" in text and names.zh in text
    assert text.count("the name is too long") == 1, "the others are whole"


def test_the_command_looks_for_files_beside_the_hall_file_wherever_it_is_called(tmp_path: Path, capsys) -> None:
    text = Path("firmware_config/halls/one_kiosk.toml").read_text(encoding="utf-8")
    head, marker, rest = text.partition("[displays.")
    name, _, rest = rest.partition("]\n")
    (tmp_path / "hall.toml").write_text(f'{head}{marker}{name}]\nmedia = "pictures"\n{rest}', encoding="utf-8")
    assert main(["--check", str(tmp_path / "hall.toml")]) == 1
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "a.png").write_bytes(hills())
    assert main(["--check", str(tmp_path / "hall.toml")]) == 0
    assert "1 pictures" in capsys.readouterr().out
