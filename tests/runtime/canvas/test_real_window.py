"""A real X server and real clicks: what the screen thinks it shows is what the server shows."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image as Picture

from tests.desktop import MISSING, click, differing_pixels, seen, x_server

ROOT = Path(__file__).parents[3]
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
def desktop() -> Iterator[dict[str, str]]:
    with x_server(640, 480) as environment:
        yield environment


def test_the_server_shows_every_pixel_and_a_real_click_arrives(desktop: dict[str, str], tmp_path: Path) -> None:
    own = tmp_path / "own.png"
    told = {**os.environ, **desktop, "PYTHONPATH": str(ROOT)}
    program = subprocess.Popen([sys.executable, "-c", PROGRAM, str(own)], stdout=subprocess.PIPE, text=True,
                               env=told, cwd=ROOT)  # fmt: skip
    try:
        assert program.stdout is not None
        assert program.stdout.readline() == "ready\n"
        deadline_s = time.monotonic() + 60
        different = -1
        while different and time.monotonic() < deadline_s:
            different = differing_pixels(Picture.open(own), seen(desktop, tmp_path))
        assert different == 0
        click(desktop, 200, 150)
        assert program.stdout.readline() == "counter 200 150\n"
    finally:
        program.terminate()
        program.wait(60)
