"""The questions an auditor asks, each a function from evidence to findings."""

import sqlite3
import subprocess
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.chaos.auditor.evidence import Evidence, Finding, has_table, lines_of, rows_of
from tests.chaos.auditor.journal import Story
from tests.chaos.auditor.paper import Printed, UnknownCommand, printed
from tests.chaos.auditor.wire import Keypad, keypads, lies_within

CALLS_ON_A_BOARD = 8
LATEST_S = 60.0
MOST_STARS = 5


def papers(evidence: Evidence) -> tuple[list[Printed], list[Finding]]:
    """Everything on paper, and where a printer was sent bytes that are no ticket."""
    found, findings = [], []
    for printer, path in evidence.records("paper").items():
        try:
            found += printed(printer, lines_of(path))
        except UnknownCommand as lost:
            findings.append(Finding("paper", str(path), f"the printer was sent {lost}, which no ticket has"))
    return found, findings


def numbers_on_paper(evidence: Evidence, story: Story, on_paper: list[Printed]) -> Iterator[Finding]:
    """No number twice, no paper unknown, no paper whose ticket counts for nothing."""
    where: dict[str, list[Printed]] = defaultdict(list)
    for one in on_paper:
        where[one.number].append(one)
    for number, places in where.items():
        if len(places) > 1:
            told = ", ".join(f"{one.printer} paper {one.paper} at {one.s:.1f}" for one in places)
            yield Finding("number_twice_on_paper", str(evidence.folder / "records" / "paper"), f"{number}: {told}")
        yield from _unknown(evidence, story, number, f"paper of {places[0].printer} at {places[0].s:.1f}")


def numbers_on_screens(evidence: Evidence, story: Story) -> Iterator[Finding]:
    """What visitors saw on a kiosk's screen is theirs."""
    for line in evidence.of_people("visitors"):
        yield from _unknown(evidence, story, line["number"], f"screen of {line['kiosk']} at {line['s']:.1f}")


def _unknown(evidence: Evidence, story: Story, number: str, seen: str) -> Iterator[Finding]:
    ticket = story.known(number)
    if ticket is None:
        yield Finding("number_unknown", str(evidence.journal), f"{number} ({seen}) is no ticket's number")
    elif ticket.status == "void":
        yield Finding("number_void", str(evidence.journal), f"{number} ({seen}) is void: its visitor is never called")


def strange_events(evidence: Evidence, story: Story) -> Iterator[Finding]:
    """Two counters, two tickets, two numbers, two ratings: whatever the journal may not tell."""
    for position, sentence in story.strange:
        yield Finding("journal", f"{evidence.journal} position {position}", sentence)


def ratings(evidence: Evidence, story: Story) -> Iterator[Finding]:
    """Every thanks stored once, in order; nothing stored that no finger pressed; nothing kept by a desk and lost."""
    hall = tomllib.loads(evidence.hall_file.read_text(encoding="utf-8"))
    seen = _keypads(evidence, hall)
    for name, keypad in hall["keypads"].items():
        watched = seen.get(name, Keypad())
        stored = sorted((r for r in story.ratings if r.keypad == name), key=lambda r: story.visits.get(r.visit, 0))
        stars = [MOST_STARS - int(rating.raw_key) for rating in stored]
        wire = str(evidence.records("wire").get(keypad["caller"], "no record"))
        if not lies_within([given for _, given in watched.thanks], stars):
            thanked = [given for _, given in watched.thanks]
            yield Finding("rating_lost", wire, f"{name} thanked for {thanked}, the journal has {stars}")
        if not lies_within([rating.raw_key for rating in stored], [key for _, key in watched.fingers]):
            pressed = [key for _, key in watched.fingers]
            yield Finding("rating_invented", wire, f"{name}: {[r.raw_key for r in stored]} stored, {pressed} pressed")
        for rating in stored:
            if keypad["levels"][rating.raw_key] != rating.level:
                yield Finding("rating_level", str(evidence.journal), f"key {rating.raw_key} became {rating.level}")
    yield from _kept_by_desks(evidence, story)


def _keypads(evidence: Evidence, hall: dict[str, Any]) -> dict[str, Keypad]:
    """Keypad -> what was seen at it."""
    found: dict[str, Keypad] = {}
    for caller, path in evidence.records("wire").items():
        names = {int(k["address"].rpartition("/")[2]): n for n, k in hall["keypads"].items() if k["caller"] == caller}
        found.update({names[unit]: keypad for unit, keypad in keypads(lines_of(path), names).items()})
    return found


def thanks_given(evidence: Evidence) -> int:
    """How many thanks were seen on all wires."""
    hall = tomllib.loads(evidence.hall_file.read_text(encoding="utf-8"))
    return sum(len(keypad.thanks) for keypad in _keypads(evidence, hall).values())


def _kept_by_desks(evidence: Evidence, story: Story) -> Iterator[Finding]:
    stored = {rating.visit: rating.evaluation for rating in story.ratings}
    for path in evidence.databases():
        if has_table(path, "rated"):
            for visit, evaluation in rows_of(path, "SELECT visit, evaluation FROM rated"):
                if stored.get(visit) != evaluation:
                    yield Finding("rating_lost", str(path), f"{evaluation} of visit {visit} is kept here alone")


def boards(evidence: Evidence, story: Story) -> Iterator[Finding]:
    """What the broker keeps for boards and counters is what the journal tells."""
    retained = evidence.retained()
    hall = tomllib.loads(evidence.hall_file.read_text(encoding="utf-8"))
    views = {tuple(topic.rsplit("/", 2)[1:]): body for topic, body in retained.items() if "/view/" in topic}
    expected = [
        (call.call_id, story.tickets[call.ticket].number, call.counter) for call in story.shown_calls(CALLS_ON_A_BOARD)
    ]
    for name in hall["displays"]:
        view = views.get(("board", name))
        if view is None:
            yield Finding("board", str(evidence.folder / "retained.json"), f"nothing is kept for {name}")
            continue
        shown = [(call["call_id"], call["number"], call["counter"]) for call in view["body"]["calls"]]
        if shown != expected:
            yield Finding("board", f"view/board/{name}", f"shows {shown}, the journal says {expected}")
    for name in hall["counters"]:
        yield from _counter(views.get(("counter", name)), name, story)
    yield from _hall(views, hall, story)


def _counter(view: dict[str, Any] | None, name: str, story: Story) -> Iterator[Finding]:
    if view is None:
        yield Finding("counter", f"view/counter/{name}", "nothing is kept")
        return
    body, ticket = view["body"], story.at(name)
    shown = None if body["ticket"] is None else (body["ticket"]["number"], body["ticket"]["status"])
    expected = None if ticket is None else (ticket.number, ticket.status)
    if shown != expected:
        yield Finding("counter", f"view/counter/{name}", f"shows {shown}, the journal says {expected}")
    if body["status"] != story.counter_status.get(name, "closed"):
        yield Finding("counter", f"view/counter/{name}", f"shows {body['status']}")
    if body["waiting"] != story.waiting:
        yield Finding("counter", f"view/counter/{name}", f"{body['waiting']} wait, the journal says {story.waiting}")


def _hall(views: dict[tuple[str, ...], Any], hall: dict[str, Any], story: Story) -> Iterator[Finding]:
    """What visitors of kiosks and phones are shown."""
    wanted = {("hall", hall["hall"]["id"])} | {("kiosk", name) for name in hall["kiosks"]}
    wanted |= {("service", name) for name in hall["services"]}
    for kind, name in sorted(wanted - set(views)):
        yield Finding("view", f"view/{kind}/{name}", "nothing is kept")
    for kind, name in sorted(wanted & set(views)):
        body = views[(kind, name)]["body"]
        if kind == "service":
            shown, expected = sorted(body["numbers"]), story.waiting_for(name)
        elif kind == "hall":
            expected = dict(Counter(ticket.status for ticket in story.tickets.values()))
            shown = {status: count for status, count in body["counts"].items() if count}
        else:
            continue
        if shown != expected:
            yield Finding("view", f"view/{kind}/{name}", f"shows {shown}, the journal says {expected}")


def mirrors(evidence: Evidence, story: Story, read: Any) -> Iterator[Finding]:
    """The last call can be read on the boards' own pictures; ``read`` gives the numbers that somebody sees on one."""
    newest = story.last_call
    if newest is None:
        return
    last = story.tickets[newest.ticket].number
    for path in sorted((evidence.folder / "pictures").glob("*.png")):
        seen = read(path)
        if last not in seen:
            yield Finding("mirror", str(path), f"{last} was called last, {sorted(seen)} can be read")


def outboxes(evidence: Evidence) -> Iterator[Finding]:
    """Nothing waits on any device, and no file is damaged."""
    for path in evidence.databases():
        damage = damage_of(path)
        for verdict in damage:
            yield Finding("database", str(path), verdict)
        if damage:
            continue
        if has_table(path, "outbox"):
            for id, by in rows_of(path, "SELECT id, by_whom FROM outbox"):
                yield Finding("outbox", str(path), f"{id} was never answered {by}".strip())


def damage_of(path: Path) -> list[str]:
    """What is wrong with a file; some damage lets SQLite not even look."""
    try:
        return [verdict for (verdict,) in rows_of(path, "PRAGMA integrity_check") if verdict != "ok"]
    except sqlite3.DatabaseError as error:
        return [str(error)]


def speech(evidence: Evidence, story: Story) -> Iterator[Finding]:
    """Each call at most once a display (with its repetition), never invented, never later than a minute."""
    made = {call.call_id for call in story.calls}
    first_seen = {line["call_id"]: line["s"] for line in evidence.of_people("seen_calls")}
    for log in spoken_logs(evidence):
        display, said = log.parent.name, list(lines_of(log))
        for (call_id, reading), times in Counter((line["call_id"], line["reading"]) for line in said).items():
            if times > 1:
                yield Finding("spoken_twice", str(log), f"{call_id} reading {reading} was spoken {times} times")
        for line in said:
            if line["call_id"] not in made:
                yield Finding("spoken_invented", str(log), f"{line['call_id']} ({line['number']}) was never called")
            frozen_s = _frozen_s(evidence, display, line["monotonic_s"])
            ages_s = [(line["at_ms"] - line["called_at_ms"]) / 1000]
            if line["call_id"] in first_seen:
                ages_s.append(line["monotonic_s"] - first_seen[line["call_id"]])
            if max(ages_s) > LATEST_S + frozen_s:
                age = f"{max(ages_s):.1f} s after the call"
                yield Finding("spoken_late", str(log), f"{line['number']} reading {line['reading']} {age}")


def spoken_logs(evidence: Evidence) -> list[Path]:
    return sorted(evidence.data.glob("*/spoken.jsonl*"))


def _frozen_s(evidence: Evidence, process: str, at_s: float) -> float:
    """How long this process was stopped in the minute and a half before: it could not know the time."""
    stopped_s = 0.0
    for line in evidence.of_people("faults"):
        if line["kind"] == "stop" and line["target"] == process and at_s - 90 < line["s"] < at_s:
            stopped_s += line["for_s"]
    return stopped_s


def programs(evidence: Evidence) -> Iterator[Finding]:
    """Every program runs at the end, and none told of an accident."""
    for line in evidence.of_people("programs"):
        if not line["runs"]:
            yield Finding("program_down", line["log"], f"{line['name']} does not run at the end")
    for path in sorted((evidence.data / "log").glob("*.log")):
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1):
            if "Traceback" in line:
                yield Finding("accident", f"{path}:{number}", line[:200] + " ... " + line[-200:])


def commands(evidence: Evidence, environment: dict[str, str], call: list[str]) -> Iterator[Finding]:
    """``broker check`` and ``broker replay`` as anybody can run them; ``call`` begins with the interpreter."""
    told = {**environment, "JIAOHAO_DATA": str(evidence.data)}
    for action in ("check", "replay"):
        done = subprocess.run(
            [*call, action, str(evidence.hall_file)], env=told, capture_output=True, text=True, timeout=300, check=False
        )
        said = f"{done.stdout}\n{done.stderr}"
        (evidence.folder / f"{action}.txt").write_text(said, encoding="utf-8")
        if done.returncode != 0:
            yield Finding(f"broker_{action}", str(evidence.folder / f"{action}.txt"), said.strip()[-400:])
