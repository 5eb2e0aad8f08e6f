"""The halls that are measured: the shipped town hall, changed only where measuring needs it, and said so."""

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from broker.model.hall import Hall
from broker.model.outlets import services_away
from broker.runtime.hall_source import load_hall
from firmware_config.demo import HALLS
from tests.ports import free_port

KIOSK, BOARD, QUIET_BOARD, WINDOW_BOARD = "kiosk-2", "display-lobby", "display-south", "display-west"
"""Whose touches, paintings and sounds are timed."""
PAUSING = "c12"
"""The counter whose pause is timed: its pad and, for that, an evaluator's touch screen hang on the second caller."""
PAUSED_SERVICE = "fund-loan"
"""A service of that counter and of another: on its page a kiosk says which one pauses and where to go instead."""
OWN_SERVICE, ASKED_SERVICE = "own", "info-change"
"""A service whose series belongs to ``KIOSK`` alone (added to the shipped hall), and one for which it asks."""
OWN_SERIES = f'{OWN_SERVICE} = {{ letter = "W" }}'
OWN_TABLE = f"""[services.{OWN_SERVICE}]
names = {{ zh = "公积金咨询", en = "Housing Fund Questions" }}
series = "{OWN_SERVICE}"
category = "housing"
mean_minutes = 5
hidden = true
"""
BOTH_HEAR = ("c9", "c10", "c11", "c12")
"""Counters whose calls both boards announce."""


@dataclass(frozen=True)
class Halls:
    """Paths of the hall files. ``town`` is what the hall's programs read.

    ``spoken`` is read by ``BOARD`` and ``unchimed`` by ``QUIET_BOARD`` while their sounds are timed: one short reading
    in one language, so that a call is over within seconds; the second also has no chime before the words.
    ``windowed`` puts ``WINDOW_BOARD`` into a window, as on a real display.
    ``throughput`` has number ranges that some ten thousand tickets do not use up; only its broker node is run.
    """

    town: Path
    spoken: Path
    unchimed: Path
    windowed: Path
    throughput: Path
    pausing: Path
    hall: Hall


def write_halls(folder: Path) -> Halls:
    """The five files."""
    shipped = (HALLS / "town_hall.toml").read_text(encoding="utf-8")
    text = _exchanged(shipped, "port = 1883", f"port = {free_port('127.0.0.1')}")
    text = _exchanged(text, "port = 8080", f"port = {free_port('127.0.0.1')}")
    town = _town(text)
    brief = _exchanged(_exchanged(town, 'languages = ["zh", "en"]', 'languages = ["zh"]'), "repeat = 2", "repeat = 1")
    brief = _exchanged(brief, '"请{ticket}号，到{counter}号窗口"', '"请{ticket}号，{counter}"')
    unchimed = _exchanged(brief, "chime = true", "chime = false")
    west = town.index(f"[displays.{WINDOW_BOARD}]")
    windowed = town[:west] + town[west:].replace("virtual://screen?", "window://0?", 1)
    files = {"town": town, "spoken": brief, "unchimed": unchimed, "windowed": windowed, "throughput": _throughput(text)}
    files["pausing"] = _with_screen(town)
    paths = {name: folder / f"{name}.toml" for name in files}
    for catalogue in HALLS.glob("*.po"):
        shutil.copy(catalogue, folder)
    for name, path in paths.items():
        path.write_text(files[name], encoding="utf-8")
        load_hall(path)  # here, rather than in some process later
    return Halls(**paths, hall=load_hall(paths["town"]))


def _town(text: str) -> str:
    """One more service, whose series is the second kiosk's alone; that kiosk's paper moves at once."""
    start, end = text.index(f"[kiosks.{KIOSK}]"), text.index("[kiosks.kiosk-3]")
    offered = re.findall(r"^\[services\.([a-z-]+)\]", text[: text.index("[counters.c1]")], re.MULTILINE)
    away = services_away(load_hall(HALLS / "town_hall.toml"))
    services = ", ".join(f'"{key}"' for key in (*offered, OWN_SERVICE) if key not in away)
    kiosk = _exchanged(text[start:end], 'paper = "80"', f'paper = "80"\nservices = [{services}]')
    kiosk = _exchanged(kiosk, '"virtual://printer"', '"virtual://printer?speed=0"')
    changed = text[:start] + kiosk + text[end:]
    changed = _exchanged(changed, 'housing = { letter = "F" }', f'housing = {{ letter = "F" }}\n{OWN_SERIES}')
    changed = _exchanged(changed, "[counters.c1]", f"{OWN_TABLE}\n[counters.c1]")
    changed = _exchanged(changed, "medical-claim = 3, green-channel = 2 }", f"green-channel = 2, {OWN_SERVICE} = 3 }}")
    return _exchanged(changed, "recall_gap_s = 5 ", "recall_gap_s = 1 ")


def _with_screen(text: str) -> str:
    """The evaluator of ``PAUSING`` is a touch screen."""
    start = text.index("[keypads.rating-12]")
    end = text.index("\n\n", start)
    screen = f'[keypads.rating-12]\ncounter = "{PAUSING}"\ncaller = "caller-2"\naddress = "virtual://evaluator"'
    return text[:start] + screen + text[end:]


def _throughput(text: str) -> str:
    """Longer numbers, and therefore no terminals, which show three digits."""
    without = text[: text.index("[callers.caller-1]")] + text[text.index("[speech]") :]
    return re.sub(r'(letter = "[A-Z]")', r"\1, last = 9999, digits = 4", without)


def _exchanged(text: str, old: str, new: str) -> str:
    """``old`` must be there exactly once."""
    if text.count(old) != 1:
        raise ValueError(f"the shipped town hall has {text.count(old)} times {old!r}, expected once")
    return text.replace(old, new)
