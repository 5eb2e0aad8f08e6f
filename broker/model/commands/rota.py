"""The command of the duty rota (值班表): who leads and who is on duty on a day."""

from typing import Annotated

import msgspec

from broker.model.commands.base import Command
from broker.model.hall_base import Day
from broker.model.words import Sentence, Slug

POSTS_MOST = 32
"""Of a day; so many fit into one message, however long their names are."""


class RotaPost(msgspec.Struct, frozen=True, array_like=True):
    """A counter that is meant to be open, and whose duty that is (None: whoever is there)."""

    counter: Slug
    clerk: Slug | None = None


class RotaSession(msgspec.Struct, kw_only=True, frozen=True):
    """The posts of a session."""

    session: Slug
    posts: Annotated[tuple[RotaPost, ...], msgspec.Meta(min_length=1, max_length=POSTS_MOST)]


class MakeRota(Command, tag=True, kw_only=True, frozen=True):
    """Plan a day, or plan it anew, for a reason. ``leader``: the clerk who leads on that day (带班领导); sessions that
    are not named are left to the counters' own clerks."""

    day: Day
    leader: Slug | None = None
    sessions: Annotated[tuple[RotaSession, ...], msgspec.Meta(max_length=8)] = ()
    reason: Sentence = ""
