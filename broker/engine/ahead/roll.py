"""Many futures of one scene, and what they say on an average. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from broker.engine.ahead.rollout import Chances, Rollout
from broker.engine.ahead.scene import Kind, Scene
from broker.engine.ahead.stage import NOBODY, set_up

ROLLOUTS, ROLLOUTS_LEAST = 25, 4
WORK_MOST = 50_000
"""Of a batch, in looks at the head of a line: a longer line is rolled forward less often, and in the end less far.
Some forty milliseconds of a processor of today."""
DATED_SHARE = 0.5
"""Who is called in fewer of the futures is given no time: those that end before would make it too short."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """``tickets``: seconds from ``at_ms`` until each waiting one is called; ``newcomers``: by (service, class or ""),
    for somebody who came at ``at_ms``. Both on an average of ``rollouts`` futures."""

    at_ms: int
    rollouts: int
    tickets: Mapping[str, float]
    newcomers: Mapping[tuple[str, str], float]


class Rolling:
    """Rolls a scene forward, one future a ``step``, so that whoever has only a thread can rest in between.

    ``work``: what was done so far, in looks at the head of a line; never more than ``WORK_MOST`` by much.
    """

    def __init__(self, scene: Scene, chances: Chances, rollouts: int = ROLLOUTS) -> None:
        self._stage, self._chances = set_up(scene), chances
        self._wanted, self._done = rollouts, 0
        self.work = 0
        self._tickets = [[0, 0] for _ in self._stage.tickets]
        self._newcomers = [[0, 0] for _ in self._stage.newcomers]

    def step(self) -> bool:
        """One more future; whether there is more to do."""
        stage = self._stage
        if self._done >= self._wanted or not stage.desks:
            return False
        found = Rollout(stage, self._chances, WORK_MOST // ROLLOUTS_LEAST).run()
        self._done += 1
        self.work += found.work
        for sums, dates in ((self._tickets, found.called), (self._newcomers, found.newcomers)):
            for known, wait_ms in zip(sums, dates, strict=True):
                if wait_ms != NOBODY:
                    known[0] += wait_ms
                    known[1] += 1
        fits = self.work + self.work // self._done <= WORK_MOST or self._done < ROLLOUTS_LEAST
        return self._done < self._wanted and fits

    def ahead(self) -> Ahead:
        """What the futures so far say."""
        kinds: list[Kind] = [kind for kind, _ in self._stage.newcomers]
        return Ahead(
            self._stage.now_ms,
            self._done,
            {
                ticket: total_ms / count / 1000
                for ticket, (total_ms, count) in zip(self._stage.tickets, self._tickets, strict=True)
                if self._enough(count)
            },
            {
                (service, priority or ""): total_ms / count / 1000
                for (service, priority), (total_ms, count) in zip(kinds, self._newcomers, strict=True)
                if self._enough(count)
            },
        )

    def _enough(self, count: int) -> bool:
        return count > 0 and count >= DATED_SHARE * self._done


def roll(scene: Scene, chances: Chances, rollouts: int = ROLLOUTS) -> Ahead:
    """All futures at once."""
    rolling = Rolling(scene, chances, rollouts)
    while rolling.step():
        pass
    return rolling.ahead()
