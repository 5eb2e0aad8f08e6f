"""The kiosk's idle moments: what the pictures ahead are made of is drawn before anybody wants to see them.

A picture's words and shapes take two to five times as long to draw as to lay down, so they are kept; here they are kept
before they were shown. In slices, between the turns of the loop: a finger waits for one operation at most.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace

from broker.runtime.canvas.ops import Op
from broker.runtime.canvas.window import Screen
from kiosk.ahead import Picture, ahead, bare
from kiosk.menu import Menu
from kiosk.screens.frame import Surroundings
from kiosk.visit import Visit

logger = logging.getLogger(__name__)

WORDS_SHARE, WORDS_SHARE_GUIDED = 1.25, 0.75
"""How much of the screen's bytes pictures of words may take, 10 or 6 MB: guidance needs the memory for its voice. What
has no room is drawn when it is shown, a picture's words in 5 ms."""
SLICE_S = 0.003
BEGIN_S = 0.25
"""So much later a kiosk is ready, and its first visitor does not wait for it: all that is one touch from home takes
0.17 s, and he may touch 0.1 s after it is there."""
FAR_AFTER_S = 1.0
"""What is two touches away has time until it is clear that nobody touches or is called right now."""
NEAR_EVERY_S, FAR_EVERY_S = 4.0, 10.0
"""In a busy hall the figures of the menu change every second, and only they are new in what was prepared before: a few
words, drawn in a few milliseconds when they are shown. Looking through all of it takes 0.2 s of a processor."""


class Preparing:
    """``look`` tells what is shown, ``work`` takes a slice. Times are machine seconds."""

    def __init__(self, screen: Screen, clock_s: Callable[[], float]) -> None:
        self._screen, self._clock_s = screen, clock_s
        self._shown: tuple[Visit, Menu, Surroundings] | None = None
        self._plan: Iterator[Picture] = iter(())
        self._picture: Picture | None = None
        self._ops: Iterator[Op] = iter(())
        self._begun_s = self._near_s = self._far_s = float("-inf")
        self._hurried = False
        self._own: frozenset[str] = frozenset()
        self.done = True

    @property
    def hurried(self) -> bool:
        """Whether somebody just touched and will soon again, or may for the first time, so that the next slice should
        follow at once: nothing is known yet of a kiosk that begins, or begins to give tickets."""
        return self._hurried and self._screen.brush is not None and not self._screen.touched

    def begin(self, visit: Visit, menu: Menu, around: Surroundings) -> None:
        """Before anybody can touch: prepare for BEGIN_S at most, nearest first, what a picture leads to that will be
        shown soon. Whatever is shown now is to be looked at afterwards."""
        until_s = self._clock_s() + BEGIN_S
        self.look(visit, menu, around)
        self._begun_s = float("-inf")  # what is far is due as well: nobody is kept waiting
        while not self.done and self._screen.brush is not None and self._clock_s() < until_s:
            self.work()
        self._finish()
        self._shown, self._far_s = None, float("-inf")

    def look(self, visit: Visit, menu: Menu, around: Surroundings) -> None:
        """What is shown: another visit or menu begins anew; a new minute, or a count-down, does not."""
        around = replace(around, warned_s=None, now_s=0.0)
        shown = (bare(visit), menu, replace(around, clock=""))
        if shown == self._shown:
            return
        if self._shown is None or self._shown[0] != shown[0] or self._shown[1].state != menu.state:
            self._hurried, self._near_s, self._far_s = not visit.guided, float("-inf"), float("-inf")
        elif self._shown[2] != shown[2]:
            self._near_s = float("-inf")
        self._shown, self._plan = shown, ahead(visit, menu, around)
        self._picture, self._ops, self.done = None, iter(()), False
        self._begun_s = self._clock_s()
        if self._screen.brush is not None:
            self._screen.brush.mark()

    def forget(self, visit: Visit) -> None:
        """No picture is kept of what only an earlier visitor typed or showed. To be called once the new picture
        stands, for the old one is measured until then."""
        own = own_words(visit)
        gone, self._own = self._own - own, own
        if gone and self._screen.brush is not None:
            self._screen.brush.forget(gone)

    def work(self) -> None:
        """Prepare for SLICE_S, or until somebody touches."""
        brush, until_s = self._screen.brush, self._clock_s() + SLICE_S
        try:
            while brush is not None and not self._resting() and not self._screen.touched:
                op = next(self._ops, None)
                if op is None:
                    self._next_picture()
                elif not brush.room:
                    self._finish()
                else:
                    brush.prepare(op, words=self._near and brush.room_for_words)
                if self._clock_s() >= until_s:
                    return
        except Exception:  # it costs the next picture some time, never the kiosk
            logger.exception("the next pictures cannot be prepared")
            self._finish()

    @property
    def _near(self) -> bool:
        return self._picture is None or self._picture.near

    def _resting(self) -> bool:
        """Nothing is left to do, or what is left is not due."""
        if self.done:
            return True
        if self._near:
            return self._clock_s() < self._near_s + NEAR_EVERY_S
        return self._clock_s() < max(self._begun_s + FAR_AFTER_S, self._far_s + FAR_EVERY_S)

    def _next_picture(self) -> None:
        picture = next(self._plan, None)
        if picture is None:
            self._far_s = self._clock_s()
            self._finish()
            return
        if self._near and not picture.near:
            self._hurried, self._near_s = False, self._clock_s()
        self._picture, self._ops = picture, iter(picture.ops)

    def _finish(self) -> None:
        if self._near:
            self._near_s = self._clock_s()
        self.done, self._hurried = True, False
        self._plan, self._picture, self._ops = iter(()), None, iter(())


def own_words(visit: Visit) -> frozenset[str]:
    """How what a picture may show of a visitor alone begins: digits and codes that are typed, what is read of cards.

    Two characters, because whatever is typed further begins alike; one says nothing.
    """
    masks = (card.masked for card in (visit.card, visit.principal) if card is not None)
    return frozenset(word[:2] for word in (visit.typed, visit.phone_tail, *masks) if len(word) > 1)
