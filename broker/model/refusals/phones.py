"""Why something cannot be done from a phone."""

from broker.model.refusals.base import Refusal
from broker.model.words import Names


class WrongTicketProof(Refusal, frozen=True, kw_only=True):
    """Made up, of another ticket, or signed with a key that was taken away."""

    template = Names(
        "请扫您自己号票上的二维码，或打开取号时得到的链接",
        "Please scan the QR code on your own ticket, or open the link that you were given with it.",
    )


class PostponedEnough(Refusal, frozen=True, kw_only=True):
    times: int
    template = Names(
        "每个号最多顺延 {times} 次，已经用完",
        "This ticket was moved back as often as the hall allows ({times}). It keeps its place now.",
    )


class NobodyBehind(Refusal, frozen=True, kw_only=True):
    template = Names(
        "您后面还没有人，没有人可以先办；请稍后再试",
        "Nobody waits behind you yet, so there is nobody to let go first. Please try again later.",
    )


class NotFromAfar(Refusal, frozen=True, kw_only=True):
    service: str
    template = Names(
        "“{service}”不能在手机上取号，请到大厅取号", "Take a ticket for '{service}' in the hall, not by phone."
    )


class TooEarlyFromAfar(Refusal, frozen=True, kw_only=True):
    opens: str
    template = Names("手机取号 {opens} 开始", "Tickets are given by phone from {opens} on.")


class AfarFull(Refusal, frozen=True, kw_only=True):
    most: int
    template = Names(
        "手机取号已满（最多 {most} 人同时在路上），请稍后再试或到大厅取号",
        "{most} people with tickets by phone are on their way, which is the most. Try later, or come to the hall.",
    )
