"""The base class of all commands."""

import msgspec

from broker.model.words import SeenAtCounter, Slug


class Command(msgspec.Struct, frozen=True, tag_field="type", kw_only=True, omit_defaults=True):
    """Base of all commands; ``type`` on the wire is the class name."""


class AtCounter(Command, kw_only=True, frozen=True):
    """A key of a counter's console, pressed with ``seen`` in view: if somebody else stands there by now, another
    console was faster, and nothing is done to the wrong visitor. None: whoever stands there.
    """

    counter: Slug
    seen: SeenAtCounter | None = None
