"""What stands in the audit log, in words: kinds of rows, what was touched, how it ended. Pure; no row is changed."""

import inspect

from broker.collector.safety import staff_errors
from broker.collector.safety.rights import ROLE_WORDS, Role
from broker.model import refusals
from broker.model.hall import Hall
from broker.model.refusals import Refusal, code_of
from broker.model.words import Names

_NAMES = {
    "log_in": Names("登录", "Log-in"),
    "log_in_failed": Names("登录失败", "Failed log-in"),
    "locked": Names("登录锁定", "Locked out"),
    "log_out": Names("退出", "Log-out"),
    "log_out_elsewhere": Names("退出其他设备", "Log-out elsewhere"),
    "password_changed": Names("修改密码", "Password changed"),
    "account_added": Names("新建账号", "Account added"),
    "account_changed": Names("本机命令改账号", "Account changed at the machine"),
    "account_close": Names("停用账号", "Account closed"),
    "account_reopen": Names("恢复账号", "Account reopened"),
    "account_reset": Names("重置密码", "Password reset"),
    "account_role": Names("更改角色", "Role changed"),
    "account_bind": Names("绑定工作人员", "Bound to a clerk"),
    "token_made": Names("新建程序令牌", "Token of a program made"),
    "outward_now": Names("立即重试对外发送", "Sending to another system tried at once"),
    "outward_refused_again": Names("重发被拒收的", "Refused letters sent again"),
    "outward_day_again": Names("从某日起重新发送", "Sent again from a day on"),
    "token_closed": Names("停用程序令牌", "Token of a program closed"),
    "account_log_out": Names("强制退出", "Logged out by an administrator"),
    "command": Names("管理命令", "Command of a manager"),
    "sheet_read": Names("查看日报表", "Day sheet read"),
    "sheet_exported": Names("导出日报表", "Day sheets exported"),
    "restriction_read": Names("查询预约限制", "Booking restriction looked up"),
    "contacts_read": Names("查看回访联系方式", "Contacts read"),
    "contact_written": Names("登记回访", "Contact noted"),
    "paper_entered": Names("录入书面评价", "Paper form entered"),
    "inspection_plan_read": Names("查看巡查计划", "Plan of inspections read"),
    "case_read": Names("查看质量件", "Case read"),
    "report_exported": Names("导出报表", "Report exported"),
    "statistics_exported": Names("导出统计", "Figures exported"),
    "audit_read": Names("查看审计日志", "Audit log read"),
    "audit_exported": Names("导出审计日志", "Audit log exported"),
    "person_exported": Names("导出个人数据", "Personal data exported"),
    "person_erased": Names("删除个人数据", "Personal data erased"),
}
_COMMANDS = {
    "ChangeServices": Names("调整窗口业务", "services of a counter changed"),
    "RaiseClass": Names("提前叫号", "called sooner"),
    "OpenEmergencyCounter": Names("开放窗口", "counter opened"),
    "ApproveExtension": Names("批准延时服务", "extended service approved"),
    "PauseIssuing": Names("暂停取号", "issuing paused"),
    "ResumeIssuing": Names("恢复取号", "issuing resumed"),
    "PostNotice": Names("发布通知", "notice posted"),
    "ClearNotice": Names("撤下通知", "notice taken down"),
    "OpenDay": Names("开始营业", "day opened"),
    "CloseDay": Names("结束营业日", "day closed"),
    "BeginEmergency": Names("紧急广播", "emergency broadcast"),
    "EndEmergency": Names("解除紧急广播", "emergency ended"),
    "AppointSubstitute": Names("安排顶岗", "substitute sent"),
    "ExcuseCounter": Names("说明不需要顶岗", "counter excused"),
    "ReopenSheet": Names("重新打开日报表", "day sheet opened again"),
    "OpenCase": Names("登记质量件", "case registered"),
    "TakeStep": Names("办理质量件", "step of a case taken"),
    "GiveCase": Names("转交质量件", "case given to somebody"),
    "MakeRota": Names("排值班表", "rota made"),
    "RecordInspection": Names("登记巡查", "inspection written down"),
    "LiftRestriction": Names("解除预约限制", "booking restriction lifted"),
}
"""Every command that stands in the log (``NOTED_COMMANDS``)."""
_AT_THE_MACHINE = {
    "--password": Names("重置密码", "new password"),
    "--clerk": Names("绑定工作人员", "bound to a clerk"),
    "--close": Names("停用", "closed"),
    "--reopen": Names("恢复", "reopened"),
    "all": Names("全部", "all"),
}
_WORDS = {**_NAMES, **_AT_THE_MACHINE, **_COMMANDS}
_UNKNOWN_END = Names("引擎没有应答，是否执行不明", "the engine did not answer: whether it was done is unknown")
_DONE, _REFUSED = Names("完成", "done"), Names("拒绝", "refused")


def type_names(type: str) -> Names:
    """In two languages; as it is written for one that has no words yet."""
    return _NAMES.get(type, Names(type, type))


def object_names(hall: Hall, type: str, text: str) -> Names:
    """Of what it was, with the names of the hall for its keys; what is no key (an account, a day) as it is."""
    words = text.split()
    first = 1 if type.startswith("account") or type == "log_out" else 0  # an account, which may be called like a key
    said = [Names(word, word) if at < first else _word(hall, word) for at, word in enumerate(words)]
    if not said:
        return Names("—", "—")
    return Names(" ".join(one.zh for one in said), " ".join(one.en for one in said))


def result_names(text: str) -> Names:
    """How it ended: ``done``, ``refused`` with the cause or with how many more there were, no answer."""
    if text == "done":
        return _DONE
    if text.startswith("unknown"):
        return _UNKNOWN_END
    word, _, rest = text.partition(" ")
    if word != "refused":
        return Names(text or "—", text or "—")
    if rest.startswith("+"):
        return Names(f"拒绝，一分钟内另有 {rest[1:]} 次", f"refused, and {rest[1:]} more within a minute")
    cause = _cause(rest)
    return _REFUSED if cause is None else Names(f"拒绝：{cause.zh}", f"refused: {cause.en}")


def _word(hall: Hall, word: str) -> Names:
    if word in _WORDS:
        return _WORDS[word]
    if word in hall.counters:
        name = hall.counters[word].name
        return Names(f"{name} 号窗口", f"counter {name}")
    if word in hall.services:
        return hall.services[word].names
    if word in hall.clerks:
        number = hall.clerks[word].staff_number
        return Names(f"工号 {number}", f"staff {number}")
    if word in hall.priority:
        return hall.priority[word].names
    if word in list(Role):
        return Names(*ROLE_WORDS[Role(word)])
    return Names(word, word)


_CAUSES: dict[str, Names] = {
    code_of(kind): kind.template
    for _, kind in inspect.getmembers(refusals, inspect.isclass)
    if issubclass(kind, Refusal)
} | {
    name: Names(kind.zh, kind.en)
    for name, kind in inspect.getmembers(staff_errors, inspect.isclass)
    if issubclass(kind, staff_errors.AccountError)
}


class _LeftOut(dict[str, str]):
    """The facts of a refusal, which the log does not keep."""

    def __missing__(self, key: str) -> str:
        return "…"


def _cause(code: str) -> Names | None:
    known = _CAUSES.get(code)
    if known is None:
        return Names(code, code) if code else None
    facts = _LeftOut()
    return Names(known.zh.format_map(facts), known.en.format_map(facts))
