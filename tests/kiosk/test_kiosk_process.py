"""The real program on a real broker: what a visitor touches comes out as paper, and no power cut loses it."""

import io
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from broker.model.commands import ConfirmTicket, IssueTicket, PauseIssuing, ReportTicket, ResumeIssuing, ReturnTicket
from broker.model.hall import Hall
from broker.model.hall_file import parse_hall
from broker.model.refusals import QuotaUsedUp
from broker.model.words import Holding
from broker.runtime.canvas.theme import AMBER
from kiosk.menu import Circumstances, menu_of
from kiosk.screens.frame import Surroundings
from kiosk.screens.view import view
from kiosk.visit import Step, Visit
from tests.desktop import MISSING, click, x_server
from tests.kiosk.kiosk_rig import DAY, KioskProcess, TinyEngine, running_kiosk, view_of
from tests.kiosk.small_hall import BUTTONS, small_hall
from tests.runtime.mqtt_rig import running_node

pytestmark = pytest.mark.system

ONE = small_hall(more=BUTTONS)
TWO = small_hall("kiosk-1", "kiosk-2")


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_node("mosquitto", tmp_path_factory.mktemp("mqtt")) as node:
        yield node.url


@pytest.fixture
def alone(url: str, tmp_path: Path) -> Iterator[tuple[TinyEngine, KioskProcess]]:
    yield from _running(url, tmp_path, ONE)


@pytest.fixture
def one_of_two(url: str, tmp_path: Path) -> Iterator[tuple[TinyEngine, KioskProcess]]:
    yield from _running(url, tmp_path, TWO)


def _running(url: str, folder: Path, text: str) -> Iterator[tuple[TinyEngine, KioskProcess]]:
    engine = TinyEngine(url, parse_hall(text))
    try:
        with running_kiosk(folder, text, "kiosk-1", url) as kiosk:
            engine.turn_until(lambda: engine.panel("kiosk-1") is not None, "the kiosk's panel")
            engine.turn_until(lambda: printer_state(engine) == "ok", "the printer's first answer")
            yield engine, kiosk
    finally:
        engine.client.link.stop()


def printer_state(engine: TinyEngine) -> str:
    health = engine.health("kiosk-1")
    return "" if health is None else health.parts["printer"]


def lamps(engine: TinyEngine) -> dict[str, str]:
    panel = engine.panel("kiosk-1")
    return {} if panel is None else {part.part: part.state for part in panel.parts if part.kind == "button"}


def test_a_touch_becomes_paper_and_the_paper_is_confirmed(alone: tuple[TinyEngine, KioskProcess]):
    engine, _ = alone
    engine.watch("kiosk-1")
    take_pension(engine)
    report = engine.await_command(ReportTicket)
    confirm = engine.await_command(ConfirmTicket)
    assert (report.number, report.holding, report.service) == ("A001", Holding.MAYBE, "pension")
    assert confirm == ConfirmTicket(ticket=report.ticket, holding=Holding.PAPER)
    assert engine.await_code("kiosk-1", "paper") == f"https://hall.example/t/{report.ticket}"
    assert engine.await_code("kiosk-1", "screen") == f"https://hall.example/t/{report.ticket}"
    assert engine.commands(IssueTicket) == [], "a kiosk alone on its series never asks"


def test_one_of_two_kiosks_asks_and_prints_the_engines_number(one_of_two: tuple[TinyEngine, KioskProcess]):
    engine, _ = one_of_two
    take_pension(engine)
    asked = engine.await_command(IssueTicket)
    confirm = engine.await_command(ConfirmTicket)
    assert confirm == ConfirmTicket(ticket=asked.ticket, holding=Holding.PAPER)
    assert engine.commands(ReportTicket) == []


def test_when_the_engine_is_silent_the_own_number_is_printed_and_reported_later(
    one_of_two: tuple[TinyEngine, KioskProcess],
):
    engine, _ = one_of_two
    engine.mute = True
    engine.watch("kiosk-1")
    take_pension(engine)
    engine.await_code("kiosk-1", "paper")
    engine.mute = False
    report = engine.await_command(ReportTicket)
    assert report.number == "A800"
    assert engine.await_command(ConfirmTicket).ticket == report.ticket
    # This small engine takes what comes; which of the waiting commands it hears first after its silence is chance.
    assert engine.await_command(IssueTicket).ticket == report.ticket


def test_a_refusal_is_told_and_nothing_is_printed(one_of_two: tuple[TinyEngine, KioskProcess]):
    engine, _ = one_of_two
    engine.refuse = QuotaUsedUp(service="pension", quota=3)
    take_pension(engine)
    engine.await_command(IssueTicket)
    engine.refuse = None
    engine.turn_until(lambda: "take" not in engine.targets("kiosk-1"), "another screen")
    engine.touch("kiosk-1", "back")
    take_pension(engine)
    second = engine.await_command(IssueTicket, 2)
    assert engine.await_command(ConfirmTicket).ticket == second.ticket
    assert len(engine.commands(ConfirmTicket)) == 1


def test_without_paper_the_number_and_its_code_are_on_the_screen_and_staff_know(alone: tuple[TinyEngine, KioskProcess]):
    engine, _ = alone
    engine.hand("kiosk-1", "printer", "fault", key="paper_out")
    engine.turn_until(lambda: printer_state(engine) == "paper_out", "the alarm")
    engine.watch("kiosk-1")
    take_pension(engine)
    confirm = engine.await_command(ConfirmTicket)
    assert confirm.holding is Holding.SCREEN
    engine.await_code("kiosk-1", "screen", f"https://hall.example/t/{confirm.ticket}")
    assert lamps(engine)["stop"] == "flash"
    engine.hand("kiosk-1", "printer", "fault", key="ok")
    engine.turn_until(lambda: printer_state(engine) == "ok", "the paper")


def test_a_power_cut_after_the_touch_loses_and_repeats_no_number(alone: tuple[TinyEngine, KioskProcess]):
    engine, kiosk = alone
    engine.mute = True
    numbers: list[str] = []
    for cut_after_s in (0.0, 0.03, 0.12):
        engine.hand("kiosk-1", "company", "key", key="company")
        wait_for_ledger(kiosk, len(numbers) + 1)
        time.sleep(cut_after_s)
        engine.after_restart(kiosk)
        numbers.append("")
    engine.mute = False
    engine.await_command(ReportTicket, 3)
    reported = [command.number for command in engine.commands(ReportTicket)]
    assert reported == ["B001", "B002", "B003"]
    held = {c.ticket for c in engine.commands(ConfirmTicket)}
    assert held <= {c.ticket for c in engine.commands(ReportTicket)}
    engine.turn_until(lambda: (said := engine.health("kiosk-1")) and said.outbox_length == 0, "an empty outbox")


def wait_for_ledger(kiosk: KioskProcess, count: int) -> None:
    file = kiosk.folder / "data" / "kiosk-1" / "kiosk.db"
    until_s = time.monotonic() + 60
    while time.monotonic() < until_s:
        reader = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
        try:
            if reader.execute("SELECT count(*) FROM ticket").fetchone()[0] >= count:
                return
        finally:
            reader.close()
        time.sleep(0.01)
    raise AssertionError(f"no ticket {count} in the ledger\n{kiosk.log()}")


def test_the_staff_pause_key_pauses_here_at_once_and_tells_the_engine(alone: tuple[TinyEngine, KioskProcess]):
    engine, kiosk = alone
    engine.turn_until(lambda: lamps(engine) == {"company": "on", "stop": "off"}, "lamps of an open kiosk")
    engine.hand("kiosk-1", "buttons", "key", key="stop")
    assert engine.await_command(PauseIssuing).kiosk == "kiosk-1"
    engine.turn_until(lambda: lamps(engine) == {"company": "off", "stop": "on"}, "lamps of a paused kiosk")
    engine.after_restart(kiosk)
    engine.turn_until(lambda: (said := engine.health("kiosk-1")) and said.parts["issuing"] == "paused", "still paused")
    engine.hand("kiosk-1", "company", "key", key="company")
    time.sleep(0.5)
    engine.hand("kiosk-1", "buttons", "key", key="stop")
    engine.await_command(ResumeIssuing)
    engine.turn_until(lambda: lamps(engine).get("company") == "on", "open again")
    assert engine.commands(ReportTicket) == [], "no ticket while paused"


def test_a_missed_number_is_asked_for(alone: tuple[TinyEngine, KioskProcess]):
    engine, _ = alone
    engine.touch("kiosk-1", "missed", "key/A", "key/0", "key/4", "key/2", "send")
    assert engine.await_command(ReturnTicket) == ReturnTicket(number="A042")


def test_nonsense_from_outside_changes_nothing(alone: tuple[TinyEngine, KioskProcess]):
    engine, kiosk = alone
    for topic in (engine.topics.input("kiosk-1"), engine.topics.ask("kiosk-1"), engine.topics.reply("kiosk-1")):
        for payload in (b"", b"{}", b"[1", b"\xff\xfe", b'{"v":9}', b'{"part":"screen","kind":"touch","x":-1}'):
            engine.client.link.publish(topic, payload, qos=1)
    engine.client.link.publish(engine.topics.view("kiosk", "kiosk-1"), b"{", qos=1)
    engine.client.link.publish(engine.topics.engine(), b"null", qos=1)
    engine.hand("kiosk-1", "nowhere", "key", key="x")
    engine.hand("kiosk-1", "printer", "fault", key="explodes")
    engine.touch("kiosk-1", "service/company")
    engine.turn_until(
        lambda: bool(engine.commands(ReportTicket)) or take_company(engine), "a ticket after the nonsense"
    )
    assert kiosk.process is not None
    assert kiosk.process.poll() is None
    assert "Traceback" not in kiosk.log()


def take_company(engine: TinyEngine) -> bool:
    engine.hand("kiosk-1", "company", "key", key="company")
    time.sleep(0.3)
    return False


def take_pension(engine: TinyEngine) -> None:
    engine.touch("kiosk-1", "service/pension", "take")


def test_an_orderly_end_leaves_nothing_open(alone: tuple[TinyEngine, KioskProcess]):
    _, kiosk = alone
    assert kiosk.end() == 0
    assert "Traceback" not in kiosk.log()


# -- a real window ------------------------------------------------


@pytest.fixture
def desktop() -> Iterator[dict[str, str]]:
    """A private X server with a screen as high as a kiosk's."""
    if MISSING:
        pytest.skip(f"not installed: {', '.join(MISSING)}")
    with x_server(1080, 1920) as environment:
        yield environment


def test_a_click_in_a_real_window_becomes_paper(url: str, tmp_path: Path, desktop: dict[str, str]):
    text = small_hall(more=BUTTONS, screen="window://0?size=1080x1920")
    engine = TinyEngine(url, parse_hall(text))
    try:
        with running_kiosk(tmp_path, text, "kiosk-1", url, **desktop):
            engine.turn_until(lambda: printer_state(engine) == "ok", "the printer's first answer")
            engine.turn_until(lambda: lamps(engine).get("company") == "on", "a menu that can be clicked")
            engine.watch("kiosk-1")
            click(desktop, *middle_of(engine.hall, Visit(), "service/company"))
            take = middle_of(engine.hall, Visit(step=Step.DETAIL, service="company"), "take")
            engine.turn_until(lambda: seen_at(engine, *take) == AMBER, "the amber button")
            click(desktop, *take)
            report = engine.await_command(ReportTicket)
            assert report.service == "company"
            assert engine.await_command(ConfirmTicket).holding is Holding.PAPER
            engine.await_code("kiosk-1", "screen", f"https://hall.example/t/{report.ticket}")
            assert engine.targets("kiosk-1") == {}, "a real screen cannot be touched from outside"
    finally:
        engine.client.link.stop()


def seen_at(engine: TinyEngine, x: int, y: int) -> tuple[int, ...] | None:
    """The colour of a place on the last picture of the screen, a little above the words on it."""
    payload = engine.latest("picture", "kiosk-1", name="screen")
    if payload is None:
        return None
    picture = Image.open(io.BytesIO(payload)).convert("RGB")
    assert picture.size == (1080, 1920)
    return picture.getpixel((x, y - 70))  # type: ignore[return-value]


def middle_of(hall: Hall, visit: Visit, target: str) -> tuple[int, int]:
    """Where a target lies on a full portrait screen, by the pure picture."""
    menu = menu_of(hall, "kiosk-1", view_of(hall, "kiosk-1"), Circumstances(heard=True, day=DAY))
    around = Surroundings(size=(1080, 1920), clock="09:00", date=None, kiosk=hall.kiosks["kiosk-1"].names)
    rect = next(op.rect for op in view(visit, menu, around) if op.target == target)
    return rect.centre_x, rect.centre_y
