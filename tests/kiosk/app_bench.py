"""A kiosk without its process: a screen in memory, keys on mock pins, a printer that says what it is told to."""

from collections.abc import Callable
from pathlib import Path

import msgspec

from broker.contract.codec import encode, encode_view
from broker.contract.envelope import Reply
from broker.model.commands import Command
from broker.model.hall import Hall
from broker.runtime.canvas.window import open_screen
from broker.runtime.clock import ManualClock
from broker.runtime.engine_time import EngineTime
from broker.runtime.languages.lexicon import TWO, Language
from kiosk.app import KioskApp
from kiosk.buttons import Buttons
from kiosk.guidance.guide import Guide
from kiosk.ledger import Ledger
from kiosk.printer.status import PrinterState
from kiosk.ticket import Order, PaperEnd, Slip
from tests.kiosk.kiosk_rig import DAY, view_of
from tests.kiosk.ledger_rig import Rig


class PaperPress:
    """Stands in for the printer: ``end`` says how the last ticket ended."""

    def __init__(self) -> None:
        self.printed: list[tuple[Order, Slip]] = []
        self.state, self.usable, self.simulator = PrinterState.OK, True, None
        self.copies: list[str] = []
        self.notices: list[tuple[str, str, str, bool]] = []
        self.notice_ends: list[tuple[str, PaperEnd]] = []
        self._ends: list[tuple[str, PaperEnd]] = []

    def health(self) -> str:
        return self.state.value

    def start(self) -> None: ...

    def stop(self) -> None: ...

    def print_ticket(self, order: Order, slip: Slip, *, copy: bool = False) -> bool:
        self.printed.append((order, slip))
        self.copies += [order.ticket] if copy else []
        return True

    def end(self, how: PaperEnd) -> None:
        self._ends.append((self.printed[-1][0].ticket, how))

    def print_papers(
        self, job: str, service: str, language: str = "zh", *, large: bool = False, at_ms: int | None = None
    ) -> bool:
        self.notices.append((job, service, language, large))
        return self.usable

    def take_notice_ends(self) -> list[tuple[str, PaperEnd]]:
        ends, self.notice_ends = self.notice_ends, []
        return ends

    def take_ends(self) -> list[tuple[str, PaperEnd]]:
        ends, self._ends = self._ends, []
        return ends


class Bench:
    """``turn`` lets time pass and runs one round; ``tap`` touches a target of the picture."""

    def __init__(
        self,
        folder: Path,
        hall: Hall,
        kiosk: str = "kiosk-1",
        make_guide: Callable[[Callable[[], float]], Guide] | None = None,
        languages: tuple[Language, ...] = TWO,
    ) -> None:
        self.hall, self.kiosk = hall, kiosk
        self.hand = ManualClock(start_ms=1_772_676_000_000)  # 2026-03-05 10:00 in Shanghai
        self.rig = Rig(folder, hall, kiosk)
        self.press = PaperPress()
        declared = hall.kiosks[kiosk]
        names = {key: service.names for key, service in hall.services.items()}
        buttons = Buttons(declared.buttons, names, self.hand.machine_s)
        screen = open_screen(declared.screen, clock_s=self.hand.machine_s)
        self.app = KioskApp(hall, kiosk, EngineTime(self.hand), screen, self.press, buttons, languages=languages)  # type: ignore[arg-type]
        ledger: Ledger = self.rig.ledger
        self.app.wire(self.rig.sender, ledger, guide=make_guide(self.hand.machine_s) if make_guide else None)
        self.app.start()
        self.as_of = 1

    def close(self) -> None:
        self.app.stop()
        self.rig.power_off()

    def hears(self, day: str | None = DAY, epoch: int = 1, retained: bool = False, **changes: object) -> None:
        """A view of the engine."""
        shown = msgspec.structs.replace(view_of(self.hall, self.kiosk), day=day, **changes)
        payload = encode_view("kiosk", self.kiosk, epoch, self.as_of, self.hand.now_ms(), encode(shown))
        self.app.on_view(self.kiosk, payload, retained)
        self.as_of += 1

    def goes_online(self) -> "Bench":
        self.app.on_linked(True)
        self.hears()
        self.turn()
        return self

    def turn(self, seconds: float = 0.1) -> bool:
        self.hand.advance(seconds)
        return self.app.turn()

    def tap(self, *targets: str, gap_s: float = 0.6) -> None:
        for target in targets:
            x, y = self.app.screen.targets()[target]
            self.app.screen.press(x, y)
            self.turn(gap_s)

    def press_key(self, name: str) -> None:
        assert self.app.buttons.tap(name)
        for _ in range(12):
            self.turn(0.05)

    def said(self, kind: type) -> list[Command]:
        return [command for command in self.rig.kept() if isinstance(command, kind)]

    def answer(self, id: str, **fields: object) -> None:
        self.app.on_answer(id, Reply(id=id, kind=fields.pop("kind", "done"), as_of=self.as_of, **fields))  # type: ignore[arg-type]
