"""What the kiosk's screen shows: the picture of a visit with all that is around it, and those that may come next.

The pictures themselves are pure (``screens.view``). Here is collected what they show besides the visit, and nothing is
drawn that stands already. Times are machine seconds.
"""

import logging

from broker.model.hall import Hall
from broker.runtime.canvas.window import Screen
from broker.runtime.engine_time import EngineTime
from broker.runtime.languages.lexicon import Language
from kiosk import flow
from kiosk.engine_side import EngineSide
from kiosk.guidance.guide import Guide, NoGuide, ring
from kiosk.help_state import HelpState
from kiosk.helping import Helping
from kiosk.local_time import LocalTime
from kiosk.menu import Menu, once_open
from kiosk.offering import Offering
from kiosk.preparing import WORDS_SHARE, WORDS_SHARE_GUIDED, Preparing
from kiosk.screens.frame import Surroundings
from kiosk.screens.notes import failsafe
from kiosk.screens.view import view

logger = logging.getLogger(__name__)

MOVING = frozenset({flow.Step.TAKING, flow.Step.CHECKING, flow.Step.COPYING})
"""Steps whose picture turns while the visitor waits."""


class Showing:
    """``show`` brings the screen to a visit, ``prepare`` uses the moments between. To be made before the screen is
    started, whose memory it divides."""

    def __init__(
        self,
        hall: Hall,
        name: str,
        screen: Screen,
        clock: EngineTime,
        local: LocalTime,
        languages: tuple[Language, ...],
        *,
        engine: EngineSide,
        offering: Offering,
        helping: Helping,
        guide: Guide | NoGuide,
    ) -> None:
        self._screen, self._local, self._languages = screen, local, languages
        self._engine, self._offering, self._helping, self._guide = engine, offering, helping, guide
        self._kiosk, self._phone = hall.kiosks[name].names, hall.hall.phone
        self._letters = tuple(sorted({series.letter for series in hall.series.values()}))
        guided = hall.kiosks[name].guidance.output != "none"
        screen.words_share = WORDS_SHARE_GUIDED if guided else WORDS_SHARE
        self._preparing = Preparing(screen, clock.machine_s)
        self._drawn: object = None

    def show(self, visit: flow.Visit, menu: Menu, now_s: float) -> tuple[flow.Visit, bool]:
        """Show it, and say it to who listens. Returns the visit to go on with, a new one where the picture of this one
        fails, and whether pixels changed."""
        scene = (visit, menu, self.surroundings(visit, now_s))
        self._guide.see(*scene, now_s)
        if (scene, self._guide.focus) == self._drawn:
            return visit, False
        self._drawn = (scene, self._guide.focus)
        self._preparing.look(*scene)
        try:
            ops = view(*scene)
            ops += ring(ops, self._guide.focus)
        except Exception:
            logger.exception("the picture of %s failed", visit.step)
            ops = failsafe(self._screen.size)
            visit = flow.Visit(touched_s=now_s, entered_s=now_s)
        drawn = self._screen.show(ops).pixels > 0
        self._preparing.forget(visit)
        return visit, drawn

    def begin(self, visit: flow.Visit, menu: Menu, now_s: float) -> None:
        """Prepare, once and before the kiosk is ready, what one touch may want when it gives tickets; see
        ``Preparing.begin``."""
        around = self.surroundings(visit, now_s)
        self._preparing.begin(flow.Visit(language=visit.language), once_open(menu), around)
        self._drawn = None  # so that what is shown now is looked at in the next turn

    def prepare(self) -> bool:
        """Work for a moment at the pictures that a touch may want next. True when another moment should follow at
        once."""
        self._preparing.work()
        return self._preparing.hurried

    def surroundings(self, visit: flow.Visit, now_s: float) -> Surroundings:
        """What the picture of this visit shows besides it."""
        return Surroundings(
            size=self._screen.size,
            clock=self._local.clock(),
            date=self._local.date(),
            kiosk=self._kiosk,
            now_s=int(now_s * 2) / 2 if visit.step in MOVING else 0.0,
            warned_s=flow.warned_s(visit, now_s),
            letters=self._letters,
            phone=self._phone,
            help=self._help_state(visit, now_s),
            emergency_since=self._emergency_since(),
            languages=self._languages,
        )

    def _help_state(self, visit: flow.Visit, now_s: float) -> HelpState:
        if visit.step is not flow.Step.HELP:
            return "asking"  # nobody looks: pictures must not change
        return self._helping.state(self._engine.help_answered_ms, self._offering.online(now_s), now_s)

    def _emergency_since(self) -> str:
        known = self._engine.view
        return "" if known is None or known.emergency is None else self._local.text(known.emergency.since_ms)[-5:]
