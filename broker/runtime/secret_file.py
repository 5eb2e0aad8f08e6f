"""A secret in a file that the first program which needs it makes: whole at once, readable by its owner alone."""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
from pathlib import Path

from broker.runtime.errors import SettingError

logger = logging.getLogger(__name__)

MADE_BYTES = 32
BYTES_LEAST = 16


def kept_secret(path: Path, told: str) -> bytes:
    """What the file holds; made where there is none, and then ``told`` says in the log who else needs it.

    Raises OSError, and SettingError for a secret that is too short.
    """
    if not path.exists():
        make_secret(path)
        logger.warning("%s was made: %s", path, told)
    secret = path.read_bytes().strip()  # whatever somebody put there: no text is needed
    if len(secret) < BYTES_LEAST:
        raise SettingError(str(path), f"holds fewer than {BYTES_LEAST} characters", "内容太短")
    return secret


def make_secret(path: Path) -> None:
    """Written under another name first, so that nobody ever reads half a secret; who comes second changes nothing."""
    made = path.with_name(f"{path.name}.{os.getpid()}")
    write_privately(made, secrets.token_hex(MADE_BYTES) + "\n")
    with contextlib.suppress(FileExistsError):
        os.link(made, path)  # fails where another program was first: its secret is everybody's
    made.unlink()


def write_privately(path: Path, text: str, encoding: str = "utf-8") -> None:
    """On disk when this returns."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding=encoding) as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
