"""A private X server without a screen (Xvfb), a hand with a mouse (xdotool), and eyes (ImageMagick's import)."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image, ImageChops

NEEDED = ("Xvfb", "xdotool", "import")
MISSING = [name for name in NEEDED if shutil.which(name) is None]
PRESS_S = 0.05
"""No finger is faster."""


@contextmanager
def x_server(width: int, height: int) -> Iterator[dict[str, str]]:
    """What a program is told so that its window fills this screen.

    When its last client leaves, a server begins anew and refuses whoever comes at that moment: not with ``-noreset``.
    """
    read_end, write_end = os.pipe()
    screen = f"{width}x{height}x24"
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write_end), "-screen", "0", screen, "-nolisten", "tcp", "-noreset"],
        pass_fds=[write_end], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(write_end)
    try:
        with os.fdopen(read_end) as told:
            display = told.readline().strip()
        yield {"DISPLAY": f":{display}", "SDL_VIDEODRIVER": "x11", "SDL_VIDEO_WINDOW_POS": "0,0", "WAYLAND_DISPLAY": ""}
    finally:
        server.terminate()
        server.wait(60)


def click(desktop: dict[str, str], x: int, y: int) -> None:
    """Move the mouse there, press and let go."""
    command = ["xdotool", "mousemove", str(x), str(y), "mousedown", "1", "sleep", str(PRESS_S), "mouseup", "1"]
    subprocess.run(command, env={**os.environ, **desktop}, check=True, timeout=60)


def seen(desktop: dict[str, str], folder: Path) -> Image.Image:
    """What the X server shows."""
    path = folder / "root.png"
    subprocess.run(["import", "-window", "root", str(path)], env={**os.environ, **desktop}, check=True, timeout=60)
    return Image.open(path).convert("RGB")


def differing_pixels(one: Image.Image, other: Image.Image) -> int:
    """How many pixels are not the same; all of them when the sizes differ."""
    if one.size != other.size:
        return one.width * one.height
    bands = ImageChops.difference(one.convert("RGB"), other.convert("RGB")).split()
    brightest = ImageChops.lighter(ImageChops.lighter(bands[0], bands[1]), bands[2])
    return brightest.width * brightest.height - brightest.histogram()[0]
