"""Why an HTTP request is refused: one base, one class per cause, a stable code and a sentence in both languages.

An error travels as ``{"code", "zh", "en", "facts"}`` under ``/api/`` and as a page elsewhere.
"""

from typing import Any, ClassVar

import msgspec

from broker.collector.field_words import sentence_of
from broker.contract.envelope import RefusalMessage


class ErrorAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What every refused request of ``/api/`` gets."""

    code: str
    zh: str
    en: str
    facts: dict[str, Any] = {}


class WebError(Exception):
    """Base of all refusals; ``final`` tells a device whether to stop trying."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "server_error"
    zh: ClassVar[str] = "系统出错，请稍后再试"
    en: ClassVar[str] = "Something went wrong on our side. Please try again later."
    retry_after_s: ClassVar[int | None] = None

    def __init__(self, **facts: Any) -> None:
        super().__init__(self.code)
        self.facts = facts

    def answer(self) -> ErrorAnswer:
        """The error as it travels."""
        zh, en = self.zh.format(**self.facts), self.en.format(**self.facts)
        return ErrorAnswer(code=self.code, zh=zh, en=en, facts=self.facts)


class Malformed(WebError):
    """The body or a parameter is not what the document says. ``detail`` names the place for programs, which read it
    among the facts; the sentence calls the field what the pages call it."""

    status, code = 400, "malformed"

    def __init__(self, *, detail: str) -> None:
        super().__init__(detail=detail)

    def answer(self) -> ErrorAnswer:
        said = sentence_of(str(self.facts["detail"]))
        return ErrorAnswer(code=self.code, zh=said.zh, en=said.en, facts=self.facts)


class NotACode(WebError):
    """Of an appointment or a slip, as typed at a desk or at home."""

    status, code = 400, "not_a_code"
    zh = "编码是 6 至 16 位数字或字母，请核对后再输入"
    en = "A code has 6 to 16 digits or letters. Check it and type it again."


class NoPush(WebError):
    status, code = 409, "no_push"
    zh = "本厅不向浏览器推送消息"
    en = "This hall tells browsers nothing while the page is closed."


class NotASubscription(WebError):
    """It leads to no push service of the Internet, or its keys are none."""

    status, code = 422, "not_a_subscription"
    zh = "这个浏览器的推送地址不能用"
    en = "The push address of this browser cannot be used."


class PushFull(WebError):
    status, code, retry_after_s = 503, "push_full", 600
    zh = "订阅已满，请留意大屏和广播"
    en = "No more browsers can be told. Please watch the board and listen."


class LogInFirst(WebError):
    status, code = 401, "log_in_first"
    zh = "请先登录"
    en = "Please log in first."


class NotYourRole(WebError):
    status, code = 403, "not_your_role"
    zh = "您的账号没有此权限"
    en = "Your account may not do this."


class NotYourCounter(WebError):
    status, code = 403, "not_your_counter"
    zh = "该窗口当前不由您服务；请在您本人负责的窗口操作，或以本人名义开始服务"
    en = "You are not the clerk at this counter. Work at your own, or open one under your own name."


class BadToken(WebError):
    """The anti-forgery token is missing or belongs to another session."""

    status, code = 403, "bad_token"
    zh = "页面已过期，请刷新后再试"
    en = "This page is out of date. Reload it and try again."


class BadHost(WebError):
    """The Host header names another machine: a foreign page may be reaching for this one."""

    status, code = 421, "bad_host"
    zh = "访问地址不正确"
    en = "This server does not answer to that name."


class BadDeviceKey(WebError):
    status, code = 401, "bad_device_key"
    zh = "设备密钥不正确"
    en = "The device key is missing or wrong. Copy it from the broker node."


class NotFound(WebError):
    status, code = 404, "not_found"
    zh = "没有找到"
    en = "There is nothing here."


class UnknownTicketNumber(WebError):
    status, code = 404, "unknown_ticket"
    zh = "今天没有这个号码，请核对号票"
    en = "This number is not known today. Please check your ticket."


class WrongMethod(WebError):
    status, code = 405, "wrong_method"
    zh = "不支持这种请求方式"
    en = "This address does not take that method."


class TooLarge(WebError):
    status, code = 413, "too_large"
    zh = "请求内容过大"
    en = "The request is too large."


class WrongType(WebError):
    status, code = 415, "wrong_type"
    zh = "请以 application/json 发送"
    en = "Send the body as application/json."


class UnknownKey(WebError):
    """The evaluator sent a key that its table in the hall file does not name."""

    status, code = 422, "unknown_key"
    zh = "评价器“{device}”的按键“{raw_key}”没有对应的评价等级"
    en = "Key '{raw_key}' of evaluator '{device}' has no level in the hall file."


class LevelMismatch(WebError):
    status, code = 422, "level_mismatch"
    zh = "按键“{raw_key}”与评价等级“{level}”不符"
    en = "Key '{raw_key}' does not mean '{level}' on this evaluator."


class UnknownEvaluator(WebError):
    status, code = 422, "unknown_evaluator"
    zh = "大厅配置中没有评价器“{device}”"
    en = "There is no evaluator '{device}' in the hall file."


class RatingFirst(WebError):
    """What explains a rating came before it; refused now it would be refused for ever."""

    status, code = 425, "rating_first"
    zh = "评价还没有收到，请稍后重发"
    en = "Its rating has not come yet. Send this again in a moment."


class WrongFigure(WebError):
    """Of a day's sheet: an item that holds something else than it asks for."""

    status, code = 400, "wrong_figure"
    zh = "“{item_zh}”填得不对，没有保存：请填 0 到 {most} 的整数（半角数字）"
    en = "{item_en} is not right, and nothing was saved: enter a whole number from 0 to {most}."


class FiguresMoved(WebError):
    """What is signed must have been seen."""

    status, code = 409, "figures_moved"
    zh = "签字前数字有变化：已显示新的内容，请看过再签"
    en = "The figures changed before you signed. The new ones are shown: look at them, then sign."


class NotRateable(WebError):
    status, code = 409, "not_rateable"
    zh = "该号码现在不能评价"
    en = "This ticket cannot be rated now."


class CodeNotGenuine(WebError):
    """As the engine says it (``WrongRatingProof``) of what could be a code and is none."""

    status, code = 409, "wrong_rating_proof"
    zh = "这个二维码不属于这次服务，不能评价。请扫您自己号票上的二维码"
    en = "This QR code does not belong to this visit. Please scan the code on your own ticket."


class IdTaken(WebError):
    """The id has its answer already, and that is no rating of this visit: nothing was stored, nor ever will be."""

    status, code = 409, "id_taken"
    zh = "该编号已用于另一操作，本次评价未保存"
    en = "This id belongs to something else. The rating was not stored; give it an id of its own."


class TooMany(WebError):
    status, code = 429, "too_many_requests"
    zh = "查询太频繁，请稍候再试"
    en = "Too many requests. Please wait a little."
    retry_after_s = 10


class TooManyWatchers(WebError):
    status, code = 503, "too_many_watchers"
    zh = "实时连接已满，页面将改为定时刷新"
    en = "All live connections are taken; poll instead."
    retry_after_s = 30


class EngineSilent(WebError):
    """The engine did not answer in time: whether it acted is unknown, so the same id must be sent again."""

    status, code = 503, "engine_silent"
    zh = "系统暂时没有应答，不知道是否办成：请再提交一次，不会办成两次"
    en = "The system did not answer, so nobody knows whether it was done. Please send the same again: it is done once."
    retry_after_s = 2


class NothingKnown(WebError):
    status, code = 503, "nothing_known"
    zh = "还没有收到大厅数据：系统正在启动，或叫号服务器没有运行（如久未恢复，请检查服务器）；取号机照常取号"
    en = (
        "Nothing is known about the hall yet: the system is starting, or the server is not running (see to it if this"
        " stays so). Kiosks go on giving tickets."
    )
    retry_after_s = 5


class ReportsUnavailable(WebError):
    status, code = 503, "reports_unavailable"
    zh = "统计数据暂时无法读取"
    en = "The journal cannot be read at the moment."
    retry_after_s = 10


class FactsNotKept(WebError):
    """A report over days whose facts nobody has made yet; whoever waits cannot wait for so many."""

    status, code = 503, "facts_not_kept"
    zh = "其中 {days} 天的日数据还没有整理好，服务器每天开门后自动整理；请选较短的日子，或请管理员运行 report --keep"
    en = (
        "The facts of {days} of these days are not kept yet; the server makes them once a new day has opened. "
        "Ask of fewer days, or have the administrator run 'report --keep'."
    )
    retry_after_s = 600


class ReportBusy(WebError):
    """One report at a time: each takes some hundred megabytes."""

    status, code = 503, "report_busy"
    zh = "正在做另一份报表，请稍候几秒再试"
    en = "Another report is being made. Please try again in a few seconds."
    retry_after_s = 5


class AccountsUnavailable(WebError):
    """The file of accounts cannot be read or written: mostly a full or read-only disk."""

    status, code = 503, "accounts_unavailable"
    zh = "账号数据暂时无法读写（磁盘可能已满），请联系维护人员"
    en = "Accounts cannot be read or written at the moment (the disk may be full). Call maintenance."
    retry_after_s = 10


class EngineRefused(WebError):
    """The engine said no; its own code and sentence are passed on."""

    def __init__(self, refusal: RefusalMessage, status: int) -> None:
        super().__init__(**refusal.facts)
        self.refusal = refusal
        self.status = status  # type: ignore[misc]

    def answer(self) -> ErrorAnswer:
        said = self.refusal
        return ErrorAnswer(code=said.code, zh=said.sentence.zh, en=said.sentence.en, facts=said.facts)


class WhatIfBusy(WebError):
    """By whom is nobody's business."""

    status, code = 409, "what_if_busy"
    zh = "正在算另一次，同时只能算一个；请等它算完，或先取消"
    en = "Another one is being reckoned, and only one can be at a time. Wait for it, or cancel it first."


class WhatIfUnknown(WebError):
    status, code = 422, "what_if_unknown"
    zh = "记录里没有这一天，或大厅文件里没有所选的业务或优先类别；请重新选择"
    en = "That day is not on record, or a service or class is not in the hall file. Choose again."


class WhatIfAbsent(WebError):
    status, code = 503, "what_if_absent"
    zh = "这里不能重算：本程序启动时没有给出大厅文件"
    en = "Days cannot be played again here: this program was started without the hall file."


BY_STATUS: dict[int, type[WebError]] = {
    400: Malformed,
    404: NotFound,
    405: WrongMethod,
    413: TooLarge,
    415: WrongType,
    429: TooMany,
}


class WrongIdentity(WebError):
    """The check digit does not fit; the number itself is in no answer."""

    status, code = 422, "wrong_identity"
    zh = "身份证号码不正确，请核对 18 位号码"
    en = "That is no resident ID number. Check all 18 places."
