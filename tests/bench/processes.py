"""What every program of the town hall weighs and how long it takes to start."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from statistics import median

from broker.model.hall import Hall
from tests.bench.calls import Clerks
from tests.bench.figures import Figure
from tests.bench.program import Program
from tests.bench.town import Town
from tests.system.people import Hands

READY_WITHIN_S = 2.0
MOST_MB = {"broker": 80.0, "kiosk": 110.0, "display": 140.0}
BARE_STARTS = 5
SPEAKING_S = 3.0


def start_figures(town: Town) -> list[Figure]:
    """From the start of the process to "ready", by its own word; each program was started alone."""
    bare_s = []
    for _ in range(BARE_STARTS):
        began_s = time.monotonic()
        subprocess.run([sys.executable, "-c", "pass"], check=True)
        bare_s.append(time.monotonic() - began_s)
    figures = [Figure("raw Python, nothing imported: start to end", median(bare_s), "s", n=BARE_STARTS)]
    for name, program in town.programs.items():
        note = f"seen from outside {program.wall_s:.2f} s"
        figures.append(Figure(f"{name}: start to ready", program.ready_s, "s", READY_WITHIN_S, note=note))
    return figures


def let_everything_work(town: Town) -> None:
    """One ticket from each kiosk, one call at each counter, so that nothing is weighed before it was ever used."""
    town.watcher.start()
    wanted = _wanted(town.hall)
    with ThreadPoolExecutor(len(wanted)) as people:
        list(people.map(lambda kiosk: _take_ticket(town, kiosk, wanted[kiosk]), wanted))
    town.watcher.stop()
    clerks = Clerks(town)
    clerks.start()
    for counter in town.hall.counters:
        clerks.call(counter)
        clerks.serve(counter)
    clerks.pump(SPEAKING_S)
    clerks.stop()


def _take_ticket(town: Town, kiosk: str, service: str) -> None:
    hands = Hands(town, f"hands-{kiosk}").await_link()  # type: ignore[arg-type]
    if hands.take_ticket(kiosk, service) is None:
        raise RuntimeError(f"{kiosk} gave no ticket")
    hands.leave(kiosk)
    hands.close()


def _wanted(hall: Hall) -> dict[str, str]:
    """Kiosk -> a service that it offers."""
    return {
        name: next(key for key, service in hall.services.items() if not service.hidden and _offers(kiosk.services, key))
        for name, kiosk in hall.kiosks.items()
    }


def _offers(services: tuple[str, ...], service: str) -> bool:
    return not services or service in services


def memory_figures(town: Town, rest_s: float) -> list[Figure]:
    """Resident memory of each process and of its children; and what they use of a processor while nobody acts."""
    before = {name: program.cpu_s() for name, program in town.programs.items()}
    time.sleep(rest_s)
    figures = []
    for name, program in town.programs.items():
        share = (program.cpu_s() - before[name]) / rest_s
        figures += _weighed(name, program, f"{share:.1%} of a processor while nobody acts")
    return figures


def _weighed(name: str, program: Program, note: str) -> list[Figure]:
    own, *children = program.weights()
    role = own.command.split(" -m ")[1].split()
    most = MOST_MB.get("" if role[:2] == ["broker", "collector"] else role[0])
    figures = [Figure(f"{name}: memory", own.rss_mb, "MB", most, note=f"highest {own.highest_mb:.0f} MB; {note}")]
    for child in children:
        figures.append(Figure(f"{name}'s {_short(child.command)}: memory", child.rss_mb, "MB"))
    return figures


def _short(command: str) -> str:
    """What a child is, without interpreter, options and paths: ``voice_worker.py espeak``, ``mosquitto``."""
    words = [word.rsplit("/", 1)[-1] for word in command.split() if not word.startswith("-")]
    return " ".join(words[1:3] if words[0].startswith("python") else words[:1])
