"""Somebody at a kiosk needs a member of staff: one open call a kiosk at most, until somebody says "on my way"."""

from broker.engine.context import Desk, Outcome, Refused
from broker.model import commands as c
from broker.model import events as e
from broker.model import refusals as r


def call(desk: Desk, command: c.CallForHelp) -> Outcome:
    """A press more before anybody came is the same call."""
    if command.kiosk not in desk.hall.kiosks:
        raise Refused(r.UnknownKiosk(kiosk=command.kiosk))
    open_call = next((known for known in desk.state.helps.values() if known.kiosk == command.kiosk), None)
    if open_call is not None:
        return Outcome(result={"help": open_call.help})
    event = e.HelpWanted(at_ms=desk.now_ms, help=desk.next_help_id(), kiosk=command.kiosk, reason=command.reason)
    return Outcome((event,), {"help": event.help})


def answer(desk: Desk, command: c.AnswerHelp) -> Outcome:
    """Whoever answers first goes."""
    known = desk.state.helps.get(command.help)
    if known is None:
        raise Refused(r.HelpUnknown())
    return Outcome((e.HelpAnswered(at_ms=desk.now_ms, help=known.help, kiosk=known.kiosk),), {"kiosk": known.kiosk})
