"""The facts of one business day: a row for whatever reports count, in columns, without numbers and people. Pure.

Columns are bytes of little-endian integers, so that a year is read as fast as the disk gives it. Whoever makes facts
(``broker/store/day_facts``) has the journal; whoever has lost them makes them again. Ratings are here only as far as
``told`` goes, which obeys the rule of disclosure, with those of later days by themselves (``late``): they join the
hall's sum by fives.
"""

import zlib
from enum import IntEnum
from typing import Final

import msgspec

VERSION: Final = 1
"""Raised with each change of what is in a file or how it is counted; older files are made again."""
_MAGIC: Final = b"jiaohao facts %d\n" % VERSION
NOBODY: Final = 0xFFFF
"""No counter, clerk, service or class."""
NO_TIME: Final = -1
SLOT_MIN: Final = 30
RATEABLE, DIRECT = 1, 2
"""Marks of a served visit: it may be rated; whoever came had no ticket."""


class Kind(IntEnum):
    """What a row counts. ``time_ms`` is the wait of a first call, the length of a served visit, else ``NO_TIME``."""

    ISSUED = 0
    CALLED = 1
    RECALLED = 2
    SERVED = 3
    NO_SHOW = 4
    HELD = 5
    TRANSFERRED = 6
    CANCELLED = 7
    EXPIRED = 8
    ARRIVED = 9
    """Somebody came and holds a number: what staffing is reckoned from."""


class ToldRow(msgspec.Struct, frozen=True, array_like=True):
    """The ratings of one counter, clerk, service or hour that may be read: how many of each level, best first."""

    by: str
    key: str
    levels: tuple[int, ...]


class LateRating(msgspec.Struct, frozen=True, array_like=True):
    """Given after the day; ``level`` from 0, the best."""

    visit: str
    rated_ms: int
    level: int


class DayFacts(msgspec.Struct, frozen=True, kw_only=True):
    """One business day of the journal named ``journal``, whose events of the day end at ``position``.

    ``seen_day``: the newest business day that the journal had then; ``own``: the levels given on the day itself,
    ``visits`` that may be rated. ``counter``, ``clerk``, ``service`` and ``standing`` point into ``names``.
    """

    day: str
    journal: str
    position: int
    seen_day: str
    names: tuple[str, ...]
    kind: bytes
    counter: bytes
    clerk: bytes
    service: bytes
    standing: bytes
    slot: bytes
    time_ms: bytes
    items: bytes
    marks: bytes
    visits: int
    own: tuple[int, ...]
    told: tuple[ToldRow, ...]
    late: tuple[LateRating, ...] = ()
    unrateable: tuple[str, ...] = ()


class Damaged(Exception):
    """Bytes that are no facts of this version."""


BYTES_MOST = 256 * 1024 * 1024
"""A day of a hundred thousand tickets has some megabytes."""


def encoded(facts: DayFacts) -> bytes:
    """As a file holds them."""
    return _MAGIC + zlib.compress(msgspec.msgpack.encode(facts), 1)


def decoded(data: bytes) -> DayFacts:
    """Raises Damaged: cut short, changed, or of another version."""
    if not data.startswith(_MAGIC):
        raise Damaged("not facts of this version")
    try:
        unpacking = zlib.decompressobj()
        body = unpacking.decompress(data[len(_MAGIC) :], BYTES_MOST)
        if not unpacking.eof:
            raise Damaged("cut short, or larger than any day")
        return msgspec.msgpack.decode(body, type=DayFacts)
    except (zlib.error, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Damaged(str(error)) from error
