"""LED strips over counters and small boards, on the same serial lines as the terminals: the hand that tells them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from broker.contract.envelope import PanelPart
from broker.model.address import DeviceAddress
from broker.model.hall import Hall
from broker.model.views import CounterView
from broker.runtime.bus.line import Spacing
from broker.runtime.frames.driver import BadOption, Driver
from broker.runtime.frames.key_simulator import SimulatedLine
from broker.runtime.frames.modbus_map import TextStyle
from broker.runtime.frames.registry import drivers, strip_makes
from caller.devices import CallerSetupError
from caller.lines.key_line import KeyLine
from caller.lines.key_wiring import address_of, place_of
from caller.lines.modbus_line import MODBUS, ModbusLine
from caller.lines.strip_text import board_pages, strip_pages

PAGE_S = 3.0
"""How long each page of a longer text is shown."""


@dataclass(frozen=True)
class StripPlace:
    """A strip as the hall file describes it. With more than one counter it is a board of calls."""

    name: str
    counters: tuple[str, ...]
    idle: str
    characters: int


class Strip:
    """One strip. ``show`` is called often and sends only what changed."""

    def __init__(
        self, place: StripPlace, line: KeyLine | ModbusLine, driver: Driver, unit: int, options: Mapping[str, str]
    ) -> None:
        if driver.strip is None:
            en = f"'{driver.make}' is no make of strips; strips: {known_makes()}"
            raise CallerSetupError(place.name, en, f"协议“{driver.make}”没有条屏；条屏可用：{known_makes()}")
        try:
            self._options = driver.strip.chosen(options)
        except BadOption as error:
            raise CallerSetupError(place.name, str(error), f"地址里的选项不对：{error.zh}") from error
        self.name = place.name
        self.counters = place.counters
        self.unit = unit
        self.make = driver.make
        self._place = place
        self._line = line
        self._strip = driver.strip
        self._spacing = Spacing(driver.make, driver.strip.spacing_s)
        self._shown: str | None = None
        self._again = False
        self._ups = 0
        self._turn = 0

    def show(self, views: Mapping[str, CounterView | None], now_s: float, now_ms: int) -> None:
        """Bring it up to date: ``views`` are the newest of its counters."""
        text = self._page([views.get(counter) for counter in self.counters], now_s, now_ms)
        news = text != self._shown or self._ups != self._line.ups
        if not news and not self._again:
            return
        self._shown, self._ups, self._again = text, self._line.ups, False
        data = self._strip.text(self.unit, text, self._options, self._turn)
        self._turn += 1
        self._line.line.show(("strip", self.make, self.unit), data, spacing=self._spacing, again=not news)

    def refresh(self) -> None:
        """Tell it once more: it may have lost its power."""
        self._again = True

    def fault(self) -> str:
        """Empty, or a short word for health. A strip says nothing itself: whether it shows anything, a person sees."""
        return self._line.line_fault

    def panel(self) -> PanelPart:
        """How the simulated one looks: what it was told over the line. One for several counters belongs to none."""
        counter = self.counters[0] if len(self.counters) == 1 else None
        return PanelPart(part=self.name, kind="strip", counter=counter, digits=self._seen(), state=self.fault() or "ok")

    def _seen(self) -> str:
        line = self._line.simulated
        return line.strip.at[self.make, self.unit].text if isinstance(line, SimulatedLine) else ""

    def _page(self, views: list[CounterView | None], now_s: float, now_ms: int) -> str:
        place = self._place
        if len(views) == 1:
            pages = strip_pages(views[0], now_ms, place.idle, place.characters)
        else:
            pages = board_pages(views, place.idle, place.characters)
        return pages[int(now_s / PAGE_S) % len(pages)]


class ModbusSign(Strip):
    """Our open sign on a Modbus line: it answers, so it is told once and known to have heard."""

    def __init__(
        self, place: StripPlace, line: ModbusLine, driver: Driver, unit: int, options: Mapping[str, str]
    ) -> None:
        super().__init__(place, line, driver, unit, options)
        self._modbus = line
        self._style = TextStyle[self._options["form"].upper()]

    def show(self, views: Mapping[str, CounterView | None], now_s: float, now_ms: int) -> None:
        text = self._page([views.get(counter) for counter in self.counters], now_s, now_ms)
        if text != self._shown:
            self._shown = text
            self._modbus.master.text(self.unit, text, self._style)

    def refresh(self) -> None:
        self._modbus.master.repaint(self.unit)

    def _seen(self) -> str:
        line = self._modbus.simulated
        return "" if line is None else line.device[self.unit].text

    def fault(self) -> str:
        return self._modbus.fault(self.unit)


def strip_places(hall: Hall, caller: str) -> dict[str, tuple[Driver, str, int, dict[str, str]]]:
    """The strips of a caller: driver, line, unit and options of each. Raises CallerSetupError."""
    found = {}
    for name, strip in hall.strips.items():
        if strip.caller != caller:
            continue
        address = address_of(name, strip.address)
        line, unit = place_of(name, address)
        if line not in hall.callers[caller].lines:
            raise CallerSetupError(name, f"the caller has no line '{line}'", f"这个 caller 没有线路“{line}”")
        found[name] = (strip_driver(name, address), line, unit, address.options)
    return found


def strips_of(hall: Hall, caller: str, lines: Mapping[str, object]) -> dict[str, Strip]:
    """The strips of a caller on its lines. Raises CallerSetupError."""
    found = {}
    for name, (driver, line_name, unit, options) in strip_places(hall, caller).items():
        declared, line = hall.strips[name], lines[line_name]
        counters = tuple(dict.fromkeys((declared.counter, *declared.also)))
        place = StripPlace(name, counters, declared.idle, declared.characters)
        if isinstance(line, KeyLine):
            found[name] = Strip(place, line, driver, unit, options)
        elif isinstance(line, ModbusLine) and driver.make == MODBUS:
            found[name] = ModbusSign(place, line, driver, unit, options)
        else:
            en = f"the line '{line_name}' has devices of another kind: give strips their own"
            raise CallerSetupError(name, en, f"线路“{line_name}”上有另一类设备，条屏请另接一条线路")
    return found


def strip_driver(name: str, address: DeviceAddress) -> Driver:
    """The driver that an address names. Raises CallerSetupError with the makes there are."""
    driver = drivers().get(address.scheme)
    if driver is None or driver.strip is None:
        en = f"there is no make of strips '{address.scheme}'; strips: {known_makes()}"
        raise CallerSetupError(name, en, f"没有条屏协议“{address.scheme}”；条屏可用：{known_makes()}")
    return driver


def known_makes() -> str:
    """All makes of strips, for a sentence."""
    return ", ".join(strip_makes())
