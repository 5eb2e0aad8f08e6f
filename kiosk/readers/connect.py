"""From the hall file's words to readers and scanners in use: the address decides between cable and simulator."""

from __future__ import annotations

from collections.abc import Callable

from broker.model.address import BadAddress, parse_address
from broker.runtime.scanner import Scanner, SimulatedScanner
from broker.runtime.serial_port import SerialAddress, SerialPort
from kiosk.readers.card_reader import Reader, SdtReader
from kiosk.readers.cards import CardRead
from kiosk.readers.dialogue import Dialogue
from kiosk.readers.sdt_simulator import BAUD, SimulatedReader

Identify = Callable[[str], CardRead | None]


def reader_of(address: str, identify: Identify) -> Reader | None:
    """The reader at ``sdt:///dev/...?baud=115200``, ``pcsc://0`` or ``virtual://reader``, not started; None for none.

    Raises BadAddress, and PcscMissing where pyscard is asked for and not installed.
    """
    parsed = parse_address(address)
    if parsed.scheme == "none":
        return None
    if parsed.is_virtual and parsed.path == "reader" and not parsed.options:
        return SimulatedReader(lambda place: SdtReader(SerialPort(place), Dialogue(identify)))
    if parsed.scheme == "sdt":
        return SdtReader(SerialPort(_sdt_line(address)), Dialogue(identify))
    if parsed.scheme == "pcsc" and parsed.path.isascii() and parsed.path.isdecimal() and len(parsed.path) <= 2:
        from kiosk.readers.pcsc import PcscReader  # an extra

        return PcscReader(int(parsed.path))
    raise BadAddress(
        f"{address[:80]!r} is no card reader: sdt:///dev/NAME, pcsc://0 or virtual://reader",
        f"“{address[:80]}”不是读卡器地址；写法：sdt:///dev/名字、pcsc://0 或 virtual://reader",
    )


def scanner_of(address: str) -> Scanner | SimulatedScanner | None:
    """The scanner at ``serial:///dev/...`` or ``virtual://scanner``, not started; None for none. Raises BadAddress."""
    parsed = parse_address(address)
    if parsed.scheme == "none":
        return None
    if parsed.is_virtual and parsed.path == "scanner" and not parsed.options:
        return SimulatedScanner()
    if parsed.scheme == "serial":
        return Scanner(SerialPort(SerialAddress.parse(address)))
    raise BadAddress(
        f"{address[:80]!r} is no scanner: serial:///dev/NAME?baud=9600 or virtual://scanner",
        f"“{address[:80]}”不是扫码器地址；写法：serial:///dev/名字?baud=9600 或 virtual://scanner",
    )


def _sdt_line(address: str) -> SerialAddress:
    """A serial line like any other, but faster unless told otherwise."""
    line = f"serial{address.removeprefix('sdt')}"
    if "baud=" not in line:
        line += f"{'&' if '?' in line else '?'}baud={BAUD}"
    return SerialAddress.parse(line)
