"""Commands of a visitor who needs staff, and of one who lost the paper."""

from broker.model.commands.base import Command
from broker.model.words import Identifier, PhoneTail, Sentence, Slug


class CallForHelp(Command, tag=True, kw_only=True, frozen=True):
    """Somebody at a kiosk needs a member of staff; asked again before anybody came it is the same call."""

    kiosk: Slug
    reason: Sentence = ""


class AnswerHelp(Command, tag=True, kw_only=True, frozen=True):
    """A member of staff is on the way to the kiosk."""

    help: Identifier


class FindTicket(Command, tag=True, kw_only=True, frozen=True):
    """Which tickets of today belong to a telephone: an answer and nothing else, where the hall allows it."""

    phone_tail: PhoneTail
    kiosk: Slug
