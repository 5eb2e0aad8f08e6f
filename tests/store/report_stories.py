"""Days with everything that reports count, lived by the real engine on a town's journal."""

from random import Random

from broker.model import commands as c
from broker.model.words import Level
from tests.collector.town import TownHub
from tests.halls import CLOSES_MS, OPENS_MS
from tests.store.many_days import DAY_MS, day_of

COUNTERS = {"c1": "pension", "c2": "pension", "c3": "medical", "c4": "unit"}


def live_a_day(hub: TownHub, index: int, chance: Random, people: int = 24) -> None:
    """Numbers of several classes; served, rated or not, missed, held, sent on, given up, undone, left at the end."""
    with hub.unseen():
        _live(hub, index, chance, people)


def _live(hub: TownHub, index: int, chance: Random, people: int) -> None:
    begins_ms = OPENS_MS + index * DAY_MS
    hub.clock.advance(max(0, begins_ms - hub.clock.now_ms()) / 1000)
    closes_ms = CLOSES_MS + index * DAY_MS
    session = c.SessionTimes("day", begins_ms, closes_ms, closes_ms - 1_800_000)
    hub.done(c.OpenDay(day=day_of(index), sessions=(session,)))
    clerks = dict(zip(COUNTERS, ("staff-16", "staff-17", "staff-18", "staff-19"), strict=True))
    for counter, clerk in clerks.items():
        hub.done(c.OpenCounter(counter=counter, clerk=clerk))
    for _ in range(people):
        service = chance.choice(("pension", "pension", "card", "medical", "unit"))
        number = hub.take_ticket(service, priority=chance.choice((None, None, "elderly")))
        hub.clock.advance(chance.randint(5, 200))
        if chance.random() < 0.1:
            hub.send(c.CancelTicket(number=number))
        if chance.random() < 0.8:
            _one_visit(hub, chance)
    hub.take_ticket("medical")  # stays to the end of the day
    hub.clock.advance(max(0, closes_ms - hub.clock.now_ms()) / 1000 + 3600)
    hub.send(c.CloseDay())


def _one_visit(hub: TownHub, chance: Random) -> None:
    counter = chance.choice(tuple(COUNTERS))
    if hub.send(c.CallNext(counter=counter)).kind != "done":
        return
    hub.clock.advance(chance.randint(5, 40))
    came = chance.random()
    if came < 0.1:
        hub.done(c.Recall(counter=counter))
        hub.done(c.MarkNoShow(counter=counter))
        return
    hub.done(c.StartService(counter=counter))
    hub.clock.advance(chance.randint(20, 600))
    if came < 0.2:
        hub.done(c.TransferTicket(counter=counter, to_service="unit" if counter != "c4" else "medical"))
        return
    if came < 0.28:
        hub.done(c.HoldTicket(counter=counter))
        return
    visit = str(hub.done(c.FinishService(counter=counter))["visit"])
    if came < 0.34:
        hub.send(c.UndoLast(counter=counter))
        hub.clock.advance(30)
        visit = str(hub.done(c.FinishService(counter=counter))["visit"])
    if chance.random() < 0.7:
        hub.clock.advance(5)
        level = chance.choice(tuple(Level))
        rating = c.RecordEvaluation(
            evaluation=f"rating-{visit}", visit=visit, level=level, device="phone", pressed_at_ms=hub.clock.now_ms()
        )
        hub.done(rating)
