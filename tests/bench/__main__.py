"""``python -m tests.bench``: all figures of one run, side by side, against their targets."""

import argparse
import os
import platform
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from broker.runtime.hall_source import load_hall
from broker.runtime.node_mosquitto import find_mosquitto
from tests.bench.ahead import ahead_figures
from tests.bench.board import painting_costs, ticker_figures
from tests.bench.bus import bus_figures
from tests.bench.calls import Clerks, observe_boards, painting_figures, sounds_of
from tests.bench.crowds import PHONES, Crowd, floor_figures, json_figures, phone_figures, slowing_figures
from tests.bench.figures import Figure, Report
from tests.bench.halls import BOARD, QUIET_BOARD, Halls, write_halls
from tests.bench.hostile import RATE_PER_S, node_hostile_figures, town_hostile_figures
from tests.bench.load import DiskBeside, OtherLoad, ProcessorsBeside
from tests.bench.node import running_node
from tests.bench.pauses import pause_figures
from tests.bench.processes import let_everything_work, memory_figures, start_figures
from tests.bench.rating import rating_figures
from tests.bench.reports import slowed_figures, year_figures
from tests.bench.scale import scale_figures
from tests.bench.spans import Stood
from tests.bench.steps import step_figures
from tests.bench.throughput import raw_figures, throughput_figures, visitors_at
from tests.bench.tickets import observe_kiosk, ticket_figures
from tests.bench.town import Town, hall_clock
from tests.bench.waits import wait_figures
from tests.bench.year import DAYS, TICKETS, Year

PARTS = (
    "node",
    "hostile",
    "board",
    "bus",
    "rating",
    "waits",
    "scale",
    "processes",
    "steps",
    "tickets",
    "sounds",
    "heard",
    "calls",
    "ticker",
    "pause",
    "web",
    "reports",
)
AHEAD_TIMES = 20
"""A batch takes as long as so many of the forecasts that are measured beside it."""


@dataclass(frozen=True)
class Effort:
    """How much of everything is measured."""

    throughput_s: float = 4.0
    costs: int = 3
    rest_s: float = 4.0
    steps: int = 300
    tickets: int = 20
    sounds: int = 100
    presses: int = 72
    hostile: int = 240
    hostile_presses: int = 48
    ticker_s: float = 10.0
    bus_presses: int = 1_500
    bus_s: float = 120.0
    pauses: int = 30
    ratings: int = 300
    floor_calls: int = 60
    json_s: float = 10.0
    phones_s: float = 40.0
    phones: int = PHONES
    slowed: int = 240
    forecasts: int = 400
    year_days: int = DAYS
    year_tickets: int = TICKETS
    year_commands: int = 1_600


QUICK = Effort(
    throughput_s=0.7,
    costs=1,
    rest_s=1.0,
    steps=20,
    tickets=2,
    sounds=1,
    presses=8,
    hostile=40,
    hostile_presses=8,
    ticker_s=1.0,
    bus_presses=150,
    bus_s=8.0,
    pauses=3,
    ratings=12,
    floor_calls=6,
    json_s=2.0,
    phones_s=8.0,
    phones=100,
    slowed=8,
    forecasts=40,
    year_days=80,
    year_tickets=300,
    year_commands=80,
)


def main() -> int:
    """Print the table; 0 unless something could not run."""
    parser = argparse.ArgumentParser(prog="script/bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="under a minute; few measurements, rough percentiles")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write everything there")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="leave the other parts out")
    parser.add_argument(
        "--folder", type=Path, help="keep the programs' files here, e.g. /dev/shm: what remains without a disk"
    )
    options = parser.parse_args()
    effort = QUICK if options.quick else Effort()
    report = Report(circumstances(options.folder or Path(tempfile.gettempdir())))
    print("  ".join(f"{name}={value}" for name, value in report.circumstances.items()), flush=True)
    with tempfile.TemporaryDirectory(prefix="jiaohao-bench-", dir=options.folder) as folder:
        Bench(report, effort, set(options.only), Path(folder)).run()
    print(f"\n{report.summary()}", flush=True)
    if options.json:
        report.write(options.json)
    return 1 if report.accidents else 0


def circumstances(folder: Path) -> dict[str, object]:
    """What the figures depend on."""
    mosquitto = find_mosquitto(dict(os.environ))
    return {
        "processors": os.cpu_count(),
        "machine": platform.machine(),
        "python": platform.python_version(),
        "mqtt": "mosquitto" if mosquitto else "amqtt (embedded, slower)",
        "disk": file_system_of(folder),
        "niceness": os.getpriority(os.PRIO_PROCESS, 0),
        "load_before": round(os.getloadavg()[0], 1),
    }


def file_system_of(folder: Path) -> str:
    """Its kind, from the longest mount point above it; ``tmpfs`` is memory, and no commit on it survives anything."""
    mounts = [line.split()[1:3] for line in Path("/proc/mounts").read_text().splitlines()]
    above = [(point, kind) for point, kind in mounts if folder.resolve().is_relative_to(point)]
    return max(above, key=lambda mount: len(mount[0]), default=("", "unknown"))[1]


Told = Callable[[Stood], list[Figure]]


def as_they_are(figures: list[Figure]) -> Told:
    """Figures to which it is nothing when the machine stood."""
    return lambda _: figures


class Bench:
    """One run. A part that fails is reported, and the rest goes on where it can."""

    def __init__(self, report: Report, effort: Effort, only: set[str], folder: Path) -> None:
        self._report, self._effort, self._only, self._folder = report, effort, only, folder
        self._halls: Halls = write_halls(folder)

    def run(self) -> None:
        """Everything that is wanted."""
        effort = self._effort
        if self._only & {"node", "hostile"}:
            with self._guarded("the broker node"):
                self._node()
        self._part("board", "what a board paints", lambda: painting_costs(effort.costs))
        measure = lambda: bus_figures(effort.bus_presses, effort.bus_s)  # noqa: E731
        self._part("bus", "64 counters on one RS-485 line at 9600 baud: from a key to its acknowledgement", measure)
        rate = lambda: rating_figures(self._folder / "rating", effort.ratings)  # noqa: E731
        self._part("rating", "a visitor rates: from the finger on a face to the painted thanks", rate)
        foretell = lambda: wait_figures(self._halls.town, effort.forecasts)  # noqa: E731
        self._part("waits", "forecasts of waits: processor time, beside the plain rule", foretell)
        look = lambda: ahead_figures(self._halls.town, max(3, effort.forecasts // AHEAD_TIMES))  # noqa: E731
        self._part("waits", "the hall rolled forward: processor time of a batch, one in ten seconds", look)
        grow = lambda: scale_figures(max(64, effort.forecasts))  # noqa: E731
        self._part("scale", "calls with ever more waiting, 64 counters: processor time", grow)
        if "reports" in self._only:
            with self._guarded("reports of a year"):
                self._reports()
        if "web" in self._only:
            with self._guarded("the town hall and those who look at it"):
                self._web()
        # the flood is measured in both
        if self._only - {"node", "board", "bus", "rating", "waits", "scale", "pause", "web", "reports"}:
            with self._guarded("the town hall"):
                self._town()

        if "pause" in self._only:
            with self._guarded("a pause in the town hall"):
                self._paused()

    def _reports(self) -> None:
        """A year of its own; calls are made in another hall, as busy as it is."""
        effort, file, folder = self._effort, self._halls.town, self._folder / "year"
        made: list[Year] = []

        def year() -> list[Figure]:
            found, figures = year_figures(file, folder, effort.year_days, effort.year_tickets)
            made.append(found)
            return figures

        self._part("reports", "reports of a year", year)
        if not made:
            return
        hall = load_hall(self._halls.throughput)
        with running_node(self._halls.throughput, self._folder / "beside", hall_clock()) as node:
            visitors = visitors_at(hall, node)
            slowed = lambda: slowed_figures(hall, node, visitors, file, made[0], effort.year_commands)  # noqa: E731
            self._part("reports", "commands while reports are made", slowed)

    def _web(self) -> None:
        """A hall of its own, none of whose programs is observed from within."""
        town, effort = Town(self._halls, self._folder / "web"), self._effort
        clerks = Clerks(town)
        try:
            town.start()
            where = f"in the town hall, {len(town.programs)} programs, {town.fill()} people waiting"
            clerks.start()
            crowd, managers = Crowd(town, "crowd", last=True), Crowd(town, "managers", last=False)
            floor = lambda: floor_figures(town, managers, clerks, effort.floor_calls)  # noqa: E731
            self._part("web", f"a manager looks {where}", floor)
            asked = lambda: json_figures(town, crowd, clerks, effort.json_s)  # noqa: E731
            self._part("web", f"the public JSON {where}", asked)
            slowed = lambda: slowing_figures(town, crowd, clerks, effort.slowed)  # noqa: E731
            self._part("web", f"calls beside them {where}", slowed)
            phones = lambda: phone_figures(town, crowd, clerks, effort.phones_s, effort.phones)  # noqa: E731
            self._part("web", f"{effort.phones} phones {where}", phones)
        finally:
            clerks.stop()
            town.stop()

    def _paused(self) -> None:
        """A hall of its own: one evaluator of it is a touch screen."""
        halls = replace(self._halls, town=self._halls.pausing, hall=load_hall(self._halls.pausing))
        town = Town(halls, self._folder / "pausing")
        try:
            town.start()
            town.fill()
            title = f"a counter pauses in the town hall, {len(town.programs)} programs"
            self._part("pause", title, lambda: pause_figures(town, self._effort.pauses))
        finally:
            town.stop()

    def _node(self) -> None:
        hall = load_hall(self._halls.throughput)
        with running_node(self._halls.throughput, self._folder / "node", hall_clock()) as node:
            self._part("node", "raw: the same machine without us", lambda: raw_figures(node))
            visitors = visitors_at(hall, node)
            measure = lambda: throughput_figures(hall, node, visitors, self._effort.throughput_s)  # noqa: E731
            self._part("node", "the engine: an answer means that it is on disk", measure)
            flooded = lambda: node_hostile_figures(hall, node, self._effort.hostile)  # noqa: E731
            self._part("hostile", f"{RATE_PER_S} hostile messages a second, only the broker node runs", flooded)

    def _town(self) -> None:
        town = Town(self._halls, self._folder / "town")
        try:
            town.start()
            waiting = town.fill()
            self._in_town(town, f"in the town hall, {len(town.programs)} programs, {waiting} people waiting")
        finally:
            self._report.circumstances["sent_again"] = town.engine_side.sent_again
            town.stop()

    def _in_town(self, town: Town, where: str) -> None:
        effort = self._effort
        self._part("processes", "start-up: each program of the town hall, alone", lambda: start_figures(town))
        if "processes" in self._only:
            let_everything_work(town)
        self._part("processes", f"memory {where}", lambda: memory_figures(town, effort.rest_s))
        touch = lambda: step_figures(town, effort.steps)  # noqa: E731
        self._part("steps", f"a kiosk shows its next picture {where}", touch)
        clerks = self._observed(town)
        answers = observe_kiosk(town)
        sounds = lambda: sounds_of(clerks, effort.sounds).figures  # noqa: E731
        self._beside("sounds", "while called", f"a call is heard {where}", sounds)
        take = lambda: as_they_are(ticket_figures(town, answers, effort.tickets))  # noqa: E731
        self._beside("tickets", "while taken", f"a ticket is taken {where}", take)
        shown = lambda where, presses: as_they_are(painting_figures(clerks, town, presses, where))  # noqa: E731
        self._beside("calls", "all run", f"a call is shown {where}", lambda: shown("all run", effort.presses))
        flooded = lambda: town_hostile_figures(clerks, town, effort.hostile_presses)  # noqa: E731
        self._part("hostile", f"{RATE_PER_S} hostile messages a second {where}", flooded)
        if "heard" in self._only:
            town.keep_only("server", BOARD, QUIET_BOARD, *town.hall.callers)
        alone = "a call is heard, only server, callers and two boards run: nearer to a machine for each device"
        self._beside("heard", "few run", alone, sounds)
        if "calls" in self._only:
            town.keep_only("server", BOARD, *town.hall.callers)
        alone = "a call is shown, only server, callers and this board run: nearer to a machine for each device"
        self._beside("calls", "few run", alone, lambda: shown("few run", max(8, effort.presses // 2)))
        clerks.stop()
        self._part("ticker", "a board with nothing but its ticker", lambda: ticker_figures(town, effort.ticker_s))

    @staticmethod
    def _observed(town: Town) -> Clerks:
        clerks = Clerks(town, observe_boards(town))
        clerks.start()
        return clerks

    def _beside(self, part: str, when: str, title: str, measure: Callable[[], Told]) -> None:
        """As ``_part``, with disk and processors measured in the same minutes; what was measured is told with the
        moments at which the processors stood."""

        def all_three() -> list[Figure]:
            disk, processors = DiskBeside(self._folder), ProcessorsBeside()
            disk.start()
            processors.start()
            told = measure()
            processors.stop()
            return [*disk.figures(when), *processors.figures(when), *told(processors.stood())]

        self._part(part, title, all_three)

    def _part(self, part: str, title: str, measure: Callable[[], list[Figure]]) -> None:
        if part not in self._only:
            return
        with self._guarded(title):
            load, began_s = OtherLoad(), time.monotonic()
            figures = measure()
            took = f"{time.monotonic() - began_s:.0f} s, others used {load.share():.0%} of the machine"
            self._report.section(f"{title}   ({took})", figures)

    @contextmanager
    def _guarded(self, title: str):  # type: ignore[no-untyped-def]
        try:
            yield
        except Exception as failure:
            traceback.print_exc()
            self._report.accident(title, f"{type(failure).__name__}: {failure}")


if __name__ == "__main__":
    sys.exit(main())
