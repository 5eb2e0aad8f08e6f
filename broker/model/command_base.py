"""What every command is made of: the base class and the small types of its fields."""

from typing import Annotated, Literal

import msgspec

PrintedNumber = Annotated[str, msgspec.Meta(pattern=r"^[A-Z][0-9]{2,4}$(?!\n)")]
BusinessDay = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$(?!\n)")]
Language = Literal["zh", "en"]
Phone = Annotated[str, msgspec.Meta(pattern=r"^[0-9+*# -]{0,24}$(?!\n)")]


class Command(msgspec.Struct, frozen=True, tag_field="type", kw_only=True, omit_defaults=True):
    """Base of all commands; ``type`` on the wire is the class name."""
