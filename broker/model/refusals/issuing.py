"""Why there is no number now."""

from typing import Any

from broker.model.reasons import USUAL_REASONS, reason_said
from broker.model.refusals.base import Refusal, clipped
from broker.model.words import Names


class HallClosed(Refusal, frozen=True, kw_only=True):
    reopens: str
    template = Names("现在不在取号时间，{reopens} 起取号", "No tickets are issued now. Issuing starts at {reopens}.")


class IssuingPaused(Refusal, frozen=True, kw_only=True):
    """``reason`` is what a person typed, as typed, in either language; empty when nobody gave one."""

    reason: str = ""
    reason_en: str = ""
    template = Names("已暂停取号", "Issuing is paused.")

    def said(self, facts: dict[str, Any]) -> Names:
        """With the reason, where there is one; in Chinese to everybody where nobody typed it in English."""
        if not self.reason and not self.reason_en:
            return self.template
        usual = reason_said(self.reason).en if self.reason in USUAL_REASONS else self.reason
        zh, en = clipped(self.reason), clipped(self.reason_en or usual)
        return Names(f"已暂停取号：{zh}" if zh else self.template.zh, f"Issuing is paused: {en}")


class QuotaUsedUp(Refusal, frozen=True, kw_only=True):
    service: str
    quota: int
    template = Names("今日号已取完（{quota} 个）", "All {quota} tickets of today are taken.")


class NumbersUsedUp(Refusal, frozen=True, kw_only=True):
    series: str
    template = Names("{series} 号段今日已用完", "Series {series} has no number left today.")


class NumbersWithheld(Refusal, frozen=True, kw_only=True):
    """After a restored backup nobody knows which of the engine's numbers are on paper: kiosks give their own."""

    series: str
    template = Names(
        "数据刚从备份恢复，{series} 号段今天只由取号机自己的号段出号，请在取号机取号",
        "Records were restored from a backup: today series {series} is given by kiosks only. Take a ticket at a kiosk.",
    )


class NumberTaken(Refusal, frozen=True, kw_only=True):
    """A reported paper carries a number that another ticket already has: a human must look."""

    number: str
    template = Names(
        "号码 {number} 已被占用，请工作人员处理",
        "Number {number} belongs to another ticket already. Staff must help this visitor.",
    )


class NumberNotOwned(Refusal, frozen=True, kw_only=True):
    """A kiosk reported a number outside its own range."""

    number: str
    kiosk: str
    template = Names(
        "号码 {number} 不在取号机“{kiosk}”的号段内",
        "Number {number} is outside the range of kiosk '{kiosk}'.",
    )
