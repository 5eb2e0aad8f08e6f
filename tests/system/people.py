"""Visitors and clerks of a running town: they see panels, touch what can be touched, press keys. Nothing else."""

import time

from broker.contract.codec import encode
from broker.contract.envelope import PanelPart, VirtualInput
from broker.model.views import CounterView
from broker.runtime.errors import SendRefused
from broker.runtime.link import Link, LinkOptions, Message
from tests.system.town import Town

SCREEN = "screen"
TOUCH_GAP_S = 0.6
LOOK_S = 0.02
VISIT_S = 60.0


class Hands:
    """The hands of one or more people, with a connection of their own; use them from one thread."""

    def __init__(self, town: Town, name: str = "hands") -> None:
        self._town = town
        self._link = Link(
            town.url, f"{name}-{time.monotonic_ns()}", on_message=self._ignore,
            options=LinkOptions(first_wait_s=(0.1, 0.3), longest_wait_s=0.8),
        )  # fmt: skip
        self._link.start()
        self.waited_s = 0.0
        """From the touch that ordered the last ticket to its number on the screen."""

    def close(self) -> None:
        self._link.stop()

    @staticmethod
    def _ignore(message: Message) -> None:
        """Hands hear nothing."""

    def _send(self, device: str, touched: VirtualInput) -> bool:
        self._link.pump(0.0)
        try:
            self._link.publish(self._town.watcher.topics.input(device), encode(touched), qos=1)
        except SendRefused:
            return False
        return True

    def await_link(self) -> "Hands":
        """Wait until something could be touched."""

        def online() -> bool:
            self._link.pump(0.0)
            return self._link.online

        self._town.watcher.await_that(online, "the hands' own connection")
        return self

    # -- at a kiosk ------------------------------------------------

    def screen(self, kiosk: str) -> PanelPart | None:
        """What can be seen and touched on a kiosk's screen."""
        return self._town.watcher.part(kiosk, SCREEN)

    def touch(self, kiosk: str, target: str) -> bool:
        """Put a finger on the middle of a target, if it is there."""
        screen = self.screen(kiosk)
        if screen is None or target not in screen.targets:
            return False
        x, y = screen.targets[target]
        return self._send(kiosk, VirtualInput(part=screen.part, kind="touch", x=x, y=y))

    def take_ticket(self, kiosk: str, service: str, within_s: float = VISIT_S) -> str | None:
        """From the first screen to the number on it; None when no number came in time."""
        until_s, touched_s, ordered_s = time.monotonic() + within_s, 0.0, 0.0
        while time.monotonic() < until_s:
            screen = self.screen(kiosk)
            if screen is not None and ordered_s and screen.digits:
                self.waited_s = time.monotonic() - ordered_s
                return screen.digits
            target = self._next_target(screen, service, bool(ordered_s))
            if target is not None and time.monotonic() - touched_s >= TOUCH_GAP_S and self.touch(kiosk, target):
                touched_s = time.monotonic()
                if target in ("take", f"service/{service}"):
                    ordered_s = touched_s
            time.sleep(LOOK_S)
        return None

    def leave(self, kiosk: str, within_s: float = 60.0) -> None:
        """Touch "done", so that the next person finds the first screen."""

        def gone() -> bool:
            screen = self.screen(kiosk)
            if screen is not None and not screen.digits:
                return True
            self.touch(kiosk, "done")
            time.sleep(TOUCH_GAP_S)
            return False

        self._town.watcher.await_that(gone, f"{kiosk} shows its first screen", within_s)

    def _next_target(self, screen: PanelPart | None, service: str, ordered: bool) -> str | None:
        if screen is None:
            return None
        if screen.digits and not ordered:
            return "done" if "done" in screen.targets else None
        category = self._town.hall.services[service].category
        wanted = ("take", f"service/{service}", f"category/{category}", "stay", "done", "home")
        return next((target for target in wanted if target in screen.targets), None)

    # -- at a counter ------------------------------------------------

    def try_press(self, part: str, key: str) -> bool:
        """Press a key of a console or keypad; False when the network did not carry it."""
        return self._send(self._caller_of(part), VirtualInput(part=part, kind="key", key=key))

    def press(self, part: str, *keys: str) -> None:
        """Press keys, one after the other, once the keypad is there: its caller shows it when it listens."""
        watcher, device = self._town.watcher, self._caller_of(part)
        watcher.await_that(lambda: watcher.part(device, part), f"{part} can be seen")
        for key in keys:
            assert self.try_press(part, key), f"{part} is out of reach"

    def _caller_of(self, part: str) -> str:
        hall = self._town.hall
        return hall.consoles[part].caller if part in hall.consoles else hall.keypads[part].caller


def counter_view(town: Town, counter: str) -> CounterView:
    """What a counter's devices are shown."""
    view = town.watcher.view("counter", counter)
    assert isinstance(view, CounterView), f"no view of {counter}"
    return view
