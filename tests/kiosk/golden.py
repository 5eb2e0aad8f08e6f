"""The golden papers: every service of the halls that we ship, in every language, on every paper, usual and large.

``python -m tests.kiosk.golden`` writes them anew, as npos reads them, for a human to look through before committing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from broker.model.hall import Hall
from broker.model.hall_file import parse_hall
from broker.model.numbers import printed
from broker.runtime.languages.lexicon import Language
from broker.runtime.languages.offered import languages_of
from kiosk.paper import paper_of, papers_of
from kiosk.papers_slip import compose as notice_lines
from kiosk.printer.pictures import paint_line, paint_qr
from kiosk.printer.profile import PrinterProfile, profile_of
from kiosk.printout import Printout, printout
from kiosk.ticket import Order, Slip
from kiosk.ticket_layout import compose as ticket_lines
from tests.foreign.node_tools import npos_readings

HALLS = ("town_hall", "one_kiosk")
FOLDER = Path(__file__).parents[2] / "firmware_config" / "halls"
FILE = Path(__file__).parent / "golden_papers.txt"
ISSUED = "2026-03-05 09:31"
MANNERS = (("80", False), ("58", False), ("58", True))


@dataclass(frozen=True)
class Case:
    """One paper. ``kind`` is ``ticket``, ``booking`` (of an employer, for several services), ``unserved`` (no counter
    is open for it yet) or ``notice``."""

    hall: str
    service: str
    kind: str
    language: str
    width: str
    large: bool

    @property
    def name(self) -> str:
        size = " large" if self.large else ""
        return f"{self.hall} {self.service} {self.kind} {self.language} {self.width}{size}"

    @property
    def profile(self) -> PrinterProfile:
        return profile_of("generic", self.width)

    @property
    def slip(self) -> Slip:
        """The numbers differ from service to service, so that a picture of another ticket cannot pass."""
        hall = hall_of(self.hall)
        place = list(hall.services).index(self.service)
        service = hall.services[self.service]
        number = printed(hall.series[service.series], place * 29 % 900 + 7)
        counters = tuple(one.name for one in hall.counters.values() if self.service in one.services)
        qr = f"https://hall.example/t/{self.service}"
        slip = Slip(number, self.service, service.names, place, (place, place + 10), counters, qr)
        if self.kind == "unserved":
            return replace(slip, wait_min=None)
        return replace(slip, booked="in_time", booked_for="10:00", more=2) if self.kind == "booking" else slip

    def made(self, make: str = "generic") -> Printout:
        """The print job for that make of printer."""
        hall = hall_of(self.hall)
        if self.kind == "notice":
            slip = papers_of(hall, self.service, ISSUED, self.language, self.large, languages=languages(self.hall))
            lines = notice_lines(slip)
        else:
            order = Order("ticket-0001", self.service, language=self.language, large=self.large)
            lines = ticket_lines(paper_of(hall, order, self.slip, ISSUED, languages=languages(self.hall)), self.profile)
        return printout(lines, profile_of(make, self.width), paint_line, paint_qr)


@cache
def hall_of(name: str) -> Hall:
    return parse_hall((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def languages(name: str) -> tuple[Language, ...]:
    """Of a hall, its own beside Chinese and English. What is printed as pictures is not in the golden file."""
    offered, refused = languages_of(hall_of(name), FOLDER)
    assert not refused
    return offered


def cases() -> Iterator[Case]:
    """All of them."""
    for name in HALLS:
        for service in hall_of(name).services:
            for language in (language.key for language in languages(name)):
                for width, large in MANNERS:
                    yield Case(name, service, "ticket", language, width, large)
                yield Case(name, service, "notice", language, "80", False)
        yield from of_one_service(name)


def of_one_service(hall: str) -> Iterator[Case]:
    """Bookings, and tickets for which no counter is open: they differ from other tickets in a line or two."""
    service = next(iter(hall_of(hall).services))
    for kind in ("booking", "unserved"):
        for language in (language.key for language in languages(hall)):
            for width, large in MANNERS:
                yield Case(hall, service, kind, language, width, large)


def written(texts: dict[str, str]) -> str:
    """The golden file."""
    return "".join(f"== {name}\n{text}" for name, text in texts.items())


def read_golden() -> dict[str, str]:
    """Name of the paper -> its text as npos read it."""
    parts = FILE.read_text(encoding="utf-8").split("== ")[1:]
    return {name: text for name, _, text in (part.partition("\n") for part in parts)}


def as_npos_reads() -> dict[str, str]:
    """What the code makes now, by a decoder that others wrote."""
    made = {case.name: case.made().data for case in cases()}
    readings = npos_readings(list(made.values()))
    return {name: tidy(reading["text"]) for name, reading in zip(made, readings, strict=True)}


def tidy(text: str) -> str:
    """Without blanks at the ends of lines, which nobody sees."""
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines() if line.strip())


if __name__ == "__main__":
    FILE.write_text(written(as_npos_reads()), encoding="utf-8")
