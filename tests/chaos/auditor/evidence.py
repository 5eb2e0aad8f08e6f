"""Where the evidence of a run lies, and how its files are opened: standard library only."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Finding:
    """Something that must not be: which check, where it is to be seen, and what."""

    check: str
    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.check}: {self.what}  [{self.where}]"


@dataclass(frozen=True)
class Evidence:
    """The folder of a run."""

    folder: Path

    @property
    def hall_file(self) -> Path:
        return self.folder / "hall.toml"

    @property
    def data(self) -> Path:
        """The data folders of all programs."""
        return self.folder / "var"

    @property
    def journal(self) -> Path:
        return self.data / "server" / "hall.db"

    def records(self, kind: str) -> dict[str, Path]:
        """Name -> record of that kind: ``paper`` by kiosk, ``wire`` by line."""
        return {path.stem: path for path in sorted((self.folder / "records" / kind).glob("*.jsonl"))}

    def of_people(self, name: str) -> list[dict[str, Any]]:
        """What people of the run noted: ``faults``, ``seen_calls``, ``visitors``, ``programs``."""
        path = self.folder / "records" / f"{name}.jsonl"
        return list(lines_of(path)) if path.exists() else []

    def retained(self) -> dict[str, Any]:
        """Topic -> JSON of what the MQTT broker kept at the end."""
        path = self.folder / "retained.json"
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}

    def databases(self) -> list[Path]:
        """Every SQLite file that a program left."""
        return [path for pattern in ("*/*.db", "*/*.sqlite") for path in sorted(self.data.glob(pattern))]


def lines_of(path: Path) -> Iterator[dict[str, Any]]:
    """JSON objects of a file, one a line; a line that is none is passed over (its writer was killed in the middle)."""
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            found = json.loads(line)
        except ValueError:
            continue
        if isinstance(found, dict):
            yield found


def rows_of(path: Path, sql: str) -> list[tuple[Any, ...]]:
    """Rows of a database that nobody writes any more."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5.0)) as connection:
        return connection.execute(sql).fetchall()


def has_table(path: Path, table: str) -> bool:
    return bool(rows_of(path, f"SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = '{table}'"))
