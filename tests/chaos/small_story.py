"""Evidence of a tiny, honest day, written by hand: a counter, a board, three tickets. Tests then spoil one thing."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from broker.runtime.frames import p1
from tests.chaos.auditor.evidence import Evidence

HALL = """
[hall]
id = "x"
[kiosks.kiosk-1]
[services.pension]
[displays.board-1]
[counters.c1]
[keypads.keypad-1]
counter = "c1"
caller = "desk-1"
address = "p1://a/101"
levels = { "0" = "very_satisfied", "1" = "satisfied", "2" = "basically_satisfied", "3" = "dissatisfied" }
"""
UNIT = 101
Event = dict[str, Any]


def ticket_paper(number: str) -> bytes:
    """The smallest paper that carries a number as tickets do: large, among smaller text, cut."""
    return (
        b"\x1b@\x1c&\x1ba\x01" + "大厅".encode("gbk") + b"\n\x1d!\x44" + number.encode() + b"\n\x1d!\x00A999 is small\n"
        b"\x1d(k\x07\x001P0A998\x1d!\x11\n\x1d!\x00\x1bJ\x50\x1dV\x01\x1dr\x01"
    )  # fmt: skip


def call(ticket: str, call_id: str, at_ms: int) -> Event:
    return {"type": "TicketCalled", "ticket": ticket, "counter": "c1", "call_id": call_id, "at_ms": at_ms}


def served(ticket: str, visit: str, key: int) -> list[Event]:
    level = ("very_satisfied", "satisfied", "basically_satisfied", "dissatisfied")[key]
    return [
        {"type": "ServiceStarted", "ticket": ticket, "counter": "c1"},
        {"type": "ServiceFinished", "ticket": ticket, "counter": "c1", "visit": visit},
        {"type": "EvaluationRecorded", "evaluation": f"rating-of-{visit}", "visit": visit, "level": level,
         "raw_key": str(key), "device": "keypad-1"},
    ]  # fmt: skip


def honest_events() -> list[Event]:
    """Two tickets served and rated, a third being called."""
    born = {"series": "a", "owner": "engine", "service": "pension", "at_ms": 1_000}
    return [
        {"type": "DayOpened", "day": "2026-03-04"},
        {"type": "TicketReserved", "ticket": "t1", "number": "A001", **born},
        {"type": "TicketConfirmed", "ticket": "t1", "holding": "paper"},
        {"type": "TicketReported", "ticket": "t2", "number": "A800", "holding": "paper", **born},
        {"type": "TicketReserved", "ticket": "t3", "number": "A002", **born},
        {"type": "TicketRenumbered", "ticket": "t3", "number": "A801", "voided": "A002", "holding": "paper"},
        {"type": "CounterOpened", "counter": "c1"},
        call("t1", "call-1", 10_000),
        *served("t1", "visit-1", 0),
        call("t2", "call-2", 20_000),
        *served("t2", "visit-2", 3),
        call("t3", "call-3", 30_000),
    ]


class SmallStory:
    """Change ``events``, ``papers``, ``wire``, ``said``, ``boxes`` or ``board_calls``, then ``write``."""

    def __init__(self, folder: Path) -> None:
        self.evidence = Evidence(folder)
        self.events = honest_events()
        self.papers = {"kiosk-1": ["A001", "A800"], "kiosk-2": ["A801"]}
        self.visitors = ["A001", "A800", "A801"]
        self.wire: list[dict[str, Any]] = [
            *self.rated(1.0, 0, 5),
            {"s": 2.0, "to_devices": (b"\xff\x68\x00 noise" + p1.encode(p1.beep(UNIT))).hex()},
            *self.rated(3.0, 3, 2),
        ]
        self.seen_calls = {"call-1": 10.0, "call-2": 20.0, "call-3": 30.0}
        self.said = [
            self.spoken("call-1", 12_000),
            self.spoken("call-1", 22_000, reading=2),
            self.spoken("call-2", 21_000),
        ]
        self.faults: list[dict[str, Any]] = []
        self.outbox: list[str] = []
        self.rated_at_desk = {"visit-1": "rating-of-visit-1", "visit-2": "rating-of-visit-2"}
        self.board_calls = [("call-3", "A801", "c1"), ("call-2", "A800", "c1"), ("call-1", "A001", "c1")]
        self.counter: dict[str, Any] = {
            "ticket": {"number": "A801", "status": "called"}, "status": "open", "waiting": 0,
        }  # fmt: skip
        self.shown: dict[str, dict[str, Any]] = {
            "hall/x": {"counts": {"served": 2, "called": 1, "void": 0}},
            "kiosk/kiosk-1": {},
            "service/pension": {"numbers": []},
        }
        self.logs = {"kiosk-1": "at=now level=info said=fine\n"}
        self.runs = {"kiosk-1": True}

    @staticmethod
    def rated(s: float, key: int, stars: int) -> list[dict[str, Any]]:
        """A visitor presses, the desk thanks; the frame of stars comes in two pieces."""
        thanks = p1.encode(p1.stars(UNIT, stars))
        return [
            {"s": s, "finger": UNIT, "key": str(key)},
            {"s": s, "to_host": p1.encode(p1.result_frame(UNIT, key)).hex()},
            {"s": s + 0.1, "to_devices": (p1.encode(p1.acknowledge(p1.result_frame(UNIT, key))) + thanks[:4]).hex()},
            {"s": s + 0.2, "to_devices": thanks[4:].hex()},
        ]

    @staticmethod
    def spoken(call_id: str, at_ms: int, reading: int = 1) -> dict[str, Any]:
        called_at_ms = int(call_id[-1]) * 10_000
        return {
            "call_id": call_id, "number": "A001", "reading": reading, "at_ms": at_ms, "called_at_ms": called_at_ms,
            "monotonic_s": at_ms / 1000,
        }  # fmt: skip

    def write(self) -> Evidence:
        evidence, records = self.evidence, self.evidence.folder / "records"
        for folder in ("paper", "wire"):
            (records / folder).mkdir(parents=True)
        for folder in ("server", "desk-1", "board-1", "log"):
            (evidence.data / folder).mkdir(parents=True)
        evidence.hall_file.write_text(HALL, encoding="utf-8")
        for printer, numbers in self.papers.items():
            data = b"".join(map(ticket_paper, numbers))
            pieces = [data[at : at + 7] for at in range(0, len(data), 7)]
            write_lines(records / "paper" / f"{printer}.jsonl", [{"s": 1.0, "bytes": piece.hex()} for piece in pieces])
        write_lines(records / "wire" / "desk-1.jsonl", self.wire)
        write_lines(records / "visitors.jsonl", [{"s": 1.0, "kiosk": "kiosk-1", "number": n} for n in self.visitors])
        write_lines(records / "seen_calls.jsonl", [{"s": s, "call_id": id} for id, s in self.seen_calls.items()])
        write_lines(records / "faults.jsonl", self.faults)
        write_lines(records / "programs.jsonl", [{"name": n, "runs": r, "log": n} for n, r in self.runs.items()])
        write_lines(evidence.data / "board-1" / "spoken.jsonl", self.said)
        for name, text in self.logs.items():
            (evidence.data / "log" / f"{name}.log").write_text(text, encoding="utf-8")
        self._write_databases()
        self._write_retained()
        return evidence

    def _write_databases(self) -> None:
        with closing(sqlite3.connect(self.evidence.journal)) as journal, journal:
            journal.execute("CREATE TABLE events (position INTEGER, type TEXT, body BLOB)")
            rows = [(place, event["type"], json.dumps(event)) for place, event in enumerate(self.events, start=1)]
            journal.executemany("INSERT INTO events VALUES (?, ?, ?)", rows)
        with closing(sqlite3.connect(self.evidence.data / "desk-1" / "ratings.sqlite")) as desk, desk:
            desk.execute("CREATE TABLE rated (visit TEXT, evaluation TEXT)")
            desk.execute("CREATE TABLE outbox (id TEXT, by_whom TEXT)")
            desk.executemany("INSERT INTO rated VALUES (?, ?)", self.rated_at_desk.items())
            desk.executemany("INSERT INTO outbox VALUES (?, '')", [(id,) for id in self.outbox])

    def _write_retained(self) -> None:
        calls = [dict(zip(("call_id", "number", "counter"), row, strict=True)) for row in self.board_calls]
        kept = {"jh/x/view/board/board-1": {"body": {"calls": calls}}, "jh/x/view/counter/c1": {"body": self.counter}}
        kept |= {f"jh/x/view/{place}": {"body": body} for place, body in self.shown.items()}
        (self.evidence.folder / "retained.json").write_text(json.dumps(kept), encoding="utf-8")


def write_lines(path: Path, lines: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
