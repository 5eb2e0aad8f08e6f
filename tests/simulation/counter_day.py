"""The day at the counters: clerks leave, log in and out, go on with another service, give slips; a duty leader looks.

What keys say is pressed at consoles (``crowd``); the rest is asked from pages, as in a hall. Most of what is asked
makes sense, some of it is silly, and much of it meets a misfortune.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from broker.contract.envelope import Reply
from broker.model import commands as c
from broker.model.views import CounterView
from broker.model.words import CounterStatus, Level, TicketStatus
from caller.console.keys import ConsoleKey, Press
from tests.simulation.halls import PIN
from tests.simulation.reception import BookedVisitor, Reception
from tests.simulation.staff_page import StaffPage

if TYPE_CHECKING:
    from tests.simulation.world import World

FIRST_S = 600.0
"""Nothing of this before: the shortest runs of planted bugs keep their stories."""
EVERY_S: dict[str, float] = {
    "pause": 240.0,
    "leave": 500.0,
    "takeover": 600.0,
    "next service": 70.0,
    "direct": 90.0,
    "slip": 130.0,
    "duty": 40.0,
    "extension": 300.0,
    "out of turn": 200.0,
    "race": 150.0,
    "regret": 200.0,
    "unplug": 150.0,
    "low": 60.0,
}
"""Mean seconds between two of a kind."""
PHONES = ("", "", "12333", "0432-000", "0432 000", "13800000000")
"""None, two office lines, one of them written otherwise, and a private one."""
REASONS = ("会议", "取材料", " ", "")


class CounterDay(StaffPage):
    """Everybody behind the counters, where it needs more than a key."""

    def __init__(self, world: "World", reception: Reception) -> None:
        super().__init__(world, "counter day")
        self._reception = reception

    def start(self) -> None:
        acts: dict[str, Callable[[], None]] = {
            "pause": self._pause,
            "leave": self._leave,
            "takeover": self._take_over,
            "next service": self._next_service,
            "direct": self._direct,
            "slip": self._slip,
            "duty": self._duty,
            "extension": self._extension,
            "out of turn": self._out_of_turn,
            "race": self._race,
            "regret": self._regret,
            "unplug": self._unplug,
            "low": self._low_rating,
        }
        if self.world.hall.rules.clerks_log_in:
            for counter in self.world.hall.counters:
                self.world.agenda.after(self.chance.uniform(1, 60), lambda counter=counter: self._stand_there(counter))
        for kind, act in acts.items():
            self._again(kind, act, FIRST_S)

    def _again(self, kind: str, act: Callable[[], None], after_s: float = 0.0) -> None:
        def come() -> None:
            if self.here:
                act()
                self._again(kind, act)

        self.world.agenda.after(after_s + 1 + self.chance.expovariate(1 / EVERY_S[kind]), come)

    def _counter(self, wanted: Callable[[CounterView], bool]) -> CounterView | None:
        views = [view for view in self.world.collector.counters.values() if wanted(view)]
        return self.chance.choice(views) if views else None

    # -- who is there ------------------------------------------------

    def _pause(self) -> None:
        """Somebody goes away: for a moment, or for so long that the duty leader hears of it."""
        chance, rules = self.chance, self.world.hall.rules
        view = self._counter(lambda view: view.status is CounterStatus.OPEN)
        if view is None:
            return
        wish = c.PauseCounter(
            counter=view.counter,
            reason=chance.choice(REASONS),
            contact=chance.choice(("", "大堂经理")),
            phone=chance.choice(PHONES),
            return_in_min=chance.choice((None, 0, 5)),
            substitute=chance.choice((None, None, *self.world.hall.clerks)),
        )
        whole_s = (rules.pause_limit_min + rules.cover_within_min) * 60.0
        away_s = chance.choice((chance.uniform(20, 90), chance.uniform(0.5, 1.1) * whole_s, 1.5 * whole_s))
        self.ask(wish, lambda reply: self.world.crowd.goes_away(view.counter, away_s))

    def _leave(self) -> None:
        """A window is closed, its clerk goes; somebody comes back to it later, or logs in and does not open."""
        chance, counter = self.chance, self.chance.choice(list(self.world.hall.counters))
        away_s = chance.uniform(0.5, 2.5) * 60.0 * (self.world.hall.rules.nobody_limit_min + 1)

        def gone(reply: Reply) -> None:
            self.world.crowd.goes_away(counter, away_s)
            self.world.agenda.after(away_s * chance.uniform(0.3, 1.0), lambda: self._stand_there(counter))

        self.ask(c.LogOut(counter=counter), gone)

    def _stand_there(self, counter: str) -> None:
        clerks, own = list(self.world.hall.clerks), self.world.hall.counters[counter].clerk
        clerk = own if own is not None and self.chance.random() < 0.8 else self.chance.choice(clerks)
        self._logs_in(counter, clerk)

    def _logs_in(self, counter: str, clerk: str) -> None:
        """On the page; or at the console, where whoever has a PIN types it, sometimes a wrong one."""
        caller = next((caller for caller in self.world.callers.values() if counter in caller.consoles), None)
        known = self.world.hall.clerks[clerk]
        if caller is None or not known.pin or self.chance.random() < 0.4:
            self.ask(c.LogIn(counter=counter, clerk=clerk))
            return
        pin = PIN if self.chance.random() < 0.8 else "2468"
        for at_s, digits in ((0.1, known.staff_number), (2.5, pin)):
            press = Press(ConsoleKey.PAUSE, digits)
            self.world.agenda.after(at_s, lambda press=press: caller.press(counter, press))

    def _take_over(self) -> None:
        """A substitute comes to a counter that pauses, or a clerk logs in where he pleases."""
        view = self._counter(lambda view: view.status is not CounterStatus.OPEN)
        if view is not None:
            self._stand_there(view.counter)

    def _duty(self) -> None:
        """The duty leader looks at one counter that wants somebody; now and then at one that does not."""
        chance = self.chance
        view = self._counter(lambda view: view.cover is not None) or self._counter(lambda view: True)
        if view is None or chance.random() < 0.4:
            return
        sent = chance.choice(list(self.world.hall.clerks))
        if chance.random() < 0.25:
            self.ask(c.ExcuseCounter(counter=view.counter, reason=chance.choice(("午间轮休", " "))))
            return

        def comes(reply: Reply) -> None:
            if chance.random() < 0.5:
                self.world.agenda.after(
                    chance.uniform(20, 400), lambda: self.ask(c.LogIn(counter=view.counter, clerk=sent))
                )

        self.ask(c.AppointSubstitute(counter=view.counter, clerk=sent), comes)

    # -- what is done there ------------------------------------------------

    def _next_service(self) -> None:
        """One ticket, several services."""
        chance, hall = self.chance, self.world.hall
        view = self._counter(lambda view: view.ticket is not None)
        if view is None:
            return
        here = view.counter
        to_counter = chance.choice((here, here, here, None, *hall.counters))
        service = chance.choice(list(hall.counters[to_counter or here].services) * 3 + list(hall.services))
        self.ask(
            c.NextService(counter=here, service=service, to_counter=to_counter, note=chance.choice(("", "请继续")))
        )

    def _direct(self) -> None:
        """Somebody comes straight to a window, rather to one that is free."""
        chance = self.chance
        view = self._counter(lambda view: view.ticket is None and view.status is CounterStatus.OPEN)
        view = view or self._counter(lambda view: True)
        if view is not None:
            services = list(self.world.hall.counters[view.counter].services) * 3 + list(self.world.hall.services)
            reason = chance.choice(("咨询", "老人带路", " "))
            self.ask(c.ServeDirect(counter=view.counter, service=chance.choice(services), reason=reason))

    def _slip(self) -> None:
        """Papers are missing; the holder comes again today, tomorrow, twice, or never."""
        chance = self.chance
        view = self._counter(lambda view: view.ticket is not None and view.ticket.status is TicketStatus.SERVING)
        if view is None:
            return
        code = f"S{chance.randrange(10**9):09d}"
        slip = self.world.collector.make_id()
        wish = c.GiveReturnSlip(
            counter=view.counter,
            slip=slip,
            code=code,
            missing=chance.choice(("身份证复印件", "委托书原件", " ")),
            days=chance.choice((None, None, 1)),
        )

        def given(reply: Reply) -> None:
            for _ in range(chance.choice((0, 1, 1, 2, 3))):
                self.world.agenda.after(chance.uniform(20, 900), lambda: self._comes(code))

        self.ask(wish, given)

    def _comes(self, code: str) -> None:
        kiosk = self.chance.choice(list(self.world.kiosks))
        if self.chance.random() < 0.5:
            BookedVisitor(self._reception, self.world.kiosks[kiosk], code).step_up(tries=5)
            return
        ticket = self.world.collector.make_id()
        ends = (c.ConfirmTicket(ticket=ticket), c.VoidTicket(ticket=ticket))
        end = self.chance.choices(ends, (8, 1))[0]
        came = c.CheckIn(ticket=ticket, code=code, kiosk=kiosk)
        self.ask(came, lambda reply: self.ask(end, until_answered=True), until_answered=True)

    def _extension(self) -> None:
        """A manager lets people be called for longer; asked too early as well, and taken back."""
        chance = self.chance
        counter = chance.choice((None, None, *self.world.hall.counters))
        reason = chance.choice(("最后一位老人", "系统故障补办", " "))
        self.ask(c.ApproveExtension(reason=reason, minutes=chance.choice((0, 1, 3, 10)), counter=counter))

    def _out_of_turn(self) -> None:
        """A number is called out of turn, with or without a reason, and taken back at once or too late."""
        chance, papers = self.chance, self.world.trace.papers[-8:]
        view = self._counter(lambda view: view.ticket is None and view.status is CounterStatus.OPEN)
        if view is None or not papers:
            return
        wish = c.CallNumber(
            counter=view.counter, number=chance.choice(papers).number, reason=chance.choice(("特呼", " ", ""))
        )
        undo_s = chance.choice((1.0, 8.0, 9.9, 11.0))
        self.ask(
            wish,
            lambda reply: self.world.agenda.after(undo_s, lambda: self.ask(c.UndoLast(counter=view.counter))),
        )

    def _race(self) -> None:
        """Set aside here, called by another counter, and then the first one takes it back."""
        chance = self.chance
        here = self._counter(lambda view: view.ticket is not None)
        there = self._counter(lambda view: view.ticket is None and view.status is CounterStatus.OPEN)
        if here is None or here.ticket is None or there is None:
            return
        undo = c.UndoLast(counter=here.counter)
        call = c.CallNumber(counter=there.counter, number=here.ticket.number, reason="特呼")

        def aside(reply: Reply) -> None:
            self.world.agenda.after(chance.uniform(0.2, 3.0), lambda: self.ask(call))
            self.world.agenda.after(chance.uniform(1.0, 9.0), lambda: self.ask(undo))

        self.ask(c.HoldTicket(counter=here.counter), aside)

    def _regret(self) -> None:
        """A visit is finished on a page and taken back; its visitor was thanked meanwhile by a desk that is cut off."""
        world, chance = self.world, self.chance
        keypads = {counter: caller for caller in world.callers.values() for counter in caller.keypads}
        view = self._counter(lambda view: view.ticket is not None and view.counter in keypads)
        if view is None or "partition" not in world.plan.rates:
            return
        counter, caller = view.counter, keypads[view.counter]
        key = chance.choice(list(world.hall.keypads[caller.keypads[counter]].levels))
        cut_s = chance.uniform(10.0, 60.0)

        def cut() -> None:
            world.fault("partition", caller.name)
            world.network.block(caller.name)
            world.agenda.after(cut_s, lambda: world.network.heal(caller.name))

        def finished(reply: Reply) -> None:
            for after_s, act in ((0.8, cut), (1.0, lambda: caller.rate(counter, key))):
                world.agenda.after(after_s, act)
            world.agenda.after(chance.uniform(2.0, 8.0), lambda: self.ask(c.UndoLast(counter=counter)))

        self.ask(c.FinishService(counter=counter), finished)

    # -- ratings ------------------------------------------------

    def _unplug(self) -> None:
        """An evaluator is out of order for some visits."""
        caller = self.chance.choice(list(self.world.callers.values()))
        counter = self.chance.choice(list(caller.keypads))
        caller.unplug_evaluator(counter, out=True)
        self.world.agenda.after(self.chance.uniform(60, 240), lambda: caller.unplug_evaluator(counter, out=False))

    def _low_rating(self) -> None:
        """By phone, with the reasons at once or told a little later, once or twice."""
        chance = self.chance
        view = self._counter(lambda view: view.evaluation is not None and bool(view.evaluation.number))
        if view is None or view.evaluation is None:
            return
        visit, reasons = view.evaluation.visit, chance.choice(((), ("waiting",), ("slow", "attitude")))
        rating = c.RecordEvaluation(
            evaluation=self.world.collector.make_id(),
            visit=visit,
            level=chance.choice((Level.DISSATISFIED, Level.VERY_DISSATISFIED, Level.SATISFIED)),
            device="phone",
            pressed_at_ms=self.world.agenda.now_ms,
            reasons=reasons if chance.random() < 0.4 else (),
            reasons_version=1,
        )
        told = c.ExplainEvaluation(
            visit=visit, device=chance.choice(("phone", "phone", "web")), reasons=reasons, reasons_version=1,
            contact=chance.random() < 0.3,
        )  # fmt: skip

        def rated(reply: Reply) -> None:
            for _ in range(chance.choice((0, 1, 1, 2))):
                self.world.agenda.after(chance.uniform(1, 20), lambda: self.ask(told))

        self.ask(rating, rated)
