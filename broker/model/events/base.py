"""The base class of all events."""

import msgspec


class Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", omit_defaults=True):
    """Base of all events; ``type`` in the journal is the class name."""

    at_ms: int
