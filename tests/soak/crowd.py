"""The people of a soak: visitors who try everything a kiosk offers, clerks, managers, somebody who looks at screens.

Visitors act through touches and see only panels, as people do; clerks and managers send the commands that their
devices would send. Nobody has a plan: each chooses by chance, so that a day holds every turn a visit can take.
"""

import contextlib
import io
import random
import time
from collections import Counter
from dataclasses import dataclass, field

from PIL import Image

from broker.contract.codec import CodecError, decode, decode_view, encode
from broker.contract.envelope import PICTURE_LIMIT_BYTES, REFILL, Ask, Panel, PanelPart, Reply, VirtualInput
from broker.contract.topics import Topics
from broker.model import commands as c
from broker.model.hall import Hall
from broker.model.views import CounterView
from broker.model.words import CounterStatus, TicketStatus
from broker.runtime.errors import SendRefused
from broker.runtime.link import Link, LinkOptions, Message
from tests.bench.node import Client

WISHES = {
    "take": 30.0, "done": 20.0, "service": 10.0, "category": 10.0, "send": 12.0, "key": 6.0, "class": 6.0, "stay": 6.0,
    "copy": 6.0, "face": 6.0, "claim": 4.0, "page": 2.0, "more": 3.0, "find": 3.0, "rate": 3.0, "copies": 3.0,
    "missed": 2.0, "phone": 2.0, "notice": 2.0, "language": 2.0, "larger": 1.5, "lower": 1.0, "back": 2.0, "home": 1.0,
    "help": 0.7, "agent": 1.0, "unclaim": 1.0, "erase": 1.0,
}  # fmt: skip
"""Verb of a target -> how likely a finger goes there; what is not named here is touched too, seldom."""
SELDOM = 1.0
TOUCH_S, WALK_AWAY_S, WALKS_AWAY = (3.0, 15.0), (48.0, 150.0), 0.06
CLERK_S, QUEUE_LEAST, NEWCOMERS_S = (15.0, 120.0), 36, (20.0, 80.0)
MANAGER_S, EMERGENCY_S, EMERGENCY_LASTS_S = (200.0, 700.0), (3000.0, 6000.0), (60.0, 240.0)
LOOK_EVERY_S, BROKEN_S = 600.0, (120.0, 600.0)
"""All in hall seconds: people hurry as the hall's clock does."""
WORDS = (
    "今天下午三点起，二楼窗口暂停办理社保卡业务，请到一楼",
    "请保管好随身物品",
    "医保缴费截止到本月二十五日，逾期不能补缴",
    "㛃䶮喆堃：请到咨询台",
    "Please keep your ticket with you",
    "Documents can be copied free of charge at the help desk",
)


@dataclass
class Told:
    """What the people did and saw."""

    touches: int = 0
    tickets: int = 0
    walked_away: int = 0
    cards: int = 0
    faults: int = 0
    calls: int = 0
    notices: int = 0
    emergencies: int = 0
    answers: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    pictures: Counter[str] = field(default_factory=Counter)
    blank: list[str] = field(default_factory=list)


class Crowd:
    """``turn`` moves everybody who is due; ``speed`` is how much faster than people they are."""

    def __init__(self, hall: Hall, url: str, kiosk: str, screens: tuple[str, ...], speed: float, seed: int) -> None:
        self.told = Told()
        self._hall, self._kiosk, self._screens, self._speed = hall, kiosk, screens, speed
        self._topics = Topics(hall.hall.id)
        self._chance = random.Random(seed)
        self._panels: dict[str, Panel] = {}
        self._views: dict[str, CounterView] = {}
        self._due_s: dict[str, float] = {}
        self._mended = True
        self._emergency = False
        self._number_seen = ""
        self._office = Client(hall.hall.id, url, self._on_reply)
        self._link = Link(
            url,
            f"soak-{time.monotonic_ns()}",
            on_message=self._on_message,
            subscriptions=[
                (self._topics.panel("+"), 1), (self._topics.view("counter", "+"), 1),
                *((self._topics.picture(screen, "screen"), 0) for screen in screens),
            ],
            options=LinkOptions(first_wait_s=(0.1, 0.3), message_limit_bytes=PICTURE_LIMIT_BYTES, inbox_bound=8_000),
        )  # fmt: skip

    def start(self) -> None:
        self._office.start()
        self._link.start()

    def stop(self) -> None:
        self._link.stop()
        self._office.stop()

    def turn(self) -> None:
        """Hear, then act where somebody is due."""
        self._link.pump(0.02)
        self._office.link.pump(0.0, most=200)
        if not self._link.online:
            return
        with contextlib.suppress(SendRefused):
            self._visit()
            for counter in self._hall.counters:
                if self._is_due(f"clerk {counter}", *CLERK_S):
                    self._serve(counter)
            if self._is_due("newcomers", *NEWCOMERS_S):
                self._newcomer()
            if self._is_due("manager", *MANAGER_S):
                self._manage()
            self._alarm()
            if self._is_due("look", LOOK_EVERY_S, LOOK_EVERY_S):
                for screen in self._screens:
                    self._link.publish(self._topics.ask(screen), encode(Ask(for_s=1)), qos=0)

    def _is_due(self, what: str, least_s: float, most_s: float) -> bool:
        """Whether it is time for this; if so, the next time is fixed. Hall seconds."""
        now_s = time.monotonic()
        if now_s < self._due_s.get(what, 0.0):
            return False
        first = what not in self._due_s
        self._due_s[what] = now_s + self._chance.uniform(least_s, most_s) / self._speed
        return not first or what.startswith("clerk")

    # -- at the kiosk ------------------------------------------------

    def _visit(self) -> None:
        screen = self._part("screen")
        if screen is None or not self._is_due("touch", *TOUCH_S):
            return
        if screen.digits and screen.digits != self._number_seen:
            self.told.tickets += 1
        self._number_seen = screen.digits
        chance = self._chance.random()
        if chance < WALKS_AWAY:
            self.told.walked_away += 1
            self._due_s["touch"] = time.monotonic() + self._chance.uniform(*WALK_AWAY_S) / self._speed
        elif chance < WALKS_AWAY + 0.02:
            self._lay_something_down()
        elif chance < WALKS_AWAY + 0.023 or not self._mended:
            self._break_printer()
        elif screen.targets:
            self._touch(screen)

    def _touch(self, screen: PanelPart) -> None:
        targets = sorted(screen.targets)
        weights = [WISHES.get(target.partition("/")[0], SELDOM) for target in targets]
        same = Counter(target.partition("/")[0] for target in targets)
        weights = [w / same[t.partition("/")[0]] for t, w in zip(targets, weights, strict=True)]
        x, y = screen.targets[self._chance.choices(targets, weights)[0]]
        self.told.touches += 1
        self._hand(VirtualInput(part=screen.part, kind="touch", x=x, y=y))

    def _lay_something_down(self) -> None:
        """A card on the reader, a code before the scanner."""
        panel = self._panels.get(self._kiosk)
        parts = [part for part in (panel.parts if panel else ()) if part.part in ("reader", "scanner") and part.keys]
        if parts:
            part = self._chance.choice(parts)
            self.told.cards += 1
            self._hand(VirtualInput(part=part.part, kind="key", key=self._chance.choice(part.keys)))

    def _break_printer(self) -> None:
        """Something happens to the printer; whoever has the key mends it some minutes later."""
        if not self._mended:
            if self._is_due("mend", *BROKEN_S):
                self._mended = True
                self._hand(VirtualInput(part="printer", kind="fault", key=REFILL))
            return
        self._mended = False
        self._due_s["mend"] = time.monotonic() + self._chance.uniform(*BROKEN_S) / self._speed
        self.told.faults += 1
        fault = self._chance.choice(("paper_out", "near_end", "cover", "unplugged"))
        self._hand(VirtualInput(part="printer", kind="fault", key=fault))

    def _hand(self, touched: VirtualInput) -> None:
        self._link.publish(self._topics.input(self._kiosk), encode(touched), qos=1)

    def _part(self, name: str) -> PanelPart | None:
        panel = self._panels.get(self._kiosk)
        return next((part for part in panel.parts if part.part == name), None) if panel else None

    # -- at the counters and in the office ------------------------------------------------

    def _serve(self, counter: str) -> None:
        view = self._views.get(counter)
        if view is None or view.status is CounterStatus.CLOSED:
            self._office.send(c.OpenCounter(counter=counter))
        elif view.status is CounterStatus.PAUSED:
            self._office.send(c.ResumeCounter(counter=counter))
        elif view.ticket is None:
            self._call_or_pause(counter, view)
        elif view.ticket.status is TicketStatus.CALLED:
            wishes = (c.StartService(counter=counter), c.Recall(counter=counter), c.MarkNoShow(counter=counter))
            self._office.send(self._chance.choices(wishes, (7, 2, 1))[0])
        else:
            outcome = self._chance.choice(("done", "done", "done", "papers_missing", "referred"))
            self._office.send(c.FinishService(counter=counter, outcome=outcome))

    def _call_or_pause(self, counter: str, view: CounterView) -> None:
        if self._chance.random() < 0.04:
            self._office.send(c.PauseCounter(counter=counter, reason="系统维护", return_in_min=10))
        elif view.waiting:
            self.told.calls += 1
            self._office.send(c.CallNext(counter=counter))

    def _newcomer(self) -> None:
        """Somebody took a ticket at another kiosk."""
        if sum(view.waiting for view in self._views.values()) >= QUEUE_LEAST * 2:
            return
        services = [key for key, service in self._hall.services.items() if not service.hidden]
        ticket = f"soak-{time.monotonic_ns()}"
        self._office.send(c.IssueTicket(ticket=ticket, service=self._chance.choice(services)))
        self._office.send(c.ConfirmTicket(ticket=ticket))

    def _manage(self) -> None:
        service = self._chance.choice(list(self._hall.services))
        notice = f"n{self._chance.randrange(4)}"
        words = "；".join(self._chance.sample(WORDS, self._chance.randint(1, 3)))[:190]
        self.told.notices += 1
        self._office.send(
            self._chance.choices(
                (
                    c.PostNotice(notice=notice, zh=words, en=self._chance.choice(WORDS[4:]), urgent=False),
                    c.ClearNotice(notice=notice),
                    c.PauseIssuing(service=service, reason="今日号已取完"),
                    c.ResumeIssuing(service=service),
                    c.PauseIssuing(kiosk=self._kiosk),
                    c.ResumeIssuing(kiosk=self._kiosk),
                    c.ResumeIssuing(),
                ),
                (6, 3, 1, 2, 0.5, 3, 2),
            )[0]
        )

    def _alarm(self) -> None:
        if not self._emergency and self._is_due("emergency", *EMERGENCY_S):
            self._emergency = True
            self.told.emergencies += 1
            self._due_s["clear"] = time.monotonic() + self._chance.uniform(*EMERGENCY_LASTS_S) / self._speed
            self._office.send(c.BeginEmergency(zh="请从最近的出口离开大厅", en="Please leave by the nearest exit"))
        elif self._emergency and self._is_due("clear", *EMERGENCY_LASTS_S):
            self._emergency = False
            self._office.send(c.EndEmergency())

    # -- what they see ------------------------------------------------

    def _on_reply(self, reply: Reply, at_s: float) -> None:
        self.told.answers += 1
        if reply.refusal is not None:
            self.told.refused[reply.refusal.code] += 1

    def _on_message(self, message: Message) -> None:
        row, names = self._topics.parse(message.topic) or ("", {})
        with contextlib.suppress(CodecError):
            if row == "panel":
                self._panels[names["device"]] = decode(message.payload, Panel)
            elif row == "picture":
                self._look_at(names["device"], message.payload)
            elif row == "view" and isinstance(view := decode_view(message.payload)[1], CounterView):
                self._views[view.counter] = view

    def _look_at(self, device: str, png: bytes) -> None:
        self.told.pictures[device] += 1
        if is_blank(png):
            self.told.blank.append(device)


def is_blank(png: bytes) -> bool:
    """Whether nearly all of a picture has one colour, so that nobody could read anything."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    picture.thumbnail((320, 320), Image.Resampling.NEAREST)
    colours = picture.getcolors(320 * 320)
    assert colours is not None
    return max(count for count, _ in colours) > 0.995 * picture.width * picture.height
