"""The same fight without the collector's doors: every one of the wishes of 16 clients reaches the engine's writer."""

import random
import time
from pathlib import Path

from broker.model.commands import BookAppointment
from broker.model.hall import Hall
from tests.booking_storm.auditor import Found, audit, rows_of
from tests.halls import CLOSES_MS, OPENS_MS
from tests.server.rig import WriterRig

HALF_HOUR_MS = 30 * 60_000
DAY_MS = 86_400_000
BATCH = 128
DAYS = (0, 1, 2, 5, 6, 7)
"""Wednesday and five working days after it."""


def storm_at_the_writer(
    folder: Path, hall: Hall, hall_file: Path, wishes: int, clients: int = 16
) -> tuple[Found, float]:
    """Clients take turns by lot, a batch is one commit; the judgement, and how many seconds it took."""
    rig = WriterRig(folder, hall)
    dice, slots = random.Random(16), slots_of(hall)
    turns = [0] * clients
    answers: dict[str, dict[str, object]] = {}
    began_s = time.monotonic()
    for made in range(1, wishes + 1):
        client = dice.randrange(clients)
        turn, turns[client] = turns[client], turns[client] + 1
        service, at_ms = slots[(made - 1) * len(slots) // wishes]
        id = f"home-{client:04d}{turn:012d}"
        rig.put(_wish(id, made, service, at_ms, dice), id=id)
        if made % BATCH == 0 or made == wishes:
            for answer in rig.writer.commit():
                reply = answer.reply
                code = "" if reply.refusal is None else reply.refusal.code
                answers[reply.id] = {"id": reply.id, "status": 201 if reply.kind == "done" else 409, "code": code}
    rig.journal.close()
    return audit(rows_of(rig.path), hall_file, answers.values()), time.monotonic() - began_s


def slots_of(hall: Hall) -> list[tuple[str, int]]:
    """Every half-hour of the six days after now, for each service in turn."""
    times = [OPENS_MS + day * DAY_MS + at for day in DAYS for at in range(0, CLOSES_MS - OPENS_MS, HALF_HOUR_MS)]
    return [(service, at_ms) for at_ms in times for service in hall.services]


def _wish(id: str, made: int, service: str, at_ms: int, dice: random.Random) -> BookAppointment:
    """Mostly somebody new; now and then somebody who has an appointment on that day."""
    person = made - 1 if dice.random() < 0.02 and made > 1 else made
    day = at_ms // DAY_MS
    return BookAppointment(
        appointment=id,
        code=f"{made:08d}",
        service=service,
        at_ms=at_ms,
        source="home",
        person=f"{day:016x}{person:016x}",
        who=f"{person:032x}",
        who_before=f"{person + 10**9:032x}",
    )
