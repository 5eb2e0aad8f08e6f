"""Until when anybody may be called today: waits are told, and the counters' pace is measured, as long as that goes on.

While an emergency is shown nobody is called (L22), nor after the end of service unless a manager said so, or the hall
needs no such word.
"""

from math import inf

from broker.engine.state import State


def calls_end_ms(state: State) -> float:
    """When the last counter may call nobody any more; infinite where the hall has no hours or goes on by itself."""
    if state.calls_go_on or not state.sessions:
        return inf
    return max(*(session.closes_ms for session in state.sessions), *state.extended.values(), 0)


def nobody_is_called(state: State, now_ms: int) -> bool:
    """Whatever the counters do, nobody who waits is called now."""
    return state.emergency is not None or now_ms >= calls_end_ms(state)
