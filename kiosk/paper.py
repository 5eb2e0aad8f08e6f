"""From what the visitor was told to what stands on the paper. Pure; local time is handed in as text."""

from broker.model.hall import Hall
from broker.model.notices import has_schedule
from broker.model.phrases import phrase
from broker.model.words import Names
from broker.runtime.languages.lexicon import CHINESE, ENGLISH, TWO, Language, language_named
from kiosk.papers_slip import PapersSlip
from kiosk.printer.raster import Raster
from kiosk.ticket import Order, Slip
from kiosk.ticket_layout import TicketPaper

NOTICES_MOST = 2
PAPERS_MOST = 8
CLOCK_UNSET = Names("时钟未校准", "clock not set")


def qr_text(base: str, ticket: str, proof: str = "") -> str:
    """Where a phone finds the ticket below the address ``base``; nothing without one, so that no code is shown."""
    signed = f"?k={proof}" if proof else ""
    return f"{base.rstrip('/')}/t/{ticket}{signed}" if base else ""


def missed_rule(hall: Hall) -> Names:
    """What happens to a visitor who does not hear the call."""
    rules = hall.rules
    if rules.return_times == 0:
        return Names("过号作废，请重新取号", "A missed number is void: take a new one")
    if rules.return_times == 1:
        return phrase(
            "过号{minutes}分钟内可到取号机重新排队，最多1次",
            "Missed your call? Rejoin at a kiosk or counter within {minutes} min, at most once",
            minutes=rules.return_within_min,
        )
    return phrase(
        "过号{minutes}分钟内可到取号机重新排队，最多{times}次",
        "Missed your call? Rejoin at a kiosk or counter within {minutes} min, at most {times} times",
        minutes=rules.return_within_min,
        times=rules.return_times,
    )


def issued_or_unset(issued_text: str, language: Language) -> str:
    """The time as printed; that there is none is said, not hidden."""
    return issued_text or language.say(CLOCK_UNSET)


def further_of(language: Language) -> Language | None:
    """The language, where it is neither of the two that every paper knows."""
    return None if language.key in (CHINESE.key, ENGLISH.key) else language


def papers_of(
    hall: Hall,
    service: str,
    issued_text: str,
    language: str = "zh",
    large: bool = False,
    *,
    languages: tuple[Language, ...] = TWO,
) -> PapersSlip:
    """The written notice of what to bring for a service: all of it, also what a ticket has no room for."""
    declared = hall.services[service]
    spoken = language_named(language, languages)
    return PapersSlip(
        hall=hall.hall.names,
        service=declared.names,
        papers=declared.papers,
        issued_text=issued_or_unset(issued_text, spoken),
        promised=declared.promised,
        online=declared.online,
        consult=declared.consult,
        phone=hall.hall.phone,
        url=declared.checklist_url,
        language=language,
        further=further_of(spoken),
        large=large,
    )


def paper_of(
    hall: Hall,
    order: Order,
    slip: Slip,
    issued_text: str,
    *,
    copy: bool = False,
    logo: Raster | None = None,
    languages: tuple[Language, ...] = TWO,
) -> TicketPaper:
    """The ticket. Why somebody goes first never stands on it, nor whose it is; of notices those that always hold, as a
    paper is read later."""
    service = hall.services[order.service]
    spoken = language_named(order.language, languages)
    always = [notice for notice in hall.notices.values() if notice.on_ticket and not has_schedule(notice)]
    notices = always[:NOTICES_MOST]
    return TicketPaper(
        hall_zh=hall.hall.names.zh,
        hall_en=hall.hall.names.en,
        number=slip.number,
        service_zh=service.names.zh,
        service_en=service.names.en,
        issued_text=issued_or_unset(issued_text, spoken),
        qr_text=slip.qr_text,
        rating_code=slip.rating_code,
        people_ahead=slip.ahead,
        wait_minutes=slip.wait_min if slip.wait_min and slip.wait_min[1] > 0 else None,
        no_counter=slip.no_counter,
        windows=slip.counters,
        papers_zh=tuple(paper.zh for paper in service.papers[:PAPERS_MOST]),
        papers_en=tuple(paper.en for paper in service.papers[:PAPERS_MOST]),
        missed_rule=missed_rule(hall),
        notices_zh=tuple(notice.zh for notice in notices),
        notices_en=tuple(notice.en for notice in notices),
        copy=copy,
        language=order.language,
        further=further_of(spoken),
        large=order.large,
        logo=logo,
        booked=slip.booked,
        booked_for=slip.booked_for,
        more=slip.more,
    )
