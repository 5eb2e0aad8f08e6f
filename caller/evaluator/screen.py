"""An evaluator that is a touch screen: ``window://0?size=1280x400``, or ``virtual://evaluator?size=800x480`` in memory.

A hand: it shows what its mind says and turns touches into raw keys, which are rated and kept like those of any other
evaluator. Polled by the caller's loop, which is the thread that a window wants.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

from broker.contract.envelope import PanelPart
from broker.model.address import BadAddress
from broker.model.hall import Hall
from broker.model.views import CounterView
from broker.model.words import LEVEL_NAMES, Level
from broker.runtime.canvas.pictures import PictureUnusable, load_picture
from broker.runtime.canvas.press import Touch
from broker.runtime.canvas.theme import INK
from broker.runtime.canvas.window import DisplayMissing, Screen, open_screen
from caller.devices import CallerSetupError, KeySource, PolledKeypad
from caller.evaluator.mind import DECLINE, FACE, EvaluatorMind, Explained
from caller.evaluator.pieces import BAR, Face
from caller.evaluator.view import PHOTO_RADIUS, Person, evaluator_ops, face_of, photo_place

log = logging.getLogger(__name__)

ALL_LEVELS: dict[str, Level] = {str(level.stars): level for level in Level}
"""The raw keys of a screen whose hall file names no others: each face sends its stars."""


class ScreenSource:
    """A screen as the equipment opens and closes it."""

    def __init__(self, name: str, screen: Screen) -> None:
        self.screen = screen
        self.wake: Callable[[], None] = lambda: None
        self._name = name

    @property
    def settling(self) -> bool:
        return False

    def start(self) -> None:
        """Open it. Raises CallerSetupError where there is no display."""
        try:
            self.screen.start()
        except DisplayMissing as error:
            zh = f"打不开显示器 {error.display}（{error.reason}）"
            raise CallerSetupError(self._name, str(error), zh) from error

    def close(self) -> None:
        self.screen.close()

    def alive(self) -> bool:
        return True


def _opened(name: str, address: str) -> Screen:
    try:
        return open_screen(address, BAR, title=name)
    except BadAddress as error:
        raise CallerSetupError(name, str(error), error.zh) from error


class ScreenEvaluator(PolledKeypad):
    """One counter's evaluator screen. ``explained`` holds what was said after low ratings, until it is taken."""

    def __init__(
        self,
        hall: Hall,
        name: str,
        machine_s: Callable[[], float],
        screen: Screen | None = None,
    ) -> None:
        keypad = hall.keypads[name]
        self.name, self._counter = name, keypad.counter
        self._levels: Mapping[str, Level] = keypad.levels or ALL_LEVELS
        self._decline = keypad.decline or DECLINE
        self._machine_s, self._offset_ms = machine_s, 0
        self._screen = screen or _opened(name, keypad.address)
        self.pad: KeySource | None = ScreenSource(name, self._screen)
        self._mind = EvaluatorMind(self._levels, self._decline)
        self._zone = ZoneInfo(hall.hall.time_zone)
        self._clerks, self._persons = hall.clerks, dict[str, Person]()
        self._view: CounterView | None = None
        self._pressed: list[str] = []
        self._explained: list[Explained] = []

    def sign_with(self, code_of: Callable[[str], str]) -> None:
        """Show beside the faces the QR code that this makes for a visit."""
        self._mind.code_of = code_of

    def shown(self, view: CounterView, now_ms: int) -> None:
        """The engine's newest picture of the counter, at this moment of the hall's clock."""
        self._offset_ms = now_ms - int(self._machine_s() * 1_000)
        self._view = view
        self._mind.shown(view)

    def _now_ms(self) -> int:
        return int(self._machine_s() * 1_000) + self._offset_ms

    def poll(self) -> list[str]:
        """The raw keys since the last poll; brings the screen up to date."""
        for touch in self._screen.inputs(0):
            if isinstance(touch, Touch):
                self._touched(touch.target)
        self._draw()
        pressed, self._pressed = self._pressed, []
        return pressed

    def take_explained(self) -> list[Explained]:
        """What visitors added to low ratings since the last call."""
        explained, self._explained = self._explained, []
        return explained

    def _touched(self, target: str) -> None:
        meant = self._mind.touch(target, self._machine_s(), self._now_ms())
        if isinstance(meant, Explained):
            self._explained.append(meant)
        elif meant is not None:
            self._pressed.append(meant)

    def _draw(self) -> None:
        face = face_of(self._screen.size)
        state = self._mind.look(self._machine_s(), self._now_ms())
        try:
            ops = evaluator_ops(state, face, self._person(face), self._zone)
        except Exception:  # whatever a view holds, the counter keeps a calm picture and its loop
            if not self._screen.failed:
                log.exception("the evaluator %s could not be drawn", self.name)
                self._screen.fail()
            return
        self._screen.show(ops)

    def _person(self, face: Face) -> Person:
        """Who serves, as the hall file has it; the photo is read once."""
        clerk = self._clerks.get((self._view.clerk if self._view is not None else None) or "")
        if clerk is None or self._view is None or self._view.clerk is None:
            return Person()
        known = self._persons.get(self._view.clerk)
        if known is None:
            photo = None
            if clerk.photo:
                place = photo_place(face)
                size = (round(place.w * face.scale), round(place.h * face.scale))
                try:
                    photo = load_picture(Path(clerk.photo), size, round(PHOTO_RADIUS * face.scale), INK, cut=True)
                except PictureUnusable as error:
                    log.warning("no photo: %s", error)
            known = self._persons[self._view.clerk] = Person(clerk.name, clerk.title, photo)
        return known

    def prompt(self) -> None:
        self._mind.prompt()

    def thank(self, level: Level) -> None:
        self._mind.thank(level, self._machine_s())

    def reject(self) -> None:
        """A touch that does not count changes nothing to be seen."""

    def apologise(self) -> None:
        self._mind.sorry(self._machine_s())

    def rest(self) -> None:
        self._mind.rest()

    def fault(self) -> str:
        return "failsafe" if self._screen.failed else ""

    def tap(self, key: str) -> None:
        """A person presses a key of the virtual hall page: a raw key, or what else can be touched now."""
        target = {raw: f"{FACE}{level.value}" for raw, level in self._levels.items()}.get(key, key)
        if key == self._decline:
            target = DECLINE
        if target not in self._screen.targets():
            raise KeyError(key)
        self._touched(target)

    def panel(self, state: str) -> PanelPart:
        labels = tuple(LEVEL_NAMES[level] for level in self._levels.values())
        keys = tuple(self._levels)
        return PanelPart(
            part=self.name, kind="evaluator", counter=self._counter, keys=keys, labels=labels, lamps=(), state=state
        )
