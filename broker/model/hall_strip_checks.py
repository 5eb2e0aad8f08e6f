"""Cross-checks of the strips. Which makes there are is known to the caller alone: a new make is a file of its own."""

from collections.abc import Callable, Iterator

from broker.model.address import BadAddress, line_and_unit, parse_address
from broker.model.hall import Hall
from broker.model.hall_devices import Strip
from broker.model.hall_makes import may_be_make
from broker.model.hall_mistakes import Mistake, complain, did_you_mean
from broker.model.words import Names

_ALLOWED = Names("条屏的协议，如 p2://", "a make of strips such as p2://")


def _strips(hall: Hall) -> Iterator[Mistake]:
    """Each is on a line of its caller, with a unit that no other strip of its make has there."""
    taken: dict[tuple[str, str, str, int], str] = {}
    for key, strip in hall.strips.items():
        path = f"strips.{key}.address"
        try:
            address = parse_address(strip.address)
            if address.scheme == "p1" or not may_be_make(address.scheme):
                scheme = strip.address.split("://")[0]
                yield complain(path, "address_scheme", scheme=scheme, allowed=_ALLOWED)
                continue
            line, unit = line_and_unit(address)
        except BadAddress as error:
            yield complain(path, "address_unreadable", why=Names(error.zh, str(error)))
            continue
        yield from _on_line(hall, path, strip, line, address.scheme)
        other = taken.setdefault((strip.caller, line, address.scheme, unit), path)
        if other != path:
            yield complain(path, "unit_taken", unit=unit, line=line, other=other)


def _on_line(hall: Hall, path: str, strip: Strip, line: str, make: str) -> Iterator[Mistake]:
    caller = hall.callers.get(strip.caller)
    if caller is None:
        return  # said by _device_callers
    if line not in caller.lines:
        hint = did_you_mean(line, caller.lines)
        yield complain(path, "line_unknown", caller=strip.caller, line=line, hint=hint)
    for table in ("consoles", "keypads") if make != "modbus" else ():
        for key, device in getattr(hall, table).items():
            if device.caller == strip.caller and device.address.startswith(f"modbus://{line}/"):
                yield complain(path, "line_mixed", line=line, make="modbus", other=f"{table}.{key}.address")
                return


STRIP_CHECKS: tuple[tuple[Callable[[Hall], Iterator[Mistake]], str], ...] = (
    (_strips, "strips consoles keypads callers"),
)
"""Each check with the tables it reads."""
