"""Which Debian packages a machine needs beside its own wheels. Pure; each with its reason."""

from collections.abc import Iterator

from broker.model.hall import Hall
from firmware_config.gear import SMARTCARDS, TYPING, parts_of, screens_of, sounds
from firmware_config.machines import Computer

ALWAYS = ("python3", "python3-venv", "tzdata", "nftables", "ca-certificates", "curl")
SERVER = ("mosquitto", "chrony")
"""The broker's program, started by our own server and never by Debian's unit; the hall's clock."""
SCREEN = ("libgbm1", "libegl1", "libgles2", "libgl1-mesa-dri", "libdrm2")
"""What SDL opens to draw on KMSDRM without a desktop."""
SEVERAL_SCREENS = ("labwc", "seatd")
"""Only one program at a time may own a card: with two windows a small Wayland session shares it."""
SOUND = ("alsa-utils", "libasound2-plugins", "espeak-ng")
PINS = ("python3-lgpio",)
KEYS = ("python3-evdev",)
CARDS = ("pcscd", "python3-pyscard")
FILMS = ("ffmpeg",)


def packages_of(hall: Hall, computer: Computer) -> tuple[str, ...]:
    """In alphabetical order, each once."""
    return tuple(sorted(set(_packages(hall, computer))))


def _packages(hall: Hall, computer: Computer) -> Iterator[str]:
    parts = parts_of(hall, computer)
    schemes = {part.address.scheme for part in parts}
    yield from ALWAYS
    yield "chrony" if computer.serves else "systemd-timesyncd"
    if computer.serves:
        yield from SERVER
    if screens_of(parts):
        yield from SCREEN
    if len(screens_of(parts)) > 1:
        yield from SEVERAL_SCREENS
    if sounds(parts):
        yield from SOUND
    if schemes & {"gpio"}:
        yield from PINS
    if schemes & set(TYPING):
        yield from KEYS
    if schemes & set(SMARTCARDS):
        yield from CARDS
    if any(hall.displays[name].media for name in computer.devices if name in hall.displays):
        yield from FILMS
