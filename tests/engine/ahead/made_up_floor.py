"""A made-up hall of ten counters with five sets of skills: counters pause, some say until when, and people book.

The sizes are those of an ordinary service hall; nothing of it is taken from a real one.
"""

from broker.model import commands as c
from broker.model.hall import Hall
from broker.model.hall_file import parse_hall
from tests.engine.made_up_day import MadeUpHall
from tests.halls import SMALL

SERVICES = {"quick": (3.0, 0.40), "usual": (8.0, 0.27), "long": (18.0, 0.09), "collect": (1.7, 0.24)}
"""Minutes, and the share of visitors."""
SKILLS = (
    *[("quick", "usual", "collect")] * 3,
    *[("usual", "long")] * 3,
    *[("quick", "collect")] * 2,
    ("long",),
    tuple(SERVICES),
)
BOOKED = {"usual": (20, 2), "long": (30, 2)}
"""Service -> every so many minutes so many are booked."""
SHOW = 0.9
MINUTE_MS = 60_000


def hall_of_ten() -> Hall:
    """Written as a hall file, so that it passes the same door."""
    head, tail = SMALL[: SMALL.index("[services.pension]")], SMALL[SMALL.index("[kiosks.kiosk-1]") :]
    tail = tail[: tail.index("[consoles.console-1]")]
    services = "".join(
        f'[services.{key}]\nnames = {{ zh = "业务", en = "{key}" }}\nseries = "a"\ncategory = "person"\n'
        f"mean_minutes = {minutes}\n"
        for key, (minutes, _) in SERVICES.items()
    )
    classes = '[priority.elderly]\nnames = { zh = "老年人", en = "Elderly" }\nfactor = 0.3\n'
    classes += '[priority.appointment]\nnames = { zh = "预约", en = "Booked" }\nfactor = 0.1\n'
    counters = "".join(
        f'[counters.c{place}]\nname = "{place}"\nservices = {{ {", ".join(f"{one} = 1" for one in skills)} }}\n'
        for place, skills in enumerate(SKILLS, 1)
    )
    return parse_hall(head + services + classes + counters + tail)


class MadeUpFloor(MadeUpHall):
    """``load``: of what ten counters manage that never pause."""

    def _plan(self) -> None:
        self._booked = 0
        super()._plan()
        chance, began_ms = self._chance, self.now_ms
        for place, counter in enumerate(self.hall.counters):
            self._later(chance.expovariate(1 / 5400), "pause", counter)
            self._later((2.0 + place % 4 * 0.5) * 3600 + chance.uniform(0, 300), "lunch", counter)
        for service, (every_min, count) in BOOKED.items():
            for minutes in range(every_min, 210, every_min):
                for _ in range(count):
                    self._book(service, began_ms + minutes * MINUTE_MS)

    def _book(self, service: str, at_ms: int) -> None:
        self._booked += 1
        code = f"{self._booked:06d}"
        appointment = f"appointment-{self.now_ms}-{code}"
        self.ask(c.BookAppointment(appointment=appointment, code=code, service=service, at_ms=at_ms))
        if self._chance.random() < SHOW:
            comes_ms = max(at_ms + self._chance.gauss(-300_000, 420_000), at_ms - 14 * MINUTE_MS)
            self._later((comes_ms - self.now_ms) / 1000, "check_in", code)

    def _gap_s(self, service: str) -> float:
        """More come in the second hour than later, and few at first."""
        share = SERVICES[service][1]
        hour = (self.now_ms % (24 * 3_600_000) / 3_600_000 - 1) % 24
        peak = 0.6 + 0.8 * max(0.0, 1 - abs(hour - 1.5))
        mean_s = sum(one * part for one, part in SERVICES.values()) * 60
        return self._chance.expovariate(self._load * peak * share * len(SKILLS) / mean_s)

    def _check_in(self, code: str) -> None:
        self._made += 1
        ticket = f"ticket-{self._made:08d}"
        if self.ask(c.CheckIn(ticket=ticket, code=code)).refusal is not None:
            return
        self.ask(c.ConfirmTicket(ticket=ticket))
        idle = next(self._idle(self.state.tickets[ticket].service), None)
        if idle is not None:
            self._later(self._chance.uniform(2, 8), "call", idle)

    def _pause(self, counter: str) -> None:
        self._later(self._chance.expovariate(1 / 5400), "pause", counter)
        self._leave(counter, int(self._chance.uniform(3, 10)), says=self._chance.random() < 0.5)

    def _lunch(self, counter: str) -> None:
        if not self._leave(counter, 30, says=True):
            self._later(30, "lunch", counter)

    def _leave(self, counter: str, minutes: int, *, says: bool) -> bool:
        if self.state.counter(counter).ticket is not None:
            return False
        pause = c.PauseCounter(counter=counter, reason="离开", return_in_min=minutes if says else None)
        if self.ask(pause).refusal is None:
            self._later(minutes * 60 + self._chance.uniform(-60, 60), "resume", counter)
        return True

    def _resume(self, counter: str) -> None:
        self.ask(c.ResumeCounter(counter=counter))
        self._later(self._chance.uniform(2, 8), "call", counter)
