"""Plays a script: the real writer on a real journal, time told once an hour, and each minute where that matters."""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from broker.model import commands as c
from broker.model.hall import Hall
from broker.model.hall_file import parse_hall
from broker.model.words import Level
from broker.runtime.clock import ManualClock
from tests.collector.town import TownHub
from tests.engine.test_cases import ON, PROMISED
from tests.oversight.month.script import Act, Script
from tests.oversight.month.wall import END, FIRST, MINUTE_MS, at

HALL_TEXT = PROMISED + ON + "weekly = true\n[rota]\non = true\n[rules]\nclerks_log_in = true\n"


def month_hall() -> Hall:
    """The small hall with all that the quality desk can do, the rota, and clerks who log in."""
    return parse_hall(HALL_TEXT)


class Played(TownHub):
    """A hub that played a month. ``ticks`` come before what is done in the same minute."""

    def __init__(self, folder: Path, script: Script) -> None:
        super().__init__(folder, month_hall(), ManualClock(at(FIRST, "08:00")))
        self._script = script
        self._numbers: dict[str, str] = {}
        self._visits: dict[str, str] = {}
        self._case_numbers = {case["name"]: case["number"] for case in script.cases}
        acts = iter([*script.acts, None])
        act = next(acts)
        for tick_ms in self._ticks():
            while act is not None and act.at_ms < tick_ms:
                self._do(act)
                act = next(acts)
            self._go_to(tick_ms)
            self.at_the_server(c.PassTime())
        assert act is None, "the story goes on after its end"

    def show(self) -> None:
        """Nobody looks: figures are read from the journal."""

    def _ticks(self) -> Iterator[int]:
        hours = set(range(at(FIRST, "08:00"), at(END, "00:00") + 1, 60 * MINUTE_MS))
        for from_ms, to_ms in self._script.watched:
            hours |= set(range(from_ms, to_ms + 1, MINUTE_MS))
        return iter(sorted(hours))

    def _go_to(self, at_ms: int) -> None:
        self.clock.advance((at_ms - self.clock.now_ms()) / 1000)

    def _do(self, act: Act) -> None:
        self._go_to(act.at_ms)
        if act.by == "server" and act.command is not None:
            self.at_the_server(act.command)
            return
        command = self._command(act)
        told = self.done(command, "collector", by=act.by)
        if isinstance(command, c.IssueTicket):
            self._numbers[command.ticket] = str(told["number"])
        if isinstance(command, c.FinishService):
            self._visits[act.named] = str(told["visit"])

    def _command(self, act: Act) -> c.Command:
        if act.cancels:
            return c.CancelTicket(number=self._numbers[act.visit_of])
        if act.visit_of:
            return c.RecordEvaluation(
                evaluation=f"of-{act.visit_of}", visit=self._visits[act.visit_of], level=Level(act.named),
                device="sign-code", pressed_at_ms=act.at_ms,
            )  # fmt: skip
        if act.case:
            case = self.case_ids[self._case_numbers[act.case]]
            return c.TakeStep(case=case, **act.step)
        assert act.command is not None
        return act.command

    @property
    def case_ids(self) -> dict[str, str]:
        """Number -> id of the cases that the engine still knows."""
        return {case.number: case.case for case in self.writer.state.cases.values()}

    def rows(self) -> list[dict[str, Any]]:
        """The journal's events as plain JSON, by SQL."""
        with sqlite3.connect(f"file:{self.path}?mode=ro", uri=True) as connection:
            return [json.loads(body) for (body,) in connection.execute("SELECT body FROM events ORDER BY position")]
