"""Tickets as a real hall would give them, and a paper made from their bytes without a cable."""

from __future__ import annotations

from dataclasses import replace

from broker.model.words import Names
from kiosk.printer.interpreter import Interpreter
from kiosk.printer.paper import PaperFeed, Strip
from kiosk.printer.pictures import paint_line, paint_qr
from kiosk.printer.profile import PrinterProfile, profile_of
from kiosk.printout import printout
from kiosk.ticket_layout import TicketPaper, compose

FULL = TicketPaper(
    hall_zh="滨江区社会保险服务大厅",
    hall_en="Binjiang Social Insurance Service Hall",
    number="A042",
    service_zh="养老保险待遇申领",
    service_en="Pension claims",
    issued_text="2026-03-05 09:31",
    qr_text="https://hall.binjiang.gov.cn/t/8F3KQ2ZC",
    people_ahead=12,
    wait_minutes=(15, 25),
    windows=("3", "4", "6"),
    papers_zh=("身份证", "社保卡"),
    papers_en=("ID card", "social security card"),
    missed_rule=Names(
        "过号后30分钟内请到咨询台签到，可优先安排。",
        "If you miss your call, see the information desk within 30 minutes.",
    ),
    notices_zh=("本号当日有效，请勿转让。",),
    notices_en=("Valid today only. Not transferable.",),
)


def sample(**changes: object) -> TicketPaper:
    return replace(FULL, **changes)


def job(paper: TicketPaper = FULL, profile: PrinterProfile | None = None) -> bytes:
    """The bytes of a ticket with pictures for rare characters allowed, as the kiosk makes them."""
    profile = profile or profile_of()
    return printout(compose(paper, profile), profile, paint_line, paint_qr).data


def plain_job(paper: TicketPaper = FULL, profile: PrinterProfile | None = None) -> bytes:
    """The same where nothing can draw pictures."""
    profile = profile or profile_of()
    return printout(compose(paper, profile), profile).data


def printed(
    data: bytes, profile: PrinterProfile | None = None, size_follows_gs: bool = True
) -> tuple[Strip, PaperFeed]:
    """The paper that a printer makes of `data` up to its first cut, and the print head afterwards."""
    feed = PaperFeed(profile or profile_of(), size_follows_gs)
    for command in Interpreter().feed(data):
        feed.apply(command)
        if command.name == "GS V":
            return feed.take_strip(), feed
    return feed.strip, feed
