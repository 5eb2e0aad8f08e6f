"""Any order of touches, answers, views, restarts and new days: the engine never counts one number twice in a day."""

import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from broker.contract.codec import decode
from broker.model.commands import AnyCommand, ReportTicket
from kiosk.errors import NumbersExhausted
from kiosk.ticket import Order
from tests.kiosk.ledger_rig import Rig
from tests.kiosk.small_hall import parsed

HALL = parsed(last=40)
MEMORY = Path("/dev/shm")  # a disk without a disk's delays: the order of things is tested, not their durability
WORDS = "take take take take count count count count reply reply reply draw show show newday restart"
HAPPENINGS = st.lists(st.sampled_from(WORDS.split()), max_size=60)


@dataclass
class CountingEngine:
    """Counts reports in order of the outbox; its answers and views reach the kiosk when the test says so."""

    day: int = 1
    as_of: int = 0
    counted: dict[int, dict[str, str]] = field(default_factory=lambda: {1: {}})
    known: set[str] = field(default_factory=set)
    replies: list[tuple[int, str, int]] = field(default_factory=list)
    drawn: list[tuple[str, dict[str, int], int]] = field(default_factory=list)
    shown_as_of: int = -1

    @property
    def date(self) -> str:
        return f"2026-03-{self.day:02d}"

    def count(self, seq: int, id: str, command: object) -> None:
        if id in self.known:
            return
        self.known.add(id)
        self.as_of += 1
        if isinstance(command, ReportTicket):
            today = self.counted[self.day]
            assert command.number not in today, f"{command.number} came twice on day {self.day}"
            today[command.number] = command.ticket
        self.replies.append((seq, id, self.as_of))

    def draw(self) -> None:
        numbers = [int(number[1:]) for number in self.counted[self.day]]
        self.drawn.append((self.date, {"a": max(numbers, default=0)}, self.as_of))

    def begin_day(self) -> None:
        self.day += 1
        self.as_of += 1
        self.counted[self.day] = {}
        self.draw()


@settings(max_examples=120, deadline=None)
@given(happenings=HAPPENINGS)
@example(happenings=["take", "newday", "count", "reply", "show", "take"])
@example(happenings=["take", "newday", "show", "take", "count", "reply", "count"])
@example(happenings=["take", "count", "newday", "show", "reply", "take", "restart", "take"])
def test_no_number_is_counted_twice_in_a_day_whatever_the_order(happenings: list[str]):
    folder = Path(tempfile.mkdtemp(dir=MEMORY if MEMORY.is_dir() else None))
    try:
        run(Rig(folder, HALL), happenings)
    finally:
        shutil.rmtree(folder)


def run(rig: Rig, happenings: list[str]) -> None:
    engine = CountingEngine()
    rig.ledger.learn(engine.date, {}, 0)
    given_numbers: list[str] = []
    for happening in happenings:
        match happening:
            case "take":
                take(rig, given_numbers)
            case "count":
                count_next(rig, engine)
            case "reply":
                reply_next(rig, engine)
            case "draw":
                engine.draw()
            case "show":
                show_next(rig, engine)
            case "newday":
                engine.begin_day()
            case "restart":
                rig.restart()
    while count_next(rig, engine):
        pass
    counted = sum(len(numbers) for numbers in engine.counted.values())
    assert counted == len(given_numbers), "every paper is known to the engine in the end"
    rig.power_off()


def take(rig: Rig, given_numbers: list[str]) -> None:
    try:
        given_numbers.append(rig.ledger.take_own_number(Order(f"ticket-{len(given_numbers):04d}", "pension"), "a"))
    except NumbersExhausted:
        assert rig.ledger.left("a") == 0


def count_next(rig: Rig, engine: CountingEngine) -> bool:
    rows = rig.connection.execute("SELECT seq, id, payload FROM outbox ORDER BY seq").fetchall()
    for seq, id, payload in rows:
        if id not in engine.known:
            engine.count(seq, id, decode(payload, AnyCommand))  # type: ignore[arg-type]
            return True
    return False


def reply_next(rig: Rig, engine: CountingEngine) -> None:
    if engine.replies:
        seq, id, as_of = engine.replies.pop(0)
        if rig.outbox.answered(rig.outbox.epoch, seq, id):
            rig.ledger.settle(id.removesuffix(".report"), as_of)
            rig.outbox.pump()


def show_next(rig: Rig, engine: CountingEngine) -> None:
    """Views come in order; the kiosk drops what is older than the last."""
    if engine.drawn:
        date, highest, as_of = engine.drawn.pop(0)
        if as_of >= engine.shown_as_of:
            engine.shown_as_of = as_of
            rig.ledger.learn(date, highest, as_of)
