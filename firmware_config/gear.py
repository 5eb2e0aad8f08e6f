"""What hangs on each computer, gathered from the addresses of its devices: screens, pins, serial lines, sound. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from broker.model.address import BadAddress, DeviceAddress, parse_address
from broker.model.hall import Hall
from broker.model.hall_address_checks import address_rows
from broker.model.hall_machine_checks import port_of
from firmware_config.machines import Computer
from firmware_config.plan import Program

TYPING = ("evdev",)
SMARTCARDS = ("pcsc",)


@dataclass(frozen=True)
class Part:
    """One thing that hangs on a computer: where the hall file says so, which program drives it, its address."""

    path: str
    program: str
    address: DeviceAddress

    @property
    def port(self) -> str | None:
        """The name of the port that it is reached by; None where it is on no port."""
        return port_of(f"{self.address.scheme}://{self.address.path}")

    @property
    def pins(self) -> tuple[int, ...]:
        """Numbers of the header's GPIO lines (BCM), the key's first and then its lamp's; none for other gear."""
        if self.address.scheme != "gpio":
            return ()
        given = (self.address.path, self.address.options.get("lamp", ""))
        return tuple(int(text) for text in given if text.isdecimal())


def parts_of(hall: Hall, computer: Computer) -> tuple[Part, ...]:
    """All real gear of a computer's programs, in the order of the hall file; simulated gear is no gear."""
    return tuple(_parts(hall, computer))


def _parts(hall: Hall, computer: Computer) -> Iterator[Part]:
    names = computer.devices
    for path, node, text, _ in address_rows(hall):
        if node not in names:
            continue
        try:
            address = parse_address(text)
        except BadAddress:
            continue  # the hall file's own check has said so
        if not address.is_virtual and address.scheme != "none":
            yield Part(path, node, address)


def ports_used(parts: tuple[Part, ...]) -> frozenset[str]:
    """Names below ``/dev/hall`` and ``/dev/input/hall`` that the gear is reached by."""
    return frozenset(part.port for part in parts if part.port)


def screens_of(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """Real windows: ``window://0`` is the first output of the machine."""
    return tuple(part for part in parts if part.address.scheme == "window")


def sounds(parts: tuple[Part, ...]) -> bool:
    """Whether anything of it is heard."""
    return any(part.address.scheme in ("alsa", "pulse") for part in parts)


def schemes_of(parts: tuple[Part, ...], program: Program) -> frozenset[str]:
    """The kinds of gear that one program drives."""
    return frozenset(part.address.scheme for part in parts if part.program == program.name)
