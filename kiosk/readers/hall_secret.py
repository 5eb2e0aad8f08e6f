"""The hall's secret, from which the keys of persons are made: the same at all kiosks of a hall, known to nobody else.

``JIAOHAO_PERSON_SECRET`` (16 characters at least) or, without it, the file ``person.secret`` beside the data folders of
this machine's programs, made by the first that needs it. All programs of one machine thus agree by themselves; a hall
with readers at several machines gives every one the same word or file. It never leaves the machine.
"""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from broker.runtime.errors import DataFolderUnusable, SettingError
from kiosk.readers.cards import SECRET_BYTES_LEAST

logger = logging.getLogger(__name__)

ENVIRONMENT_NAME = "JIAOHAO_PERSON_SECRET"
FILE_NAME = "person.secret"
MADE_BYTES = 32


def hall_secret(data_folder: Path, environment: Mapping[str, str] | None = None) -> bytes:
    """The secret; ``data_folder`` is the program's own. SettingError for a word too short, DataFolderUnusable."""
    word = (os.environ if environment is None else environment).get(ENVIRONMENT_NAME, "").strip().encode()
    if word:
        if len(word) < SECRET_BYTES_LEAST:
            raise SettingError(
                ENVIRONMENT_NAME, f"{SECRET_BYTES_LEAST} characters at least", f"至少 {SECRET_BYTES_LEAST} 个字符"
            )
        return word
    path = data_folder.parent / FILE_NAME
    try:
        return _kept(path)
    except OSError as error:
        raise DataFolderUnusable(path, error.strerror or type(error).__name__) from error


def _kept(path: Path) -> bytes:
    """What the file holds; made whole under another name first, so that nobody ever reads half a secret."""
    if not path.exists():
        made = path.with_name(f"{FILE_NAME}.{os.getpid()}")
        with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_hex(MADE_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(made, path)  # fails where another program was first: its secret is everybody's
            logger.warning("%s was made: kiosks with readers on other machines of this hall need the same file", path)
        made.unlink()
    secret = path.read_bytes().strip()  # whatever somebody put there: no text is needed
    if len(secret) < SECRET_BYTES_LEAST:
        raise SettingError(str(path), f"holds fewer than {SECRET_BYTES_LEAST} characters", "内容太短")
    return secret
