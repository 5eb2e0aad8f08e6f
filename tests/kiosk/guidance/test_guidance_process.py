"""The real program on a real broker: a ticket taken by virtual keys, and the sound of it on SDL's tape."""

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from broker.model.commands import ConfirmTicket, IssueTicket
from broker.model.hall_file import parse_hall
from broker.model.words import Holding
from tests.kiosk.guidance.rig import part
from tests.kiosk.kiosk_rig import KioskProcess, TinyEngine, running_kiosk
from tests.kiosk.small_hall import small_hall
from tests.runtime.mqtt_rig import running_node
from tests.runtime.speech.rig import keep_readings

pytestmark = pytest.mark.system

KIOSK = "kiosk-1"
GUIDANCE = """
[kiosks.kiosk-1.guidance]
output = "virtual://earphone?record={tape}"
plug = "virtual://pad"
next = "virtual://pad"
choose = "virtual://pad"
repeat = "virtual://pad"
louder = "virtual://pad"
"""
BETWEEN_PRESSES_S = 0.45


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_node("mosquitto", tmp_path_factory.mktemp("mqtt")) as node:
        yield node.url


@pytest.fixture
def running(url: str, tmp_path: Path) -> Iterator[tuple[TinyEngine, KioskProcess]]:
    text = small_hall("kiosk-1", "kiosk-2", more="") + GUIDANCE.format(tape=tmp_path / "tape.raw")
    engine = TinyEngine(url, parse_hall(text))
    (tmp_path / "data").mkdir(mode=0o700)
    keep_readings(tmp_path / "data" / KIOSK / "clips")
    try:
        with running_kiosk(tmp_path, text, KIOSK, url) as kiosk:
            engine.turn_until(lambda: "service/pension" in engine.targets(KIOSK), "the first screen")
            yield engine, kiosk
    finally:
        engine.client.link.stop()


def first_words(engine: TinyEngine) -> str:
    """With which words the last order began that went into the simulated earphone."""
    panel = engine.panel(KIOSK)
    return next((part.said[0] for part in panel.parts if part.kind == "speaker" and part.said), "") if panel else ""


def press(engine: TinyEngine, name: str, times: int = 1) -> None:
    """Each press is heard before the next one: a kiosk that is held up would take two at once for one."""
    for _ in range(times):
        before = first_words(engine)
        engine.hand(KIOSK, part(name), "key", key=part(name))
        until_s = time.monotonic() + BETWEEN_PRESSES_S
        engine.turn_until(
            lambda until_s=until_s, before=before: (
                time.monotonic() > until_s and first_words(engine) not in ("", before)
            ),
            f"the words after {name}",
        )


def walk_to(engine: TinyEngine, target: str) -> None:
    """The focus walks in the order in which the panel names the targets."""
    engine.turn_until(lambda: target in engine.targets(KIOSK), target)
    press(engine, "next", list(engine.targets(KIOSK)).index(target) + 1)
    engine.hand(KIOSK, part("choose"), "key", key=part("choose"))


def test_a_ticket_is_taken_by_keys_alone_and_said_into_the_earphone_only(
    running: tuple[TinyEngine, KioskProcess], tmp_path: Path
) -> None:
    engine, kiosk = running
    tape = tmp_path / "tape.raw"
    press(engine, "plug")
    engine.turn_until(lambda: (health := engine.health(KIOSK)) is not None and health.parts.get("earphone") == "ok")
    walk_to(engine, "service/pension")
    walk_to(engine, "take")
    engine.await_command(IssueTicket)
    confirmed = engine.await_command(ConfirmTicket)
    assert isinstance(confirmed, ConfirmTicket)
    assert confirmed.holding is Holding.PAPER
    until_s = time.monotonic() + 25.0
    engine.turn_until(lambda: time.monotonic() > until_s or _seconds_of_sound(tape) > 3.0)
    assert _seconds_of_sound(tape) > 3.0
    engine.hand(KIOSK, part("plug"), "key", key=part("plug"))
    engine.turn_until(lambda: not first_words(engine), "no more words")
    engine.turn_until(lambda: _is_silent_since(tape, 0.5), "silence once the plug is out")
    health = engine.health(KIOSK)
    assert health is not None
    assert {name: health.parts[name] for name in ("earphone", "voice", "guidance")} == {
        "earphone": "ok",
        "voice": "ok",
        "guidance": "ok",
    }
    assert "Traceback" not in kiosk.log()


def _seconds_of_sound(tape: Path) -> float:
    return float(np.count_nonzero(np.fromfile(tape, np.int16)) / 2 / 48_000) if tape.exists() else 0.0


def _is_silent_since(tape: Path, seconds: float) -> bool:
    last = np.fromfile(tape, np.int16)[-int(seconds * 48_000 * 2) :]
    return not last.any()
