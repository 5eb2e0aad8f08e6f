"""Notices of the hall file: whether one is for every day and hour. Pure."""

from broker.model.hall import HallNotice


def has_schedule(notice: HallNotice) -> bool:
    """Whether it is for some days or times only; then only the engine, which knows the day, says when."""
    limits = (notice.from_day, notice.until_day, notice.from_time, notice.until_time)
    return bool(notice.days) or any(limit is not None for limit in limits)
