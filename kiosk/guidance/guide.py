"""The guidance of one kiosk as the rest of it sees it: keys become touches, screens become words, a ring the focus."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Protocol

from broker.contract.envelope import PanelPart
from broker.model.words import Names
from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.ops import Op, Ring
from broker.runtime.canvas.theme import AMBER, KIOSK_INK
from kiosk.events import Touched
from kiosk.guidance import words as g
from kiosk.guidance.keys import GuidanceKeys
from kiosk.guidance.mind import GuidanceMind, Say
from kiosk.guidance.reading import reading
from kiosk.guidance.spoken import Piece, spoken
from kiosk.menu import Menu
from kiosk.screens import words as w
from kiosk.screens.frame import Surroundings
from kiosk.visit import Visit, warned_s

logger = logging.getLogger(__name__)

RING_PX, RIM_PX = 12, 5
HOLD_S = 2.0
SPEAKS_MOST_S = 240.0
"""Longer than the longest screen takes. An output that says for longer that it speaks hangs, and whoever listened has
gone: what he typed must not stay on the screen for it."""
EARPHONE = "earphone"
SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Speaks(Protocol):
    """The private output: ``kiosk.guidance.earphone.Earphone``."""

    def start(self) -> None: ...

    def stop(self) -> None: ...

    def say(self, order: Say) -> None: ...

    def warm(self, pieces: Iterable[Piece]) -> None: ...

    def captions(self) -> tuple[str, ...] | None: ...

    @property
    def speaking(self) -> bool: ...

    def health(self) -> dict[str, str]: ...


class Guide:
    """Owned by the kiosk's loop; nothing here waits."""

    def __init__(self, mind: GuidanceMind, keys: GuidanceKeys, earphone: Speaks) -> None:
        self._mind, self.keys, self._earphone = mind, keys, earphone
        self._warmed = False
        self._speaks_since_s = float("inf")

    def start(self) -> None:
        """Take the keys, open the output in the background."""
        self.keys.start()
        self._earphone.start()

    def stop(self) -> None:
        """Give both back."""
        self._earphone.stop()
        self.keys.stop()

    @property
    def focus(self) -> str | None:
        """The target that a press of "choose" would touch."""
        return self._mind.focus if self._mind.in_use else None

    def poll(self, now_s: float) -> list[Touched]:
        """The touches that the keys mean."""
        touches: list[Touched] = []
        pressed = self.keys.poll()
        if self.keys.has_plug:
            self._mind.plugged(self.keys.plugged)
        if pressed:
            self._speaks_since_s = float("inf")
        for key in pressed:
            touches += self._mind.press(key, now_s, self._earphone.speaking)
        self._tell()
        return touches

    def accompany(self, visit: Visit, now_s: float) -> Visit:
        """The visit, with as much time as listening takes: while words are said nobody can be expected to press."""
        in_use = self._mind.in_use
        if visit.guided != in_use:
            visit = replace(visit, guided=in_use)
        if not in_use or not self._earphone.speaking:
            self._speaks_since_s = float("inf")
            return visit
        self._speaks_since_s = min(self._speaks_since_s, now_s)
        listens = now_s - visit.touched_s > HOLD_S and now_s - self._speaks_since_s < SPEAKS_MOST_S
        if listens and warned_s(visit, now_s) is None:
            visit = replace(visit, touched_s=now_s)
        return visit

    def see(self, visit: Visit, menu: Menu, around: Surroundings, now_s: float) -> None:
        """What is shown now. A fault here costs words, never a screen."""
        try:
            if not self._warmed and menu.offers:
                self._warmed = True
                self._earphone.warm(vocabulary(menu, around))
            self._mind.see(visit, menu, around, now_s)
            self._tell()
        except Exception:
            logger.exception("the screen of %s could not be said", visit.step)

    def _tell(self) -> None:
        for order in self._mind.take()[-1:]:
            self._earphone.say(order)

    @property
    def settling(self) -> bool:
        """Whether a key is about to count as pressed."""
        return self.keys.settling

    def alive(self) -> bool:
        """Whether presses can still arrive."""
        return self.keys.alive()

    def health(self) -> dict[str, str]:
        """Short states for the health report."""
        return {**self._earphone.health(), "guidance": self.keys.health()}

    def tap(self, part: str) -> bool:
        """Press a virtual key, or move the virtual plug; False when there is none of that name."""
        return self.keys.tap(part)

    def panel(self) -> list[PanelPart]:
        """The virtual keys."""
        return self.keys.panel()

    def captions(self) -> list[PanelPart]:
        """What a simulated private output says, as text."""
        said = self._earphone.captions()
        if said is None:
            return []
        return [PanelPart(part=EARPHONE, kind="speaker", said=said, state=self._earphone.health().get("earphone", ""))]


class NoGuide:
    """Stands in where nothing can be said: the hall file names no private output, or (``why``) speech is missing."""

    focus: str | None = None
    settling = False

    def __init__(self, why: str = "") -> None:
        self._why = why

    def start(self) -> None: ...

    def stop(self) -> None: ...

    def poll(self, now_s: float) -> list[Touched]:
        """There are no keys."""
        return []

    def accompany(self, visit: Visit, now_s: float) -> Visit:
        """As it is."""
        return visit

    def see(self, visit: Visit, menu: Menu, around: Surroundings, now_s: float) -> None: ...

    def alive(self) -> bool:
        """Nothing can die."""
        return True

    def health(self) -> dict[str, str]:
        """Nothing to tell where nothing is wanted."""
        return {"guidance": self._why} if self._why else {}

    def tap(self, part: str) -> bool:
        """There is none."""
        return False

    def panel(self) -> list[PanelPart]:
        """Nothing to show."""
        return []

    def captions(self) -> list[PanelPart]:
        """Nothing is said."""
        return []


def ring(ops: Iterable[Op], target: str | None) -> tuple[Op, ...]:
    """A frame around a target: amber between two dark rims, seen on white, blue and amber alike."""
    rect = next((op.rect for op in reversed(tuple(ops)) if target is not None and op.target == target), None)
    if rect is None:
        return ()
    outer = _grown(rect, RING_PX + RIM_PX)
    return (
        Ring(rect=outer, colour=KIOSK_INK, width=RING_PX + 2 * RIM_PX, radius=30),
        Ring(rect=_grown(rect, RING_PX), colour=AMBER, width=RING_PX, radius=28),
    )


def _grown(rect: Rect, by: int) -> Rect:
    return Rect(rect.x - by, rect.y - by, rect.w + 2 * by, rect.h + 2 * by)


def vocabulary(menu: Menu, around: Surroundings) -> Iterator[Piece]:
    """What is certain to be said one day: the first screen, signs to be typed, all words of the screens; in both."""
    known = [names for module in (w, g) for names in vars(module).values() if isinstance(names, Names)]
    known += [offer.names for offer in menu.offers] + [paper for offer in menu.offers for paper in offer.papers]
    for language in ("zh", "en"):
        first = reading(Visit(language=language), menu, around, language)
        texts = [*first.body, *(words for spot in first.spots for words in spot.texts), *SIGNS]
        texts += [names.en if language == "en" else names.zh for names in known]
        for words in dict.fromkeys(texts):
            yield from spoken(words, language, first.codes)
