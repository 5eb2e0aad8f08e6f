"""What is said of counters needed, in two languages, with how good such advice was. Pure."""

from broker.model.hall import Hall
from broker.model.words import Names
from broker.staffing.erlang import COUNTERS_MOST
from broker.staffing.judging import JUDGED_ENOUGH, Precision

NAMED_MOST = 3
"""A group of more services is called by its first ones."""


def group_names(hall: Hall, services: tuple[str, ...]) -> Names:
    """What people call a group: its services."""
    known = [hall.services[key].names for key in services if key in hall.services]
    zh, en = "、".join(one.zh for one in known[:NAMED_MOST]), ", ".join(one.en for one in known[:NAMED_MOST])
    more = len(known) - NAMED_MOST
    return Names(zh, en) if more <= 0 else Names(f"{zh} 等 {len(known)} 项业务", f"{en} and {more} more")


def count_words(needed: int | None) -> Names:
    """A number of counters, or that it is beyond all counting."""
    most = COUNTERS_MOST
    return Names(f"{most} 个以上", f"more than {most}") if needed is None else Names(f"{needed} 个", f"{needed}")


def advised_words(names: Names, open_now: int, needed: int | None, spare: int | None) -> Names:
    """The advice itself. ``spare``: counters of the group that are not open; None: not known."""
    count = count_words(needed)
    zh = f"{names.zh}：开放 {open_now} 个窗口，此刻需要 {count.zh}"
    en = f"{names.en}: {open_now} open, {count.en} needed now"
    if spare == 0:
        return Names(
            f"{zh}，能办的窗口已全部开放：请增派人员或引导改日、线上办理",
            f"{en}. All its counters are open: send help, or offer another day or the web.",
        )
    lacking = None if needed is None else needed - open_now
    if spare is not None and (lacking is None or lacking > spare):
        return Names(
            f"{zh}，还有 {spare} 个没有开放，全开也不够：建议全部开放",
            f"{en}. Open the other {spare}, which will not be enough either.",
        )
    if lacking is None or lacking > 0:
        more = "尽量增开窗口" if lacking is None else f"增开 {lacking} 个"
        return Names(
            f"{zh}，建议{more}", f"{en}. Open {'as many as you can' if lacking is None else f'{lacking} more'}."
        )
    return Names(
        f"{zh}，但排队已超过目标：请看看是否要增开窗口",
        f"{en}, yet the wait is over the target: see whether another counter helps.",
    )


def precision_words(found: Precision) -> Names:
    """How often it was right, as counted; before enough were judged, that nobody knows."""
    if not found.known:
        return Names(
            f"这类建议有多准还不知道：核对过 {found.judged} 条，满 {JUDGED_ENOUGH} 条才说",
            f"How often such advice is right is not known yet: {found.judged} checked, {JUDGED_ENOUGH} needed to say.",
        )
    return Names(
        f"这类建议核对过 {found.judged} 条，{found.right} 条说中：其后 10 至 40 分钟的平均等候超过了目标",
        f"{found.right} of {found.judged} such pieces of advice were right: 10 to 40 minutes later the mean wait was"
        " over the target.",
    )
