"""Commands of a clerk's console beside calling: the last key taken back."""

from broker.model.commands.base import Command
from broker.model.words import Slug


class UndoLast(Command, tag=True, kw_only=True, frozen=True):
    """撤销: take back what was done last at this counter, within ``rules.undo_s``; the journal keeps both."""

    counter: Slug
