"""Buttons and lamps on GPIO pins: the only home of gpiozero.

Keys are described by the addresses of ``key_address.py``: ``gpio://17?lamp=27`` or ``virtual://pad``. A virtual pad
runs the same code on gpiozero's mock pins, driven by :meth:`Pad.press`.

lgpio runs every callback in one thread, and an exception in any callback kills that thread and with it every
other button. So a callback here only puts an edge into a bounded queue, :meth:`Pad.alive` tells the heart whether
the thread still runs, and a level that no edge reported is still found by reading the line again.
"""

from __future__ import annotations

import contextlib
import functools
import logging
import os
import queue
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from broker.runtime.debounce import Contact, ContactChange
from broker.runtime.key_address import (
    BadKeyAddress,
    GpioError,
    GpioUnavailable,
    KeyAddress,
    LampAddress,
    PinTaken,
    UnknownKey,
    allot_mock_pins,
    parse_key_address,
    parse_lamp_address,
)

log = logging.getLogger(__name__)

EDGE_QUEUE_LENGTH = 512
REREAD_S = 0.25
TAP_S = 0.1

__all__ = [
    "BadKeyAddress",
    "ContactChange",
    "GpioError",
    "GpioUnavailable",
    "KeyAddress",
    "KeyEvent",
    "LampAddress",
    "Pad",
    "PinTaken",
    "UnknownKey",
    "open_factory",
    "parse_key_address",
    "parse_lamp_address",
]


@dataclass(frozen=True)
class KeyEvent:
    """Something a key did. ``at_s`` is monotonic seconds, at the line's own change for a press or release."""

    key: str
    change: ContactChange
    at_s: float


def open_factory(virtual: bool):  # type: ignore[no-untyped-def]
    """A gpiozero pin factory: mock pins, or lgpio's. Raises :class:`GpioUnavailable`."""
    if virtual:
        from gpiozero.pins.mock import MockFactory

        return MockFactory()
    # lgpio makes its notification pipe in the working directory, which is read-only in a hardened unit; told another
    # one, it moves the whole process there, and every relative path with it.
    os.environ.setdefault("LG_WD", os.environ.get("RUNTIME_DIRECTORY") or tempfile.gettempdir())
    before = Path.cwd()
    try:
        from gpiozero.pins.lgpio import LGPIOFactory

        return LGPIOFactory()
    except Exception as error:  # lgpio raises its own unrelated classes here; each means "no pins"
        raise GpioUnavailable(str(error) or type(error).__name__) from error
    finally:
        os.chdir(before)


@contextlib.contextmanager
def _pin_errors(name: str, pin: int | None) -> Iterator[None]:
    """Whatever gpiozero and lgpio raise while a pin is taken becomes PinTaken."""
    from gpiozero import GPIOZeroError

    try:
        yield
    except (GPIOZeroError, OSError, ValueError) as error:
        raise PinTaken(name, pin, str(error)) from error
    except Exception as error:
        if type(error).__module__.partition(".")[0] != "lgpio":  # lgpio.error derives from Exception only
            raise
        raise PinTaken(name, pin, str(error)) from error


class Pad:
    """A set of named keys with optional lamps. Owned by one thread, which calls :meth:`poll` every 10-50 ms.

    ``keys`` and ``lamps`` map a name to an address; all must be real or all virtual. ``factory`` shares pins
    between several pads of one process.
    """

    def __init__(
        self,
        keys: Mapping[str, KeyAddress],
        lamps: Mapping[str, LampAddress] | None = None,
        *,
        factory: object | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        lamps = lamps or {}
        kinds = {key.virtual for key in keys.values()} | {lamp.virtual for lamp in lamps.values()}
        if len(kinds) > 1:
            raise BadKeyAddress(
                "virtual://pad", "a pad is either all virtual or all real", "按键盒应全部是模拟键或全部是真实键"
            )
        self._keys, self._lamp_addresses = allot_mock_pins(keys, lamps)
        self.virtual = True in kinds
        self.wake: Callable[[], None] = lambda: None
        """Called at each edge, in the pins' own thread, so that the owner's loop may sleep until then."""
        self._factory = factory
        self._monotonic = monotonic
        self._edges: queue.Queue[tuple[str, float, bool]] = queue.Queue(EDGE_QUEUE_LENGTH)
        self._overflowed = False
        self._next_reread_s = 0.0
        self._lines: dict[str, object] = {}
        self._lamps: dict[str, object] = {}
        self._lamp_states: dict[str, str] = {}
        self._contacts: dict[str, Contact] = {}
        self._pending: list[KeyEvent] = []
        self._lifts_s: dict[str, float] = {}

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._keys)

    @property
    def lamp_names(self) -> tuple[str, ...]:
        return tuple(self._lamps)

    @property
    def factory(self) -> object | None:
        return self._factory

    def start(self) -> None:
        """Take the pins. Raises GpioUnavailable or PinTaken, and then holds none of them."""
        if self._factory is None and (self._keys or self._lamp_addresses):
            self._factory = open_factory(self.virtual)
        try:
            for name, key in self._keys.items():
                self._take_key(name, key)
            for name, lamp in self._lamp_addresses.items():
                self._take_lamp(name, lamp)
        except GpioError:
            self.close()
            raise

    def _take_key(self, name: str, key: KeyAddress) -> None:
        # gpiozero's Button is this device plus one thread per key for holding, which is measured here already.
        from gpiozero import DigitalInputDevice

        with _pin_errors(name, key.pin):
            line = DigitalInputDevice(key.pin, pull_up=key.pull_up, bounce_time=None, pin_factory=self._factory)
            self._lines[name] = line
            line.when_activated = functools.partial(self._put, name, True)
            line.when_deactivated = functools.partial(self._put, name, False)
            pressed = bool(line.is_active)
        hold_s = None if key.hold_ms is None else key.hold_ms / 1_000
        times_s = (key.bounce_ms / 1_000, hold_s, key.stuck_ms / 1_000, key.settle_ms / 1_000)
        contact = self._contacts[name] = Contact(*times_s)
        now_s = self._monotonic()
        self._report(name, now_s, contact.begin(now_s, pressed))

    def _take_lamp(self, name: str, lamp: LampAddress) -> None:
        from gpiozero import LED

        with _pin_errors(name, lamp.pin):
            self._lamps[name] = LED(lamp.pin, active_high=lamp.active_high, pin_factory=self._factory)
        self._lamp_states[name] = "off"

    def _put(self, name: str, pressed: bool) -> None:
        """The callback, in lgpio's thread: nothing may escape from here."""
        try:
            self._edges.put_nowait((name, self._monotonic(), pressed))
            self.wake()
        except Exception:
            self._overflowed = True

    def poll(self, now_s: float | None = None) -> list[KeyEvent]:
        """Everything the keys did since the last poll, oldest first."""
        now_s = self._monotonic() if now_s is None else now_s
        self._lift(now_s)
        for _ in range(EDGE_QUEUE_LENGTH):
            try:
                name, at_s, pressed = self._edges.get_nowait()
            except queue.Empty:
                break
            self._report(name, at_s, self._contacts[name].edge(at_s, pressed))
        if self._overflowed or now_s >= self._next_reread_s:
            self._reread(now_s)
        for name, contact in self._contacts.items():
            self._report(name, now_s, contact.tick(now_s))
        events, self._pending = self._pending, []
        return events

    def now_s(self) -> float:
        """The clock by which its events are dated."""
        return self._monotonic()

    def _reread(self, now_s: float) -> None:
        if self._overflowed:
            log.warning("more than %d edges between two polls: reading the lines again", EDGE_QUEUE_LENGTH)
            self._overflowed = False
        self._next_reread_s = now_s + REREAD_S
        for name, line in self._lines.items():
            self._report(name, now_s, self._contacts[name].edge(now_s, bool(line.is_active)))  # type: ignore[attr-defined]

    def _report(self, name: str, at_s: float, changes: list[ContactChange]) -> None:
        for change in changes:
            if change is ContactChange.STUCK:
                log.warning("key %s is stuck", name)
            self._pending.append(KeyEvent(name, change, at_s))

    @property
    def settling(self) -> bool:
        """Whether a key moved and will count within its bounce time: worth another look within milliseconds."""
        return any(contact.settling for contact in self._contacts.values())

    def stuck(self) -> tuple[str, ...]:
        """The keys that are down and count as broken until they are let go."""
        return tuple(name for name, contact in self._contacts.items() if contact.stuck)

    def alive(self) -> bool:
        """False once the thread that delivers edges has died: the process should end and be started again."""
        if self.virtual or not self._lines:
            return True
        thread = getattr(sys.modules.get("lgpio"), "_notify_thread", None)
        return thread is None or bool(thread.is_alive())

    def has_lamp(self, name: str) -> bool:
        return name in self._lamps

    def lamp(self, name: str, state: str) -> None:
        """Set a lamp ``on``, ``off``, ``blink`` (1 Hz) or ``flash`` (4 Hz); a repeated state changes nothing."""
        if name not in self._lamps:
            raise UnknownKey(f"{name} lamp", tuple(self._lamps))
        if self._lamp_states[name] == state:
            return
        led = self._lamps[name]
        half_period_s = {"blink": 0.5, "flash": 0.125}.get(state)
        if half_period_s is not None:
            led.blink(half_period_s, half_period_s)  # type: ignore[attr-defined]
        elif state in ("on", "off"):
            getattr(led, state)()
        else:
            raise ValueError(f"a lamp is on, off, blink or flash, not {state!r}")
        self._lamp_states[name] = state

    def lamp_state(self, name: str) -> str:
        if name not in self._lamps:
            raise UnknownKey(f"{name} lamp", tuple(self._lamps))
        return self._lamp_states[name]

    def close(self) -> None:
        """Give all pins back, lamps dark. May be called twice."""
        for device in [*self._lines.values(), *self._lamps.values()]:
            with contextlib.suppress(Exception):  # a pin that will not close must not keep the others
                device.close()  # type: ignore[attr-defined]
        self._lines.clear()
        self._lamps.clear()
        self._contacts.clear()

    # The finger of the virtual pad. These move gpiozero's mock pins; the code above does not know it.

    def finger_down(self, name: str) -> None:
        self._move(name, down=True)

    def finger_up(self, name: str) -> None:
        self._move(name, down=False)

    def press(self, name: str, chatter: int = 0) -> None:
        """Put a finger on a virtual key, bouncing ``chatter`` times; it stays until :meth:`finger_up`."""
        for _ in range(chatter):
            self._move(name, down=True)
            self._move(name, down=False)
        self._move(name, down=True)

    def tap(self, name: str, hold_s: float = TAP_S) -> None:
        """Press a virtual key and let it go again ``hold_s`` later, at the poll after that."""
        self.press(name)
        self._lifts_s[name] = self._monotonic() + hold_s

    def _lift(self, now_s: float) -> None:
        for name in [name for name, at_s in self._lifts_s.items() if now_s >= at_s]:
            del self._lifts_s[name]
            self.finger_up(name)

    def _move(self, name: str, down: bool) -> None:
        if not self.virtual:
            raise GpioError("only a virtual pad can be pressed by the program")
        if name not in self._lines:
            raise UnknownKey(name, self.names)
        key = self._keys[name]
        pin = self._factory.pin(key.pin)  # type: ignore[union-attr]
        (pin.drive_low if down == key.pull_up else pin.drive_high)()
