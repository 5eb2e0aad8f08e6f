"""What accounts of staff refuse: one base, one class per cause, a sentence in each language for the person."""

PASSWORD_LEAST, PASSWORD_MOST = 10, 128


class AccountError(Exception):
    """Base of what accounts refuse."""

    zh = "账号操作失败"
    en = "That did not work."


class BadName(AccountError):
    zh = "账号名须为 2-32 位小写字母、数字、点、横线"
    en = "A name is 2-32 lower-case letters, digits, dots or hyphens."


class NameTaken(AccountError):
    zh = "账号名已存在"
    en = "There is an account of this name already."


class TooManyAccounts(AccountError):
    zh = "账号数量已达上限"
    en = "No more accounts can be added."


class UnknownAccount(AccountError):
    zh = "没有这个账号"
    en = "There is no such account."


class LastAdministrator(AccountError):
    zh = "这是最后一个可用的系统管理员账号，不能停用或改角色；请先新建另一个"
    en = "This is the last administrator. Make another one before you close it or change its role."


class OwnAccount(AccountError):
    """Nobody gives himself rights, or shuts himself out by mistake."""

    zh = "不能更改自己的账号；请由另一位系统管理员操作，密码可在“我的账号”修改"
    en = "Nobody changes his own account here. Ask another administrator; your password is under 'My account'."


class AccountChangedMeanwhile(AccountError):
    """Two administrators at once: the second would undo what he has not seen. ``by``: who changed it, where known."""

    def __init__(self, by: str) -> None:
        who = f" {by} " if by else "他人"
        self.zh = f"您打开本页后，该账号已由{who}更改，您的更改没有执行。请看清现在的状态，需要时再改一次"
        self.en = (
            f"This account was changed{f' by {by}' if by else ''} after you opened the page, so yours was not done."
            " See how it is now, and change it again if it should be."
        )
        super().__init__()


class UnknownRole(AccountError):
    zh = "请选择角色"
    en = "Choose a role."


class UnknownClerk(AccountError):
    """The hall file names no such clerk."""

    def __init__(self, clerk: str) -> None:
        super().__init__(clerk)
        self.clerk = clerk
        self.zh = f"大厅配置中没有工作人员“{clerk}”，账号未改动"
        self.en = f"The hall file names no clerk '{clerk}'. Nothing was changed."


class OnlyClerksAreBound(AccountError):
    """Whose account it is says at which counter it may work, and others work at none."""

    zh = "只有窗口人员的账号可以对应工作人员；其他角色请选“（公用岗位）”"
    en = "Only a clerk's account is somebody's of the hall file. For other roles choose '(a shared post)'."


class UnknownPurpose(AccountError):
    zh = "请只做一件事：新建（写明角色）、绑定（--clerk，仅限 clerk 账号）、--close、--reopen 或 --password"
    en = "Ask one thing: a role to add, --clerk (of a clerk's account) to bind, --close, --reopen, or --password."


class NoPasswordTyped(AccountError):
    """Input ended where a password is asked for: nobody sits at the keyboard."""

    zh = "没有输入密码，账号未改动；请在本机键盘上运行这条命令"
    en = "No password was typed. Nothing was changed; run this command at a keyboard."


class PasswordsDiffer(AccountError):
    zh = "两次输入的密码不同，账号未改动"
    en = "The two passwords differ. Nothing was changed."


class WeakPassword(AccountError):
    zh = f"密码至少 {PASSWORD_LEAST} 位，须含字母和数字，且不能包含账号名"
    en = f"Use at least {PASSWORD_LEAST} characters with letters and digits, not containing the account's name."


class WrongPassword(AccountError):
    zh = "账号或密码不正确"
    en = "Name or password is wrong."


class Locked(AccountError):
    """Too many failures; ``minutes`` until the next try."""

    def __init__(self, minutes: int) -> None:
        super().__init__(minutes)
        self.minutes = minutes
        self.zh = f"登录失败次数过多，请 {minutes} 分钟后再试"
        self.en = f"Too many failed log-ins. Try again in {minutes} minutes."
