"""The duty rota: a day is planned, and once a session runs it is looked whether the counters it names are open. Pure.

A counter that pauses is open here: pauses have a watch of their own (``cover``), and who stands in for whom does too.
"""

from collections.abc import Iterator

from broker.engine.context import Desk, Outcome, Refused
from broker.engine.local_time import MINUTE_MS
from broker.engine.posts import LISTENED_MS
from broker.model import commands as c
from broker.model import events as e
from broker.model import refusals as r
from broker.model.commands.rota import POSTS_MOST
from broker.model.visible_text import says_something
from broker.model.words import CounterStatus


def make(desk: Desk, command: c.MakeRota) -> Outcome:
    """Of today or later; planned already as asked, nothing happens."""
    if not desk.hall.rota.on:
        raise Refused(r.RotaNotKept())
    if command.day < (desk.state.day or desk.state.last_day or ""):
        raise Refused(r.RotaDayOver(day=command.day))
    _check(desk, command)
    known = desk.state.rota.get(command.day)
    if known is not None and (known.leader, known.sessions) == (command.leader, command.sessions):
        return Outcome(result={"day": command.day})
    if known is not None and not says_something(command.reason):
        raise Refused(r.ReasonNeeded())
    event = e.RotaMade(
        at_ms=desk.now_ms,
        day=command.day,
        leader=command.leader,
        sessions=command.sessions,
        reason=command.reason,
        by=desk.asked.by,
    )
    return Outcome((event,), {"day": command.day})


def looked(desk: Desk, steady_ms: int | None) -> Iterator[e.Event]:
    """What a session opened with. A session of which nobody could tell is not on record."""
    state, hall = desk.state, desk.hall
    plan = state.rota.get(state.day or "")
    if plan is None or not hall.rota.on or state.emergency is not None:
        return
    if steady_ms is not None and steady_ms < LISTENED_MS:
        return
    planned = {one.session: one.posts for one in plan.sessions}
    for session in state.sessions:
        due_ms = session.opens_ms + hall.rota.look_after_min * MINUTE_MS
        if session.name not in planned or session.name in state.rota_looked:
            continue
        if due_ms <= desk.now_ms < session.closes_ms:
            counters = [post.counter for post in planned[session.name]]
            closed = [key for key in counters if state.counter(key).status is CounterStatus.CLOSED]
            yield e.RotaLooked(
                at_ms=desk.now_ms,
                day=plan.day,
                session=session.name,
                until_ms=session.closes_ms,
                planned=len(counters),
                closed=tuple(closed),
            )


def _check(desk: Desk, command: c.MakeRota) -> None:
    if command.leader is not None and command.leader not in desk.hall.clerks:
        raise Refused(r.UnknownClerk(clerk=command.leader))
    if sum(len(one.posts) for one in command.sessions) > POSTS_MOST:
        raise Refused(r.RotaTooLarge(most=POSTS_MOST))
    _once([one.session for one in command.sessions])
    for one in command.sessions:
        if one.session not in desk.hall.sessions:
            raise Refused(r.UnknownSession(session=one.session))
        for post in one.posts:
            desk.counter(post.counter)
            if post.clerk is not None and post.clerk not in desk.hall.clerks:
                raise Refused(r.UnknownClerk(clerk=post.clerk))
        _once([post.counter for post in one.posts])
        _once([post.clerk for post in one.posts if post.clerk is not None])


def _once(names: list[str]) -> None:
    twice = next((name for place, name in enumerate(names) if name in names[:place]), None)
    if twice is not None:
        raise Refused(r.RotaTwice(name=twice))
