"""工作日报表: the day's sheet of a counter is completed by hand and signed by its clerk and by the duty leader. Pure.

Its figures are counted from the journal by whoever shows it (``broker.store.sheets``); here is only what must be
decided: who may write and sign, and whether what was signed is still what stands there. Anything that touches the
sheet afterwards voids the signatures, but for ratings, which are not signed (``broker.model.sheet_touch``). A sheet of
a day that is over is a task of the duty leader from the next opening on, and may be finished for ``rules.sheet_days``
business days.
"""

from collections.abc import Iterator

from broker.engine.context import Desk, Outcome, Refused
from broker.engine.sheet_state import Sheet
from broker.engine.state import State
from broker.model import commands as c
from broker.model import events as e
from broker.model import refusals as r
from broker.model.hall import Hall
from broker.model.sheet_items import (
    CLERK_SIGNATURE,
    ITEMS_VERSION,
    LEADER_SIGNATURE,
    SheetPart,
    SheetStage,
    items_of,
    missing_entries,
)
from broker.model.visible_text import says_something
from broker.model.words import CounterStatus


def fill(desk: Desk, command: c.FillSheet) -> Outcome:
    """The entries by hand as they are now; the same once more changes nothing, and voids nothing."""
    sheet = _sheet(desk, command.day, command.counter)
    _check_part(sheet, command.day, command.who, command.clerk)
    if sheet.finished:
        raise Refused(r.SheetSealed(counter=command.counter))
    if command.items_version != ITEMS_VERSION:
        raise Refused(r.SheetItemsChanged(version=ITEMS_VERSION))
    if command.as_of is not None and command.as_of < sheet.filled:
        raise Refused(r.SheetChanged(counter=command.counter))
    _check_items(desk.hall, command)
    if sheet.filled and (command.counts, command.checks, command.remark) == (sheet.counts, sheet.checks, sheet.remark):
        return Outcome(result={"day": command.day})
    event = e.SheetFilled(
        at_ms=desk.now_ms,
        day=command.day,
        counter=command.counter,
        who=command.who,
        items_version=command.items_version,
        counts=command.counts,
        checks=command.checks,
        remark=command.remark,
        clerk=command.clerk,
        by=desk.asked.by,
    )
    return Outcome((event,), {"day": command.day})


def sign(desk: Desk, command: c.SignSheet) -> Outcome:
    """One of the two signatures, of exactly what the signer saw."""
    sheet = _sheet(desk, command.day, command.counter)
    _check_part(sheet, command.day, command.who, command.clerk)
    _check_over(desk, command.day, command.counter)
    if not desk.asked.by:
        raise Refused(r.SignerUnknown())
    if not sheet.touched <= command.as_of <= desk.state.position:
        raise Refused(r.SheetChanged(counter=command.counter))
    empty = missing_entries(items_of(desk.hall.sheet_items), sheet.counts, sheet.checks, sheet.remark)
    if empty:
        raise Refused(r.SheetIncomplete(missing=len(empty)))
    if sheet.holds(sheet.clerk if command.who == "clerk" else sheet.leader):
        raise Refused(r.SheetSignedAlready(counter=command.counter))
    if command.who == "leader":
        _check_leader(desk, sheet, command)
    elif sheet.leader is not None and sheet.holds(sheet.leader) and sheet.leader.by == desk.asked.by:
        raise Refused(r.SameSigner(counter=command.counter))
    event = e.SheetSigned(
        at_ms=desk.now_ms,
        day=command.day,
        counter=command.counter,
        who=command.who,
        digest=command.digest,
        clerk=command.clerk,
        by=desk.asked.by,
        note=command.note,
    )
    return Outcome((event,), {"day": command.day})


def reopen(desk: Desk, command: c.ReopenSheet) -> Outcome:
    """Only what somebody signed has to be opened."""
    sheet = _sheet(desk, command.day, command.counter)
    if not says_something(command.reason):
        raise Refused(r.ReasonNeeded())
    if not sheet.holds(sheet.clerk) and not sheet.holds(sheet.leader):
        raise Refused(r.SheetNotSigned(counter=command.counter))
    event = e.SheetReopened(
        at_ms=desk.now_ms, day=command.day, counter=command.counter, reason=command.reason, by=desk.asked.by
    )
    return Outcome((event,), {"day": command.day})


def left_over(desk: Desk) -> Iterator[e.Event]:
    """As a new day opens: the last day's unfinished sheets are tasks, those whose days are over stay as they are."""
    if not desk.hall.rules.day_sheets:
        return
    for index, day in enumerate(sorted(desk.state.sheets, reverse=True)):
        for key, sheet in desk.state.sheets[day].items():
            lacks = missing(desk.hall, sheet)
            if lacks and index == 0 and not sheet.task:
                task = f"{day}-sheet-{key}"
                yield e.SheetUnfinished(at_ms=desk.now_ms, task=task, day=day, counter=key, missing=lacks)
            if lacks and index == desk.hall.rules.sheet_days:
                yield e.SheetLapsed(at_ms=desk.now_ms, day=day, counter=key, missing=lacks)


def missing(hall: Hall, sheet: Sheet) -> tuple[str, ...]:
    """What a sheet lacks: keys of items, then signatures; nothing of one that is finished."""
    if sheet.finished:
        return ()
    entries = missing_entries(items_of(hall.sheet_items), sheet.counts, sheet.checks, sheet.remark)
    clerk = () if sheet.holds(sheet.clerk) else (CLERK_SIGNATURE,)
    return (*entries, *clerk, LEADER_SIGNATURE)


def stage_of(sheet: Sheet) -> SheetStage:
    """How far it is."""
    if sheet.finished:
        return "finished"
    given = [one for one in (sheet.clerk, sheet.leader) if one is not None]
    if any(not sheet.holds(one) for one in given):
        return "void"
    return "clerk" if given else "open"


def open_days(hall: Hall, state: State) -> tuple[str, ...]:
    """Days whose sheets may be changed, newest first: the last one and ``sheet_days`` before it."""
    return tuple(sorted(state.sheets, reverse=True)[: hall.rules.sheet_days + 1])


def _sheet(desk: Desk, day: str, counter: str) -> Sheet:
    desk.counter(counter)
    sheet = desk.state.sheets.get(day, {}).get(counter)
    if sheet is None or day not in open_days(desk.hall, desk.state):
        raise Refused(r.SheetNotOpen(counter=counter, day=day, days=desk.hall.rules.sheet_days))
    return sheet


def _check_part(sheet: Sheet, day: str, who: SheetPart, clerk: str | None) -> None:
    """A clerk must have stood there; where nobody of the hall file did, it is the post's."""
    if who == "leader":
        return
    stood_there = clerk in sheet.clerks if clerk is not None else not sheet.clerks
    if not stood_there:
        raise Refused(r.NotYourSheet(counter=sheet.counter, day=day))


def _check_items(hall: Hall, command: c.FillSheet) -> None:
    items = items_of(hall.sheet_items, command.items_version)
    given = [(key, "count") for key in command.counts] + [(key, "check") for key in command.checks]
    for key, kind in given:
        if key not in items or items[key].kind != kind:
            raise Refused(r.UnknownSheetItem(item=key))


def _check_over(desk: Desk, day: str, counter: str) -> None:
    here = desk.state.counter(counter)
    if day == desk.state.day and (here.status is not CounterStatus.CLOSED or here.clerk is not None):
        raise Refused(r.CounterStillOpen(counter=counter))


def _check_leader(desk: Desk, sheet: Sheet, command: c.SignSheet) -> None:
    signed = sheet.clerk
    if signed is None or not sheet.holds(signed):
        if not says_something(command.note):
            raise Refused(r.ClerkSignsFirst(counter=command.counter))
    elif signed.by == desk.asked.by:
        raise Refused(r.SameSigner(counter=command.counter))
