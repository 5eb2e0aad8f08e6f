"""Files of secrets: for their owner alone, on disk whole or not at all, and never printed. What is made once stays."""

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from broker.model.words import Names
from broker.runtime.database import sync_folder
from broker.runtime.errors import NodeError
from broker.runtime.folder_lock import LockTaken, hand_to_owner, take_lock

_FOLDER_MODE, _FILE_MODE = 0o700, 0o600
_LOCK = "lock"


class IdentityError(NodeError):
    """Something about identities cannot be done; the text says what, where and what to do, and holds no secret."""

    def __init__(self, what: Names) -> None:
        super().__init__(what.en)
        self.zh = what.zh


def make_folder(path: Path) -> None:
    """A folder for its owner alone; one that others may read is closed."""
    made = not path.exists()
    try:
        path.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
        path.chmod(_FOLDER_MODE)
    except OSError as error:
        raise unusable(path, error) from error
    if made:
        hand_to_owner(path)


def write_whole(path: Path, content: bytes) -> None:
    """The file with this content, on disk when this returns; who reads meanwhile sees the old one or the new one."""
    if read_or_none(path) == content and path.stat().st_mode & 0o777 == _FILE_MODE:
        return
    trial = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        _write(trial, content)
        trial.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise unusable(path, error) from error
    finally:
        trial.unlink(missing_ok=True)


def write_once(path: Path, content: bytes) -> None:
    """The file with this content unless there is one already, which stays as it is."""
    trial = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        _write(trial, content)
        with contextlib.suppress(FileExistsError):
            os.link(trial, path)
        sync_folder(path.parent)
    except OSError as error:
        raise unusable(path, error) from error
    finally:
        trial.unlink(missing_ok=True)


def read_whole(path: Path) -> bytes:
    """IdentityError, which names the file, when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise unusable(path, error) from error


def read_or_none(path: Path) -> bytes | None:
    """None where there is no such file."""
    return read_whole(path) if path.exists() else None


def remove(path: Path) -> None:
    """It may be gone already."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise unusable(path, error) from error


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One command at a time on a folder of secrets."""
    try:
        handle = take_lock(folder / _LOCK)
    except LockTaken as error:
        holder = error.holder or "?"
        raise IdentityError(
            Names(
                f"{folder} 正被另一个命令（进程 {holder}）使用，请稍后再试",
                f"{folder} is in use by another command (process {holder}); try again when it has ended",
            )
        ) from error
    except OSError as error:
        raise unusable(folder, error) from error
    try:
        yield
    finally:
        os.close(handle)


def unusable(path: Path, error: OSError) -> IdentityError:
    """A file or folder that cannot be read or written, in words."""
    why = error.strerror or type(error).__name__
    return IdentityError(
        Names(
            f"{path} 无法使用（{why}）；请检查权限，或换用有权限的用户",
            f"{path} cannot be used ({why}): check its rights",
        )
    )


def _write(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _FILE_MODE)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    hand_to_owner(path)
