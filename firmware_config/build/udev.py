"""Names for what is plugged in, by the port it is plugged into: ``/dev/hall/NAME`` and ``/dev/input/hall/NAME``. Pure.

Two adapters of one make are told apart by their ports alone, as many have no serial number. ``ID_PATH`` is udev's own
name of a port (``path_id``), which later rules may ask for.
"""

from collections.abc import Iterator

from broker.model.hall import Hall
from firmware_config.boards import BOARDS
from firmware_config.build.boot import MADE
from firmware_config.build.files import ROOT, File, text
from firmware_config.gear import Part, parts_of
from firmware_config.machines import Computer

RULES = f"{ROOT}etc/udev/rules.d/90-jiaohao.rules"
CARD_ID = "Hall"
"""The ALSA name of a sound card on the port ``speaker``."""


def files(hall: Hall, computer: Computer) -> Iterator[File]:
    """No file where nothing is plugged in."""
    rules = list(_rules(computer, parts_of(hall, computer)))
    if rules:
        yield text(RULES, "\n".join([MADE, *rules]))


def _rules(computer: Computer, parts: tuple[Part, ...]) -> Iterator[str]:
    for name, place in sorted(computer.machine.ports.items()):
        kinds = {part.address.scheme for part in parts if part.port == name}
        if place == "uart":
            node = BOARDS[computer.machine.board].uart_node
            yield f'SUBSYSTEM=="tty", KERNEL=="{node}", SYMLINK+="hall/{name}", GROUP="dialout", MODE="0660"'
            continue
        where = f'ENV{{ID_PATH}}=="{id_path(place)}"'
        if name == "speaker":
            yield f'SUBSYSTEM=="sound", KERNEL=="card*", {where}, ATTR{{id}}="{CARD_ID}"'
        elif kinds & {"evdev"}:
            typed = f'SUBSYSTEM=="input", KERNEL=="event*", {where}'
            yield f'{typed}, SYMLINK+="input/hall/{name}", GROUP="input", MODE="0660"'
        else:
            yield (
                f'SUBSYSTEM=="tty", {where}, SYMLINK+="hall/{name}", GROUP="dialout", MODE="0660",'
                ' ENV{ID_MM_DEVICE_IGNORE}="1"'
            )
            yield f'SUBSYSTEM=="usbmisc", KERNEL=="lp*", {where}, SYMLINK+="hall/{name}", GROUP="lp", MODE="0660"'


def id_path(place: str) -> str:
    """``usb:1.3`` -> what udev's ``ID_PATH`` of that port looks like, whichever bus the board's controller is on."""
    controller, _, rest = place.partition(":")
    ports, _, interface = rest.partition(":")
    chip = f"*xhci-hcd.{controller[3:]}-" if controller[3:] else "*-"
    return f"{chip}usb-0:{ports}:1.{interface or '0'}"
