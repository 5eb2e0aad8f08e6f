"""Why an inspection cannot be drawn or written down like this."""

from broker.model.refusals.base import Refusal
from broker.model.words import Names


class InspectionsNotDrawn(Refusal, frozen=True, kw_only=True):
    """The hall file does not turn the weekly visit on."""

    template = Names(
        "本大厅没有启用每周巡查；可在大厅文件的 [quality.inspections] 中把 on 和 weekly 设为 true",
        "This hall draws no weekly visit; set on and weekly to true in [quality.inspections] of the hall file.",
    )


class NoSuchInspection(Refusal, frozen=True, kw_only=True):
    """Not drawn, made already, or of a week that another has followed."""

    week: str
    template = Names(
        "{week} 没有待做的巡查（未抽定、已完成或已过期），请刷新页面；另外的巡查可不选周登记",
        "No visit of {week} is to be made: not drawn, made already, or long over. Reload the page; "
        "one more visit is written down without a week.",
    )


class CheckedTwice(Refusal, frozen=True, kw_only=True):
    """The same point at the same counter stands twice in one visit."""

    item: str
    template = Names(
        "检查项 {item} 在同一处填了两次，请只留一次", "{item} stands twice for one place. Leave one of them."
    )


class InspectionTooEarly(Refusal, frozen=True, kw_only=True):
    """The drawn moment has not come; it is not said here, for a refusal may be read over a shoulder."""

    week: str
    template = Names(
        "{week} 抽定的巡查时间还没有到，现在的巡查请按“另加一次”登记",
        "The moment drawn for {week} has not come. Write a visit of now down as one more.",
    )


class UnknownPoint(Refusal, frozen=True, kw_only=True):
    """The checklist was changed while the visit was under way, or never had this."""

    item: str
    template = Names(
        "检查项 {item} 不在本大厅的检查表中，请刷新页面后再登记",
        "{item} is not on this hall's checklist. Reload the page and write the visit down again.",
    )
