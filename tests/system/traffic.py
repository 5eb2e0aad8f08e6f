"""Visitors and clerks who go on and on, each pair of hands in a thread, whatever falls down around them."""

import threading
import time
from collections.abc import Callable

from broker.model.views import CounterView
from broker.model.words import CounterStatus, TicketStatus
from tests.system.people import Hands
from tests.system.town import Town

SAME_KEY_S = 1.7
"""A console takes the same key again only after 1.5 s."""
CLERK_LOOKS_S = 0.1
KEYS = {TicketStatus.CALLED: "confirm", TicketStatus.SERVING: "rate"}


class Traffic:
    """``numbers`` are those that visitors saw on screens, ``rated`` counts presses on evaluators."""

    def __init__(self, town: Town, services: dict[str, tuple[str, ...]]) -> None:
        """``services``: kiosk -> what its visitors ask for, in turn."""
        self.numbers: list[str] = []
        self.rated = 0
        self.failures: list[BaseException] = []
        self._town, self._services = town, services
        self._no_more_visitors, self._ended = threading.Event(), threading.Event()
        self._people = [
            *(threading.Thread(target=self._guarded, args=(self._visit, kiosk), daemon=True) for kiosk in services),
            threading.Thread(target=self._guarded, args=(self._serve,), daemon=True),
        ]

    def __enter__(self) -> "Traffic":
        for person in self._people:
            person.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._no_more_visitors.set()
        self._ended.set()
        for person in self._people:
            person.join(70.0)

    def let_nobody_in(self) -> None:
        """Whoever stands at a kiosk takes his number and goes; clerks go on."""
        self._no_more_visitors.set()
        for person in self._people[:-1]:
            person.join(70.0)

    def _guarded(self, play: Callable[..., None], *arguments: object) -> None:
        try:
            play(*arguments)
        except BaseException as failure:
            self.failures.append(failure)
            raise

    def _visit(self, kiosk: str) -> None:
        hands, count = Hands(self._town, f"visitor-{kiosk}").await_link(), 0
        wanted = self._services[kiosk]
        while not self._no_more_visitors.is_set():
            number = hands.take_ticket(kiosk, wanted[count % len(wanted)], within_s=6.0)
            if number is not None:
                count += 1
                self.numbers.append(number)
                hands.leave(kiosk, within_s=60.0)
        hands.close()

    def _serve(self) -> None:
        hands, pressed = Hands(self._town, "clerks").await_link(), {}
        rated: set[str] = set()
        while not self._ended.is_set():
            for name, console in self._town.hall.consoles.items():
                view = self._town.watcher.view("counter", console.counter)
                if isinstance(view, CounterView):
                    self._rate(hands, view, rated)
                    self._press(hands, name, view, pressed)
            time.sleep(CLERK_LOOKS_S)
        hands.close()

    def _press(self, hands: Hands, console: str, view: CounterView, pressed: dict[tuple[str, str], float]) -> None:
        key = _key(view)
        now_s = time.monotonic()
        if key and now_s - pressed.get((console, key), 0.0) > SAME_KEY_S and hands.try_press(console, key):
            pressed[(console, key)] = now_s

    def _rate(self, hands: Hands, view: CounterView, rated: set[str]) -> None:
        asked = view.evaluation
        if asked is None or asked.visit in rated:
            return
        keypad = next(name for name, pad in self._town.hall.keypads.items() if pad.counter == view.counter)
        part = self._town.watcher.part(self._town.hall.keypads[keypad].caller, keypad)
        if part is not None and part.state == "asking" and hands.try_press(keypad, str(len(rated) % 5)):
            rated.add(asked.visit)
            self.rated += 1


def _key(view: CounterView) -> str | None:
    """What a clerk would press now."""
    if view.ticket is not None:
        return KEYS[view.ticket.status]
    if view.status is CounterStatus.CLOSED:
        return "pause"
    return "call" if view.waiting else None
