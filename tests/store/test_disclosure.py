"""What staff may read of ratings: never a figure of a few, and never two whose difference is of a few."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from random import Random
from zoneinfo import ZoneInfo

from broker.model.words import Level
from broker.store.day_fold import DayFold, Ended
from broker.store.disclosure import ENOUGH, Disclosure, half_day
from broker.store.sheets import day_sheets
from broker.store.statistics import Figures, statistics
from tests.halls import small_hall

DAY = "2026-03-04"
HALL = small_hall()
ZONE = ZoneInfo(HALL.hall.time_zone)
MORNING_MS = int(datetime(2026, 3, 4, 9, tzinfo=ZONE).timestamp() * 1000)
MIDNIGHT_MS = int(datetime(2026, 3, 5, tzinfo=ZONE).timestamp() * 1000)
HOUR_MS = 3_600_000
LEVELS = tuple(Level)


def day_of(*counters: str) -> DayFold:
    """One visit at each counter named, in this order, a minute apart; nobody has rated yet."""
    fold = DayFold(DAY)
    for place, counter in enumerate(counters):
        at_ms = MORNING_MS + place * 60_000
        fold.endings.append(
            Ended("served", counter, f"clerk-{counter}", "pension", at_ms, visit=f"v{place}", rateable=True)
        )
    return fold


def rate(fold: DayFold, *places: int, late: bool = False) -> None:
    """The visits at these places are rated, each otherwise than the one before."""
    for place in places:
        fold.ratings[f"v{place}"] = LEVELS[place % len(LEVELS)]
        fold.rated_ms[f"v{place}"] = (MIDNIGHT_MS if late else MORNING_MS) + place * 60_000 + 30_000


def total(fold: DayFold, now_ms: int) -> Figures:
    return statistics(HALL, fold, "counter", now_ms).total


def by_service(fold: DayFold) -> dict[str, int | None]:
    return {row.key: row.figures.rated for row in statistics(HALL, fold, "service", MIDNIGHT_MS).rows}


def by_counter(fold: DayFold, now_ms: int = MIDNIGHT_MS) -> dict[str, int | None]:
    return {row.key: row.figures.rated for row in statistics(HALL, fold, "counter", now_ms).rows}


def test_on_the_day_itself_nothing_of_ratings_is_told() -> None:
    """Not even a sum at noon: it would halve what can be told of each counter the next day."""
    fold = day_of(*["c1"] * 20)
    rate(fold, *range(17))
    for hours in (0, 1, 3, 5, 14):
        now_ms = MORNING_MS + hours * HOUR_MS
        assert (total(fold, now_ms).rated, by_counter(fold, now_ms)["c1"]) == (None, None)
    assert (total(fold, MIDNIGHT_MS).rated, by_counter(fold)["c1"]) == (17, 17)


def test_from_the_next_day_on_all_are_counted_and_four_are_not_shown() -> None:
    fold = day_of(*["c1"] * 20)
    rate(fold, 0, 1, 2, 3)
    few = total(fold, MIDNIGHT_MS)
    assert (few.rated, few.levels, few.satisfied, few.satisfaction, few.rating_rate) == (None, {}, None, None, None)
    rate(fold, 4)
    enough = total(fold, MIDNIGHT_MS)
    assert (enough.rated, sum(enough.levels.values()), enough.rating_rate) == (5, 5, 0.25)


def test_who_rates_on_a_later_day_is_counted_with_four_others() -> None:
    fold = day_of(*["c1"] * 20)
    rate(fold, *range(6))
    seen = []
    for place in range(6, 13):
        rate(fold, place, late=True)
        assert total(fold, MIDNIGHT_MS + 9 * HOUR_MS).rated == 6, "not in the half day in which it was rated"
        seen.append(total(fold, MIDNIGHT_MS + 13 * HOUR_MS).rated)
    assert seen == [6] * 4 + [11] * 3


def test_a_small_counter_is_left_out_and_another_with_it_when_the_sum_would_give_it_away() -> None:
    fold = day_of(*["c1"] * 8, *["c2"] * 6, *["c3"] * 3)
    rate(fold, *range(17))
    assert {key: by_counter(fold)[key] for key in ("c1", "c2", "c3")} == {"c1": 8, "c2": None, "c3": None}
    assert total(fold, MIDNIGHT_MS).rated == 17


def test_a_business_day_that_was_ended_early_is_not_over() -> None:
    """Whoever ends and opens it again would count the ratings between."""
    fold = day_of(*["c1"] * 9)
    rate(fold, *range(7))
    fold.sheets.open = False
    assert total(fold, MIDNIGHT_MS - HOUR_MS).rated is None


def test_a_sheet_hides_levels_whose_difference_from_the_days_figures_is_of_a_few() -> None:
    """Who rates after the end of business and before midnight is in the hall's figures and on no sheet."""
    told = {}
    for on_sheet, later in ((3, 2), (5, 0), (6, 1), (6, 4), (5, 5)):
        fold = day_of(*["c1"] * 12)
        rate(fold, *range(on_sheet + later))
        fold.sheets.paper("c1")
        fold.sheets.levels |= {f"v{place}": fold.ratings[f"v{place}"] for place in range(on_sheet)}
        sheet = day_sheets(HALL, fold, MIDNIGHT_MS).of("c1")
        assert sheet is not None and by_counter(fold)["c1"] == on_sheet + later
        told[on_sheet, later] = sheet.levels_told
    assert told == {(3, 2): False, (5, 0): True, (6, 1): False, (6, 4): False, (5, 5): True}


def test_what_a_day_left_open_over_night_took_in_is_shown_on_no_sheet() -> None:
    fold = day_of(*["c1"] * 12)
    rate(fold, *range(6))
    rate(fold, 6, late=True)
    fold.sheets.paper("c1")
    fold.sheets.levels |= fold.ratings
    sheet = day_sheets(HALL, fold, MIDNIGHT_MS + HOUR_MS).of("c1")
    assert sheet is not None and not sheet.levels_told and by_counter(fold, MIDNIGHT_MS + HOUR_MS)["c1"] == 6


def test_no_figure_moves_when_somebody_rates() -> None:
    """Who looks before and after would know that whoever has just left is the one who rated."""
    for now_ms, late in ((MORNING_MS + HOUR_MS, False), (MIDNIGHT_MS + HOUR_MS, True)):
        fold = day_of(*["c1"] * 20)
        fold.sheets.paper("c1")
        before = (total(fold, now_ms), late_told(fold, now_ms))
        for place in range(20):
            rate(fold, place, late=late)
            assert (total(fold, now_ms), late_told(fold, now_ms)) == before
    assert late_told(fold, MIDNIGHT_MS + 13 * HOUR_MS) == 20


def late_told(fold: DayFold, now_ms: int) -> int:
    sheet = day_sheets(HALL, fold, now_ms).of("c1")
    assert sheet is not None
    return sheet.late_told


def steps(chance: Random) -> Iterator[tuple[DayFold, int]]:
    """A day in which people rate one after the other at three counters, that day and later."""
    counters = [chance.choice(("c1", "c2", "c3")) for _ in range(chance.randint(5, 60))]
    fold, places = day_of(*counters), list(range(len(counters)))
    chance.shuffle(places)
    late_from = chance.randint(0, len(places))
    yield fold, MORNING_MS
    for made, place in enumerate(places):
        rate(fold, place, late=made >= late_from)
        if made == late_from - 1:
            yield fold, MIDNIGHT_MS - 1
            yield fold, MIDNIGHT_MS
        yield fold, MORNING_MS + 4 * HOUR_MS if made < late_from else MIDNIGHT_MS + 13 * HOUR_MS


def test_no_figure_and_no_change_of_one_is_of_fewer_than_five_whoever_looks_at_every_moment() -> None:
    chance = Random(20)
    for _ in range(60):
        before: dict[str, set[str]] = {}
        for fold, now_ms in steps(chance):
            disclosure = Disclosure(HALL, fold, now_ms)
            shown = {key: set(disclosure.row("counter", key)) for key in ("c1", "c2", "c3")}
            shown["all"] = set(disclosure.total())
            for key, now in shown.items():
                assert not 0 < len(now) < ENOUGH
                assert not 0 < len(now ^ before.get(key, set())) < ENOUGH, key
            if disclosure.over:
                parts = [now for key, now in shown.items() if key != "all"]
                own = {visit for visit in shown["all"] if fold.rated_ms[visit] < MIDNIGHT_MS}
                rest = own.difference(*parts)
                assert not 0 < len(rest) < ENOUGH, "the sum less its parts"
            before = shown


def test_a_row_of_another_grouping_is_left_out_where_it_would_cut_off_a_few() -> None:
    """Clerk a served six at counter 1 and two at counter 2: clerk less counter would be two visitors."""
    fold = day_of(*["c1"] * 6, *["c2"] * 9)
    fold.endings = [replace(one, clerk="a" if place < 8 else "b") for place, one in enumerate(fold.endings)]
    rate(fold, *range(15))
    clerks = {row.key: row.figures.rated for row in statistics(HALL, fold, "clerk", MIDNIGHT_MS).rows}
    assert {key: by_counter(fold)[key] for key in ("c1", "c2")} == {"c1": 6, "c2": 9}
    assert clerks == {"a": None, "b": None}
    assert by_service(fold) == {"pension": 15}, "which cuts nothing"


def test_a_row_is_left_out_where_it_would_say_of_a_few_that_none_of_them_rated() -> None:
    fold = day_of(*["c1"] * 9, *["c2"] * 3)
    rate(fold, *range(9))
    assert (by_counter(fold)["c1"], by_counter(fold)["c2"], total(fold, MIDNIGHT_MS).rated) == (None, None, 9)


def test_what_is_left_out_depends_on_how_many_rated_and_never_on_how() -> None:
    fold = day_of(*["c1"] * 12, *["c2"] * 9, *["c3"] * 3)
    rate(fold, *range(0, 24, 2))
    before = by_counter(fold)
    for level in LEVELS:
        fold.ratings = dict.fromkeys(fold.ratings, level)
        assert by_counter(fold) == before


def test_half_days_are_the_halls_own() -> None:
    noon_ms = MORNING_MS + 3 * HOUR_MS
    assert half_day(HALL, MORNING_MS) == (MORNING_MS - 9 * HOUR_MS, noon_ms)
    assert half_day(HALL, noon_ms - 1)[1] == noon_ms
    assert half_day(HALL, noon_ms) == (noon_ms, MIDNIGHT_MS)
