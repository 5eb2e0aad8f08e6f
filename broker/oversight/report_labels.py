"""What the lines of a report are called, and their order. Pure. Nobody is named: clerks are their staff numbers."""

from broker.model.hall import Hall
from broker.model.words import Names

HERE = "here"
"""The hall itself, among its outlets."""
_CLASSES = {
    "walk_in": Names("普通（现场取号）", "Walk-in"),
    "appointment": Names("预约", "Appointment"),
}


def label_of(hall: Hall, by: str, key: str) -> Names:
    """A key that the hall file has no more stays as it is."""
    if by == "hall":
        return Names("合计", "Total")
    if by == "counter" and key in hall.counters:
        name = hall.counters[key].name
        return Names(f"{name} 号窗口", f"Counter {name}")
    if by == "outlet":
        return hall.outlets[key].names if key in hall.outlets else Names("本大厅", "The hall itself")
    if by == "service" and key in hall.services:
        return hall.services[key].names
    if by == "clerk" and key in hall.clerks:
        number = hall.clerks[key].staff_number
        return Names(f"工号 {number}", f"Staff {number}")
    if by == "class":
        return hall.priority[key].names if key in hall.priority else _CLASSES.get(key, Names(key, key))
    if by == "hour":
        return Names(f"{key} 时", f"{key}:00")
    return Names(key, key)


def in_order(hall: Hall, by: str, groups: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """(key, code) as the hall file has them, what it does not have by name behind."""
    declared: dict[str, tuple[str, ...]] = {
        "counter": tuple(hall.counters),
        "outlet": (HERE, *hall.outlets),
        "clerk": tuple(hall.clerks),
        "service": tuple(hall.services),
        "class": ("walk_in", *hall.priority),
    }
    place = {key: index for index, key in enumerate(declared.get(by, ()))}
    return sorted(groups, key=lambda one: (place.get(one[0], len(place)), one[0]))
