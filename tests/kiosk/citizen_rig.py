"""A citizen before a whole kiosk (screen in memory, real ledger and outbox) and the real engine with its journal.

Only three things are played: the finger, the printer's word, and what is laid before the readers.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

from broker.contract.codec import encode, encode_view
from broker.contract.envelope import EngineState, Reply
from broker.model.hall import Hall
from broker.runtime.canvas.ops import Text
from broker.runtime.canvas.window import open_screen
from broker.runtime.engine_time import EngineTime
from kiosk.app import KioskApp
from kiosk.buttons import Buttons
from kiosk.events import Shown
from kiosk.screens.view import view
from kiosk.ticket import Order, PaperEnd, Slip
from kiosk.visit import Step
from tests.kiosk.app_bench import PaperPress
from tests.kiosk.kiosk_and_engine import EngineAtWork
from tests.rating_keys import keys_of


class Desk:
    """Where cards and codes are shown."""

    def __init__(self) -> None:
        self.shown: list[Shown] = []

    def poll(self) -> list[Shown]:
        shown, self.shown = self.shown, []
        return shown

    def health(self) -> dict[str, str]:
        return {"reader": "ok", "scanner": "ok"}

    def start(self) -> None: ...

    def stop(self) -> None: ...


class Citizen:
    """One kiosk and whoever stands before it."""

    def __init__(self, engine: EngineAtWork, kiosk: str = "kiosk-1") -> None:
        self.engine, self.kiosk = engine, kiosk
        self.device = engine.kiosks[kiosk]
        declared = engine.hall.kiosks[kiosk]
        names = {key: service.names for key, service in engine.hall.services.items()}
        screen = open_screen(declared.screen, clock_s=engine.clock.machine_s)
        buttons = Buttons(declared.buttons, names, engine.clock.machine_s)
        self.press, self.desk, self._ids = PaperPress(), Desk(), self._make_ids()
        make_id: Callable[[], str] = lambda: next(self._ids)  # noqa: E731
        clock = EngineTime(engine.clock)
        keys = keys_of(engine.hall).of(kiosk)
        self.app = KioskApp(
            engine.hall,
            kiosk,
            clock,
            screen,
            self.press,
            buttons,
            make_id,
            rating_keys=lambda: keys,  # type: ignore[arg-type]
        )
        self.device.sender._on_answer = self._answered
        self.app.wire(self.device.sender, self.device.ledger, self.desk)  # type: ignore[arg-type]
        self.app.start()
        self.app.on_linked(True)
        self.waits(1)

    def _make_ids(self) -> Iterator[str]:
        made = 0
        while True:
            made += 1
            yield f"{self.kiosk}-id-{made:05d}"

    def _answered(self, id: str, reply: Reply) -> None:
        self.app.on_answer(id, reply)

    # -- the engine is near, or away ------------------------------------------------

    def cut_off(self, cut: bool = True) -> None:
        """The line to the engine is lost, or is there again; a kiosk notices after some time."""
        self.device.wire.cut = cut
        self.waits(20)

    def _hears(self) -> None:
        state, now_ms = self.engine.writer.state, self.engine.now_ms
        beat = EngineState(online=True, epoch=1, at_ms=now_ms, as_of=state.position, day=state.day)
        self.app.engine.take_state(encode(beat), retained=False)
        shown = encode(self.engine.view(self.kiosk))
        self.app.on_view(self.kiosk, encode_view("kiosk", self.kiosk, 1, state.position, now_ms, shown), False)

    def waits(self, seconds: float) -> None:
        """Time passes, in steps of a tenth of a second; half a minute and more in larger ones."""
        step_s = 0.1 if seconds < 5 else 0.5
        for _ in range(round(seconds / step_s)):
            self.engine.clock.advance(step_s)
            self.engine.now_ms = self.engine.clock.now_ms()
            self.device.outbox.pump()
            self.engine._turn()
            if not self.device.wire.cut:
                self._hears()
            self.app.turn()

    # -- hands and eyes ------------------------------------------------

    def taps(self, *targets: str) -> "Citizen":
        for target in targets:
            x, y = self.app.screen.targets()[target]
            self.app.screen.press(x, y)
            self.waits(0.6)
        return self

    def types(self, text: str) -> "Citizen":
        return self.taps(*(f"key/{letter}" for letter in text))

    def shows(self, thing: Shown) -> "Citizen":
        """Lay a card down, hold a code before the scanner."""
        self.desk.shown.append(thing)
        self.waits(0.6)
        return self

    def paper_comes(self, how: PaperEnd = PaperEnd.PRINTED) -> tuple[Order, Slip]:
        self.press.end(how)
        self.waits(0.6)
        return self.press.printed[-1]

    @property
    def step(self) -> Step:
        return self.app.visit.step

    @property
    def can_tap(self) -> set[str]:
        return set(self.app.screen.targets())

    @property
    def reads(self) -> str:
        """Everything that stands on the screen."""
        now_s = self.engine.clock.machine_s()
        ops = view(self.app.visit, self.app.offering.menu(now_s), self.app.showing.surroundings(self.app.visit, now_s))
        return " | ".join(op.plain for op in ops if isinstance(op, Text))

    def takes(self, service: str, *before_taking: str) -> str:
        """An ordinary visit from the first picture to the paper; the number."""
        self.taps(f"service/{service}")
        if self.step is Step.DETAIL:
            self.taps(*before_taking, "take")
        number = self.paper_comes()[1].number
        self.taps("done")
        return number

    def leaves(self) -> None:
        """Nobody stands here any more."""
        self.waits(100)
        assert self.step is Step.HOME


def hall_at_work(folder: Path, hall: Hall) -> EngineAtWork:
    return EngineAtWork(folder, *hall.kiosks, hall=hall)
