"""Can the boards be read from where people sit, and can their names, pictures, videos and photos? Opens no screen.

For ``python -m display --check hall.toml``. A full screen's size is known only where it hangs: there it is taken to be
as large as the layout was drawn for, which changes nothing as long as the panel has the same shape.
"""

from __future__ import annotations

from pathlib import Path

from broker.model.hall import Hall
from broker.model.hall_devices import Display
from broker.runtime.canvas.address import parse_screen_address
from broker.runtime.canvas.metrics import Fonts
from broker.runtime.canvas.theme import INK
from display import film
from display.decoder import find_decoder
from display.layout import DESIGN_PX, Shape, fit_shape, shape_of
from display.layouts import WITH_PICTURES
from display.legibility import CHINESE, advice, too_small
from display.media import FILES_MOST, NO_DECODER, PICTURES, READY_S
from display.name_check import cut_names

TRIAL = film.Slot((64, 36), INK)
"""Files are tried at this size: whether they can be read does not depend on it."""


def check_boards(hall: Hall, names: list[str], folder: Path = Path()) -> tuple[list[str], bool]:
    """(what to say, whether every board and every file that the hall file names can be read). Raises FontsMissing.

    ``folder`` is where the hall file lies; other files and folders lie beside it, or are absolute.
    """
    fonts = Fonts()
    fonts.start()
    lines: list[str] = []
    good = True
    for name in names:
        for found, usable in (
            _legibility(hall, name, fonts), _names(hall, name, fonts), _media(hall.displays[name], folder),
        ):  # fmt: skip
            lines += found
            good = good and usable
    photos = _photos(hall, folder)
    return lines + photos, good and not photos


def _legibility(hall: Hall, name: str, fonts: Fonts) -> tuple[list[str], bool]:
    display = hall.displays[name]
    size = _size(display)
    found = too_small(hall, name, fit_shape(shape_of(display.layout, size), size), size, fonts)
    panel = f'{display.layout} {size[0]}x{size[1]}, {display.inches:g}", {display.distance_m:g} m'
    if not found:
        return [f"{name} ({panel}): 都能看清 · everything can be read"], True
    lines = [f"{name} ({panel}): 有文字太小 · some texts are too small"]
    lines += [
        f"  {CHINESE[text.what]} 高 {text.height_mm:.0f} 毫米，需要 {text.wanted_mm:.0f} 毫米 · {text}"
        for text in found
    ]
    todo = advice(found, display.inches)
    return [*lines, f"  {todo.zh}", f"  {todo.en}"], False


def _names(hall: Hall, name: str, fonts: Fonts) -> tuple[list[str], bool]:
    """The services whose names the display has to cut."""
    display = hall.displays[name]
    size = _size(display)
    cut = cut_names(hall, name, fit_shape(shape_of(display.layout, size), size), fonts)
    return [
        f"  services.{key}: 名称太长，显示时会被截断，请改短 · the name is too long and is cut, make it shorter: "
        f"{hall.services[key].names.zh} · {hall.services[key].names.en}"
        for key in cut
    ], not cut


def _size(display: Display) -> tuple[int, int]:
    usual: Shape = "portrait" if display.layout == "portrait" else "landscape"
    return parse_screen_address(display.screen).size or DESIGN_PX[usual]


def _media(display: Display, folder: Path) -> tuple[list[str], bool]:
    """What is said of a display's folder of media, and whether all that is in it can be shown."""
    if not display.media:
        return [], True
    if display.layout not in WITH_PICTURES and display.after_hours != "media":
        return [
            f"  media: 布局 {display.layout} 服务时没有放图片的位置，请删去 media，改用 landscape、portrait，"
            '或写 after_hours = "media" · this layout has no place for pictures while the hall serves: '
            'leave media out, use landscape or portrait, or write after_hours = "media"'
        ], True
    try:
        files = sorted((folder / display.media).iterdir())[:FILES_MOST]
    except OSError as error:
        return [
            f"  media: {display.media} 打不开，请建这个文件夹，或改正路径 · "
            f"cannot be opened, make this folder or mend its path: {error.strerror}"
        ], False
    pictures = [path for path in files if path.suffix.lower() in PICTURES]
    videos = [path for path in files if path.suffix.lower() in film.SUFFIXES]
    count, films = len(pictures), len(videos)
    lines = [f"  media: {count} 张图片、{films} 个视频 · {count} pictures, {films} videos"]
    decoder = find_decoder()
    if videos and decoder is None:
        lines.append(f"  没有安装 ffmpeg，视频不会播放 · {NO_DECODER}")
    troubles = [_unreadable(path, trouble) for path in pictures if (trouble := _picture_trouble(path))]
    if decoder is not None:
        troubles += [_unreadable(path, trouble) for path in videos if (trouble := _film_trouble(decoder, path))]
    return lines + troubles, not troubles


def _photos(hall: Hall, folder: Path) -> list[str]:
    """The photos of staff that cannot be read."""
    found = ((key, folder / clerk.photo) for key, clerk in hall.clerks.items() if clerk.photo)
    return [f"clerks.{key}: {_unreadable(path, why).strip()}" for key, path in found if (why := _picture_trouble(path))]


def _unreadable(path: Path, trouble: str) -> str:
    return f"  {path}: 打不开，不会显示 · cannot be read and is not shown: {trouble}"


def _picture_trouble(path: Path) -> str:
    from broker.runtime.canvas.pictures import PictureUnusable, load_picture

    try:
        load_picture(path, TRIAL.size, 0, TRIAL.ground)
    except PictureUnusable as error:
        return error.reason
    return ""


def _film_trouble(decoder: str, path: Path) -> str:
    """Why not even its first frame can be had."""
    trial = film.Film(decoder, path, TRIAL)
    try:
        trial.start()
        return "" if trial.wait_ready(READY_S) else trial.trouble or "it holds no picture"
    except OSError as error:
        return error.strerror or "ffmpeg cannot be run"
    finally:
        trial.stop()
        trial.join(READY_S)
