"""One soak from beginning to end: start the hall, let the crowd act, look at every process, judge."""

import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image, ImageDraw

from tests.soak.crowd import Crowd, Told
from tests.soak.hall import KIOSK, LEAKY, SoakHall, start_of_day_ms
from tests.soak.judge import (
    Drift,
    Pictures,
    Rule,
    Sample,
    drift_of,
    faults_of_log,
    faults_of_pictures,
    faults_of_process,
)

LOOK_S, SAY_EVERY_S = 1.0, 60.0
LOOKS_LEAST = 40
"""A short run is looked at more often; where the machine is too busy for half of these, it lasts until it has them."""
LEAK_KB = 96
"""Lost with every picture in the control: some 100 kB a call, which fills a small board's memory within a week."""
LEAST_SAMPLES = 12
NOT_JUDGED = ("server",)
"""The day's tickets are the server's to keep; ``script/bench`` weighs it."""


@dataclass
class Report:
    """``faults`` by process; those of the control are wanted."""

    hall_hours: float
    told: Told
    drifts: dict[str, Drift] = field(default_factory=dict)
    pictures: dict[str, Pictures] = field(default_factory=dict)
    faults: dict[str, list[str]] = field(default_factory=dict)
    samples: dict[str, list[Sample]] = field(default_factory=dict)
    control: str = ""
    too_short: list[str] = field(default_factory=list)
    """Children that lived too short a part of the run to be judged."""

    @property
    def as_it_should_be(self) -> bool:
        """No fault anywhere; in the control run its leak and nothing else."""
        others = {name: found for name, found in self.faults.items() if found and name != self.control}
        leak_found = any("memory" in fault for fault in self.faults.get(self.control, ()))
        return not others and (leak_found or not self.control)

    def lines(self) -> list[str]:
        """For people."""
        told = self.told
        lines = [
            f"{told.touches} touches, {told.tickets} tickets at the kiosk, {told.walked_away} walked away, "
            f"{told.cards} cards and codes, {told.faults} printer faults; {told.calls} calls, {told.notices} words of "
            f"managers, {told.emergencies} emergencies; {told.answers} answers, refused: {dict(told.refused)}"
        ]
        lines += [
            f"{'process':36}{'MB':>8}{'highest':>9}{'beyond caches':>15}{'growth':>8}  threads  files  rise by sixths"
        ]
        for name, drift in self.drifts.items():
            steps = " ".join(f"{step:+.2f}" for step in drift.steps_mb)
            lines.append(
                f"{name:36}{drift.whole_mb:8.1f}{drift.highest_mb:9.1f}{drift.rss_mb:15.1f}{drift.growth_mb:+8.2f}"
                f"{drift.threads:+9d}{drift.files:+7d}  {steps}"
            )
        for name, pictures in self.pictures.items():
            steps = f", steps of a visit: {len(pictures.steps)}" if pictures.steps else ""
            lines.append(
                f"{name}: {pictures.painted} pictures, {pictures.moved} steps of the ticker, {pictures.blank} blank, "
                f"{pictures.failsafe} failsafe, {told.pictures[name]} looked at{steps}"
            )
        lines += [f"{name}: began too late to be judged" for name in self.too_short]
        wanted = f" (the planted leak of {self.control} is wanted)" if self.control else ""
        found = [f"  {name}: {fault}" for name, faults in self.faults.items() for fault in faults]
        return [*lines, f"{len(found)} faults{wanted}", *found]


def run_soak(
    folder: Path,
    seconds: float,
    speed: float,
    seed: int,
    *,
    control: bool = False,
    rule: Rule | None = None,
    leak_kb: int = LEAK_KB,
    start_ms: int | None = None,
    voices: bool = True,
    say: Callable[[str], None] = lambda text: None,
) -> Report:
    """``seconds`` are real; the day begins at ``start_ms`` (half an hour before the doors open)."""
    make_media(folder / "media", seed)
    leaks = {LEAKY: leak_kb} if control else {}
    hall = SoakHall(folder, speed, start_of_day_ms() if start_ms is None else start_ms, leaks, voices)
    crowd = Crowd(hall.hall, hall.url, KIOSK, hall.screens, speed, seed)
    try:
        hall.start()
        crowd.start()
        _let_time_pass(hall, crowd, seconds, say)
        for program in hall.programs.values():
            if program.process.poll() is not None:
                raise RuntimeError(f"{program.name} ended by itself with {program.process.returncode}")
    finally:
        crowd.stop()
        hall.stop()
    report = Report(seconds * speed / 3600, crowd.told, control=LEAKY if control else "", samples=hall.samples)
    _judge(report, hall, rule or Rule())
    return report


def _let_time_pass(hall: SoakHall, crowd: Crowd, seconds: float, say: Callable[[str], None]) -> None:
    began_s = time.monotonic()
    look_s, say_s, looks = began_s, began_s + SAY_EVERY_S, 0
    while (now_s := time.monotonic()) < began_s + seconds or looks < LOOKS_LEAST // 2:
        crowd.turn()
        if now_s >= look_s:
            look_s = now_s + min(LOOK_S, seconds / LOOKS_LEAST)
            hall.look()
            looks += 1
        if now_s >= say_s:
            say_s = now_s + SAY_EVERY_S
            weights = ", ".join(f"{name} {found[-1].rss_mb:.1f}" for name, found in hall.samples.items())
            say(f"{now_s - began_s:.0f} s: {crowd.told.calls} calls, {crowd.told.touches} touches; MB: {weights}")


def _judge(report: Report, hall: SoakHall, rule: Rule) -> None:
    for name, samples in hall.samples.items():
        if name.split("'")[0] in NOT_JUDGED:
            continue
        if len(samples) < LEAST_SAMPLES and name not in hall.screens:
            report.too_short.append(name)
            continue
        drift = report.drifts[name] = drift_of(samples, rule, kept_by(hall, name))
        report.faults.setdefault(name, []).extend(faults_of_process(drift, rule))
    for name in hall.screens:
        pictures = report.pictures[name] = pictures_of(hall.lines[name], rule)
        found = [*faults_of_pictures(pictures), *faults_of_log(hall.log(name))]
        if name in report.told.blank:
            found.append("a picture that was looked at was blank")
        report.faults.setdefault(name, []).extend(found)
    report.faults["server"] = faults_of_log(hall.log("server"))


def kept_by(hall: SoakHall, name: str) -> list[tuple[float, float]]:
    """When a program told of its caches, and how many 10^6 bytes those held that are bounded by them."""
    told = (json.loads(line) for line in hall.lines.get(name, ()))
    return [(facts["at_s"] - hall.began_s, _kept_mb(facts["caches"])) for facts in told if "caches" in facts]


def _kept_mb(caches: dict[str, tuple[int, int | None]]) -> float:
    return sum(held for name, (held, _) in caches.items() if name.startswith("bytes")) / 1e6


def pictures_of(lines: list[str], rule: Rule) -> Pictures:
    """From what a program told every second."""
    told = [json.loads(line) for line in lines]
    if not told:
        return Pictures()
    with_caches = [facts["caches"] for facts in told if "caches" in facts]
    before = with_caches[min(len(with_caches) - 1, int(len(with_caches) * rule.warm_up) + 1)] if with_caches else {}
    last = told[-1]
    return Pictures(
        painted=last["painted"],
        moved=last["moved"],
        failsafe=last["failsafe"],
        blank=last["blank"],
        steps=last["steps"],
        caches={name: (held, most) for name, (held, most) in (with_caches[-1] if with_caches else {}).items()},
        unbounded_before={name: held for name, (held, most) in before.items() if most is None},
        told=told,
    )


def make_media(folder: Path, seed: int) -> None:
    """Pictures of the hall's own, for a board with a place for them."""
    folder.mkdir(parents=True, exist_ok=True)
    chance = random.Random(seed)
    for place in range(6):
        picture = Image.new("RGB", (1280, 960), tuple(chance.randrange(40, 220) for _ in range(3)))
        pencil = ImageDraw.Draw(picture)
        for _ in range(40):
            x, y = chance.randrange(1280), chance.randrange(960)
            colour = tuple(chance.randrange(256) for _ in range(3))
            pencil.ellipse((x, y, x + chance.randrange(20, 300), y + chance.randrange(20, 300)), fill=colour)
        picture.save(folder / f"{place}.png")
