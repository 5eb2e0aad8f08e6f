"""The virtual hall on one command: choose a day and a clock, start the plan, let people in, say what came of it."""

import json
import logging
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as day_time
from pathlib import Path
from zoneinfo import ZoneInfo

from broker.model.commands import SessionTimes
from broker.model.hall import Hall
from broker.model.hall_file import parse_hall
from broker.runtime.business_calendar import sessions_of
from broker.runtime.clock import ENVIRONMENT_NAME as CLOCK_ENVIRONMENT_NAME
from broker.runtime.clock import ScaledClock
from broker.runtime.hall_source import load_hall
from broker.runtime.mqtt_child import free_port, port_is_free
from broker.runtime.whereabouts import (
    COLLECTOR_ENVIRONMENT_NAME,
    MQTT_ENVIRONMENT_NAME,
    WINDOWS_ENVIRONMENT_NAME,
    collector_url,
    mqtt_url,
)
from firmware_config.launch import Launcher
from firmware_config.plan import plan_hall
from firmware_config.virtual.crowd import make_day
from firmware_config.virtual.day import Day
from firmware_config.virtual.day_file import Recorded, day_of, read_day_file
from firmware_config.virtual.day_hall import hall_text, renamed
from firmware_config.virtual.theatre import Outcome, Theatre

logger = logging.getLogger(__name__)

HALLS = Path(__file__).parent / "halls"
LOOK_BACK_DAYS = 14
BEFORE_OPENING_MS = 20_000
REPLAY_LEAD_MS = 60_000
REPLAY_DAY = date(2026, 3, 4)
STAGE_EVERY_S = 5.0
SETTLE_S = 3.0
MARK = ".jiaohao-demo"
FIRST_PORT, PORTS_TRIED = 18_080, 8_000


@dataclass(frozen=True)
class Wishes:
    """What the command line asked for."""

    hall: Path | None
    folder: Path
    speed: float
    quiet: bool
    replay: Path | None
    seed: int
    minutes: float | None


@dataclass(frozen=True)
class Stage:
    """A hall, its file, the moment its clock starts at, and the day to play (None: nobody comes)."""

    hall: Hall
    path: Path
    start_ms: int
    day: Day | None


def run_demo(wishes: Wishes, stopping: threading.Event) -> int:
    """Run until stopped, or until the recorded day is over; the exit code is 0 if every law held."""
    make_stage = _replayed(wishes, wishes.replay) if wishes.replay else _made_up(wishes)
    _fresh(wishes.folder)
    stage = make_stage()
    clock = ScaledClock(stage.start_ms, wishes.speed)
    environment = _environment(stage.hall, clock)
    launcher = Launcher(plan_hall(stage.hall, str(stage.path), virtual_page=True), wishes.folder, environment)
    outcome = Outcome()
    try:
        _say(f"starting {len(launcher.running)} programs of {stage.hall.hall.names.zh} {stage.hall.hall.names.en}")
        launcher.start()
        _introduce(stage, wishes, environment)
        outcome = _play(stage, wishes, clock, environment, stopping)
        _say("closing: waiting for the last answers")
        time.sleep(SETTLE_S)
    finally:
        launcher.stop()
    return _report(stage, wishes, outcome, environment)


def _fresh(folder: Path) -> None:
    """An empty folder; one that is not an earlier demo's own is never emptied."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARK).exists():
            raise SystemExit(f"{folder} is not empty and not a demo's folder; choose another with --data")
        running = _running_in(folder)
        if running:
            raise SystemExit(f"a demo is running in {folder} already (process {running}); end it, or use --data")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).write_text(str(os.getpid()), encoding="ascii")


def _running_in(folder: Path) -> int | None:
    """The process of a demo that is still at work there."""
    text = (folder / MARK).read_text(encoding="ascii", errors="replace").strip()
    if not text.isdecimal() or int(text) == os.getpid():
        return None
    try:
        command = Path(f"/proc/{int(text)}/cmdline").read_bytes()
    except OSError:
        return None
    return int(text) if b"firmware_config" in command else None


def _made_up(wishes: Wishes) -> Callable[[], Stage]:
    path = wishes.hall or HALLS / "town_hall.toml"
    hall = load_hall(path)
    sessions = _full_day(hall)
    day = None if wishes.quiet else make_day(hall, sessions, wishes.seed)
    return lambda: Stage(hall, path, sessions[0].opens_ms - BEFORE_OPENING_MS, day)


def _replayed(wishes: Wishes, file: Path) -> Callable[[], Stage]:
    """A recorded day gets a hall of its own, made from what the file says; all its mistakes show before anything."""
    recorded = read_day_file(_text_of(file))
    text = hall_text(recorded, _means(recorded))
    path = wishes.folder / "hall.toml"
    hall = parse_hall(text)
    midnight = datetime.combine(REPLAY_DAY, day_time(), ZoneInfo(hall.hall.time_zone))
    start_ms = int(midnight.timestamp() * 1000 + recorded.first_s * 1000) - REPLAY_LEAD_MS
    day = renamed(day_of(recorded, wishes.seed), recorded)

    def stage() -> Stage:
        path.write_text(text, encoding="utf-8")
        return Stage(hall, path, start_ms, day)

    return stage


def _text_of(file: Path) -> str:
    """UTF-8, or what spreadsheets in China write."""
    content = file.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030", errors="replace")


def _means(recorded: Recorded) -> dict[str, float]:
    """Mean service minutes by service, from the file."""
    day = day_of(recorded)
    by_service: dict[str, list[int]] = {}
    for visitor in day.visitors:
        by_service.setdefault(visitor.service, []).append(visitor.service_ms)
    return {name: min(600.0, max(0.1, sum(values) / len(values) / 60_000)) for name, values in by_service.items()}


def _full_day(hall: Hall) -> tuple[SessionTimes, ...]:
    """The sessions of the latest day, today or earlier, on which the hall is open longest."""
    today = datetime.now(UTC).astimezone(ZoneInfo(hall.hall.time_zone)).date()
    days = [sessions_of(hall, today - timedelta(days=back))[0] for back in range(LOOK_BACK_DAYS)]
    best = max(days, key=lambda sessions: sum(s.closes_ms - s.opens_ms for s in sessions))
    if not best:
        raise SystemExit("this hall was not open for two weeks; the demo needs a day")
    return best


def _environment(hall: Hall, clock: ScaledClock) -> dict[str, str]:
    """What every program is told: the hall's clock, and free ports where the declared ones are taken."""
    environment = {CLOCK_ENVIRONMENT_NAME: clock.setting()}
    if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        environment[WINDOWS_ENVIRONMENT_NAME] = "1"
    ports = _quiet_ports()
    if hall.broker.url == "auto" and not port_is_free("127.0.0.1", hall.broker.port):
        environment[MQTT_ENVIRONMENT_NAME] = f"mqtt://127.0.0.1:{next(ports)}"
    if not port_is_free("127.0.0.1", hall.collector.port):
        environment[COLLECTOR_ENVIRONMENT_NAME] = f"http://127.0.0.1:{next(ports)}"
    return environment


def _quiet_ports() -> Iterator[int]:
    """Free ports, each once, below those that the kernel hands out: one of these could be anybody's connection by the
    time our program listens. Two demos that start at once begin at different places."""
    begin = os.getpid() % PORTS_TRIED
    for step in range(PORTS_TRIED):
        port = FIRST_PORT + (begin + step) % PORTS_TRIED
        if port_is_free("127.0.0.1", port):
            yield port
    yield from iter(lambda: free_port("127.0.0.1"), None)


def _introduce(stage: Stage, wishes: Wishes, environment: dict[str, str]) -> None:
    base = collector_url(stage.hall, {**os.environ, **environment})
    accounts = wishes.folder / "collector" / "demo-accounts.txt"
    if accounts.exists():
        _say("staff accounts made for this demo:")
        print(accounts.read_text(encoding="utf-8").rstrip(), flush=True)
        _say(f"log in at {base}/login")
    if WINDOWS_ENVIRONMENT_NAME in environment:
        _say("there is a desktop: kiosks and wall displays open windows too; a click is a touch")
    _say(f"the virtual hall: {base}/virtual   (Ctrl-C ends it)")


def _play(
    stage: Stage, wishes: Wishes, clock: ScaledClock, environment: dict[str, str], stopping: threading.Event
) -> Outcome:
    if stage.day is None:
        stopping.wait(wishes.minutes * 60 if wishes.minutes else None)
        return Outcome()
    day_start_ms = stage.start_ms + (REPLAY_LEAD_MS if wishes.replay else BEFORE_OPENING_MS)
    theatre = Theatre(stage.hall, stage.day, mqtt_url(stage.hall, {**os.environ, **environment}), clock, day_start_ms)
    theatre.start()
    ends_s = time.monotonic() + wishes.minutes * 60 if wishes.minutes else float("inf")
    said_s = time.monotonic()
    try:
        while not stopping.is_set() and time.monotonic() < ends_s:
            theatre.turn()
            if theatre.over and wishes.replay:
                break
            if time.monotonic() - said_s >= STAGE_EVERY_S and wishes.replay:
                said_s = time.monotonic()
                at = datetime.fromtimestamp(clock.now_ms() / 1000, ZoneInfo(stage.hall.hall.time_zone))
                _say(f"{at:%H:%M} {theatre.stage}")
    finally:
        theatre.stop()
    return theatre.outcome


def _report(stage: Stage, wishes: Wishes, outcome: Outcome, environment: dict[str, str]) -> int:
    """What the journal says, by the checker that anyone can run."""
    command = [sys.executable, "-m", "broker", "check", str(stage.path), "--json"]
    told = {**os.environ, **environment, "JIAOHAO_DATA": str(wishes.folder)}
    checked = subprocess.run(command, env=told, capture_output=True, text=True, check=False)
    if not checked.stdout.strip():
        print(checked.stderr, file=sys.stderr)
        return 1
    facts = json.loads(checked.stdout)
    if stage.day is not None:
        _say(f"people: {outcome.came} came, {outcome.took} took a ticket, {outcome.turned_away} went away without one")
    tally = facts["tally"]
    calls, served, missed = (tally.get(kind, 0) for kind in ("TicketCalled", "ServiceFinished", "TicketMissed"))
    _say(f"tickets: {facts['issued']} issued, {calls} calls, {served} served, {missed} left before their call")
    _say(f"ratings: {facts['evaluations']} recorded, {outcome.rated} keys were pressed")
    for finding in facts["findings"]:
        print(f"   {finding}")
    _say("every law held" if not facts["findings"] else f"{len(facts['findings'])} findings")
    return 1 if facts["findings"] else 0


def _say(text: str) -> None:
    print(f"== {text}", flush=True)
