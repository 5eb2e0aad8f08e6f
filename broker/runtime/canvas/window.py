"""Opens screens from addresses, and puts one on a real display. Only what pygame 2.6.1 and pygame-ce 2.5 share is used.

SDL's settings are given with setdefault, so an installer's own environment wins. Without a GPU, SDL's accelerated
framebuffer costs 30 ms a frame under X11; turned off, 0.4 ms.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, MutableMapping
from pathlib import Path

import pygame

from broker.runtime.canvas.address import ScreenAddress, parse_screen_address
from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.metrics import Fonts
from broker.runtime.canvas.mirror import MirroredScreen, wants_windows
from broker.runtime.canvas.press import Quit
from broker.runtime.canvas.screen import VirtualScreen
from broker.runtime.canvas.theme import INK, Colour
from broker.runtime.errors import NodeError

Screen = VirtualScreen
_FAKE_DRIVERS = {"dummy", "offscreen"}


class DisplayMissing(NodeError):
    """No display could be opened."""

    def __init__(self, display: int, reason: str) -> None:
        super().__init__(f"Display {display} cannot be opened: {reason}")
        self.display = display
        self.reason = reason


def open_screen(
    address: str,
    usual_size: tuple[int, int] = (1920, 1080),
    fonts: Fonts | None = None,
    clock_s: Callable[[], float] = time.monotonic,
    title: str = "Jiaohao",
) -> Screen:
    """Return the (not yet started) screen of an address.

    `usual_size` holds where the address names none (a full screen takes its display's own). `fonts`, already started,
    may be shared between screens; `title` names a window. Raises BadAddress.
    """
    wanted = parse_screen_address(address)
    if wanted.size is None and not wanted.fullscreen:
        wanted = wanted._replace(size=usual_size)
    if wanted.kind == "virtual":
        size = wanted.size or usual_size
        return MirroredScreen(size, fonts, clock_s, title) if wants_windows() else VirtualScreen(size, fonts, clock_s)
    return WindowScreen(wanted, fonts, clock_s)


def open_sign(address: str) -> Screen | None:
    """Return a screen with the failsafe picture, which needs no font; None where nobody would see it."""
    screen = open_screen(address, fonts=Fonts())
    if screen.virtual:
        return None
    try:
        screen.start()
    except DisplayMissing:
        return None
    if pygame.display.get_driver() in _FAKE_DRIVERS:
        screen.close()
        return None
    screen.fail()
    return screen


def prepare_environment(environment: MutableMapping[str, str], has_gpu: bool) -> None:
    """Set what SDL should know before it opens a display."""
    environment.setdefault("SDL_NO_SIGNAL_HANDLERS", "1")  # the process ends itself, in order
    environment.setdefault("SDL_TOUCH_MOUSE_EVENTS", "0")  # a touch is a finger, not also a mouse
    environment.setdefault("SDL_VIDEO_ALLOW_SCREENSAVER", "0")
    if not has_gpu:
        environment.setdefault("SDL_FRAMEBUFFER_ACCELERATION", "0")


class WindowScreen(VirtualScreen):
    """A window on a display; one a process. Turned displays are drawn upright in memory and turned on the way out."""

    virtual = False

    def __init__(
        self, address: ScreenAddress, fonts: Fonts | None = None, clock_s: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(address.size or (0, 0), fonts, clock_s)
        self._address = address
        self._finger_id: int | None = None
        self._opened = False

    def start(self, ground: Colour = INK) -> None:
        """Open the display. Raises DisplayMissing."""
        prepare_environment(os.environ, any(Path("/dev/dri").glob("renderD*")))
        try:
            pygame.display.init()
            self._window = self._open_window()
        except pygame.error as error:
            raise DisplayMissing(self._address.display, str(error)) from error
        self._opened = True
        self._wake_event = pygame.event.custom_type()
        pygame.mouse.set_visible(not self._address.fullscreen)
        pygame.display.set_caption("Jiaohao")
        width, height = self._window.get_size()
        turned = self._address.rotate in (90, 270)
        self.size = (height, width) if turned else (width, height)
        super().start(ground)

    def _make_surface(self) -> pygame.Surface:
        """The window's own memory, which nobody sees before an update; a turned display needs an upright picture."""
        upright = not self._address.rotate and self._window.get_bitsize() == 32
        return self._window if upright else super()._make_surface()

    def _open_window(self) -> pygame.Surface:
        if not self._address.fullscreen and pygame.display.get_driver() in _FAKE_DRIVERS:
            # Allowed for tests only; a full screen that nobody can see is a fault.
            return pygame.display.set_mode(self._physical_size())
        if pygame.display.get_driver() in _FAKE_DRIVERS and "SDL_VIDEODRIVER" not in os.environ:
            raise pygame.error(f"only the driver {pygame.display.get_driver()!r} is left")
        flags = pygame.FULLSCREEN if self._address.fullscreen else 0
        return pygame.display.set_mode(self._physical_size(), flags, 32, self._address.display)

    def _physical_size(self) -> tuple[int, int]:
        if self._address.size is None:
            return (0, 0)
        width, height = self._address.size
        return (height, width) if self._address.rotate in (90, 270) else (width, height)

    def close(self) -> None:
        if self._opened:
            pygame.display.quit()
            self._opened = False

    def _present(self, rects: tuple[Rect, ...]) -> None:
        if not rects:
            return
        turned = [self._to_window(rect) for rect in rects]
        for rect, place in zip(rects, turned, strict=True) if self.surface is not self._window else ():
            part = self.surface.subsurface(rect)
            if self._address.rotate:
                part = pygame.transform.rotate(part, -self._address.rotate)
            self._window.blit(part, place[:2])
        pygame.display.update([pygame.Rect(place) for place in turned])

    def _to_window(self, rect: Rect) -> Rect:
        width, height = self.size
        if self._address.rotate == 90:
            return Rect(height - rect.bottom, rect.x, rect.h, rect.w)
        if self._address.rotate == 180:
            return Rect(width - rect.right, height - rect.bottom, rect.w, rect.h)
        if self._address.rotate == 270:
            return Rect(rect.y, width - rect.right, rect.h, rect.w)
        return rect

    def _from_window(self, x: float, y: float) -> tuple[float, float]:
        width, height = self.size
        if self._address.rotate == 90:
            return y, height - 1 - x
        if self._address.rotate == 180:
            return width - 1 - x, height - 1 - y
        if self._address.rotate == 270:
            return width - 1 - y, x
        return x, y

    def wake(self) -> None:
        self._awake.set()
        if self._opened:
            pygame.event.post(pygame.event.Event(self._wake_event))

    def wait(self, timeout_s: float) -> None:
        events = []
        if timeout_s > 0 and not self._inputs and not self._awake.is_set():
            if self.moving:  # frames follow soon enough to look then; SDL's own waiting looks every millisecond
                self._awake.wait(timeout_s)
            else:  # rounded up: less than a millisecond would become 0, which for pygame means for ever
                events = [pygame.event.wait(math.ceil(timeout_s * 1000))]
        for event in [*events, *pygame.event.get()]:
            self._take(event)
        if timeout_s > 0:
            self._awake.clear()

    def _take(self, event: pygame.event.Event) -> None:
        if event.type == pygame.QUIT:
            self._inputs.append(Quit())
        elif event.type in (pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP):
            if event.button == 1 and not getattr(event, "touch", False):
                self._finger(*self._from_window(*event.pos), down=event.type == pygame.MOUSEBUTTONDOWN)
        elif event.type in (pygame.FINGERDOWN, pygame.FINGERUP):
            self._take_finger(event)
        elif event.type in (pygame.VIDEOEXPOSE, pygame.WINDOWEXPOSED):
            self._present((Rect(0, 0, *self.size),))

    def _take_finger(self, event: pygame.event.Event) -> None:
        """Follow the first finger; its place comes as parts of the window's width and height."""
        down = event.type == pygame.FINGERDOWN
        if down and self._finger_id is None:
            self._finger_id = event.finger_id
        elif event.finger_id != self._finger_id:
            return
        width, height = self._window.get_size()
        self._finger(*self._from_window(event.x * width, event.y * height), down=down)
        if not down:
            self._finger_id = None
