"""A lost paper: its number is found by the last digits of a telephone, where the hall allows it. Changes nothing.

A number that is still on its way to its paper is not found: the kiosk that asked for it may yet declare it void.
"""

from broker.engine.context import Desk, Outcome, Refused
from broker.engine.issuing import people_before
from broker.model import commands as c
from broker.model import refusals as r
from broker.model.ticket import FINAL
from broker.model.words import TicketStatus

FOUND_MOST = 5
"""Of the tickets of one telephone the newest are told."""


def find(desk: Desk, command: c.FindTicket) -> Outcome:
    """The live tickets of a telephone, newest first: number, service, people before it, whether its paper is large."""
    if not desk.hall.rules.lost_ticket_lookup:
        raise Refused(r.LookupNotOffered())
    tickets = reversed(desk.state.tickets.values())
    gone = FINAL | {TicketStatus.RESERVED}
    live = [t for t in tickets if t.phone_tail == command.phone_tail and t.status not in gone]
    told = [
        {"number": t.number, "service": t.service, "ahead": people_before(desk, t), "large": t.large}
        for t in live[:FOUND_MOST]
    ]
    return Outcome(result={"tickets": told})
