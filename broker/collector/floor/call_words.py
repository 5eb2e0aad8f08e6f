"""Why one was called before another, in plain words for staff. Pure; every number is one that the engine compared."""

from broker.collector.floor.aloud_words import OTHER_RULE, RULES
from broker.model.hall import Hall
from broker.model.words import Names, TicketStatus
from broker.store.call_reasons import BY_RATIO, CallReason, CallRow, Waiter

RULE = Names(
    "谁等候的时间与目标时间之比最大，就先叫谁。目标时间由业务的平均办理时间决定；优先人群的目标时间短，所以增长更快，"
    "但别人的比值也一直在增长，不会总被插在后面。",
    "Whoever has the largest ratio of waiting to target is called first. The target follows from how long the"
    " service takes; a priority class has a shorter one, so its ratio grows faster. Everybody's ratio grows, so nobody"
    " is passed over for ever.",
)


def said(hall: Hall, reason: CallReason, asked: Waiter | None) -> Names:
    """The answer to whoever asks; ``asked`` None: why this one was first of all."""
    return said_of(hall, reason.call, reason.called, asked, reason.words)


def said_of(hall: Hall, call: CallRow, first: Waiter, asked: Waiter | None, words: str) -> Names:
    """The same of a call alone; ``words`` is the engine's own sentence."""
    counter = hall.counters[call.counter].name if call.counter in hall.counters else call.counter
    if asked is not None and asked.number == first.number:
        asked = None
    if call.chosen:
        return Names(
            f"{call.number} 是 {counter} 号窗口按号码呼叫的，不是按排队次序"
            + (f"：{call.reason}" if call.reason else ""),
            f"Counter {counter} called {call.number} by number, out of turn"
            + (f": {call.reason}" if call.reason else "."),
        )
    if asked is not None and asked.standing != "waited":
        return _not_compared(hall, asked, counter)
    if call.rule not in BY_RATIO:  # the ratio is not what it was decided by
        rule = RULES.get(call.rule, OTHER_RULE)
        return Names(f"{rule.zh}。引擎的记录：{words or '无'}", f"{rule.en}. The engine's own note: {words or 'none'}")
    if first.ratio is None:
        return Names(f"引擎的记录：{words or '无'}", f"The engine's own note: {words or 'none'}")
    if asked is None:
        return Names(
            f"{first.number} {_sum(first).zh}，是 {counter} 号窗口当时能叫的人中最大的",
            f"{first.number} {_sum(first).en}, the largest of all whom counter {counter} could call then.",
        )
    if asked.clock_ms > call.at_ms:
        return Names(
            f"{first.number} {_sum(first).zh}；{asked.number} 的预约时间还没有到，之前只在没有别人等候时叫",
            f"{first.number} {_sum(first).en}; the booked time of {asked.number} had not come: before it, it is called"
            " only while nobody else waits.",
        )
    why = _difference(hall, first, asked)
    return Names(
        f"{first.number} {_sum(first).zh}；{asked.number} {_sum(asked).zh}。比值大的先叫。{why.zh}",
        f"{first.number} {_sum(first).en}; {asked.number} {_sum(asked).en}."
        f" The larger ratio goes first. {why.en}".rstrip(),
    )


def rule_of(call: CallRow) -> Names:
    """The rule by which a call was made, in full where it is the ratio."""
    return RULE if call.rule in BY_RATIO else RULES.get(call.rule, OTHER_RULE)


def minutes(ms: float) -> str:
    """``12.5``: one digit, and none where it would be 0."""
    return f"{ms / 60_000:.1f}".removesuffix(".0")


def _sum(one: Waiter) -> Names:
    waited, target, ratio = minutes(one.waited_ms), minutes(_own_target(one)), f"{one.ratio or 0:.2f}"
    return Names(
        f"已等 {waited} 分钟，目标 {target} 分钟，比值 {ratio}",
        f"had waited {waited} min of a target of {target}: ratio {ratio}",
    )


def _own_target(one: Waiter) -> float:
    """With the counter's skill in it: what its waiting was divided by."""
    return one.waited_ms / one.ratio if one.ratio else (one.target_ms or 0.0)


def _difference(hall: Hall, first: Waiter, asked: Waiter) -> Names:
    """What makes the two targets differ, in the order in which people ask."""
    zh, en = list[str](), list[str]()
    for one in (first, asked):
        if one.priority is not None and one.class_factor < 1:
            known = hall.priority.get(one.priority)
            names = known.names if known else Names(one.priority, one.priority)
            zh.append(f"{one.number} 属于“{names.zh}”优先，目标时间乘以 {one.class_factor:g}")
            en.append(f"{one.number} is of the class {names.en}: its target is times {one.class_factor:g}")
        if one.raised < 1:
            zh.append(f"{one.number} 当时由值班负责人提前，目标时间乘以 {one.raised:g}")
            en.append(f"{one.number} was raised by the manager then: its target is times {one.raised:g}")
    if first.service != asked.service:
        zh.append("两人办理的业务不同，平均办理时间长的业务目标时间也长")
        en.append("Their services differ: one that takes longer has a longer target")
        if first.skill != asked.skill:
            zh.append("窗口先办自己最熟悉的业务")
            en.append("a counter prefers what it does best")
    if not zh and first.ratio == asked.ratio:
        zh.append("比值相同时，先到先叫")
        en.append("With equal ratios the earlier place goes first")
    if not zh and first.clock_ms < asked.clock_ms and first.arrived_at_ms > asked.arrived_at_ms:
        zh.append(f"{first.number} 的等候从更早算起")
        en.append(f"the waiting of {first.number} counts from earlier")
    if not zh and first.clock_ms <= asked.clock_ms:
        zh.append(f"{first.number} 来得更早")
        en.append(f"{first.number} came earlier")
    return Names("；".join(zh) + "。" if zh else "", "; ".join(en) + "." if en else "")


_THEN: dict[TicketStatus, Names] = {
    TicketStatus.RESERVED: Names(
        "号码刚发出，还没有确认有人持有", "its number was just given and nobody was known to hold it"
    ),
    TicketStatus.CALLED: Names("正被另一个窗口呼叫", "it was being called at another counter"),
    TicketStatus.SERVING: Names("正在窗口办理", "it was being served"),
    TicketStatus.HELD: Names("被窗口挂起，要由窗口按号码再叫", "it was on hold, to be called again by number"),
    TicketStatus.NO_SHOW: Names("叫到时没有来，还没有返回排队", "it had missed its call and was not back in line"),
    TicketStatus.SERVED: Names("已经办结", "it had been served"),
    TicketStatus.CANCELLED: Names("已经放弃", "it had been given up"),
    TicketStatus.EXPIRED: Names("已经失效", "it had expired"),
    TicketStatus.VOID: Names("已经作废", "it was void"),
    TicketStatus.WAITING: Names("刚刚离开队列", "it had just left the line"),
}


def _not_compared(hall: Hall, asked: Waiter, counter: str) -> Names:
    number = asked.number
    if asked.standing == "on_the_way":
        return Names(
            f"{number} 是远程取号，持票人那时还没有到大厅", f"{number} was taken from afar and its holder was not here."
        )
    if asked.standing == "elsewhere":
        wanted = hall.counters[asked.to_counter].name if asked.to_counter in hall.counters else None
        known = hall.services.get(asked.service)
        names = known.names if known else Names(asked.service, asked.service)
        if wanted is not None:
            return Names(
                f"{number} 转到了 {wanted} 号窗口，{counter} 号窗口那时不能叫它",
                f"{number} was sent to counter {wanted}: counter {counter} could not call it then.",
            )
        return Names(
            f"{number} 办理“{names.zh}”，{counter} 号窗口那时不办这项业务",
            f"{number} came for {names.en}, which counter {counter} did not serve then.",
        )
    if asked.standing == "not_comparable":
        return Names(f"{number} 那时在排队，但没有留下它的比值", f"{number} was in line, but no ratio of it was kept.")
    if asked.status is None:
        return Names(f"{number} 那时还没有取号", f"{number} was not in line yet: its ticket was taken later.")
    then = _THEN[asked.status]
    return Names(f"{number} 那时不在队列中：{then.zh}", f"{number} was not in line then: {then.en}.")
