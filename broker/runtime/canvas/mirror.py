"""A virtual screen that can also be seen in a window on this desktop: smaller, and a mouse click there is a touch.

For people who try a virtual hall on a laptop. It stays a simulated screen: what is touched over the network or with
the mouse goes the same way. One window a process; a second screen of the same process stays in memory.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping

import pygame

from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.metrics import Fonts
from broker.runtime.canvas.screen import VirtualScreen
from broker.runtime.canvas.theme import INK, Colour
from broker.runtime.whereabouts import WINDOWS_ENVIRONMENT_NAME

log = logging.getLogger(__name__)

SHARE_OF_DESKTOP = 0.42
"""Of the desktop's height and width, so that a kiosk and a board fit side by side."""


def wants_windows(environment: Mapping[str, str] | None = None) -> bool:
    """Whether this process was told to open windows, and there is a desktop to open them on."""
    env = os.environ if environment is None else environment
    return env.get(WINDOWS_ENVIRONMENT_NAME) == "1" and bool(env.get("DISPLAY") or env.get("WAYLAND_DISPLAY"))


class MirroredScreen(VirtualScreen):
    """A virtual screen with a window; without a desktop after all, it is an ordinary virtual screen."""

    def __init__(self, size: tuple[int, int], fonts: Fonts | None, clock_s: Callable[[], float], title: str) -> None:
        super().__init__(size, fonts, clock_s)
        self._title = title
        self._window: pygame.Surface | None = None

    def start(self, ground: Colour = INK) -> None:
        """Open the window if there is none yet in this process."""
        super().start(ground)
        if pygame.display.get_init() and pygame.display.get_surface() is not None:
            return
        try:
            pygame.display.init()
            self._window = pygame.display.set_mode(self._window_size())
        except pygame.error as error:
            log.warning("no window for %s: %s", self._title, error)
            return
        pygame.display.set_caption(self._title)
        self._present((Rect(0, 0, *self.size),))

    def close(self) -> None:
        if self._window is not None:
            pygame.display.quit()
            self._window = None

    def _window_size(self) -> tuple[int, int]:
        desktop = pygame.display.Info()
        room = (desktop.current_w * SHARE_OF_DESKTOP, desktop.current_h * 2 * SHARE_OF_DESKTOP)
        factor = min(1.0, room[0] / self.size[0], room[1] / self.size[1])
        return max(1, int(self.size[0] * factor)), max(1, int(self.size[1] * factor))

    def _present(self, rects: tuple[Rect, ...]) -> None:
        if self._window is None or not rects:
            return
        pygame.transform.smoothscale(self.surface, self._window.get_size(), self._window)
        pygame.display.flip()

    def wait(self, timeout_s: float) -> None:
        if self._window is not None:
            for event in pygame.event.get():
                if event.type == pygame.MOUSEBUTTONUP and event.button == 1:
                    self.press(*self._place(*event.pos))
        super().wait(timeout_s)

    def _place(self, x: int, y: int) -> tuple[int, int]:
        assert self._window is not None
        width, height = self._window.get_size()
        return x * self.size[0] // width, y * self.size[1] // height
