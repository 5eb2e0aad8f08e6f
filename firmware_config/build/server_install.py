"""How a PC gets its files: one script beside the archive, run once by root on a fresh Debian. Pure."""

import shlex
from collections.abc import Iterator

from broker.model.hall import Hall
from firmware_config.build.files import File, text
from firmware_config.build.first_boot import FIRST_BOOT
from firmware_config.build.packages import packages_of
from firmware_config.machines import Computer

ARCHIVE = "install/root.tar"
SCRIPT = "install/install.sh"


def files(hall: Hall, computer: Computer) -> Iterator[File]:
    """The script; it may be run again."""
    packages = shlex.join(packages_of(hall, computer))
    yield text(
        SCRIPT,
        f"""#!/bin/sh
# Made by python -m firmware_config build; changes are overwritten.
# Makes this computer {computer.name}: run it as root, with root.tar and bundle.tar.gz beside it.
set -eu
cd "$(dirname "$0")"
[ "$(id -u)" = 0 ] || {{ echo "请用 root 运行 run this as root" >&2; exit 1; }}
tar --extract --file root.tar --directory / --no-overwrite-dir
JIAOHAO_BUNDLE=${{JIAOHAO_BUNDLE:-$PWD/bundle.tar.gz}} {FIRST_BOOT} {packages}
""",
        0o755,
    )
