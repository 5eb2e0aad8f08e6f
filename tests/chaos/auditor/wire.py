"""What was said on an RS-485 line with terminals and evaluators, read from the recorded bytes by a small P1 reader.

A frame is FF 68 L L 68 UNIT FUNCTION DATA SUM 16. The host thanks with stars (function 02, one byte of data, the best
level has five); it asks with function 01, data 0B; an evaluator reports a key with function 11.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

STARS, RESULT, KEY = 0x02, 0x11, 0x01
START_RATING = 0x0B


@dataclass
class Keypad:
    """One evaluator as an onlooker saw it: keys that fingers pressed, thanks that were given, each with its moment."""

    fingers: list[tuple[float, str]] = field(default_factory=list)
    thanks: list[tuple[float, int]] = field(default_factory=list)
    prompts: int = 0


def frames(stream: bytearray) -> Iterator[tuple[int, int, bytes]]:
    """(unit, function, data) of every whole frame at the front of ``stream``, which keeps what is not yet whole."""
    while len(stream) >= 5:
        length = stream[2]
        good_head = stream[0] == 0xFF and stream[1] == 0x68 and stream[3] == length and stream[4] == 0x68
        if not good_head or not 2 <= length <= 8:
            del stream[0]
            continue
        if len(stream) < length + 7:
            return
        body, check, end = bytes(stream[5 : 5 + length]), stream[5 + length], stream[6 + length]
        if check != sum(body) & 0xFF or end != 0x16:
            del stream[0]
            continue
        del stream[: length + 7]
        yield body[0], body[1], body[2:]


def keypads(record: Iterable[dict[str, Any]], units: Iterable[int]) -> dict[int, Keypad]:
    """Unit -> what happened at that evaluator."""
    found = {unit: Keypad() for unit in units}
    stream = bytearray()
    for line in record:
        if "finger" in line and line["finger"] in found:
            found[line["finger"]].fingers.append((line["s"], line["key"]))
        elif line.get("event") == "unplugged":
            stream.clear()
        elif "to_devices" in line:
            stream += bytes.fromhex(line["to_devices"])
            for unit, function, data in frames(stream):
                if unit not in found or len(data) != 1:
                    continue
                if function == STARS and data[0]:  # without any they only go out
                    found[unit].thanks.append((line["s"], data[0]))
                elif function == KEY and data[0] == START_RATING:
                    found[unit].prompts += 1
    return found


def lies_within(shorter: list[Any], longer: list[Any]) -> bool:
    """Whether all of ``shorter`` is found in ``longer``, in the same order."""
    rest = iter(longer)
    return all(any(one == other for other in rest) for one in shorter)
