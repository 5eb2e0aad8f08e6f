"""What a person reads on a page that cannot be shown: what happened, what to do. Programs get the code. Pure."""

from dataclasses import dataclass

from broker.model.words import Names


@dataclass(frozen=True, slots=True)
class ErrorWords:
    """``heading`` None: the refusal's own sentence is it."""

    heading: Names | None
    advice: Names


_OURS = ErrorWords(
    Names("系统出了错，请稍后再试", "Something went wrong on our side: please try again in a moment"),
    Names(
        "您没有做错什么。过一会儿刷新本页；仍不行时请到大厅咨询台或致电大厅，取号机照常取号。",
        "You did nothing wrong. Reload this page in a while; if it stays so, ask at the help desk or call the hall."
        " Kiosks go on giving tickets.",
    ),
)
_ADDRESS = ErrorWords(
    Names("这个网址没有内容，请从首页进入", "There is nothing at this address: please begin at the start page"),
    Names(
        "网址可能写错了，或者内容已经撤下。首页有排队情况，办事指南里有各项业务。",
        "It may be misspelt, or what was here is gone. The start page has the queues, the guide every service.",
    ),
)
_AGAIN = ErrorWords(
    None,
    Names(
        "请返回上一页重新打开再试，或从首页进入。",
        "Go back and try once more, or begin at the start page.",
    ),
)
_NOT_YOURS = ErrorWords(
    None,
    Names(
        "上方菜单是您的账号可以做的。需要这一页时，请退出后换有权限的账号登录，或找系统管理员。",
        "The menu above holds what your account may do. If you need this page, log in again with an account that"
        " may, or ask the administrator.",
    ),
)
BY_CODE: dict[str, ErrorWords] = {
    "server_error": _OURS,
    "not_found": _ADDRESS,
    "wrong_method": _ADDRESS,
    "malformed": ErrorWords(
        None,  # the refusal names the field
        Names(
            "请返回上一页检查填写的内容，或从首页重新进入。",
            "Go back and check it, or begin at the start page.",
        ),
    ),
    "too_large": ErrorWords(
        Names("填写的内容太多，请减少后再试", "That is too much text: please shorten it and try again"),
        Names("请返回上一页，少写一些再提交。", "Go back, write less and send it again."),
    ),
    "too_many_requests": ErrorWords(
        Names("查询太频繁，请等十秒再试", "Too many requests: please wait ten seconds"),
        Names(
            "同一网络里查询的人可能很多。等一会儿刷新本页就好，您的号不受影响。",
            "Many people may be asking from the same network. Wait a little and reload; your ticket is not affected.",
        ),
    ),
    "nothing_known": ErrorWords(
        Names("还没有收到大厅的数据，请稍候", "Nothing is known about the hall yet: please wait a moment"),
        Names(
            "系统正在启动，本页会自动刷新。在大厅里请以屏幕和工作人员的安排为准，取号机照常取号。",
            "The system is starting and this page reloads by itself. In the hall follow the screens and the staff;"
            " kiosks go on giving tickets.",
        ),
    ),
    "reports_unavailable": _OURS,
    "not_your_role": _NOT_YOURS,
    "not_your_counter": _NOT_YOURS,
}
"""The rest say themselves what to do."""


def error_words(code: str) -> ErrorWords:
    """Of a refusal's code."""
    return BY_CODE.get(code, _AGAIN)
