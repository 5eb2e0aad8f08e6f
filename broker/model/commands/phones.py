"""Commands of who holds a ticket on a phone. Who proves it (``proof``, of the QR code or link) alone may do these."""

from broker.model.commands.base import Command
from broker.model.rating_keys import Proof
from broker.model.words import Identifier, Language, Need, PersonKey, Slug


class TakeOnPhone(Command, tag=True, kw_only=True, frozen=True):
    """远程取号: a number from afar. It holds a place in line, and is called only once its holder came to the hall.

    The answer has the ``proof`` of the link. ``person`` showed an identity number, as at a kiosk's reader.
    """

    ticket: Identifier
    service: Slug
    person: PersonKey
    language: Language = "zh"
    needs: tuple[Need, ...] = ()


class PostponeTicket(Command, tag=True, kw_only=True, frozen=True):
    """顺延: let as many people go first as stand in front, ``rules.postpone_places`` at least; once."""

    ticket: Identifier
    proof: Proof


class GiveUpTicket(Command, tag=True, kw_only=True, frozen=True):
    """The holder gives the waiting number up."""

    ticket: Identifier
    proof: Proof


class ProveTicket(Command, tag=True, kw_only=True, frozen=True):
    """Is this the holder? An answer and nothing else: number, status, and what the holder may still do."""

    ticket: Identifier
    proof: Proof
