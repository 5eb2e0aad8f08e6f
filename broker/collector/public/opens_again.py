"""When a closed hall or outlet serves again, for pages: the engine knows its day, the calendar the days after it."""

from datetime import datetime

from broker.collector.web import Web
from broker.model.views import OpenState
from broker.runtime.next_opening import NextOpenings


class OpensAgain:
    """Of one hall and those of its outlets whose counters stand in its own hall file."""

    def __init__(self, web: Web) -> None:
        self._web, self._openings = web, NextOpenings(web.hall)

    def ms(self, state: OpenState | None, told_ms: int | None, wanted: tuple[str, ...] = ()) -> int | None:
        """When it opens after today, of the sessions ``wanted`` if any are named; ``told_ms``: when ``state`` was told.

        None while it serves today, where no calendar knows the day yet, and while this machine's date is doubtful.
        """
        if state is None or state.state != "closed" or state.next_opens is not None or not self._web.clock.sure():
            return None
        found = self._openings.after(self._web.clock.now_ms(), told_ms, wanted)
        if found is None:
            return None
        local = datetime.fromisoformat(f"{found.day}T{found.opens}").replace(tzinfo=self._web.zone)
        return round(local.timestamp() * 1000)

    def of_outlet(self, outlet: str, state: OpenState | None, told_ms: int | None) -> int | None:
        """The same for an outlet; of one with a calendar of its own nobody here knows it."""
        declared = self._web.hall.outlets[outlet]
        return None if declared.url else self.ms(state, told_ms, declared.sessions)
