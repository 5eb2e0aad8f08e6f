"""A layer for rpi-image-gen: the same root overlay as part of a production image. Pure.

The metadata's form is that of the tool's own layers (``X-Env-Layer-*``). The image was not built by us.
"""

from collections.abc import Iterator

from broker.model.hall import Hall
from firmware_config.boards import BOARDS
from firmware_config.build.files import File, text
from firmware_config.build.packages import packages_of
from firmware_config.build.units import TARGET
from firmware_config.machines import Computer

FOLDER = "layer/"


def files(hall: Hall, computer: Computer) -> Iterator[File]:
    """Nothing for a PC."""
    if BOARDS[computer.machine.board].is_pi:
        yield text(f"{FOLDER}jiaohao-{computer.name}.yaml", "\n".join(_layer(hall, computer)))


def _layer(hall: Hall, computer: Computer) -> Iterator[str]:
    name = f"jiaohao-{computer.name}"
    meta = {
        "Layer-Name": name,
        "Layer-Version": "1.0.0",
        "Layer-Category": "application",
        "Layer-Desc": f"Jiaohao on {computer.name} of the hall {hall.hall.id}",
        "Layer-Requires": "systemd-net-min",
    }
    yield "# METABEGIN"
    yield from (f"# X-Env-{key}: {value}" for key, value in meta.items())
    yield from ("# METAEND", "---", "mmdebstrap:", "  packages:")
    yield from (f"    - {package}" for package in packages_of(hall, computer))
    yield "  customize-hooks:"
    yield '    - rsync --archive --chown=root:root "${DIRECTORY}/../root/" "$1/"'
    yield '    - chroot "$1" systemd-sysusers'
    yield f'    - chroot "$1" systemctl enable {TARGET} nftables.service'
