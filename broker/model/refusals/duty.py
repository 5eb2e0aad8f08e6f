"""Why nobody is logged in, appointed or excused like this."""

from broker.model.refusals.base import Refusal
from broker.model.words import Names


class NobodyLoggedIn(Refusal, frozen=True, kw_only=True):
    counter: str
    template = Names(
        "还没有人在本窗口登录：请输入工号和密码、刷工作卡，或在网页呼叫器登录",
        "Nobody is logged in here: type staff number and PIN, lay the work card, or log in on the page.",
    )


class NoCoverWanted(Refusal, frozen=True, kw_only=True):
    """The counter serves, is closed with nobody waiting, or was excused before."""

    counter: str
    template = Names("{counter} 号窗口现在不需要顶岗", "Counter {counter} needs no substitute now.")


class OwnSubstitute(Refusal, frozen=True, kw_only=True):
    clerk: str
    template = Names("不能由离岗人员本人顶岗，请另选一人", "That is who is away: choose somebody else.")


class PhoneNotOfOffice(Refusal, frozen=True, kw_only=True):
    """What a public screen shows is an office line; a private number is kept from it by not being in the hall file."""

    template = Names(
        "只能显示大厅文件中的办公电话，请勿填写个人号码",
        "Only office telephones of the hall file may be shown, not a private number.",
    )
