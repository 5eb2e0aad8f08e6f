"""Judges a storm by the journal's rows, the hall file and what clients wrote down; borrows no rule of the engine."""

import json
import math
import sqlite3
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

SLOT_MS = 30 * 60_000
"""Of the hall of the storm; its zone is whole hours from UTC."""


@dataclass(frozen=True)
class Found:
    """What the storm came to; ``faults`` empty: every promise was kept."""

    asked: int
    acknowledged: int
    refused: int
    in_journal: int
    slots: int
    fullest: int
    most: int
    faults: tuple[str, ...]


def rows_of(journal: Path) -> list[tuple[str, dict[str, object]]]:
    """(type, event) of every row about appointments, in order."""
    with sqlite3.connect(f"file:{journal}?mode=ro", uri=True) as connection:
        wanted = "SELECT type, body FROM events WHERE type LIKE 'Appointment%' ORDER BY position"
        return [(kind, json.loads(body)) for kind, body in connection.execute(wanted)]


def audit(rows: Iterable[tuple[str, dict[str, object]]], hall_file: Path, told: Iterable[dict[str, object]]) -> Found:
    """The whole judgement."""
    most = _places_from_home(hall_file)
    booked: Counter[str] = Counter()
    taken: Counter[tuple[object, int]] = Counter()
    persons: Counter[object] = Counter()
    faults: list[str] = []
    for kind, event in rows:
        if kind != "AppointmentBooked":
            faults.append(f"{kind} in the journal: nobody cancelled or moved anything")
            continue
        booked[str(event["appointment"])] += 1
        slot = (event["service"], int(str(event["time_ms"])) // SLOT_MS)
        taken[slot] += 1
        persons[event.get("person")] += 1
        if taken[slot] > most:
            faults.append(f"slot {slot} holds {taken[slot]}, {most} are allowed")
    faults += [
        f"{appointment} stands in the journal {count} times" for appointment, count in booked.items() if count > 1
    ]
    faults += [f"a person has {count} appointments on one day" for count in persons.values() if count > 1]
    answers = _answers(told)
    faults += _disagreements(answers, booked)
    yes = sum(status == 201 for status, _ in answers.values())
    return Found(
        asked=len(answers),
        acknowledged=yes,
        refused=len(answers) - yes,
        in_journal=len(booked),
        slots=len(taken),
        fullest=max(taken.values(), default=0),
        most=most,
        faults=tuple(faults),
    )


def _places_from_home(hall_file: Path) -> int:
    rules = tomllib.loads(hall_file.read_text(encoding="utf-8"))["rules"]
    capacity = int(rules["appointment_slot_capacity"])
    return capacity - math.floor(capacity * float(rules["appointment_walk_in_share"]))


def _answers(told: Iterable[dict[str, object]]) -> dict[str, tuple[int, str]]:
    """Id -> (status, code) that settled it; one that was acknowledged stays so."""
    answers: dict[str, tuple[int, str]] = {}
    for line in told:
        id, status = str(line["id"]), int(str(line["status"]))
        if answers.get(id, (0, ""))[0] != 201:
            answers[id] = (status, str(line["code"]))
    return answers


def _disagreements(answers: dict[str, tuple[int, str]], booked: Counter[str]) -> Iterator[str]:
    for id, (status, code) in answers.items():
        if status == 201 and id not in booked:
            yield f"{id} was acknowledged and is not in the journal"
        elif status == 0:
            yield f"{id} got no answer"
        elif status not in (201, 409):
            yield f"{id} was answered {status} {code}"
        elif status == 409 and id in booked:
            yield f"{id} was refused ({code}) and is in the journal"
    yield from (f"{id} is in the journal and nobody asked" for id in booked if id not in answers)
