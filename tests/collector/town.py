"""A hall for the collector's tests: real rules and a real journal in this process, no network between."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from broker.collector.heard.live import Live
from broker.contract.codec import encode, encode_envelope, encode_view
from broker.contract.envelope import DeviceHealth, DeviceStatus, EngineState, Reply, VirtualInput
from broker.contract.topics import Topics
from broker.engine.project import project
from broker.model import commands as c
from broker.model.hall import Hall
from broker.model.hall_file import parse_hall
from broker.model.words import Holding, Level
from broker.runtime.clock import ManualClock
from broker.server.writer import Writer
from broker.store.journal import Journal
from tests.halls import CLOSES_MS, DAY, OPENS_MS
from tests.rating_keys import keys_of

TOWN = """
[hall]
id = "town"
names = { zh = "滨江区人力资源社会保障服务大厅", en = "Binjiang Social Security Service Hall" }
phone = "0432-12333"
address = { zh = "滨江路 18 号", en = "18 Binjiang Road" }
[sessions.day]
names = { zh = "全天", en = "All day" }
days = ["workday"]
opens = "09:00"
closes = "17:00"
last_ticket = "16:30"
[categories.person]
names = { zh = "个人业务", en = "Personal" }
[categories.unit]
names = { zh = "单位业务", en = "Employers" }
[series.a]
letter = "A"
[series.b]
letter = "B"
[series.c]
letter = "C"
[services.pension]
icon = "shield-person"
names = { zh = "养老保险", en = "Pension insurance" }
series = "a"
category = "person"
papers = [{ zh = "身份证原件", en = "Original ID card" }]
[services.card]
icon = "social-card"
names = { zh = "社会保障卡", en = "Social security card" }
series = "a"
category = "person"
quota = 60
[services.medical]
promised_days = 3
supervised_days = 5
icon = "heart-plus"
names = { zh = "医疗保险", en = "Medical insurance" }
series = "b"
category = "person"
[services.injury]
icon = "tools"
names = { zh = "工伤认定", en = "Work injury" }
series = "b"
category = "person"
[services.unit]
icon = "briefcase"
names = { zh = "单位参保登记", en = "Employer registration" }
series = "c"
category = "unit"
[services.advice]
icon = "help"
names = { zh = "综合咨询", en = "General advice" }
series = "c"
category = "person"
[priority.elderly]
names = { zh = "老年人", en = "Elderly" }
[priority.appointment]
names = { zh = "预约", en = "Appointment" }
at_kiosk = false
[clerks.staff-16]
staff_number = "016"
substitute = "staff-17"
phone = "0432-8016"
[clerks.staff-17]
staff_number = "017"
phone = "0432-8017"
[clerks.staff-18]
staff_number = "018"
[clerks.staff-19]
staff_number = "019"
[counters.c1]
name = "1"
services = { pension = 1, card = 2 }
clerk = "staff-16"
[counters.c2]
name = "2"
services = { pension = 1, card = 1, advice = 2 }
clerk = "staff-17"
[counters.c3]
name = "3"
services = { medical = 1, injury = 1 }
clerk = "staff-18"
[counters.c4]
name = "4"
services = { unit = 1, medical = 2 }
clerk = "staff-19"
[counters.c5]
name = "5"
services = { advice = 1, pension = 2 }
[counters.c6]
name = "6"
services = { unit = 1, advice = 2 }
[kiosks.kiosk-1]
names = { zh = "一号取号机", en = "Kiosk 1" }
screen = "virtual://screen?size=1080x1920"
printer = "virtual://printer"
[kiosks.kiosk-2]
names = { zh = "二号取号机", en = "Kiosk 2" }
screen = "virtual://screen?size=1080x1920"
printer = "virtual://printer"
[displays.board-1]
names = { zh = "大厅主屏", en = "Main board" }
screen = "virtual://screen?size=1920x1080"
speaker = "virtual://speaker"
[callers.desk-1]
names = { zh = "柜台线路", en = "Counter line" }
lines.a = "virtual://rs485"
"""
CASES = ("bad_ratings", "complaints", "promises", "questions", "inspections")
QUALITY = (
    "".join(f"[quality.{table}]\non = true\n" for table in CASES)
    + "weekly = true\n[quality.survey]\non = true\n[rota]\non = true\n"
)
SIGNS = "".join(
    f'[signs.sign-{n}]\ncounter = "c{n}"\nscreen = "virtual://screen?size=1280x400"\n'
    f'[consoles.console-{n}]\ncounter = "c{n}"\ncaller = "desk-1"\naddress = "p1://a/{n}"\n'
    f'[keypads.keypad-{n}]\ncounter = "c{n}"\ncaller = "desk-1"\naddress = "p1://a/{n}"\n'
    f'levels = {{ "1" = "very_satisfied", "2" = "satisfied", "3" = "dissatisfied" }}\n'
    for n in range(1, 7)
)


def town_hall() -> Hall:
    """Six services, six counters, all hardware virtual."""
    return parse_hall(TOWN + SIGNS + QUALITY)


def hall_without_appointments() -> Hall:
    """The same without the class for appointments."""
    start = TOWN.index("[priority.appointment]")
    return parse_hall(TOWN[:start] + TOWN[TOWN.index("[clerks.staff-16]") :] + SIGNS)


class TownHub:
    """The engine behind the collector: decides with the real rules on a real journal, shows views at once.

    ``silent`` makes it answer nobody; ``asked`` and ``pressed`` keep what devices would have received.
    """

    def __init__(self, folder: Path, hall: Hall, clock: ManualClock) -> None:
        self.hall, self.clock = hall, clock
        self.live = Live(hall, clock)
        self.path = folder / "hall.db"
        self.asked: list[str] = []
        self.pressed: list[tuple[str, VirtualInput]] = []
        self.submitted: list[tuple[str, str]] = []
        self.silent = False
        self._topics = Topics(hall.hall.id)
        self._lock = threading.Lock()
        self._made = self._unseen = 0
        self.journal = Journal(self.path, hall.hall.id)
        self.journal.open()
        self.writer = Writer(hall, self.journal, clock.now_ms, keys=lambda: keys_of(hall))
        self.writer.start()
        self.journal.close()

    def submit(
        self, command: c.Command, id: str, by: str, ttl_ms: int = 0, age_ms: int = 0, *, sure: bool = True
    ) -> Reply | None:
        """As ``Hub``; every thread may ask."""
        if self.silent:
            return None
        self.submitted.append((id, by))
        return self.send(command, "collector", id=id, by=by, ttl_ms=ttl_ms, age_ms=age_ms, sure=sure)

    def ask(self, device: str) -> None:
        self.asked.append(device)

    def press(self, device: str, touched: VirtualInput) -> bool:
        self.pressed.append((device, touched))
        return not self.silent

    def send(self, command: c.Command, device: str = "collector", **frame: object) -> Reply:
        """One command of any device, committed and shown."""
        with self._lock:
            self._made += 1
            frame.setdefault("id", f"command-{self._made:06d}")
            self.journal.open()  # the journal belongs to one thread at a time
            try:
                self.writer.take(device, encode_envelope(command, device=device, **frame))
                reply = self.writer.commit()[0].reply
            finally:
                self.journal.close()
            self.show()
        return reply

    def done(self, command: c.Command, device: str = "collector", **frame: object) -> dict[str, object]:
        """The same for a command that must succeed."""
        reply = self.send(command, device, **frame)
        assert reply.kind == "done", reply
        return reply.result or {}

    def pass_time(self, minutes: int) -> None:
        """Time passes as at the server, once a minute; how things stand is shown at its end."""
        with self.unseen():
            for _ in range(minutes):
                self.clock.advance(60)
                self.at_the_server(c.PassTime())

    @contextmanager
    def unseen(self) -> Iterator[None]:
        """Nobody looks while much happens: what is shown then is shown once, at the end. It is most of the work."""
        self._unseen += 1
        try:
            yield
        finally:
            self._unseen -= 1
        self.show()

    def at_the_server(self, command: c.Command) -> None:
        """A command of the server's own, committed and shown."""
        with self._lock:
            self.journal.open()
            try:
                self.writer.ask(command, f"server/{type(command).__name__}-{self.clock.now_ms()}")
                self.writer.commit()
            finally:
                self.journal.close()
            self.show()

    def show(self) -> None:
        """Publish every view and the engine's heartbeat."""
        if self._unseen:
            return
        state, now_ms = self.writer.state, self.clock.now_ms()
        beat = EngineState(online=True, epoch=1, at_ms=now_ms, as_of=state.position, day=state.day)
        self.live.take(self._topics.engine(), encode(beat))
        for (kind, name), body in project(self.hall, state).items():
            payload = encode_view(kind, name, 1, state.position, now_ms, encode(body))
            self.live.take(self._topics.view(kind, name), payload)

    def device(self, name: str, *, online: bool = True, **health: object) -> None:
        """A device's birth (or Will) and its health."""
        role = self.hall.device_role(name) or ""
        self.live.take(self._topics.status(name), encode(DeviceStatus(online=online, boot="b1", role=role)))
        if online:
            self.live.take(self._topics.health(name), encode(DeviceHealth(at_ms=self.clock.now_ms(), **health)))

    def publish(self, topic: str, payload: bytes) -> None:
        """Anything else a device says, by the last levels of its topic."""
        self.live.take(f"jh/{self.hall.hall.id}/{topic}", payload)

    def go_on_after(self, other: "TownHub") -> None:
        """This hub has a copy of the other's journal: its time, its ids and its counting go on from there."""
        self.clock.advance((other.clock.now_ms() - self.clock.now_ms()) / 1000)
        self._made = other._made
        self.ids.update(other.ids)

    # -- stories ------------------------------------------------

    def open_day(self) -> None:
        session = c.SessionTimes("day", OPENS_MS, CLOSES_MS, CLOSES_MS - 1_800_000)
        self.done(c.OpenDay(day=DAY, sessions=(session,)))

    def take_ticket(self, service: str, kiosk: str = "kiosk-1", priority: str | None = None, **more: str) -> str:
        """A visitor takes a number; its ticket id is ``ticket-<number>``."""
        self._made += 1
        ticket = f"ticket-{self._made:06d}"
        made = self.done(c.IssueTicket(ticket=ticket, service=service, priority=priority, kiosk=kiosk, **more), kiosk)
        self.done(c.ConfirmTicket(ticket=ticket, holding=Holding.PAPER), kiosk)
        self.ids[str(made["number"])] = ticket
        return str(made["number"])

    @property
    def ids(self) -> dict[str, str]:
        """Printed number -> ticket id of tickets taken here."""
        return self.__dict__.setdefault("_ids", {})

    def serve(self, counter: str, minutes: float = 3, level: Level | None = None) -> str:
        """Call, serve, finish, perhaps rate; the visit's id."""
        self.done(c.CallNext(counter=counter))
        self.clock.advance(20)
        self.done(c.StartService(counter=counter))
        self.clock.advance(minutes * 60)
        visit = str(self.done(c.FinishService(counter=counter))["visit"])
        if level is not None:
            self.clock.advance(5)
            rating = c.RecordEvaluation(
                evaluation=f"rating-{visit}",
                visit=visit,
                level=level,
                device="phone",
                pressed_at_ms=self.clock.now_ms(),
            )
            self.done(rating)
        return visit


def town_clock() -> ManualClock:
    """Nine in the morning of the town's business day."""
    return ManualClock(OPENS_MS)
