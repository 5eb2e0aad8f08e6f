"""The virtual hall's view of this kiosk: pictures while somebody watches, a panel, and hands on virtual parts only."""

import logging
from collections.abc import Callable

from broker.contract.envelope import PRINTER_FAULTS, REFILL, Panel, PanelPart, VirtualInput
from broker.model.words import Names
from broker.runtime.canvas.window import Screen
from kiosk.buttons import Buttons
from kiosk.guidance.guide import Guide, NoGuide
from kiosk.printing import Printing
from kiosk.readers.desk import READER, SCANNER, Readers

logger = logging.getLogger(__name__)

SCREEN, PRINTER, BUTTONS = "screen", "printer", "buttons"
PLAYED = ("paper_out", "near_end", "cover", "cutter", "unplugged")
REFILL_NAMES = Names("装纸修复", "refill and mend")
KEYS = {**{fault: PRINTER_FAULTS[fault] for fault in PLAYED}, REFILL: REFILL_NAMES}
"""What a person can do to the simulated printer."""
PICTURE_EVERY_S = 0.3
PICTURE_BYTES = 300_000


class VirtualParts:
    """What of this kiosk is simulated; a real part cannot be touched from outside."""

    def __init__(
        self,
        kiosk: str,
        screen: Screen,
        printing: Printing,
        buttons: Buttons,
        number: Callable[[], str] = str,
        readers: Readers | None = None,
        guide: Guide | NoGuide | None = None,
    ) -> None:
        self._kiosk = kiosk
        self._readers = readers
        self._guide = guide or NoGuide()
        self._number = number
        """The ticket number that the screen shows now, or an empty text."""
        self._screen = screen
        self._printing = printing
        self._buttons = buttons
        self._last: Panel | None = None

    def take(self, touched: VirtualInput) -> bool:
        """A person at a virtual part. False when there is no such part; logged, never raised."""
        done = False
        if touched.kind == "touch" and touched.part == SCREEN and self._screen.virtual:
            self._screen.press(touched.x, touched.y)
            done = True
        elif touched.kind == "key" and touched.part in (READER, SCANNER):
            done = self._readers is not None and self._readers.key(touched.part, touched.key)
        elif touched.kind == "key":
            key = touched.key if touched.part == BUTTONS else touched.part
            done = self._guide.tap(key) or self._buttons.tap(key)
        elif touched.kind == "fault" and touched.part == PRINTER:
            done = self._printing.play(touched.key)
        if not done:
            # Neither key nor part: they are free text of whoever sent them, and might name a person.
            logger.warning("no such virtual %s: key of %d letters", touched.kind, len(touched.key))
        return done

    def changed(self) -> Panel | None:
        """The panel if it looks different from the last one asked for."""
        panel = Panel(device=self._kiosk, parts=tuple(self._parts()))
        if panel == self._last:
            return None
        self._last = panel
        return panel

    def forget(self) -> None:
        """The next panel counts as changed, e.g. after a reconnect."""
        self._last = None

    def _parts(self) -> list[PanelPart]:
        parts = []
        if self._screen.virtual:
            targets = self._screen.targets()
            parts.append(
                PanelPart(part=SCREEN, kind="screen", size=self._screen.size, digits=self._number(), targets=targets)
            )
        simulator = self._printing.simulator
        if simulator is not None:
            keys, labels = tuple(KEYS), tuple(KEYS.values())
            parts.append(PanelPart(part=PRINTER, kind="printer", keys=keys, labels=labels, state=simulator.state))
        readers = [] if self._readers is None else self._readers.panel()
        # What a real screen shows about its visitor is nobody's to read either, whatever the output is.
        captions = self._guide.captions() if self._screen.virtual else []
        return [*parts, *readers, *self._buttons.panel(), *self._guide.panel(), *captions]


class Mirror:
    """Gives pictures while somebody watches: at every change, not faster than the loop can bear.

    ``private`` says that a real screen shows something about its visitor: that is nobody's to watch.
    """

    def __init__(self, screen: Screen, printing: Printing, private: Callable[[], bool] = lambda: False) -> None:
        self._screen = screen
        self._printing = printing
        self._private = private
        self._until_s = float("-inf")
        self._next_s = 0.0
        self._changed = True
        self._papers_shown = -1

    def ask(self, for_s: int, now_s: float) -> None:
        """Somebody watches from now on for ``for_s`` seconds; who newly came sees everything once."""
        if now_s >= self._until_s:
            self._changed, self._papers_shown = True, -1
        self._until_s = max(self._until_s, now_s + for_s)

    def screen_changed(self) -> None:
        """Pixels were painted."""
        self._changed = True

    def take(self, now_s: float) -> list[tuple[str, bytes]]:
        """(name, PNG) of what is to be published now."""
        if now_s >= self._until_s:
            return []
        pictures = []
        if self._changed and now_s >= self._next_s and not self._private():
            self._changed, self._next_s = False, now_s + PICTURE_EVERY_S
            pictures.append((SCREEN, self._screen.picture(PICTURE_BYTES)))
        simulator = self._printing.simulator
        if simulator is not None and simulator.papers_cut != self._papers_shown:
            self._papers_shown = simulator.papers_cut
            paper = simulator.picture()
            if paper is not None:
                pictures.append(("paper", paper))
        return pictures
