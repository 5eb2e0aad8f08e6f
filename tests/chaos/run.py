"""One chaos run: start the hall, let the storm pass, a time of peace, stop, and have an outsider read what is left."""

import json
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from broker.contract.envelope import DeviceStatus
from broker.runtime.link import Link, Message
from tests.chaos.auditor.audit import Verdict, audit
from tests.chaos.auditor.evidence import Finding
from tests.chaos.crowd import Crowd
from tests.chaos.faults import Faults, storm, targets_of
from tests.chaos.hall import DESKS, KIOSKS
from tests.chaos.plan import Fault, make_plan
from tests.chaos.records import Record
from tests.chaos.stormy_town import HALL_ID, StormyTown, assert_seam_is_ours
from tests.system.eyes import TESSERACT, numbers_seen
from tests.system.truth import unanswered
from tests.system.watcher import QUICK

PEACE_S = 60.0
WARM_UP_S = 4.0
CALM_S = 3.0
BLOW_S = 60.0
READ_BOARD = "board-1"
Say = Callable[[str], None]


@dataclass(frozen=True)
class Wishes:
    """``storm_s`` of faults, then at most ``peace_s`` of peace; it ends early when nothing is left to be done."""

    folder: Path
    kind: str = "mosquitto"
    seed: int = 1
    storm_s: float = 60.0
    peace_s: float = PEACE_S


@dataclass(frozen=True)
class Outcome:
    """What the auditor says, and what was done to the hall."""

    verdict: Verdict
    faults: tuple[Fault, ...]
    settled_s: float | None
    disk: str
    given_up: int


def run_chaos(wishes: Wishes, say: Say = print) -> Outcome:
    """The whole run. Raises only for mistakes of the run itself; what the hall does wrong is a finding."""
    assert_seam_is_ours()
    disk_of = (*KIOSKS, *DESKS)[wishes.seed % (len(KIOSKS) + len(DESKS))]
    stormy = StormyTown(wishes.folder, wishes.kind, wishes.seed, disk_of)
    plan = make_plan(wishes.seed, wishes.storm_s, targets_of(stormy, disk_of))
    crowd = Crowd(stormy, wishes.seed)
    record = Record(stormy.records / "faults.jsonl")
    faults = Faults(stormy, plan, record)
    say(
        f"seed {wishes.seed}, {wishes.kind}, {len(plan)} faults in {wishes.storm_s:.0f} s; "
        f"small disk: {stormy.disk.kind} of {disk_of}"
    )
    settled_s = None
    try:
        stormy.start()
        stormy.town.watcher.ask_pictures(READ_BOARD)
        crowd.start()
        time.sleep(WARM_UP_S)
        storm(faults, wishes.storm_s, lambda: _still_playing(crowd))
        say(f"{len(faults.done)} faults were done to it; now peace")
        settled_s = _peace(stormy, crowd, wishes.peace_s)
        crowd.stop()
        if not _back_after_a_last_blow(stormy, faults):
            settled_s = None
        _keep_what_is_shown(stormy)
        _keep_who_runs(stormy)
    finally:
        faults.mend_all()
        crowd.stop()
        stormy.stop()
    read = (lambda path: numbers_seen(path.read_bytes(), path.parent.parent)) if TESSERACT else None
    verdict = audit(wishes.folder, read)
    if settled_s is None:
        verdict.findings.append(Finding("unsettled", str(wishes.folder), f"not at rest after {wishes.peace_s:.0f} s"))
    return Outcome(verdict, tuple(faults.done), settled_s, stormy.disk.kind, crowd.given_up)


def _still_playing(crowd: Crowd) -> None:
    if crowd.failures:
        raise crowd.failures[0]


def _peace(stormy: StormyTown, crowd: Crowd, within_s: float) -> float | None:
    """Until everybody is served, every outbox empty, every program up, for a while; None when that does not come."""
    began_s = time.monotonic()
    crowd.let_nobody_in()
    calm_since_s = None
    while (now_s := time.monotonic()) - began_s < within_s:
        _still_playing(crowd)
        if not _at_rest(stormy):
            calm_since_s = None
        elif calm_since_s is None:
            calm_since_s = now_s
        elif now_s - calm_since_s >= CALM_S:
            return now_s - began_s
        time.sleep(0.3)
    return None


def _back_after_a_last_blow(stormy: StormyTown, faults: Faults) -> bool:
    """Everything that is shown must come back by itself; False when the engine or the board that is read does not.

    The board has its time to connect again, and what is read is what it showed after that.
    """
    watcher = stormy.town.watcher
    engine, status = watcher.engine, watcher.status.get(READ_BOARD)
    faults.last_blow()
    until_s = time.monotonic() + BLOW_S
    while watcher.engine is engine or not _is_back(watcher.status.get(READ_BOARD), status):
        if time.monotonic() > until_s:
            return False
        time.sleep(0.1)
    watcher.pictures[(READ_BOARD, "screen")].clear()
    while not watcher.pictures[(READ_BOARD, "screen")]:
        if time.monotonic() > until_s:
            return False
        time.sleep(0.1)
    time.sleep(CALM_S)
    return True


def _is_back(status: DeviceStatus | None, before: DeviceStatus | None) -> bool:
    """It said so after the blow."""
    return status is not None and status is not before and status.online


def _at_rest(stormy: StormyTown) -> bool:
    town = stormy.town
    if any(running.pid is None for running in town.launcher.running.values()) or unanswered(town.folder):
        return False
    views = [seen.body for (kind, _), seen in dict(town.watcher.views).items() if kind == "counter"]
    return bool(views) and not any(view.ticket or view.waiting for view in views)


def _keep_what_is_shown(stormy: StormyTown) -> None:
    """What a client that comes now is given by the broker, and what a board's own picture shows."""
    kept: dict[str, object] = {}

    def take(message: Message) -> None:
        if message.retained:
            kept[message.topic] = json.loads(message.payload)

    link = Link(
        stormy.town.url, f"auditor-{time.monotonic_ns()}", on_message=take, options=QUICK,
        subscriptions=[(f"jh/{HALL_ID}/view/#", 1), (f"jh/{HALL_ID}/device/#", 1), (f"jh/{HALL_ID}/engine/#", 1)],
    )  # fmt: skip
    link.start()
    until_s = time.monotonic() + 20.0
    most = 0
    while time.monotonic() < until_s and (not kept or len(kept) > most):
        most = len(kept)
        for _ in range(20):
            link.pump(0.1)
    link.stop()
    (stormy.folder / "retained.json").write_text(json.dumps(kept, ensure_ascii=False, indent=1), encoding="utf-8")
    pictures = stormy.town.watcher.pictures[(READ_BOARD, "screen")]
    if pictures:
        folder = stormy.folder / "pictures"
        folder.mkdir(exist_ok=True)
        (folder / f"{READ_BOARD}.png").write_bytes(pictures[-1])


def _keep_who_runs(stormy: StormyTown) -> None:
    record = Record(stormy.records / "programs.jsonl")
    for name, running in stormy.town.launcher.running.items():
        record.note(name=name, runs=running.pid is not None, restarts=running.restarts, log=str(running.log))
    record.close()


def fresh(folder: Path) -> Path:
    """An empty folder for a run; only an earlier run's own evidence is cleared away."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / "records").is_dir():
            raise SystemExit(f"{folder} is not empty and not an earlier run's evidence")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    return folder
