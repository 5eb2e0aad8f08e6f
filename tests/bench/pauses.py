"""From a clerk's pause key to 暂停服务 at sign, evaluator, board, kiosk and public page; all real processes.

The key is pressed as the virtual hall page presses it, at a pad of the caller. The four screens are those of the real
programs (``observed_pause``); the public page is asked for as a browser does it: told by the server's events that
something changed, it fetches the page again. A kiosk says it to whoever looks at a service of that counter: before each
pause a finger opens the page of one, and it is the kiosk's own picture of that page that is timed.
"""

import http.client
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from broker.contract.codec import encode
from broker.contract.envelope import VirtualInput
from broker.contract.topics import Topics
from broker.model.commands import PauseCounter, ResumeCounter
from broker.runtime.link import Link, LinkOptions
from tests.bench.figures import Figure, spread
from tests.bench.halls import BOARD, KIOSK, PAUSED_SERVICE, PAUSING
from tests.bench.town import Town

EVERYWHERE_WITHIN_MS = 1_000.0
PATIENCE_S = 60.0
APART_S = 2.2
"""A press this soon after the last one would be the same press."""
PAUSED = "暂停服务".encode()
SCREENS = {"sign": "signs", "evaluator": "caller-2", "lobby board": BOARD, "kiosk": KIOSK}
"""Place -> the program that shows it."""
PLACES = (*SCREENS, "public page")


@dataclass
class Board:
    """Where 暂停服务 is seen now, and since when; filled by reader threads."""

    since: dict[str, float] = field(default_factory=dict)
    last: dict[str, float] = field(default_factory=dict)
    seen: dict[str, set[str]] = field(default_factory=dict)
    opened: int = 0
    """How often the kiosk's finger has opened the service's page."""
    lost: str = ""
    """What it did not find there."""

    def listener(self, place: str) -> Callable[[str], None]:
        def hear(line: str) -> None:
            match line.split():
                case ["pause", how, at_s, screen]:
                    self.take(place, screen, how == "on", float(at_s))
                case ["opened"]:
                    self.opened += 1
                case ["lost", target]:
                    self.lost = target

        return hear

    def take(self, place: str, screen: str, on: bool, at_s: float) -> None:
        """A screen of a place says it, or does not any more."""
        screens = self.seen.setdefault(place, set())
        (screens.add if on else screens.discard)(screen)
        if on and place not in self.since:
            self.since[place] = at_s
        elif not screens:
            self.since.pop(place, None)


class Page:
    """Somebody at home who has the public page open."""

    def __init__(self, port: int, board: Board) -> None:
        self._port, self._board = port, board
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="public page", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()

    def _run(self) -> None:
        while not self._stopping.is_set():
            events = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
            try:
                events.request("GET", "/api/events?watch=hall,service,counter")
                answer = events.getresponse()
                while not self._stopping.is_set() and (line := answer.readline()):
                    if line.startswith((b"event: hello", b"event: changed")):
                        self._look()
            except OSError:
                time.sleep(0.2)
            finally:
                events.close()

    def _look(self) -> None:
        page = http.client.HTTPConnection("127.0.0.1", self._port, timeout=10)
        page.request("GET", "/", headers={"X-Part": "live"})
        text = page.getresponse().read()
        page.close()
        self._board.take("public page", "0", PAUSED in text, time.monotonic())


def pause_figures(town: Town, rounds: int) -> list[Figure]:
    """Each round pauses the counter, waits until it is seen everywhere, and resumes it."""
    board = Board()
    _observe(town, board)
    page = Page(town.hall.collector.port, board)
    page.start()
    topics = Topics(town.hall.hall.id)
    link = Link(
        town.url,
        f"clerk-{time.monotonic_ns()}",
        on_message=lambda message: None,
        options=LinkOptions(first_wait_s=(0.1, 0.3)),
    )
    link.start()
    took: dict[str, list[float]] = {place: [] for place in PLACES}
    everywhere: list[float] = []
    name, console = next((name, one) for name, one in town.hall.consoles.items() if one.counter == PAUSING)
    touched = encode(VirtualInput(part=name, kind="key", key="pause"))

    def missing() -> str:
        return f"a pause or its end, seen now at {sorted(board.since) or 'no place'},"

    def look() -> None:
        """Somebody at the kiosk opens a service of the counter: what they read there is timed."""
        before = board.opened
        category = town.hall.services[PAUSED_SERVICE].category
        town.programs[KIOSK].tell(f"open category/{category} service/{PAUSED_SERVICE}")
        _await(lambda: board.opened > before, link, lambda: f"the kiosk's page (lost: {board.lost or 'nothing'})")

    def press() -> float:
        at_s = time.monotonic()
        link.publish(topics.input(console.caller), touched, qos=1)
        return at_s

    try:
        _await(lambda: link.online, link, lambda: "the clerk's connection")
        look()
        town.engine_side.ask(PauseCounter(counter=PAUSING))  # by no key: until every program is connected
        _await(lambda: len(board.since) == len(PLACES), link, missing)
        town.engine_side.ask(ResumeCounter(counter=PAUSING))
        _await(lambda: not board.since, link, missing)
        _pump(link, APART_S)
        for _ in range(rounds):
            look()
            at_s = press()
            _await(lambda: len(board.since) == len(PLACES), link, missing)
            since = dict(board.since)
            for place, seen_s in since.items():
                took[place].append(seen_s - at_s)
            everywhere.append(max(since.values()) - at_s)
            _pump(link, APART_S)
            press()
            _await(lambda: not board.since, link, missing)
            _pump(link, APART_S)
    finally:
        page.stop()
        link.stop()
    rows = [row for place in PLACES for row in spread(f"pause key -> {place}", took[place])]
    return [*rows, *spread("pause key -> all five places", everywhere, EVERYWHERE_WITHIN_MS)]


def _observe(town: Town, board: Board) -> None:
    """The programs, started anew under observation."""
    for place, program in SCREENS.items():
        module, *rest = town.arguments[program][1:]
        town.run(program, ["-m", "tests.bench.observed_pause", module, *rest], board.listener(place))


def _pump(link: Link, seconds: float) -> None:
    until_s = time.monotonic() + seconds
    while (left_s := until_s - time.monotonic()) > 0:
        link.pump(left_s)


def _await(true: Callable[[], bool], link: Link, what: Callable[[], str]) -> None:
    until_s = time.monotonic() + PATIENCE_S
    while not true():
        link.pump(0.01)
        if time.monotonic() > until_s:
            raise RuntimeError(f"{what()} did not come within {PATIENCE_S:.0f} s")
