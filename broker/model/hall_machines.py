"""The computers of a hall, as the hall file declares them: which board, which programs, what is plugged in where."""

from typing import Annotated, Literal

import msgspec

from broker.model.hall_base import Declared, Host, Network, Word
from broker.model.words import Slug

BoardName = Literal["zero2w", "pi3", "pi4", "pi5", "pc"]
"""Raspberry Pi Zero 2 W, 3 (also 3+), 4 (also 400), 5 (also 500), or an ordinary computer with Debian."""
SoundName = Literal["none", "headphones", "usb", "hdmi", "i2s"]
PortPlace = Annotated[str, msgspec.Meta(pattern=r"^(usb[01]?:[1-9](\.[1-9]){0,5}(:[0-9])?|uart)$(?!\n)")]
"""Where something is plugged in: ``usb:1.3`` is a path of USB ports from the board outwards, as the kernel counts
them (``usb:1.3:1`` its second interface; ``usb0:1.3`` where a board has two controllers), ``uart`` the serial pins 8
and 10 of the header."""
ScreenMode = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{3,4}x[0-9]{3,4}(@[0-9]{2,3})?$(?!\n)")]
SshKey = Annotated[
    str,
    msgspec.Meta(pattern=r"^(ssh-ed25519|ecdsa-sha2-nistp256|ssh-rsa) [A-Za-z0-9+/=]{40,800}( [ -~]{0,80})?$(?!\n)"),
]
MacAddress = Annotated[str, msgspec.Meta(pattern=r"^([0-9a-f]{2}(:[0-9a-f]{2}){5})?$(?!\n)")]
Country = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2}$(?!\n)")]

SERVER = "server"
"""What ``runs`` says of the computer with broker node and collector."""


class Machine(Declared, frozen=True, kw_only=True):
    """One computer. ``runs`` names its kiosks, displays, signs and callers, or ``server`` for broker and collector.

    ``address`` is its own in the hall's network, with the length of the prefix, ``10.20.0.31/24``; empty: the network
    gives one (DHCP). ``wifi``: it has no cable and uses ``[network] wifi``. ``ports`` says what is plugged in where:
    ``printer = "usb:1.3"`` becomes ``/dev/hall/printer``, for the addresses of its devices. ``screens`` are what hangs
    at HDMI 0 and 1, e.g. ``1920x1080@60``. ``sound`` is where its loudspeaker is. ``clock`` is a battery-backed clock:
    ``ds3231`` on I2C, ``onboard`` that of a Pi 5. ``mac`` is a note for the installer, printed on the wiring sheet.
    A loudspeaker on USB is the port ``speaker``.
    """

    board: BoardName
    runs: tuple[Slug, ...]
    address: Annotated[str, msgspec.Meta(max_length=50)] = ""
    wifi: bool = False
    ports: dict[Slug, PortPlace] = {}
    screens: Annotated[tuple[ScreenMode, ...], msgspec.Meta(max_length=2)] = ()
    sound: SoundName = "none"
    clock: Literal["none", "ds3231", "onboard"] = "none"
    mac: MacAddress = ""


class LocalNetwork(Declared, frozen=True, kw_only=True):
    """The hall's own network. ``server`` is the address at which all machines find the hall server; empty: one machine.

    ``time_servers`` are asked by the server alone (empty: its own clock counts), and the server by everybody else.
    ``web_from`` are networks from which its pages are reached, ``administered_from`` those from which a person may log
    in to machines by SSH with one of the public ``ssh_keys`` (none: nobody can); both empty: the networks of the
    machines' own addresses. ``wifi`` is the name of a wireless network; its password is a secret and never stands
    here. ``country`` is for wireless channels. ``devices_by`` is how devices prove to the message broker who they
    are: each by a certificate of the hall's own authority, or by a password of its own; it never stands here either,
    and the line is encrypted with both.
    """

    server: Annotated[str, msgspec.Meta(max_length=45)] = ""
    gateway: Annotated[str, msgspec.Meta(max_length=45)] = ""
    name_servers: Annotated[tuple[Host, ...], msgspec.Meta(max_length=3)] = ()
    time_servers: Annotated[tuple[Host, ...], msgspec.Meta(max_length=4)] = ()
    web_from: Annotated[tuple[Network, ...], msgspec.Meta(max_length=16)] = ()
    administered_from: Annotated[tuple[Network, ...], msgspec.Meta(max_length=16)] = ()
    ssh_keys: Annotated[tuple[SshKey, ...], msgspec.Meta(max_length=8)] = ()
    wifi: Word = ""
    country: Country = "CN"
    devices_by: Literal["certificate", "password"] = "certificate"
