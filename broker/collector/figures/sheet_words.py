"""How the day's sheet is said to people: stages, what is missing, bands, outcomes; and what may be seen. Pure."""

from typing import Any

from broker.model.hall import Hall
from broker.model.sheet_items import MISSING_NAMES, SheetStage, items_of
from broker.model.words import Names
from broker.store.disclosure import ENOUGH
from broker.store.sheet_shape import Band, Sheet

STAGES: dict[SheetStage, Names] = {
    "open": Names("未签字", "not signed"),
    "clerk": Names("窗口人员已签", "signed by the clerk"),
    "void": Names("签后有变动，签字失效", "changed since: signature void"),
    "finished": Names("已完成", "finished"),
}
BAND_NAMES: dict[Band, Names] = {
    "to_5": Names("5 分钟以内", "up to 5 min"),
    "to_8": Names("5 至 8 分钟", "5 to 8 min"),
    "to_10": Names("8 至 10 分钟", "8 to 10 min"),
    "over_10": Names("超过 10 分钟", "over 10 min"),
}
VISIT_OUTCOMES: dict[str, Names] = {
    "done": Names("办结", "done"),
    "papers_missing": Names("材料不齐", "papers missing"),
    "referred": Names("转其他部门", "referred elsewhere"),
    "day_end": Names("日终自动了结", "ended by the end of day"),
}
TASK_KINDS: dict[str, Names] = {
    "pause": Names("暂停超时", "pause too long"),
    "nobody": Names("有人等候而无人叫号", "nobody calls while people wait"),
}
TASK_OUTCOMES: dict[str, Names] = {
    "covered": Names("已有人服务", "served again"),
    "excused": Names("值班领导说明不需要", "excused"),
    "lapsed": Names("无人再等候", "nobody waits any more"),
    "closed": Names("窗口已关闭", "counter closed"),
    "left_empty": Names("空窗", "left empty"),
    "": Names("时段结束时仍未处理", "open when the session ended"),
}


def counter_names(hall: Hall, counter: str) -> Names:
    """How the counter is called; one that the hall file lost keeps its key."""
    known = hall.counters.get(counter)
    name = counter if known is None else known.name
    return Names(f"{name} 号窗口", f"Counter {name}")


def staff(hall: Hall, clerk: str | None) -> str:
    """A clerk's staff number, never the name; the key of one whom the hall file lost; nothing for nobody."""
    known = hall.clerks.get(clerk or "")
    return known.staff_number if known else clerk or ""


def item_names(hall: Hall, sheet: Sheet, key: str) -> Names:
    """How an item, or a signature that is missing, is called."""
    item = items_of(hall.sheet_items, sheet.entries.items_version).get(key)
    return item.names if item else MISSING_NAMES.get(key, Names(key, key))


def missing_names(hall: Hall, sheet: Sheet) -> tuple[Names, ...]:
    """All that a sheet lacks, in words."""
    return tuple(item_names(hall, sheet, key) for key in sheet.missing)


def words_for(hall: Hall) -> dict[str, Any]:
    """What the templates of the sheets ask for."""
    return {
        "stages": STAGES,
        "bands": BAND_NAMES,
        "visit_outcomes": VISIT_OUTCOMES,
        "task_kinds": TASK_KINDS,
        "task_outcomes": TASK_OUTCOMES,
        "items": items_of(hall.sheet_items),
        "counter_names": lambda key: counter_names(hall, key),
        "staff": lambda clerk: staff(hall, clerk),
        "missing_names": lambda sheet: missing_names(hall, sheet),
        "levels_from": ENOUGH,
    }
