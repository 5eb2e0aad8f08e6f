"""Why this person gets no number: real names."""

from broker.model.refusals.base import Refusal
from broker.model.words import Names


class PersonRequired(Refusal, frozen=True, kw_only=True):
    service: str
    template = Names(
        "该业务实名取号，请出示证件", "This service is by real name: please show your ID card at the kiosk."
    )


class PersonHasTicket(Refusal, frozen=True, kw_only=True):
    number: str
    template = Names(
        "您已取得该业务的号码 {number}，请凭此号等候", "You have ticket {number} for this service already."
    )


class PersonDayCap(Refusal, frozen=True, kw_only=True):
    most: int
    template = Names("每人每天最多取 {most} 个号", "No more tickets today: {most} is the most for one person.")


class AgentDayCap(Refusal, frozen=True, kw_only=True):
    most: int
    template = Names("代办每天最多取 {most} 个号", "No more today: {most} is the most to take for others.")
