"""All that reads cards and codes at one kiosk, for its loop: one `poll`, its health, its simulated parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from broker.contract.envelope import PanelPart
from broker.model.address import BadAddress
from broker.model.hall import Hall
from broker.runtime.code_lines import ScanEvent
from broker.runtime.errors import SettingError
from broker.runtime.person_secret import hall_secret
from broker.runtime.scanner import SimulatedScanner
from kiosk.readers.cards import CardEvent, CardRead, Persons
from kiosk.readers.connect import reader_of, scanner_of
from kiosk.readers.sdt_simulator import KEYS, SimulatedReader

READER, SCANNER = "reader", "scanner"


class Readers:
    """``day`` tells the business day, or None before the first is known: without it no card is read."""

    def __init__(
        self,
        hall: Hall,
        kiosk: str,
        data_folder: Path,
        day: Callable[[], str | None],
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """SettingError for an address that cannot be meant, DataFolderUnusable where the secret cannot be kept."""
        declared = hall.kiosks[kiosk]
        self._day = day
        try:
            self._reader = reader_of(declared.reader, self._identify)
        except BadAddress as error:
            raise SettingError(f"kiosks.{kiosk}.reader", str(error), error.zh) from error
        try:
            self._scanner = scanner_of(declared.scanner)
        except BadAddress as error:
            raise SettingError(f"kiosks.{kiosk}.scanner", str(error), error.zh) from error
        self._persons = Persons(hall_secret(data_folder, environment), hall.hall.id) if self._reader else None

    def start(self) -> None:
        """Begin to look for them; that they are not there now is no error."""
        for part in (self._reader, self._scanner):
            if part is not None:
                part.start()

    def stop(self) -> None:
        """Let them go."""
        for part in (self._reader, self._scanner):
            if part is not None:
                part.stop()

    def poll(self) -> list[CardEvent | ScanEvent]:
        """What was laid or held before them since the last call; returns at once."""
        cards: list[CardEvent | ScanEvent] = [] if self._reader is None else [*self._reader.poll()]
        return cards if self._scanner is None else [*cards, *self._scanner.poll()]

    def health(self) -> dict[str, str]:
        """Short states by part; a part that the hall file does not name is not there."""
        parts = {READER: self._reader, SCANNER: self._scanner}
        return {name: part.health() for name, part in parts.items() if part is not None}

    def _identify(self, number: str) -> CardRead | None:
        day = self._day()
        return None if day is None or self._persons is None else self._persons.known(number, day)

    # -- hands of the virtual hall ------------------------------------------------

    def panel(self) -> list[PanelPart]:
        """The simulated parts."""
        parts = []
        if isinstance(self._reader, SimulatedReader):
            state = self._reader.simulator.state
            parts.append(
                PanelPart(part=READER, kind="reader", keys=tuple(KEYS), labels=tuple(KEYS.values()), state=state)
            )
        if isinstance(self._scanner, SimulatedScanner):
            parts.append(PanelPart(part=SCANNER, kind="scanner", state=self._scanner.simulator.state))
        return parts

    def key(self, part: str, key: str) -> bool:
        """A card laid or a fault played at the simulated reader, a text held before the simulated scanner."""
        if part == READER and isinstance(self._reader, SimulatedReader):
            return self._reader.simulator.play(key)
        if part == SCANNER and isinstance(self._scanner, SimulatedScanner):
            return bool(key) and self._scanner.simulator.scan(key)
        return False
