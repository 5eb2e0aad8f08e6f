"""Cross-checks of what people see: zones of displays, places on the floor map, notices with a schedule, languages."""

import datetime as dt
from collections.abc import Callable, Iterator

from broker.model.hall import Hall, HallNotice
from broker.model.hall_mistakes import Mistake, complain, did_you_mean


def _display_zones(hall: Hall) -> Iterator[Mistake]:
    known = {counter.zone for counter in hall.counters.values()}
    for key, display in hall.displays.items():
        zone = display.zone
        if zone is not None and zone not in known:
            hint = did_you_mean(zone, known)
            yield complain(f"displays.{key}.zone", "zone_without_counters", zone=zone, hint=hint)


def _notices(hall: Hall) -> Iterator[Mistake]:
    for key, notice in hall.notices.items():
        yield from _notice_days(f"notices.{key}", notice)
        first, last = notice.from_time, notice.until_time
        if first is not None and last is not None and first >= last:
            yield complain(f"notices.{key}.until_time", "span_backwards", first="from_time", value=first)


def _notice_days(path: str, notice: HallNotice) -> Iterator[Mistake]:
    for name in ("from_day", "until_day"):
        day = getattr(notice, name)
        if day is not None and not _is_date(day):
            yield complain(f"{path}.{name}", "no_such_date", day=day)
    if notice.from_day is not None and notice.until_day is not None and notice.until_day < notice.from_day:
        yield complain(f"{path}.until_day", "days_backwards", first=notice.from_day)
    seen: set[str] = set()
    for day_name in notice.days:
        if day_name in seen:
            yield complain(f"{path}.days", "written_twice", item=day_name)
        seen.add(day_name)


def _is_date(day: str) -> bool:
    try:
        dt.date.fromisoformat(day)
    except ValueError:
        return False
    return True


LANGUAGES_MOST = 4
"""Beside Chinese and English: what a chooser can show at once, large enough for everybody."""


def _languages(hall: Hall) -> Iterator[Mistake]:
    for key in hall.languages:
        if key in ("zh", "en"):
            yield complain(f"languages.{key}", "language_built_in")
    if len(hall.languages) > LANGUAGES_MOST:
        yield complain("languages", "languages_many", most=LANGUAGES_MOST)


def _map_places(hall: Hall) -> Iterator[Mistake]:
    """On the manager's floor one thing stands in one place."""
    taken: dict[tuple[int, int], str] = {}
    placed: list[tuple[str, tuple[int, int] | None]] = [
        (f"hall.entrances[{number}]", place) for number, place in enumerate(hall.hall.entrances)
    ]
    placed += [(f"counters.{key}.map", one.map) for key, one in hall.counters.items()]
    placed += [(f"kiosks.{key}.map", one.map) for key, one in hall.kiosks.items()]
    placed += [(f"displays.{key}.map", one.map) for key, one in hall.displays.items()]
    for path, place in placed:
        if place is None:
            continue
        first = taken.setdefault(place, path)
        if first != path:
            yield complain(path, "map_taken", column=place[0], row=place[1], other=first)


SCREEN_CHECKS: tuple[tuple[Callable[[Hall], Iterator[Mistake]], str], ...] = (
    (_display_zones, "displays counters"),
    (_map_places, "hall counters kiosks displays"),
    (_notices, "notices"),
    (_languages, "languages"),
)
"""Each check with the tables it reads."""
