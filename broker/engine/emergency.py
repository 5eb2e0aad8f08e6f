"""An emergency takes every screen. Nobody would see a call meanwhile, so nobody is called and no number is given.

What is under way at the counters can be ended as usual, and a paper that a kiosk gave is taken on record as always.
"""

from broker.engine.context import Desk, Outcome, Refused
from broker.model import commands as c
from broker.model import events as e
from broker.model import refusals as r
from broker.model.visible_text import says_something


def begin(desk: Desk, command: c.BeginEmergency) -> Outcome:
    """Show it; another text replaces the one that is shown, the same text changes nothing."""
    if not says_something(command.zh) or not says_something(command.en):
        raise Refused(r.NothingToShow())
    shown = desk.state.emergency
    if shown is not None and (shown.zh, shown.en) == (command.zh, command.en):
        return Outcome()
    return Outcome((e.EmergencyBegan(at_ms=desk.now_ms, zh=command.zh, en=command.en),))


def end(desk: Desk, command: c.EndEmergency) -> Outcome:
    """The hall goes on."""
    if desk.state.emergency is None:
        raise Refused(r.NoEmergency())
    return Outcome((e.EmergencyEnded(at_ms=desk.now_ms),))


def check_calm(desk: Desk) -> None:
    """Refused(EmergencyNow) while one is shown."""
    if desk.state.emergency is not None:
        raise Refused(r.EmergencyNow())
