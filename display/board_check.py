"""Can the boards be read from where people sit, and what pictures and videos will they show? Opens no screen.

For ``python -m display --check hall.toml``. A full screen's size is known only where it hangs: there it is taken to be
as large as the layout was drawn for, which changes nothing as long as the panel has the same shape.
"""

from __future__ import annotations

from pathlib import Path

from broker.model.hall import Hall
from broker.model.hall_devices import Display
from broker.runtime.canvas.address import parse_screen_address
from broker.runtime.canvas.metrics import Fonts
from display import film
from display.decoder import find_decoder
from display.layout import DESIGN_PX, Shape, fit_shape, shape_of
from display.layouts import WITH_PICTURES
from display.legibility import CHINESE, advice, too_small
from display.media import NO_DECODER, PICTURES


def check_boards(hall: Hall, names: list[str]) -> tuple[list[str], bool]:
    """(what to say, whether every board can be read). Raises FontsMissing."""
    fonts = Fonts()
    fonts.start()
    lines: list[str] = []
    good = True
    for name in names:
        found, read = _legibility(hall, name, fonts)
        lines += [*found, *_media(hall.displays[name])]
        good = good and read
    return lines, good


def _legibility(hall: Hall, name: str, fonts: Fonts) -> tuple[list[str], bool]:
    display = hall.displays[name]
    usual: Shape = "portrait" if display.layout == "portrait" else "landscape"
    address = parse_screen_address(display.screen)
    size = address.size or DESIGN_PX[usual]
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


def _media(display: Display) -> list[str]:
    if not display.media:
        return []
    if display.layout not in WITH_PICTURES and display.after_hours != "media":
        return [
            f"  media: 布局 {display.layout} 服务时没有放图片的位置，请删去 media，改用 landscape、portrait，"
            '或写 after_hours = "media" · this layout has no place for pictures while the hall serves: '
            'leave media out, use landscape or portrait, or write after_hours = "media"'
        ]
    try:
        suffixes = [path.suffix.lower() for path in Path(display.media).iterdir()]
    except OSError as error:
        return [
            f"  media: {display.media} 打不开，请建这个文件夹，或改正路径 · "
            f"cannot be opened, make this folder or mend its path: {error.strerror}"
        ]
    pictures = sum(suffix in PICTURES for suffix in suffixes)
    videos = sum(suffix in film.SUFFIXES for suffix in suffixes)
    lines = [f"  media: {pictures} 张图片、{videos} 个视频 · {pictures} pictures, {videos} videos"]
    if videos and find_decoder() is None:
        lines.append(f"  没有安装 ffmpeg，视频不会播放 · {NO_DECODER}")
    return lines
