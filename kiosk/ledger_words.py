"""A ticket's first words to the engine. Pure."""

from broker.model.commands import CheckIn, IssueTicket, ReportTicket
from broker.model.words import Holding, Language
from kiosk.ticket import Order


def asked(order: Order, kiosk: str) -> IssueTicket | CheckIn:
    """Give me a number; or, for an appointment, say what for."""
    if order.code is not None:
        return CheckIn(
            ticket=order.ticket, code=order.code, kiosk=kiosk, language=language_of(order), large=order.large
        )
    return IssueTicket(
        ticket=order.ticket,
        service=order.service,
        priority=order.priority,
        language=language_of(order),
        kiosk=kiosk,
        person=order.person,
        principal=order.principal,
        large=order.large,
        phone_tail=order.phone_tail,
        needs=order.needs,
    )


def reported(order: Order, kiosk: str, number: str, day: str) -> ReportTicket:
    """I give this one; it may be on paper from now on."""
    return ReportTicket(
        ticket=order.ticket,
        service=order.service,
        number=number,
        holding=Holding.MAYBE,
        day=day,
        priority=order.priority,
        language=language_of(order),
        kiosk=kiosk,
        person=order.person,
        principal=order.principal,
        large=order.large,
        phone_tail=order.phone_tail,
        needs=order.needs,
        appointment=order.appointment,
    )


def language_of(order: Order) -> Language:
    """The ticket's language, of the two that travel. Who reads neither is called in Chinese and always in English too:
    a loudspeaker that is behind leaves out English for tickets in Chinese only."""
    return "zh" if order.language == "zh" or order.language.startswith("zh-") else "en"
