"""What became of a ticket before this call: for whoever serves it now, so that nothing is asked twice. Pure."""

from collections.abc import Iterable
from typing import NamedTuple

from broker.model import events as e
from broker.model.hall import Hall
from broker.model.words import Names

SHOWN_MOST = 8
OUTCOMES = {
    "done": Names("办结", "done"),
    "papers_missing": Names("材料不齐", "papers missing"),
    "referred": Names("转其他部门", "referred elsewhere"),
}


class Step(NamedTuple):
    """``what`` is a short sentence, ``note`` what somebody wrote then."""

    at_ms: int
    what: Names
    note: str = ""


def earlier(hall: Hall, events: Iterable[e.Event], call_id: str) -> tuple[Step, ...]:
    """Every visit and turn of the ticket before the call ``call_id``, oldest first. Ratings are none of it."""
    steps: list[Step] = []
    for event in events:
        if isinstance(event, e.TicketCalled | e.TicketRecalled) and event.call_id == call_id:
            break
        step = _step(hall, event)
        if step is not None:
            steps.append(step)
    return tuple(steps[-SHOWN_MOST:])


def _step(hall: Hall, event: e.Event) -> Step | None:
    match event:
        case e.ServiceFinished():
            said = OUTCOMES.get(event.outcome, OUTCOMES["done"])
            return _at(hall, event.at_ms, event.counter, said)
        case e.TicketMissed():
            return _at(hall, event.at_ms, event.counter, Names("呼叫未到（过号）", "called and missed"))
        case e.TicketHeld():
            return _at(hall, event.at_ms, event.counter, Names("挂起", "set aside"), event.note)
        case e.TicketTransferred():
            return _at(hall, event.at_ms, event.counter, _sent_on(hall, event), event.note)
        case e.TicketReturned():
            return Step(event.at_ms, Names("过号返回，重新排队", "back in line"))
    return None


def _sent_on(hall: Hall, event: e.TicketTransferred) -> Names:
    """To which service, and to which counter where one was chosen."""
    to = hall.services.get(event.service)
    names = to.names if to is not None else Names(event.service, event.service)
    counter = hall.counters.get(event.to_counter or "")
    if counter is None:
        return Names(f"转到“{names.zh}”", f"sent on to {names.en}")
    return Names(f"转到 {counter.name} 号窗口“{names.zh}”", f"sent on to counter {counter.name}, {names.en}")


def _at(hall: Hall, at_ms: int, counter: str, said: Names, note: str = "") -> Step:
    known = hall.counters.get(counter)
    name = known.name if known is not None else counter
    return Step(at_ms, Names(f"{name} 号窗口：{said.zh}", f"counter {name}: {said.en}"), note)
