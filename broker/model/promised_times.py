"""限时办结: promised times that service halls have published, for a hall file to name. Data.

A service says ``promised_as = "injury-determination"`` instead of days of its own. The keys and words are ours, the
days are facts of the standard that ``source`` names (``docs/seeds.md``). Rows are never edited once shipped: a hall
that promises otherwise says ``promised_days`` itself.

Work that is promised in several times one after another has several ``stages``. The clock of a case runs once, so it
watches one of them, ``clock``: the case is to be accepted when that stage begins (``Stage.begins``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from broker.model.case_life import Unit
from broker.model.words import Names

PromiseKey = Literal[
    "capacity-stamp",
    "card-collection",
    "card-photo",
    "certificate",
    "contributions",
    "death-benefit",
    "employer-account",
    "enquiry",
    "enrolment-change",
    "fund-transfer-in",
    "home-purchase",
    "injury-determination",
    "injury-filing",
    "injury-medical",
    "injury-rehabilitation",
    "insurance-transfer-in",
    "insurance-type",
    "loan-repayment",
    "maternity-benefit",
    "medical-benefit",
    "password-reset",
    "personal-data",
    "relief",
    "rent",
    "retirement",
    "transfer-out",
    "transfer-within",
    "unemployment-benefit",
]


ACCEPTANCE = Names("受理", "acceptance")


@dataclass(frozen=True)
class Stage:
    """``days`` in ``unit`` after ``begins``; 0: at once, None: no time is promised. ``said``: as people read it."""

    days: int | None
    said: Names
    unit: Unit = "workday"
    begins: Names = ACCEPTANCE


@dataclass(frozen=True)
class PromisedTime:
    """One kind of business. ``clock`` is the stage that a case watches. ``source``: standard and article."""

    names: Names
    source: str
    stages: tuple[Stage, ...]
    clock: int = 0

    @property
    def days(self) -> int:
        """What the clock of a case counts, in ``unit``."""
        days = self.stages[self.clock].days
        assert days is not None, "a stage without days has no clock"
        return days

    @property
    def unit(self) -> Unit:
        return self.stages[self.clock].unit

    @property
    def said(self) -> Names:
        """All stages, as the guide, the console and the paper tell it."""
        return Names("；".join(one.said.zh for one in self.stages), "; ".join(one.said.en for one in self.stages))


AT_ONCE = Stage(0, Names("即时办结", "Done at once"))


def _at_once(zh: str, en: str, source: str) -> PromisedTime:
    return PromisedTime(Names(zh, en), source, (AT_ONCE,))


def _within(days: int, zh: str, en: str, source: str) -> PromisedTime:
    said = Names(f"{days} 个工作日办结", f"Done within {days} working day{'s' if days > 1 else ''}")
    return PromisedTime(Names(zh, en), source, (Stage(days, said),))


_ONE_STAGE: dict[str, PromisedTime] = {
    "enrolment-change": _at_once("参保人员增减", "Staff joining or leaving", "Suzhou 6.2.1(1)"),
    "insurance-type": _at_once("参保类型变更", "Change of insurance type", "Suzhou 6.2.1(2)"),
    "injury-filing": _at_once("工伤认定登记备案", "Filing a work injury", "Suzhou 6.2.1(3)"),
    "capacity-stamp": _at_once("劳动能力鉴定盖章", "Stamp for a labour capacity check", "Suzhou 6.2.1(4)"),
    "injury-rehabilitation": _at_once("工伤康复确认", "Rehabilitation after an injury", "Suzhou 6.2.1(5)"),
    "medical-benefit": _at_once("医疗待遇", "Medical benefit", "Suzhou 6.2.1(6)"),
    "death-benefit": _at_once("亡故待遇", "Benefit after a death", "Suzhou 6.2.1(7)"),
    "home-purchase": _at_once("购房提取", "Withdrawal to buy a home", "Suzhou 6.2.1(8)"),
    "loan-repayment": _at_once("偿还购房贷款", "Repayment of a home loan", "Suzhou 6.2.1(9)"),
    "rent": _at_once("支付房租", "Rent", "Suzhou 6.2.1(10)"),
    "unemployment-benefit": _at_once("失业金", "Unemployment benefit", "Suzhou 6.2.1(11)"),
    "transfer-within": _at_once("区内转移", "Transfer within the district", "Suzhou 6.2.1(12)"),
    "password-reset": _at_once("密码重置", "Password reset", "Suzhou 6.2.1(13)"),
    "contributions": _within(3, "缴交业务", "Contributions", "Suzhou 6.2.2(3)"),
    "personal-data": _within(1, "信息变更", "Change of personal details", "Suzhou 6.2.2(11)"),
    "relief": _within(1, "救助资格", "Relief", "Suzhou 6.2.2(12)"),
    "maternity-benefit": _within(5, "生育待遇", "Maternity benefit", "Suzhou 6.2.2(13)"),
    "certificate": _at_once("参保证明", "Insurance certificate", "Yunnan 5.3(5)"),
    "enquiry": _at_once("查询咨询", "Enquiries and advice", "Yunnan 5.3(5)"),
}

_OTHERS: dict[str, PromisedTime] = {
    "injury-determination": PromisedTime(
        Names("工伤认定", "Ruling on a work injury"),
        "Suzhou 6.2.2(1)",
        (Stage(60, Names("受理后 60 日内作出决定", "Decided within 60 days of acceptance"), "day"),),
    ),
    "employer-account": PromisedTime(
        Names("单位开户", "New employer's account"),
        "Suzhou 6.2.2(2)",
        (
            Stage(0, Names("当场完成", "Done on the spot")),
            Stage(None, Names("参加培训后发放登记证", "certificate after the course"), begins=Names("培训", "course")),
        ),
    ),
    "injury-medical": PromisedTime(
        Names("工伤医疗待遇", "Medical costs of an injury"),
        "Suzhou 6.2.2(4)",
        (Stage(30, Names("审核后 30 个工作日内到账", "Paid within 30 working days")),),
    ),
    "retirement": PromisedTime(
        Names("退休审批", "Retirement"),
        "Suzhou 6.2.2(5)",
        (
            Stage(0, Names("当场受理", "Accepted on the spot")),
            Stage(5, Names("5 个工作日内送复核审批", "sent for approval within 5 working days")),
            Stage(
                5,
                Names("批准返回后 5 个工作日内办结待遇", "benefit within 5 working days of its return"),
                begins=Names("批准返回", "approval returned"),
            ),
        ),
        clock=1,
    ),
    "fund-transfer-in": PromisedTime(
        Names("公积金转入", "Housing fund transferred in"),
        "Suzhou 6.2.2(6)",
        (
            Stage(
                5,
                Names("资金到账后 5 个工作日办结", "Done within 5 working days of the money's coming"),
                begins=Names("资金到账", "money came"),
            ),
        ),
    ),
    "insurance-transfer-in": PromisedTime(
        Names("养老、医疗保险转入", "Pension and medical insurance transferred in"),
        "Suzhou 6.2.2(7)",
        (
            Stage(15, Names("15 个工作日内发出联系函", "Letter sent within 15 working days")),
            Stage(
                15,
                Names("信息表和资金到齐后 15 个工作日转入", "transferred within 15 working days of form and money"),
                begins=Names("信息表和资金到齐", "form and money came"),
            ),
        ),
    ),
    "transfer-out": PromisedTime(
        Names("养老、医疗保险和公积金转出", "Insurance and housing fund transferred out"),
        "Suzhou 6.2.2(8)",
        (
            Stage(0, Names("参保缴费凭证即时开具", "Certificate at once")),
            Stage(
                15,
                Names("收到联系函后 15 个工作日办理转出", "transfer within 15 working days of the letter"),
                begins=Names("收到联系函", "letter came"),
            ),
            Stage(
                5,
                Names("付款凭证到后 5 个工作日划转", "money within 5 working days of the voucher"),
                begins=Names("收到付款凭证", "voucher came"),
            ),
        ),
        clock=1,
    ),
    "card-photo": PromisedTime(
        Names("社保卡照片提交", "Photo for the card"),
        "Suzhou 6.2.2(9)",
        (Stage(3, Names("3 个工作日内提交制卡", "Handed on within 3 working days")),),
    ),
    "card-collection": PromisedTime(
        Names("社保卡领取", "Fetching the card"),
        "Shangluo 13(4)",
        (Stage(7, Names("7 个工作日后领卡", "Ready after 7 working days")),),
    ),
}

PROMISED_TIMES: Mapping[str, PromisedTime] = MappingProxyType({**_ONE_STAGE, **_OTHERS})
"""``PromiseKey`` -> promised time."""
