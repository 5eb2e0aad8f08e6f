"""Traces made by hand, for the judges' own tests: a small hall in which one thing after another happens."""

from typing import Any

from broker.contract.codec import encode
from broker.contract.envelope import RefusalMessage, Reply
from broker.model import events as e
from broker.model.commands import SessionTimes
from broker.model.words import Holding, Level, Names
from tests.halls import CLOSES_MS, DAY, OPENS_MS, small_hall
from tests.simulation.trace import Answered, Entry, Paper, Rest, Sent, Shown, Spoken, Thanked, Trace

BOARD = "jh/small/view/board/display-1"
HALL = "jh/small/view/hall/small"


class Tale:
    """``now_ms`` is true and hall time alike; positions and command ids count by themselves."""

    def __init__(self) -> None:
        self.hall = small_hall()
        self.trace = Trace(seed=0, hall=self.hall)
        self.now_ms = OPENS_MS
        self.commands = 0

    def wait(self, seconds: float) -> "Tale":
        self.now_ms += int(seconds * 1000)
        return self

    def happens(self, kind: type[e.Event], /, command: str = "", **facts: Any) -> Entry:
        """One entry of the journal."""
        if not command:
            self.commands += 1
            command = f"command-{self.commands}"
        facts.setdefault("at_ms", self.now_ms)
        entry = Entry(len(self.trace.journal) + 1, command, kind(**facts), self.now_ms)
        self.trace.journal.append(entry)
        return entry

    def opens(self, day: str = DAY, again: bool = False) -> "Tale":
        sessions = (SessionTimes("day", OPENS_MS, CLOSES_MS, CLOSES_MS),)
        self.happens(e.DayOpened, day=day, sessions=sessions, again=again)
        return self

    def counter_opens(self, *counters: str) -> "Tale":
        for counter in counters:
            self.happens(e.CounterOpened, counter=counter)
        return self

    def reserves(self, ticket: str, value: int, service: str = "pension", **facts: Any) -> Entry:
        """The engine gives a number of its own."""
        series = self.hall.services[service].series
        given = {"number": f"{series.upper()}{value:03d}", "series": series, "value": value, "owner": "engine"}
        times = {"arrived_at_ms": self.now_ms, "kiosk": "kiosk-1"}
        return self.happens(e.TicketReserved, ticket=ticket, service=service, **{**given, **times, **facts})

    def reports(self, ticket: str, value: int, kiosk: str = "kiosk-1", service: str = "pension", **facts: Any) -> Entry:
        """A kiosk gave a number of its own."""
        series = self.hall.services[service].series
        given = {"number": f"{series.upper()}{value:03d}", "series": series, "value": value, "owner": kiosk}
        times = {"arrived_at_ms": self.now_ms, "kiosk": kiosk, "holding": Holding.PAPER}
        return self.happens(e.TicketReported, ticket=ticket, service=service, **{**given, **times, **facts})

    def confirms(self, ticket: str, command: str = "", holding: Holding = Holding.PAPER) -> Entry:
        return self.happens(e.TicketConfirmed, command, ticket=ticket, holding=holding)

    def waits(self, ticket: str, value: int, service: str = "pension", **facts: Any) -> "Tale":
        """A visitor with a number of the engine stands in line, paper in hand."""
        self.reserves(ticket, value, service, **facts)
        self.paper(ticket, f"{self.hall.services[service].series.upper()}{value:03d}", service=service)
        self.confirms(ticket)
        return self

    def calls(self, ticket: str, counter: str = "c1", call: str = "", **facts: Any) -> Entry:
        call = call or f"call-of-{ticket}"
        return self.happens(e.TicketCalled, ticket=ticket, counter=counter, call_id=call, **facts)

    def serves(self, ticket: str, counter: str = "c1") -> str:
        """From call to finish; the visit."""
        self.calls(ticket, counter)
        self.happens(e.ServiceStarted, ticket=ticket, counter=counter)
        self.wait(30).happens(e.ServiceFinished, ticket=ticket, counter=counter, visit=f"visit-of-{ticket}")
        return f"visit-of-{ticket}"

    def rates(self, visit: str, evaluation: str = "rating-1", level: Level = Level.SATISFIED) -> Entry:
        """What the engine keeps."""
        facts = {"device": "keypad-1", "raw_key": "1", "counter": "c1", "service": "pension", "clerk": None}
        given = {"evaluation": evaluation, "visit": visit, "level": level, "pressed_at_ms": self.now_ms}
        return self.happens(e.EvaluationRecorded, **facts, **given)

    def thanks(self, visit: str, evaluation: str = "rating-1", level: str = "satisfied") -> "Tale":
        """What the keypad says."""
        self.trace.thanked.append(Thanked(self.now_ms, "keypad-1", "c1", visit, evaluation, level))
        return self

    def paper(self, ticket: str, number: str, kiosk: str = "kiosk-1", **facts: Any) -> "Tale":
        usual = {"service": "pension", "day": DAY, "whole": True, "alone": False, "waited_ms": 100}
        self.trace.papers.append(Paper(self.now_ms, kiosk, ticket, number, **{**usual, **facts}))
        return self

    def answers(self, id: str, command: str = "CallNext", device: str = "desk-1", **reply: Any) -> "Tale":
        """A device asks and is answered; ``result`` or ``code`` and ``facts`` say how."""
        self.trace.sent.append(Sent(self.now_ms, device, id, command))
        return self.answered_again(id, device, **reply)

    def answered_again(self, id: str, device: str = "desk-1", **reply: Any) -> "Tale":
        top = len(self.trace.journal)
        as_of, committed = reply.pop("as_of", top), reply.pop("committed", top)
        if "code" in reply:
            refusal = RefusalMessage(code=reply["code"], sentence=Names("否", "no"), facts=reply.get("facts", {}))
            answer = Reply(id=id, kind="refused", refusal=refusal, as_of=as_of)
        else:
            answer = Reply(id=id, kind="done", result=reply.get("result"), as_of=as_of)
        self.trace.answered.append(Answered(self.now_ms, device, id, encode(answer), committed, as_of))
        return self

    def shows(self, as_of: int, epoch: int = 1, committed: int | None = None, body: bytes = b"{}") -> "Tale":
        safe = len(self.trace.journal) if committed is None else committed
        self.trace.shown.append(Shown(self.now_ms, "display-1", BOARD, epoch, as_of, body, safe))
        return self

    def speaks(self, call: str, reading: int = 1) -> "Tale":
        self.trace.spoken.append(Spoken(self.now_ms, "display-1", call, reading))
        return self

    def rests(self, **facts: Any) -> Trace:
        """Peace: everything agrees unless ``facts`` say otherwise."""
        counts = facts.pop("counts", None)
        views = {BOARD: b'{"calls":[]}', **({HALL: encode({"counts": counts})} if counts is not None else {})}
        usual: dict[str, Any] = {
            "outboxes": {"kiosk-1": 0},
            "shown": {("display-1", BOARD): views[BOARD]},
            "folded": views,
            "live": dict(views),
            "unprinted": set(),
        }
        self.trace.rest = Rest(at_ms=self.wait(60).now_ms, **{**usual, **facts})
        return self.trace


def a_good_day() -> Tale:
    """Two visitors, one call, one rating; no judge has a word against it."""
    tale = Tale().opens().counter_opens("c1")
    tale.waits("t1", 1).wait(5).waits("t2", 2).wait(20)
    visit = tale.serves("t1")
    tale.wait(3).thanks(visit)
    tale.rates(visit)
    return tale.wait(5)
