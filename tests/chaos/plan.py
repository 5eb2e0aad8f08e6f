"""Which bad thing happens when to whom: made from a seed before the run. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

LINKS = ("cut", "stall", "delay", "half_open", "swallow_up", "swallow_down")
DECK = (
    *("kill",) * 6, *("stop",) * 2, *LINKS, *("island",) * 2, *("unplug",) * 2, "disk_full", *("wall",) * 2, "wall_all"
)  # fmt: skip
"""One deck is played to its last card before the next is shuffled, so that a short run meets everything, too."""
GAP_S = (1.5, 4.0)
LASTS_S = {
    "kill": (0.0, 0.0),
    "stop": (1.0, 8.0),
    "unplug": (1.0, 6.0),
    "disk_full": (5.0, 15.0),
    "wall": (3.0, 15.0),
    "wall_all": (4.0, 12.0),
    "island": (7.0, 16.0),
    **dict.fromkeys(LINKS, (2.0, 12.0)),
}
AHEAD_S = (-1800.0, -600.0, -61.0, -20.0, 20.0, 61.0, 600.0, 1500.0, 3000.0)
DELAY_S = (0.1, 1.5)


@dataclass(frozen=True)
class Fault:
    """``kind`` happens to ``target`` at ``at_s`` of the run and lasts ``for_s``; ``amount`` is seconds, if any."""

    at_s: float
    kind: str
    target: str
    for_s: float = 0.0
    amount: float = 0.0

    @property
    def ends_s(self) -> float:
        return self.at_s + self.for_s


@dataclass(frozen=True)
class Targets:
    """Who can be hit by what. ``links`` are names of proxies, ``islands`` those of kiosks."""

    processes: tuple[str, ...]
    links: tuple[str, ...]
    islands: tuple[str, ...]
    cables: tuple[str, ...]
    disk: str

    def of(self, kind: str) -> tuple[str, ...]:
        if kind in LINKS:
            return self.links
        return {
            "island": self.islands,
            "unplug": self.cables,
            "disk_full": (self.disk,),
            "wall_all": ("everybody",),
            "wall": tuple(name for name in self.processes if name != "mqtt"),
        }.get(kind, self.processes)


def make_plan(seed: int, length_s: float, targets: Targets) -> tuple[Fault, ...]:
    """The faults of a run in order; the same arguments give the same plan."""
    chance = Random(seed)
    decks: dict[str, list[str]] = {}
    faults: list[Fault] = []
    at_s = chance.uniform(*GAP_S)
    while at_s < length_s:
        kind = _next_card(decks, "", DECK, chance)
        target = _free_target(decks, kind, targets, faults, at_s, chance)
        if target is not None:
            faults.append(Fault(round(at_s, 2), kind, target, *_extent(kind, chance)))
        at_s += chance.uniform(*GAP_S)
    return tuple(faults)


def _next_card(decks: dict[str, list[str]], name: str, cards: Sequence[str], chance: Random) -> str:
    deck = decks.setdefault(name, [])
    if not deck:
        deck.extend(cards)
        chance.shuffle(deck)
    return deck.pop()


def _free_target(
    decks: dict[str, list[str]], kind: str, targets: Targets, before: list[Fault], at_s: float, chance: Random
) -> str | None:
    """The next in turn that does not suffer from the same sort of thing already."""
    candidates = targets.of(kind)
    group = "link" if kind in (*LINKS, "island") else kind
    for _ in candidates:
        target = _next_card(decks, f"{'island' if kind == 'island' else group}", candidates, chance)
        if not any(_sort(f.kind) == group and f.target == target and f.ends_s > at_s for f in before):
            return target
    return None


def _sort(kind: str) -> str:
    return "link" if kind in (*LINKS, "island") else kind


def _extent(kind: str, chance: Random) -> tuple[float, float]:
    for_s = round(chance.uniform(*LASTS_S[kind]), 2)
    if kind in ("wall", "wall_all"):
        return for_s, chance.choice(AHEAD_S)
    return for_s, round(chance.uniform(*DELAY_S), 2) if kind == "delay" else 0.0
