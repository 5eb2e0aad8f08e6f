"""A file to be written for a machine, and where the hall's things lie on one. Pure."""

from dataclasses import dataclass

BOOT = "boot/"
"""Begins the paths of files for the boot partition, which is FAT: no owners, no modes, no links."""
ROOT = "root/"
"""Begins the paths of files for the root file system."""

USER = "jiaohao"
CONFIGURATION = "/etc/jiaohao"
DATA = "/var/lib/jiaohao"
IDENTITY = f"{DATA}/identity"
"""The machine's own certificates and keys: ``ca.pem``, and for each program ``NAME.pem`` and ``NAME.key``."""
PROGRAMS = "/opt/jiaohao"
"""``releases/VERSION`` are whole installations with a virtual environment each, ``current`` is a link to one."""
PYTHON = f"{PROGRAMS}/current/bin/python"
ENVIRONMENT = f"{CONFIGURATION}/environment"
"""What every program of the machine is told by systemd (``EnvironmentFile``); no secret stands in it."""


@dataclass(frozen=True)
class File:
    """``path`` begins with ``boot/`` or ``root/``, or is a sheet of its own beside them; ``mode`` as chmod has it."""

    path: str
    content: bytes
    mode: int = 0o644


def text(path: str, lines: str, mode: int = 0o644) -> File:
    """A file of UTF-8 text that ends with a line's end."""
    return File(path, (lines.rstrip("\n") + "\n").encode(), mode)


def unit_of(program: str) -> str:
    """The systemd unit of a program of the plan."""
    return f"jiaohao-{program}.service"
