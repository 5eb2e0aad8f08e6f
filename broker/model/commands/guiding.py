"""Commands of the guide desk: a member of staff takes a number for somebody who stands there."""

from broker.model.commands.base import Command
from broker.model.words import Identifier, Language, Need, Slug


class OrderTicket(Command, tag=True, kw_only=True, frozen=True):
    """A kiosk is to give this ticket and print it, as if somebody had touched it there, within a minute.

    ``priority`` was seen by the guide and is confirmed with it; the kiosk does not learn it.
    ``ticket`` is the id it will have: asked twice, at whichever kiosk, it is one ticket. The kiosk gives the number by
    its own rules, and its ledger knows the ticket before there is paper.
    """

    ticket: Identifier
    kiosk: Slug
    service: Slug
    language: Language = "zh"
    needs: tuple[Need, ...] = ()
    large: bool = False
    priority: Slug | None = None


class ListClaims(Command, tag=True, kw_only=True, frozen=True):
    """Who waits with a priority that no member of staff has confirmed: an answer and nothing else."""
