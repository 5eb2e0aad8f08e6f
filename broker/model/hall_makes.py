"""Which schemes of an address may name a make of gear on a serial line.

The makes themselves are files that only those who speak with the gear know, so that a new one changes nothing here.
"""

from broker.model.address import BadAddress, DeviceAddress, line_and_unit

NO_MAKES = frozenset(
    [
        "serial",
        "virtual",
        "gpio",
        "evdev",
        "window",
        "alsa",
        "pulse",
        "sdt",
        "pcsc",
        "none",
        "key",
        "hold",
        "chord",
        "lamp",
        "http",
        "https",
        "file",
        "tcp",
    ]
)
"""Schemes of other things."""


def may_be_make(scheme: str) -> bool:
    """Whether a scheme could be a make's name."""
    return scheme not in NO_MAKES


def on_line(address: DeviceAddress) -> bool:
    """Whether this is an address on a line, ``MAKE://LINE/UNIT``, of a make that may exist."""
    try:
        line_and_unit(address)
    except BadAddress:
        return False
    return may_be_make(address.scheme)
