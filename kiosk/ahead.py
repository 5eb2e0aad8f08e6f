"""Which pictures may be wanted next: everything there is to touch is touched in thought, for the flow is pure. Pure."""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from broker.runtime.canvas.ops import Op
from kiosk import flow
from kiosk.events import Touched
from kiosk.menu import Menu
from kiosk.screens.frame import Surroundings
from kiosk.screens.view import view
from kiosk.ticket import Slip
from kiosk.visit import Scene, Step, Visit

FAR_MOST = 120
"""So many pictures beyond one touch: a keypad of ten has a thousand within three."""
NOBODYS_TICKET = "ahead"


class Picture(NamedTuple):
    """One that may be wanted; ``near`` when a single touch leads to it."""

    ops: tuple[Op, ...]
    near: bool


def bare(visit: Visit) -> Visit:
    """A visit as far as its picture goes: without times and the place of the last touch."""
    return replace(visit, touched_at=None, touched_s=0.0, entered_s=float("-inf"))


def ahead(visit: Visit, menu: Menu, around: Surroundings) -> Iterator[Picture]:
    """Nearest first: one touch from here; the first pictures in every language and one touch from them; two touches
    from here. One picture is drawn at each step. ``around`` is that of the picture shown, without a count-down."""
    keys = tuple(language.key for language in around.languages)
    scene = Scene(menu, 0.0, NOBODYS_TICKET, keys)
    here = bare(visit)
    seen, near = {here}, []
    for after in touched_from(here, targets_of(view(here, menu, around)), scene, seen):
        ops = _drawn(after, menu, around)
        near.append((after, targets_of(ops)))
        yield Picture(ops, near=True)
        for given in _tickets(after, menu, around.letters):
            yield Picture(view(given, menu, around), near=True)
    for _, picture in zip(range(FAR_MOST), _far(near, scene, around, seen), strict=False):
        yield picture


def _far(
    near: list[tuple[Visit, tuple[str, ...]]], scene: Scene, around: Surroundings, seen: set[Visit]
) -> Iterator[Picture]:
    """What begins anew when this visitor has gone, then what the near ones lead to."""
    firsts: list[tuple[Visit, tuple[str, ...]]] = []
    for begun in (bare(Visit(language=key)) for key in scene.languages):
        ops = view(begun, scene.menu, around)
        firsts.append((begun, targets_of(ops)))
        if begun not in seen:
            seen.add(begun)
            yield Picture(ops, near=False)
    for begun, targets in (*firsts, *near):
        for after in touched_from(begun, targets, scene, seen):
            yield Picture(_drawn(after, scene.menu, around), near=False)


def _drawn(visit: Visit, menu: Menu, around: Surroundings) -> tuple[Op, ...]:
    """As it looks at first: who calls for help is told that nobody hears it as soon as that is known."""
    calls = visit.step is Step.HELP
    return view(visit, menu, replace(around, help="unheard") if calls and menu.alone else around)


def _tickets(visit: Visit, menu: Menu, letters: tuple[str, ...]) -> Iterator[Visit]:
    """How the ticket on its way will look, with a code and without, but for the digits of its number."""
    offer = menu.offer(visit.service)
    if visit.step is not Step.TAKING or offer is None:
        return
    number = (*letters, "A")[0]
    slip = Slip(number, offer.service, offer.names, offer.waiting, offer.wait_min, offer.counters)
    for printed in (False, True):
        for code in ((), ("#",)):
            yield replace(visit, step=Step.TICKET, slip=replace(slip, qr_rows=code), printed=printed)


def targets_of(ops: tuple[Op, ...]) -> tuple[str, ...]:
    """What can be touched on a picture, each once, in the order of drawing."""
    return tuple(dict.fromkeys(op.target for op in ops if op.target is not None))


def touched_from(visit: Visit, targets: tuple[str, ...], scene: Scene, seen: set[Visit]) -> Iterator[Visit]:
    """The visits that a touch of each target of a picture leads to, but those ``seen``, to which they are added."""
    for target in targets:
        after = bare(flow.step(visit, Touched(target), scene)[0])
        if after not in seen:
            seen.add(after)
            yield after
