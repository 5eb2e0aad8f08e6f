"""Visitors and clerks of a stormy town. Visitors touch screens over the virtual finger; clerks press real terminals."""

import random
import threading
import time
from collections.abc import Callable, Iterable

from broker.model.views import BoardView, CounterTicket, CounterView
from broker.model.words import CounterStatus, TicketStatus
from tests.chaos.hall import DESKS, KIOSKS, counter_number
from tests.chaos.records import Record
from tests.chaos.stormy_town import StormyTown
from tests.system.people import TOUCH_GAP_S, Hands
from tests.system.traffic import SAME_KEY_S

LOOK_S = 0.05
VISIT_S = 9.0
ARRIVE_S = (0.0, 1.0)
LINE_MOST = 60
"""Whoever sees so many before him comes later: storms of any length leave a line that a minute of peace can serve."""
RECALLS_EACH, MISSES_EACH, UNDOES_EACH = 0.12, 0.08, 0.05
HURRY_S = (0.0, 0.3)
REST_S, SERVE_S = (0.8, 1.8), (0.5, 1.5)
LINGERS_EACH, LINGERS_S = 0.2, (4.0, 12.0)
"""Some visitors take their time to come, so that boards die and return while somebody is being called."""


class Crowd:
    """``failures`` are people who could not play their part because of a mistake in the play itself."""

    def __init__(self, stormy: StormyTown, seed: int) -> None:
        self.failures: list[BaseException] = []
        self.given_up = 0
        self._stormy = stormy
        self._seed = seed
        self._visitors_record = Record(stormy.records / "visitors.jsonl")
        self._calls_record = Record(stormy.records / "seen_calls.jsonl")
        self._closed, self._ended = threading.Event(), threading.Event()
        self._at_kiosks = [self._thread(self._visit, kiosk) for kiosk in KIOSKS]
        self._others = [self._thread(self._serve), self._thread(self._note_calls)]

    def start(self) -> None:
        for person in (*self._at_kiosks, *self._others):
            person.start()

    def let_nobody_in(self) -> None:
        """Whoever stands at a kiosk takes his number and goes; clerks go on."""
        self._closed.set()
        for person in self._at_kiosks:
            person.join(30.0)

    def stop(self) -> None:
        self._closed.set()
        self._ended.set()
        for person in (*self._at_kiosks, *self._others):
            if person.ident is not None:
                person.join(30.0)

    def _thread(self, play: Callable[..., None], *arguments: object) -> threading.Thread:
        def guarded() -> None:
            try:
                play(*arguments)
            except BaseException as failure:
                self.failures.append(failure)
                raise

        return threading.Thread(target=guarded, name=f"crowd-{play.__name__}", daemon=True)

    # -- at the kiosks

    def _visit(self, kiosk: str) -> None:
        chance = random.Random(f"{self._seed}/{kiosk}")
        hands = Hands(self._stormy.town, f"visitor-{kiosk}").await_link()
        while not self._closed.wait(chance.uniform(*ARRIVE_S)):
            if line_length(view.body for view in dict(self._stormy.town.watcher.views).values()) >= LINE_MOST:
                continue
            number = hands.take_ticket(kiosk, chance.choice(KIOSKS[kiosk]), within_s=VISIT_S)
            if number is None:
                self.given_up += 1
                continue
            self._visitors_record.note(kiosk=kiosk, number=number, waited_s=round(hands.waited_s, 2))
            self._leave(hands, kiosk)
        hands.close()

    def _leave(self, hands: Hands, kiosk: str) -> None:
        until_s = time.monotonic() + VISIT_S
        while time.monotonic() < until_s:
            screen = hands.screen(kiosk)
            if screen is not None and not screen.digits:
                return
            hands.touch(kiosk, "done")
            time.sleep(TOUCH_GAP_S)

    # -- at the counters

    def _serve(self) -> None:
        clerks = [_Clerk(self._stormy, desk, counter, self._seed) for desk, names in DESKS.items() for counter in names]
        while not self._ended.wait(LOOK_S):
            for clerk in clerks:
                clerk.hurries = self._closed.is_set()
                clerk.look()

    # -- everybody's eyes

    def _note_calls(self) -> None:
        """When each call could first be seen by anybody, on the true clock."""
        seen: set[str] = set()
        history, at = self._stormy.town.watcher.history, 0
        while not self._ended.wait(LOOK_S):
            for view in history[at:]:
                at += 1
                for call_id in _calls_on(view.body):
                    if call_id not in seen:
                        seen.add(call_id)
                        self._calls_record.note(call_id=call_id)


def line_length(bodies: Iterable[object]) -> int:
    """How many wait, as the counters show it; the longest line where they differ."""
    return max((body.waiting for body in bodies if isinstance(body, CounterView)), default=0)


def _calls_on(body: object) -> list[str]:
    if isinstance(body, BoardView):
        return [call.call_id for call in body.calls]
    return [body.ticket.call_id] if isinstance(body, CounterView) and body.ticket is not None else []


class _Clerk:
    """One clerk: sees his counter's view, presses the keys of his terminal, one at a time."""

    def __init__(self, stormy: StormyTown, desk: str, counter: str, seed: int) -> None:
        self._stormy, self._desk, self._counter = stormy, desk, counter
        self._chance = random.Random(f"{seed}/{counter}")
        self._pressed_s: dict[str, float] = {}
        self._state: tuple[object, ...] = ()
        self._due_s = 0.0
        self.hurries = False
        """Nobody comes any more: home after the last visitor."""

    def look(self) -> None:
        view, now_s = self._stormy.town.watcher.view("counter", self._counter), time.monotonic()
        if not isinstance(view, CounterView):
            return
        ticket = view.ticket
        state = (view.status, None if ticket is None else (ticket.ticket, ticket.status, ticket.recalls))
        if state != self._state:
            self._state, self._due_s = state, now_s + self._chance.uniform(*self._pace(ticket))
        keys = self._keys(view)
        if keys and now_s >= self._due_s and now_s - self._pressed_s.get(keys[-1], 0.0) > SAME_KEY_S:
            self._pressed_s[keys[-1]] = now_s
            for key in keys:
                self._stormy.gear.order(press=[self._desk, counter_number(self._counter), key])

    def _pace(self, ticket: CounterTicket | None) -> tuple[float, float]:
        """How soon the clerk goes on, in seconds."""
        if self.hurries:
            return HURRY_S
        if ticket is None:
            return REST_S
        lingers = ticket.status is TicketStatus.CALLED and self._chance.random() < LINGERS_EACH
        return LINGERS_S if lingers else SERVE_S

    def _keys(self, view: CounterView) -> tuple[str, ...]:
        if view.undo is not None and not self.hurries and self._chance.random() < UNDOES_EACH:
            return ("9", "confirm")
        if view.ticket is None:
            if view.status is not CounterStatus.OPEN:
                return ("pause",)
            return ("call",) if view.waiting else ()
        if view.ticket.status is TicketStatus.SERVING:
            return ("rate",)
        wish = self._chance.random()
        if wish < RECALLS_EACH and not view.ticket.recalls:
            return ("recall",)
        return ("6", "confirm") if wish > 1 - MISSES_EACH else ("confirm",)
