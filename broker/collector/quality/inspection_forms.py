"""What was typed into the form of a visit, as a command; a clear refusal where it says nothing or too much."""

from collections.abc import Collection, Mapping
from typing import Protocol

from broker.collector.errors import Malformed, WebError
from broker.model.commands import Checked, RecordInspection
from broker.model.commands.inspections import CHECKED_MOST

FINE, WRONG, SKIPPED = "fine", "wrong", ""


class Typed(Protocol):
    """A form in which a name may stand several times."""

    def get(self, name: str, default: str) -> str: ...

    def getlist(self, name: str) -> list[str]: ...


class NothingChecked(WebError):
    """Nobody looked at anything."""

    status, code = 400, "nothing_checked"
    zh = "没有登记：请至少对一项选择“没有发现”或“有问题”"
    en = "Not written down: say of one point at least that nothing was found or that something was."


class TooMuchFound(WebError):
    """More than one command holds."""

    status, code = 400, "too_much_found"
    zh = "没有登记：一次最多 {most} 处，请分两次登记；全大厅都有的问题可不选窗口"
    en = (
        "Not written down: {most} places at most. Write it down in two visits, or choose no counter for the whole hall."
    )

    def __init__(self) -> None:
        super().__init__(most=CHECKED_MOST)


def visit_of(
    form: Typed, points: Mapping[str, object], counters: Collection[str], week: str | None
) -> RecordInspection:
    """``week``: the one whose drawn visit may be written down now; the form says whether this is it."""
    said = form.get("week", "")
    if said not in ("", week or ""):
        raise Malformed(detail="week")
    checked: list[Checked] = []
    for item in points:
        answer = form.get(f"point-{item}", SKIPPED)
        if answer not in (FINE, WRONG, SKIPPED):
            raise Malformed(detail=f"point-{item}")
        if answer == FINE:
            checked.append(Checked(item=item, fine=True))
        elif answer == WRONG:
            checked += _wrong(item, form.getlist(f"at-{item}"), counters)
    if not checked:
        raise NothingChecked
    if len(checked) > CHECKED_MOST:
        raise TooMuchFound
    return RecordInspection(checked=tuple(checked), week=said or None)


def _wrong(item: str, places: list[str], counters: Collection[str]) -> list[Checked]:
    """One for each counter; without any, the whole hall."""
    if not set(places) <= set(counters):
        raise Malformed(detail=f"at-{item}")
    return [Checked(item=item, fine=False, counter=place) for place in dict.fromkeys(places) or (None,)]
