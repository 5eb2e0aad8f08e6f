"""Plays a day in a virtual hall: people act only through touches and keys, and see only screens, panels and signs.

One thread, one MQTT link in the role ``virtual``. What the hall does with them is the hall's business.
"""

import logging
from collections import deque
from dataclasses import dataclass, field

from broker.contract.codec import CodecError, decode, decode_view, encode
from broker.contract.envelope import Panel, PanelPart, VirtualInput
from broker.contract.topics import Topics
from broker.model.hall import Hall
from broker.model.views import CounterView
from broker.runtime.clock import Clock
from broker.runtime.errors import SendRefused
from broker.runtime.link import Link, LinkOptions, Message
from firmware_config.virtual.day import Day, Visitor
from firmware_config.virtual.minds import ClerkMind, KioskVisit, terms_of

logger = logging.getLogger(__name__)

TURN_S = 0.03
LOOK_AT_NUMBER_S = 4.0
GUEST_LOOKS_MS = 30_000  # by the hall's clock: a recorded day is not held up
RATING_AFTER_MS = 3_000
STILL_SERVING_MS = 90 * 60_000


@dataclass
class Outcome:
    """What became of the people, as they saw it themselves."""

    came: int = 0
    took: int = 0
    turned_away: int = 0
    rated: int = 0
    numbers: list[str] = field(default_factory=list)


@dataclass
class _Person:
    visitor: Visitor
    number: str
    took_ms: int


class Theatre:
    """``turn`` moves everybody one step. Times of the day count from ``start_ms`` of the hall's clock."""

    def __init__(self, hall: Hall, day: Day, url: str, clock: Clock, start_ms: int) -> None:
        self.outcome = Outcome()
        self._hall = hall
        self._topics = Topics(hall.hall.id)
        self._clock = clock
        self._start_ms = start_ms
        self._due = deque(day.visitors)
        self._shifts = deque(day.shifts)
        self._day = day
        self._queues: dict[str, deque[Visitor]] = {kiosk: deque() for kiosk in hall.kiosks}
        self._visits: dict[str, KioskVisit] = {}
        self._panels: dict[str, Panel] = {}
        self._views: dict[str, CounterView] = {}
        self._clerks: dict[str, ClerkMind] = {}
        self._people: dict[str, _Person] = {}
        self._rated: set[str] = set()
        self._took_s: dict[str, float] = {}
        self._shown: dict[str, tuple[str, int]] = {}  # kiosk: the number on it, since when
        self._link = Link(
            url,
            f"{hall.hall.id}-virtual",
            on_message=self._on_message,
            subscriptions=[(self._topics.panel("+"), 1), (self._topics.view("counter", "+"), 1)],
            options=LinkOptions(first_wait_s=(0.2, 0.5)),
        )

    def start(self) -> None:
        """Let the people in."""
        self._link.start()

    def stop(self) -> None:
        """Everybody stands still."""
        self._link.stop()

    @property
    def over(self) -> bool:
        """All have come, nobody is before a kiosk, waits or is served; or the hall had time enough."""
        inside = bool(self._due or self._visits or any(self._queues.values()))
        late = self._now_ms() > self._day.length_ms + STILL_SERVING_MS
        busy = any(view.ticket is not None or view.waiting for view in self._views.values())
        return late or not (inside or busy)

    @property
    def stage(self) -> str:
        """A line for the terminal."""
        waiting = max((view.waiting for view in self._views.values()), default=0)
        serving = sum(view.ticket is not None for view in self._views.values())
        return f"{self.outcome.took} tickets taken, about {waiting} waiting, {serving} at counters"

    def turn(self) -> None:
        """Look, decide, touch."""
        self._link.pump(TURN_S)
        if not self._link.online:
            return
        try:
            self._arrive()
            self._at_kiosks()
            self._at_counters()
            self._rate()
        except SendRefused as refusal:
            logger.info("somebody's touch was not carried: %s", refusal)

    def _now_ms(self) -> int:
        return self._clock.now_ms() - self._start_ms

    def _on_message(self, message: Message) -> None:
        parsed = self._topics.parse(message.topic)
        try:
            if parsed is not None and parsed[0] == "panel":
                self._panels[parsed[1]["device"]] = decode(message.payload, Panel)
            elif parsed is not None and parsed[0] == "view":
                view = decode_view(message.payload)[1]
                if isinstance(view, CounterView):
                    self._views[view.counter] = view
        except CodecError as error:
            logger.warning("unreadable %s: %s", message.topic, error.detail)

    def _arrive(self) -> None:
        now_ms = self._now_ms()
        while self._due and self._due[0].comes_ms <= now_ms:
            visitor = self._due.popleft()
            kiosks = [key for key, kiosk in self._hall.kiosks.items() if self._offers(kiosk.services, visitor.service)]
            if not kiosks:
                self.outcome.turned_away += 1
                continue
            shortest = min(kiosks, key=lambda key: len(self._queues[key]) + (key in self._visits))
            self._queues[shortest].append(visitor)
            self.outcome.came += 1

    @staticmethod
    def _offers(services: tuple[str, ...], service: str) -> bool:
        return not services or service in services

    def _at_kiosks(self) -> None:
        real_s = self._clock.machine_s()
        for kiosk, queue in self._queues.items():
            screen = self._part(kiosk, "screen")
            if screen is None:
                continue
            visit = self._visits.get(kiosk)
            if visit is None and queue and not screen.digits:
                visitor = queue.popleft()
                category = self._hall.services[visitor.service].category
                visit = self._visits[kiosk] = KioskVisit(visitor, category, real_s)
            elif visit is None and screen.digits and "done" in screen.targets:
                self._walk_away(kiosk, screen, real_s, somebody_waits=bool(queue))
            if visit is not None:
                self._step(kiosk, screen, visit, real_s)

    def _walk_away(self, kiosk: str, screen: PanelPart, real_s: float, *, somebody_waits: bool) -> None:
        """Whoever has the paper clears the screen, at once if somebody stands behind; a real guest may look longer."""
        now_ms = self._now_ms()
        if self._shown.get(kiosk, ("", 0))[0] != screen.digits:
            self._shown[kiosk] = (screen.digits, now_ms)
        if screen.digits not in self._people and now_ms - self._shown[kiosk][1] < GUEST_LOOKS_MS:
            return
        if somebody_waits or real_s - self._took_s.get(kiosk, real_s) >= LOOK_AT_NUMBER_S:
            self._took_s[kiosk] = real_s
            self._touch(kiosk, screen, "done")

    def _step(self, kiosk: str, screen: PanelPart, visit: KioskVisit, real_s: float) -> None:
        target = visit.look(screen, real_s)
        if target is not None:
            self._touch(kiosk, screen, target)
        if visit.done:
            self.outcome.took += 1
            self.outcome.numbers.append(visit.number)
            self._took_s[kiosk] = real_s
            self._people[visit.number] = _Person(visit.visitor, visit.number, self._now_ms())
            del self._visits[kiosk]
        elif visit.over(real_s):
            self.outcome.turned_away += 1
            logger.info("a visitor gave up before kiosk=%s looking for service=%s", kiosk, visit.visitor.service)
            del self._visits[kiosk]

    def _touch(self, kiosk: str, screen: PanelPart, target: str) -> None:
        x, y = screen.targets[target]
        touch = VirtualInput(part=screen.part, kind="touch", x=x, y=y)
        self._link.publish(self._topics.input(kiosk), encode(touch), qos=1)

    def _at_counters(self) -> None:
        now_ms, real_s = self._now_ms(), self._clock.machine_s()
        while self._shifts and self._shifts[0].at_ms <= now_ms:
            shift = self._shifts.popleft()
            clerk = self._clerk(shift.counter)
            if clerk is not None:
                clerk.plan(shift.action, shift.reason_digit)
        for counter, clerk in self._clerks.items():
            view, console = self._views.get(counter), self._console_of(counter)
            if view is None or console is None:
                continue
            person = self._people.get(view.ticket.number) if view.ticket else None
            visitor, gone = (person.visitor, self._gone(person)) if person else (None, False)
            for key in clerk.keys(view, visitor, gone, self._clock.now_ms(), real_s):
                self._press(*console, key)

    def _clerk(self, counter: str) -> ClerkMind | None:
        if counter not in self._clerks:
            console = self._console_of(counter)
            if console is None:
                return None
            part = self._part(*console)
            self._clerks[counter] = ClerkMind(counter, terms_of(part.kind if part else "terminal"))
        return self._clerks[counter]

    def _gone(self, person: _Person) -> bool:
        """Somebody whose patience ended."""
        patience_ms = person.visitor.patience_ms
        return patience_ms is not None and self._now_ms() - person.took_ms > patience_ms

    def _rate(self) -> None:
        for counter, view in self._views.items():
            asked = view.evaluation
            if asked is None or asked.visit in self._rated:
                continue
            person = self._people.get(asked.number)
            if person is None or person.visitor.level is None:
                continue
            if self._clock.now_ms() - asked.opened_at_ms >= RATING_AFTER_MS:
                self._rated.add(asked.visit)
                self._press_level(counter, person.visitor)

    def _press_level(self, counter: str, visitor: Visitor) -> None:
        for name, keypad in self._hall.keypads.items():
            if keypad.counter == counter:
                raw = next((key for key, level in keypad.levels.items() if level is visitor.level), None)
                if raw is not None:
                    self._press(keypad.caller, name, raw)
                    self.outcome.rated += 1

    def _press(self, device: str, part: str, key: str) -> None:
        press = VirtualInput(part=part, kind="key", key=key)
        self._link.publish(self._topics.input(device), encode(press), qos=1)

    def _console_of(self, counter: str) -> tuple[str, str] | None:
        return next((c.caller, name) for name, c in self._hall.consoles.items() if c.counter == counter)

    def _part(self, device: str, name: str) -> PanelPart | None:
        panel = self._panels.get(device)
        return next((part for part in panel.parts if part.part == name), None) if panel else None
