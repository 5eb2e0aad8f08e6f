"""L8, L14, L15, L19: one command, one answer for ever, given out only when it is safe, to everybody who asked.

The inboxes, retries and logs of L19 cannot be seen from outside; what travels and what waits at rest can.
"""

from collections.abc import Iterator
from typing import Any

from broker.model import events as e
from tests.simulation.checkers.answer import is_final, read, refusal_of
from tests.simulation.checkers.violation import Violation
from tests.simulation.trace import Answered, Entry, Trace

RATINGS = ("RecordEvaluation", "RateVisit", "RateByTicket", "RateBySign")
ANSWER_MOST_BYTES = 8_192
PICTURE_MOST_BYTES = 65_536


def check(trace: Trace) -> Iterator[Violation]:
    """Answers against answers, answers against the journal that survived, outboxes at rest."""
    yield from _same_for_ever(trace)
    yield from _one_decision(trace)
    yield from _safe_before_seen(trace)
    yield from _kept_word(trace)
    yield from _drained(trace)
    yield from _small(trace)
    yield from _own_alarms(trace)


def _same_for_ever(trace: Trace) -> Iterator[Violation]:
    first: dict[tuple[str, str], Answered] = {}
    for answer in trace.answered:
        if not is_final(answer.reply):
            continue
        known = first.setdefault((answer.device, answer.id), answer)
        if known.reply != answer.reply:
            facts = {"first": known.reply[:300], "then": answer.reply[:300]}
            yield Violation("L8", answer.at_ms, f"{answer.device} got two different answers to {answer.id}", facts)


def _one_decision(trace: Trace) -> Iterator[Violation]:
    """The events of one command stand together: a second decision would put more of them further on."""
    last: dict[str, int] = {}
    for entry in trace.journal:
        before = last.get(entry.command)
        if before is not None and before != entry.position - 1:
            facts = {"position": entry.position, "before": before}
            yield Violation("L8", entry.at_ms, f"command {entry.command} was decided twice", facts)
        last[entry.command] = entry.position


def _safe_before_seen(trace: Trace) -> Iterator[Violation]:
    for answer in trace.answered:
        if answer.as_of > answer.committed:
            facts = {"as_of": answer.as_of, "committed": answer.committed}
            yield Violation("L14", answer.at_ms, f"the answer to {answer.id} left before it was safe", facts)
    for shown in trace.shown:
        if shown.as_of > shown.committed:
            facts = {"as_of": shown.as_of, "committed": shown.committed}
            yield Violation("L14", shown.at_ms, f"{shown.display} showed {shown.topic} before it was safe", facts)


def _kept_word(trace: Trace) -> Iterator[Violation]:
    """What an answer says has happened is in the journal that survived, under the command's own id."""
    by_command: dict[str, list[Entry]] = {}
    for entry in trace.journal:
        by_command.setdefault(entry.command, []).append(entry)
    booked: dict[str, list[Entry]] = {}
    for entry in trace.journal:
        if isinstance(entry.event, e.AppointmentBooked):
            booked.setdefault(entry.event.appointment, []).append(entry)
    length = len(trace.journal)
    asked = {(sent.device, sent.id): sent.command for sent in trace.sent}
    for answer in trace.answered:
        if answer.as_of > length:
            facts = {"as_of": answer.as_of, "journal": length}
            yield Violation("L14", answer.at_ms, f"{answer.id} was answered from a future that did not survive", facts)
        reply = read(answer.reply)
        if reply.get("kind") != "done":
            continue
        command = asked.get((answer.device, answer.id), "")
        result = reply.get("result") or {}
        entries = by_command.get(answer.id, [])
        if command == "BookAppointment":  # from home the same wish once more has the same answer
            entries = booked.get(result.get("appointment", ""), [])
        missing = _missing(command, result, entries)
        if missing:
            yield Violation("L14", answer.at_ms, f"{command} {answer.id} was answered and {missing} is lost")


_LEAVES_A_TRACE: dict[str, tuple[type[e.Event], ...] | type[e.Event]] = {
    "OpenCounter": e.CounterOpened,
    "PauseCounter": e.CounterPaused,
    "ResumeCounter": e.CounterResumed,
    "CloseCounter": e.CounterClosed,
    "CallNext": e.TicketCalled,
    "CallNumber": e.TicketCalled,
    "Recall": e.TicketRecalled,
    "StartService": e.ServiceStarted,
    "FinishService": e.ServiceFinished,
    "MarkNoShow": e.TicketMissed,
    "HoldTicket": e.TicketHeld,
    "TransferTicket": e.TicketTransferred,
    "ReturnTicket": (e.TicketReturned, e.HolderArrived),
    "PostponeTicket": e.TicketPostponed,
    "CancelTicket": e.TicketCancelled,
    "RecordEvaluation": e.EvaluationRecorded,
    "PauseIssuing": e.IssuingWasPaused,
    "ResumeIssuing": e.IssuingWasResumed,
    "PostNotice": e.NoticePosted,
    "ClearNotice": e.NoticeCleared,
    "RateVisit": e.EvaluationRecorded,
    "RateByTicket": e.EvaluationRecorded,
    "RateBySign": e.EvaluationRecorded,
    "RevokePriority": e.PriorityRevoked,
    "EndEmergency": e.EmergencyEnded,
    "AnswerHelp": e.HelpAnswered,
    "BookAppointment": e.AppointmentBooked,
    "MoveAppointment": e.AppointmentBooked,
    "CancelAppointment": e.AppointmentCancelled,
    "UndoLast": e.ActionUndone,
    "NextService": e.VisitPartFinished,
    "ServeDirect": e.DirectServed,
    "GiveReturnSlip": e.ReturnSlipGiven,
    "ApproveExtension": e.ExtensionApproved,
    "AppointSubstitute": e.SubstituteAppointed,
    "ExcuseCounter": e.CounterExcused,
    "RaiseClass": e.ClassRaised,
    "OpenEmergencyCounter": e.CounterOpened,
    "LogOut": (e.ClerkLoggedOut, e.CounterClosed),
    "ExplainEvaluation": e.EvaluationExplained,
    "SignSheet": e.SheetSigned,
    "ReopenSheet": e.SheetReopened,
    "KeepAuditHead": e.AuditHeadKept,
}
"""Accepted commands that always change something. A ticket that was known before may be asked for, confirmed,
reported or given up once more without any event."""


def _missing(command: str, result: dict[str, Any], entries: list[Entry]) -> str:
    kind = _LEAVES_A_TRACE.get(command)
    if kind is None:
        return ""
    events = [entry.event for entry in entries if isinstance(entry.event, kind)]
    if not events:
        return f"its {kind.__name__}" if isinstance(kind, type) else "its event"
    call = result.get("call_id")
    if call is not None and call not in [getattr(event, "call_id", None) for event in events]:
        return f"call {call}"
    return ""


def _drained(trace: Trace) -> Iterator[Violation]:
    rest = trace.rest
    if rest is None:
        return
    for device, length in rest.outboxes.items():
        if length:
            yield Violation("L15", rest.at_ms, f"the outbox of {device} still has entries", {"length": length})
    answered = {(answer.device, answer.id) for answer in trace.answered if is_final(answer.reply)}
    for sent in trace.sent:
        if sent.durable and (sent.device, sent.id) not in answered:
            yield Violation("L15", sent.at_ms, f"{sent.command} {sent.id} of {sent.device} was never answered")


def _small(trace: Trace) -> Iterator[Violation]:
    for answer in trace.answered:
        if len(answer.reply) > ANSWER_MOST_BYTES:
            yield Violation("L19", answer.at_ms, f"an answer of {len(answer.reply)} bytes")
    for shown in trace.shown:
        if len(shown.body) > PICTURE_MOST_BYTES:
            yield Violation("L19", shown.at_ms, f"a picture of {len(shown.body)} bytes")


def _own_alarms(trace: Trace) -> Iterator[Violation]:
    """The engine's own laws stopped it: nobody was harmed, but the rules wanted to do something impossible."""
    asked = {(sent.device, sent.id): sent.command for sent in trace.sent}
    for answer in trace.answered:
        refusal = refusal_of(answer.reply)
        if refusal is not None and refusal["code"] == "law_broken":
            said = str(refusal["facts"].get("law", ""))
            command = asked.get((answer.device, answer.id), "")
            yield Violation(
                law_named(said, command), answer.at_ms, f"{command or answer.id} would have broken a law: {said}"
            )
    for alarm in trace.alarms:
        yield Violation(law_named(alarm.sentence, ""), alarm.at_ms, f"{alarm.who}: {alarm.sentence}")


def law_named(said: str, command: str) -> str:
    """The law that an alarm speaks of; SQL's own keys hold numbers and ratings."""
    for word in said.replace("because", " ").split():
        if word[:1] == "L" and word[1:].isdigit():
            return word
    for table, law in (("receipts.", "L8"), ("evaluations.", "L9"), ("numbers.", "L1")):
        if f"UNIQUE constraint failed: {table}" in said:
            return law
    if said.startswith("SQL"):
        return "L9" if command in RATINGS else "L1"
    return "L6" if "BrokenLifeCycle" in said else "L19"
