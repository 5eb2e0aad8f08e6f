"""A virtual screen beside its window on a desktop (a real X server)."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from broker.runtime.canvas.mirror import wants_windows

CLICK = """
import os, subprocess, sys, time
from broker.runtime.canvas.ops import Box
from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.window import open_screen
screen = open_screen("virtual://screen?size=800x600", title="mirror")
screen.start()
screen.show((Box(rect=Rect(400, 300, 400, 300), fill=(255, 194, 51), target="lower-right"),))
screen.inputs()
import pygame
width, height = pygame.display.get_surface().get_size()
seen = pygame.display.get_surface().get_at((width - 5, height - 5))
assert all(abs(a - b) < 8 for a, b in zip(seen[:3], (255, 194, 51), strict=True)), seen
subprocess.run(["xdotool", "mousemove", str(width - 10), str(height - 10), "click", "1"], check=True)
until = time.monotonic() + 10
while time.monotonic() < until:
    touched = screen.inputs(0.02)
    if touched:
        print("touched", touched[0].target)
        break
screen.close()
"""


def test_windows_open_only_where_wanted_and_possible() -> None:
    assert wants_windows({"JIAOHAO_WINDOWS": "1", "DISPLAY": ":0"})
    assert not wants_windows({"DISPLAY": ":0"})
    assert not wants_windows({"JIAOHAO_WINDOWS": "1"})


@pytest.mark.skipif(not (shutil.which("xvfb-run") and shutil.which("xdotool")), reason="xvfb and xdotool are missing")
def test_a_click_in_the_window_touches_the_virtual_screen() -> None:
    environment = {**os.environ, "JIAOHAO_WINDOWS": "1", "SDL_VIDEO_WINDOW_POS": "0,0", "SDL_VIDEODRIVER": "x11"}
    environment["PYTHONPATH"] = str(Path(__file__).parents[3])
    command = ["xvfb-run", "-a", "-s", "-screen 0 1280x800x24", sys.executable, "-c", CLICK]
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert "touched lower-right" in ran.stdout, ran.stderr
