"""Whatever happens, in whatever order: a sheet's sums are those of the raw journal, counted here by different code.

And whenever the content of a sheet has changed since somebody signed it, the signature holds no more, for the engine
and for the reports alike.
"""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from broker.engine.sheets import missing, stage_of
from broker.model import commands as c
from broker.model.words import Level
from broker.store.reports import JournalReports
from broker.store.sheet_shape import Sheet
from tests.engine.test_engine_properties import steps_of
from tests.halls import DAY
from tests.server.rig import WriterRig
from tests.store.scripted_day import entries

SEEDS = range(8)
COUNTERS = ("c1", "c2", "c3")
UNDOABLE = (
    *("TicketCalled", "ServiceStarted", "ServiceFinished", "TicketMissed", "TicketHeld", "TicketTransferred"),
    *("VisitPartFinished", "DirectServed"),
)
ENDING = (c.OpenDay, c.CloseDay, c.BeginEmergency, c.PauseIssuing)
"""With these a story is soon over."""
KEPT_MOST = 3
"""So many actions of a counter may be undone one after the other (the law of the console)."""


def duties_of(chance: Random, rig: WriterRig) -> list[Callable[[], c.Command]]:
    """What the busy day of the engine's own properties does not have: log-ins, substitutes, paper, ratings, sheets."""

    def counter() -> str:
        return chance.choice(COUNTERS)

    def clerk() -> str:
        return chance.choice(("a1", "a2"))

    def visit() -> str:
        return chance.choice([*rig.writer.state.visits] or ["2026-03-04-v1"])

    def number() -> str:
        return f"{chance.randrange(10**8):08d}"

    return [
        lambda: c.LogIn(counter=counter(), clerk=clerk()),
        lambda: c.LogOut(counter=counter()),
        lambda: c.OpenCounter(counter=counter(), clerk=chance.choice((None, "a1", "a2"))),
        lambda: c.OpenCounter(counter=counter()),
        lambda: c.AppointSubstitute(counter=counter(), clerk=clerk()),
        lambda: c.ExcuseCounter(counter=counter(), reason="系统升级"),
        lambda: c.UndoLast(counter=counter()),
        lambda: c.UndoLast(counter=counter()),
        lambda: c.StartService(counter=counter()),
        lambda: c.ServeDirect(counter=counter(), service=chance.choice(("pension", "card")), reason="补交", items=2),
        lambda: c.NextService(counter=counter(), service=chance.choice(("pension", "card")), outcome="referred"),
        lambda: c.FinishService(counter=counter(), items=chance.randrange(4), outcome="papers_missing"),
        lambda: c.GiveReturnSlip(counter=counter(), slip=f"desk-{number()}", code=number(), missing="户口簿"),
        lambda: c.LeaveUnrated(visit=visit(), device=chance.choice(("keypad-1", "keypad-2")), why="declined"),
        lambda: c.RecordEvaluation(
            evaluation=f"rating-{number()}",
            visit=visit(),
            level=chance.choice(list(Level)),
            device="phone",
            pressed_at_ms=rig.now_ms,
        ),
        lambda: c.FillSheet(
            day=DAY, counter=counter(), who="leader", **entries(remark=chance.choice(("", "有一件投诉", "正常")))
        ),
        lambda: c.ReopenSheet(day=DAY, counter=counter(), reason="填错"),
    ]


def live(seed: int, folder: Path, look: Callable[[WriterRig], None]) -> WriterRig:
    """A day of nonsense; ``look`` is called after each wish, and somebody signs now and then."""
    chance, rig = Random(seed), WriterRig(folder)
    usual = [command for command, _ in steps_of(seed, 200) if not isinstance(command, ENDING)]
    more = duties_of(chance, rig)
    for counter in COUNTERS:
        rig.ask(c.OpenCounter(counter=counter))
    for index in range(12):
        rig.ask(c.IssueTicket(ticket=f"visitor-{index:04d}", service=("pension", "card")[index % 2]))
        rig.ask(c.ConfirmTicket(ticket=f"visitor-{index:04d}"))
    for command in usual:
        rig.now_ms += chance.choice((0, 1_000, 6_000, 45_000, 200_000))
        wish = command if chance.random() < 0.6 else chance.choice(more)()
        role = "kiosk-1" if isinstance(wish, c.ReportTicket) else "collector"
        rig.ask(wish, role, by="somebody")
        rig.made += 1
        rig.writer.ask(c.PassTime(), f"server/time-{rig.made:08d}")
        rig.writer.commit()
        look(rig)
    return rig


# -- the same count by other means: loops over what the journal holds as JSON ------------------------------------------


class Tally:
    """Sums of one counter from rows of the journal; an undone action is taken off again."""

    def __init__(self, counter: str) -> None:
        self.counter = counter
        self.sums: Counter[str] = Counter()
        self.waits: list[int] = []
        self.took: list[int] = []
        self.visits: dict[str, bool] = {}
        self.outcomes: Counter[str] = Counter()


def tally_of(rows: list[dict[str, Any]], counter: str) -> Tally:
    """Counts what became of each ticket at one counter, with a book of all tickets beside it."""
    one = Tally(counter)
    book: dict[str, dict[str, Any]] = {}
    undo: dict[str, list[tuple[dict[str, Any], str, dict[str, Any] | None]]] = {}
    for row in rows:
        kind, here = row["type"], row.get("counter")
        if kind in ("TicketReserved", "TicketReported"):
            book[row["ticket"]] = {"arrived": row["arrived_at_ms"], "seen": False}
            continue
        ticket = book.get(row.get("ticket", ""))
        before = None if ticket is None else dict(ticket)
        if kind == "ActionUndone":
            action, id, old = undo[here].pop()
            assert (action["type"], id) == (row["undone"], row.get("ticket", ""))
            if id:
                book[id] = old or {}
            if here == counter:
                take(one, action, old or {}, -1)
            continue
        if kind in UNDOABLE:
            undo.setdefault(here, []).append((row, row.get("ticket", ""), before))
            del undo[here][:-KEPT_MOST]
        if here == counter:
            take(one, row, before or {}, 1)
        if ticket is not None:
            advance(ticket, row)
    return one


def take(one: Tally, row: dict[str, Any], ticket: dict[str, Any], sign: int) -> None:
    """Add the row to the sums of its counter, or take it off."""
    kind = row["type"]
    one.sums[kind] += sign
    if kind == "TicketCalled" and not ticket["seen"]:
        change(one.waits, max(0, row["at_ms"] - ticket["arrived"]), sign)
    if kind not in ("ServiceFinished", "VisitPartFinished", "DirectServed"):
        return
    outcome = row.get("outcome", "done")
    one.outcomes[outcome] += sign
    one.sums["items"] += sign * row.get("items", 1)
    if outcome != "day_end" and kind != "DirectServed":
        change(one.took, row["at_ms"] - (ticket["started"] or ticket["called"]), sign)
    if sign > 0:
        one.visits[row["visit"]] = outcome != "day_end"
    else:
        del one.visits[row["visit"]]


def change(values: list[int], value: int, sign: int) -> None:
    if sign > 0:
        values.append(value)
    else:
        values.remove(value)


def advance(ticket: dict[str, Any], row: dict[str, Any]) -> None:
    """What happened to the ticket, for the next row about it."""
    kind = row["type"]
    if kind == "TicketCalled":
        ticket |= {"seen": True, "called": row["at_ms"], "started": None}
    elif kind == "ServiceStarted":
        ticket["started"] = row["at_ms"]
    elif kind == "VisitPartFinished" and row["stays"]:
        ticket |= {"called": row["at_ms"], "started": row["at_ms"]}


def rows_of(rig: WriterRig) -> list[dict[str, Any]]:
    """The journal as it lies on disk."""
    sql = "SELECT type, body FROM events ORDER BY position"
    return [{**json.loads(body), "type": kind} for kind, body in rig.journal.connection.execute(sql)]


def check_sums(sheet: Sheet, rows: list[dict[str, Any]]) -> None:
    found, one = sheet.figures, tally_of(rows, sheet.counter)
    assert found.calls == one.sums["TicketCalled"]
    assert found.recalls == one.sums["TicketRecalled"]
    assert found.no_shows == one.sums["TicketMissed"]
    assert found.held == one.sums["TicketHeld"]
    assert found.transferred == one.sums["TicketTransferred"]
    assert found.slips == one.sums["ReturnSlipGiven"]
    assert found.direct == one.sums["DirectServed"]
    assert found.next_services == one.sums["VisitPartFinished"]
    assert found.served == one.sums["ServiceFinished"] + one.sums["VisitPartFinished"] + one.sums["DirectServed"]
    assert found.items == one.sums["items"]
    assert Counter(found.outcomes) == one.outcomes
    assert (found.wait.n if found.wait else 0, found.wait.max_s if found.wait else 0) == (
        len(one.waits),
        round(max(one.waits, default=0) / 1000),
    )
    assert (found.service.n if found.service else 0) == len(one.took)
    if found.service:
        assert abs(found.service.mean_s - sum(one.took) / len(one.took) / 1000) <= 0.5
    assert len(found.pauses) == one.sums["CounterPaused"]
    assert sum(found.bands.values()) + sum(pause.until_ms is None for pause in found.pauses) == len(found.pauses)
    assert sum(pause.warned for pause in found.pauses) == one.sums["PauseRanLong"]
    assert len(found.tasks) == one.sums["CoverWanted"]
    assert found.left_empty == one.sums["CounterStoodEmpty"]
    assert len(found.sent) == one.sums["SubstituteAppointed"]
    check_ratings(sheet, rows, one)


def check_ratings(sheet: Sheet, rows: list[dict[str, Any]], one: Tally) -> None:
    found = sheet.figures.ratings
    rateable = {visit for visit, may in one.visits.items() if may}
    levels = {row["visit"]: row["level"] for row in rows if row["type"] == "EvaluationRecorded"}
    declined = {row["visit"] for row in rows if row["type"] == "VisitLeftUnrated"}
    rated = Counter(levels[visit] for visit in rateable & set(levels))
    assert found.rateable == len(rateable)
    assert (found.rated, Counter(found.levels)) == (rated.total(), rated)
    assert found.declined == len((rateable & declined) - set(levels))
    assert found.rated + found.declined + found.device_fault + found.unrated == found.rateable


@pytest.mark.parametrize("seed", SEEDS)
def test_the_sums_are_those_of_the_raw_journal(tmp_path: Path, seed: int) -> None:
    rig = live(seed, tmp_path, lambda rig: None)
    reports = JournalReports(rig.path, rig.hall, lambda: rig.now_ms)
    rows = rows_of(rig)
    found = reports.sheets(DAY)
    assert found is not None and len(found.sheets) == len(COUNTERS)
    assert sum(sheet.figures.served for sheet in found.sheets) > 0, "the story is too poor"
    for sheet in found.sheets:
        check_sums(sheet, rows)


@pytest.mark.parametrize("seed", SEEDS[:4])
def test_nothing_changes_behind_a_signature(tmp_path: Path, seed: int) -> None:
    """Engine and reports say the same of each sheet after every wish; what was signed is what stands there, or void."""
    chance = Random(seed)
    signed: dict[tuple[str, str], str] = {}
    seen: Counter[str] = Counter()
    books: list[JournalReports] = []

    def look(rig: WriterRig) -> None:
        if not books:
            books.append(JournalReports(rig.path, rig.hall, lambda: rig.now_ms))
        found = books[0].sheets(DAY)
        assert found is not None
        for sheet in found.sheets:
            known = rig.writer.state.sheets[DAY][sheet.counter]
            assert (stage_of(known), missing(rig.hall, known)) == (sheet.stage, sheet.missing)
            assert set(known.clerks) == set(sheet.clerks)
            for who, signature in (("clerk", sheet.clerk), ("leader", sheet.leader)):
                if signature is not None and signature.holds:
                    assert signed[sheet.counter, who] == sheet.digest, "changed, and nobody noticed"
            seen[sheet.stage] += 1
            if chance.random() < 0.3:
                sign(rig, sheet, found.as_of)

    def sign(rig: WriterRig, sheet: Sheet, as_of: int) -> None:
        who = chance.choice(("clerk", "leader"))
        clerk = sheet.clerks[0] if who == "clerk" and sheet.clerks else None
        wish = c.SignSheet(
            day=DAY, counter=sheet.counter, who=who, clerk=clerk, digest=sheet.digest, as_of=as_of, note="离岗",
        )  # type: ignore[arg-type]  # fmt: skip
        if rig.ask(wish, by=f"the-{who}").kind == "done":
            signed[sheet.counter, who] = sheet.digest

    live(seed, tmp_path, look)
    assert seen["finished"] and seen["void"], f"the story is too poor: {seen}"


def test_a_sheet_is_the_same_from_a_snapshot_and_after_a_restart(tmp_path: Path) -> None:
    rig = live(1, tmp_path, lambda rig: None)
    rig.writer.keep_snapshot()
    rig.ask(c.CloseDay())
    before = JournalReports(rig.path, rig.hall, lambda: rig.now_ms).sheets(DAY)
    sheets = rig.writer.state.sheets
    rig.restart()
    assert rig.writer.state.sheets == sheets
    assert JournalReports(rig.path, rig.hall, lambda: rig.now_ms).sheets(DAY) == before
