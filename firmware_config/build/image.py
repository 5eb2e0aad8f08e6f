"""All files of a machine, from all generators, and the archive by which they reach its root file system. Pure."""

import io
import tarfile
from collections.abc import Iterator

from broker.model.hall import Hall
from firmware_config.boards import BOARDS
from firmware_config.build import boot, cloud, first_boot, layer, net, server_install, sheet, sound, system, udev, units
from firmware_config.build.files import BOOT, ROOT, File
from firmware_config.machines import Computer


def image_of(hall: Hall, computer: Computer, hall_text: bytes, wifi_password: str | None = None) -> tuple[File, ...]:
    """Every file of a machine's folder, by path: the same hall gives the same bytes.

    Raises NoWifiPassword where a machine without a cable has no password for its network.
    """
    made = tuple(_made(hall, computer, hall_text))
    overlay = tuple(file for file in made if file.path.startswith(ROOT))
    if not BOARDS[computer.machine.board].is_pi:
        return tuple(sorted((*made, File(server_install.ARCHIVE, archive_of(overlay))), key=lambda file: file.path))
    archive = File(f"{BOOT}{cloud.ROOT_ARCHIVE}", archive_of(overlay))
    seed = cloud.files(hall, computer, (*made, archive), wifi_password)
    return tuple(sorted((*made, archive, *seed), key=lambda file: file.path))


def _made(hall: Hall, computer: Computer, hall_text: bytes) -> Iterator[File]:
    yield from boot.files(hall, computer)
    yield from system.files(hall, computer, hall_text)
    yield from units.files(hall, computer)
    yield from udev.files(hall, computer)
    yield from sound.files(hall, computer)
    yield from net.files(hall, computer)
    yield from first_boot.files(hall, computer)
    yield from layer.files(hall, computer)
    if not BOARDS[computer.machine.board].is_pi:
        yield from server_install.files(hall, computer)
    yield from sheet.files(hall, computer)


def archive_of(overlay: tuple[File, ...]) -> bytes:
    """A tar of the root overlay: owners, modes and times are ours, so that equal files make equal bytes.

    Only files: the folders that there are already keep their owners and modes.
    """
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for file in sorted(overlay, key=lambda one: one.path):
            entry = tarfile.TarInfo(file.path.removeprefix(ROOT))
            entry.size, entry.mode, entry.mtime = len(file.content), file.mode, 0
            entry.uname = entry.gname = "root"
            archive.addfile(entry, io.BytesIO(file.content))
    return out.getvalue()
