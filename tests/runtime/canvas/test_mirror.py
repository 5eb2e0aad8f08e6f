"""A virtual screen beside its window on a desktop (a real X server)."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from broker.runtime.canvas.mirror import wants_windows
from tests.desktop import MISSING, x_server

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
until, again = time.monotonic() + 40, 0.0
while time.monotonic() < until:
    if time.monotonic() > again:  # the X server may still be mapping the window
        subprocess.run(["xdotool", "mousemove", str(width - 10), str(height - 10), "click", "1"], check=True)
        again = time.monotonic() + 2
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


@pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}")
def test_a_click_in_the_window_touches_the_virtual_screen() -> None:
    with x_server(1280, 800) as desktop:  # not xvfb-run: two of them at once may choose one number
        environment = {**os.environ, **desktop, "JIAOHAO_WINDOWS": "1", "PYTHONPATH": str(Path(__file__).parents[3])}
        command = [sys.executable, "-c", CLICK]
        ran = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=100, check=False)
    assert "touched lower-right" in ran.stdout, ran.stderr
