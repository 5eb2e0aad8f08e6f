"""What of a hall is simulated: the parts whose address in the hall file is ``virtual://...``."""

from collections.abc import Iterator

from broker.model.address import BadAddress, parse_address
from broker.model.hall import Hall


def has_virtual(hall: Hall) -> bool:
    """Whether any part of any device of the hall is simulated."""
    return any(is_virtual(text) for text in addresses_of(hall))


def is_virtual(address: str) -> bool:
    """Whether an address means a simulator; what is not an address means nothing."""
    try:
        return parse_address(address).is_virtual
    except BadAddress:
        return False


def addresses_of(hall: Hall) -> Iterator[str]:
    """Every hardware address of the hall file."""
    for kiosk in hall.kiosks.values():
        yield from (kiosk.screen, kiosk.printer, kiosk.reader, kiosk.scanner)
        for button in kiosk.buttons.values():
            yield from (button.address, button.lamp or "none")
    for display in hall.displays.values():
        yield from (display.screen, display.speaker, display.voice_module)
    yield from (sign.screen for sign in hall.signs.values())
    for caller in hall.callers.values():
        yield from caller.lines.values()
    for console in hall.consoles.values():
        yield from (console.address, *console.keys.values(), *console.lamps.values())
    yield from (keypad.address for keypad in hall.keypads.values())
    yield from (strip.address for strip in hall.strips.values())
