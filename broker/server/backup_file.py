"""A backup as one file: a ZIP with the journal, its archive, other databases, and a manifest that says what each is.

Written beside its place, made durable, and only then given its name. Members are read as streams: a backup may be
larger than memory. Nothing outside a folder that the reader names is ever written.
"""

import hashlib
import lzma
import re
import shutil
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from broker.model.words import Names
from broker.runtime.errors import DiskFull
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
IS_A_FOLDER = Names(
    "这是文件夹；请写出其中的备份文件，名字以 .zip 结尾",
    "it is a folder; name the backup file in it, which ends in .zip",
)
FOREIGN_ZIP = Names("它是 ZIP 文件，但不是大厅的备份", "it is a ZIP file, but not a backup of a hall")
FOREIGN_FILES = Names("它的目录列有大厅没有的文件", "its list of contents names other files than a hall has")
_UNREADY = "unready.zip"
_MEMBER = re.compile(r"hall\.db|archive/[0-9]{4}-[0-9]{2}\.db|collector/[a-z]{1,32}\.db")


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
    """Put the manifest's members, found in ``folder`` beside ``target``, into it. DiskFull, DiskReadOnly, DiskFailed.

    Made in that folder too, which whoever made it clears away after a power cut.
    """
    unready = folder / _UNREADY
    try:
        unready.touch(mode=0o600)
        # Not strict: a machine without a battery clock may believe in 1970, and ZIP begins with 1980.
        with zipfile.ZipFile(unready, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as packed:
            packed.writestr(_manifest_file(), msgspec.json.format(msgspec.json.encode(manifest)), zipfile.ZIP_DEFLATED)
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


def _manifest_file() -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(MANIFEST)  # of no date: the time is in it
    info.external_attr = 0o600 << 16
    return info


def read_manifest(path: Path) -> Manifest:
    """What a backup says it holds; BackupUnusable when it is none."""
    try:
        with zipfile.ZipFile(path) as packed:
            info = packed.getinfo(MANIFEST)
            if info.file_size > MANIFEST_MOST_BYTES:
                raise BackupUnusable(path, Names("它的目录太长", "its list of contents is too long"))
            content = packed.read(MANIFEST)
    except FileNotFoundError:
        raise BackupUnusable(path, Names("没有这个文件", "there is no such file")) from None
    except IsADirectoryError:
        raise BackupUnusable(path, IS_A_FOLDER) from None
    except KeyError:
        raise BackupUnusable(path, FOREIGN_ZIP) from None
    except NOT_A_WHOLE_ZIP as error:
        said = Names(f"它不是备份，或不完整（{error}）", f"it is not a backup, or not a whole one ({error})")
        raise BackupUnusable(path, said) from None
    except OSError as error:
        raise BackupUnusable(path, error.strerror or str(error)) from None
    return parse_manifest(path, content)


def parse_manifest(path: Path, content: bytes) -> Manifest:
    """The list of contents of the backup ``path``; BackupUnusable when it is none."""
    try:
        manifest = msgspec.json.decode(content, type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        said = Names(f"它的目录无法读取（{error}）", f"its list of contents cannot be read ({error})")
        raise BackupUnusable(path, said) from None
    names = [member.name for member in manifest.members]
    if JOURNAL not in names or len(set(names)) < len(names) or not all(map(_MEMBER.fullmatch, names)):
        raise BackupUnusable(path, FOREIGN_FILES)
    return manifest


def unpack(path: Path, manifest: Manifest, folder: Path) -> None:
    """Write the members into ``folder``, each checked. Raises BackupUnusable, DiskFull, DiskReadOnly or DiskFailed."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(path) as packed:
            _check_sizes(path, packed, manifest, folder)
            for member in manifest.members:
                place = folder / member.name
                place.parent.mkdir(parents=True, exist_ok=True)
                with place.open("wb") as out:
                    place.chmod(0o600)
                    for chunk in _content(packed, member, path):
                        out.write(chunk)
    except NOT_A_WHOLE_ZIP as error:
        raise BackupUnusable(path, Names(f"备份不完整（{error}）", f"it is not a whole backup ({error})")) from None
    except OSError as error:
        raise disk_error(error, folder) from error


def _check_sizes(path: Path, packed: zipfile.ZipFile, manifest: Manifest, folder: Path) -> None:
    """BackupUnusable where ZIP and manifest say different sizes; DiskFull where there is no room for what they say.

    Asked before the first byte is written: a few packed bytes may unpack to a full disk, under a hall at work.
    """
    sizes = {info.filename: info.file_size for info in packed.infolist()}
    for member in manifest.members:
        if sizes.get(member.name, member.size_bytes) != member.size_bytes:
            raise BackupUnusable(path, _not_the_same(member))
    needed, free = sum(member.size_bytes for member in manifest.members), shutil.disk_usage(folder).free
    if needed > free:
        raise DiskFull(folder, f"{needed / 1e6:,.1f} MB needed, {free / 1e6:,.1f} MB free")


def _not_the_same(member: Member) -> Names:
    return Names(f"里面的 {member.name} 不是当初存入的", f"{member.name} in it is not what was put there")


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
        said = Names(f"里面的 {member.name} 已损坏（{error}）", f"{member.name} in it is damaged ({error})")
        raise BackupUnusable(path, said) from None
    if size != member.size_bytes or total.hexdigest() != member.sha256:
        raise BackupUnusable(path, _not_the_same(member))
