"""What a field is called where people fill it in, and in a sentence what is wrong with it. Pure.

Programs read the exact place and type (``facts.detail`` of a refusal); whoever sits at a page reads this.
"""

import re
from collections.abc import Callable

from broker.model.words import Names

WORDS: dict[str, Names] = {
    "action": Names("操作", "Action"),
    "at_ms": Names("时间", "Time"),
    "cap_min": Names("视同优先的等候分钟数", "Minutes from which a walk-in counts as priority"),
    "clerk": Names("工作人员", "Clerk"),
    "code": Names("编码", "Code"),
    "contact": Names("联系人", "Contact"),
    "count": Names("件数", "How many"),
    "counter": Names("窗口", "Counter"),
    "counters": Names("增减窗口数", "Counters more or fewer"),
    "day": Names("日期", "Day"),
    "days": Names("有效天数", "Days it is good for"),
    "en": Names("英文内容", "English text"),
    "entries": Names("日报表项目", "Items of the sheet"),
    "exponent": Names("指数", "Exponent"),
    "factor": Names("提前的程度", "How far ahead"),
    "factors": Names("优先系数", "Factors of classes"),
    "items": Names("件数", "Items"),
    "key": Names("提醒事项", "Alert"),
    "kiosk": Names("取号机", "Kiosk"),
    "language": Names("语言", "Language"),
    "large": Names("大字号票", "Large print"),
    "level": Names("评价", "Rating"),
    "minutes": Names("分钟数", "Minutes"),
    "missing": Names("缺少的材料", "Missing papers"),
    "name": Names("账号", "Account"),
    "note": Names("备注", "Note"),
    "number": Names("号码", "Number"),
    "outcome": Names("结果", "Outcome"),
    "phone": Names("电话", "Phone"),
    "priority": Names("优先类别", "Priority"),
    "reason": Names("原因", "Reason"),
    "reason_en": Names("英文原因", "Reason in English"),
    "reasons": Names("原因", "Reasons"),
    "remark": Names("情况说明", "Remark"),
    "return_in_min": Names("预计几分钟后返回", "Back in minutes"),
    "role": Names("角色", "Role"),
    "rule": Names("叫号规则", "Rule"),
    "run": Names("第几次", "Run"),
    "service": Names("业务", "Service"),
    "services": Names("办理的业务", "Services"),
    "subject": Names("账号", "Account"),
    "substitute": Names("替岗人员", "Substitute"),
    "time": Names("时间", "Time"),
    "to_counter": Names("转到的窗口", "To counter"),
    "to_service": Names("转到的业务", "To service"),
    "type": Names("操作", "Action"),
    "until_ms": Names("结束时间", "Until"),
    "urgent": Names("紧急", "Urgent"),
    "zh": Names("中文内容", "Chinese text"),
}
"""By the name of a form's field or a command's; what is shown nowhere is not here."""
OF_THE_PAGE = frozenset(
    {"appointment", "as_of", "batch", "checks", "counts", "digest", "do", "form", "help", "id", "items_version", "k"}
    | {"mark", "notice", "person", "proof", "seen", "slip", "source", "ticket", "unit", "was", "what", "who"}
    | {"who_before", "wish"}
)
"""What a page sends along by itself: nobody can mend it but by loading the page again."""
UNNAMED = Names(
    "填写的内容或网址不对，请检查后再试", "What was typed or the address is not right: please check it and try again."
)
STALE = Names(
    "页面内容不完整或已过期，请刷新后再试", "This page is out of date or incomplete. Reload it and try again."
)
_MISSING = re.compile(r"missing required field `([a-z_]+)`")
_PLACE = re.compile(r" - at `\$(?P<path>[^`]*)`$")
_BOUND = re.compile(r"Expected `(?P<kind>str|int|array)`(?P<long> of length)? (?P<way><=|>=) (?P<bound>\d+)")
_NAME = re.compile(r"[a-z_]+")
_LISTED = re.compile(r"'?[a-z_]+'?(?:, [a-z_]+)*")


def sentence_of(detail: str) -> Names:
    """What a person reads of ``detail``, which names fields as programs do: ``days``, ``number, level``, or as the
    codec says it, ``Expected `str` of length <= 60 - at `$.command.reason```."""
    missing = _MISSING.search(detail)
    if missing:
        return _of((missing[1],), lambda one: Names(f"请填写“{one.zh}”", f"Please fill in: {one.en}."))
    place = _PLACE.search(detail)
    if place:
        names = _NAME.findall(place["path"])
        return _of(tuple(names[-1:]), lambda one: _bounded(one, detail))
    listed = _LISTED.match(detail)
    return _of(tuple(_NAME.findall(listed[0])) if listed else (), lambda one: _bounded(one, detail))


def _of(names: tuple[str, ...], say: Callable[[Names], Names]) -> Names:
    """The sentence about the fields of these names; one of a page's own hidden fields makes the page out of date."""
    if any(name in OF_THE_PAGE for name in names):
        return STALE
    known = [WORDS[name] for name in names if name in WORDS]
    if not known:
        return UNNAMED
    if len(known) > 1:
        zh, en = "”“".join(one.zh for one in known), ", ".join(one.en for one in known)
        return Names(f"“{zh}”中有填得不对的，请检查后再试", f"One of these is not right, please check: {en}.")
    return say(known[0])


def _bounded(one: Names, detail: str) -> Names:
    found = _BOUND.search(detail)
    if found is None:
        return Names(f"“{one.zh}”填得不对，请检查后再试", f"{one.en} is not right. Please check it and try again.")
    bound, most = int(found["bound"]), found["way"] == "<="
    if found["kind"] == "int":
        return Names(
            f"“{one.zh}”{'最大' if most else '最小'}为 {bound}", f"{one.en}: {bound} at {'most' if most else 'least'}."
        )
    if not most and bound == 1:
        return Names(f"请填写“{one.zh}”", f"Please fill in: {one.en}.")
    unit = Names("项", "entries") if found["kind"] == "array" else Names("个字", "characters")
    said = Names("最多", "at most") if most else Names("至少", "at least")
    return Names(f"“{one.zh}”{said.zh} {bound} {unit.zh}", f"{one.en}: {bound} {unit.en} {said.en}.")
