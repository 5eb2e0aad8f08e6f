"""The people: visitors at kiosks, clerks at consoles and in browsers, citizens who rate. They see what screens show."""

from random import Random
from typing import TYPE_CHECKING

from broker.contract.envelope import Reply
from broker.model import commands as c
from broker.model.views import CounterView
from broker.model.words import CounterStatus, TicketStatus
from caller.console.keys import ConsoleKey, Press
from kiosk.flow import Step

if TYPE_CHECKING:
    from tests.simulation.caller_node import CallerNode
    from tests.simulation.kiosk_node import KioskNode
    from tests.simulation.world import World

PATIENCE_TURNS = 40
LATEST_RATING_S = 75.0
SECOND_THOUGHTS_S = 600.0
"""Nobody takes anything back before: the shortest runs of planted bugs keep their stories."""
UNDONE = (
    *(ConsoleKey.CALL, ConsoleKey.START, ConsoleKey.FINISH),
    *(ConsoleKey.NO_SHOW, ConsoleKey.HOLD, ConsoleKey.TRANSFER),
)


class Crowd:
    """``start`` lets people come, ``end`` lets them only finish what they hold in hand."""

    def __init__(self, world: "World") -> None:
        self.world = world
        self.chance = Random(f"{world.trace.seed} crowd")
        self.here = True
        self._busy: set[str] = set()
        self._away_until_s: dict[str, float] = {}

    def goes_away(self, counter: str, for_s: float) -> None:
        """The clerk of a counter is somewhere else."""
        self._away_until_s[counter] = self.world.agenda.now_s + for_s

    def is_away(self, counter: str) -> bool:
        return self.world.agenda.now_s < self._away_until_s.get(counter, 0.0)

    def start(self) -> None:
        self._next_visitor()
        for caller in self.world.callers.values():
            for counter in caller.consoles:
                self._after(self.chance.uniform(1, 20), Clerk(self, caller, counter).work)
        served = {counter for caller in self.world.callers.values() for counter in caller.consoles}
        for counter in self.world.hall.counters:
            if counter not in served:
                self._after(self.chance.uniform(1, 20), WebClerk(self, counter).work)
        self._staff()

    def end(self) -> None:
        self.here = False

    def _after(self, seconds: float, act) -> None:  # type: ignore[no-untyped-def]
        self.world.agenda.after(seconds, act)

    # -- visitors ------------------------------------------------

    def _next_visitor(self) -> None:
        if not self.here:
            return
        gap_s = self.chance.expovariate(self.world.plan.visitors_an_hour / 3600.0)
        self._after(gap_s, self._next_visitor)
        kiosk = self.chance.choice(list(self.world.kiosks.values()))
        self._step_up(kiosk, tries=6)

    def _step_up(self, kiosk: "KioskNode", tries: int) -> None:
        if kiosk.name in self._busy:
            if tries:
                self._after(self.chance.uniform(5, 15), lambda: self._step_up(kiosk, tries - 1))
            return
        self._busy.add(kiosk.name)
        Visitor(self, kiosk).look()

    def rush(self, kiosk: "KioskNode", people: int) -> None:
        """So many come to one kiosk at once, as when the doors open."""
        for _ in range(people):
            self._after(self.chance.uniform(0.0, 3.0), lambda: self._step_up(kiosk, tries=12))

    def stands_at(self, kiosk: "KioskNode") -> bool:
        """Somebody takes the place before a kiosk; False when it is taken."""
        free = kiosk.name not in self._busy
        self._busy.add(kiosk.name)
        return free

    def leaves(self, kiosk: "KioskNode") -> None:
        self._busy.discard(kiosk.name)

    # -- staff ------------------------------------------------

    def _staff(self) -> None:
        """Now and then the key at a kiosk, pressed again a little later."""
        if not self.here:
            return
        self._after(self.chance.expovariate(1 / 900.0) + 60, self._staff)
        kiosks = list(self.world.kiosks.values())
        for kiosk in kiosks:
            kiosk.press_pause(False)
        kiosk = self.chance.choice(kiosks)
        if self.chance.random() < 0.4:
            kiosk.press_pause(True)
            self._after(self.chance.uniform(5, 100), lambda: kiosk.press_pause(False))

    def missed(self) -> str | None:
        """A number that some counter's screen lists as missed."""
        for view in self.world.collector.counters.values():
            if view.missed:
                return self.chance.choice(view.missed)
        return None

    # -- citizens ------------------------------------------------

    def may_rate(self, caller: "CallerNode", counter: str) -> None:
        """A visit ended: the citizen presses, hesitates, presses twice, comes late, or goes."""
        if counter not in caller.keypads or self.chance.random() > self.world.plan.rating:
            return
        keys = list(self.world.hall.keypads[caller.keypads[counter]].levels)
        at_s = self.chance.uniform(0.5, LATEST_RATING_S if self.chance.random() < 0.2 else 20.0)
        for _ in range(self.chance.choice((1, 1, 1, 2, 3))):
            key = self.chance.choice((*keys, *keys, "decline", "9"))
            self._after(at_s, lambda key=key: caller.rate(counter, key))
            at_s += self.chance.uniform(0.05, 2.0)


class Visitor:
    """One person at a kiosk who wants a number, or to come back with a missed one."""

    def __init__(self, crowd: Crowd, kiosk: "KioskNode") -> None:
        self.crowd, self.kiosk, self.chance = crowd, kiosk, crowd.chance
        app = kiosk.app
        offered = [offer.service for offer in app.offering.menu(kiosk.clock.machine_s()).offers] if app else []
        self.service = self.chance.choice(offered) if offered else ""
        self.elderly = self.chance.random() < 0.1
        number = crowd.missed() if self.chance.random() < 0.15 else None
        self.typed = [] if number is None else ["missed", *(f"key/{sign}" for sign in number), "send"]
        self.turns = 0
        self.began = False

    def look(self) -> None:
        """One look at the screen, one tap."""
        self.turns += 1
        step = self.kiosk.step
        if self.turns > PATIENCE_TURNS or not self.service or self._done(step):
            self.crowd.leaves(self.kiosk)
            return
        target = self._target(step)
        if target:
            self.kiosk.tap(target)
        self.crowd._after(self.chance.uniform(0.5, 2.0), self.look)

    def _done(self, step: Step | None) -> bool:
        if step in (Step.TAKING, Step.TICKET, Step.NO_PAPER, Step.CHECKING):
            self.began = True
        app = self.kiosk.app
        if step is Step.TICKET and app is not None and app.visit.printed:
            if self.chance.random() < 0.7:
                self.kiosk.tap("done")
            return True
        if step in (Step.NO_PAPER, Step.NOTE):
            self.kiosk.tap("done")
            return self.began or step is Step.NOTE
        return step is Step.HOME and self.began

    def _target(self, step: Step | None) -> str:
        if self.typed and step in (Step.HOME, Step.MISSED):
            return self.typed.pop(0)
        match step:
            case Step.HOME:
                return f"service/{self.service}"
            case Step.DETAIL:
                if self.elderly:
                    self.elderly = False
                    return "claim"
                return "take"
            case Step.PRIORITY:
                return "class/elderly"
            case Step.CATEGORY | Step.HELP | Step.MISSED:
                return "back"
            case Step.TICKET:
                return "done" if self.chance.random() < 0.05 else ""
        return ""


class Clerk:
    """Looks at the console every few seconds and presses what a clerk would, now and then something silly."""

    def __init__(self, crowd: Crowd, caller: "CallerNode", counter: str) -> None:
        self.crowd, self.caller, self.counter = crowd, caller, counter
        self.chance = Random(f"{crowd.world.trace.seed} clerk {counter}")
        self._busy_until_s = 0.0
        self._second_thoughts = Random(f"{crowd.world.trace.seed} second thoughts {counter}")

    def work(self) -> None:
        crowd = self.crowd
        if not crowd.here:
            return
        crowd._after(self.chance.uniform(1.5, 6.0), self.work)
        if crowd.is_away(self.counter):
            return
        station = self.caller.station(self.counter)
        view = None if station is None else station.console.view
        if view is None or crowd.world.agenda.now_s < self._busy_until_s:
            return
        press = self._wish(view)
        if press is None:
            return
        self.caller.press(self.counter, press)
        if self.chance.random() < 0.05:
            again_s = self.chance.uniform(0.1, 3.0)
            crowd._after(again_s, lambda: self.caller.press(self.counter, press))
        self._think_again(press)

    def _think_again(self, press: Press) -> None:
        """The wrong key, or the visitor comes after all."""
        thoughts, crowd = self._second_thoughts, self.crowd
        if press.key in UNDONE and crowd.world.agenda.now_s > SECOND_THOUGHTS_S and thoughts.random() < 0.12:
            undo = Press(ConsoleKey.UNDO)
            crowd._after(thoughts.uniform(0.5, 12.0), lambda: self.caller.press(self.counter, undo))

    def _wish(self, view: CounterView) -> Press | None:
        chance = self.chance
        if chance.random() < 0.02:
            return Press(chance.choice(list(ConsoleKey)))
        if view.status is not CounterStatus.OPEN:
            if chance.random() < 0.1:
                return Press(ConsoleKey.CALL)
            return Press(ConsoleKey.PAUSE) if chance.random() < 0.4 else None
        if view.ticket is None:
            return self._with_nobody(view)
        if view.ticket.status is TicketStatus.CALLED:
            return self._with_someone_called()
        return self._with_someone_served()

    def _with_nobody(self, view: CounterView) -> Press | None:
        chance = self.chance
        if view.waiting and chance.random() < 0.95:
            return Press(ConsoleKey.CALL)
        if (view.held or view.missed) and chance.random() < 0.15:
            return Press(ConsoleKey.CALL_BACK)
        if chance.random() < 0.01:
            return Press(chance.choice((ConsoleKey.PAUSE, ConsoleKey.PAUSE, ConsoleKey.CLOSE)))
        return None

    def _with_someone_called(self) -> Press | None:
        if self.chance.random() < 0.1:  # somebody slow: the call stands on the boards for a while
            self._busy_until_s = self.crowd.world.agenda.now_s + self.chance.uniform(10, 150)
            return None
        key = self.chance.choices(
            (ConsoleKey.START, ConsoleKey.RECALL, ConsoleKey.NO_SHOW, ConsoleKey.HOLD), (6, 2, 1.0, 0.4)
        )[0]
        if key is ConsoleKey.START:
            self._busy_until_s = self.crowd.world.agenda.now_s + self.chance.expovariate(
                1 / self.crowd.world.plan.service_s
            )
        return Press(key)

    def _with_someone_served(self) -> Press:
        if self.chance.random() < 0.06:
            names = [counter.name for counter in self.crowd.world.hall.counters.values()]
            return Press(ConsoleKey.TRANSFER, self.chance.choice((*names, "7")))
        if self.chance.random() < 0.04:
            return Press(ConsoleKey.HOLD)
        if self.chance.random() < 0.04:
            return Press(ConsoleKey.CALL_BACK)
        self.crowd.may_rate(self.caller, self.counter)
        return Press(ConsoleKey.FINISH)


class WebClerk:
    """Works in a browser: each press is a command of its own, asked again with the same id when nobody answers."""

    def __init__(self, crowd: Crowd, counter: str) -> None:
        self.crowd, self.counter = crowd, counter
        self.chance = Random(f"{crowd.world.trace.seed} web {counter}")
        self._busy_until_s = 0.0
        self._asking = False

    def work(self) -> None:
        crowd = self.crowd
        if not crowd.here:
            return
        crowd._after(self.chance.uniform(2, 6), self.work)
        if crowd.is_away(self.counter):
            return
        view = crowd.world.collector.counters.get(self.counter)
        if view is None or self._asking or crowd.world.agenda.now_s < self._busy_until_s:
            return
        command = self._wish(view)
        if command is not None:
            self._asking = True
            self._ask(command, crowd.world.collector.make_id(), tries=3)

    def _ask(self, command: c.Command, id: str, tries: int) -> None:
        asked_s = self.crowd.world.agenda.now_s

        def done(reply: Reply | None) -> None:
            if reply is None and tries and self.chance.random() < 0.7:
                self.crowd._after(self.chance.uniform(0.2, 2.0), lambda: self._ask(command, id, tries - 1))
            else:
                self._asking = False

        ttl_ms = self.crowd.world.hall.rules.press_ttl_ms
        age_ms = int((self.crowd.world.agenda.now_s - asked_s) * 1000)
        self.crowd.world.collector.submit(command, id, "web", done, ttl_ms=ttl_ms, age_ms=age_ms)

    def _wish(self, view: CounterView) -> c.Command | None:
        counter, chance = self.counter, self.chance
        if view.status is CounterStatus.CLOSED:
            return c.OpenCounter(counter=counter)
        if view.status is CounterStatus.PAUSED:
            return c.ResumeCounter(counter=counter) if chance.random() < 0.3 else None
        if view.ticket is None:
            if view.waiting:
                return c.CallNext(counter=counter)
            return c.PauseCounter(counter=counter, reason="会议") if chance.random() < 0.02 else None
        if view.ticket.status is TicketStatus.CALLED:
            return chance.choice(
                (c.StartService(counter=counter),) * 4
                + (c.Recall(counter=counter), c.MarkNoShow(counter=counter), c.HoldTicket(counter=counter))
            )
        if chance.random() < 0.2:
            return c.FinishService(counter=counter)
        if chance.random() < 0.01:
            return c.TransferTicket(counter=counter, to_service=chance.choice(list(self.crowd.world.hall.services)))
        return None
