"""The base class of all commands."""

import msgspec


class Command(msgspec.Struct, frozen=True, tag_field="type", kw_only=True, omit_defaults=True):
    """Base of all commands; ``type`` on the wire is the class name."""
