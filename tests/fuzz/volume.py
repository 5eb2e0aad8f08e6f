"""So many bytes through one target, seeded and repeatable: noise, and frames that were bitten, cut, filled or mixed.

A codec of a line gets them as a line brings them, one after another in blocks. A message or a file comes alone: two of
them in one are refused for what follows the first, and nothing behind that would ever be reached.
"""

import random
from collections.abc import Iterator

from tests.fuzz.targets import Target

BLOCK = 4_096


def blocks(target: Target, count: int, seed: int = 1) -> Iterator[bytes]:
    """At least ``count`` bytes in blocks; a third is noise, the rest grew out of the target's seeds."""
    chance, made = random.Random(seed), 0
    least = BLOCK if target.grammar == "bytes" else 1
    while made < count:
        block = b""
        while len(block) < least:
            block += _piece(target, chance)
        made += len(block)
        yield block


def _piece(target: Target, chance: random.Random) -> bytes:
    if chance.random() < 0.33:
        return chance.randbytes(chance.randrange(1, 64))
    piece = bytearray(chance.choice(target.seeds))
    match chance.randrange(5):
        case 0:
            piece[chance.randrange(len(piece))] ^= 1 << chance.randrange(8)
        case 1:
            del piece[chance.randrange(len(piece)) :]
        case 2:
            del piece[: chance.randrange(len(piece))]
        case 3:
            at = chance.randrange(len(piece))
            piece[at:at] = chance.randbytes(chance.randrange(1, 9))
    return bytes(piece)


def pour(target: Target, count: int) -> int:
    """Through it; returns how many bytes went. Whatever the target does not own is raised."""
    poured = 0
    for block in blocks(target, count):
        target(block)
        poured += len(block)
    return poured
