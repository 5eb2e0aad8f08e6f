"""What a clerk reads out to whoever asks "why is he before me?". Pure.

A hall hears it: it names the rule and what may be said of everybody, and never why somebody goes first, a service, a
reason that was typed, or anything of a person (L23). Staff read the sums beside it (``call_words``).
"""

from collections.abc import Mapping

from broker.model.hall import Hall
from broker.model.words import Names, TicketStatus
from broker.store.call_reasons import CallRow, Waiter
from broker.store.overtaking import Overtaken, Why, why_before

RULES: Mapping[str, Names] = {
    "ratio": Names(
        "本大厅按“已等时间与目标时间之比”叫号，比值大的先叫；每个人的比值都随等候增长",
        "This hall compares how long people have waited with a target for their kind of service; the largest share goes"
        " first, and everybody's share grows",
    ),
    "fcfs": Names("本大厅按到达先后叫号", "This hall calls people in the order in which they came"),
    "strict": Names(
        "本大厅先叫按规定优先的人，其他人按到达先后", "This hall calls those with priority first, others as they came"
    ),
    "rotation": Names(
        "本大厅轮流叫号：叫过几位按规定优先的人，就叫一位其他人",
        "This hall takes turns: some with priority, then one of all others",
    ),
    "max_wait": Names(
        "本大厅先叫等候最接近或者超出目标时间的人",
        "This hall calls first whose wait is nearest to its target, or furthest over it",
    ),
    "head_start": Names(
        "本大厅按排队时间叫号，按规定优先的人提前若干分钟计算",
        "This hall goes by the time of arrival; those with priority count as having come some minutes earlier",
    ),
}
"""Name of a rule -> the sentence for it; a name that is not here gets ``OTHER_RULE``."""
OTHER_RULE = Names("本大厅按公布的叫号规则叫号", "This hall calls by its published rule")
_KEPT = Names("您的位置没有变", "Your own place has not changed.")


def aloud(hall: Hall, call: CallRow, called: Waiter, asked: Waiter) -> Names | None:
    """One or two sentences for who holds ``asked``'s number; None where he was the one called."""
    if asked.number == called.number:
        return None
    if asked.standing == "not_there":
        return _not_there(asked)
    why = why_before(call, called, asked)
    counter = hall.counters[call.counter].name if call.counter in hall.counters else call.counter
    found = _BY_WHY.get(why)
    if found is not None:
        values = {"called": called.number, "asked": asked.number, "counter": counter}
        return Names(found.zh.format(**values), found.en.format(**values))
    rule = RULES.get(call.rule or "ratio", OTHER_RULE)
    return Names(
        f"{rule.zh}。按这个规则，叫号那时 {called.number} 排在 {asked.number} 前面。{_KEPT.zh}。",
        f"{rule.en}. By that rule {called.number} came before {asked.number} at that moment. {_KEPT.en}",
    )


_BY_WHY: Mapping[Why, Names] = {
    "by_number": Names(
        "{called} 是 {counter} 号窗口按号码叫的，不是按排队次序；这样叫号必须登记原因，大厅负责人可以查到。"
        + _KEPT.zh
        + "。",
        "Counter {counter} called {called} by its number, out of turn. Why is on record, and the manager can look it"
        " up. " + _KEPT.en,
    ),
    "elsewhere": Names(
        "{counter} 号窗口当时不能办 {asked} 的业务，所以叫了别的号。{called} 没有占您的位置。",
        "Counter {counter} could not serve {asked} then, so it called somebody else. {called} did not take your place.",
    ),
    "on_the_way": Names(
        "{asked} 是远程取的号，叫 {called} 时还没有在大厅签到；签到以后就按保留的位置叫。",
        "{asked} was taken from afar and not checked in yet when {called} was called. From the check-in on its kept"
        " place counts.",
    ),
    "raised": Names(
        "大厅负责人在那段时间把一部分业务或者人群提前叫号，因此叫号那时 {called} 排在 {asked} 前面。"
        "这项调整有登记，可以查到。" + _KEPT.zh + "。",
        "Whoever runs the hall had some of the business or people called sooner for a while, so {called} came before"
        " {asked} at that moment. That is on record. " + _KEPT.en,
    ),
    "unknown": Names(
        "这次叫号没有留下比较的数据，请向大厅负责人询问。" + _KEPT.zh + "。",
        "Nothing was kept of how this call was decided; please ask the manager. " + _KEPT.en,
    ),
}

_NOT_THERE: Mapping[TicketStatus | None, Names] = {
    None: Names("那时还没有取号", "had not been taken yet then"),
    TicketStatus.NO_SHOW: Names(
        "叫到时没有人来，那时还没有重新排队", "had been called without anybody coming, and was not back in line"
    ),
    TicketStatus.HELD: Names(
        "那时由窗口暂时挂起，会由窗口再叫", "was set aside by a counter, which will call it again"
    ),
    TicketStatus.CALLED: Names("那时正被另一个窗口呼叫", "was being called at another counter"),
    TicketStatus.SERVING: Names("那时正在窗口办理", "was being served"),
}
_GONE = Names("那时不在排队", "was not in line then")


def _not_there(asked: Waiter) -> Names:
    words = _NOT_THERE.get(asked.status, _GONE)
    return Names(f"{asked.number} {words.zh}，所以先叫了别人。", f"{asked.number} {words.en}, so others were called.")


def summed_up(found: Overtaken) -> Names:
    """How often a number was overtaken, in one sentence for staff; who was called before it also came later."""
    waits = found.status is TicketStatus.WAITING
    if not found.overtaken and not found.elsewhere:
        return Names(
            f"没有后来的人先于 {found.number} 被叫到", f"Nobody who came later was called before {found.number}"
        )
    end_zh, end_en = ("还在等候" if waits else "已不在等候"), ("still waits" if waits else "does not wait any more")
    zh = f"{found.overtaken} 位后来的人在能叫 {found.number} 的窗口先被叫到"
    en = f"{found.overtaken} who came later were called first where {found.number} could have been"
    if found.elsewhere:
        zh += f"；另有 {found.elsewhere} 位在不能叫它的窗口被叫到，或者它那时还未签到"
        en += f"; {found.elsewhere} more at counters that could not call it, or before its check-in"
    return Names(f"{zh}（{found.number} {end_zh}）", f"{en} ({found.number} {end_en})")


WHY_WORDS: Mapping[Why, Names] = {
    "by_number": Names("按号码呼叫", "called by number"),
    "elsewhere": Names("该窗口不能叫此号", "that counter could not call it"),
    "on_the_way": Names("此号还未签到", "not checked in yet"),
    "early": Names("来问的人预约时间还没有到", "the booked time of who asks had not come"),
    "class": Names("优先人群，目标时间短", "a class with a shorter target"),
    "raised": Names("值班负责人提前", "raised by the manager"),
    "service": Names("业务的目标时间短", "a service with a shorter target"),
    "skill": Names("窗口更熟悉该业务", "the counter does that service better"),
    "clock": Names("排队时间从更早算起", "its waiting counts from earlier"),
    "rule": Names("按叫号规则", "by the rule"),
    "unknown": Names("没有留下比较", "no comparison was kept"),
}
"""For the list that staff read; nothing of it is for a public place."""
