"""The hall file has no such thing, or today does not."""

from broker.model.refusals.base import Refusal
from broker.model.words import Names


class UnknownService(Refusal, frozen=True, kw_only=True):
    service: str
    template = Names("没有业务“{service}”", "There is no service '{service}' in this hall.")


class UnknownCounter(Refusal, frozen=True, kw_only=True):
    counter: str
    template = Names("没有窗口“{counter}”", "There is no counter '{counter}' in this hall.")


class UnknownPriority(Refusal, frozen=True, kw_only=True):
    priority: str
    template = Names("没有优先类别“{priority}”", "There is no priority class '{priority}' in this hall.")


class UnknownClerk(Refusal, frozen=True, kw_only=True):
    clerk: str
    template = Names("没有工作人员“{clerk}”", "There is no clerk '{clerk}' in this hall.")


class UnknownTicket(Refusal, frozen=True, kw_only=True):
    ticket: str
    template = Names("没有号票“{ticket}”", "Ticket {ticket} is not known today. Check the number.")


class UnknownKiosk(Refusal, frozen=True, kw_only=True):
    kiosk: str
    template = Names("没有取号机“{kiosk}”", "There is no kiosk '{kiosk}' in this hall.")


class UnknownNotice(Refusal, frozen=True, kw_only=True):
    notice: str
    template = Names("没有通知“{notice}”", "Notice '{notice}' is not posted.")
