"""A visitor's mouse in real windows of a whole hall: every click goes through an X server, and what the X server shows
is what the program thinks it shows. No finger: xdotool cannot touch; touches are posted in ``runtime/canvas``."""

import io
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from broker.model import commands as c
from broker.model import events as e
from broker.model.views import KioskView
from broker.model.words import Holding, TicketStatus
from broker.runtime.node_mosquitto import find_mosquitto
from kiosk import flow
from kiosk.events import Touched
from kiosk.menu import Circumstances, Menu, menu_of
from kiosk.screens.frame import Surroundings
from kiosk.screens.view import view
from kiosk.visit import Scene, Step, Visit, tells_of_the_visitor
from tests.bench.node import Client
from tests.desktop import MISSING, click, differing_pixels, seen, x_server
from tests.system.halls import small_hall
from tests.system.town import Town
from tests.system.truth import truth

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}"),
]
KIOSK_PX, BOARD_PX = (1080, 1920), (1280, 720)
PRIORITY = """
[priority.elderly]
names = { zh = "老年人", en = "Aged 60 or over" }
factor = 0.4
[priority.appointment]
names = { zh = "预约", en = "Appointment" }
factor = 0.3
"""
SETTLED_S = 0.45
"""A second click in the same place this soon is taken for a trembling finger."""
SAME_WITHIN_S = 60.0


class Visitor:
    """Clicks where the pure picture has a target; the pure flow says which picture comes next."""

    def __init__(self, town: Town, desktop: dict[str, str], folder: Path) -> None:
        self.town, self.desktop, self.folder = town, desktop, folder
        self.visit = Visit()
        self.day = truth(town.hall, town.database).state.day

    def menu(self) -> Menu:
        shown = self.town.watcher.view("kiosk", "kiosk-1")
        assert isinstance(shown, KioskView)
        return menu_of(self.town.hall, "kiosk-1", shown, Circumstances(heard=True, day=self.day))

    def touch(self, *targets: str) -> None:
        for target in targets:
            menu = self.menu()
            around = Surroundings(
                KIOSK_PX, "10:00", None, self.town.hall.kiosks["kiosk-1"].names, letters=self.letters, phone="12333"
            )
            ops = view(self.visit, menu, around)
            places = [op.rect for op in ops if op.target == target]
            assert places, f"no {target} at {self.visit.step}: {sorted({op.target for op in ops if op.target})}"
            time.sleep(SETTLED_S)
            click(self.desktop, places[0].centre_x, places[0].centre_y)
            scene = Scene(menu, time.monotonic(), "a-ticket")
            at = (places[0].centre_x, places[0].centre_y)
            self.visit, _ = flow.step(replace(self.visit, entered_s=0.0), Touched(target, at), scene)
            self.visit = replace(self.visit, touched_s=scene.now_s)

    @property
    def letters(self) -> tuple[str, ...]:
        return tuple(sorted({series.letter for series in self.town.hall.series.values()}))

    def await_event(self, kind: type, count: int = 1) -> e.Event:
        """The ``count``-th of a kind, by the journal on disk."""

        def found() -> list[e.Event]:
            events = [event for event in truth(self.town.hall, self.town.database).events if isinstance(event, kind)]
            return events if len(events) >= count else []

        return self.town.watcher.await_that(found, f"{count} {kind.__name__} in the journal")[count - 1]

    def leave(self) -> None:
        """As whoever has what he came for, or walks away; the kiosk is asked for nothing else."""
        self.visit = replace(self.visit, step=Step.NOTE) if self.visit.step is Step.CHECKING else self.visit
        self.touch("done")
        assert self.visit.step is Step.HOME

    def sees_what_the_program_shows(self, device: str = "kiosk-1") -> None:
        if device == "kiosk-1" and tells_of_the_visitor(self.visit):
            nobody_else_sees(self.town, device)
        else:
            same_on_both(self.town, device, self.desktop, self.folder)


def nobody_else_sees(town: Town, device: str) -> None:
    """What a real screen shows about its visitor is sent to nobody."""
    time.sleep(1.0)
    before = list(town.watcher.pictures[device, "screen"])
    town.watcher.ask_pictures(device)
    time.sleep(1.0)
    assert list(town.watcher.pictures[device, "screen"]) == before


def same_on_both(town: Town, device: str, desktop: dict[str, str], folder: Path) -> None:
    """Not one pixel differs between the program's own picture and the X server's."""
    town.watcher.ask_pictures("kiosk-1", "board-1")
    deadline_s, different = time.monotonic() + SAME_WITHIN_S, -1
    while different and time.monotonic() < deadline_s:
        pictures = town.watcher.pictures[device, "screen"]
        if pictures:
            different = differing_pixels(Image.open(io.BytesIO(pictures[-1])).convert("RGB"), seen(desktop, folder))
        time.sleep(0.1)
    assert different == 0, f"{different} pixels differ on {device}"


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Town, dict[str, str], dict[str, str]]]:
    if find_mosquitto(dict(os.environ)) is None:
        pytest.skip("mosquitto is not installed")
    file = small_hall(tmp_path_factory.mktemp("clicks"))
    text = file.path.read_text(encoding="utf-8")
    for old, new in (
        ("virtual://screen?size=720x1280", f"window://0?size={KIOSK_PX[0]}x{KIOSK_PX[1]}"),
        ("virtual://screen?size=1280x720", f"window://0?size={BOARD_PX[0]}x{BOARD_PX[1]}"),
    ):
        assert old in text
        text = text.replace(old, new, 1)
    file.path.write_text(text + PRIORITY, encoding="utf-8")
    with x_server(*KIOSK_PX) as for_kiosk, x_server(*BOARD_PX) as for_board:
        desktops = {"kiosk-1": for_kiosk, "board-1": for_board}
        town = Town(
            file,
            wanted=lambda program: program.name in ("server", "kiosk-1", "board-1"),
            own=lambda program: desktops.get(program.name, {}),
        )
        with town:
            yield town, for_kiosk, for_board


@pytest.fixture
def visitor(hall: tuple[Town, dict[str, str], dict[str, str]], tmp_path: Path) -> Visitor:
    town, for_kiosk, _ = hall
    town.watcher.await_that(lambda: town.watcher.view("kiosk", "kiosk-1"), "the kiosk's view")
    town.watcher.await_that(lambda: printer_ok(town), "the printer's first answer")
    return Visitor(town, for_kiosk, tmp_path)


def printer_ok(town: Town) -> bool:
    health = town.watcher.health.get("kiosk-1")
    return health is not None and health.parts["printer"] == "ok" and health.parts["issuing"] == "ready"


@pytest.fixture
def office(hall: tuple[Town, dict[str, str], dict[str, str]]) -> Iterator[Callable[..., None]]:
    town = hall[0]
    client = Client(town.hall.hall.id, town.url).start()
    yield client.ask
    client.stop()


def test_with_large_letters_somebody_elderly_takes_a_number_of_the_priority_line(visitor: Visitor) -> None:
    visitor.sees_what_the_program_shows()
    visitor.touch("larger")
    visitor.sees_what_the_program_shows()
    visitor.touch("service/pension", "claim", "class/elderly")
    visitor.sees_what_the_program_shows()
    visitor.touch("take")
    reserved = visitor.await_event(e.TicketReserved)
    assert (reserved.service, reserved.priority, reserved.large, reserved.language) == (
        "pension",
        "elderly",
        True,
        "zh",
    )
    assert visitor.await_event(e.TicketConfirmed).holding is Holding.PAPER
    visitor.sees_what_the_program_shows()
    given(visitor, reserved.number)
    visitor.leave()
    visitor.sees_what_the_program_shows()


def test_in_english_a_number_is_taken_the_help_called_and_the_lost_place_found_again(
    visitor: Visitor, office: Callable[..., None]
) -> None:
    visitor.touch("language", "service/card")
    if visitor.visit.step is Step.DETAIL:
        visitor.sees_what_the_program_shows()
        visitor.touch("take")
    reserved = visitor.await_event(e.TicketReported)  # of a series that is the kiosk's alone
    assert (reserved.service, reserved.language) == ("card", "en")
    given(visitor, reserved.number)
    visitor.leave()

    visitor.touch("help")
    visitor.await_event(e.HelpWanted)
    visitor.sees_what_the_program_shows()
    visitor.touch("back")

    office(c.OpenCounter(counter="c1"), c.CallNumber(counter="c1", number=reserved.number, reason="特呼"))
    office(c.MarkNoShow(counter="c1"))
    visitor.touch("missed", *(f"key/{sign}" for sign in reserved.number))
    visitor.sees_what_the_program_shows()
    visitor.touch("send")
    visitor.await_event(e.TicketReturned)
    found = truth(visitor.town.hall, visitor.town.database).state.find(reserved.number)
    assert found is not None
    assert found.status is TicketStatus.WAITING
    visitor.visit = replace(visitor.visit, step=Step.NOTE) if visitor.visit.step is Step.CHECKING else visitor.visit
    visitor.touch("back")  # the next visitor begins at the beginning


def test_the_code_of_an_appointment_is_typed_key_by_key_and_gives_a_number_that_goes_first(
    visitor: Visitor, office: Callable[..., None]
) -> None:
    now_ms = visitor.town.clock.now_ms()
    office(c.BookAppointment(appointment="booked-0001", code="40718253", service="pension", at_ms=now_ms))
    visitor.await_event(e.AppointmentBooked)
    visitor.touch("check_in", "key/9", "erase")
    visitor.touch(*(f"key/{sign}" for sign in "40718253"))
    assert visitor.visit.typed == "40718253"
    visitor.sees_what_the_program_shows()  # a code is nobody else's business
    visitor.touch("send")
    visitor.town.watcher.await_that(lambda: checked_in(visitor.town), "a ticket for the appointment")
    ticket = checked_in(visitor.town)
    assert ticket is not None
    assert (ticket.service, ticket.priority) == ("pension", "appointment")
    confirmed = visitor.town.watcher.await_that(lambda: on_paper(visitor.town, ticket.ticket), "its paper")
    assert confirmed.holding is Holding.PAPER
    given(visitor, ticket.number)
    visitor.leave()


def checked_in(town: Town) -> e.TicketReserved | None:
    events = truth(town.hall, town.database).events
    found = (one for one in events if isinstance(one, e.TicketReserved) and one.appointment == "booked-0001")
    return next(found, None)


def on_paper(town: Town, ticket: str) -> e.TicketConfirmed | None:
    events = truth(town.hall, town.database).events
    return next((one for one in events if isinstance(one, e.TicketConfirmed) and one.ticket == ticket), None)


def test_the_board_shows_a_call_and_the_x_server_every_pixel_of_it(
    hall: tuple[Town, dict[str, str], dict[str, str]], office: Callable[..., None], tmp_path: Path
) -> None:
    town, _, for_board = hall
    office(c.IssueTicket(ticket="from-elsewhere", service="pension"), c.ConfirmTicket(ticket="from-elsewhere"))
    same_on_both(town, "board-1", for_board, tmp_path)
    before = seen(for_board, tmp_path)
    office(c.OpenCounter(counter="c2"), c.CallNext(counter="c2"))
    time.sleep(4.0)  # the ring has ended its pulses and stands still
    same_on_both(town, "board-1", for_board, tmp_path)
    assert differing_pixels(before, seen(for_board, tmp_path)) > BOARD_PX[0] * BOARD_PX[1] // 20


def given(visitor: Visitor, number: str) -> None:
    """The ticket's screen is up: from here the visitor goes on from it."""
    from kiosk.ticket import Slip

    names = visitor.town.hall.services["card"].names
    slip = Slip(number, "card", names, 0, (0, 5), (), "", (), 0)
    visitor.visit = replace(visitor.visit, step=Step.TICKET, slip=slip, printed=True, entered_s=0.0)
    time.sleep(1.0)
