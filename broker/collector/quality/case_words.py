"""How kinds, stages, steps and verdicts of cases are called, in two languages. Data."""

from broker.model.hall import Hall
from broker.model.inspection_points import POINTS
from broker.model.words import Names

KINDS: dict[str, Names] = {
    "rating": Names("差评", "Low ratings"),
    "complaint": Names("投诉", "Complaints"),
    "promise": Names("限时办结", "Promised times"),
    "blame": Names("问责记录", "Accountability"),
    "finding": Names("巡查", "Inspections"),
    "question": Names("咨询交办", "Questions"),
}
STAGES: dict[str, Names] = {
    "verify": Names("待核实", "To be looked into"),
    "correct": Names("待整改", "To be put right"),
    "answer": Names("待答复", "To be answered"),
    "call_back": Names("待回访", "To be called"),
    "review": Names("待复核", "To be reviewed"),
    "assign": Names("待批示", "To be assigned"),
    "forward": Names("待转办", "To be passed on"),
    "running": Names("办理中", "Being worked on"),
    "paused": Names("待补材料", "Papers missing"),
    "decide": Names("待认定", "To be decided"),
    "check": Names("待复查", "To be looked at again"),
    "tell": Names("待告知", "To be told"),
    "closed": Names("已办结", "Closed"),
}
STEPS: dict[str, Names] = {
    "verify": Names("核实", "Looked into"),
    "correct": Names("整改", "Put right"),
    "answer": Names("答复", "Answered"),
    "call_back": Names("回访", "Called"),
    "appeal": Names("申诉", "Appeal"),
    "review": Names("复核", "Reviewed"),
    "assign": Names("批示交办", "Assigned"),
    "complex": Names("列为复杂件", "Declared hard"),
    "not_ours": Names("非本单位职责", "Another office's"),
    "forward": Names("转办", "Passed on"),
    "reopen": Names("重新办理", "Opened again"),
    "pause": Names("一次性告知，暂停计时", "Papers missing: clock stopped"),
    "resume": Names("材料补齐，继续计时", "Papers complete: clock goes on"),
    "extend": Names("批准延期", "More days approved"),
    "finish": Names("办结", "Finished"),
    "withdraw": Names("申请人撤回", "Withdrawn"),
    "refuse": Names("不予受理", "Not accepted"),
    "decide": Names("认定", "Decided"),
    "cancel": Names("更正撤销", "Cancelled as a mistake"),
    "check": Names("复查", "Looked at again"),
    "tell": Names("告知来访者", "Visitor told"),
}
VERDICTS: dict[str, Names] = {
    "founded": Names("属实", "founded"),
    "unfounded": Names("不属实", "not founded"),
    "mistaken": Names("误评", "rated by mistake"),
    "content": Names("接通，满意", "reached, content"),
    "not_content": Names("接通，仍不满意", "reached, not content"),
    "not_reached": Names("未接通", "not reached"),
    "upheld": Names("维持", "upheld"),
    "again": Names("退回重新整改", "sent back"),
    "changed": Names("退回重新认定", "to be decided again"),
    "light": Names("轻度", "light"),
    "medium": Names("中度", "medium"),
    "heavy": Names("重度", "heavy"),
    "none": Names("不予问责", "nobody to blame"),
    "told": Names("已告知", "told"),
    "done": Names("已整改到位", "in order"),
    "not_done": Names("未整改到位", "not in order"),
}
CHANNELS: dict[str, Names] = {
    "phone": Names("投诉电话", "Telephone"),
    "box": Names("意见箱", "Suggestion box"),
    "letter": Names("来信", "Letter"),
    "visit": Names("来访", "In person"),
    "net": Names("网络", "Online"),
    "hotline": Names("12345 热线", "City hotline 12345"),
}


def named(table: dict[str, Names], key: str | None) -> Names:
    """The words of a key; what has none is said as it is."""
    return table.get(key or "", Names(key or "", key or ""))


def points_of(hall: Hall) -> dict[str, Names]:
    """What inspections look at or looked at: the hall's own list, and the points of findings from before it."""
    return POINTS | hall.quality.inspections.points
