"""The window under SDL's dummy driver, in a process of its own: SDL has one display a process."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from broker.runtime.canvas.window import prepare_environment

ROOT = Path(__file__).parents[3]
BEGIN = """
import pygame
from broker.runtime.canvas import theme
from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.ops import Box
from broker.runtime.canvas.press import Quit, Touch
from broker.runtime.canvas.window import open_screen
now = [0.0]
def tick(): now[0] += 1; return now[0]
screen = open_screen({address!r}, clock_s=tick)
screen.start()
assert pygame.display.get_driver() == "dummy"
card = Box(rect=Rect(40, 20, 100, 60), fill=theme.AMBER, target="card")
screen.show((card,))
post = lambda kind, **fields: pygame.event.post(pygame.event.Event(kind, **fields))
def click(x, y, **fields):
    post(pygame.MOUSEBUTTONDOWN, pos=(x, y), button=1, **fields)
    post(pygame.MOUSEBUTTONUP, pos=(x, y), button=1, **fields)
"""


def run(address: str, body: str) -> str:
    environment = {**os.environ, "SDL_VIDEODRIVER": "dummy", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", BEGIN.format(address=address) + body],
        capture_output=True, text=True, timeout=60, env=environment, cwd=ROOT,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_mouse_click_and_a_finger_are_the_same_touch() -> None:
    run(
        "window://0?size=400x300",
        """
click(60, 40)
assert screen.inputs() == [Touch("card", 60, 40)]
post(pygame.FINGERDOWN, finger_id=7, x=60/400, y=40/300, touch_id=1, dx=0.0, dy=0.0)
post(pygame.FINGERUP, finger_id=7, x=60/400, y=40/300, touch_id=1, dx=0.0, dy=0.0)
assert [t.target for t in screen.inputs()] == ["card"]
""",
    )


def test_mouse_events_that_sdl_made_from_a_touch_and_other_buttons_are_ignored() -> None:
    run(
        "window://0?size=400x300",
        """
click(60, 40, touch=True)
post(pygame.MOUSEBUTTONDOWN, pos=(60, 40), button=3); post(pygame.MOUSEBUTTONUP, pos=(60, 40), button=3)
assert screen.inputs() == []
""",
    )


def test_a_second_finger_does_not_disturb_the_first() -> None:
    run(
        "window://0?size=400x300",
        """
post(pygame.FINGERDOWN, finger_id=1, x=60/400, y=40/300, touch_id=1, dx=0.0, dy=0.0)
post(pygame.FINGERDOWN, finger_id=2, x=0.9, y=0.9, touch_id=1, dx=0.0, dy=0.0)
post(pygame.FINGERUP, finger_id=2, x=0.9, y=0.9, touch_id=1, dx=0.0, dy=0.0)
post(pygame.FINGERUP, finger_id=1, x=60/400, y=40/300, touch_id=1, dx=0.0, dy=0.0)
assert [t.target for t in screen.inputs()] == ["card"]
""",
    )


def test_closing_the_window_is_told_and_waking_ends_the_waiting() -> None:
    run(
        "window://0?size=400x300",
        """
screen.wake()
assert screen.inputs(30.0) == []
post(pygame.QUIT)
assert screen.inputs(30.0) == [Quit()]
""",
    )


def test_waiting_for_less_than_a_millisecond_ends() -> None:
    run("window://0?size=400x300", "assert screen.inputs(0.0004) == []")


# Where the middle of the card, (90, 50) of the upright picture, lies in the window, and the window's size.
@pytest.mark.parametrize(
    ("rotate", "window", "place"),
    [
        (0, (400, 300), (90, 50)),
        (90, (300, 400), (249, 90)),
        (180, (400, 300), (309, 249)),
        (270, (300, 400), (50, 309)),
    ],
)
def test_a_turned_display_shows_and_is_touched_upright(rotate: int, window: tuple, place: tuple) -> None:
    run(
        f"window://0?size=400x300&rotate={rotate}",
        f"""
assert screen.size == (400, 300)
window = pygame.display.get_surface()
assert window.get_size() == {window}
assert window.get_at({place})[:3] == theme.AMBER
assert window.get_at((window.get_width() // 2, window.get_height() // 2))[:3] == theme.INK
click(*{place})
assert [(t.target, abs(t.x - 90) <= 1, abs(t.y - 50) <= 1) for t in screen.inputs()] == [("card", True, True)]
""",
    )


def test_an_installers_own_environment_wins() -> None:
    environment = {"SDL_FRAMEBUFFER_ACCELERATION": "1", "SDL_TOUCH_MOUSE_EVENTS": "1"}
    prepare_environment(environment, has_gpu=False)
    assert environment["SDL_FRAMEBUFFER_ACCELERATION"] == "1"
    assert environment["SDL_TOUCH_MOUSE_EVENTS"] == "1"
    bare: dict[str, str] = {}
    prepare_environment(bare, has_gpu=False)
    assert bare["SDL_FRAMEBUFFER_ACCELERATION"] == "0"
    with_gpu: dict[str, str] = {}
    prepare_environment(with_gpu, has_gpu=True)
    assert "SDL_FRAMEBUFFER_ACCELERATION" not in with_gpu


def test_views_and_minds_need_no_pygame() -> None:
    modules = (
        "broker.runtime.canvas.lint", "broker.runtime.canvas.texts", "broker.runtime.canvas.press",
        "broker.runtime.canvas.address", "broker.runtime.canvas.cache", "display.board_view", "display.sign_view",
        "display.gallery", "display.faces", "display.legibility",
    )  # fmt: skip
    code = f"import sys, {', '.join(modules)}; assert 'pygame' not in sys.modules"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert done.returncode == 0, done.stderr
