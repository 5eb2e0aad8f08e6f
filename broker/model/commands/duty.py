"""Commands about who stands at a counter: log-in, and what the duty leader does about a counter without anybody."""

from typing import Annotated

import msgspec

from broker.model.commands.base import Command
from broker.model.words import Slug

Excuse = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
"""Why nobody has to stand there: never empty."""


class LogIn(Command, tag=True, kw_only=True, frozen=True):
    """A clerk is at the counter. At a paused one of somebody else, the clerk takes over and service goes on.

    Who asks has proved the clerk (staff number and PIN, or a staff account): no PIN ever travels.
    """

    counter: Slug
    clerk: Slug


class LogOut(Command, tag=True, kw_only=True, frozen=True):
    """The clerk leaves; a counter that is open or pauses is closed by that, and closing it logs out."""

    counter: Slug


class AppointSubstitute(Command, tag=True, kw_only=True, frozen=True):
    """顶岗: the duty leader sends a clerk to a counter that pauses, or at which nobody calls."""

    counter: Slug
    clerk: Slug


class ExcuseCounter(Command, tag=True, kw_only=True, frozen=True):
    """The duty leader says why nobody has to stand there now; that is kept in the journal."""

    counter: Slug
    reason: Excuse
