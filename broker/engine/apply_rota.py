"""What events change about the duty rota. No decisions, no clock of its own."""

from collections.abc import Callable
from typing import Any

from broker.engine.duty_state import RotaDay
from broker.engine.state import State
from broker.model import events as e


def _made(state: State, event: e.RotaMade) -> None:
    today = state.day or state.last_day or ""
    state.rota = {day: one for day, one in state.rota.items() if day >= today}
    state.rota[event.day] = RotaDay(event.day, event.leader, event.sessions)


def _looked(state: State, event: e.RotaLooked) -> None:
    state.rota_looked.add(event.session)


ROTA_WRITERS: dict[type[e.Event], Callable[[State, Any], None]] = {e.RotaMade: _made, e.RotaLooked: _looked}
"""Event -> what it changes."""
