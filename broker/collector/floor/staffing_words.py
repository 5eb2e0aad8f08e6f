"""What is said of counters needed, in two languages, with how good such advice was. Pure."""

from dataclasses import dataclass
from math import inf

from broker.model.hall import Hall
from broker.model.words import Names
from broker.staffing.erlang import COUNTERS_MOST
from broker.staffing.judging import JUDGED_ENOUGH, Precision

NAMED_MOST = 3
"""Of more services, or counters, the first ones are named."""


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


@dataclass(frozen=True)
class OwnLack:
    """A service that is short of counters that can do it: so many (None: over 99) for ``open``; ``spare`` are names of
    such counters that are not open."""

    names: Names
    needed: int | None
    open: int
    spare: tuple[str, ...]

    @property
    def lacking(self) -> float:
        """So many more; infinite where they are beyond counting."""
        return _missing(self.needed, self.open)


@dataclass(frozen=True)
class Lack:
    """What a group has and needs. ``spare``: names of its counters that are not open; None: not known. ``too_many``:
    people of a line that is too long, on whose account more are needed, to clear it within
    ``clear_min``."""

    open: int
    needed: int | None
    spare: tuple[str, ...] | None
    too_many: int = 0
    clear_min: int = 0
    own: tuple[OwnLack, ...] = ()

    @property
    def lacking(self) -> bool:
        """Whether the group as a whole needs more than are open."""
        return self.needed is None or self.needed > self.open


def advised_words(names: Names, found: Lack) -> Names:
    """The advice itself: it says no more than can be done, and asks for nothing where nothing is lacking."""
    count = count_words(found.needed)
    zh = f"{names.zh}：开放 {found.open} 个窗口，此刻需要 {count.zh}"
    en = f"{names.en}: {found.open} open, {count.en} needed now"
    if found.too_many and found.lacking:
        zh += f"（{found.clear_min} 分钟内消化排队过长的 {found.too_many} 人）"
        en += f" (to clear, within {found.clear_min} min, a line too long by {found.too_many})"
    if found.own and (not found.lacking or found.own[0].lacking >= _missing(found.needed, found.open)):
        said = _for_one(found.own[0])  # others would not help it
    elif found.lacking:
        said = _for_all(found)
    else:
        said = Names("，已经够了：几分钟后不再提示", ", which is enough: this ends in some minutes.")
    return Names(f"{zh}{said.zh}", f"{en}{said.en}")


def _for_all(found: Lack) -> Names:
    """Of a group that lacks counters."""
    lacking = None if found.needed is None else found.needed - found.open
    if found.spare is None:
        return _open_more(lacking)
    if not found.spare:
        return Names(
            "，能办的窗口已全部开放：请增派人员或引导改日、线上办理",
            ". All its counters are open: send help, or offer another day or the web.",
        )
    left, which = len(found.spare), counter_names(found.spare)
    if lacking is None or lacking > left:
        return Names(
            f"，只剩 {left} 个没有开放：建议开放 {which.zh}，并引导改日、线上办理，因为全开也不够",
            f". Open {which.en}, the last that {'is' if left == 1 else 'are'} not, and offer another day or the web:"
            " that will not be enough.",
        )
    more = _open_more(lacking)
    return Names(f"{more.zh}（可开：{which.zh}）", f"{more.en[:-1]} (of {which.en}).")


def _for_one(own: OwnLack) -> Names:
    """Of a group in which this service lacks counters that can do it, and no more are lacking."""
    count = count_words(own.needed)
    zh = f"，其中{own.names.zh}要 {count.zh}能办它的，只开了 {own.open} 个："
    en = f", of which {own.names.en} needs {count.en} that can do it, and has {own.open}: "
    if not own.spare:
        return Names(
            f"{zh}这些窗口已全部开放，请给别的窗口加上这项业务，或引导改日、线上办理",
            f"{en}no other is left. Let another counter do it, or offer another day or the web.",
        )
    which = counter_names(own.spare)
    if own.lacking > len(own.spare):
        return Names(
            f"{zh}建议开放 {which.zh}，并引导改日、线上办理，因为还不够",
            f"{en}open {which.en}, and offer another day or the web: that will not be enough.",
        )
    return Names(f"{zh}建议开放 {which.zh}", f"{en}open {which.en}.")


def _missing(needed: int | None, there: int) -> float:
    return inf if needed is None else needed - there


def _open_more(lacking: int | None) -> Names:
    if lacking is None:
        return Names("，建议尽量增开窗口", ". Open as many as you can.")
    return Names(f"，建议增开 {lacking} 个", f". Open {lacking} more.")


def counter_names(counters: tuple[str, ...]) -> Names:
    """``2、3 号窗口``: the first few by name, of more how many."""
    known, more = counters[:NAMED_MOST], len(counters) - NAMED_MOST
    zh, en = f"{'、'.join(known)} 号窗口", f"counter{'' if len(counters) == 1 else 's'} {', '.join(known)}"
    return Names(zh, en) if more <= 0 else Names(f"{zh} 等 {len(counters)} 个", f"{en} and {more} more")


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
