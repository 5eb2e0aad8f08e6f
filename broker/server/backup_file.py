"""A backup as one file: a ZIP with the journal, its archive, other databases, and a manifest that says what each is.

Written beside its place, made durable, and only then given its name. Members are read as streams: a backup may be
larger than memory. Nothing outside a folder that the reader names is ever written.
"""

import hashlib
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from broker.store.copies import discard, disk_error, put_in_place
from broker.store.errors import BackupUnusable

MANIFEST = "manifest.json"
JOURNAL = "hall.db"
FORMAT = 1
CHUNK_BYTES = 1 << 20
MANIFEST_MOST_BYTES = 1 << 20
NOT_A_WHOLE_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    RuntimeError,
    ValueError,
    OverflowError,
)
"""What Python's reader raises on other bytes: of names that are no text, sizes out of bounds, locked or odd packing."""
_MEMBER = re.compile(r"^(hall\.db|archive/[0-9]{4}-[0-9]{2}\.db|collector/[a-z]{1,32}\.db)$")


class Member(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One database of a backup."""

    name: str
    size_bytes: Annotated[int, msgspec.Meta(ge=0)]
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup holds. ``journal`` is the identity of the journal that it was made of."""

    format: Literal[1] = FORMAT
    hall: str
    journal: str
    position: int
    day: str | None
    at_ms: int
    members: tuple[Member, ...]


def write_backup(target: Path, folder: Path, manifest: Manifest) -> None:
    """Put the manifest's members, found in ``folder``, into ``target``. Raises DiskFull, DiskReadOnly or DiskFailed."""
    unready = target.with_name(f".{target.name}.unready")
    try:
        unready.touch(mode=0o600)
        with zipfile.ZipFile(unready, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr(MANIFEST, msgspec.json.format(msgspec.json.encode(manifest)))
            for member in manifest.members:
                packed.write(folder / member.name, member.name)
        with zipfile.ZipFile(unready) as packed:
            for member in manifest.members:
                for _ in _content(packed, member, target):
                    pass
        put_in_place(unready, target)
    except OSError as error:
        raise disk_error(error, target) from error
    finally:
        discard(unready)


def read_manifest(path: Path) -> Manifest:
    """What a backup says it holds; BackupUnusable when it is none."""
    try:
        with zipfile.ZipFile(path) as packed:
            info = packed.getinfo(MANIFEST)
            if info.file_size > MANIFEST_MOST_BYTES:
                raise BackupUnusable(path, "its list of contents is too long")
            content = packed.read(MANIFEST)
    except FileNotFoundError:
        raise BackupUnusable(path, "there is no such file") from None
    except KeyError:
        raise BackupUnusable(path, "it is a ZIP file, but not a backup of a hall") from None
    except NOT_A_WHOLE_ZIP as error:
        raise BackupUnusable(path, f"it is not a backup, or not a whole one ({error})") from None
    except OSError as error:
        raise BackupUnusable(path, error.strerror or str(error)) from None
    return parse_manifest(path, content)


def parse_manifest(path: Path, content: bytes) -> Manifest:
    """The list of contents of the backup ``path``; BackupUnusable when it is none."""
    try:
        manifest = msgspec.json.decode(content, type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BackupUnusable(path, f"its list of contents cannot be read ({error})") from None
    names = [member.name for member in manifest.members]
    if JOURNAL not in names or len(set(names)) < len(names) or not all(map(_MEMBER.match, names)):
        raise BackupUnusable(path, "its list of contents names other files than a hall has")
    return manifest


def unpack(path: Path, manifest: Manifest, folder: Path) -> None:
    """Write the members into ``folder``, each checked. Raises BackupUnusable, DiskFull, DiskReadOnly or DiskFailed."""
    try:
        with zipfile.ZipFile(path) as packed:
            for member in manifest.members:
                place = folder / member.name
                place.parent.mkdir(parents=True, exist_ok=True)
                with place.open("wb") as out:
                    place.chmod(0o600)
                    for chunk in _content(packed, member, path):
                        out.write(chunk)
    except NOT_A_WHOLE_ZIP as error:
        raise BackupUnusable(path, f"it is not a whole backup ({error})") from None
    except OSError as error:
        raise disk_error(error, folder) from error


def describe_member(folder: Path, name: str) -> Member:
    """Size and digest of a file."""
    total = hashlib.sha256()
    with (folder / name).open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            total.update(chunk)
        return Member(name, file.tell(), total.hexdigest())


def _content(packed: zipfile.ZipFile, member: Member, path: Path) -> Iterator[bytes]:
    """A member's bytes, never more than it is said to have; BackupUnusable at the end when they are others."""
    total, size = hashlib.sha256(), 0
    try:
        with packed.open(member.name) as file:
            while chunk := file.read(CHUNK_BYTES):
                size += len(chunk)
                if size > member.size_bytes:
                    break
                total.update(chunk)
                yield chunk
    except (KeyError, *NOT_A_WHOLE_ZIP) as error:
        raise BackupUnusable(path, f"{member.name} in it is damaged ({error})") from None
    if size != member.size_bytes or total.hexdigest() != member.sha256:
        raise BackupUnusable(path, f"{member.name} in it is not what was put there")
