"""What events change about the cases of the quality desk. No decisions, no clock of its own."""

from collections.abc import Callable
from typing import Any

from broker.engine.case_state import Case
from broker.engine.state import State
from broker.model import events as e
from broker.model.blame_causes import OVERDUE
from broker.model.case_life import CLOSED

_FINDINGS = ("founded", "unfounded", "mistaken")
"""Verdicts by which it is said whether a case is right."""


def _opened(state: State, event: e.CaseOpened) -> None:
    year, count = event.number[1:].split("-")
    key = (event.kind, year)
    state.case_numbers[key] = max(state.case_numbers.get(key, 0), int(count))
    state.cases[event.case] = Case(
        case=event.case,
        kind=event.kind,
        number=event.number,
        stage=event.stage,
        begun_ms=event.received_ms,
        since_ms=event.at_ms,
        due_ms=event.due_ms,
        red_ms=event.red_ms,
        owner=event.owner,
        counter=event.counter,
        service=event.service,
        clerk=event.clerk,
        evaluation=event.evaluation,
        contact=event.contact,
        of=event.of,
    )
    if event.of is not None and event.of in state.cases:
        state.cases[event.of].causes.append(event.cause or OVERDUE)


def _stepped(state: State, event: e.CaseStepped) -> None:
    case = state.cases[event.case]
    if event.due_ms != case.due_ms:
        case.told = False
    if event.red_ms != case.red_ms:
        case.red_told = False
    case.stage, case.since_ms = event.stage, event.at_ms
    case.due_ms, case.red_ms = event.due_ms, event.red_ms
    case.days_left, case.red_left = event.days_left, event.red_left
    if event.anew:
        case.begun_ms = event.at_ms
    if event.verdict in _FINDINGS:
        case.founded = event.verdict == "founded"
    elif event.step == "reopen":
        case.founded = False  # what was found is in question again
    case.taken.append(event.step)
    if event.by and event.by not in case.hands:
        case.hands.append(event.by)


def _given(state: State, event: e.CaseGiven) -> None:
    state.cases[event.case].owner = event.owner


def _overdue(state: State, event: e.CaseOverdue) -> None:
    case = state.cases[event.case]
    if event.light == "red":
        case.red_told = True
    else:
        case.told = True


def follow(state: State, event: e.Event) -> None:
    """What other events mean for cases; looked at after every event."""
    if isinstance(event, e.EvaluationExplained) and event.contact:
        _wished(state, event)
    elif isinstance(event, e.DayOpened):
        _forget(state, event.at_ms)


def _wished(state: State, event: e.EvaluationExplained) -> None:
    """Whoever rated wishes to be called, and said so after the rating."""
    for case in state.cases.values():
        if case.evaluation == event.evaluation:
            case.contact = True


def _forget(state: State, now_ms: int) -> None:
    """Cases about which nobody may ask any more."""
    over = [key for key, case in state.cases.items() if case.stage == CLOSED and case.due_ms <= now_ms]
    for key in over:
        del state.cases[key]


CASE_WRITERS: dict[type[e.Event], Callable[[State, Any], None]] = {
    e.CaseOpened: _opened,
    e.CaseStepped: _stepped,
    e.CaseGiven: _given,
    e.CaseOverdue: _overdue,
}
"""Event -> what it changes."""
