"""A real X server and real clicks: what the screen thinks it shows is what the server shows."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image as Picture
from PIL import ImageChops

ROOT = Path(__file__).parents[3]
NEEDED = ("Xvfb", "xdotool", "import")
MISSING = [name for name in NEEDED if shutil.which(name) is None]
pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}"),
]
PROGRAM = """
import sys
from broker.runtime.canvas import theme
from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.ops import Box, text
from broker.runtime.canvas.window import open_screen
screen = open_screen("window://0?size=640x480")
screen.start()
screen.show((Box(rect=Rect(80, 60, 300, 200), fill=theme.AMBER, radius=30, target="counter"),
             text(Rect(80, 60, 300, 200), "号窗口", 80, theme.AMBER_INK, bold=True, align="centre")))
open(sys.argv[1], "wb").write(screen.picture())
print("ready", flush=True)
while True:
    for touch in screen.inputs(1.0):
        print(touch.target, touch.x, touch.y, flush=True)
"""


@pytest.fixture
def x_server() -> Iterator[dict[str, str]]:
    read_end, write_end = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write_end), "-screen", "0", "640x480x24", "-nolisten", "tcp"],
        pass_fds=[write_end], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(write_end)
    with os.fdopen(read_end) as told:
        display = told.readline().strip()
    environment = {k: v for k, v in os.environ.items() if k not in ("WAYLAND_DISPLAY", "SDL_VIDEODRIVER")}
    yield {
        **environment,
        "DISPLAY": f":{display}",
        "SDL_VIDEODRIVER": "x11",
        "SDL_VIDEO_WINDOW_POS": "0,0",
        "PYTHONPATH": str(ROOT),
    }
    server.terminate()
    server.wait(10)


def test_the_server_shows_every_pixel_and_a_real_click_arrives(x_server: dict[str, str], tmp_path: Path) -> None:
    own, seen = tmp_path / "own.png", tmp_path / "seen.png"
    program = subprocess.Popen([sys.executable, "-c", PROGRAM, str(own)], stdout=subprocess.PIPE, text=True,
                               env=x_server, cwd=ROOT)  # fmt: skip
    try:
        assert program.stdout is not None
        assert program.stdout.readline() == "ready\n"
        deadline_s = time.monotonic() + 10
        different: tuple | None = (0, 0, 1, 1)
        while different and time.monotonic() < deadline_s:
            subprocess.run(["import", "-window", "root", str(seen)], env=x_server, check=True, timeout=20)
            pictures = [Picture.open(path).convert("RGB") for path in (own, seen)]
            different = ImageChops.difference(*pictures).getbbox()
        assert different is None
        subprocess.run(["xdotool", "mousemove", "200", "150", "click", "1"], env=x_server, check=True, timeout=20)
        assert program.stdout.readline() == "counter 200 150\n"
    finally:
        program.terminate()
        program.wait(10)
