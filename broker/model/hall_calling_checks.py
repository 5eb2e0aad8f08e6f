"""What must fit together in ``[calling]``. Pure."""

from collections.abc import Iterator

from broker.model.hall import Hall
from broker.model.hall_mistakes import Mistake, complain, did_you_mean, listed
from broker.model.hall_sentences import TABLE_WORDS

LEAST_CAP_MIN = 1
"""A shorter one is a slip of the pen: the rule would be nobody's but that of the first seconds."""


def _calling_sessions(hall: Hall) -> Iterator[Mistake]:
    for name in hall.calling.sessions:
        if name not in hall.sessions:
            hint, known = did_you_mean(name, hall.sessions), listed(hall.sessions)
            what = TABLE_WORDS["sessions"]
            path = f"calling.sessions.{name}"
            yield complain(path, "unknown_reference", what=what, name=name, hint=hint, known=known)


def _calling_classes(hall: Hall) -> Iterator[Mistake]:
    rows = {"calling": hall.calling.head_start_min, **_of_sessions(hall)}
    for path, classes in rows.items():
        for name in classes:
            if name not in hall.priority:
                hint, known = did_you_mean(name, hall.priority), listed(hall.priority)
                what = TABLE_WORDS["priority"]
                path_of = f"{path}.head_start_min.{name}"
                yield complain(path_of, "unknown_reference", what=what, name=name, hint=hint, known=known)


def _of_sessions(hall: Hall) -> dict[str, dict[str, float]]:
    return {f"calling.sessions.{key}": one.head_start_min or {} for key, one in hall.calling.sessions.items()}


def _calling_cap(hall: Hall) -> Iterator[Mistake]:
    """Who counts as priority must have a class to count as."""
    caps = {"calling": hall.calling.cap_min}
    caps |= {f"calling.sessions.{key}": one.cap_min or 0.0 for key, one in hall.calling.sessions.items()}
    for path, cap_min in caps.items():
        if cap_min and not hall.priority:
            yield complain(f"{path}.cap_min", "cap_without_class")
        if 0 < cap_min < LEAST_CAP_MIN:
            yield complain(f"{path}.cap_min", "cap_too_short", least=LEAST_CAP_MIN)


CALLING_CHECKS = (
    (_calling_sessions, "calling sessions"),
    (_calling_classes, "calling priority"),
    (_calling_cap, "calling priority"),
)
