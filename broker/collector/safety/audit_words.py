"""What a kind of row in the audit log is called."""

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
    "account_log_out": Names("强制退出", "Logged out by an administrator"),
    "command": Names("管理命令", "Command of a manager"),
    "sheet_read": Names("查看日报表", "Day sheet read"),
    "sheet_exported": Names("导出日报表", "Day sheets exported"),
    "contacts_read": Names("查看回访联系方式", "Contacts read"),
    "contact_written": Names("登记回访", "Contact noted"),
    "paper_entered": Names("录入书面评价", "Paper form entered"),
    "statistics_exported": Names("导出统计", "Figures exported"),
    "audit_read": Names("查看审计日志", "Audit log read"),
    "audit_exported": Names("导出审计日志", "Audit log exported"),
    "person_exported": Names("导出个人数据", "Personal data exported"),
    "person_erased": Names("删除个人数据", "Personal data erased"),
}


def type_names(type: str) -> Names:
    """In two languages; as it is written for one that has no words yet."""
    return _NAMES.get(type, Names(type, type))
