"""A foreign eye on every board: tesseract reads random states in the places that docs/boards.md promises.

The places come from the document and never from a drawing, or the judge would agree with a fault. Nothing is corrected
after reading: what tesseract says is compared with what was called.

    python -m tests.display.reading [STATES A LAYOUT]     (script/board-proof sets everything up first)
"""

from __future__ import annotations

import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec
import pygame
from PIL import Image, ImageOps

from broker.model import views as v
from broker.model.words import CounterStatus, TicketStatus
from broker.runtime.canvas.ops import Op
from broker.runtime.canvas.screen import VirtualScreen
from broker.runtime.newest import Position
from display import gallery_hall as g
from display.board import BoardMind
from display.facts import Facts
from display.layout import Layout, fit_shape, shape_of
from display.layouts import draw_board, room_of
from display.sign import SignMind
from display.sign_view import sign_ops
from tests.display.pictures import shared_fonts

DOCUMENT = Path(__file__).parents[2] / "docs" / "boards.md"
LETTERS = "ABCDEFGHJKLMNPRUVXY"
"""The letters of the random tickets. A hall may also have Q, S, T, W and Z (not I and O); tesseract takes a 0 for Q, a
7 for T, a 2 for Z now and then, and leaves out an S before a digit, however it is drawn."""
DIGITS = "0123456789"
LOOKS_PX = (36, 32, 48)
"""Heights at which a text is shown to tesseract: 36 px is what its model was made for; what it does not read as it
should at the first look it sees again, a little smaller, then a little larger."""
BORDER_PX = 12
Box = tuple[int, int, int, int]
Size = tuple[int, int]


@dataclass(frozen=True)
class Region:
    """Where something stands on a board, as often as it is repeated."""

    board: str
    what: str
    boxes: tuple[Box, ...]


@dataclass(frozen=True)
class Wish:
    """What is to be read in a box: `words`, made of `allowed` characters."""

    box: Box
    words: str
    allowed: str


@dataclass(frozen=True)
class Misread:
    """What was to be read, and what was."""

    board: str
    what: str
    wanted: str
    read: str


def regions() -> tuple[Region, ...]:
    """The table of docs/boards.md."""
    found = []
    for line in DOCUMENT.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 5 and re.fullmatch(r"\d+, \d+, \d+, \d+", cells[2]):
            left, top, width, height = (int(number) for number in cells[2].split(", "))
            across, down = _repeated(cells[3]), _repeated(cells[4])
            boxes = tuple(
                (left + round(column * across[1]), top + round(row * down[1]), width, height)
                for row in range(down[0])
                for column in range(across[0])
            )
            found.append(Region(cells[0], cells[1], boxes))
    return tuple(found)


def _repeated(cell: str) -> tuple[int, float]:
    """`5 x 90.4`: how often, and how far apart."""
    count, _, step = cell.partition(" x ")
    return int(count), float(step or 0)


@cache
def boxes_of(board: str, what: str) -> tuple[Box, ...]:
    return next(region.boxes for region in regions() if (region.board, region.what) == (board, what))


# --- Random states ----------------------------------------------------------------------------------------------------


class Chance:
    """Numbers and counters of a random moment."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def tickets(self, count: int) -> list[str]:
        numbers = self._random.sample(range(1, 10_000), count)
        return [f"{self._random.choice(LETTERS)}{number:04d}" for number in numbers]

    def counters(self, count: int, most: int = 128) -> list[str]:
        return [str(number) for number in self._random.sample(range(1, most + 1), count)]

    def number(self, least: int, most: int) -> int:
        return self._random.randint(least, most)

    def call(self, number: str, counter: str, service: v.Names | None = None) -> v.Call:
        return g.make_call(number, counter, service or self._random.choice(list(g.SERVICES.values())), 2)


def called(board: str, chance: Chance) -> tuple[v.BoardView, list[Wish]]:
    """Six calls, one of them large."""
    tickets, counters = chance.tickets(6), chance.counters(6)
    calls = tuple(chance.call(number, counter) for number, counter in zip(tickets, counters, strict=True))
    wishes = [
        *_wishes(board, "called number", tickets[:1], LETTERS + DIGITS),
        *_wishes(board, "recent numbers", tickets[1:], LETTERS + DIGITS),
        *_wishes(board, "called counter", counters[:1], DIGITS),
        *_wishes(board, "recent counters", counters[1:], DIGITS),
    ]
    return msgspec.structs.replace(g.BOARD, calls=calls), wishes


def overview(board: str, chance: Chance) -> tuple[v.BoardView, list[Wish]]:
    """Twelve counters, each with a ticket."""
    tickets, counters = chance.tickets(12), chance.counters(12)
    lines = tuple(
        v.CounterLine(
            counter=f"c{name}", name=name, status=CounterStatus.OPEN, number=number,
            ticket_status=TicketStatus.SERVING if chance.number(0, 2) else TicketStatus.CALLED,
        ) for name, number in zip(counters, tickets, strict=True)
    )  # fmt: skip
    wishes = _wishes(board, "tickets", tickets, LETTERS + DIGITS) + _wishes(board, "counters", counters, DIGITS)
    return msgspec.structs.replace(g.BOARD, counters=lines, calls=()), wishes


def services(board: str, chance: Chance) -> tuple[v.BoardView, list[Wish]]:
    """Five services, each with its last call."""
    tickets, counters, names = chance.tickets(5), chance.counters(5), list(g.SERVICES.items())[:5]
    waiting = [chance.number(1, 250) for _ in names]
    lines = tuple(
        msgspec.structs.replace(g.make_line(key, count, (10, 20)), counters=(counter,))
        for (key, _), count, counter in zip(names, waiting, counters, strict=True)
    )
    calls = tuple(
        chance.call(number, counter, service)
        for (_, service), number, counter in zip(names, tickets, counters, strict=True)
    )
    wishes = _wishes(board, "last calls", tickets, LETTERS + DIGITS)
    wishes += _wishes(board, "their counters", counters, DIGITS)
    if any(region.board == board and region.what == "people waiting" for region in regions()):
        wishes += _wishes(board, "people waiting", [str(count) for count in waiting], DIGITS)
    return msgspec.structs.replace(g.BOARD, services=lines, calls=calls), wishes


def entrance(board: str, chance: Chance) -> tuple[v.BoardView, list[Wish]]:
    """Services without a ticket number: the wait of each, and where to go."""
    count = len(boxes_of(board, "waits"))
    counters = chance.counters(count, most=99)
    lows = [chance.number(2, 17) * 5 for _ in range(count)]
    lines = tuple(
        msgspec.structs.replace(
            g.make_line(key, chance.number(1, 99), (low, low + 10)), counters=(counter,)
        ) for key, low, counter in zip(list(g.SERVICES)[:count], lows, counters, strict=True)
    )  # fmt: skip
    waits = [f"{low}-{low + 10}" for low in lows]
    wishes = _wishes(board, "waits", waits, DIGITS + "-") + _wishes(board, "first counters", counters, DIGITS)
    return msgspec.structs.replace(g.BOARD, services=lines, calls=()), wishes


def staff(board: str, chance: Chance) -> tuple[v.BoardView, list[Wish]]:
    """Twelve people by their staff numbers."""
    counters, people = chance.counters(12, most=99), [f"{chance.number(0, 999):03d}" for _ in range(12)]
    lines = tuple(
        v.CounterLine(
            counter=f"c{name}", name=name, status=CounterStatus.OPEN, staff_number=person, stars=4.8
        ) for name, person in zip(counters, people, strict=True)
    )  # fmt: skip
    wishes = _wishes(board, "staff numbers", people, DIGITS) + _wishes(board, "counters", counters, DIGITS)
    return msgspec.structs.replace(g.BOARD, counters=lines, calls=()), wishes


def _wishes(board: str, what: str, words: list[str], allowed: str) -> list[Wish]:
    return [Wish(box, word, allowed) for box, word in zip(boxes_of(board, what), words, strict=True)]


BOARDS: dict[str, tuple[Layout, Size, Callable[[str, Chance], tuple[v.BoardView, list[Wish]]]]] = {
    "landscape 1920x1080": ("landscape", (1920, 1080), called),
    "portrait 1080x1920": ("portrait", (1080, 1920), called),
    "overview 1920x1080": ("overview", (1920, 1080), overview),
    "overview 1080x1920": ("overview", (1080, 1920), overview),
    "services 1920x1080": ("services", (1920, 1080), services),
    "services 1080x1920": ("services", (1080, 1920), services),
    "entrance 1920x1080": ("entrance", (1920, 1080), entrance),
    "entrance 1080x1920": ("entrance", (1080, 1920), entrance),
    "staff 1920x1080": ("staff", (1920, 1080), staff),
    "staff 1080x1920": ("staff", (1080, 1920), staff),
}
SIGNS = ("sign 1280x400, calling", "sign 1280x400, serving")
SIGN_SIZE = (1280, 400)
EVERY_BOARD = (*BOARDS, *SIGNS)


def board_state(board: str, chance: Chance) -> tuple[tuple[Op, ...], Size, list[Wish]]:
    """One random moment of a board: its drawing, and what is to be read where."""
    if board in SIGNS:
        return _sign_state(board, chance)
    layout, size, make = BOARDS[board]
    view, wishes = make(board, chance)
    fitted = fit_shape(shape_of(layout, size), size)
    mind = BoardMind(g.HALL, room_of(fitted, layout))
    mind.heard(100.0, g.NOW_MS)
    mind.take(view, Position(1, 1), 100.0)
    return draw_board(mind.look(100.0, g.NOON), layout, fitted, g.ZONE, Facts()), size, wishes


def _sign_state(board: str, chance: Chance) -> tuple[tuple[Op, ...], Size, list[Wish]]:
    number, counter = chance.tickets(1), chance.counters(1)
    status = TicketStatus.CALLED if board.endswith("calling") else TicketStatus.SERVING
    view = msgspec.structs.replace(g.COUNTER, name=counter[0], ticket=g.make_ticket(number[0], status))
    mind = SignMind(counter[0])
    mind.heard(100.0, g.NOW_MS)
    mind.take(view, Position(1, 1), 100.0)
    wishes = _wishes(board, "number", number, LETTERS + DIGITS)
    wishes += _wishes("sign 1280x400", "counter", counter, DIGITS)
    return sign_ops(mind.look(100.0, g.NOW_MS), fit_shape("sign", SIGN_SIZE), g.ZONE), SIGN_SIZE, wishes


# --- Reading ----------------------------------------------------------------------------------------------------------


def inked(picture: Image.Image, box: Box) -> Image.Image:
    """What stands in a box, dark on light, without the ground around it."""
    left, top, width, height = box
    crop = picture.crop((left, top, left + width, top + height)).convert("L")
    if sum(crop.histogram()[:128]) > crop.width * crop.height / 2:
        crop = ImageOps.invert(crop)
    crop = ImageOps.autocontrast(crop)
    ink = ImageOps.invert(crop).point(lambda value: 255 if value > 96 else 0).getbbox()
    return crop.crop(ink) if ink else crop


def sized(crop: Image.Image, height: int) -> Image.Image:
    """The same at a height in px, in a white border."""
    crop = crop.resize((max(1, crop.width * height // crop.height), height), Image.Resampling.LANCZOS)
    return ImageOps.expand(crop, BORDER_PX, 255)


def read_all(crops: list[Image.Image], allowed: str) -> list[str]:
    """What tesseract reads in each crop, as one line each; it is started once for all of them."""
    with tempfile.TemporaryDirectory() as folder:
        names = []
        for number, crop in enumerate(crops):
            names.append(str(Path(folder) / f"{number}.png"))
            crop.save(names[-1])
        index = Path(folder) / "list.txt"
        index.write_text("\n".join(names), encoding="utf-8")
        done = subprocess.run(
            ["tesseract", str(index), "stdout", "-l", "eng", "--psm", "7",
             "-c", f"tessedit_char_whitelist={allowed}"],
            capture_output=True, timeout=30 + 2 * len(crops), check=True,
            env={"OMP_THREAD_LIMIT": "1", "PATH": "/usr/local/bin:/usr/bin:/bin"},
        )  # fmt: skip
    pages = done.stdout.decode().split("\f")[: len(crops)]
    assert len(pages) == len(crops), f"{len(pages)} pages of {len(crops)}"
    return ["".join(page.split()) for page in pages]


def what_stands_at(board: str, box: Box) -> str:
    return next(
        region.what for region in regions() if board.startswith(region.board) and box in region.boxes
    )  # fmt: skip


@dataclass(frozen=True)
class Verdict:
    """Over random states of a board: texts read, those that took more than one look, those read wrongly even so."""

    board: str
    states: int
    texts: int
    second_looks: int
    wrong: tuple[Misread, ...]


def judge(board: str, states: int, seed: int = 1) -> Verdict:
    """Draw random states of a board and have them read."""
    left = list(_asked(board, states, seed))
    texts, second_looks = len(left), 0
    wrong: tuple[Misread, ...] = ()
    for number, height in enumerate(LOOKS_PX):
        second_looks += len(left) if number == 1 else 0
        found = list(zip(left, _read(left, height), strict=True))
        left = [asked for asked, read in found if read != asked[0].words]
        wrong = tuple(
            Misread(board, what_stands_at(board, wish.box), wish.words, read)
            for (wish, _), read in found if read != wish.words
        )  # fmt: skip
    return Verdict(board, states, texts, second_looks, wrong)


def _asked(board: str, states: int, seed: int) -> Iterator[tuple[Wish, Image.Image]]:
    """Every text of so many states, with what stands in its place."""
    screen: VirtualScreen | None = None
    for state in range(states):
        ops, size, wishes = board_state(board, Chance(seed * 100_003 + state))
        if screen is None:
            screen = VirtualScreen(size, shared_fonts())
            screen.start()
        screen.show(ops)
        assert not screen.failed
        picture = Image.frombytes("RGB", size, pygame.image.tobytes(screen.surface, "RGB"))
        yield from ((wish, inked(picture, wish.box)) for wish in wishes)


def _read(asked: list[tuple[Wish, Image.Image]], height: int) -> list[str]:
    """What tesseract reads in each place, shown `height` px high."""
    read = [""] * len(asked)
    for allowed in dict.fromkeys(wish.allowed for wish, _ in asked):
        places = [place for place, (wish, _) in enumerate(asked) if wish.allowed == allowed]
        words = read_all([sized(asked[place][1], height) for place in places], allowed)
        for place, word in zip(places, words, strict=True):
            read[place] = word
    return read


def report(states: int) -> Iterator[str]:
    """One line a board, and each text that was read wrongly; the last line is about all."""
    verdicts = []
    for board in EVERY_BOARD:
        began_s = time.monotonic()
        found = judge(board, states)
        verdicts.append(found)
        took_s = time.monotonic() - began_s
        yield f"{board}: {_told(found.texts, found.second_looks, len(found.wrong))}, {states} states, {took_s:.0f} s"
        yield from (f"    {wrong.what}: {wrong.wanted} was read as {wrong.read!r}" for wrong in found.wrong)
    sums = [sum(column) for column in zip(*((v.texts, v.second_looks, len(v.wrong)) for v in verdicts), strict=True)]
    yield f"all boards: {_told(*sums)}"


def _told(texts: int, second_looks: int, wrong: int) -> str:
    return f"{texts} texts, {second_looks} at another look, {wrong} read wrongly"


def main() -> int:
    """Read every board; 1 when anything was read wrongly."""
    line = ""
    for line in report(int(sys.argv[1]) if len(sys.argv) > 1 else 200):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
    return 0 if line.endswith(" 0 read wrongly") else 1


if __name__ == "__main__":
    sys.exit(main())
