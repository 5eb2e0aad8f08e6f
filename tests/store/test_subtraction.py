"""An attacker who is staff: takes all that is shown of a day, knows each visit, and solves for how a few have rated.

He knows more than staff do: which visits were rated, when, and which of them each figure covers. He keeps what was
shown before. Only the levels he does not know. Nothing here uses the rule that is attacked (``store.disclosure``).
"""

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from random import Random
from zoneinfo import ZoneInfo

import numpy
import pytest

from broker.collector.figures.sheet_export import as_csv as sheets_as_csv
from broker.collector.figures.statistics_export import as_csv
from broker.model.words import LEVEL_NAMES, Level
from broker.store.day_fold import DayFold, Ended
from broker.store.sheets import day_sheets
from broker.store.statistics import statistics
from tests.halls import small_hall

DAY, FEW = "2026-03-04", range(1, 5)
HALL = small_hall()
ZONE = ZoneInfo(HALL.hall.time_zone)
NINE_MS = int(datetime(2026, 3, 4, 9, tzinfo=ZONE).timestamp() * 1000)
HOUR_MS, MINUTE_MS = 3_600_000, 60_000
CLOSES_MS = NINE_MS + 8 * HOUR_MS
MIDNIGHT_MS = NINE_MS + 15 * HOUR_MS
LOOKS_MS = tuple(int(NINE_MS + hours * HOUR_MS) for hours in (0, 2, 3, 5, 14.9, 15, 26, 28, 50, 100))
"""When somebody looks: through the day, at midnight, and on later days."""
LEVELS = tuple(Level)
COLUMNS = ["very_satisfied", "satisfied", "basically_satisfied", "dissatisfied", "very_dissatisfied"]
GROUPINGS = ("counter", "clerk", "service", "hour")


@dataclass(frozen=True)
class Shown:
    """A distribution that somebody read, and the ratings that it is of."""

    visits: frozenset[str]
    levels: tuple[int, ...]


def made_up_day(chance: Random) -> DayFold:
    """Counters with a clerk each and substitutes, rare services; some rate late, some after closing, some never."""
    fold, visits = DayFold(DAY), chance.randint(15, 220)
    counters = [f"c{place}" for place in range(1, chance.randint(2, 6))]
    services = chance.choices(["pension", "medical", "papers", "tax"], [9, 3, 2, 1], k=chance.randint(1, 4))
    substitutes, rates, late = chance.random() * 0.3, chance.uniform(0.2, 1), chance.random() * 0.3
    ratings = []
    for place in range(visits):
        counter = chance.choice(counters)
        clerk = f"clerk-{counter if chance.random() > substitutes else chance.choice(counters)}"
        at_ms = NINE_MS + place * 8 * HOUR_MS // visits
        fold.endings.append(Ended(
            "served", counter, clerk, chance.choice(services), at_ms, visit=f"v{place}", rateable=True
        ))  # fmt: skip
        fold.sheets.paper(counter)
        if chance.random() < rates:
            day = chance.random()
            after = 40 * HOUR_MS if day < late / 2 else CLOSES_MS - at_ms + HOUR_MS if day < late else 30_000
            ratings.append((at_ms + int(after * (1 + chance.random() / 3)), f"v{place}"))
    for at_ms, visit in sorted(ratings):
        fold.ratings[visit], fold.rated_ms[visit] = chance.choice(LEVELS), at_ms
        if at_ms < CLOSES_MS:
            fold.sheets.levels[visit] = fold.ratings[visit]
    return fold


def until(fold: DayFold, now_ms: int) -> DayFold:
    """The day as it was then."""
    then = DayFold(DAY, endings=[one for one in fold.endings if one.at_ms < now_ms])
    then.rated_ms = {visit: at_ms for visit, at_ms in fold.rated_ms.items() if at_ms < now_ms}
    then.ratings = {visit: fold.ratings[visit] for visit in then.rated_ms}
    then.sheets.levels = {visit: level for visit, level in fold.sheets.levels.items() if visit in then.ratings}
    for ended in then.endings:
        then.sheets.paper(ended.counter)
    return then


def keys_of(ended: Ended) -> dict[str, str]:
    hour = f"{datetime.fromtimestamp(ended.at_ms / 1000, ZONE):%H}"
    return {"counter": ended.counter, "clerk": ended.clerk or "", "service": ended.service, "hour": hour}


def cells_of(row: dict[str, str], names: list[str]) -> tuple[int, ...] | None:
    cells = [row[name] for name in names]
    return None if "" in cells else tuple(map(int, cells))


def read(fold: DayFold, now_ms: int) -> Iterator[Shown]:
    """All distributions that staff can read at a moment, from the files that they can take away."""
    then = until(fold, now_ms)
    keys = {ended.visit: keys_of(ended) for ended in then.endings}
    rated = [visit for visit in then.rated_ms if visit in keys]
    for by in GROUPINGS:
        found = statistics(HALL, then, by, now_ms)  # type: ignore[arg-type]
        rows = list(csv.reader(io.StringIO(as_csv(found))))
        named = [dict(zip(rows[1], cells, strict=True)) for cells in rows[2 : 3 + len(found.rows)]]
        for row, key in zip(named, [*(row.key for row in found.rows), None], strict=True):
            group = [visit for visit in rated if key in (None, keys[visit][by])]
            cells = cells_of(row, COLUMNS)
            if cells is not None:
                own = sum(then.rated_ms[visit] < MIDNIGHT_MS for visit in group)
                first = group[: sum(cells)]  # in the journal's order: the day's before those of later days
                assert now_ms < MIDNIGHT_MS or sum(cells) >= own
                yield Shown(frozenset(first), cells)
    sheets = day_sheets(HALL, then, now_ms)
    rows = list(csv.reader(io.StringIO(sheets_as_csv(HALL, ZONE, sheets, now_ms).decode("utf-8-sig"))))
    for sheet, cells in zip(sheets.sheets, rows[2 : 2 + len(sheets.sheets)], strict=True):
        row = dict(zip(rows[1], cells, strict=True))
        levels = cells_of(row, [f"{names.zh} {names.en}" for names in LEVEL_NAMES.values()])
        if levels is not None:
            on_sheet = [visit for visit in then.sheets.levels if keys[visit]["counter"] == sheet.counter]
            yield Shown(frozenset(on_sheet), levels)


def all_read(fold: DayFold) -> list[Shown]:
    return list(dict.fromkeys(shown for now_ms in LOOKS_MS for shown in read(fold, now_ms)))


def small_groups(fold: DayFold, shown: list[Shown]) -> set[frozenset[str]]:
    """Whom somebody could be asking about: the few at a counter, with a clerk ..., and what two figures differ by."""
    groups: dict[tuple[object, ...], set[str]] = defaultdict(set)
    for ended in fold.endings:
        if ended.visit in fold.ratings:
            keys = keys_of(ended)
            for count in range(1, len(GROUPINGS) + 1):
                for names in combinations(GROUPINGS, count):
                    groups[names, tuple(keys[name] for name in names)].add(ended.visit)
    found = {frozenset(group) for group in groups.values()}
    for one, other in combinations([one.visits for one in shown], 2):
        found |= {one & other, one - other, other - one}
    found |= {frozenset({visit}) for visit in fold.ratings}
    return {group for group in found if len(group) in FEW}


def solved(fold: DayFold, shown: list[Shown]) -> list[frozenset[str]]:
    """Small groups that some combination of the figures, with whatever factors, is the distribution of."""
    visits = {visit: place for place, visit in enumerate(fold.ratings)}
    system = numpy.zeros((len(shown), len(visits)))
    for place, one in enumerate(shown):
        system[place, [visits[visit] for visit in one.visits]] = 1
    groups = sorted(small_groups(fold, shown), key=sorted)
    wanted = numpy.zeros((len(groups), len(visits)))
    for place, group in enumerate(groups):
        wanted[place, [visits[visit] for visit in group]] = 1
    _, sizes, basis = numpy.linalg.svd(system, full_matrices=False)
    basis = basis[sizes > 1e-9]
    missing = numpy.abs(wanted - wanted @ basis.T @ basis).max(axis=1)
    return [group for group, error in zip(groups, missing, strict=True) if error < 1e-6]


def bounded(fold: DayFold, shown: list[Shown]) -> list[frozenset[str]]:
    """Small cells whose distribution follows because counts are whole, not negative, and add up both ways.

    Of a figure in which all are the same everybody knows everything; that is not held against the rule.
    """
    member = {visit: tuple(visit in one.visits for one in shown) for visit in fold.ratings}
    keys = {ended.visit: tuple(keys_of(ended).values()) for ended in fold.endings}
    cells: dict[object, set[str]] = defaultdict(set)
    for visit in fold.ratings:
        cells[keys[visit], member[visit]].add(visit)
    groups = [frozenset(cell) for cell in cells.values()]
    inside = numpy.array([[group <= one.visits for group in groups] for one in shown])
    size = numpy.array([len(group) for group in groups])
    low, high = numpy.zeros((len(groups), len(LEVELS)), int), numpy.repeat(size[:, None], len(LEVELS), 1)
    for _ in range(40):
        before = (low.sum(), high.sum())
        for mask, one in zip(inside, shown, strict=True):
            levels = numpy.array(one.levels)
            high[mask] = numpy.minimum(high[mask], levels - (low[mask].sum(0) - low[mask]))
            low[mask] = numpy.maximum(low[mask], levels - (high[mask].sum(0) - high[mask]))
        high = numpy.minimum(high, size[:, None] - (low.sum(1, keepdims=True) - low))
        low = numpy.maximum(low, size[:, None] - (high.sum(1, keepdims=True) - high))
        if before == (low.sum(), high.sum()):
            break
    alike = [one.visits for one in shown if max(one.levels) == sum(one.levels)]
    known = [group for group, same in zip(groups, (low == high).all(1), strict=True) if same and len(group) in FEW]
    return [group for group in known if not any(group <= one for one in alike)]


@pytest.mark.parametrize("seed", range(40))
def test_nobody_solves_for_the_levels_of_a_few_from_all_that_is_shown(seed: int) -> None:
    fold = made_up_day(Random(seed))
    shown = all_read(fold)
    assert all(sum(one.levels) not in FEW for one in shown)
    for one in shown:
        assert one.levels == tuple(Counter(fold.ratings[visit] for visit in one.visits)[level] for level in LEVELS)
    if shown:
        assert solved(fold, shown) == []
        assert bounded(fold, shown) == []


def test_the_attacker_finds_who_is_in_one_grouping_and_not_in_another() -> None:
    """That this judge sees: a clerk who served six at one counter and two at another."""
    fold = DayFold(DAY)
    for place in range(16):
        counter, clerk = ("c1", "a") if place < 6 else ("c2", "a" if place < 8 else "b")
        fold.endings.append(Ended("served", counter, clerk, "pension", NINE_MS, visit=f"v{place}", rateable=True))
        fold.ratings[f"v{place}"], fold.rated_ms[f"v{place}"] = LEVELS[place % 5], NINE_MS

    def figure(*places: int) -> Shown:
        visits = frozenset(f"v{place}" for place in places)
        return Shown(visits, tuple(Counter(fold.ratings[visit] for visit in visits)[level] for level in LEVELS))

    by_counter, by_clerk = figure(*range(6)), figure(*range(8))
    assert frozenset({"v6", "v7"}) in solved(fold, [by_counter, by_clerk])
    assert frozenset({"v6", "v7"}) in bounded(fold, [by_counter, by_clerk])
    assert solved(fold, [by_counter]) == bounded(fold, [by_counter]) == []


def test_a_hall_of_ordinary_size_still_reads_its_counters_and_clerks() -> None:
    """Eight counters, each with a clerk of its own, forty visits each, of which six in ten are rated."""
    chance, fold = Random(1), DayFold(DAY)
    for place in range(320):
        counter, at_ms = f"c{place % 8 + 1}", NINE_MS + place * 90_000
        fold.endings.append(Ended(
            "served", counter, f"clerk-{counter}", chance.choice(["pension", "medical"]), at_ms,
            visit=f"v{place}", rateable=True,
        ))  # fmt: skip
        fold.sheets.paper(counter)
        if chance.random() < 0.6:
            fold.ratings[f"v{place}"], fold.rated_ms[f"v{place}"] = chance.choice(LEVELS), at_ms + 30_000
    fold.sheets.levels = dict(fold.ratings)
    for by in ("counter", "clerk"):
        rows = [row for row in statistics(HALL, fold, by, MIDNIGHT_MS).rows if row.figures.rateable]  # type: ignore[arg-type]
        assert [row.figures.rated is not None for row in rows] == [True] * 8
    assert all(sheet.levels_told and sheet.sums_told for sheet in day_sheets(HALL, fold, MIDNIGHT_MS).sheets)
    assert statistics(HALL, fold, "counter", MIDNIGHT_MS).total.rated == len(fold.ratings)
