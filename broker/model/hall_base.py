"""The small kinds of values in the hall file, and the base of its tables."""

from typing import Annotated, Literal

import msgspec

Minutes = Annotated[float, msgspec.Meta(gt=0, le=600)]
ClockTime = Annotated[str, msgspec.Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$(?!\n)")]
DayName = Literal["workday", "saturday", "sunday", "holiday", "mon", "tue", "wed", "thu", "fri"]
"""The names a day answers to; ``broker.model.days`` says which day has which."""
Day = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$(?!\n)")]
Address = Annotated[str, msgspec.Meta(min_length=1, max_length=300)]
Letter = Annotated[str, msgspec.Meta(pattern=r"^[A-HJ-NP-Z]$(?!\n)")]
Skill = Annotated[int, msgspec.Meta(ge=1, le=3)]
CounterName = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,3}[A-Z]?$(?!\n)")]
PinHash = Annotated[str, msgspec.Meta(pattern=r"^(scrypt:[0-9a-f]{32}:[0-9a-f]{64})?$(?!\n)")]
CardHash = Annotated[str, msgspec.Meta(pattern=r"^(|scrypt:[0-9a-f]{32}:[0-9a-f]{64})$(?!\n)")]
"""Written apart from a PIN's, so that what is expected can be said of each."""
StaffNumber = Annotated[str, msgspec.Meta(pattern=r"^[0-9A-Z]{1,8}$(?!\n)")]
IconName = Literal[
    "briefcase", "calendar-check", "car", "card", "clock", "document", "documents", "family", "globe", "graduation",
    "heart", "heart-plus", "help", "house", "id-card", "info", "keypad", "people", "person", "phone", "shield-check",
    "shield-person", "social-card", "star", "ticket", "tools", "warning", "wheelchair", "yen",
]  # fmt: skip
KeyName = Literal[
    "call", "recall", "start", "finish", "no_show", "hold", "call_back", "transfer", "pause", "open", "close", "undo",
    "next_service", "direct",
]  # fmt: skip
"""What a key of a button pad asks for."""
Word = Annotated[str, msgspec.Meta(max_length=64)]
PrinterProfileName = Literal["generic", "epson", "fs-hanzi", "raster-qr", "no-cutter", "one-way"]
Url = Annotated[str, msgspec.Meta(max_length=300)]
FilePath = Annotated[str, msgspec.Meta(max_length=300)]
Host = Annotated[str, msgspec.Meta(pattern=r"^[0-9A-Za-z.:_-]{1,253}$(?!\n)")]
Network = Annotated[str, msgspec.Meta(max_length=50)]


MapCell = Annotated[int, msgspec.Meta(ge=1, le=48)]
MapPlace = tuple[MapCell, MapCell]
"""Column and row on the manager's map of the hall, [1, 1] at the top left."""


class Declared(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all tables of the hall file: frozen, and a key nobody declared is a mistake."""
